"""Pages under Act and Understand are written for who acts: none of the analyst's words."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from dash import Dash
from dash.development.base_component import Component

from db.engine import open_reader
from portal.app import PAGES, create_app
from portal.kit.page import Page
from portal.reading.filters import CUSTOMER
from portal.settings import Settings
from tests.portal.looking import looking
from tests.shops import Shop

BANNED = re.compile(
    r"\b(cuts?|serves|refused|draws|hold[- ]outs?|held out|seed|monetary|lift|silhouette"
    r"|naive|excellent|very high|sure lead)\b",
    re.IGNORECASE,
)
FORMS = ("shop", "marketing", "behaviour", "market")
SAID = ("placeholder", "label", "title", "finding")
"""Properties that people read beside children."""
EXPLAINS = "help"
"""Class of what opens a definition, which may name a measure as the field does."""


@pytest.fixture(scope="module")
def portal(forms: Shop) -> Dash:
    return create_app(open_reader(forms.url), Settings(db=forms.url))


def read(part: Any) -> Iterator[str]:
    """Give every text of a layout that is read: children, labels, titles of figures."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list | tuple):
        for each in part:
            yield from read(each)
    elif isinstance(part, Component):
        if EXPLAINS in str(getattr(part, "className", "")).split():
            return
        for name in ("children", "options", *SAID):
            yield from read(getattr(part, name, None))
        figure = getattr(part, "figure", None)
        if figure:
            yield from titles(figure.get("layout", {}))
    elif isinstance(part, dict):
        yield from read(part.get("label"))


def titles(layout: Any) -> Iterator[str]:
    """Give the titles and notes of a figure."""
    if isinstance(layout, dict):
        for name, each in layout.items():
            if name == "text" and isinstance(each, str):
                yield each
            elif name != "template":
                yield from titles(each)
    elif isinstance(layout, list | tuple):
        for each in layout:
            yield from titles(each)


def text_of(portal: Dash, page: Page, dataset: str) -> list[str]:
    """Lay a page out with all its tabs, filled as the browser gets it."""
    with looking(portal, dataset) as run:
        names = run.ask(run.of_customers("select min(customer_id) as one from customers"))
    query = urlencode({"dataset": dataset, CUSTOMER: names["one"].iloc[0]})
    with portal.server.test_request_context(f"{page.path}?{query}"):
        return list(read(page.whole(page.everything())))


def pages() -> list[Any]:
    return [
        pytest.param(page, id=page.path)
        for page in PAGES
        if page.group in {"Act", "Understand"} or page.path == "/customer"
    ]


@pytest.mark.parametrize("page", pages())
@pytest.mark.parametrize("dataset", FORMS)
def test_a_page_for_who_acts_has_none_of_the_analysts_words(
    portal: Dash, page: Page, dataset: str
) -> None:
    texts = text_of(portal, page, dataset)
    assert sum(map(len, texts)) > 100, "the page was laid out empty"
    assert [text for text in texts if BANNED.search(text)] == []


@pytest.mark.parametrize("said", ["Where to cut", "a hold-out of 10 %", "Very high", "Seed"])
def test_a_banned_word_is_seen(said: str) -> None:
    assert BANNED.search(said)


@pytest.mark.parametrize("said", ["executed", "seeds", "uplifting", "drawn", "observes"])
def test_other_words_are_not_taken_for_one(said: str) -> None:
    assert not BANNED.search(said)
