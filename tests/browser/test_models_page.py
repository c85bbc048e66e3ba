"""The models in a browser: tabs keep the task in the address, two models are compared."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, Open, looks_right

pytestmark = pytest.mark.browser


def test_tabs_and_a_comparison_of_two(visit: Open) -> None:
    seen = visit()
    seen.go("/models?dataset=shop")
    seen.page.get_by_role("navigation", name="Questions").get_by_role("link").nth(2).click()
    seen.page.wait_for_url("**task=segment_replication*")
    seen.settle()
    expect(seen.page.get_by_text("nothing more").first).to_be_visible()
    looks_right(seen.page)
    seen.page.reload()
    seen.settle()
    expect(seen.page.locator(".question.current")).to_contain_text("own inputs")

    seen.page.get_by_role("tab", name="Two side by side").click()
    title = seen.page.locator("#models-second-confusion-title")
    seen.page.get_by_label("Second", exact=True).select_option("majority")
    expect(title).to_have_text(re.compile("^Majority class gets"), timeout=PATIENCE)
    seen.page.get_by_label("Matrices in").select_option("share")
    expect(seen.page.locator("#models-first-confusion .heatmap-label").first).to_contain_text(
        "%", timeout=PATIENCE
    )
    seen.settle()


def test_the_model_card_has_an_address_and_prints_on_two_pages_at_most(
    visit: Open, tmp_path: Path
) -> None:
    seen = visit()
    seen.go("/models?dataset=shop&task=segment#card")
    card = seen.page.locator(".record")
    expect(card).to_contain_text("Segment from demography")
    looks_right(seen.page)

    printed = seen.page.pdf(format="A4", path=tmp_path / "card.pdf")
    assert 1 <= len(re.findall(rb"/Type /Page\b", printed)) <= 2
    seen.page.get_by_role("tab", name="All side by side").click()
    expect(seen.page.locator("#models-scores")).to_be_visible()
    seen.settle()
