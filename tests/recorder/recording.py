"""Ask a portal for every answer about a data set and write it down.

Whatever is asked follows from what the portal itself offers: its pages, the values in its
filter bar, the options of its controls, the links and cards on its pages.
"""

import csv
import importlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import dash
import pandas as pd

from tests.dash_protocol import views
from tests.recorder.book import Writer
from tests.recorder.browser import (
    PRESSED,
    URL,
    Answers,
    Browser,
    Page,
    answer_name,
    is_possible,
)
from tests.recorder.offered import narrowed, others, written
from tests.recorder.plain import named

EVERYTHING = "all"
DIALOG = "evidence-asked.data"
BAR = "filter-bar.hidden"
ATTRIBUTE, GROUPS = "explore-by", "/export/explore-groups.csv"
"""The control that chooses an attribute, and its groups as a file."""
OWN = {"dataset", "segment", "country", "band", "risk", "q", "where", "bom", "sort", "order"}
"""Names in a query that narrow a page down; any other shows something else on it."""
MOST_LINKS = 3
"""Addresses of one kind that are followed from a page."""
MOST_FIELDS = 6
"""Fields that are changed of those that a press brings."""
WITH_OPTIONS = {EVERYTHING: 3, "segment": 1}
"""Other values of each control that are tried, by the name of the query."""
UNNARROWED = (EVERYTHING, "segment", "where")
"""Queries with which a page without a filter bar is asked."""
LISTED = "/export/segments-customers.csv"
"""The file of all customers."""
DOWNLOADS = (
    "/export/processed.csv", "/export/bi.csv", "/export/segments/summary.csv",
    "/export/segments/actions.csv", "/export/report.html", "/export/scored.csv",
    "/api/v1/score/inputs",
)  # fmt: skip
FOR_ALL = ("/healthz", "/api/v1/openapi.json", "/sample/none.csv", "/export/no-such-card.csv")
SORTS = ("customer_id", "monetary", "segment", "country", "no_such_column")
HREF = re.compile(r"^/(export|sample)/")


class Recorder:
    """Asks about one data set."""

    def __init__(
        self, browser: Browser, dataset: str, book: Writer, pages: list[str] | None = None
    ) -> None:
        self.browser, self.dataset, self.book = browser, dataset, book
        self.pages = [path for path in paths() if not pages or path in pages]
        self.downloaded: set[str] = set()
        self.cards: set[str] = set()
        self.links: dict[tuple[str, ...], list[str]] = {}
        self.found_where: list[str] = []

    def record(self) -> None:
        """Ask everything: first as it stands, which tells by what it can be narrowed down."""
        everything = written(self.dataset, {})
        offered = self.bar()
        for path in self.pages:
            self.page(path, everything, EVERYTHING)
        queries = narrowed(offered)
        where = sorted({*self.found_where, *self.groups()})
        if where:
            queries["where"] = {"where": where[:1]}
            queries["combined"] = queries["combined"] | {"where": where[-1:]}
        if len(where) > 1:
            queries["both"] = {"where": [where[0], where[-1]]}
        for path in self.linked():
            address = urlsplit(path)
            self.page(address.path, f"?{address.query}", "linked")
        for customer in self.customers():
            self.page("/customer", written(self.dataset, {"customer": [customer]}), "customer")
        for name, query in queries.items():
            search = written(self.dataset, query)
            for path in self.pages:
                self.page(path, search, name)
            self.downloads(search, name)
        self.downloads(everything, EVERYTHING)
        for path in FOR_ALL:
            self.download(path)
        self.score()

    def page(self, path: str, search: str, name: str) -> None:
        """Record a page under a query, with everything that it leads to."""
        page = self.browser.opened(path, search)
        is_narrowed = page.answers.get(BAR) is False
        if not is_narrowed and name not in (*UNNARROWED, "linked", "customer"):
            return
        at = f"{path} {search}"
        self.note(page, page.answers, at)
        self._shown(page, at, name)
        for tab, shown in self.browser.tabs(page) if name in (EVERYTHING, "customer") else ():
            self._shown(shown, f"{at} #{tab}", name)

    def _shown(self, page: Page, at: str, name: str) -> None:
        """Record what a page or a tab of it holds."""
        self._rest(page, at)
        self._tables(page, at, is_whole=name == EVERYTHING)
        self._options(page, at, WITH_OPTIONS.get(name, 0))
        if name in (EVERYTHING, "customer"):
            self._presses(page, at)
        self._evidence(page, at, with_how=name == EVERYTHING)

    def note(self, page: Page, answers: Answers, at: str) -> None:
        """Write answers down, and keep the addresses that they lead to."""
        for name, value in answers.items():
            self.book.put(f"{at} {name}", value)
            if name == f"{URL}.search" and isinstance(value, str):
                pairs = dict(parse_qsl(value.removeprefix("?")))
                self.found_where += [pairs["where"]] if "where" in pairs else []
            for href in named(value, "href"):
                self._lead(href, page)

    def linked(self) -> Iterator[str]:
        """Give addresses that show something else on a page, a few of each kind."""
        for _kind, found in sorted(self.links.items()):
            yield from found[:MOST_LINKS]

    def bar(self) -> dict[str, list[str]]:
        """Read what the filter bar offers, by the field."""
        page = self.browser.opened("/", written(self.dataset, {}))
        found: dict[str, list[str]] = {}
        for props in pressed(page.answers):
            if props.get("data-action") == "toggle-filter":
                found.setdefault(str(props["data-field"]), []).append(str(props["data-value"]))
        return found

    def groups(self) -> list[str]:
        """Give a group of the attribute by which the page of attributes begins."""
        page = self.browser.opened("/explore", written(self.dataset, {}))
        options = page.there.get(ATTRIBUTE, {}).get("options") or []
        if not options:
            return []
        names = {each["label"]: each["value"] for each in options}
        first = options[0]["value"]
        choices = json.dumps({"by": first, "measure": "monetary"})  # read from version 0.2 on
        query = f"{written(self.dataset, {})}&{urlencode({'card-choices': choices})}"
        answer = self.browser.client.get(f"{GROUPS}{query}")
        rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
        return [
            f"{names.get(row.get('attribute', ''), first)}={row['group']}" for row in rows[:2]
        ]

    def customers(self) -> list[str]:
        """Choose who ordered most and who ordered least, or the first and the last."""
        answer = self.browser.client.get(f"{LISTED}{written(self.dataset, {})}")
        rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
        rows.sort(key=lambda row: (float(row.get("frequency") or 0), row["customer_id"]))
        return [rows[-1]["customer_id"], rows[0]["customer_id"]]

    def downloads(self, search: str, name: str) -> None:
        """Record every download under a query."""
        for card in sorted(self.cards):
            self.download(f"/export/{quote(card)}.csv{search}")
        for column in SORTS if name in (EVERYTHING, "segment") else ():
            for order in ("asc", "desc"):
                self.download(f"{LISTED}{search}&sort={column}&order={order}")
        if name == EVERYTHING:
            for path in DOWNLOADS:
                self.download(f"{path}{search}")

    def download(self, path: str) -> None:
        """Record a file, once."""
        if path in self.downloaded:
            return
        self.downloaded.add(path)
        answer = self.browser.client.get(path)
        self.book.put(
            f"download {path}",
            {
                "status": answer.status_code,
                "type": answer.mimetype,
                "said": answer.headers.get("Content-Disposition"),
                "text": text_of(answer.get_data(), answer.mimetype, path),
            },
        )

    def score(self) -> None:
        """Record what the models say of a customer made from what they ask for."""
        client = self.browser.client
        asked = client.get(f"/api/v1/score/inputs?dataset={quote(self.dataset)}").get_json()
        if "by" not in asked:
            self.book.put("score", asked)
            return
        if asked["by"] == "orders":
            day = pd.Timestamp(asked["as_of"])
            orders = [
                {"date": str((day - pd.Timedelta(days=ago)).date()), "value": 20.5, "items": 3}
                for ago in (3, 40, 90)
            ]
            people = [
                {"customer_id": f"A{many}", "country": None, "orders": orders[:many]}
                for many in (1, 3)
            ]
        else:
            typical = {
                each["name"]: each["choices"][0] if each["choices"] else each["typical"] or 0
                for each in asked["attributes"]
            }
            people = [{"customer_id": "A1", "attributes": typical}]
        body = {"dataset": self.dataset, "customers": people}
        self.book.put("score", client.post("/api/v1/score", json=body).get_json())

    def _rest(self, page: Page, at: str) -> None:
        """Record what waits for somebody; tables and the dialog are asked on their own."""
        for each in self.browser.rest(page):
            heard = [
                answer_name(part) for part in each["inputs"] if part["property"] not in PRESSED
            ]
            if DIALOG not in heard:
                self.note(page, self.browser.ask(page, each, changed=heard[:1]), f"{at} later")

    def _tables(self, page: Page, at: str, *, is_whole: bool) -> None:
        for table, callback in self.browser.tables(page):
            first = self.browser.rows(page, table, callback, None)
            self.note(page, first, f"{at} rows")
            asked = views(first.get(f"{table}.children"))
            for name, view in asked.items() if is_whole else list(asked.items())[:2]:
                rows = self.browser.rows(page, table, callback, view)
                self.note(page, rows, f"{at} rows [{name}]")

    def _options(self, page: Page, at: str, most: int) -> None:
        """Try other values of each control, and then of what that newly offers."""
        for control in controls(self.browser, page) if most else ():
            for value in others(page.there[control], most):
                tried = self._tried(page, at, {control: value})
                for newly in controls(self.browser, tried):
                    if f"{newly}.options" not in tried.answers or newly == control:
                        continue
                    for further in others(tried.there[newly], 1):
                        self._tried(tried, at, {control: value, newly: further})

    def _presses(self, page: Page, at: str) -> None:
        """Press what only shows more, and change a few of the fields that it brings.

        Such a callback also runs by itself; one that does something waits to be pressed.
        """
        for each in self.browser.callbacks:
            if each["prevent_initial_call"] or not is_possible(each, page.there):
                continue
            for button in (
                part["id"] for part in each["inputs"] if part["property"] in PRESSED
            ):
                if button not in page.there:
                    continue
                tried = page.copied()
                tried.there[button]["n_clicks"] = 1
                self.browser.follow(tried, [f"{button}.n_clicks"])
                self.note(tried, tried.answers, f"{at} [{button} pressed]")
                came = sorted(tried.there.keys() - page.there.keys())
                for field in [name for name in came if name.startswith("{")][:MOST_FIELDS]:
                    for value in others(tried.there[field], 1):
                        self._tried(tried, f"{at} [{button} pressed]", {field: value})

    def _tried(self, page: Page, at: str, values: Mapping[str, Any]) -> Page:
        tried = page.copied()
        for control, value in values.items():
            tried.there[control]["value"] = value
        self.browser.follow(tried, [f"{list(values)[-1]}.value"])
        said = ", ".join(f"{control}={value}" for control, value in values.items())
        self.note(tried, tried.answers, f"{at} [{said}]")
        return tried

    def _evidence(self, page: Page, at: str, *, with_how: bool) -> None:
        """Record both parts of the dialog for every card of the page."""
        cards = sorted(
            {card for value in page.answers.values() for card in named(value, "data-card")}
        )
        self.cards.update(cards)
        dialogs = [
            each for each in self.browser.callbacks
            if any(answer_name(part) == DIALOG for part in each["inputs"])
        ]  # fmt: skip
        for card in cards:
            for part in ("data", "how") if with_how else ("data",):
                asked = {DIALOG: {"card": card, "part": part}}
                for each in dialogs:
                    answer = self.browser.ask(page, each, changed=[DIALOG], values=asked)
                    self.note(page, answer, f"{at} {part} of {card}")

    def _lead(self, href: str, page: Page) -> None:
        if HREF.match(href):
            self.download(href)
            return
        address = urlsplit(href)
        if address.scheme or address.netloc or not address.query:
            return
        pairs = parse_qsl(address.query)
        kind = tuple(sorted({name for name, _value in pairs} - OWN))
        if not kind or any(name not in OWN for name, _ in parse_qsl(page.search[1:])):
            return
        pairs = [pair for pair in pairs if pair[0] != "dataset"]
        whole = f"{address.path or page.path}?{urlencode([('dataset', self.dataset), *pairs])}"
        found = self.links.setdefault((address.path or page.path, *kind), [])
        if whole not in found:
            found.append(whole)


def datasets(browser: Browser) -> list[str]:
    """List the data sets that the portal offers; where there is one, nothing is chosen."""
    shown = browser.opened("/", "").answers["datasets.children"]
    found = [dict(parse_qsl(href.partition("?")[2])) for href in named(shown, "href")]
    return sorted(each["dataset"] for each in found) or list(named(shown, "children"))


def paths() -> list[str]:
    """List the addresses of the pages: as the portal declares them, before 0.2 as Dash does."""
    declared = getattr(importlib.import_module("portal.app"), "PAGES", ())
    return sorted(page.path for page in declared) or sorted(
        entry["relative_path"] or entry["path"]
        for entry in dash.page_registry.values()
        if not entry.get("path_template")
    )


def controls(browser: Browser, page: Page) -> list[str]:
    """Give the controls on a page whose value a callback listens to."""
    heard = {
        part["id"]
        for each in browser.callbacks
        for part in each["inputs"]
        if part["property"] == "value"
    }
    return sorted(heard & page.there.keys())


def pressed(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Give the properties of everything that says what a press does."""
    if isinstance(tree, Mapping):
        if "data-action" in tree:
            yield tree
        for part in tree.values():
            yield from pressed(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from pressed(part)


def text_of(content: bytes, kind: str, path: str) -> str:
    """Give a file as text: tables of any format as CSV, other packed files by their size."""
    if path.partition("?")[0].endswith(".parquet") and kind != "text/plain":
        return pd.read_parquet(io.BytesIO(content)).to_csv(index=False)
    if path.partition("?")[0].endswith(".xlsx") and kind != "text/plain":
        sheets = pd.read_excel(io.BytesIO(content), sheet_name=None, dtype=str)
        return "\n".join(f"{name}\n{rows.to_csv(index=False)}" for name, rows in sheets.items())
    if kind == "application/zip":
        return f"{len(content):,} bytes"
    return content.decode("utf-8", "replace")
