"""What an update changed for the business: customers, revenue, value, who moved segment."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.kit.drawing.tiles import Tile, kpi_tiles
from portal.kit.states import empty_state
from portal.pages.history import queries, two_queries
from portal.pages.history.declared import PAGE
from portal.reading.filters import NO_FILTERS, Filters, run_from
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement
from portal.words import wording

NOTHING_BEFORE = "The first update of this data set; the next one tells what changed."
SUMS = ("customers", "revenue", "value")


class Change(NamedTuple):
    """Sums of an update and of the one before; `value` is that of the next 12 months."""

    before: dict[str, float]
    after: dict[str, float]
    moved: int
    both: int
    """Customers of both updates, of whom `moved` are in another segment."""

    def by(self, measure: str) -> float:
        """Say by how much a sum changed."""
        return self.after[measure] - self.before[measure]


def pair(run: PublishedRun, number: int | None) -> tuple[int, int | None]:
    """Give an update and the published one before it, `None` where there is none."""
    chosen = run.run_id if number is None else number
    every = [int(run_id) for run_id in two_queries.comparable(run)["run_id"]]
    earlier = [run_id for run_id in every if run_id < chosen]
    return chosen, max(earlier, default=None) if chosen in every else None


def change(rows: pd.DataFrame, moves: pd.DataFrame, *, of: tuple[int, int]) -> Change:
    """Add up `rows` of `queries.business` and `moves` between two updates."""
    after, before = (
        {name: float(rows.loc[rows["run_id"] == number, name].sum()) for name in SUMS}
        for number in of
    )
    is_in_both = ~moves["before"].eq(two_queries.NOT_BEFORE) & ~moves["after"].eq(
        two_queries.NOT_AFTER
    )
    both = moves[is_in_both]
    moved = int(both.loc[both["before"] != both["after"], "customers"].sum())
    return Change(before, after, moved, int(both["customers"].sum()))


def said(difference: Change, currency: str) -> str:
    """Say in a sentence what an update changed."""
    customers = _signed(
        wording.number(abs(difference.by("customers"))), difference.by("customers")
    )
    revenue = difference.by("revenue")
    money = _signed(wording.money_short(abs(revenue), currency), revenue)
    moved = wording.count(difference.moved, "customer moved", "customers moved")
    return (
        f"{customers} customers and {money} of revenue since the update before;"
        f" {moved} to another segment"
    )


def answer(run: PublishedRun) -> str:
    """Say what the update that is shown changed."""
    number, before = pair(run, None)
    if before is None:
        return NOTHING_BEFORE
    difference = change(
        run.ask(queries.business(run, first=before, second=number)),
        run.ask(two_queries.moves(run, NO_FILTERS, first=str(before), second=str(number))),
        of=(number, before),
    )
    return f"{said(difference, run.currency)}."


def rows_of(run: PublishedRun, _filters: Filters, *, number: int | None) -> Statement | None:
    """One row per update and segment: customers, revenue, value of 12 months."""
    chosen, before = pair(run, number)
    return None if before is None else queries.business(run, first=before, second=chosen)


def moves_of(run: PublishedRun, filters: Filters, *, number: int | None) -> Statement | None:
    """One row per pair of segments between the update and the one before."""
    chosen, before = pair(run, number)
    if before is None:
        return None
    return two_queries.moves(run, filters, first=str(before), second=str(chosen))


def pair_of(run: PublishedRun, _filters: Filters, *, number: int | None) -> Any:
    """Give the numbers of both updates."""
    return pair(run, number)


def changed(
    rows: pd.DataFrame, scope: Scope, *, moves: pd.DataFrame, of: tuple[int, int | None]
) -> Panel:
    """Write what an update changed: four figures, and a row per segment."""
    number, before = of
    if before is None or rows.empty:
        return Panel(empty_state("Nothing before it", NOTHING_BEFORE), TITLE)
    difference = change(rows, moves, of=(number, before))
    tiles = html.Div(kpi_tiles(_tiles(difference, before, scope.currency)), className="tiles")
    table = _by_segment(rows, number, before, scope.currency)
    return Panel(html.Div([tiles, table]), said(difference, scope.currency))


def _tiles(difference: Change, before: int, currency: str) -> list[Tile]:
    since = f"since update {before}"

    def money(value: float) -> str:
        return wording.money_short(value, currency)

    written: dict[str, tuple[str, Callable[[float], str], str]] = {
        "customers": ("customers", wording.number, "Customers"),
        "revenue": ("revenue", money, "Revenue"),
        "value": ("clv_12m", money, "Value, 12 months"),
    }
    tiles = []
    for name, (measure, write, title) in written.items():
        by = difference.by(name)
        direction: Any = (by > 0) - (by < 0)
        tiles.append(
            Tile(
                measure, write(difference.after[name]), _signed(write(abs(by)), by),
                direction, since=since, title=title,
            )
        )  # fmt: skip
    share = (
        wording.percent(difference.moved / difference.both)
        if difference.both
        else wording.NOTHING
    )
    note = f"{share} of those in both updates"
    moved = Tile(
        "customers", wording.number(difference.moved), since=note, title="Moved segment"
    )
    return [*tiles, moved]


def _by_segment(rows: pd.DataFrame, number: int, before: int, currency: str) -> Component:
    heads = ("Segment", "Customers before", "now", "Revenue before", "now")
    wide = rows.pivot_table(
        index="segment", columns="run_id", values=["customers", "revenue"], aggfunc="sum"
    )
    head = [
        html.Th(title, scope="col", className="number" if place else "")
        for place, title in enumerate(heads)
    ]
    body = []
    for segment in wide.index:
        cells = [
            write(_cell(wide, segment, measure, update))
            for measure, write in (
                ("customers", wording.number),
                ("revenue", lambda value: wording.money(value, currency)),
            )
            for update in (before, number)
        ]
        numbers = [html.Td(text, className="number nowrap") for text in cells]
        body.append(html.Tr([html.Th(str(segment), scope="row"), *numbers]))
    return html.Div(
        html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="plain-table wide"),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **aria(label="What the update changed by segment"),
    )


def _cell(wide: pd.DataFrame, segment: Any, measure: str, number: int) -> float | None:
    value = wide.get((measure, number), pd.Series(dtype=float)).get(segment)
    return None if value is None or pd.isna(value) else float(value)


def _signed(text: str, by: float) -> str:
    return f"{'+' if by > 0 else wording.MINUS if by < 0 else '±'}{text}"


def business_rows(run: PublishedRun, numbers: list[int]) -> dict[int, tuple[float, int | None]]:
    """Give each update's revenue, and how many moved since the published one before."""
    figures_by_update: dict[int, tuple[float, int | None]] = {}
    for number in numbers:
        _chosen, before = pair(run, number)
        rows = run.ask(queries.business(run, first=before or number, second=number))
        revenue = float(rows.loc[rows["run_id"] == number, "revenue"].sum())
        moved = None
        if before is not None:
            statement = two_queries.moves(
                run, NO_FILTERS, first=str(before), second=str(number)
            )
            moved = change(rows, run.ask(statement), of=(number, before)).moved
        figures_by_update[number] = (revenue, moved)
    return figures_by_update


TITLE = "What this update changed"
CHANGED = PAGE.panel(
    "history-changed",
    query=rows_of,
    draw=changed,
    beside={"moves": moves_of},
    knowing={"of": pair_of},
    source="customer_result",
    measures=("customers", "revenue", "clv_12m"),
    note="Both updates as they were published; customers are matched by their identifier.",
    title=TITLE,
    columns=12,
    reads={"number": run_from},
)
