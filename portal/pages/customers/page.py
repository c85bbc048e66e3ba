"""Customers: the one list of them, somebody new, a file of them."""

from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd
from dash import Input, Output, dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Asked
from portal.kit.drawing.tiles import kpi_tiles, tile_row
from portal.kit.tables.rows_table import Column, Sort
from portal.kit.tables.table_cards import written
from portal.kit.tabs import Tab
from portal.pages.customers import form, queries
from portal.pages.customers.declared import FILE_KEPT, PAGE
from portal.pages.customers.scored_file import a_file
from portal.pages.customers.somebody import somebody
from portal.pages.customers.sums import sums, told
from portal.pages.customers.views import buttons
from portal.reading.contacting.contact_plan import BEST, campaign_address
from portal.reading.filters import URL, Filters, from_query
from portal.reading.predicting.reckoned import measures, reckoned
from portal.reading.published import PublishedRun, published_run
from portal.reading.summary import summary
from portal.words import wording

__all__ = ["PAGE"]

TILES = "customers-tiles"
VIEWS = "customers-views"
ON = "customers-on"
DAYS = ("last_order_on", "next_order_on")
REASON = Column("reason", "Why", "long", width=200, sortable=False)
KNOWN_BY = {
    "risk_band": "risk_band",
    "clv_12m": "clv_12m",
    "last_order_on": "last_order_on",
    "next_order_on": "next_order_on",
    "overdue_days": "overdue_days",
}
"""Columns of the list that are left out where the run knows nothing of them."""


def lacking(run: PublishedRun, _asked: Asked) -> Collection[str]:
    """Name the columns that a run has nothing to say in."""
    by = reckoned(run)
    gone = {field for field, column in KNOWN_BY.items() if not run.table.knows(column)}
    if not by.is_answer:
        gone.add("probability")
    if by.costs is None:
        gone.add("contact_profit")
    if run.table.knows("clv_12m"):
        gone.add("monetary")
    return gone


def with_days(
    rows: pd.DataFrame, columns: Sequence[Column], currency: str
) -> list[dict[str, str]]:
    """Write the cells, days as people write them."""
    cells = written(rows, columns, currency)
    day_fields = [column.field for column in columns if column.field in DAYS]
    for name in day_fields:
        days = pd.to_datetime(rows[name])
        for cell, day in zip(cells, days, strict=True):
            cell[name] = wording.NOTHING if pd.isna(day) else wording.date(day.date())
    return cells


LIST = PAGE.table(
    "customers-list",
    query=queries.every,
    shown=(
        Column("customer_id", "Customer", width=72),
        Column("segment", "Segment", "long", "segment", 100),
        Column("risk_band", "Risk", width=84),
        Column("probability", "May answer", "percent", "answer_probability", 80),
        Column("clv_12m", "Value, 12 months", "money", "clv_12m", 88),
        Column("monetary", "Spent so far", "money", "monetary", 84),
        Column("contact_profit", "Profit of contact", "money", "contact_profit", 84),
        Column("last_order_on", "Last order", "day", width=88),
        Column("next_order_on", "Next order", "day", width=88),
        Column("overdue_days", "Days overdue", "count", width=72),
        REASON,
        Column("action", "What to do", "long", width=180),
    ),
    without=lacking,
    write=with_days,
    details=queries.reasons,
    sort=Sort("urgency"),
    source="customers",
    measures=measures,
    note="Those come first whom contacting pays most for; without a profit those whom a rule"
    " names, then who spent most. Why is what raises the probability most (customer_reason);"
    " what to do is the first action of the playbook in force for the segment.",
    title="Customers",
    columns=12,
)


def listed() -> Component:
    """Lay out the views, the sums and the list."""
    return html.Div(
        [
            html.Nav(id=VIEWS, className="button-row views", **aria(label="Saved views")),
            tile_row(TILES, 4),
            html.Div(id=ON, className="button-row"),
            LIST.layout(),
        ],
        className="customers",
    )


TABS = PAGE.tabs(
    "customers-tabs",
    Tab("customers", "Customers", listed),
    Tab("somebody-new", "Somebody new", somebody),
    Tab("file", "A file", a_file),
)


@PAGE.layout
def layout() -> Component:
    """Lay out the tabs, and what one tells another."""
    stores = [dcc.Store(id=store_id) for store_id in (form.CHANGED, form.DELETED, FILE_KEPT)]
    return html.Div([*stores, TABS.layout()])


@PAGE.answer
def answer(run: PublishedRun, filters: Filters) -> str:
    """Say how many of the customers are worth contacting, and what that brings."""
    return told(summary(run, filters), run.currency, is_filtered=filters != Filters())


@PAGE.callback(
    Output(VIEWS, "children"),
    Output(TILES, "children"),
    Output(ON, "children"),
    Input(URL, "search"),
)
def show_sums(search: str | None) -> tuple[Any, ...]:
    """Offer the views, add up whom the filters keep, and lead to a campaign of them."""
    filters = from_query(search)
    with published_run(search) as run:
        totals = summary(run, filters)
        tiles = kpi_tiles(sums(totals, run.currency))
        return buttons(run, filters), tiles, _campaign(search, filters, totals.customers)


def _campaign(search: str | None, filters: Filters, many: int) -> list[Component]:
    if not many:
        return []
    href = campaign_address(search, allocation=BEST if filters.contact else None, budget=None)
    label = f"Make a campaign of these {wording.count(many, 'customer')}"
    return [dcc.Link(label, href=f"{href}#new", className="button primary")]
