"""The page of data in a browser: bring a file in, map it, publish it, cancel, follow."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal.settings import Settings
from tests.browser.conftest import PHONE, Open, Serve, Visit, looks_right
from tests.forks import fork_jobs
from tests.processes import paused
from tests.shops import QUICK, Shop, copied, rows, write_shop

pytestmark = pytest.mark.browser
SLOW = "segments: {algorithm: kmeans, tuning: true, trials: 4, bootstraps: 100000}\n"
SOON = 60_000


@pytest.fixture
def shop(published_shop: Shop, tmp_path: Path) -> Shop:
    """Give a shop that the test may change."""
    path = copied(published_shop.path, tmp_path / "portal.db")
    return Shop(path, f"sqlite:///{path}", published_shop.dataset)


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    fork_jobs(monkeypatch)


@pytest.fixture
def base(shop: Shop, serve: Serve) -> str:
    """Serve it."""
    settings = shop.path.parent / "portal.yaml"
    settings.write_text(QUICK)
    return serve(Settings(db=shop.url, refresh_settings=settings))


def bring(seen: Visit, path: Path, dataset: str) -> None:
    """Choose a file and wait for its check."""
    seen.page.get_by_label("Data set, new or existing").fill(dataset)
    with seen.page.expect_file_chooser() as chooser:
        seen.page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(path)
    expect(seen.page.locator("#data-file")).to_contain_text(
        re.compile("Recognised|No form fits"), timeout=SOON
    )


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def run(shop: Shop, dataset: str) -> list[tuple]:
    return rows(shop.path, "select run from published_run where dataset = ?", dataset)


def test_a_file_is_brought_mapped_and_published(
    visit: Open, base: str, shop: Shop, tmp_path: Path
) -> None:
    text = write_shop(tmp_path / "own.csv", seed=7).read_text()
    (tmp_path / "own.csv").write_text(text.replace("UnitPrice", "Cost per piece", 1))
    seen = visit(base=base)
    seen.go("/data")
    bring(seen, tmp_path / "own.csv", "own shop")

    expect(seen.page.locator("#data-file")).to_contain_text("unit_price")
    expect(button(seen.page, "Refresh and publish")).to_be_disabled()
    seen.page.get_by_label("Field of the column Cost per piece").select_option("unit_price")
    button(seen.page, "Check again").click()
    expect(button(seen.page, "Refresh and publish")).to_be_enabled(timeout=SOON)
    expect(seen.page.get_by_text("Rows by cleaning rule")).to_be_visible()
    expect(seen.page.get_by_label("Field of the column Cost per piece")).to_have_value(
        "unit_price"
    )
    looks_right(seen.page)

    button(seen.page, "Refresh and publish").click()
    expect(seen.page.locator("#data-job")).to_contain_text("is published", timeout=SOON)
    expect(seen.page.locator("#data-list")).to_contain_text("own shop", timeout=SOON)
    assert len(run(shop, "own shop")) == 1
    looks_right(seen.page)

    seen.page.get_by_text("Log", exact=True).click()
    expect(seen.page.locator("#data-log")).to_contain_text("segment")
    past = seen.page.locator("#data-past details").first
    past.locator("summary").click()
    expect(past).to_contain_text("Published “own shop”")


def test_reload_and_a_second_browser_see_the_same_progress(
    visit: Open, base: str, shop: Shop
) -> None:
    first, second = visit(base=base), visit(base=base)
    first.go("/?dataset=shop")
    second.go("/data?dataset=shop")
    first.page.get_by_role("button", name="Refresh", exact=True).click()

    expect(first.page.locator("#refreshing-said")).to_contain_text("Refreshing", timeout=SOON)
    with paused(shop, job=1):
        expect(second.page.locator("#refreshing-said")).to_contain_text("Refreshing")
        expect(second.page.locator("#data-job")).to_contain_text("Refresh of “shop”")
        first.page.reload()
        expect(first.page.locator("#refreshing-said")).to_contain_text(
            "Refreshing", timeout=SOON
        )
        second.page.get_by_role("button", name="Refresh", exact=True).click()

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
    button(seen.page, "Refresh and publish").click()
    expect(seen.page.locator("#data-job")).to_contain_text("Segments", timeout=SOON)

    seen.page.reload()
    expect(seen.page.locator("#data-job")).to_contain_text("Segments", timeout=SOON)
    button(seen.page, "Cancel").click()
    expect(seen.page.locator("#data-job")).to_contain_text("Cancelled;", timeout=SOON)

    assert run(shop, "shop") == before
    assert run(shop, "next") == []
    expect(button(seen.page, "Refresh and publish")).to_be_enabled()
    button(seen.page, "Throw the file away").click()
    expect(seen.page.locator("#data-answer")).to_contain_text("deleted")
    assert not list((shop.path.parent / "uploads").iterdir())


@pytest.mark.usefixtures("forked")
def test_a_wrong_file_is_refused_with_a_sentence(
    visit: Open, base: str, shop: Shop, tmp_path: Path
) -> None:
    (tmp_path / "orders.csv").write_bytes(b"%PDF-1.7\n" + bytes(400))
    seen = visit(base=base, mode="dark", size=PHONE)
    seen.go("/data")
    with seen.page.expect_file_chooser() as chooser:
        seen.page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(tmp_path / "orders.csv")

    expect(seen.page.locator("#data-file")).to_contain_text("is a PDF document", timeout=SOON)
    looks_right(seen.page)
    assert not list((shop.path.parent / "uploads").iterdir())


@pytest.mark.usefixtures("forked")
def test_a_data_set_is_renamed_and_deleted(visit: Open, base: str, shop: Shop) -> None:
    seen = visit(base=base)
    seen.go("/data")
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
        "There is no data set yet", timeout=SOON
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

    expect(seen.page.locator("#data-file")).to_contain_text("Recognised", timeout=SOON)
    button(seen.page, "Refresh and publish").click()
    expect(seen.page.locator("#data-job")).to_contain_text("is published", timeout=SOON)
    seen.page.get_by_role("link", name="Open the overview").first.click()
    expect(seen.page.locator("#page-head h1")).to_contain_text("Overview", timeout=SOON)
