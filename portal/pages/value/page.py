"""Value: what customers are expected to bring in 12 months, and whether to believe it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from dash import Input, Output, dcc, html, no_update
from dash.development.base_component import Component

from portal.kit.cards import grid, rows_of
from portal.kit.chart import NOTHING_LEFT
from portal.kit.page import Page
from portal.kit.states import empty_state
from portal.kit.table_cards import Column, Sort, written
from portal.kit.tiles import kpi_tiles, tile_row
from portal.pages.value import evidence, figures, intervals, models, queries
from portal.pages.value.tiles import headline_tiles
from portal.reading import value
from portal.reading.filters import DATASET, URL, from_query
from portal.reading.published import PublishedRun, published_run
from portal.reading.rows import each_row
from portal.words import wording

TILES = "value-tiles"
STATE = "value-state"
LEAVING = ("p_alive",)
"""Columns that say nothing where the model in use lets nobody leave."""
HELD = (
    "The model is fitted again to what was known before the hold-out, and sees nothing of it."
)
TOTALLED = "Of all customers, whatever the filters keep."
ON_HOLDOUTS = (
    "Of all customers, whatever the filters keep. Segments, tenths and quarters on a hold-out"
    " are those of its first day; hold-outs are added up."
)
CELLS = "Means over the customers of each cell; an empty cell has none."

PAGE = Page(
    path="/value",
    title="Value · Clientele",
    name="Value",
    group="Predict",
    order=30,
    icon="gem",
    lead="What customers are expected to bring in the next 12 months, and how sure that is.",
    filtered=True,
)


def customer_cells(
    rows: pd.DataFrame, columns: Sequence[Column], currency: str
) -> list[dict[str, str]]:
    """Write a page of customers: the interval beside the value, the day of the next order."""
    cells = written(rows.assign(interval=None), columns, currency)
    sign = wording.symbol(currency)
    for cell, row in zip(cells, each_row(rows), strict=True):
        ends = (f"{sign}{wording.number(end)}" for end in (row.clv_12m_low, row.clv_12m_high))
        cell["interval"] = wording.interval(*ends)
        cell["expected_orders_90d"] = wording.number(row.expected_orders_90d, 2)
        cell["expected_next_order_days"] = (
            wording.date(pd.Timestamp(row.next_order_on).date())
            if pd.notna(row.next_order_on)
            else wording.NOTHING
        )
    return cells


def customers_said(many: int, run: PublishedRun) -> str:
    """Count the customers with a value, or say why there are none."""
    if many:
        return wording.count(many, "customer")
    return figures.missing(run.has, is_valued=queries.is_valued(run))


SEGMENTS = PAGE.chart(
    "value-segments",
    query=queries.by_segment,
    draw=figures.segments,
    source="customers",
    measures=("clv_12m", "clv_historic_12m", "segment"),
    note="Expectations add up: the segments together are the total above.",
    subject="Expected revenue of 12 months, and that of the simple formula",
    columns=12,
    height=360,
    click="segment",
)
SPREAD = PAGE.chart(
    "value-spread",
    query=queries.distribution,
    draw=figures.spread,
    source="customers",
    measures=("clv_12m",),
    subject="Customers by expected revenue of 12 months",
)
CONCENTRATION = PAGE.chart(
    "value-concentration",
    query=queries.concentration,
    draw=figures.concentration,
    source="customers",
    measures=("clv_12m", "concentration"),
    subject="Share of the expected revenue by share of customers",
)
RISK = PAGE.chart(
    "value-risk",
    query=queries.risk_and_value,
    draw=figures.risk,
    knowing={"has_values": queries.has_values},
    source="customers",
    measures=("churn_probability", "clv_12m"),
    subject="Value against churn; the darker, the more customers",
    columns=12,
    height=360,
)
CUSTOMERS = PAGE.table(
    "value-customers",
    query=queries.customers,
    shown=(
        Column("customer_id", "Customer", width=96),
        Column("segment", "Segment", measure="segment", width=150),
        Column("clv_12m", "Value", "money", "clv_12m", 112),
        Column("interval", "90 % interval", "text", "value_interval", 176, sortable=False),
        Column("p_alive", "Still here", "percent", "p_alive", 104),
        Column("expected_orders_90d", "Orders, 90 days", "decimal", "expected_orders_90d", 172),
        Column("expected_next_order_days", "Next order", "day", "expected_next_order", 112),
        Column("churn_probability", "Churn", "percent", "churn_probability", 90),
        Column("clv_historic_12m", "Historic", "money", "clv_historic_12m", 112),
    ),
    write=customer_cells,
    said=customers_said,
    sort=Sort("clv_12m"),
    source="customers",
    measures=(
        "clv_12m", "value_interval", "p_alive", "expected_orders_90d", "expected_next_order",
        "churn_probability", "clv_historic_12m",
    ),
    title="Customers, the most valuable first",
    columns=12,
)  # fmt: skip
ALIVE = PAGE.chart(
    "value-alive",
    query=queries.alive,
    draw=figures.alive,
    source="customers",
    measures=("p_alive", "recency", "frequency"),
    note=CELLS,
    subject="Probability of still being a customer, mean of each cell",
    height=380,
)
ORDERS = PAGE.chart(
    "value-orders",
    query=queries.expected_orders,
    draw=figures.orders,
    source="customers",
    measures=("expected_orders_90d", "recency", "frequency"),
    note=CELLS,
    subject="Expected orders in the next 90 days, mean of each cell",
    height=380,
)
BASIS = PAGE.panel(
    "value-basis",
    query=queries.basis,
    draw=evidence.basis,
    source="value_basis",
    measures=("clv_12m", "value_band"),
    title="What these values rest on",
    columns=12,
)
TOTALS = PAGE.panel(
    "value-totals",
    query=queries.totals,
    draw=evidence.totals,
    source="value_total",
    measures=("value_corrected", "value_typical_miss"),
    note=TOTALLED,
    title="All customers together",
    columns=12,
)
INTERVALS = PAGE.chart(
    "value-intervals",
    query=queries.checks,
    draw=intervals.intervals,
    source="value_check",
    measures=("value_coverage", "value_winkler"),
    note=HELD,
    subject="Share of customers whose revenue lay in their interval, by hold-out",
    columns=12,
    height=340,
)
PARTS = PAGE.panel(
    "value-parts",
    query=queries.parts,
    draw=evidence.parts,
    source="value_part",
    measures=("clv_12m", "segment"),
    note=ON_HOLDOUTS,
    title="Value by segment, tenth and first order, and what such brought before",
    columns=12,
)
TRACKING = PAGE.chart(
    "value-tracking",
    query=queries.tracking,
    draw=figures.tracking,
    source="value_tracking",
    measures=("orders",),
    note=HELD,
    subject="Repeat orders of all customers so far, week by week",
    height=340,
)
FREQUENCY = PAGE.chart(
    "value-frequency",
    query=queries.by_frequency,
    draw=figures.frequency,
    source="value_by_frequency",
    measures=("orders",),
    note=HELD,
    subject="Orders per customer in the weeks held out",
    height=340,
)
METRICS = PAGE.panel(
    "value-metrics",
    query=queries.metrics,
    draw=models.metrics,
    source="value_metric",
    measures=tuple(measure for _, _, measure in models.METRIC_HEADS if measure),
    note=HELD,
    title="Did it foretell better than no model?",
    columns=12,
)
FITS = PAGE.panel(
    "value-fits",
    query=value.fits,
    draw=models.fits,
    source="value_fit",
    measures=("clv_12m",),
    note="Parameters are shown only of fits that converged to a point inside their bounds.",
    title="The models and their parameters",
    columns=12,
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; its cards fill themselves."""
    return html.Div(
        [
            html.Div(id=STATE, className="gate", role="status"),
            tile_row(TILES, 5),
            grid(
                SEGMENTS, BASIS, TOTALS, SPREAD, CONCENTRATION, RISK, CUSTOMERS, ALIVE, ORDERS,
                INTERVALS, PARTS, TRACKING, FREQUENCY, METRICS, FITS,
            ),
        ]
    )  # fmt: skip


@PAGE.callback(
    Output(TILES, "children"),
    Output(STATE, "children"),
    Output(CUSTOMERS.id, "columnState"),
    Input(URL, "search"),
)
def show_headline(search: str | None) -> tuple[list[Component], Component | None, Any]:
    """Write the tiles, or what is missing; hide what the model in use can't tell."""
    filters = from_query(search)
    with published_run(search) as run:
        headline = rows_of(run, queries.headline(run, filters))
        if headline.empty:
            sentence = figures.missing(run.has, is_valued=queries.is_valued(run))
            missing = empty_state("No values to show", sentence, _bring(run, sentence))
            return [], missing, no_update
        tells_leaving = value.knows_leaving(run.ask(value.fits(run)))
        tiles = headline_tiles(
            next(each_row(headline)),
            rows_of(run, queries.metrics(run, filters)),
            currency=run.currency,
            tells_leaving=tells_leaving,
        )
        columns = [
            {"colId": each.field, "hide": each.field in LEAVING and not tells_leaving}
            for each in CUSTOMERS.shown
        ]
        state = None if tells_leaving else html.Div(className="nobody-leaves")
        return kpi_tiles(tiles), state, columns


def _bring(run: PublishedRun, sentence: str) -> Component | None:
    if sentence == NOTHING_LEFT:
        return None
    link = f"/data?{urlencode({DATASET: run.dataset})}"
    return dcc.Link("Bring a file of order lines", href=link, className="button")
