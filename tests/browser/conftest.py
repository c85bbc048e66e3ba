"""Chromium in front of a served portal; whatever the browser complains of fails the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from db.engine import open_reader
from portal.app import create_app
from portal.settings import Settings
from tests.forks import fork_jobs
from tests.serving import serving
from tests.shops import Shop, made_once, refreshed, write_shop

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--no-sandbox",
]  # fmt: skip
DESK, PHONE = (1440, 900), (390, 844)
PATIENCE = 60_000
WAITS = count(1)
expect.set_options(timeout=PATIENCE)

HARMLESS = (
    "Canvas2D: Multiple readback operations",  # Plotly measures the labels of a 3D scene
    "GPU stall due to ReadPixels",  # WebGL drawn in software
)
WATCHED = """
window.violations = [];
window.asking = 0;
{
    const ask = window.fetch;
    window.fetch = (...given) => {
        window.asking += 1;
        return ask(...given).finally(() => { window.asking -= 1; });
    };
}
window.shifted = 0;
new PerformanceObserver((list) => {
    list.getEntries().filter((each) => !each.hadRecentInput)
        .forEach((each) => { window.shifted += each.value; });
}).observe({ type: "layout-shift", buffered: true });
document.addEventListener("securitypolicyviolation", (event) => {
    window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""
LEFT = """() => {
    localStorage.clear();
    sessionStorage.clear();
    return window.violations;
}"""
POLLING = 100
"""Milliseconds between two looks: one at every frame takes half a core of what is awaited."""
STABLE = 300
"""For so many milliseconds nothing may be loading: between the answer of a callback and what is
asked for because of it there is a moment at which nothing is."""
SETTLED = """([wait, stable]) => {
    const shown = document.querySelector("#page-head h1");
    const busy = window.asking || document.querySelector("[data-dash-is-loading='true']");
    const seen = (each) => each.checkVisibility();
    const charts = [...document.querySelectorAll(".chart")].filter(seen);
    const settled = shown && !busy
        && charts.every((chart) => chart.querySelector(".main-svg"));
    if (!settled || window.settled?.wait !== wait) {
        window.settled = { wait, since: performance.now() };
    }
    return settled && performance.now() - window.settled.since >= stable;
}"""
FITTED = """() => [...document.querySelectorAll(".chart .main-svg")].every((drawn) => {
    const chart = drawn.closest(".chart");
    return !chart.checkVisibility() || drawn.clientWidth <= chart.clientWidth + 1;
})"""
OVERLAPS = """() => {
    const boxes = [...document.querySelectorAll(".card, .tile, .filter-bar, #page-head")]
        .filter((each) => each.checkVisibility())
        .map((each) => [each, each.getBoundingClientRect()]);
    const found = [];
    boxes.forEach(([one, a], place) => boxes.slice(place + 1).forEach(([other, b]) => {
        if (one.contains(other) || other.contains(one)) { return; }
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 1 && high > 1) {
            found.push(`${one.className} and ${other.className} by ${wide}×${high}`);
        }
    }));
    return found;
}"""
SPILLING = """() => {
    const width = document.documentElement.clientWidth;
    const page = document.documentElement.scrollWidth - width;
    const boxes = ".card, .tile, .tile-value, .chip, .card-title";
    const inner = [...document.querySelectorAll(boxes)]
        .filter((each) => each.checkVisibility())
        .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0)
        .filter((each) => getComputedStyle(each).overflowX === "visible")
        .map((each) => `${each.className}: ${each.textContent.slice(0, 40)}`);
    return page > 0 ? [`the page by ${page} px`, ...inner] : inner;
}"""

LENGTH = """() => {
    const main = document.querySelector("main");
    const words = (text) => (text.match(/[\\p{L}\\p{N}][^\\s]*/gu) || []).length;
    const tables = [...main.querySelectorAll("table, .ag-root-wrapper")]
        .filter((each) => !each.parentElement.closest("table, .ag-root-wrapper"));
    const inside = tables.reduce((sum, each) => sum + words(each.innerText), 0);
    return {
        high: Math.max(document.documentElement.scrollHeight,
            main.scrollHeight + main.getBoundingClientRect().top),
        words: words(main.innerText) - inside,
        shifted: window.shifted,
    };
}"""
CROSSED = """() => {
    const found = [];
    document.querySelectorAll(".chart .main-svg").forEach((drawn) => {
        const labels = [...drawn.querySelectorAll(".textpoint text, .annotation-text")]
            .map((each) => [each.textContent, each.getBoundingClientRect()])
            .filter(([text, box]) => text.trim() && box.width > 0);
        labels.forEach(([text, a], place) => labels.slice(place + 1).forEach(([other, b]) => {
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (wide > 2 && high > 2) { found.push(`${text} over ${other}`); }
        }));
    });
    return found;
}"""
MOST_HIGH = {DESK: 1_800, PHONE: 3_600}
MOST_WORDS, MOST_SHIFTED = 400, 0.1


class Visit(NamedTuple):
    """A page of the browser, the address it looks at, and what it posted so far."""

    page: Page
    base: str
    posts: list[str]

    def go(self, address: str) -> None:
        """Open an address and wait until everything on it is there."""
        self.page.goto(self.base + address)
        self.settle()

    def turn(self, size: tuple[int, int]) -> None:
        """Change the size of the window and wait until everything fits it."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.wait_for_function(FITTED, timeout=PATIENCE, polling=POLLING)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is loading any more."""
        self._wait()

    def _wait(self) -> None:
        wait = next(WAITS)
        self.page.wait_for_function(
            SETTLED, arg=[wait, STABLE], timeout=PATIENCE, polling=POLLING
        )


def looks_right(page: Page) -> None:
    """Insist that nothing overflows, overlaps or breaks WCAG as far as axe sees."""
    assert page.evaluate(SPILLING) == []
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(CROSSED) == []
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def keeps_its_length(page: Page, size: tuple[int, int]) -> None:
    """Insist that a page is no longer, wordier or less steady than a page may be."""
    length = page.evaluate(LENGTH)
    assert length["high"] <= MOST_HIGH[size]
    assert size != DESK or length["words"] < MOST_WORDS
    assert length["shifted"] < MOST_SHIFTED


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do jobs in forked processes; see `fork_jobs`."""
    fork_jobs(monkeypatch)


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Publish two made-up shops in one database, the second a small one."""

    def made(folder: Path) -> Shop:
        small = write_shop(folder / "small.csv", seed=5)
        refreshed(folder / "portal.db", small, dataset="small shop")
        large = write_shop(folder / "shop.csv", customers=600, days=500)
        return refreshed(folder / "portal.db", large, dataset="shop")

    return made_once(tmp_path_factory, "browser", made)


@pytest.fixture(scope="session")
def portal(shops: Shop) -> Iterator[str]:
    """Serve both shops."""
    with serving(create_app(open_reader(shops.url), Settings(db=shops.url))) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start one browser for all tests."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Profiles:
    """Profiles of the browser, each for one visit at a time.

    A profile that was left is taken again by the next visit that looks the same way: it has
    the scripts of the portal at hand, but nothing that was stored.
    """

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.idle: dict[tuple[str, tuple[int, int]], list[BrowserContext]] = {}

    def taken(self, mode: str, size: tuple[int, int]) -> BrowserContext:
        """Give a profile that nobody uses."""
        idle = self.idle.setdefault((mode, size), [])
        if idle:
            return idle.pop()
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=mode,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(WATCHED)
        return context

    def leave(self, visit: Visit, mode: str, size: tuple[int, int]) -> list[str]:
        """Close a visit, forget what it stored and give the violations of the policy."""
        violations: list[str] = visit.page.evaluate(LEFT)
        context = visit.page.context
        context.clear_cookies()
        visit.page.close()
        self.idle[mode, size].append(context)
        return violations


Open = Callable[..., Visit]
Serve = Callable[[Settings], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve portals of their own; they end after the visits to them, which would complain."""
    with ExitStack() as ends:

        def served(settings: Settings) -> str:
            app = create_app(open_reader(settings.db), settings)
            return f"http://127.0.0.1:{ends.enter_context(serving(app, threads=8))}"

        yield served


@pytest.fixture(scope="session")
def profiles(chromium: Browser) -> Profiles:
    """Keep profiles for all tests."""
    return Profiles(chromium)


@pytest.fixture
def visit(profiles: Profiles, serve: Serve, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Open pages; at the end the browser must have complained of nothing.

    `visit(mode=…, size=…, base=…, allowed=…)`: `base` is the portal of both shops where none is
    given, which is made only then; `allowed` are beginnings of console messages that this test
    provokes.
    """
    problems: list[str] = []
    visits: list[tuple[Visit, str, tuple[int, int]]] = []

    def opened(
        *,
        mode: str = "light",
        size: tuple[int, int] = DESK,
        base: str | None = None,
        allowed: tuple[str, ...] = (),
    ) -> Visit:
        where = base or str(request.getfixturevalue("portal"))
        page = profiles.taken(mode, size).new_page()
        posts: list[str] = []

        def hear(message: ConsoleMessage) -> None:
            if not message.text.startswith((*HARMLESS, *allowed)):
                problems.append(f"console {message.type}: {message.text}")

        def see(request: Request) -> None:
            if urlsplit(request.url).netloc not in {urlsplit(where).netloc, ""}:
                problems.append(f"foreign request: {request.url}")
            if request.method == "POST" and "/_dash-update-component" in request.url:
                posts.append(str((request.post_data_json or {}).get("output")))

        page.on("console", hear)
        page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
        page.on("request", see)
        visits.append((Visit(page, where, posts), mode, size))
        return visits[-1][0]

    yield opened
    for visited, mode, size in visits:
        problems += [f"policy: {each}" for each in profiles.leave(visited, mode, size)]
    assert problems == []
