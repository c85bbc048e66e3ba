"""Tables that sort and page where their rows lie.

The query of a table gives all rows in no order; the table shows a page of them in the order
that somebody chose, Data shows the first ones, and the CSV holds all of them. It is a plain
table: it comes with the page, is read by whatever reads HTML, and needs no script but for the
buttons that turn and sort it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from dash import Input, Output, dcc, html
from dash.development.base_component import Component

from portal.kit.cards import Asked, Card
from portal.kit.evidence import SHOWN_ROWS, download_link
from portal.kit.tables.rows_table import Column, Sort, View, rows_table, view_of
from portal.reading.published import PublishedRun, published_run
from portal.reading.statements import Statement, quoted
from portal.words import wording

ROW_HEIGHT, AROUND_ROWS = 36, 84
"""Pixels of a row, and of the head and the buttons under the rows together."""
MOST_ROWS = 1_000
"""Rows of one answer, whatever is asked for."""


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
    rows_shown
        Rows of a page; room for them is kept while they come.
    write
        How a page writes the cells of some rows, where `written` does not do.
    count_text
        How a page says how many rows there are, where `counted` does not do.
    details
        Further columns of the rows in view from another table: a statement for their keys.
    without
        Columns that a run has nothing to say in, as fields: they are left out.
    measured
        Measures that columns have in a run in place of their own, by field.
    """

    shown: Sequence[Column]
    title: str
    sort: Sort
    key: str = "customer_id"
    noun: str = "customer"
    rows_shown: int = 15
    write: Callable[[pd.DataFrame, Sequence[Column], str], list[dict[str, str]]] | None = None
    count_text: Callable[[int, PublishedRun], str] | None = None
    details: Callable[[PublishedRun, Sequence[str]], Statement] | None = None
    without: Callable[[PublishedRun, Asked], Collection[str]] = lambda _run, _asked: ()
    measured: Callable[[PublishedRun], Mapping[str, str]] = lambda _run: {}

    def statement(self, run: PublishedRun, question: Asked) -> Statement | None:
        """Give what is asked of a run, in the order that stands at first."""
        return self.ordered(self.query(run, question.filters, **question.named), self.sort)

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

    def sample(self, run: PublishedRun, question: Asked) -> tuple[pd.DataFrame, int]:
        """Give the first rows for Data, and how many there are."""
        statement = self.statement(run, question)
        if statement is None:
            return pd.DataFrame(), 0
        return run.ask(statement.block(0, SHOWN_ROWS)), self.count(run, question)

    def count(self, run: PublishedRun, question: Asked) -> int:
        """Count the rows."""
        statement = self.query(run, question.filters, **question.named)
        if statement is None:
            return 0
        return int(run.ask(statement.counted())["many"].iloc[0])

    def page(
        self, run: PublishedRun, question: Asked, sort: Sort, start: int, end: int
    ) -> pd.DataFrame:
        """Give the rows from place `start` up to `end` in an order.

        Those of the second half are counted from the end, where that is nearer.
        """
        statement = self.query(run, question.filters, **question.named)
        if statement is None:
            return pd.DataFrame(columns=[column.field for column in self.shown])
        start, many = max(start, 0), self.count(run, question)
        end = min(end, start + MOST_ROWS, many)
        is_far = start > many // 2
        first, last = (many - end, many - start) if is_far else (start, end)
        order = self.order(sort, backwards=is_far)
        rows = run.ask(statement.window(order, quoted(self.key), first, last))
        rows = rows[::-1].reset_index(drop=True) if is_far else rows
        if self.details is None or rows.empty:
            return rows
        details = run.ask(self.details(run, list(rows[self.key])))
        return rows.merge(details.astype({self.key: object}), on=self.key, how="left")

    def stream(
        self, run: PublishedRun, question: Asked, query_arguments: Mapping[str, str]
    ) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
        """Give the names of the columns and every row in the order wanted."""
        sort = self.known_sort(
            query_arguments.get("sort"), descending=query_arguments.get("order") != "asc"
        )
        statement = self.ordered(self.query(run, question.filters, **question.named), sort)
        return ([], iter(())) if statement is None else run.stream(statement)

    def known_sort(self, column: str | None, *, descending: bool) -> Sort:
        """Give the order asked for; unknown columns fall back to the first one."""
        if column in {
            shown_column.field for shown_column in self.shown if shown_column.sortable
        }:
            return Sort(str(column), descending)
        return self.sort

    def outputs(self) -> list[Output]:
        """Name the rows, how many they are and the link to all of them."""
        return [
            Output(self.id, "children"),
            Output(f"{self.id}-said", "children"),
            Output(f"{self.id}-export", "children"),
        ]

    @property
    def callback(self) -> tuple[list[Any], Callable[..., Any]]:
        """The callback that shows a page of the table."""
        dependencies, _function = super().callback
        return [*dependencies, Input(f"{self.id}-view", "data")], partial(_shown, self)

    def show(self, search: str | None, *values: Any) -> list[Any]:
        """Answer the card's callback; the last of the values is which page in which order."""
        *controls, sent_view = values
        question = self.asked(search, controls)
        with published_run(search) as run:
            view = view_of(sent_view, of=self._of(search, question))
            answer = self.page_shown(run, question, view, search)
        return [*answer, question.named] if self.controls else answer

    def answers(self, run: PublishedRun, question: Asked) -> list[Any]:
        """Show the first page."""
        return self.page_shown(run, question, View(of=self._of("", question)), "")

    def page_shown(
        self, run: PublishedRun, question: Asked, view: View, search: str | None
    ) -> list[Any]:
        """Give the rows of a page, how many there are, and the link to all of them."""
        many = self.count(run, question)
        sort = self.known_sort(view.column, descending=view.descending)
        start = min(view.page, max(many - 1, 0) // self.rows_shown) * self.rows_shown
        rows = self.page(run, question, sort, start, start + self.rows_shown)
        left_out, measures = self.without(run, question), self.measured(run)
        columns = [
            column._replace(measure=measures.get(column.field, column.measure))
            for column in self.shown
            if column.field not in left_out
        ]
        cells = (self.write or written)(rows, columns, run.currency)
        table = rows_table(
            self.id,
            columns,
            cells,
            sort=sort,
            view=view._replace(page=start // self.rows_shown),
            many=many,
            rows_shown=self.rows_shown,
            dataset=run.dataset,
            title=self.title,
        )
        link = download_link(f"/export/{self.id}.csv", self.address(search, question, sort))
        return [table, self.counted(many, run), link]

    @staticmethod
    def _of(search: str | None, question: Asked) -> str:
        """Name what is asked: a page is one of these rows and of no others."""
        return f"{search or ''} {question.choices}" if question.choices else search or ""

    def counted(self, many: int, run: PublishedRun) -> str:
        """Say how many rows there are, of all customers where fewer are shown."""
        if self.count_text is not None:
            return self.count_text(many, run)
        if self.noun != "customer" or many == run.customers:
            return wording.count(many, self.noun)
        return f"{wording.number(many)} of {wording.count(run.customers, self.noun)}"

    def address(self, search: str | None, question: Asked, sort: Sort) -> str:
        """Write what leads to all rows in the order shown."""
        pairs = self.pairs(question)
        if sort != self.sort:
            order = "desc" if sort.descending else "asc"
            pairs.append(f"sort={sort.column}&order={order}")
        query = "&".join(pairs)
        if not query:
            return search or ""
        return f"{search}&{query}" if search else f"?{query}"

    def layout(self) -> Component:
        """Lay the card out; the head tells how many rows there are."""
        counted = html.P(id=f"{self.id}-said", className="card-subject", role="status")
        title = html.H2(self.title, className="card-title")
        return self.framed(
            self.head(html.Div([title, counted]), html.Div(id=f"{self.id}-export")),
            html.Div(
                id=self.id,
                className="card-body rows",
                style={"minHeight": f"{ROW_HEIGHT * self.rows_shown + AROUND_ROWS}px"},
            ),
            dcc.Store(id=f"{self.id}-view"),
            self.problem(),
        )

    @property
    def title_said(self) -> str:
        """Its title."""
        return self.title


def written(
    rows: pd.DataFrame, columns: Sequence[Column], currency: str
) -> list[dict[str, str]]:
    """Write the cells of some rows as they are shown."""
    values = rows.astype(object).where(rows.notna(), None)
    return [
        {column.field: _cell(row[column.field], column.kind, currency) for column in columns}
        for row in values.to_dict("records")
    ]


def _shown(card: TableCard, search: str | None, *values: Any) -> list[Any]:
    return card.show(search, *values)


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
