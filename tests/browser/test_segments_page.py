"""Segments in a browser: a row opens its playbook, the cloud comes in its tab by itself."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Open, looks_right

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("tab", ["segments", "movement", "evidence"])
def test_every_tab_looks_right(visit: Open, tab: str) -> None:
    seen = visit()
    seen.go(f"/segments?dataset=shop#{tab}")
    looks_right(seen.page)
    seen.turn(PHONE)
    looks_right(seen.page)


def test_a_row_opens_who_they_are_and_leads_to_their_list(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go("/segments?dataset=shop")
    opened = page.locator(".segment-opened").first
    expect(opened).to_be_hidden()
    page.get_by_text("What to do:").first.click()
    expect(opened).to_be_visible()
    expect(opened).to_contain_text("Who they are")
    expect(opened).to_contain_text("Playbook")
    looks_right(page)
    contact = page.locator(".segment-figures a[href^='/customers']").first
    expect(contact).to_have_attribute("href", re.compile(r"dataset=shop&segment="))


def test_the_cloud_is_drawn_in_its_tab(visit: Open) -> None:
    seen = visit()
    seen.go("/segments?dataset=shop#map")
    expect(seen.page.locator("#segments-cloud canvas").first).to_be_visible()
    expect(seen.page.locator("#segments-cloud-title")).not_to_be_empty()
