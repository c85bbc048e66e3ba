"""Churn in a browser: the cut and the costs move what is said, groups lead to customers."""

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Open, looks_right

pytestmark = pytest.mark.browser

SLICE = "#churn-slice .tile-value"


def contacted(page: Page) -> int:
    return int(page.locator(SLICE).first.inner_text().replace(",", ""))


def enter(page: Page, label: str, value: str) -> None:
    field = page.get_by_role("spinbutton", name=label)
    field.fill(value)
    field.press("Enter")


@pytest.mark.parametrize(("mode", "size"), [("light", DESK), ("dark", PHONE)])
def test_costs_and_a_budget_move_the_list(
    visit: Open, mode: str, size: tuple[int, int]
) -> None:
    seen = visit(mode=mode, size=size)
    page = seen.page
    seen.go("/churn?dataset=shop")
    title = page.locator("#churn-profit-title")
    expect(title).not_to_be_empty()
    enter(page, "Incentive", "0")
    enter(page, "Contact cost", "0.01")
    seen.settle()
    expect(title).to_have_text(re.compile("^Contacting .* brings most"))
    cheap, many = title.inner_text(), contacted(page)

    enter(page, "Contact cost", "20")
    expect(title).not_to_have_text(cheap)
    seen.settle()
    assert contacted(page) < many

    enter(page, "Contact cost", "0.01")
    expect(title).to_have_text(cheap)
    enter(page, "Budget", "0.055")
    expect(title).to_have_text(re.compile("^The budget pays for 5 of "))
    expect(page.locator(SLICE).first).to_have_text("5")
    expect(page.locator("#churn-members-said")).to_have_text(re.compile("^5 of "))
    seen.settle()
    looks_right(page)


def test_any_attribute_narrows_the_page_down(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go("/churn?dataset=shop")
    page.get_by_label("Only customers whose").select_option("frequency")
    seen.settle()
    level = page.get_by_label("is", exact=True)
    text = str(level.locator("option", has_text="(").first.text_content())
    many = re.search(r"^(.+) \(([\d,]+)\)$", text)
    assert many is not None, text
    level.select_option(many.group(1))
    expect(page.locator("#churn-histogram-title")).to_contain_text(
        f"of {many.group(2)} customer"
    )
    chip = page.get_by_role("link", name=f"Remove the filter Frequency: {many.group(1)}")
    chip.click()
    expect(chip).to_have_count(0)
    expect(page.locator("#churn-histogram-title")).not_to_contain_text(f"of {many.group(2)} ")
    seen.settle()


def test_the_list_holds_whom_to_contact(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go("/churn?dataset=shop")
    expect(page.locator(SLICE).first).not_to_be_empty()
    many = contacted(page)
    said = page.locator("#churn-members-said")
    expect(said).to_have_text(re.compile(rf"^{many:,} of [\d,]+ customers$"))
    seen.settle()

    page.locator("#churn-members-export a").scroll_into_view_if_needed()
    with page.expect_download() as started:
        page.locator("#churn-members-export a").click()
    text = started.value.path().read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == many
    assert all(float(row["contact_profit"]) > 0 for row in rows)

    link = page.locator("#churn-members .ag-cell a").first
    whom = str(link.text_content())
    link.click()
    expect(page.locator("#customer-profile .card-title")).to_have_text(f"Customer {whom}")
