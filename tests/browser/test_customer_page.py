"""Customer in a browser: found from tables and charts, explained, and changed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Open, Visit, looks_right

pytestmark = pytest.mark.browser

POINT = """chart => {
    const plot = chart.querySelector(".js-plotly-plot");
    const axes = plot._fullLayout;
    const box = plot.getBoundingClientRect();
    const trace = plot._fullData.find(each => each.customdata && each.x.length);
    return {
        who: trace.customdata[0][1],
        x: box.x + axes.xaxis._offset + axes.xaxis.d2p(trace.x[0]),
        y: box.y + axes.yaxis._offset + axes.yaxis.d2p(trace.y[0]),
    };
}"""
DRAWN = "() => document.querySelector('#segments-cloud .js-plotly-plot')?._fullData?.length"
CLOUD = """() => {
    const plot = document.querySelector("#segments-cloud .js-plotly-plot");
    const points = [{customdata: plot._fullData[0].customdata[0]}];
    window.dash_clientside.set_props("segments-cloud", {clickData: {points}});
    return points[0].customdata[1];
}"""


def best(seen: Visit) -> str:
    """Open the customer who spent most and give the identifier."""
    seen.go("/customer?dataset=shop")
    link = seen.page.locator("#customer-profile a").first
    name = link.inner_text()
    link.click()
    expect(seen.page.locator("#customer-profile .card-title")).to_have_text(f"Customer {name}")
    seen.settle()
    return name


def opened(page: Page, tab: str) -> None:
    """Open a part of the page."""
    page.get_by_role("tab", name=tab, exact=True).click()


def on(page: Page, name: str) -> None:
    expect(page).to_have_url(
        re.compile(rf"/customer\?customer={re.escape(name)}&dataset=shop(#.*)?$")
    )
    expect(page.locator("#customer-profile .card-title")).to_have_text(f"Customer {name}")


@pytest.mark.parametrize(("mode", "size"), [("light", DESK), ("dark", PHONE)])
def test_a_customer_is_told_and_changed(visit: Open, mode: str, size: tuple[int, int]) -> None:
    seen = visit(mode=mode, size=size)
    page = seen.page
    best(seen)
    expect(page.locator("#customer-timeline-title")).to_contain_text("orders worth")
    assert page.locator("#customer-timeline .point").count() > 1
    assert page.locator("#customer-scores li").count() >= 3
    opened(page, "Similar customers")
    expect(page.locator("#customer-similar a")).to_have_count(6)
    opened(page, "What if")
    expect(page.locator(".what-if-moved")).to_be_empty()

    page.get_by_role("button", name="Try changes").click()
    expect(page.locator("#customer-moved")).to_contain_text("As it is today")
    days = page.get_by_label("Days")
    days.fill("200")
    days.press("Enter")
    moved = page.locator("#customer-moved")
    expect(moved.locator(".score-headline")).to_contain_text("Churn")
    expect(moved.locator(".mark-before").first).to_be_attached()
    after_days = moved.locator(".score-headline").inner_text()
    assert re.search(r"Churn rises from [<\d., ]+ % to [\d.]+ %", after_days)

    value = page.get_by_label("Value, £").last
    value.fill("300")
    value.press("Enter")
    expect(moved).to_contain_text("What made the difference")
    expect(moved.locator("tbody tr")).to_have_count(3)
    expect(moved).to_contain_text("Why churn is")
    seen.settle()
    looks_right(page)

    days.fill("soon")
    days.press("Enter")
    expect(moved.get_by_role("alert")).to_contain_text("Days without an order must be a number")
    page.get_by_role("button", name="Reset").click()
    expect(moved.locator(".score-headline")).to_contain_text("As it is today")
    expect(days).to_have_value("")


def test_another_customer_begins_unchanged(visit: Open) -> None:
    seen = visit()
    name = best(seen)
    page = seen.page
    opened(page, "What if")
    page.get_by_role("button", name="Try changes").click()
    expect(page.locator("#customer-moved .mark-row").first).to_be_visible()
    opened(page, "Similar customers")
    other = page.locator("#customer-similar a").first
    whom = other.inner_text()
    assert whom != name
    other.click()
    opened(page, "Customer")
    on(page, whom)
    opened(page, "What if")
    expect(page.get_by_role("button", name="Try changes")).to_be_visible()
    expect(page.locator("#customer-moved")).to_be_empty()


def test_a_row_leads_to_its_customer_by_click_and_by_keyboard(visit: Open) -> None:
    seen = visit()
    seen.go("/customers?dataset=shop")
    links = seen.page.locator("#customers-list tbody a")
    name = links.first.inner_text()
    links.first.click()
    on(seen.page, name)

    seen.page.go_back()
    expect(seen.page).to_have_url(re.compile("/customers"))
    below = links.nth(1)
    name = below.inner_text()
    below.focus()
    seen.page.keyboard.press("Enter")
    on(seen.page, name)


def test_a_mark_of_a_customer_leads_to_the_page(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go("/segments?dataset=shop#map")
    chart = page.locator("#segments-recency-monetary")
    chart.scroll_into_view_if_needed()
    point = chart.evaluate(POINT)
    page.mouse.move(point["x"], point["y"])
    expect(chart.locator(".hovertext")).to_be_visible()
    page.mouse.click(point["x"], point["y"])
    expect(page).to_have_url(re.compile(r"/customer\?customer=.+&dataset=shop$"))

    seen.go("/segments?dataset=shop#map")
    page.wait_for_function(DRAWN)
    on(page, str(page.evaluate(CLOUD)))
