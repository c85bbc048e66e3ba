"""The page of data in a browser: bring a file in, map it, publish it, cancel, follow."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal.settings import Settings
from tests.browser.bringing import NUMBERS, SOON, Person, same_numbers
from tests.browser.conftest import DESK, PHONE, Open, Serve, Visit, looks_right
from tests.processes import paused
from tests.shops import QUICK, Shop, copied, rows, write_shop
from tests.sources import shop_tables

pytestmark = pytest.mark.browser
SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((each) => {
    window.shifted += each.hadRecentInput ? 0 : each.value;
})).observe({type: "layout-shift", buffered: true});"""
WORDS = """() => {
    const main = document.querySelector("main").cloneNode(true);
    main.querySelectorAll("table, option").forEach((each) => each.remove());
    return (main.innerText.match(/[\\p{L}\\p{N}][^\\s]*/gu) || []).length;
}"""
SLOW = "segments: {algorithm: kmeans, tuning: true, trials: 4, bootstraps: 100000}\n"


@pytest.fixture
def shop(published_shop: Shop, tmp_path: Path) -> Shop:
    """Give a shop that the test may change."""
    path = copied(published_shop.path, tmp_path / "portal.db")
    return Shop(path, f"sqlite:///{path}", published_shop.dataset)


@pytest.fixture
def base(shop: Shop, serve: Serve) -> str:
    """Serve it."""
    settings = shop.path.parent / "portal.yaml"
    settings.write_text(QUICK)
    return serve(Settings(db=shop.url, refresh_settings=settings))


def bring(seen: Visit, path: Path, dataset: str) -> None:
    """Choose a file, name its data set, and wait for its check."""
    Person(seen).bring(path)
    expect(seen.page.locator("#data-file")).to_contain_text(
        re.compile("Looks like|can’t be told"), timeout=SOON
    )
    seen.page.get_by_label("Its name").fill(dataset)


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def refresh(page: Page) -> None:
    """Have the data set shown computed anew from the menu of the top bar."""
    page.get_by_label("Update data", exact=True).click()
    page.get_by_role("button", name="Compute anew from the kept records").click()


def run(shop: Shop, dataset: str) -> list[tuple]:
    return rows(shop.path, "select run from published_run where dataset = ?", dataset)


def weighed(path: Path) -> Path:
    """Write orders with two columns of decimals: which of them is money can't be told."""
    text = write_shop(path, seed=7).read_text()
    head, *lines = text.replace("UnitPrice", "Apiece", 1).splitlines()
    rows_of = [f"{head},Weight", *(f"{line},{1.25 + len(line)}" for line in lines)]
    path.write_text("\n".join(rows_of) + "\n")
    return path


@pytest.mark.usefixtures("forked")
def test_a_file_is_brought_mapped_and_published(
    visit: Open, base: str, shop: Shop, tmp_path: Path
) -> None:
    seen = visit(base=base)
    seen.go("/data")
    bring(seen, weighed(tmp_path / "own.csv"), "own shop")

    expect(seen.page.locator("#data-doubts")).to_contain_text("how much was paid")
    expect(seen.page.locator("#data-figures")).to_contain_text("It isn’t known yet")
    expect(seen.page.locator("#data-publish")).to_be_disabled()
    looks_right(seen.page)
    seen.page.get_by_label("What the column Apiece is").select_option(
        label="Price of one piece ·"
    )
    expect(seen.page.locator("#data-publish")).to_be_disabled()
    expect(button(seen.page, "Publish as “own shop”")).to_be_enabled(timeout=SOON)
    expect(seen.page.get_by_label("What the column Apiece is")).to_have_value("unit_price")
    expect(seen.page.get_by_label("Its name")).to_have_value("own shop")
    told = Person(seen).told()
    looks_right(seen.page)

    button(seen.page, "Publish as “own shop”").click()
    expect(seen.page.locator("#data-job")).to_contain_text("is published", timeout=SOON)
    expect(seen.page.locator("#data-list")).to_contain_text("own shop", timeout=SOON)
    assert len(run(shop, "own shop")) == 1
    found = rows(shop.path, f"{NUMBERS} where dataset = ?", "own shop")[0]
    assert same_numbers(told, found)
    looks_right(seen.page)

    seen.page.get_by_text("Log", exact=True).click()
    expect(seen.page.locator("#data-log")).to_contain_text("segment")
    seen.page.get_by_text("What was done", exact=True).click()
    past = seen.page.locator("#data-past details").first
    past.locator("summary").click()
    expect(past).to_contain_text("Published “own shop”")


@pytest.mark.usefixtures("forked")
def test_replacing_asks_with_the_figures_of_both_sides(
    visit: Open, base: str, shop: Shop, tmp_path: Path
) -> None:
    ((customers,),) = rows(shop.path, "select count(*) from published_customer")
    before = run(shop, "shop")
    seen = visit(base=base)
    seen.go("/data")
    bring(seen, write_shop(tmp_path / "next.csv", seed=8, customers=60), " SHOP ")
    replace = button(seen.page, "Replace “shop” …")
    expect(replace).to_be_enabled(timeout=SOON)
    replace.click()
    question = seen.page.locator("#data-asked")
    expect(question).to_contain_text(f"Replace “shop” ({customers:,} customers to ")
    expect(question).to_contain_text(re.compile(r"with [\d,]+ rows, [\d,]+ customers to"))
    looks_right(seen.page)
    button(seen.page, "Leave it as it is").click()
    expect(seen.page.locator("#data-answer")).to_contain_text("Nothing was replaced")
    expect(question).to_be_hidden()
    assert run(shop, "shop") == before

    replace.click()
    button(seen.page, "Replace it").click()
    expect(seen.page.locator("#data-job")).to_contain_text("is published", timeout=SOON)
    assert run(shop, "shop") != before
    assert rows(shop.path, "select count(*) from dataset") == [(1,)]


@pytest.mark.usefixtures("forked")
def test_choices_stay_and_the_next_file_goes_in_with_one_press(
    visit: Open, base: str, shop: Shop, tmp_path: Path
) -> None:
    folder = shop_tables.in_folder(shop_tables.northwind(), tmp_path / "tables")
    seen = visit(base=base)
    seen.go("/data")
    person = Person(seen)
    person.bring(*sorted(folder.iterdir()))
    person.told()
    seen.page.get_by_label("Its name").fill("trader")
    seen.page.get_by_label("Currency", exact=True).select_option("CHF")
    expect(seen.page.locator(".gives")).to_contain_text("CHF", timeout=SOON)
    expect(button(seen.page, "Publish as “trader”")).to_be_enabled(timeout=SOON)
    assert seen.page.locator(".table-choice input").count() == len(list(folder.iterdir()))
    seen.page.get_by_label("It is", exact=True).select_option("customers")
    expect(seen.page.locator("#data-publish")).to_be_disabled()
    seen.page.get_by_label("It is", exact=True).select_option("auto")
    expect(button(seen.page, "Publish as “trader”")).to_be_enabled(timeout=SOON)
    expect(seen.page.get_by_label("Currency", exact=True)).to_have_value("CHF")
    told = person.told()
    person.publish("Publish as “trader”")
    found = rows(shop.path, f"{NUMBERS} where dataset = ?", "trader")[0]
    assert same_numbers(told, found)

    person.bring(*sorted(folder.iterdir()))
    again = button(seen.page, "Add to “trader”")
    expect(again).to_be_enabled(timeout=SOON)
    expect(seen.page.get_by_label("Currency", exact=True)).to_have_value("CHF")
    person.publish("Add to “trader”")
    assert rows(shop.path, f"{NUMBERS} where dataset = ?", "trader")[0] == found


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize(("size", "most"), [(DESK, 1800), (PHONE, 3600)])
def test_the_page_is_short(
    visit: Open, base: str, tmp_path: Path, size: tuple[int, int], most: int
) -> None:
    seen = visit(base=base, size=size)
    seen.page.add_init_script(SHIFTS)
    seen.go("/data")
    words = seen.page.evaluate(WORDS)
    assert words < 400
    assert seen.page.evaluate("document.documentElement.scrollHeight") <= most
    assert seen.page.evaluate("window.shifted") < 0.1
    Person(seen).bring(weighed(tmp_path / "own.csv"))
    expect(seen.page.locator("#data-doubts")).to_contain_text("how much was paid", timeout=SOON)
    looks_right(seen.page)
    assert seen.page.evaluate("document.documentElement.scrollHeight") <= most


def test_reload_and_a_second_browser_see_the_same_progress(
    visit: Open, base: str, shop: Shop
) -> None:
    first, second = visit(base=base), visit(base=base)
    first.go("/?dataset=shop")
    second.go("/data?dataset=shop")
    refresh(first.page)

    expect(first.page.locator("#refreshing-said")).to_contain_text("Refreshing", timeout=SOON)
    with paused(shop, job=1):
        expect(second.page.locator("#refreshing-said")).to_contain_text("Refreshing")
        expect(second.page.locator("#data-job")).to_contain_text("Refresh of “shop”")
        first.page.reload()
        expect(first.page.locator("#refreshing-said")).to_contain_text(
            "Refreshing", timeout=SOON
        )
        refresh(second.page)

    for seen in (first, second):
        expect(seen.page.locator("#refreshing-said")).to_contain_text(
            "is published", timeout=SOON
        )
    expect(first.page.get_by_role("link", name="Show it")).to_be_visible()
    looks_right(first.page)
    assert run(shop, "shop")[0][0] > 1


def test_cancel_leaves_what_was_published(
    visit: Open, base: str, shop: Shop, tmp_path: Path
) -> None:
    (shop.path.parent / "portal.yaml").write_text(SLOW)
    before = run(shop, "shop")
    seen = visit(base=base)
    seen.go("/data")
    bring(seen, write_shop(tmp_path / "next.csv", seed=8), "next")
    expect(button(seen.page, "Publish as “next”")).to_be_enabled(timeout=SOON)
    button(seen.page, "Publish as “next”").click()
    expect(seen.page.locator("#data-job")).to_contain_text("Segments", timeout=SOON)

    seen.page.reload()
    expect(seen.page.locator("#data-job")).to_contain_text("Segments", timeout=SOON)
    button(seen.page, "Cancel").click()
    expect(seen.page.locator("#data-job")).to_contain_text("Cancelled;", timeout=SOON)

    assert run(shop, "shop") == before
    assert run(shop, "next") == []
    expect(seen.page.locator("#data-publish")).to_be_enabled(timeout=SOON)
    button(seen.page, "Throw the file away").click()
    expect(seen.page.locator("#data-file")).to_contain_text("no longer here")
    assert not list((shop.path.parent / "uploads").iterdir())


@pytest.mark.usefixtures("forked")
def test_a_wrong_file_is_refused_with_a_sentence(
    visit: Open, base: str, shop: Shop, tmp_path: Path
) -> None:
    (tmp_path / "orders.csv").write_bytes(b"%PDF-1.7\n" + bytes(400))
    seen = visit(base=base, mode="dark", size=PHONE)
    seen.go("/data")
    with seen.page.expect_file_chooser() as chooser:
        seen.page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(tmp_path / "orders.csv")

    expect(seen.page.locator("#data-file")).to_contain_text("is a PDF document", timeout=SOON)
    looks_right(seen.page)
    assert not list((shop.path.parent / "uploads").iterdir())


@pytest.mark.usefixtures("forked")
def test_a_data_set_is_renamed_and_deleted(visit: Open, base: str, shop: Shop) -> None:
    seen = visit(base=base)
    seen.go("/data")
    seen.page.get_by_text("Rename or delete a data set").click()
    seen.page.locator("#data-which").select_option("shop")
    seen.settle()
    seen.page.get_by_label("New name").fill("store")
    seen.settle()
    button(seen.page, "Rename").click()
    expect(seen.page.locator("#data-changed")).to_contain_text("store")
    expect(seen.page.locator("#data-list")).to_contain_text("store")
    assert run(shop, "store") != []

    seen.page.locator("#data-which").select_option("store")
    button(seen.page, "Delete …").click()
    expect(seen.page.locator("#data-confirm")).to_contain_text("can't be undone")
    looks_right(seen.page)
    button(seen.page, "Delete for good").click()
    expect(seen.page.locator("#data-list")).to_contain_text(
        "Files that you publish become data sets", timeout=SOON
    )
    assert rows(shop.path, "select count(*) from order_line") == [(0,)]


@pytest.mark.usefixtures("forked")
def test_a_portal_without_data_takes_a_file(visit: Open, serve: Serve, tmp_path: Path) -> None:
    settings = tmp_path / "portal.yaml"
    settings.write_text(QUICK)
    base = serve(Settings(db=f"sqlite:///{tmp_path / 'none.db'}", refresh_settings=settings))
    seen = visit(base=base)
    seen.go("/")
    path = write_shop(tmp_path / "first.csv")
    with seen.page.expect_file_chooser() as chooser:
        seen.page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(path)

    expect(seen.page.locator("#data-file")).to_contain_text("Looks like", timeout=SOON)
    expect(button(seen.page, "Publish as “first”")).to_be_enabled(timeout=SOON)
    button(seen.page, "Publish as “first”").click()
    expect(seen.page.locator("#data-job")).to_contain_text("is published", timeout=SOON)
    seen.page.get_by_role("link", name="Open Today").first.click()
    expect(seen.page.locator("#page-head h1")).to_contain_text("Today", timeout=SOON)
