"""The page of runs in a browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, looks_right

pytestmark = pytest.mark.browser


def test_a_run_tells_what_it_read_took_and_found(visit: Open) -> None:
    seen = visit()
    seen.go("/runs?dataset=shop")

    expect(
        seen.page.get_by_role("table", name="All runs of this data set")
        .or_(seen.page.get_by_role("region", name="All runs of this data set"))
        .first
    ).to_contain_text("shown now")
    expect(seen.page.locator("#runs-sources")).to_contain_text("shop.csv")
    expect(seen.page.locator("#runs-settings")).to_contain_text("segments.bootstraps")
    expect(seen.page.locator("#runs-stages-title")).to_contain_text("took")

    finding = seen.page.locator("#runs-findings details").filter(has_text="Exact duplicates")
    finding.locator("summary").click()
    expect(finding.get_by_text("Equal to an earlier line")).to_be_visible()
    looks_right(seen.page)


def test_a_run_that_is_not_there(visit: Open) -> None:
    seen = visit()
    seen.go("/runs?dataset=shop&run=999")

    expect(seen.page.locator("#runs-summary")).to_contain_text("There is no run 999")
