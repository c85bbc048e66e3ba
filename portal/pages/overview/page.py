"""Overview: who the customers are, what they bring, how sure the figures are."""

from collections.abc import Callable
from typing import Literal

import pandas as pd
from dash import Input, Output, dcc, html
from dash.development.base_component import Component

from portal.kit.cards import grid
from portal.kit.page import Page
from portal.kit.tiles import Tile, kpi_tiles, tile_row
from portal.pages.overview import figures, queries
from portal.reading import segments
from portal.reading.economics import VALUABLE_AT_RISK
from portal.reading.filters import URL, Filters, from_query, to_query
from portal.reading.published import ORDER_LINES, PublishedRun, published_run, remember
from portal.words import wording

TILES = "overview-tiles"
CONTACT = "overview-contact"
CALLED = {
    "marketing": {"orders": "Purchases", "basket": "Spend per purchase"},
    "behaviour": {"orders": "Items purchased", "basket": "Spend per item"},
}
"""What forms without orders count in their place."""


PAGE = Page(
    path="/",
    title="Overview · Clientele",
    name="Overview",
    group="Understand",
    order=10,
    icon="speedometer2",
    lead="Who the customers are, what they bring and how that has moved.",
    filtered=True,
)


MONTHS = PAGE.chart(
    "overview-months",
    query=queries.months,
    draw=figures.months,
    source="monthly_sales",
    measures=("revenue", "orders", "anonymous_revenue"),
    note="An order counts in the month in which it was placed, less what was cancelled of it"
    " since. Without filters, lines that name no customer count too; with filters they can't.",
    subject="Revenue by month of the order",
    columns=8,
)
CONCENTRATION = PAGE.chart(
    "overview-concentration",
    query=queries.concentration,
    draw=figures.concentration,
    source="customers",
    measures=("concentration",),
    subject="Share of revenue by share of customers",
    columns=4,
)
CUSTOMERS = PAGE.chart(
    "overview-customers",
    query=segments.shares,
    draw=figures.customers,
    source="customers",
    measures=("customers", "segment", "share"),
    subject="Customers by segment; click one to look at it alone",
    columns=5,
    height=340,
    click="segment",
)
REVENUE = PAGE.chart(
    "overview-revenue",
    query=segments.shares,
    draw=figures.revenue,
    source="customers",
    measures=("revenue", "revenue_share"),
    subject="Revenue by segment; click one to look at it alone",
    columns=7,
    height=340,
    click="segment",
)
COUNTRIES = PAGE.chart(
    "overview-countries",
    query=queries.countries,
    draw=figures.countries,
    source="customers",
    measures=("country", "revenue", "customers"),
    note="Revenue of the customers whose latest order went to that country.",
    subject="Countries with most revenue; click one to look at it alone",
    click="country",
)
QUALITY = PAGE.chart(
    "overview-quality",
    query=queries.quality,
    beside={"source": queries.rows_of_source},
    draw=figures.quality,
    source="finding",
    measures=("rows_read", "rows_kept"),
    note="The rules run in the order shown on the Runs page; a row is counted by the first that"
    " takes it, so the counts and the rows kept add up to the rows read.",
    subject="Rows of the source by rule",
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; its cards fill themselves."""
    return html.Div(
        [
            tile_row(TILES, 5),
            html.Div(id=CONTACT),
            grid(MONTHS, CONCENTRATION, CUSTOMERS, REVENUE, COUNTRIES, QUALITY),
        ]
    )


@PAGE.callback(Output(TILES, "children"), Input(URL, "search"))
def show_tiles(search: str | None) -> list[Component]:
    """Write the key figures."""
    with published_run(search) as run:
        return kpi_tiles(remember(run, _tiles, from_query(search)))


@PAGE.callback(Output(CONTACT, "children"), Input(URL, "search"))
def show_contact(search: str | None) -> Component | None:
    """Lead to a campaign for the valuable customers at risk, where the run tells them."""
    with published_run(search) as run:
        found = remember(run, queries.at_risk, VALUABLE_AT_RISK)
        dataset = run.dataset
    if found is None:
        return None
    said = f"Contact {wording.count(found.customers, 'valuable customer')} at risk"
    query = to_query(Filters(risks=(VALUABLE_AT_RISK,)), dataset)
    return html.Div(
        [
            dcc.Link(said, href=f"/campaigns{query}", className="button primary contact-link"),
            html.P(
                [
                    f"At risk counts from a churn probability of {wording.percent(found.cut)};"
                    " of whom contacting pays, the page of churn has the list. ",
                    dcc.Link("Whom to contact", href=f"/churn{to_query(Filters(), dataset)}"),
                ],
                className="quiet contact-why",
            ),
        ],
        className="contact",
    )


def _tiles(run: PublishedRun, filters: Filters) -> list[Tile]:
    history = run.ask(queries.totals(run, filters)).astype(
        {"customers": float, "active_customers": float, "orders": float, "revenue": float}
    )
    if history.empty:
        history = pd.DataFrame([[str(run.as_of), 0.0, 0.0, 0.0, 0.0]], columns=history.columns)
    history["basket"] = history["revenue"] / history["orders"].where(history["orders"] > 0)
    written: dict[str, tuple[str, Callable[[float], str]]] = {
        "revenue": ("revenue", lambda value: wording.money_short(value, run.currency)),
        "customers": ("customers", wording.number_short),
        "active_customers": ("active_customers", wording.number_short),
        "orders": ("orders", wording.number_short),
        "basket": ("average_basket", lambda value: wording.money(value, run.currency)),
    }
    titles = CALLED.get(run.form, {})
    return [
        _tile(history, column, measure, write(history[column].iloc[-1]))._replace(
            title=titles.get(column, "")
        )
        for column, (measure, write) in written.items()
        if run.form == ORDER_LINES or history[column].iloc[-1] > 0
    ]


def _tile(history: pd.DataFrame, column: str, measure: str, value: str) -> Tile:
    series = history[column].tolist()
    if len(series) < 2:
        return Tile(measure, value, series=series)
    now, before = series[-1], series[-2]
    before_day = pd.Timestamp(str(history["as_of"].iloc[-2])).date()
    direction: Literal[-1, 0, 1] = 1 if now > before else -1 if now < before else 0
    return Tile(
        measure,
        value,
        change=wording.change(now, before),
        direction=direction,
        since=f"since {wording.date(before_day)}",
        series=series,
    )
