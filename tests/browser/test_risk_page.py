"""Risk in a browser: groups narrow it down to customers, costs and a budget move the list."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Open, looks_right

pytestmark = pytest.mark.browser

SLICE = "#risk-slice .tile-value"


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
    seen.go("/risk?dataset=shop#contacting")
    title = page.locator("#risk-profit-title")
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
    seen.settle()
    looks_right(page)


def test_any_attribute_leads_down_to_its_customers(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go("/risk?dataset=shop")
    page.get_by_label("Customers by", exact=True).select_option("frequency")
    seen.settle()
    row = page.locator("#risk-drill tbody tr").first
    group = row.locator("th").inner_text()
    many = row.locator("td").first.inner_text()
    listing = row.get_by_role("link", name="List")
    expect(listing).to_have_attribute(
        "href", re.compile(r"^/customers\?dataset=shop&where=frequency%3D")
    )
    expect(row.get_by_role("link", name="worth contacting")).to_have_attribute(
        "href", re.compile(r"^/customers\?dataset=shop&contact=yes&where=frequency%3D")
    )
    row.get_by_role("link", name=group, exact=True).click()
    answer = page.locator("#risk-answer")
    expect(answer).to_contain_text(f"of {many} customer")
    expect(page.get_by_label("Customers by", exact=True)).to_have_value("segment")
    page.get_by_role("link", name=f"Remove the filter Frequency: {group}").click()
    expect(answer).not_to_contain_text(f"of {many} customer")
    seen.settle()


@pytest.mark.parametrize("tab", ["risk", "reasons", "sure"])
def test_every_tab_looks_right(visit: Open, tab: str) -> None:
    seen = visit()
    seen.go(f"/risk?dataset=shop#{tab}")
    looks_right(seen.page)
    seen.turn(PHONE)
    looks_right(seen.page)


def test_a_band_leads_to_its_customers(visit: Open) -> None:
    seen = visit()
    seen.go("/risk?dataset=shop")
    band = seen.page.get_by_role("link", name=re.compile("^Likely to leave"))
    href = "/customers?dataset=shop&risk_band=likely+to+leave"
    expect(band).to_have_attribute("href", href)
