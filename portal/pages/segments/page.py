"""Segments: where the customers lie, what sets the groups apart, who is in them."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from dash import Input, Output, State, html
from dash.development.base_component import Component

from portal.kit.cards import grid
from portal.kit.chart import NOTHING_LEFT, Chart
from portal.kit.charts import (
    Drawn,
    card_foot,
    chart_card,
    chart_outputs,
    drawn,
    open_on_click,
    problem_of,
)
from portal.kit.choices import choice
from portal.kit.evidence import Evidence
from portal.kit.modes import SCENE_CONFIG
from portal.kit.move_matrix import move_matrix
from portal.kit.page import Page
from portal.kit.tables import (
    CUSTOMER_COLUMNS,
    Rows,
    customer_rows,
    follow_filters,
    table_card,
    table_outputs,
)
from portal.pages.segments import figures
from portal.pages.segments.segment_table import personas, segment_table
from portal.reading import customers as customer_queries
from portal.reading import segments as queries
from portal.reading import totals as shared
from portal.reading.filters import URL, Filters, from_query
from portal.reading.ordered import MOST_ROWS
from portal.reading.published import PublishedRun, published_run, remember
from portal.words import wording

TABLE = "segments-table"
CLOUD = "segments-cloud"
CLOUD_KIND = "segments-cloud-kind"
PROJECTION = "segments-projection"
PROFILE = "segments-profile"
RECENCY_MONETARY = "segments-recency-monetary"
FREQUENCY_MONETARY = "segments-frequency-monetary"
SPREADS = {
    "recency_days": "segments-recency",
    "frequency": "segments-frequency",
    "monetary": "segments-monetary",
}
MOVES = "segments-moves"
AGREEMENT = "segments-agreement"
CUSTOMERS = "segments-customers"

MOST_IN_CLOUD = 10_000
MOST_IN_PLANE = 2_500


def cloud_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the customers that the cloud shows."""
    return queries.points(run, filters, at_most=MOST_IN_CLOUD)[0]


def plane_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the customers that the planes show."""
    return queries.points(run, filters, at_most=MOST_IN_PLANE)[0]


def shape_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the distributions of the segments that the filters keep."""
    return _kept(queries.shapes(run), filters)


def move_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the moves into the segments that the filters keep."""
    found = queries.moves(run)
    return found[found["after"].isin(filters.segments)] if filters.segments else found


def profile_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the segments of the customers that the filters keep, with stability and persona."""
    found = shared.shares(run, filters)
    known = queries.profiles(run)[["segment", "stability", "persona"]]
    return found.merge(known, on="segment", how="left")


def agreement_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give how far attributes tell the segment; of all customers, whatever the filters."""
    return queries.agreements(run)


def customers_kept(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the first customers that the filters keep."""
    return customer_queries.page(run, filters, end=MOST_ROWS)


RFM = ("recency", "frequency", "monetary", "segment")
SAMPLED = (
    "Whole columns of all customers, of whom those up to a share of sample_position are drawn:"
    " at random, every segment in proportion. The same stands a row per customer in"
    " published_customer."
)
EVIDENCE = {
    TABLE: Evidence(
        "customer_total",
        profile_rows,
        shared.SHARES,
        ("segment", "customers", "share", "revenue", "revenue_share", *RFM[:3], "stability"),
        "Recency, orders and monetary are means over the segment's customers."
        f" {shared.ADDED_UP}",
    ),
    CLOUD: Evidence("attribute_column", cloud_rows, queries.POINTS, RFM, SAMPLED),
    PROFILE: Evidence(
        "customer_total",
        profile_rows,
        shared.SHARES,
        (*RFM[:3], "average_basket"),
        shared.ADDED_UP,
    ),
    RECENCY_MONETARY: Evidence("attribute_column", plane_rows, queries.POINTS, RFM, SAMPLED),
    FREQUENCY_MONETARY: Evidence("attribute_column", plane_rows, queries.POINTS, RFM, SAMPLED),
    **{
        card: Evidence(
            "segment_shape",
            shape_rows,
            queries.SHAPES,
            ({"recency_days": "recency"}.get(measure, measure), "segment"),
            "The box holds the middle half of a segment's customers, the line in it the median,"
            " the whiskers nine in ten.",
        )
        for measure, card in SPREADS.items()
    },
    MOVES: Evidence(
        "segment_move",
        move_rows,
        queries.MOVES,
        ("segment",),
        "The customers of the snapshot before are put into today's segments by the same model.",
    ),
    PROJECTION: Evidence(
        "attribute_column",
        plane_rows,
        queries.POINTS,
        RFM,
        "Principal components of the scaled logarithms of recency, frequency and monetary."
        f" {SAMPLED}",
    ),
    AGREEMENT: Evidence(
        "segment_agreement",
        agreement_rows,
        queries.AGREEMENTS,
        ("mutual_information", "segment"),
        "Numbers are taken in tenths. Above 0.9 the segments would be that column under other"
        " names: such a split is refused, and published only where every other is one too.",
    ),
    CUSTOMERS: Evidence(
        "published_customer", customers_kept, customer_queries.PAGE, (*RFM, "value_band")
    ),
}

PAGE = Page(
    path="/segments",
    title="Segments · Clientele",
    name="Segments",
    group="Understand",
    order=20,
    icon="people",
    lead="Customers who buy alike, where they lie and what sets them apart.",
    filtered=True,
    evidence=EVIDENCE,
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; callbacks fill it."""
    return grid(
        _table_section(),
        chart_card(
            CLOUD,
            evidence=EVIDENCE[CLOUD],
            subject="One mark per customer; drag to turn, click to open the customer",
            columns=7,
            height=520,
            config=SCENE_CONFIG,
            controls=[
                choice(
                    CLOUD_KIND,
                    "What a mark stands for",
                    [
                        {"label": "Customers", "value": "customers"},
                        {"label": "All as cells", "value": "cells"},
                    ],
                    "customers",
                )
            ],
        ),
        chart_card(
            PROFILE,
            evidence=EVIDENCE[PROFILE],
            subject="Segment means; blue is better than the average customer, orange worse",
            columns=5,
            height=520,
        ),
        chart_card(
            RECENCY_MONETARY,
            evidence=EVIDENCE[RECENCY_MONETARY],
            subject="Recency and monetary, one mark per customer; click to open",
            height=340,
        ),
        chart_card(
            FREQUENCY_MONETARY,
            evidence=EVIDENCE[FREQUENCY_MONETARY],
            subject="Frequency and monetary, one mark per customer; click to open",
            height=340,
        ),
        chart_card(
            PROJECTION,
            evidence=EVIDENCE[PROJECTION],
            subject="Where customers differ most; click one to open, arrows point to more",
            height=400,
        ),
        chart_card(
            AGREEMENT,
            evidence=EVIDENCE[AGREEMENT],
            subject="How far each attribute alone tells a customer's segment",
            height=400,
        ),
        chart_card(
            MOVES,
            evidence=EVIDENCE[MOVES],
            subject="Customers by segment 30 days earlier and now",
            columns=12,
            height=360,
        ),
        *(
            chart_card(
                card,
                evidence=EVIDENCE[card],
                subject=f"{figures.TITLES[measure]} within each segment",
                columns=4,
                height=280,
            )
            for measure, card in SPREADS.items()
        ),
        table_card(
            CUSTOMERS,
            CUSTOMER_COLUMNS,
            title="Customers",
            evidence=EVIDENCE[CUSTOMERS],
            export="/export/customers.csv",
        ),
    )


def _table_section() -> Component:
    return html.Section(
        [
            html.Header(
                html.H2("The segments, the most valuable first", className="card-title"),
                className="card-head",
            ),
            html.Div(id=TABLE, className="card-body"),
            html.Div(id=problem_of(TABLE), role="status"),
            card_foot(TABLE, EVIDENCE[TABLE], "Segments"),
        ],
        className="card span-12",
    )


for _graph in (CLOUD, RECENCY_MONETARY, FREQUENCY_MONETARY, PROJECTION):
    open_on_click(PAGE, _graph)
follow_filters(PAGE, CUSTOMERS)


@PAGE.callback(Output(TABLE, "children"), Input(URL, "search"))
def show_table(search: str | None) -> list[Component]:
    """Write the segments as a table with a sentence on each."""
    filters = from_query(search)
    with published_run(search) as run:
        rows = remember(run, profile_rows, filters)
        table = segment_table(
            rows,
            filters=filters,
            dataset=run.dataset,
            currency=run.currency,
            order=queries.order(run),
        )
        return [table, personas(rows)]


@PAGE.callback(*chart_outputs(CLOUD), Input(URL, "search"), Input(CLOUD_KIND, "value"))
def show_cloud(search: str | None, kind: str | None) -> Drawn:
    """Draw the customers in three dimensions."""
    filters = from_query(search)
    with published_run(search) as run:
        if kind == "cells":
            return drawn(run, _cells, filters)
        return drawn(run, _cloud, filters)


@PAGE.callback(*chart_outputs(PROJECTION), Input(URL, "search"))
def show_projection(search: str | None) -> Drawn:
    """Draw the customers on the plane in which they differ most."""
    with published_run(search) as run:
        return drawn(run, _projection, from_query(search))


@PAGE.callback(*chart_outputs(PROFILE), Input(URL, "search"))
def show_profile(search: str | None) -> Drawn:
    """Draw the segments against the average customer."""
    with published_run(search) as run:
        return drawn(run, _profile, from_query(search))


@PAGE.callback(*chart_outputs(RECENCY_MONETARY), Input(URL, "search"))
def show_recency_monetary(search: str | None) -> Drawn:
    """Draw recency against monetary."""
    with published_run(search) as run:
        return drawn(run, _plane, from_query(search), "recency_days", "monetary")


@PAGE.callback(*chart_outputs(FREQUENCY_MONETARY), Input(URL, "search"))
def show_frequency_monetary(search: str | None) -> Drawn:
    """Draw frequency against monetary."""
    with published_run(search) as run:
        return drawn(run, _plane, from_query(search), "frequency", "monetary")


@PAGE.callback(*chart_outputs(SPREADS["recency_days"]), Input(URL, "search"))
def show_recency(search: str | None) -> Drawn:
    """Draw how recency is spread."""
    with published_run(search) as run:
        return drawn(run, _spread, from_query(search), "recency_days")


@PAGE.callback(*chart_outputs(SPREADS["frequency"]), Input(URL, "search"))
def show_frequency(search: str | None) -> Drawn:
    """Draw how frequency is spread."""
    with published_run(search) as run:
        return drawn(run, _spread, from_query(search), "frequency")


@PAGE.callback(*chart_outputs(SPREADS["monetary"]), Input(URL, "search"))
def show_monetary(search: str | None) -> Drawn:
    """Draw how monetary is spread."""
    with published_run(search) as run:
        return drawn(run, _spread, from_query(search), "monetary")


@PAGE.callback(*chart_outputs(MOVES), Input(URL, "search"))
def show_moves(search: str | None) -> Drawn:
    """Draw the moves between segments."""
    with published_run(search) as run:
        return drawn(run, _moves, from_query(search))


@PAGE.callback(*chart_outputs(AGREEMENT), Input(URL, "search"))
def show_agreement(search: str | None) -> Drawn:
    """Draw how far each attribute alone tells the segment."""
    with published_run(search) as run:
        return drawn(run, _agreement)


@PAGE.callback(
    *table_outputs(CUSTOMERS),
    Input(CUSTOMERS, "getRowsRequest"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def show_customers(request: dict[str, Any] | None, search: str | None) -> Rows:
    """Bring the rows of the customer table."""
    return customer_rows(request, search)


def _cloud(run: PublishedRun, filters: Filters) -> Chart:
    points, total = queries.points(run, filters, at_most=MOST_IN_CLOUD)
    unknown = _unknown(points, list(figures.TITLES))
    if unknown:
        return Chart(go.Figure(), "Customers in three dimensions", "", unknown)
    finding = figures.cloud_finding(shared.shares(run, filters))
    figure = figures.rfm_cloud(points, segments=queries.order(run), currency=run.currency)
    shown = figures.shown_of(len(points), total)
    figure.add_annotation(
        text=shown, x=0, y=0, xref="paper", yref="paper", xanchor="left", yanchor="bottom"
    )
    return Chart(figure, finding, f"Cloud of customers in three dimensions. {finding}. {shown}")


def _profile(run: PublishedRun, filters: Filters) -> Chart:
    profiles = shared.shares(run, filters)
    finding = figures.profile_finding(profiles)
    return Chart(
        figures.profile_heat(profiles, currency=run.currency),
        finding,
        f"Table of means by segment, coloured against the average customer. {finding}.",
    )


def _plane(run: PublishedRun, filters: Filters, x: str, y: str) -> Chart:
    points, total = queries.points(run, filters, at_most=MOST_IN_PLANE)
    unknown = _unknown(points, [x, y])
    if unknown:
        title = f"{figures.TITLES[x]} and {figures.TITLES[y].lower()}"
        return Chart(go.Figure(), title, "", unknown)
    shown = figures.shown_of(len(points), total)
    figure = figures.rfm_plane(
        points, x=x, y=y, segments=queries.order(run), currency=run.currency
    )
    finding = figures.plane_finding(points, x=x, y=y)
    return Chart(figure, finding, f"One mark per customer. {finding}. {shown}")


def _spread(run: PublishedRun, filters: Filters, measure: str) -> Chart:
    shapes = shape_rows(run, filters)
    finding = figures.distribution_finding(shapes, measure=measure, currency=run.currency)
    return Chart(
        figures.distributions(
            shapes, measure=measure, currency=run.currency, order=queries.order(run)
        ),
        finding,
        f"Boxes by segment. {finding}.",
        wording.needs_measure(figures.TITLES[measure])
        if shapes[shapes["measure"] == measure].empty
        else NOTHING_LEFT,
    )


def _moves(run: PublishedRun, filters: Filters) -> Chart:
    moves, segments = move_rows(run, filters), queries.order(run)
    finding = figures.move_finding(moves, segments=segments)
    return Chart(
        move_matrix(moves, segments=segments),
        finding,
        f"Matrix of customers by segment 30 days earlier and now. {finding}.",
        wording.NEEDS_DAYS if queries.moves(run).empty else NOTHING_LEFT,
    )


def _agreement(run: PublishedRun) -> Chart:
    agreements = queries.agreements(run)
    finding = figures.agreement_finding(agreements)
    return Chart(
        figures.agreement_bars(agreements),
        finding,
        f"Bars of mutual information by attribute. {finding}.",
        "Too few customers to group: nothing tells segments apart.",
    )


def _cells(run: PublishedRun, filters: Filters) -> Chart:
    """Draw the cells of all customers; of the filters, only segments narrow them down."""
    cells = _kept(queries.voxels(run), filters)
    if cells.empty:
        points, _ = queries.points(run, filters, at_most=MOST_IN_PLANE)
        unknown = _unknown(points, list(figures.TITLES)) or NOTHING_LEFT
        return Chart(go.Figure(), "Customers in three dimensions", "", unknown)
    finding = figures.cloud_finding(shared.shares(run, filters))
    figure = figures.rfm_cells(cells, segments=queries.order(run), currency=run.currency)
    shown = f"Cells hold all {wording.number(cells['customers'].sum())} customers."
    figure.add_annotation(
        text=shown, x=0, y=0, xref="paper", yref="paper", xanchor="left", yanchor="bottom"
    )
    return Chart(figure, finding, f"Cells of customers in three dimensions. {finding}. {shown}")


def _projection(run: PublishedRun, filters: Filters) -> Chart:
    points, total = queries.points(run, filters, at_most=MOST_IN_PLANE)
    loadings = queries.loadings(run)
    finding = figures.projection_finding(loadings)
    shown = figures.shown_of(len(points), total)
    figure = figures.projection(points, loadings, segments=queries.order(run))
    return Chart(figure, finding, f"One mark per customer. {finding}. {shown}")


def _unknown(points: pd.DataFrame, measures: list[str]) -> str:
    """Say which measure the source knows of nobody; empty where it knows all."""
    for measure in measures:
        if len(points) and points[measure].isna().all():
            return wording.needs_measure(figures.TITLES[measure])
    return ""


def _kept(rows: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    return rows[rows["segment"].isin(filters.segments)] if filters.segments else rows
