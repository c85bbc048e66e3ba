"""The Score page in a browser: entered, answered, added to."""

import pytest

from tests.browser.conftest import PHONE, Open, looks_right

pytestmark = pytest.mark.browser


def test_a_customer_is_entered_and_scored(visit: Open) -> None:
    seen = visit(size=PHONE)
    seen.go("/score?dataset=shop")
    page = seen.page
    page.wait_for_selector(".order-row input")
    page.select_option("#score-country", index=1)
    page.click("#score-add")
    page.wait_for_function("document.querySelectorAll('.order-row input').length === 12")
    fields = page.locator(".order-row input")
    latest = fields.nth(0).get_attribute("max")
    fields.nth(9).fill(latest)
    fields.nth(10).fill("42.5")
    page.click("#score-run")
    page.wait_for_selector(".score-headline")
    seen.settle()
    assert "likely to leave" in page.inner_text("#score-result")
    looks_right(page)

    fields.nth(10).fill("")
    page.click("#score-run")
    page.wait_for_selector("#score-said .state-error")
    assert "Order 4 needs a day and a value" in page.inner_text("#score-said")
