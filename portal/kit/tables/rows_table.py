"""A page of rows as a plain table, with buttons that sort it and turn to other pages.

Each button carries the view that it leads to; `assets/portal.js` puts it into the table's store
and the server answers with that page.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria, data
from portal.reading.filters import customer_link
from portal.words import wording
from portal.words.measures import MEASURES

CUSTOMER = "customer_id"
TEXT, LONG = "text", "long"
WORDS = (TEXT, LONG, "day")
"""Kinds that stand on the left; a long text may take several lines."""


class Column(NamedTuple):
    """A column of a table: what it reads, its title, its measure and how it is written.

    `kind` is text, long (it may wrap), day, count, money, percent or number.
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


class View(NamedTuple):
    """What is looked at: a page, counted from 0, in an order.

    Attributes
    ----------
    page
        Which page.
    column, descending
        What the rows are sorted by; no column means as they stand at first.
    of
        What the page is one of: filters and choices. With others the first page is shown.
    """

    page: int = 0
    column: str | None = None
    descending: bool = True
    of: str = ""


def view_of(sent_view: Any, *, of: str) -> View:
    """Read what the browser sends; the order stays where other rows are asked for."""
    if not isinstance(sent_view, Mapping):
        return View(of=of)
    page, column = sent_view.get("page"), sent_view.get("column")
    return View(
        page=page if type(page) is int and page >= 0 and sent_view.get("of") == of else 0,
        column=column if isinstance(column, str) else None,
        descending=bool(sent_view.get("descending", True)),
        of=of,
    )


def rows_table(
    table: str,
    columns: Sequence[Column],
    cells: Sequence[Mapping[str, Any]],
    *,
    sort: Sort,
    view: View,
    many: int,
    rows_shown: int,
    dataset: str,
    title: str,
) -> Component:
    """Write a page of rows whose cells are written already."""
    head = html.Tr([_head(table, column, sort=sort, view=view) for column in columns])
    body = [
        html.Tr([_cell(column, row.get(column.field), dataset) for column in columns])
        for row in cells
    ]
    return html.Div(
        [
            html.Div(
                html.Table([html.Thead(head), html.Tbody(body)], className="rows-table"),
                className="table-scroll",
                role="region",
                tabIndex=0,
                **aria(label=title),
            ),
            _turning(table, view, many, rows_shown),
        ]
    )


def _head(table: str, column: Column, *, sort: Sort, view: View) -> Component:
    side = "" if column.kind in WORDS else "number"
    if not column.sortable:
        wide = {"minWidth": column.width}
        return html.Th(column.title, scope="col", className=side, style=wide)
    is_sorted = column.field == sort.column
    descends = not sort.descending if is_sorted else column.kind not in WORDS
    order = ("descending" if sort.descending else "ascending") if is_sorted else "none"
    arrow = ("arrow-down" if sort.descending else "arrow-up") if is_sorted else "arrow-down-up"
    next_view = View(column=column.field, descending=descends, of=view.of)
    measure = MEASURES.get(column.measure)
    button = html.Button(
        [column.title, html.I(className=f"bi bi-{arrow}", **aria(hidden="true"))],
        type="button",
        className="sort-rows",
        title=measure.meaning if measure else None,
        **_leading(table, next_view),
    )
    return html.Th(
        button,
        scope="col",
        className=side,
        style={"minWidth": column.width},
        **aria(sort=order),
    )


def _cell(column: Column, value: Any, dataset: str) -> Component:
    if column.field == CUSTOMER and value is not None:
        content: Any = dcc.Link(str(value), href=customer_link(str(value), dataset))
    else:
        content = wording.NOTHING if value is None else value
    long = str(value) if column.kind == TEXT and isinstance(value, str) else None
    return html.Td(
        content, className=column.kind if column.kind in WORDS else "number", title=long
    )


def _turning(table: str, view: View, many: int, rows_shown: int) -> Component:
    last = max(many - 1, 0) // rows_shown
    start = view.page * rows_shown
    row_range = (
        f"{wording.number(start + 1)} to {wording.number(min(start + rows_shown, many))}"
    )
    steps = (
        ("First page", "chevron-double-left", 0, view.page > 0),
        ("Page before", "chevron-left", view.page - 1, view.page > 0),
        ("Next page", "chevron-right", view.page + 1, view.page < last),
        ("Last page", "chevron-double-right", last, view.page < last),
    )
    return html.Div(
        [
            html.Span(
                f"{row_range} of {wording.number(many)}" if many else "Nobody",
                className="quiet",
            ),
            *(
                html.Button(
                    html.I(className=f"bi bi-{icon}", **aria(hidden="true")),
                    type="button",
                    className="icon-button",
                    disabled=not leads,
                    title=name,
                    **aria(label=name),
                    **_leading(table, view._replace(page=page)),
                )
                for name, icon, page, leads in steps
            ),
        ],
        className="rows-turning",
    )


def _leading(table: str, view: View) -> dict[str, Any]:
    return data(action="show-rows", table=table, view=json.dumps(view._asdict()))
