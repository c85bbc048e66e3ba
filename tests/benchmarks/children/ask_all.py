"""Ask a portal for everything that a browser asks: `… DATABASE WARM_ROUNDS`.

Over HTTP, through Flask's test client: the pages from the addresses in the registry, their
layouts and the callbacks from what the server sends. Gives one measurement per answer and what
could not be asked.
"""

import json
import re
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import sqlalchemy as sa
from flask.testing import FlaskClient

from db.engine import open_reader, reading
from portal.app import PAGES, create_app
from portal.kit.evidence import ASKED
from portal.kit.page import Page
from portal.reading.filters import URL
from portal.settings import Settings
from tests.benchmarks.children.timing import say
from tests.dash_protocol import (
    CALLBACKS,
    VIEW,
    components,
    is_action,
    is_pattern,
    outputs,
    request,
    views,
)

BROWSER = {
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Origin": "http://localhost",
    "Sec-Fetch-Site": "same-origin",
}
EXAMPLE = """
select c.customer_id, c.segment, c.country, c.spend_band
from customer_result c
join published on published.run_id = c.run_id
where c.segment is not null order by c.frequency desc, c.customer_id limit 1
"""
UNFILTERED = ("several", "searched")
"""Kinds of questions that are not asked where a page has no filters."""
PROBLEM = re.compile(r"-problem$|^notice$")


class Asked(NamedTuple):
    """One request: which page and callback it belongs to and its body."""

    page: str
    callback: str
    body: dict[str, Any]


class Took(NamedTuple):
    """Wall and processor seconds of one answer."""

    wall: float
    cpu: float


class Portal:
    """A portal behind a test client, with what it told of its callbacks."""

    def __init__(self, url: str, customer: str, customers: int) -> None:
        self.customer, self.customers = customer, customers
        app = create_app(open_reader(url), Settings(db=url))
        self.client: FlaskClient = app.server.test_client()
        self.shell = components(self.get("/_dash-layout"))
        self.callbacks = [
            each
            for each in self.get("/_dash-dependencies")
            if not each.get("clientside_function") and not is_action(each)
        ]
        self.never_asked = {each["output"] for each in self.callbacks}

    def get(self, path: str) -> Any:
        """Get JSON."""
        answer = self.client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} gives {answer.status_code}")
        return json.loads(answer.get_data())

    def ask(self, body: dict[str, Any]) -> Took:
        """Post a callback as a browser does; give what the answer took."""
        wall, cpu = time.perf_counter(), time.process_time()
        self.client.post(CALLBACKS, json=body, headers=BROWSER)
        return Took(time.perf_counter() - wall, time.process_time() - cpu)

    def problem(self, body: dict[str, Any]) -> str | None:
        """Say what is wrong with an answer, if anything is."""
        answer = self.client.post(CALLBACKS, json=body)
        if answer.status_code == 204:
            return None
        if answer.status_code != 200:
            return f"status {answer.status_code}"
        told = json.loads(answer.get_data()).get("sideUpdate", {})
        return "an error message" if any(map(PROBLEM.search, told)) else None

    def content(self, page: Page, search: str) -> dict[str, dict[str, Any]]:
        """Get the components of a page and of the frame round it."""
        (routing,) = [
            each for each in self.callbacks if [i["id"] for i in each["inputs"]] == [URL]
            and any(o["id"] == "page-body" for o in outputs(each["output"]))
        ]  # fmt: skip
        there = self.shell | {URL: address(page, self.customer, search)}
        body = request(routing, there, {})
        answer = self.client.post(CALLBACKS, json=body)
        there |= components(json.loads(answer.get_data()))
        return there | self.tabs(there)

    def tabs(self, there: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Get the components of every tab of a page."""
        found: dict[str, dict[str, Any]] = {}
        for each in self.callbacks:
            panel = outputs(each["output"])[0]["id"]
            if not panel.endswith("-panel") or panel not in there:
                continue
            store = each["inputs"][0]["id"]
            for props in there.values():
                if props.get("data-tabs") == store and "data-tab" in props:
                    body = request(each, there, {f"{store}.data": props["data-tab"]})
                    found |= components(
                        json.loads(self.client.post(CALLBACKS, json=body).get_data())
                    )
        return found

    def questions(self, page: Page, search: str) -> Iterator[Asked]:
        """Give every request that this page can lead to."""
        there = self.content(page, search)
        for each in self.callbacks:
            parts = (*each["inputs"], *each["state"], *outputs(each["output"]))
            if any(part["id"] not in there and not is_pattern(part["id"]) for part in parts):
                continue
            self.never_asked.discard(each["output"])
            for name, values in asked_for(each, page, there, self.customers):
                yield Asked(page.name, name, request(each, there, values))


def asked_for(
    callback: Mapping[str, Any],
    page: Page,
    there: Mapping[str, Mapping[str, Any]],
    customers: int,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name a callback by its first output; the dialog is asked once per card and part.

    A table is asked for each page that its buttons lead to: by each column, next and last.
    """
    name = ", ".join(f"{o['id']}.{o['property']}" for o in outputs(callback["output"])[:1])
    if any(part["id"] == ASKED for part in callback["inputs"]):
        for card in page.cards:
            for part in ("data", "how"):
                yield f"{part} of {card}", {f"{ASKED}.data": {"card": card, "part": part}}
        return
    yield name, {}
    for part in callback["inputs"]:
        table = str(part["id"]).removesuffix(VIEW)
        if part["id"] == f"{table}{VIEW}":
            for view_name, view in views(there[table].get("children")).items():
                yield f"{table} {view_name}", {f"{table}{VIEW}.data": view}


def address(page: Page, customer: str, search: str) -> dict[str, str]:
    """Give what the browser knows of its address; a page of one thing shows this customer."""
    if page.path == "/customer":
        search = f"{search or '?'}&{urlencode({'customer': customer})}"
    return {
        "pathname": page.path,
        "search": search,
        "href": f"http://localhost{page.path}{search}",
        "hash": "",
    }


class Examples(NamedTuple):
    """A customer, how many there are, and queries that keep some of them, by their kind."""

    customer: str
    customers: int
    searches: dict[str, str]


def examples(url: str) -> Examples:
    """Give what to ask for: everything, a segment, several lists, a part of identifiers."""
    with reading(open_reader(url)) as connection:
        row = connection.execute(sa.text(EXAMPLE)).one()
        many = connection.execute(sa.text("select max(customers) from run")).scalar_one()
    lists = {"segment": row.segment, "country": row.country, "band": row.spend_band}
    asked: dict[str, dict[str, str]] = {
        "all": {},
        "filtered": {"segment": row.segment},
        "several": {name: value for name, value in lists.items() if value},
        "searched": {"q": str(row.customer_id)[-1]},
    }
    searches = {kind: f"?{urlencode(one)}" if one else "" for kind, one in asked.items()}
    return Examples(str(row.customer_id), int(many), searches)


def private_bytes() -> int | None:
    """Give the memory of this process that no file backs; `None` where nothing tells it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["RssAnon"].split()[0]) * 1024


def main() -> None:
    """Ask everything once cold and some rounds warm; print the seconds as JSON."""
    url, rounds = sys.argv[1], int(sys.argv[2])
    told = examples(url)
    portal = Portal(url, told.customer, told.customers)
    measured: list[dict[str, Any]] = []
    problems: list[str] = []
    for page in PAGES:
        for kind, search in told.searches.items():
            if not page.filtered and kind in UNFILTERED:
                continue
            for asked in portal.questions(page, search):
                cold = portal.ask(asked.body)
                problem = portal.problem(asked.body)
                if problem:
                    problems.append(f"{asked.page}: {asked.callback} ({kind}): {problem}")
                    continue
                warm = [portal.ask(asked.body) for _ in range(rounds)]
                measured.append(
                    {
                        "page": asked.page,
                        "callback": asked.callback,
                        "kind": kind,
                        "cold": cold,
                        "warm": warm,
                    }
                )
    problems += [f"{output}: on no page" for output in sorted(portal.never_asked)]
    say({"measured": measured, "problems": problems, "private_bytes": private_bytes()})


if __name__ == "__main__":
    main()
