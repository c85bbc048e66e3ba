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
from portal.kit.tables.paging import ROWS, pager, part
from portal.pages.data.words import FORMS
from portal.reading.filters import PART, Filters, to_query
from portal.words import wording

COLUMNS = ("Data set", "What it is", "Period", "Currency", "Customers", "As of", "Download")
NUMERIC = frozenset({"Customers"})


def dataset_page(every: pd.DataFrame, number: int | None) -> list[Component | None]:
    """List the data sets of one page, and lead to the pages beside."""
    page_part = part(number, len(every))
    some = every.iloc[page_part.start : page_part.start + ROWS]
    return [
        dataset_table(some),
        pager(page_part, lambda page: f"/data?{urlencode({PART: page})}", noun="data set"),
    ]


def list_said(every: pd.DataFrame) -> str:
    """Say how many data sets there are, and what the newest holds."""
    if every.empty:
        return "There is no data set yet"
    many = wording.count(len(every), "data set")
    published = [row for row in every.to_dict("records") if not pd.isna(row["run_id"])]
    if not published:
        return f"{many}, nothing of it published yet"
    newest = max(published, key=lambda row: (_moment(row["published_at"]), row["run_id"]))
    as_of = newest["as_of"]
    day = "" if pd.isna(as_of) else f" to {wording.date(_moment(as_of).date())}"
    holds = f"“{newest['name']}” has {wording.count(newest['customers'], 'customer')}{day}"
    return f"{many}: {holds}" if len(every) == 1 else f"{many}; published last, {holds}"


def dataset_table(every: pd.DataFrame) -> Component:
    """List the data sets with their downloads."""
    if every.empty:
        return html.P("Files that you publish become data sets.", className="card-text quiet")
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
        html.Td(FORMS.get(row["form"], row["form"])),
        html.Td(_period(row["first_month"], row["last_month"]), className="nowrap"),
        html.Td(row["currency"] or "unknown"),
        html.Td(wording.number(row["customers"]), className="number"),
        html.Td(
            wording.date(None if pd.isna(row["as_of"]) else _moment(row["as_of"]).date()),
            className="nowrap",
        ),
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


def _period(first: Any, last: Any) -> str:
    if not first or not last:
        return wording.NOTHING
    begin, end = (wording.month(_moment(month).date()) for month in (first, last))
    return begin if begin == end else f"{begin} to {end}"


def _moment(value: Any) -> dt.datetime:
    moment: dt.datetime = pd.Timestamp(value).to_pydatetime()
    return moment
