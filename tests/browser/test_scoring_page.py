"""Somebody new and a file in a browser: entered, answered, added to."""

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
    assert page.url.endswith("/customers?dataset=shop#somebody-new")
    page.wait_for_selector(".order-row input")
    page.select_option("#customers-country", index=1)
    page.click("#customers-add")
    page.wait_for_function("() => document.querySelectorAll('.order-row input').length === 12")
    fields = page.locator(".order-row input")
    latest = fields.nth(0).get_attribute("max")
    fields.nth(9).fill(latest)
    fields.nth(10).fill("42.5")
    page.click("#customers-run")
    page.wait_for_selector(".score-headline")
    seen.settle()
    assert "likely to leave" in page.inner_text("#customers-result")
    looks_right(page)

    fields.nth(10).fill("")
    page.click("#customers-run")
    page.wait_for_selector("#customers-said .state-error")
    assert "Order 4 needs a day and a value" in page.inner_text("#customers-said")


def test_a_file_is_brought_and_scored(visit: Open, tmp_path: Path) -> None:
    source = write_shop(tmp_path / "new.csv", customers=40, seed=11)
    seen = visit(size=DESK)
    seen.go("/customers?dataset=shop#file")
    page = seen.page
    page.wait_for_selector("#customers-file-choose")
    with page.expect_file_chooser() as chooser:
        page.click("#customers-file-choose")
    chooser.value.set_files(source)
    page.wait_for_selector(".score-file-table tbody tr", timeout=60_000)
    seen.settle()
    assert "upload=" in page.url
    expect(page.locator("#customers-file-summary")).to_contain_text("likely to leave")
    expect(page.locator("#customers-file-rows")).to_contain_text("than usual")
    looks_right(page)

    page.click("#customers-file-save")
    expect(page.locator("#customers-file-said")).to_contain_text("saved")
    seen.turn(PHONE)
    looks_right(page)
    page.get_by_role("tab", name="Somebody new").click()
    page.wait_for_selector("#customers-saved .plain-table")
    assert "new.csv, run" in page.inner_text("#customers-saved")
    page.get_by_role("tab", name="A file").click()
    page.click("#customers-file-discard")
    page.wait_for_selector("#customers-file-result", state="hidden")
    assert "no longer here" in page.inner_text("#customers-file-state")
