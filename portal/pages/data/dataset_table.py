"""The data sets that there are, with their downloads."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.evidence import download_link
from portal.kit.paging import ROWS, pager, part
from portal.kit.states import empty_state
from portal.reading.filters import PART, Filters, to_query
from portal.words import wording

COLUMNS = ("Data set", "Form", "Rows kept", "Customers", "As of", "Published", "Download")
NUMERIC = frozenset({"Rows kept", "Customers"})


def dataset_page(every: pd.DataFrame, number: int | None) -> list[Component | None]:
    """List the data sets of one page, and lead to the pages beside."""
    shown = part(number, len(every))
    some = every.iloc[shown.start : shown.start + ROWS]
    return [
        dataset_table(some),
        pager(shown, lambda page: f"/data?{urlencode({PART: page})}", noun="data set"),
    ]


def dataset_table(every: pd.DataFrame) -> Component:
    """List the data sets with their downloads."""
    if every.empty:
        return empty_state("There is no data set yet.", "Bring a file in below.")
    head = html.Tr(
        [
            html.Th(name, className="number" if name in NUMERIC else "", scope="col")
            for name in COLUMNS
        ]
    )
    values = every.astype(object).where(every.notna(), None)
    body = [html.Tr(_dataset_cells(row)) for row in values.to_dict("records")]
    return html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="plain-table wide"),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **aria(label="Data sets"),
    )


def _dataset_cells(row: Mapping[Any, Any]) -> list[Component]:
    query = to_query(Filters(), row["name"])
    name = html.Th(
        html.A(row["name"], href=f"/{query}") if row["run_id"] else row["name"], scope="row"
    )
    if not row["run_id"]:
        return [name, html.Td("nothing published", colSpan=len(COLUMNS) - 1, className="quiet")]
    return [
        name,
        html.Td(row["form"]),
        html.Td(wording.number(row["rows_kept"]), className="number"),
        html.Td(wording.number(row["customers"]), className="number"),
        html.Td(
            wording.date(None if pd.isna(row["as_of"]) else _moment(row["as_of"]).date()),
            className="nowrap",
        ),
        html.Td(wording.moment(_moment(row["published_at"])), className="nowrap"),
        html.Td(
            html.Div(
                [
                    download_link("/export/processed.csv", query, "CSV"),
                    download_link("/export/bi.csv", query, "BI file"),
                ],
                className="button-row tight",
            )
        ),
    ]


def _moment(value: Any) -> dt.datetime:
    moment: dt.datetime = pd.Timestamp(value).to_pydatetime()
    return moment
