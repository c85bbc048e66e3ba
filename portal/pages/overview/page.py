"""Overview: who the customers are, what they bring, how sure the figures are."""

from collections.abc import Callable
from typing import Literal

import pandas as pd
import plotly.graph_objects as go
from dash import Input, Output, dcc, html
from dash.development.base_component import Component

from portal.kit.charts import (
    NOTHING_LEFT,
    Chart,
    Drawn,
    chart_card,
    chart_outputs,
    drawn,
    filter_on_click,
)
from portal.kit.evidence import Evidence
from portal.kit.page import Page
from portal.kit.states import grid
from portal.kit.tiles import Tile, kpi_tiles, tile_row
from portal.pages.overview import figures
from portal.reading import segments
from portal.reading import totals as queries
from portal.reading.economics import VALUABLE_AT_RISK
from portal.reading.filters import URL, Filters, from_query, to_query
from portal.reading.published import ORDER_LINES, Snapshot, remember, snapshot
from portal.reading.rows import each_row
from portal.reading.summed import NOWHERE
from portal.words import wording

TILES = "overview-tiles"
CONTACT = "overview-contact"
MONTHS = "overview-months"
CUSTOMERS = "overview-customers"
REVENUE = "overview-revenue"
CONCENTRATION = "overview-concentration"
COUNTRIES = "overview-countries"
QUALITY = "overview-quality"
CALLED = {
    "marketing": {"orders": "Purchases", "basket": "Spend per purchase"},
    "behaviour": {"orders": "Items purchased", "basket": "Spend per item"},
}
"""What forms without orders count in their place."""


def quality_rows(at: Snapshot, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the cleaning rules of the run; filters of customers don't change them."""
    return queries.quality(at)


EVIDENCE = {
    MONTHS: Evidence(
        "monthly_sales",
        queries.monthly,
        queries.MONTHLY,
        ("revenue", "orders", "anonymous_revenue"),
        "An order counts in the month in which it was placed, less what was cancelled of it"
        " since. Without filters, lines that name no customer count too;"
        " with filters they can't: those are read from monthly_total.",
    ),
    CUSTOMERS: Evidence(
        "customer_total",
        queries.shares,
        queries.SHARES,
        ("customers", "segment", "share"),
        queries.ADDED_UP,
    ),
    REVENUE: Evidence(
        "customer_total",
        queries.shares,
        queries.SHARES,
        ("revenue", "revenue_share"),
        queries.ADDED_UP,
    ),
    CONCENTRATION: Evidence(
        "concentration", queries.concentration, queries.CONCENTRATION, ("concentration",)
    ),
    COUNTRIES: Evidence(
        "customer_total",
        queries.countries,
        queries.COUNTRIES,
        ("country", "revenue", "customers"),
        f"Revenue of the customers whose latest order went to that country. {queries.ADDED_UP}",
    ),
    QUALITY: Evidence(
        "finding",
        quality_rows,
        queries.QUALITY,
        ("rows_read", "rows_kept"),
        "The rules run in the order shown on the Runs page; a row is counted by the first that"
        " takes it, so the counts and the rows kept add up to the rows read.",
    ),
}

PAGE = Page(
    path="/",
    title="Overview · Clientele",
    name="Overview",
    group="Understand",
    order=10,
    icon="speedometer2",
    lead="Who the customers are, what they bring and how that has moved.",
    filtered=True,
    evidence=EVIDENCE,
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; callbacks fill it."""
    return html.Div(
        [
            tile_row(TILES, 5),
            html.Div(id=CONTACT),
            grid(
                chart_card(
                    MONTHS,
                    evidence=EVIDENCE[MONTHS],
                    subject="Revenue by month of the order",
                    columns=8,
                ),
                chart_card(
                    CONCENTRATION,
                    evidence=EVIDENCE[CONCENTRATION],
                    subject="Share of revenue by share of customers",
                    columns=4,
                ),
                chart_card(
                    CUSTOMERS,
                    evidence=EVIDENCE[CUSTOMERS],
                    subject="Customers by segment; click one to look at it alone",
                    columns=5,
                    height=340,
                ),
                chart_card(
                    REVENUE,
                    evidence=EVIDENCE[REVENUE],
                    subject="Revenue by segment; click one to look at it alone",
                    columns=7,
                    height=340,
                ),
                chart_card(
                    COUNTRIES,
                    evidence=EVIDENCE[COUNTRIES],
                    subject="Countries with most revenue; click one to look at it alone",
                ),
                chart_card(
                    QUALITY, evidence=EVIDENCE[QUALITY], subject="Rows of the source by rule"
                ),
            ),
        ]
    )


filter_on_click(PAGE, CUSTOMERS, "segment")
filter_on_click(PAGE, REVENUE, "segment")
filter_on_click(PAGE, COUNTRIES, "country")


@PAGE.callback(Output(TILES, "children"), Input(URL, "search"))
def show_tiles(search: str | None) -> list[Component]:
    """Write the key figures."""
    with snapshot(search) as at:
        return kpi_tiles(remember(at, _tiles, from_query(search)))


@PAGE.callback(Output(CONTACT, "children"), Input(URL, "search"))
def show_contact(search: str | None) -> Component | None:
    """Lead to a campaign for the valuable customers at risk, where the run tells them."""
    with snapshot(search) as at:
        found = remember(at, queries.at_risk, VALUABLE_AT_RISK)
        dataset = at.dataset
    if found is None:
        return None
    said = f"Contact {wording.count(found.customers, 'valuable customer')} at risk"
    query = to_query(Filters(risks=(VALUABLE_AT_RISK,)), dataset)
    return html.Div(
        [
            dcc.Link(said, href=f"/campaigns{query}", className="button primary contact-link"),
            html.P(
                [
                    f"At risk counts from a churn probability of {wording.percent(found.cut)}:"
                    " from there contacting is expected to pay. ",
                    dcc.Link("Why there", href=f"/churn{to_query(Filters(), dataset)}"),
                ],
                className="quiet contact-why",
            ),
        ],
        className="contact",
    )


@PAGE.callback(*chart_outputs(MONTHS), Input(URL, "search"))
def show_months(search: str | None) -> Drawn:
    """Draw revenue by month."""
    with snapshot(search) as at:
        return drawn(at, _months, from_query(search))


@PAGE.callback(*chart_outputs(CONCENTRATION), Input(URL, "search"))
def show_concentration(search: str | None) -> Drawn:
    """Draw how concentrated revenue is."""
    with snapshot(search) as at:
        return drawn(at, _concentration, from_query(search))


@PAGE.callback(*chart_outputs(CUSTOMERS), Input(URL, "search"))
def show_customers(search: str | None) -> Drawn:
    """Draw the segments by customers."""
    with snapshot(search) as at:
        return drawn(at, _customers, from_query(search))


@PAGE.callback(*chart_outputs(REVENUE), Input(URL, "search"))
def show_revenue(search: str | None) -> Drawn:
    """Draw the segments by revenue."""
    with snapshot(search) as at:
        return drawn(at, _revenue, from_query(search))


@PAGE.callback(*chart_outputs(COUNTRIES), Input(URL, "search"))
def show_countries(search: str | None) -> Drawn:
    """Draw the countries with most revenue."""
    with snapshot(search) as at:
        return drawn(at, _countries, from_query(search))


@PAGE.callback(*chart_outputs(QUALITY), Input(URL, "search"))
def show_quality(search: str | None) -> Drawn:
    """Draw what cleaning left out."""
    with snapshot(search) as at:
        return drawn(at, _quality)


def _tiles(at: Snapshot, filters: Filters) -> list[Tile]:
    history = queries.totals(at, filters).astype(
        {"customers": float, "active_customers": float, "orders": float, "revenue": float}
    )
    if history.empty:
        history = pd.DataFrame([[str(at.as_of), 0.0, 0.0, 0.0, 0.0]], columns=history.columns)
    history["basket"] = history["revenue"] / history["orders"].where(history["orders"] > 0)
    written: dict[str, tuple[str, Callable[[float], str]]] = {
        "revenue": ("revenue", lambda value: wording.money_short(value, at.currency)),
        "customers": ("customers", wording.number_short),
        "active_customers": ("active_customers", wording.number_short),
        "orders": ("orders", wording.number_short),
        "basket": ("average_basket", lambda value: wording.money(value, at.currency)),
    }
    titles = CALLED.get(at.form, {})
    return [
        _tile(history, column, measure, write(history[column].iloc[-1]))._replace(
            title=titles.get(column, "")
        )
        for column, (measure, write) in written.items()
        if at.form == ORDER_LINES or history[column].iloc[-1] > 0
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


def _months(at: Snapshot, filters: Filters) -> Chart:
    months = queries.monthly(at, filters)
    finding = figures.revenue_finding(months, currency=at.currency)
    return Chart(
        figures.revenue_by_month(months, currency=at.currency),
        finding,
        f"Bars of revenue in {wording.count(len(months), 'month')}. {finding}.",
        NOTHING_LEFT if at.form == ORDER_LINES else wording.NEEDS_ORDERS,
    )


def _concentration(at: Snapshot, filters: Filters) -> Chart:
    curve = queries.concentration(at, filters)
    finding = figures.concentration_finding(curve)
    return Chart(
        figures.concentration_curve(curve),
        finding,
        f"Curve of the share of revenue by share of customers. {finding}.",
    )


def _customers(at: Snapshot, filters: Filters) -> Chart:
    shares = queries.shares(at, filters)
    said = [f"{row.segment} {wording.percent(row.share)}" for row in each_row(shares)]
    return Chart(
        figures.customers_by_segment(shares, order=segments.order(at)),
        figures.customers_finding(shares),
        f"Ring of customers by segment: {wording.plain_list(said)}.",
    )


def _revenue(at: Snapshot, filters: Filters) -> Chart:
    shares = queries.shares(at, filters)
    said = [
        f"{row.segment} {wording.money_short(row.revenue, at.currency)}"
        for row in each_row(shares)
    ]
    return Chart(
        figures.revenue_by_segment(shares, currency=at.currency, order=segments.order(at)),
        figures.revenue_share_finding(shares),
        f"Bars of revenue by segment: {wording.plain_list(said)}.",
    )


def _countries(at: Snapshot, filters: Filters) -> Chart:
    countries = queries.countries(at, filters)
    if list(countries["country"]) == [NOWHERE]:
        title, sentence = "Revenue by country", wording.needs_measure("Country")
        return Chart(go.Figure(), title, sentence, sentence)
    finding = figures.country_finding(countries)
    return Chart(
        figures.revenue_by_country(countries, currency=at.currency),
        finding,
        f"Dots of revenue of the {figures.TOP_COUNTRIES} countries with most. {finding}.",
    )


def _quality(at: Snapshot) -> Chart:
    rules, run = queries.quality(at), queries.run(at)
    finding = figures.quality_finding(int(run["rows_read"]), int(run["rows_kept"]), rules)
    said = [
        f"{row.title.lower()} {wording.number(row.rows)}" for row in each_row(rules) if row.rows
    ]
    return Chart(
        figures.rows_by_rule(rules),
        finding,
        f"Bars of rows left out by rule: {wording.plain_list(said) or 'none'}.",
        "No row was left out.",
    )
