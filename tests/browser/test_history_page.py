"""History in a browser: an update tells what it changed, read and found."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, looks_right

pytestmark = pytest.mark.browser


def test_a_run_tells_what_it_read_took_and_found(visit: Open) -> None:
    seen = visit()
    seen.go("/history?dataset=shop")

    expect(
        seen.page.get_by_role("table", name="All updates of this data set")
        .or_(seen.page.get_by_role("region", name="All updates of this data set"))
        .first
    ).to_contain_text("shown now")
    for title in ("What it found", "What it read", "How long it took", "Its settings"):
        seen.page.get_by_role("heading", name=title).click()
    expect(seen.page.locator("#history-sources")).to_contain_text("shop.csv")
    expect(seen.page.locator("#history-settings")).to_contain_text("segments.bootstraps")
    expect(seen.page.locator("#history-stages-title")).to_contain_text("took")

    finding = seen.page.locator("#history-findings details").filter(has_text="Exact duplicates")
    finding.locator("summary").click()
    expect(finding.get_by_text("Equal to an earlier line")).to_be_visible()
    looks_right(seen.page)


def test_a_run_that_is_not_there(visit: Open) -> None:
    seen = visit()
    seen.go("/history?dataset=shop&run=999")

    expect(seen.page.locator("#history-summary")).to_contain_text("There is no update 999")


def test_an_old_address_leads_to_two_updates_compared(visit: Open) -> None:
    seen = visit()
    seen.go("/compare?dataset=shop")

    seen.page.wait_for_url("**/history?*#two")
    expect(seen.page.get_by_role("tab", name="Two updates compared")).to_have_attribute(
        "aria-selected", "true"
    )
    expect(seen.page.locator("#history-two-state")).to_contain_text("Nothing to compare yet")
    looks_right(seen.page)
