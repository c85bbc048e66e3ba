"""The frame in a browser: every page, in themes and at widths; filters, menus, dialogs."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from db.engine import open_reader
from portal.app import PAGES, create_app
from portal.settings import Settings
from tests.browser.conftest import (
    DESK,
    PHONE,
    Open,
    Serve,
    keeps_its_length,
    looks_right,
)
from tests.sampling import sampled
from tests.serving import serving
from tests.shops import FORMS, Shop, copied

pytestmark = pytest.mark.browser

NO_DATABASE = "sqlite:////nowhere/portal.db"


def registered() -> list[str]:
    create_app(open_reader(NO_DATABASE), Settings(db=NO_DATABASE))
    return [page.path for page in PAGES if page.group]


def shared(page: Page) -> list[str]:
    """List the buttons of charts that would send a figure to another host."""
    titles = page.locator("[data-title]").evaluate_all("all => all.map(e => e.dataset.title)")
    return [title for title in titles if re.search("share|cloud|edit", title, re.IGNORECASE)]


PATHS = registered()
FILTERED = "/?dataset=shop"
CHOSEN = "#filter-segment [aria-checked=true]"


DATASETS = ("shop", *FORMS)
"""The shop of 500 days, and a small data set of each form, a shop of some months among them."""
LOOKS = [
    (path, mode, place)
    for path in PATHS
    for mode in ("light", "dark")
    for place in range(len(DATASETS))
]
SAMPLE = [
    (path, ("light", "dark")[number % 2], number % len(DATASETS))
    for number, path in enumerate(PATHS)
]


@pytest.fixture(scope="session")
def small_sets(forms: Shop) -> Iterator[str]:
    """Serve a small data set of each form."""
    with serving(create_app(open_reader(forms.url), Settings(db=forms.url))) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    "look",
    sampled(LOOKS, SAMPLE),
    ids=lambda look: f"{look[0]}-{look[1]}-{DATASETS[look[2]]}-{look[2]}",
)
def test_every_page_looks_right(
    visit: Open, look: tuple[str, str, int], request: pytest.FixtureRequest
) -> None:
    """Opened at one width and turned to the other, which it is opened at in the other theme.

    `make test` has each page once, themes and data sets in turn; `make soak` has it in both
    themes on each data set.
    """
    path, mode, place = look
    sizes = (DESK, PHONE) if mode == "light" else (PHONE, DESK)
    base = str(request.getfixturevalue("small_sets")) if place else None
    seen = visit(mode=mode, size=sizes[0], base=base)
    seen.go(f"{path}?dataset={DATASETS[place]}")

    assert seen.page.locator("html").get_attribute("data-bs-theme") == mode
    assert seen.page.title().endswith("Clientele")
    assert len(seen.posts) == len(set(seen.posts)), "a callback fired twice"
    keeps_its_length(seen.page, sizes[0])
    for size in sizes:
        seen.turn(size)
        assert not shared(seen.page)
        looks_right(seen.page)


KINDS: dict[str, dict[str, Any]] = {
    "bar": {"y": [1, 2]},
    "violin": {"y": [1, 2, 3, 4]},
    "pie": {"values": [1, 2]},
    "sankey": {
        "node": {"label": ["a", "b"]}, "link": {"source": [0], "target": [1], "value": [1]}
    },
    "scatter3d": {"x": [1], "y": [1], "z": [1]},
    "scatterpolargl": {"r": [1], "theta": [1]},
}  # fmt: skip


def test_every_kind_of_chart_is_set_up_when_it_is_drawn(visit: Open) -> None:
    seen = visit()
    seen.go("/risk?dataset=shop")
    for kind, trace in KINDS.items():
        drawn = seen.page.evaluate(
            """async (trace) => {
                const place = document.body.appendChild(document.createElement("div"));
                const graph = await window.Plotly.newPlot(place, [trace]);
                const drawn = graph._fullData.map((each) => each.type);
                place.remove();
                return drawn;
            }""",
            {"type": kind, **trace},
        )
        assert drawn == [kind]


def test_theme_is_chosen_and_remembered(visit: Open) -> None:
    seen = visit(mode="light")
    seen.go("/")
    tick = seen.page.locator(".xtick text").first
    before = tick.evaluate("e => getComputedStyle(e).fill")

    seen.page.get_by_role("button", name="Dark").click()
    expect(seen.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    seen.page.wait_for_function(
        "before => getComputedStyle(document.querySelector('.xtick text')).fill !== before",
        arg=before,
    )
    seen.page.reload()
    seen.settle()

    expect(seen.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(seen.page.get_by_role("button", name="Dark")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert (
        seen.page.locator(".xtick text").first.evaluate("e => getComputedStyle(e).fill")
        != before
    )
    seen.page.get_by_role("button", name="As the system").click()
    expect(seen.page.locator("html")).to_have_attribute("data-bs-theme", "light")


def test_navigation_is_a_drawer_on_a_phone(visit: Open) -> None:
    seen = visit(size=PHONE)
    seen.go("/")
    link = seen.page.get_by_role("link", name="History", exact=True)
    expect(link).to_be_hidden()

    seen.page.get_by_role("button", name="Pages").click()
    expect(link).to_be_visible()
    looks_right(seen.page)
    seen.page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    seen.page.get_by_role("button", name="Pages").click()
    link.click()
    seen.page.wait_for_url("**/history*")
    seen.settle()

    expect(seen.page.get_by_role("heading", level=1)).to_have_text("History")
    expect(link).to_be_hidden()


def test_keyboard_reaches_the_frame_and_the_page(visit: Open) -> None:
    seen = visit()
    seen.go("/")
    reached = []
    for _ in range(24):
        seen.page.keyboard.press("Tab")
        reached.append(seen.page.evaluate("document.activeElement.textContent.trim()"))

    assert reached[0] == "Skip to the content"
    for name in ("Segments", "History", "Data", "Report"):
        assert name in reached
    assert any(said.startswith("Segment") and said != "Segments" for said in reached)


def test_a_page_without_pointer(visit: Open) -> None:
    seen = visit()
    seen.go("/")
    seen.page.get_by_role("link", name="History", exact=True).focus()
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url("**/history*")
    seen.settle()

    expect(seen.page.get_by_role("heading", level=1)).to_be_focused()
    assert seen.page.title() == "History · Clientele"


def test_a_filter_narrows_down_survives_and_clears(visit: Open) -> None:
    seen = visit()
    seen.go(FILTERED)
    everyone = seen.page.locator("#filter-kept").inner_text()
    seen.posts.clear()

    seen.page.locator("#filter-segment-menu > summary").click()
    seen.page.locator("#filter-segment").get_by_role("checkbox").first.click()
    seen.page.wait_for_url("**segment=*")
    seen.settle()
    expect(seen.page.locator("#filter-kept")).to_contain_text(" of ")
    assert len(seen.posts) == len(set(seen.posts)), "a callback fired twice for one filter"
    looks_right(seen.page)
    narrowed, address = seen.page.locator("#filter-kept").inner_text(), seen.page.url

    seen.page.reload()
    seen.settle()
    assert seen.page.url == address
    assert seen.page.locator("#filter-kept").inner_text() == narrowed
    assert seen.page.locator(CHOSEN).count() == 1

    seen.page.get_by_role("link", name="Segments", exact=True).click()
    seen.page.wait_for_url("**/segments*segment=*")
    seen.settle()
    assert seen.page.locator("#filter-kept").inner_text() == narrowed

    seen.page.get_by_role("link", name="Clear").click()
    seen.page.wait_for_url(lambda url: "segment=" not in url)
    seen.settle()
    expect(seen.page.locator("#filter-kept")).to_have_text(everyone)
    assert seen.page.locator(CHOSEN).count() == 0

    seen.page.go_back()
    seen.settle()
    expect(seen.page.locator("#filter-kept")).to_have_text(narrowed)
    assert seen.page.locator(CHOSEN).count() == 1


def test_search_finds_customers_by_their_number(visit: Open) -> None:
    seen = visit()
    seen.go(FILTERED)
    seen.page.get_by_label("Customer", exact=True).fill("11")
    seen.page.wait_for_url("**q=11*")
    seen.settle()
    expect(seen.page.locator("#filter-kept")).to_contain_text(" of ")

    seen.page.get_by_role("link", name="Remove the filter Customer: 11").click()
    seen.page.wait_for_url(lambda url: "q=11" not in url)
    seen.settle()
    expect(seen.page.get_by_label("Customer", exact=True)).to_have_value("")


def test_data_sets_are_switched(visit: Open) -> None:
    seen = visit()
    seen.go("/?segment=At+Risk")
    seen.page.locator("#datasets summary").click()
    seen.page.get_by_role("link", name="small shop").click()
    seen.page.wait_for_url("**dataset=small+shop*")
    seen.settle()

    expect(seen.page.locator("#datasets summary")).to_contain_text("small shop")
    expect(seen.page.locator("#filter-kept")).not_to_contain_text(" of ")
    assert "segment" not in seen.page.url


def test_evidence_is_one_press_away(visit: Open) -> None:
    seen = visit()
    seen.go("/")
    card = seen.page.locator("section[data-card]").first
    card.locator(".card-menu-button").click()
    card.get_by_role("button", name=re.compile("^Data")).click()
    dialog = seen.page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("The rows behind it")
    expect(dialog.get_by_role("table")).to_be_visible()
    looks_right(seen.page)
    with seen.page.expect_download() as download:
        dialog.get_by_role("link", name="Download as CSV").click()
    assert Path(download.value.path()).read_text("utf-8").count("\n") > 1

    seen.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    card.locator(".card-menu-button").click()
    card.get_by_role("button", name=re.compile("^How")).click()
    expect(dialog.get_by_role("heading")).to_have_text("How it is made")
    looks_right(seen.page)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


def test_an_address_without_a_page(visit: Open) -> None:
    seen = visit(
        allowed=("Failed to load resource: the server responded with a status of 404",)
    )
    seen.go("/no/such/page")

    expect(seen.page.get_by_role("heading", level=1)).to_have_text("Page not found")
    looks_right(seen.page)


def test_a_data_set_that_is_not_there(visit: Open) -> None:
    seen = visit()
    seen.go("/?dataset=nothing")
    expect(seen.page.get_by_role("heading", level=1)).to_have_text("No such data set")
    looks_right(seen.page)

    seen.page.get_by_role("link", name="Show the most recent data set").click()
    seen.settle()
    expect(seen.page.locator("#datasets summary")).to_contain_text("shop")


@pytest.mark.parametrize(
    "look",
    [{"mode": "light", "size": DESK}, {"mode": "dark", "size": PHONE}],
    ids=["desk", "phone"],
)
def test_landing_waits_for_data(
    visit: Open, serve: Serve, shops: Shop, tmp_path: Path, look: dict[str, Any]
) -> None:
    database = tmp_path / "portal.db"
    base = serve(Settings(db=f"sqlite:///{database}"))
    seen = visit(base=base, **look)
    seen.go("/")
    expect(seen.page.get_by_role("heading", level=1)).to_have_text("Add data")
    expect(seen.page.get_by_text("python scripts/refresh.py FILE")).to_be_visible()
    looks_right(seen.page)

    copied(shops.path, tmp_path / "copy.db")
    (tmp_path / "copy.db").rename(database)
    expect(seen.page.get_by_role("heading", level=1)).to_have_text("Today")
    seen.settle()


def test_one_failure_leaves_the_rest_alive(
    visit: Open, serve: Serve, shops: Shop, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.db"
    copied(shops.path, broken)
    with closing(sqlite3.connect(broken)) as connection:
        connection.execute("drop table stage_timing")
        connection.commit()
    base = serve(Settings(db=f"sqlite:///{broken}"))
    seen = visit(base=base)
    seen.page.goto(f"{base}/history")
    expect(seen.page.locator("#history-stages-problem")).to_contain_text("stage_timing")
    seen.page.locator("details:has(#history-findings) > summary").first.click()
    expect(seen.page.locator("#history-findings li").first).to_be_visible()


def test_a_click_on_a_mark_filters_and_a_second_one_lets_go(visit: Open) -> None:
    seen = visit()
    seen.go(FILTERED)
    bar = seen.page.locator("#today-segments .barlayer .point path").first
    for pattern in ("**segment=*", lambda url: "segment=" not in url):
        bar.scroll_into_view_if_needed()
        bar.click(force=True)
        seen.page.wait_for_url(pattern)
        seen.settle()


def test_exploring_follows_what_is_chosen(visit: Open) -> None:
    seen = visit()
    seen.go("/explore?dataset=shop")
    groups = seen.page.locator("#explore-groups-title")
    before = groups.inner_text()
    seen.posts.clear()

    seen.page.get_by_label("Measure").select_option("frequency")
    expect(groups).not_to_have_text(before)
    seen.settle()
    assert len(seen.posts) == 2, "more than the figure and its table was asked for"
    looks_right(seen.page)

    seen.page.locator("#filter-segment-menu > summary").click()
    seen.page.locator("#filter-segment").get_by_role("checkbox").first.click()
    seen.page.wait_for_url("**segment=*")
    seen.settle()
    expect(seen.page.get_by_label("Measure")).to_have_value("frequency")


def test_thresholds_and_parts_hold_in_their_tabs(visit: Open) -> None:
    seen = visit()
    seen.go("/explore?dataset=shop#spread")
    labels = seen.page.locator("#explore-labels-title")
    own = labels.inner_text()
    seen.page.get_by_label("VIP, top %").fill("40")
    seen.page.keyboard.press("Tab")
    expect(labels).not_to_have_text(own)
    seen.settle()
    looks_right(seen.page)
    seen.page.get_by_role("tab", name="Attributes").click()
    seen.page.get_by_label("Compare by").select_option("segment")
    expect(seen.page.get_by_role("region", name="Attributes by part")).to_be_visible()
    seen.settle()
    looks_right(seen.page)
