"""Value in a browser: every tab looks right, and the customers are a link away."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Open, looks_right

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("tab", ["value", "rhythm", "how-good", "models"])
def test_every_tab_looks_right(visit: Open, tab: str) -> None:
    seen = visit()
    seen.go(f"/value?dataset=shop#{tab}")
    looks_right(seen.page)
    seen.turn(PHONE)
    looks_right(seen.page)


def test_the_customers_are_a_link_away(visit: Open) -> None:
    seen = visit()
    seen.go("/value?dataset=shop")
    link = seen.page.get_by_role("link", name="List the customers by value")
    expect(link).to_have_attribute("href", re.compile(r"^/customers\?dataset=shop$"))
