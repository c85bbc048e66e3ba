"""Tables that sort, filter and page where their rows lie.

The query of a table gives all rows in no order; the table asks for a block of them in the order
that somebody chose, Data shows the first ones, and the CSV holds all of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import dash_ag_grid as dag
import pandas as pd
from dash import ClientsideFunction, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from portal.kit.cards import Asked, Card, choices_of
from portal.kit.evidence import SHOWN_ROWS, download_link
from portal.reading.filters import URL
from portal.reading.published import PublishedRun, published_run
from portal.reading.statements import Statement, quoted
from portal.words import wording

BLOCK = 100
MOST_ROWS = 1_000
"""Rows of one answer, whatever is asked for."""


class Column(NamedTuple):
    """A column of a table: what it reads, its title, its measure and how it is written.

    `kind` is text, count, money, percent or number.
    """

    field: str
    title: str
    kind: str = "text"
    measure: str = ""
    width: int = 120
    sortable: bool = True


class Sort(NamedTuple):
    """A column to sort by; ties are broken by the key of the rows."""

    column: str
    descending: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class TableCard(Card):
    """A card with a table of any length.

    Attributes
    ----------
    shown
        Its columns; the query gives these and may give more, which Data and the CSV hold.
    title
        Its heading.
    sort
        The order in which it stands at first.
    key
        The column that tells rows apart.
    noun
        What a row is called in the count above the table.
    height
        In pixels.
    write
        How a page writes the cells of some rows, where `written` does not do.
    said
        How a page says how many rows there are, where `counted` does not do.
    details
        Further columns of the rows in view from another table: a statement for their keys.
    """

    shown: Sequence[Column]
    title: str
    sort: Sort
    key: str = "customer_id"
    noun: str = "customer"
    height: int = 480
    write: Callable[[pd.DataFrame, Sequence[Column], str], list[dict[str, str]]] | None = None
    said: Callable[[int, PublishedRun], str] | None = None
    details: Callable[[PublishedRun, Sequence[str]], Statement] | None = None

    def statement(self, run: PublishedRun, asked: Asked) -> Statement | None:
        """Give what is asked of a run, in the order that stands at first."""
        return self.ordered(self.query(run, asked.filters, **asked.named), self.sort)

    def ordered(self, statement: Statement | None, sort: Sort) -> Statement | None:
        """Put rows into an order, what is unknown last."""
        return None if statement is None else statement.ordered(self.order(sort))

    def order(self, sort: Sort, *, backwards: bool = False) -> str:
        """Write an order, what is unknown last; equal rows are in the order of their keys."""
        direction = "desc" if sort.descending is not backwards else "asc"
        if sort.column == self.key:
            return f"{quoted(self.key)} {direction}"
        unknown, ties = ("first", "desc") if backwards else ("last", "asc")
        return f"{quoted(sort.column)} {direction} nulls {unknown}, {quoted(self.key)} {ties}"

    def sample(self, run: PublishedRun, asked: Asked) -> tuple[pd.DataFrame, int]:
        """Give the first rows for Data, and how many there are."""
        statement = self.statement(run, asked)
        if statement is None:
            return pd.DataFrame(), 0
        return run.ask(statement.block(0, SHOWN_ROWS)), self.count(run, asked)

    def count(self, run: PublishedRun, asked: Asked) -> int:
        """Count the rows."""
        statement = self.query(run, asked.filters, **asked.named)
        if statement is None:
            return 0
        return int(run.ask(statement.counted())["many"].iloc[0])

    def page(
        self, run: PublishedRun, asked: Asked, sort: Sort, start: int, end: int
    ) -> pd.DataFrame:
        """Give the rows from place `start` up to `end` in an order.

        Those of the second half are counted from the end, where that is nearer.
        """
        statement = self.query(run, asked.filters, **asked.named)
        if statement is None:
            return pd.DataFrame(columns=[column.field for column in self.shown])
        start, many = max(start, 0), self.count(run, asked)
        end = min(end, start + MOST_ROWS, many)
        is_far = start > many // 2
        first, last = (many - end, many - start) if is_far else (start, end)
        order = self.order(sort, backwards=is_far)
        rows = run.ask(statement.window(order, quoted(self.key), first, last))
        rows = rows[::-1].reset_index(drop=True) if is_far else rows
        if self.details is None:
            return rows
        details = run.ask(self.details(run, list(rows[self.key])))
        return rows.merge(details.astype({self.key: object}), on=self.key, how="left")

    def stream(
        self, run: PublishedRun, asked: Asked, wanted: Mapping[str, str]
    ) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
        """Give the names of the columns and every row in the order wanted."""
        sort = self.known_sort(wanted.get("sort"), descending=wanted.get("order") != "asc")
        statement = self.ordered(self.query(run, asked.filters, **asked.named), sort)
        return ([], iter(())) if statement is None else run.stream(statement)

    def known_sort(self, column: str | None, *, descending: bool) -> Sort:
        """Give the order asked for; unknown columns fall back to the first one."""
        if column in {each.field for each in self.shown if each.sortable}:
            return Sort(str(column), descending)
        return self.sort

    def outputs(self) -> list[Output]:
        """Name the rows, how many they are and the link to all of them."""
        return [
            Output(self.id, "getRowsResponse"),
            Output(f"{self.id}-said", "children"),
            Output(f"{self.id}-export", "children"),
        ]

    @property
    def callback(self) -> tuple[list[Any], Callable[..., Any]]:
        """The callback that answers the table whenever it asks for rows."""
        outputs = self.outputs()
        if self.controls:
            outputs = [*outputs, Output(choices_of(self.id), "data")]
        wanted = Input(f"{self.id}-wanted", "data") if self.controls else self._request
        dependencies = [
            *outputs,
            wanted,
            State(URL, "search"),
            *(State(control.id, control.property) for control in self.controls),
        ]
        return dependencies, partial(_shown_rows, self)

    @property
    def reload(self) -> tuple[Any, list[Any]]:
        """What the browser does when filters or controls change: it asks for rows again.

        A table with controls waits until each has a value, so that nothing is asked twice,
        unless one of them may stay empty.
        """
        table = State(self.id, "id")
        if not self.controls:
            reload = [Output(self.id, "id"), *self.inputs, table]
            return ClientsideFunction("clientele", "reload_table"), reload
        wanted = f"{self.id}-wanted"
        asked = [self._request, *self.inputs, State(wanted, "data"), table]
        waits = not any(control.may_be_empty for control in self.controls)
        name = "ask_rows" if waits else "ask_rows_at_once"
        return ClientsideFunction("clientele", name), [Output(wanted, "data"), *asked]

    @property
    def _request(self) -> Input:
        return Input(self.id, "getRowsRequest")

    def show_rows(
        self, request: dict[str, Any] | None, search: str | None, *values: Any
    ) -> list[Any]:
        """Answer the table."""
        if request is None:
            return [no_update] * (4 if self.controls else 3)
        asked = self.asked(search, values)
        model = request.get("sortModel") or []
        sort = self.sort
        if model:
            sort = self.known_sort(
                model[0].get("colId"), descending=model[0].get("sort") == "desc"
            )
        write = self.write or written
        with published_run(search) as run:
            many = self.count(run, asked)
            rows = self.page(run, asked, sort, int(request["startRow"]), int(request["endRow"]))
            answer = [
                {"rowData": write(rows, self.shown, run.currency), "rowCount": many},
                self.counted(many, run),
                download_link(f"/export/{self.id}.csv", self.address(search, asked, sort)),
            ]
        return [*answer, asked.named] if self.controls else answer

    def counted(self, many: int, run: PublishedRun) -> str:
        """Say how many rows there are, of all customers where fewer are shown."""
        if self.said is not None:
            return self.said(many, run)
        if self.noun != "customer" or many == run.customers:
            return wording.count(many, self.noun)
        return f"{wording.number(many)} of {wording.count(run.customers, self.noun)}"

    def address(self, search: str | None, asked: Asked, sort: Sort) -> str:
        """Write what leads to all rows in the order shown."""
        pairs = self.pairs(asked)
        if sort != self.sort:
            order = "desc" if sort.descending else "asc"
            pairs.append(f"sort={sort.column}&order={order}")
        said = "&".join(pairs)
        if not said:
            return search or ""
        return f"{search}&{said}" if search else f"?{said}"

    def layout(self) -> Component:
        """Lay the card out; the head tells how many rows there are."""
        placed = [each.component for each in self.controls if each.component is not None]
        return self.framed(
            html.Header(
                [
                    html.Div(
                        [
                            html.H2(self.title, className="card-title"),
                            html.P(
                                id=f"{self.id}-said", className="card-subject", role="status"
                            ),
                        ]
                    ),
                    html.Div(
                        [*placed, html.Div(id=f"{self.id}-export")],
                        className="card-controls",
                    ),
                ],
                className="card-head",
            ),
            self._grid(),
            dcc.Store(id=f"{self.id}-wanted") if self.controls else None,
            self.problem(),
            self.foot(self.title),
        )

    def _grid(self) -> Component:
        return dag.AgGrid(
            id=self.id,
            rowModelType="infinite",
            columnDefs=[_definition(column, self.sort) for column in self.shown],
            defaultColDef={
                "resizable": True,
                "suppressMovable": True,
                "suppressHeaderMenuButton": True,
            },
            dashGridOptions={
                "cacheBlockSize": BLOCK,
                "maxBlocksInCache": 20,
                "rowBuffer": 20,
                "rowHeight": 36,
                "headerHeight": 40,
                "tooltipShowDelay": 300,
                "animateRows": False,
                "ensureDomOrder": True,
                "suppressCellFocus": False,
                "enableCellTextSelection": True,
                "suppressMultiSort": True,
            },
            style={"height": f"{self.height}px"},
            className="data-table",
        )


def written(
    rows: pd.DataFrame, columns: Sequence[Column], currency: str
) -> list[dict[str, str]]:
    """Write the cells of some rows as they are shown."""
    values = rows.astype(object).where(rows.notna(), None)
    return [
        {column.field: _cell(row[column.field], column.kind, currency) for column in columns}
        for row in values.to_dict("records")
    ]


def _shown_rows(
    card: TableCard, request: dict[str, Any] | None, search: str | None, *values: Any
) -> list[Any]:
    return card.show_rows(request, search, *values)


def _definition(column: Column, sort: Sort) -> dict[str, Any]:
    numeric = column.kind != "text"
    measure = wording.MEASURES.get(column.measure)
    is_customer = column.field == "customer_id"
    return {
        "field": column.field,
        "cellRenderer": "CustomerLink" if is_customer else None,
        "headerName": column.title,
        "headerTooltip": measure.meaning if measure else None,
        "tooltipField": None if numeric or is_customer else column.field,
        "sortable": column.sortable,
        "sortingOrder": ["desc", "asc"] if numeric else ["asc", "desc"],
        "sort": ("desc" if sort.descending else "asc") if column.field == sort.column else None,
        "type": "rightAligned" if numeric else None,
        "cellClass": "number" if numeric else None,
        "minWidth": column.width,
        "flex": 1,
    }


def _cell(value: Any, kind: str, currency: str) -> str:
    if value is None:
        return wording.NOTHING
    if kind == "money":
        return wording.money(float(value), currency)
    if kind == "count":
        return wording.number(float(value))
    if kind == "percent":
        return wording.percent(float(value), 1)
    return str(value)
