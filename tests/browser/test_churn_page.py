"""Churn in a browser: the cut and the costs move what is said, groups lead to customers."""

import csv
import io
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESK, PHONE, Open, looks_right

pytestmark = pytest.mark.browser

SLICE = "#churn-slice .tile-value"


def contacted(page: Page) -> int:
    return int(page.locator(SLICE).first.inner_text().replace(",", ""))


def enter(page: Page, label: str, value: str) -> None:
    field = page.get_by_role("spinbutton", name=label)
    field.fill(value)
    field.press("Enter")


def place(slider: Locator) -> float:
    return float(slider.get_attribute("aria-valuenow") or 0)


@pytest.mark.parametrize(("mode", "size"), [("light", DESK), ("dark", PHONE)])
def test_costs_move_the_best_cut_and_the_slider_the_slice(
    visit: Open, mode: str, size: tuple[int, int]
) -> None:
    seen = visit(mode=mode, size=size)
    page = seen.page
    seen.go("/churn?dataset=shop")
    title, slider = page.locator("#churn-profit-title"), page.get_by_role("slider")
    expect(title).not_to_be_empty()
    enter(page, "Incentive", "0")
    enter(page, "Contact cost", "0.01")
    seen.settle()
    expect(title).to_have_text(re.compile("^Contacting .* brings most"))
    cheap, cut = title.inner_text(), place(slider)

    enter(page, "Contact cost", "1")
    expect(title).not_to_have_text(cheap)
    seen.settle()
    expect(slider).not_to_have_attribute("aria-valuenow", f"{cut:g}")
    assert place(slider) > cut

    enter(page, "Contact cost", "0.01")
    expect(title).to_have_text(cheap)
    expect(slider).to_have_attribute("aria-valuenow", f"{cut:g}")
    seen.settle()
    before = contacted(page)
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator(SLICE).first).to_have_text("0")
    assert before > 0
    page.keyboard.press("Home")
    expect(page.locator("#churn-histogram-title")).to_have_text(
        re.compile(r"^([\d,]+) of \1 customers lie above the cut$")
    )
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
    expect(page.locator("#churn-members-said")).to_contain_text(f"{many.group(2)} of ")
    chip = page.get_by_role("link", name=f"Remove the filter Frequency: {many.group(1)}")
    chip.click()
    expect(chip).to_have_count(0)
    expect(page.locator("#churn-histogram-title")).not_to_contain_text(f"of {many.group(2)} ")
    seen.settle()


def test_a_group_leads_to_its_customers_and_their_list(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go("/churn?dataset=shop")
    group = page.locator(".churn-group", has_text=re.compile(r"^[\w ]+\d[\d,]* customer")).first
    name = group.locator("h3").inner_text()
    many = re.search(r"([\d,]+) customers?,", group.inner_text())
    assert many is not None
    page.locator("#churn-group").select_option(name)
    said = page.locator("#churn-members-said")
    expect(said).to_have_text(re.compile(rf"^{many.group(1)} of [\d,]+ customers$"))
    seen.settle()
    groups = page.locator("#churn-members .ag-cell[col-id='risk_value']")
    assert set(groups.all_inner_texts()) == {name}

    page.locator("#churn-members-export a").scroll_into_view_if_needed()
    with page.expect_download() as started:
        page.locator("#churn-members-export a").click()
    text = started.value.path().read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == int(many.group(1).replace(",", ""))
    assert {row["risk_value"] for row in rows} == {name}

    link = page.locator("#churn-members .ag-cell a").first
    whom = str(link.text_content())
    link.click()
    expect(page.locator("#customer-profile .card-title")).to_have_text(f"Customer {whom}")
