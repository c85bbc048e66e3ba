"""Strategy in a browser: a budget and a range are changed, and the page follows."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def test_budget_and_ranges_are_followed(visit: Open) -> None:
    seen = visit()
    seen.go("/strategy?dataset=shop")
    said = seen.page.locator("#strategy-said")
    before = said.inner_text()
    seen.page.locator("#strategy-budget").fill("500")
    seen.page.keyboard.press("Enter")
    expect(said).not_to_have_text(before)
    outcome = seen.page.locator("#strategy-outcome")
    expect(outcome).to_contain_text("contacted in 90 days")
    seen.page.locator("#strategy-response-low").fill("99")
    seen.page.keyboard.press("Enter")
    expect(outcome).to_contain_text("must be in order")
