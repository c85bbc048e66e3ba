"""What Explore lets choose, and what a data set offers for it."""

from collections.abc import Callable
from typing import Any

import dash_bootstrap_components as dbc
from dash import Input, Output, State, html

from portal.kit.cards import Control
from portal.kit.choices import choice
from portal.kit.page import Page
from portal.pages.explore import attributes as offered
from portal.pages.explore import queries
from portal.pages.explore.units import NOTHING
from portal.reading.filters import URL
from portal.reading.published import PublishedRun, published_run
from portal.words.titles import title

TABLE_SPLIT = "explore-table-split"
METHOD = "explore-method"
SCOPE = "explore-scope"
BY = "explore-by"
MEASURE = "explore-measure"
STATISTIC = "explore-statistic"
GROUPS_SPLIT = "explore-groups-split"
ROWS = "explore-rows"
ACROSS = "explore-columns"
CELL = "explore-cell"
NUMBER = "explore-number"
SCALE = "explore-scale"
SPREAD_SPLIT = "explore-spread-split"
VIP = "explore-vip"
PASSIVE = "explore-passive"
PROMOTIONAL = "explore-promotional"

LIMITS = (VIP, PASSIVE, PROMOTIONAL)


def select(name: str, control: str, label: str) -> Control:
    """Offer what the data set knows; `offer` fills the list."""
    return Control(name, control, choice(control, label, [], show_label=True))


def either(name: str, control: str, label: str, values: dict[str, str], first: str) -> Control:
    """Offer a few values that are the same for every data set."""
    options = [{"label": text, "value": value} for value, text in values.items()]
    return Control(name, control, choice(control, label, options, first, show_label=True))


def percentage(name: str, control: str, label: str) -> Control:
    """Take a share in percent."""
    field = dbc.Input(
        id=control, type="number", min=0.5, max=100, step=0.5, debounce=True, size="sm"
    )
    head = html.Label(label, htmlFor=control, className="quiet")
    return Control(name, control, html.Div([head, field], className="control"))


Offered = Callable[[PublishedRun], tuple[list[str], str]]
"""What a control offers of a run, and which of it is chosen at first."""


def _splits(run: PublishedRun) -> tuple[list[str], str]:
    return [NOTHING, *offered.splits(run)], NOTHING


def _groupings(run: PublishedRun) -> tuple[list[str], str]:
    groupings = offered.groupings(run)
    return groupings, offered.first_group(groupings)


def _numbers(run: PublishedRun) -> tuple[list[str], str]:
    numbers = offered.numbers(run)
    return numbers, next(iter(numbers), "")


def _rows(run: PublishedRun) -> tuple[list[str], str]:
    groupings = offered.groupings(run)
    return groupings, offered.first_pair(groupings)[0]


def _across(run: PublishedRun) -> tuple[list[str], str]:
    groupings = offered.groupings(run)
    return groupings, offered.first_pair(groupings)[1]


def _cells(run: PublishedRun) -> tuple[list[str], str]:
    return [NOTHING, *offered.numbers(run)], NOTHING


def _scopes(run: PublishedRun) -> tuple[list[str], str]:
    return offered.scopes(run), offered.EVERYONE


LISTS: dict[str, Offered] = {
    **dict.fromkeys((TABLE_SPLIT, GROUPS_SPLIT, SPREAD_SPLIT), _splits),
    BY: _groupings,
    MEASURE: _numbers,
    ROWS: _rows,
    ACROSS: _across,
    CELL: _cells,
    NUMBER: _numbers,
    SCOPE: _scopes,
}


def offer(control: str, search: str | None, before: str | None) -> tuple[Any, str]:
    """Offer what the data set knows; what was chosen stays where it is still there."""
    with published_run(search) as run:
        names, first = LISTS[control](run)
    none = "Count of customers" if control == CELL else "Nothing"
    options = [{"label": _label(name, none), "value": name} for name in names]
    return options, before if before in names else first


def _offering(control: str) -> Callable[[str | None, str | None], tuple[Any, str]]:
    return lambda search, before: offer(control, search, before)


def offer_limits(search: str | None, *chosen: float | None) -> list[Any]:
    """Begin with the run's own thresholds; what was entered stays."""
    with published_run(search) as run:
        limits = queries.thresholds(run)
        is_promoted = run.table.knows("promotional_share")
    percentages = [
        100 * limit if before is None else before
        for limit, before in zip(limits, chosen, strict=True)
    ]
    return [*percentages, not is_promoted]


def follow_choices(page: Page) -> None:
    """Fill the controls with what the data set shown knows."""
    for control in LISTS:
        page.callback(
            Output(control, "options"),
            Output(control, "value"),
            Input(URL, "search"),
            State(control, "value"),
        )(_offering(control))
    page.callback(
        *(Output(control, "value") for control in LIMITS),
        Output(PROMOTIONAL, "disabled"),
        Input(URL, "search"),
        *(State(control, "value") for control in LIMITS),
    )(offer_limits)


def _label(name: str, none: str) -> str:
    return {offered.EVERYONE: "Everyone", NOTHING: none}.get(name) or title(name)
