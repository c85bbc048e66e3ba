"""A browser without a screen: it opens pages, follows callbacks and keeps what they filled."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from flask.testing import FlaskClient

from db.engine import open_reader
from portal.app import create_app
from portal.settings import Settings
from tests.dash_protocol import CALLBACKS, VIEW, components, is_pattern, matched
from tests.dash_protocol import outputs as outputs_of
from tests.dash_protocol import request as body_of

URL = "url"
PRESSED = ("n_clicks", "n_submit")
MOST_TIMES = 3
"""How often a chain may ask one callback."""

Callback = Mapping[str, Any]
Components = dict[str, dict[str, Any]]
Answers = dict[str, Any]


class Page(NamedTuple):
    """A page as it stands: its address, its components, what its callbacks answered."""

    path: str
    search: str
    there: Components
    answers: Answers

    def copied(self) -> "Page":
        """Give the same page, to try something on it."""
        there = {name: dict(props) for name, props in self.there.items()}
        return Page(self.path, self.search, there, {})


class Browser:
    """A portal behind a test client."""

    def __init__(self, url: str) -> None:
        app = create_app(open_reader(url), Settings(db=url))
        self.client: FlaskClient = app.server.test_client()
        self.shell = components(self.json("/_dash-layout"))
        every = self.json("/_dash-dependencies")
        found = [each for each in every if not each.get("clientside_function")]
        self.callbacks = sorted(found, key=lambda each: str(each["output"]))

    def json(self, path: str) -> Any:
        """Get JSON."""
        return json.loads(self.client.get(path).get_data())

    def opened(self, path: str, search: str) -> Page:
        """Open a page and follow everything that it asks by itself."""
        at = {"pathname": path, "search": search, "href": f"http://localhost{path}{search}"}
        there = {name: dict(props) for name, props in self.shell.items()}
        page = Page(path, search, there | {URL: {"id": URL, **at, "hash": ""}}, {})
        frame = [each for each in self.callbacks if _listens_to(each, f"{URL}.pathname")]
        for each in frame:
            self._fill(page, self.ask(page, each, changed=[f"{URL}.pathname"]))
        self.follow(page, [], asked=frame)
        return page

    def follow(
        self, page: Page, changed: Iterable[str], asked: Iterable[Callback] = ()
    ) -> None:
        """Ask what depends on what changed, and what depends on that in turn.

        `asked` is what has been answered when a page is opened: then everything else that is
        not kept back by itself is asked too, also for components that come later.
        """
        opening = bool(asked)
        times = {str(each["output"]): 1 for each in asked}
        waiting: dict[str, list[str]] = {}
        self._wake(page, list(changed), waiting, times)
        while True:
            if opening:
                for each in self.callbacks:
                    name = str(each["output"])
                    if name in times or name in waiting or each["prevent_initial_call"]:
                        continue
                    if is_possible(each, page.there) and not is_pressed(each):
                        waiting[name] = []
            if not waiting:
                return
            chosen = self._first(waiting)
            why = waiting.pop(str(chosen["output"]))
            times[str(chosen["output"])] = times.get(str(chosen["output"]), 0) + 1
            answer = self.ask(page, chosen, changed=why)
            self._wake(page, self._fill(page, answer), waiting, times)

    def rest(self, page: Page) -> Iterator[Callback]:
        """Give the callbacks of a page that wait for somebody, but not for a press."""
        for each in self.callbacks:
            filled = [answer_name(part) for part in outputs_of(each["output"])]
            if (
                is_possible(each, page.there)
                and not is_pressed(each)
                and not any(name.startswith(f"{URL}.") for name in filled)
                and each["prevent_initial_call"]
                and not _listens_to(each, f"{URL}.pathname")
            ):
                yield each

    def ask(
        self,
        page: Page,
        callback: Callback,
        *,
        changed: list[str],
        values: Mapping[str, Any] | None = None,
    ) -> Answers:
        """Ask one callback; give what it fills by `id.property`, or what went wrong."""
        body = body_of(callback, page.there, values or {}, later={})
        body["changedPropIds"] = changed
        body["parsedChangedPropsIds"] = [name.rpartition(".")[0] for name in changed]
        came_from = {"Referer": f"http://localhost{page.path}{page.search}"}
        answer = self.client.post(CALLBACKS, json=body, headers=came_from)
        names = [answer_name(part) for part in outputs_of(callback["output"])]
        if answer.status_code == 204:
            return {}
        if answer.status_code != 200:
            return {name: {"failed": answer.status_code} for name in names}
        told = json.loads(answer.get_data())
        found = {
            f"{each}.{prop}": value
            for each, props in told["response"].items()
            for prop, value in props.items()
        }
        for each, props in told.get("sideUpdate", {}).items():
            found |= {f"{each}.{prop}": value for prop, value in props.items()}
        return found

    def tabs(self, page: Page) -> Iterator[tuple[str, Page]]:
        """Open each tab of a page that is not open, on a copy of the page."""
        for each in self.callbacks:
            outputs = outputs_of(each["output"])
            if not outputs[0]["id"].endswith("-panel") or not is_possible(each, page.there):
                continue
            store = str(each["inputs"][0]["id"])
            for name, props in list(page.there.items()):
                key = props.get("data-tab")
                if props.get("data-tabs") != store or props.get("aria-selected") == "true":
                    continue
                shown, place = page.copied(), f"{store}.data"
                answer = self.ask(shown, each, changed=[place], values={place: key})
                self._fill(shown, answer)
                yield name, shown

    def tables(self, page: Page) -> Iterator[tuple[str, Callback]]:
        """Give the tables of a page that page on the server, and what brings their rows."""
        for each in self.callbacks:
            for part in each["inputs"]:
                table = part["id"].removesuffix(VIEW)
                if part["id"] == f"{table}{VIEW}" and is_possible(each, page.there):
                    yield table, each

    def rows(
        self, page: Page, table: str, callback: Callback, view: Mapping[str, Any] | None
    ) -> Answers:
        """Ask for a page of a table in an order."""
        store = f"{table}{VIEW}.data"
        return self.ask(page, callback, changed=[store], values={store: view})

    def _first(self, waiting: Mapping[str, list[str]]) -> Callback:
        """Choose what waits for nothing that another one will fill, as the browser does."""
        there = [each for each in self.callbacks if str(each["output"]) in waiting]
        for each in there:
            comes = {
                answer_name(part)
                for other in there
                if other is not each
                for part in outputs_of(other["output"])
            }
            if not any(answer_name(part) in comes for part in each["inputs"]):
                return each
        return there[0]

    def _wake(
        self,
        page: Page,
        changed: list[str],
        waiting: dict[str, list[str]],
        times: Mapping[str, int],
    ) -> None:
        for each in self.callbacks:
            name = str(each["output"])
            why = [answer for answer in changed if _listens_to(each, answer)]
            if not why or times.get(name, 0) >= MOST_TIMES or is_pressed(each):
                continue
            if is_possible(each, page.there):
                waiting.setdefault(name, []).extend(why)

    def _fill(self, page: Page, answer: Answers) -> list[str]:
        """Put an answer where it belongs; give what changed, but for the address."""
        page.answers.update(answer)
        changed = []
        for name, value in answer.items():
            component, _, prop = name.rpartition(".")
            if component == URL or component not in page.there or _failed(value):
                continue
            gone, came = components(page.there[component].get(prop)), components(value)
            for each in gone.keys() - came.keys():
                page.there.pop(each, None)
            if page.there[component].get(prop) != value:
                changed.append(name)
            page.there[component][prop] = value
            page.there.update(came)
        return changed


def is_possible(callback: Callback, there: Components) -> bool:
    """Tell whether everything that a callback reads and fills is on the page."""
    parts = (*callback["inputs"], *callback["state"], *outputs_of(callback["output"]))
    return all(part["id"] in there or is_pattern(part["id"]) for part in parts)


def is_pressed(callback: Callback) -> bool:
    """Tell whether only a press starts a callback: it does something, rather than show it."""
    return all(part["property"] in PRESSED for part in callback["inputs"])


def answer_name(part: Mapping[str, str]) -> str:
    """Name a property of a component."""
    return f"{part['id']}.{part['property']}"


def _listens_to(callback: Callback, name: str) -> bool:
    component, _, prop = name.rpartition(".")
    if not component.startswith("{"):
        return any(answer_name(part) == name for part in callback["inputs"])
    return any(
        is_pattern(part["id"])
        and part["property"] == prop
        and matched(part["id"], {component: {}})
        for part in callback["inputs"]
    )


def _failed(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"failed"}
