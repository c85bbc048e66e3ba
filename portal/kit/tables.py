"""Tables that sort, filter and page in the database.

A page that shows customers writes::

    def layout() -> Component:
        return grid(table_card(CUSTOMERS, CUSTOMER_COLUMNS, title="Customers", …))

    follow_filters(CUSTOMERS)

    @callback(
        *table_outputs(CUSTOMERS),
        Input(CUSTOMERS, "getRowsRequest"),
        State(URL, "search"),
        prevent_initial_call=True,
    )
    def show_customers(request: dict[str, Any] | None, search: str) -> Rows:
        return customer_rows(request, search)
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import dash_ag_grid as dag
import pandas as pd
from dash import ClientsideFunction, Input, Output, State, html, no_update
from dash.development.base_component import Component

from portal.kit.attributes import data
from portal.kit.charts import card_foot, problem_of
from portal.kit.evidence import Evidence, download_link
from portal.kit.page import Page
from portal.reading import customers
from portal.reading.customers import Sort
from portal.reading.filters import URL, from_query
from portal.reading.published import PublishedRun, published_run, remember
from portal.words import wording

Rows = tuple[Any, Any, Any]
BLOCK = 100


class Column(NamedTuple):
    """A column of a table: what it reads, its title, its measure and how it is written."""

    field: str
    title: str
    kind: str = "text"
    measure: str = ""
    width: int = 120
    sortable: bool = True


CUSTOMER_COLUMNS = (
    Column("customer_id", "Customer", width=96),
    Column("segment", "Segment", measure="segment", width=164),
    Column("value_band", "Value band", measure="value_band", width=108),
    Column("recency_days", "Recency, days", "count", "recency", 136),
    Column("frequency", "Orders", "count", "frequency", 88),
    Column("monetary", "Monetary", "money", "monetary", 124),
    Column("average_basket", "Average basket", "money", "average_basket", 144),
    Column("tenure_days", "Tenure, days", "count", "tenure", 128),
    Column("country", "Country", measure="country", width=136),
)


def table_card(
    table: str,
    columns: Sequence[Column],
    *,
    title: str,
    evidence: Evidence,
    export: str,
    height: int = 480,
    span: int = 12,
) -> Component:
    """Lay out a card with a table whose rows `table_outputs(table)` bring."""
    return html.Section(
        [
            html.Header(
                [
                    html.Div(
                        [
                            html.H2(title, className="card-title"),
                            html.P(id=_said(table), className="card-subject", role="status"),
                        ]
                    ),
                    html.Div(
                        download_link(export, "") if export else None,
                        id=_export(table),
                        className="card-controls",
                    ),
                ],
                className="card-head",
            ),
            dag.AgGrid(
                id=table,
                rowModelType="infinite",
                columnDefs=[_definition(column) for column in columns],
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
                style={"height": f"{height}px"},
                className="data-table",
            ),
            html.Div(id=problem_of(table), role="status"),
            card_foot(table, evidence, title),
        ],
        className=f"card span-{span}",
        **data(card=table, export=export),
    )


def table_outputs(table: str) -> tuple[Output, Output, Output]:
    """Name what a callback that returns `Rows` fills: the rows, “n of N”, the export link."""
    return (
        Output(table, "getRowsResponse"),
        Output(_said(table), "children"),
        Output(_export(table), "children"),
    )


def follow_filters(page: Page, table: str) -> None:
    """Let a table ask for its rows again whenever the filters change."""
    page.clientside_callback(
        ClientsideFunction("clientele", "reload_table"),
        Output(table, "id"),
        Input(URL, "search"),
        State(table, "id"),
        prevent_initial_call=True,
    )


def customer_rows(request: dict[str, Any] | None, search: str | None) -> Rows:
    """Answer the customer table: the rows asked for, how many there are, the export."""
    if request is None:
        return no_update, no_update, no_update
    filters, sort = from_query(search), asked_sort(request)
    with published_run(search) as run:
        kept = remember(run, customers.count, filters)
        rows = customers.page(
            run, filters, sort=sort, start=int(request["startRow"]), end=int(request["endRow"])
        )
        response = {"rowData": written(rows, CUSTOMER_COLUMNS, run), "rowCount": kept}
        said = (
            wording.count(kept, "customer")
            if kept == run.customers
            else f"{wording.number(kept)} of {wording.count(run.customers, 'customer')}"
        )
        return response, said, download_link("/export/customers.csv", _with_sort(search, sort))


def asked_sort(request: dict[str, Any]) -> Sort:
    """Read the sort of a request; unknown columns fall back to the default."""
    model = request.get("sortModel") or []
    if not model:
        return Sort()
    return Sort(str(model[0].get("colId")), model[0].get("sort") == "desc")


def written(
    rows: pd.DataFrame, columns: Sequence[Column], run: PublishedRun
) -> list[dict[str, str]]:
    """Write the cells of a page of rows as they are shown."""
    values = rows.astype(object).where(rows.notna(), None)
    return [
        {column.field: _cell(row[column.field], column.kind, run) for column in columns}
        for row in values.to_dict("records")
    ]


def _definition(column: Column) -> dict[str, Any]:
    numeric = column.kind != "text"
    measure = wording.MEASURES.get(column.measure)
    return {
        "field": column.field,
        "cellRenderer": "CustomerLink" if column.field == "customer_id" else None,
        "headerName": column.title,
        "headerTooltip": measure.meaning if measure else None,
        "tooltipField": None if numeric or column.field == "customer_id" else column.field,
        "sortable": column.sortable,
        "sortingOrder": ["desc", "asc"] if numeric else ["asc", "desc"],
        "sort": "desc" if column.field == customers.DEFAULT_SORT else None,
        "type": "rightAligned" if numeric else None,
        "cellClass": "number" if numeric else None,
        "minWidth": column.width,
        "flex": 1,
    }


def _cell(value: Any, kind: str, run: PublishedRun) -> str:
    if value is None:
        return wording.NOTHING
    if kind == "money":
        return wording.money(float(value), run.currency)
    if kind == "count":
        return wording.number(float(value))
    if kind == "percent":
        return wording.percent(float(value), 1)
    return str(value)


def _with_sort(search: str | None, sort: Sort) -> str:
    if sort == Sort():
        return search or ""
    said = f"sort={sort.column}&order={'desc' if sort.descending else 'asc'}"
    return f"{search}&{said}" if search else f"?{said}"


def _said(table: str) -> str:
    return f"{table}-said"


def _export(table: str) -> str:
    return f"{table}-export"
