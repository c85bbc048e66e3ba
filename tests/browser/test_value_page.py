"""Value in a browser: a row of the table leads to its customer."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def test_the_most_valuable_customer_is_a_link(visit: Open) -> None:
    seen = visit()
    seen.go("/value?dataset=shop")
    link = seen.page.locator("#value-customers .ag-cell a").first
    link.scroll_into_view_if_needed()
    expect(link).to_have_attribute("href", re.compile(r"^/customer\?customer=.+&dataset=shop$"))
