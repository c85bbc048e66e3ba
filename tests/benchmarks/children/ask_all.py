"""Ask a portal for everything that a browser asks: `… DATABASE WARM_ROUNDS`.

Over HTTP, through Flask's test client: the pages from the addresses in the registry, their
layouts and the callbacks from what the server sends. Gives one measurement per answer and what
could not be asked.
"""

import json
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import dash
import sqlalchemy as sa
from flask.testing import FlaskClient

from db.engine import open_reader, reading
from portal.app import create_app
from portal.components.evidence import ASKED
from portal.filters import URL
from portal.navigation import Page, pages
from portal.settings import Settings
from tests.benchmarks.children.timing import say

CALLBACKS = "/_dash-update-component"
BROWSER = {
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Origin": "http://localhost",
    "Sec-Fetch-Site": "same-origin",
}
FIRST_ROWS = {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}}
LATER = {"getRowsRequest": FIRST_ROWS, "n_clicks": 1, "n_intervals": 1}
"""What the browser fills in after the layout, by property."""

EXAMPLE = """
select customer_id, segment from published_customer
where segment is not null order by frequency desc, customer_id limit 1
"""
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

    def __init__(self, url: str, customer: str, filtered: str) -> None:
        self.customer, self.filtered = customer, filtered
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
        return there | components(json.loads(answer.get_data()))

    def questions(self, page: Page, search: str) -> Iterator[Asked]:
        """Give every request that this page can lead to."""
        there = self.content(page, search)
        for each in self.callbacks:
            parts = (*each["inputs"], *each["state"], *outputs(each["output"]))
            if any(part["id"] not in there for part in parts):
                continue
            self.never_asked.discard(each["output"])
            for name, values in asked_for(each, page):
                yield Asked(page.name, name, request(each, there, values))


def is_action(callback: Mapping[str, Any]) -> bool:
    """Tell whether only a click starts it: it does something, rather than show it."""
    return all(each["property"] == "n_clicks" for each in callback["inputs"])


def asked_for(callback: Mapping[str, Any], page: Page) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name a callback by its first output; the dialog is asked once per card and part."""
    name = ", ".join(f"{o['id']}.{o['property']}" for o in outputs(callback["output"])[:1])
    if any(part["id"] == ASKED for part in callback["inputs"]):
        for card in dash.page_registry[page.module].get("evidence") or {}:
            for part in ("data", "how"):
                yield f"{part} of {card}", {f"{ASKED}.data": {"card": card, "part": part}}
        return
    yield name, {}


def request(
    callback: Mapping[str, Any],
    there: Mapping[str, Mapping[str, Any]],
    values: Mapping[str, Any],
) -> dict[str, Any]:
    """Write the body that the browser would post."""

    def filled(part: Mapping[str, str]) -> dict[str, Any]:
        name = f"{part['id']}.{part['property']}"
        value = values.get(name, there[part["id"]].get(part["property"]))
        if value is None:
            value = LATER.get(part["property"])
        return {**part, "value": value}

    found = outputs(callback["output"])
    inputs = [filled(part) for part in callback["inputs"]]
    changed = [f"{part['id']}.{part['property']}" for part in callback["inputs"]]
    return {
        "output": callback["output"],
        "outputs": found if callback["output"].startswith("..") else found[0],
        "inputs": inputs,
        "state": [filled(part) for part in callback["state"]],
        "changedPropIds": changed,
        "parsedChangedPropsIds": [part["id"] for part in callback["inputs"]],
    }


def outputs(output: str) -> list[dict[str, str]]:
    """Read the outputs from the name under which Dash keeps a callback."""
    names = output.strip(".").split("...") if output.startswith("..") else [output]
    found = []
    for name in names:
        component, _, prop = name.rpartition(".")
        found.append({"id": component, "property": prop.partition("@")[0]})
    return found


def components(tree: Any) -> dict[str, dict[str, Any]]:
    """Collect the properties of every component that has an id."""
    found: dict[str, dict[str, Any]] = {}
    if isinstance(tree, Mapping):
        props = tree.get("props")
        if isinstance(props, Mapping) and isinstance(props.get("id"), str):
            found[props["id"]] = dict(props)
        parts: Sequence[Any] = list(tree.values())
    elif isinstance(tree, list):
        parts = tree
    else:
        parts = []
    for part in parts:
        found |= components(part)
    return found


def address(page: Page, customer: str, search: str) -> dict[str, str]:
    """Give what the browser knows of its address; a page of one thing shows this customer."""
    path = re.sub(r"<\w+>", quote(customer, safe=""), page.template or page.path)
    return {
        "pathname": path,
        "search": search,
        "href": f"http://localhost{path}{search}",
        "hash": "",
    }


def examples(url: str) -> tuple[str, str]:
    """Give a customer and the query of a filter that keeps some customers, not all."""
    with reading(open_reader(url)) as connection:
        row = connection.execute(sa.text(EXAMPLE)).one()
    return str(row.customer_id), "?" + urlencode({"segment": row.segment})


def main() -> None:
    """Ask everything once cold and some rounds warm; print the seconds as JSON."""
    url, rounds = sys.argv[1], int(sys.argv[2])
    portal = Portal(url, *examples(url))
    measured: list[dict[str, Any]] = []
    problems: list[str] = []
    for page in pages():
        for kind, search in (("all", ""), ("filtered", portal.filtered)):
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
    say({"measured": measured, "problems": problems})


if __name__ == "__main__":
    main()
