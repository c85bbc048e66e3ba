"""From the start page to a list with a hold-out, and a campaign read back, in a browser."""

import csv
import datetime as dt
import io
import json
import re
import zipfile

import pandas as pd
import pytest
from playwright.sync_api import expect

from portal.settings import Settings
from tests.browser.conftest import Open, Serve, looks_right
from tests.shops import Shop, refreshed, rows, write_shop

pytestmark = pytest.mark.browser
MOST_CLICKS = 6
DEARER = 40
"""By which customers of the shop are worth an incentive."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("campaigns")
    path = write_shop(folder / "shop.csv", customers=400, days=500)
    lines = pd.read_csv(path, dtype=str)
    lines["UnitPrice"] = (lines["UnitPrice"].astype(float) * DEARER).astype(str)
    lines.to_csv(path, index=False)
    return refreshed(folder / "portal.db", path)


@pytest.fixture
def base(shop: Shop, serve: Serve) -> str:
    return serve(Settings(db=shop.url))


def test_valuable_customers_at_risk_are_exported_with_a_hold_out(
    visit: Open, base: str, shop: Shop
) -> None:
    seen = visit(base=base)
    seen.page.goto(f"{base}/campaigns?risk=Valuable+at+risk#new")
    seen.page.get_by_role("button", name="Create campaign").wait_for()
    clicks = 0

    seen.page.get_by_role("button", name="Create campaign").click()
    clicks += 1
    expect(seen.page.locator("#campaigns-said")).to_contain_text("is created")
    with seen.page.expect_download() as download:
        seen.page.get_by_role("link", name="CSV").click()
        clicks += 1

    assert clicks <= MOST_CLICKS
    with zipfile.ZipFile(download.value.path()) as found:
        listed = list(csv.DictReader(io.StringIO(found.read("list.csv").decode())))
        stamp = json.loads(found.read("stamp.json"))
    at_risk = {
        customer
        for (customer,) in rows(
            shop.path,
            "select customer_id from published_customer where risk_value = 'Valuable at risk'",
        )
    }
    assert stamp["filters"] == {"Churn risk": "Valuable at risk"}
    assert stamp["customers"] == len(at_risk) == stamp["contacted"] + stamp["held_out"]
    assert stamp["held_out"] == round(len(at_risk) / 10)
    assert len(listed) == stamp["contacted"] > 0
    assert {row["customer_id"] for row in listed} < at_risk
    looks_right(seen.page)


def test_a_campaign_is_read_back_over_the_orders_since(
    visit: Open, base: str, shop: Shop
) -> None:
    seen = visit(base=base)
    seen.go("/campaigns#new")
    seen.page.get_by_label("Name", exact=True).fill("Everyone")
    seen.page.get_by_role("button", name="Create campaign").click()
    seen.page.get_by_role("button", name="See the campaign").click()
    expect(seen.page.locator("#campaigns-facts")).to_contain_text("Filtersnone")
    brought = seen.page.locator("#campaigns-result")
    expect(brought).to_contain_text("Not started")

    ((as_of,),) = rows(shop.path, "select as_of from published_run")
    later = dt.date.fromisoformat(as_of) + dt.timedelta(days=1)
    seen.page.get_by_label("First day of contacts").fill(later.isoformat())
    seen.page.get_by_role("button", name="Record the days").click()
    expect(brought).to_contain_text("The window is not over yet")
    earlier = dt.date.fromisoformat(as_of) - dt.timedelta(days=89)
    seen.page.get_by_label("First day of contacts").fill(earlier.isoformat())
    seen.page.get_by_role("button", name="Record the days").click()
    expect(brought).to_contain_text("95 % interval")
    expect(brought).to_contain_text("of those contacted ordered")
    expect(seen.page.locator("#campaigns-by-risk")).to_contain_text("Unsure")
    expect(seen.page.locator("#campaigns-effects-title")).to_have_text(
        re.compile("orders|ordered")
    )
    expect(seen.page.locator("#campaigns-list")).to_contain_text("Running")
    looks_right(seen.page)


def test_a_campaign_is_described_and_only_that_one_deleted(visit: Open, base: str) -> None:
    seen = visit(base=base)
    seen.go("/campaigns#new")
    page = seen.page
    for name in ("One", "Two"):
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_role("button", name="Create campaign").click()
        expect(page.locator("#campaigns-said")).to_contain_text(f"“{name}” is created")
    page.get_by_role("button", name="See the campaign").click()
    expect(page.locator("#campaigns-title")).to_have_value("Two")
    page.get_by_role("heading", name="Name, offer and cost").click()
    page.get_by_label("Name of the campaign").fill("Two and a half")
    page.get_by_label("What was offered").fill("20 % off")
    page.get_by_label("What it cost in all").fill("250")
    page.get_by_label("Note").fill("By letter")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#campaigns-list")).to_contain_text("Two and a half")
    seen.go("/campaigns")
    page.get_by_role("heading", name="Name, offer and cost").click()
    expect(page.locator("#campaigns-note")).to_have_value("By letter")
    expect(page.locator("#campaigns-cost")).to_have_value("250")

    listed = page.locator("#campaigns-list table")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator("#campaigns-deleted")).to_contain_text("“Two and a half” is deleted")
    expect(listed).not_to_contain_text("Two and a half")
    page.get_by_role("button", name="Undo").click()
    expect(listed).to_contain_text("Two and a half")
    expect(page.locator("#campaigns-title")).to_have_value("Two and a half")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(listed).not_to_contain_text("Two and a half")
    expect(listed).to_contain_text("One")
    page.get_by_role("tab", name="New campaign").click()
    page.get_by_text("What it can show").click()
    page.get_by_label("To raise").select_option("revenue")
    expect(page.locator("#campaigns-reach")).to_contain_text("a rise of revenue per customer")
    looks_right(page)
