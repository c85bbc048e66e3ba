"""The manager's ways in a browser, counted in clicks: to an exported list, to the reasons."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.settings import Settings
from tests.browser.conftest import DESK, PHONE, Open, Serve, looks_right
from tests.shops import Shop, copy_of, made_once, quick, refreshed, write_shop

pytestmark = pytest.mark.browser

CHEAP = "strategy: {contact_cost: 1, incentive: 4}\n"
"""Costs at which some contacts pay."""
MOST_TO_LIST, MOST_TO_REASONS = 4, 2


class Clicks:
    """A page on which clicks are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.many = 0

    def on(self, what: Locator) -> None:
        """Click on something."""
        self.many += 1
        what.click()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Publish a made-up shop in which some contacts pay."""

    def made(folder: Path) -> Shop:
        source = write_shop(folder / "shop.csv", customers=600, days=500)
        return refreshed(folder / "portal.db", source, *quick(folder, CHEAP), dataset="shop")

    return made_once(tmp_path_factory, "manager", made)


@pytest.fixture(params=["shop", pytest.param("retail", marks=pytest.mark.real_data)])
def base(request: pytest.FixtureRequest, serve: Serve, tmp_path: Path) -> str:
    """Serve the shop, where campaigns may be written."""
    shop = copy_of(request.getfixturevalue(request.param), tmp_path)
    return serve(Settings(db=shop.url))


def test_from_the_start_to_an_exported_list_with_a_group_to_compare(
    visit: Open, base: str
) -> None:
    seen = visit(base=base, size=DESK)
    seen.go("/")
    clicks = Clicks(seen.page)
    expect(seen.page.locator("#today-contact")).to_contain_text("Expected profit")
    worth = seen.page.locator("#today-contact .acting-figure strong").inner_text()

    clicks.on(seen.page.get_by_role("link", name="Make a campaign"))
    create = seen.page.get_by_role("button", name="Create campaign")
    expect(create).to_be_visible(timeout=60_000)
    clicks.on(create)
    list_link = seen.page.locator("a[href*='/export/campaigns/'][href*='.csv']").first
    expect(list_link).to_be_visible(timeout=60_000)
    with seen.page.expect_download() as download:
        clicks.on(list_link)

    with zipfile.ZipFile(download.value.path()) as found:
        rows = list(csv.DictReader(io.StringIO(found.read("list.csv").decode("utf-8-sig"))))
    many = int(worth.replace(",", ""))
    assert clicks.many <= MOST_TO_LIST
    assert 0 < len(rows) < many, "some are not contacted, to compare"
    assert round(many * 0.9) - 2 <= len(rows) <= round(many * 0.9) + 2


def test_from_the_start_to_why_a_customer_is_worth_it(visit: Open, base: str) -> None:
    seen = visit(base=base, size=PHONE)
    seen.go("/")
    clicks = Clicks(seen.page)
    clicks.on(seen.page.get_by_role("link", name="See the list"))
    seen.page.wait_for_url(re.compile(r"/customers\?.*contact=yes"))
    first = seen.page.locator("#customers-list tbody a").first
    expect(first).to_be_visible(timeout=60_000)
    name = first.inner_text()
    clicks.on(first)
    expect(seen.page.locator("#customer-profile")).to_contain_text(f"Customer {name}")
    expect(seen.page.locator("#customer-profile")).to_contain_text("What to do:")
    expect(seen.page.locator("#customer-scores li").first).to_be_attached()
    assert clicks.many <= MOST_TO_REASONS


@pytest.mark.parametrize(("mode", "size"), [("light", DESK), ("dark", PHONE)])
def test_the_pages_of_people_look_right(
    visit: Open, serve: Serve, shop: Shop, mode: str, size: tuple[int, int]
) -> None:
    seen = visit(base=serve(Settings(db=shop.url)), mode=mode, size=size)
    for address in ("/", "/customers?contact=yes", "/customers#somebody-new"):
        seen.go(address)
        looks_right(seen.page)
        high = seen.page.evaluate("document.documentElement.scrollHeight")
        assert high <= (1_800 if size == DESK else 3_600), address


def test_the_search_is_reached_and_used_by_keyboard(
    visit: Open, shop: Shop, serve: Serve
) -> None:
    seen = visit(base=serve(Settings(db=shop.url)))
    seen.go("/")
    page = seen.page
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("custom")
    options = page.locator("#found [role=option]")
    expect(options.first).to_contain_text("Customers")
    expect(page.locator("#find")).to_have_attribute("aria-expanded", "true")
    looks_right(page)
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    page.keyboard.type("ers")
    expect(options.first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers*")


def test_on_a_phone_one_button_opens_the_filters(visit: Open, shop: Shop, serve: Serve) -> None:
    seen = visit(base=serve(Settings(db=shop.url)), size=PHONE)
    seen.go("/customers")
    menu = seen.page.locator("#filter-segment-menu")
    expect(menu).to_be_hidden()
    seen.page.get_by_role("button", name="Filters").click()
    expect(menu).to_be_visible()
    seen.page.get_by_role("checkbox", name=re.compile("Worth contacting")).click()
    seen.page.wait_for_url("**contact=yes*")
    seen.settle()
    expect(seen.page.locator("#filter-chosen")).to_have_text("1")
    looks_right(seen.page)
    seen.page.get_by_role("link", name="Clear").click()
    seen.page.wait_for_url(lambda url: "contact=" not in url)


def test_any_attribute_narrows_down(visit: Open, shop: Shop, serve: Serve) -> None:
    seen = visit(base=serve(Settings(db=shop.url)))
    seen.go("/customers")
    seen.page.locator("#filter-more > summary").click()
    seen.page.locator("#filter-attribute").select_option(label="Frequency")
    group = seen.page.locator("#filter-groups [role=checkbox]").first
    group.click()
    seen.page.wait_for_url("**where=frequency*")
    seen.settle()
    expect(seen.page.locator("#filter-kept")).to_contain_text(" of ")
