"""The Score page in a browser: entered, answered, added to."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, Open, looks_right
from tests.shops import write_shop

pytestmark = pytest.mark.browser


def test_a_customer_is_entered_and_scored(visit: Open) -> None:
    seen = visit(size=PHONE)
    seen.go("/score?dataset=shop")
    page = seen.page
    page.wait_for_selector(".order-row input")
    page.select_option("#score-country", index=1)
    page.click("#score-add")
    page.wait_for_function("() => document.querySelectorAll('.order-row input').length === 12")
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


def test_a_file_is_brought_and_scored(visit: Open, tmp_path: Path) -> None:
    source = write_shop(tmp_path / "new.csv", customers=40, seed=11)
    seen = visit(size=DESK)
    seen.go("/score?dataset=shop")
    page = seen.page
    with page.expect_file_chooser() as chooser:
        page.click("#score-file-choose")
    chooser.value.set_files(source)
    page.wait_for_selector(".score-file-table tbody tr", timeout=60_000)
    seen.settle()
    assert "upload=" in page.url
    expect(page.locator("#score-file-summary")).to_contain_text("likely to leave")
    expect(page.locator("#score-file-rows")).to_contain_text("than usual")
    looks_right(page)

    page.click("#score-file-save")
    expect(page.locator("#score-file-said")).to_contain_text("saved")
    page.wait_for_selector("#score-saved .plain-table")
    assert "new.csv, run" in page.inner_text("#score-saved")
    seen.turn(PHONE)
    looks_right(page)
    page.click("#score-file-discard")
    page.wait_for_selector("#score-file-result", state="hidden")
    assert "no longer here" in page.inner_text("#score-file-state")
