"""Value: what customers are expected to bring in 12 months, and whether to believe it."""

from urllib.parse import urlencode

from dash import Input, Output, dcc, html
from dash.development.base_component import Component

from portal.kit.cards import grid, rows_of
from portal.kit.drawing.chart import NOTHING_LEFT
from portal.kit.drawing.tiles import kpi_tiles, tile_row
from portal.kit.page import Page
from portal.kit.states import empty_state
from portal.kit.tabs import Tab
from portal.pages.value import evidence, figures, intervals, models, queries, weeks_aside
from portal.pages.value import tiles as said
from portal.reading.filters import DATASET, URL, Filters, from_query
from portal.reading.leading import to_customers
from portal.reading.predicting import value
from portal.reading.predicting.predictions import awaited
from portal.reading.published import PublishedRun, published_run
from portal.reading.rows import each_row

TILES = "value-tiles"
STATE = "value-state"
LISTING = "value-listing"
HELD = "The model is fitted again to what was known before the check, and sees nothing of it."
TOTALLED = "Of all customers, whatever the filters keep."
ON_HOLDOUTS = (
    "Of all customers, whatever the filters keep. Segments, tenths and quarters on a check"
    " are those of its first day; checks are added up."
)
CELLS = "Means over the customers of each cell; an empty cell has none."

PAGE = Page(
    path="/value",
    title="Value · Clientele",
    name="Value",
    group="Understand",
    order=30,
    icon="gem",
    filtered=True,
    fits=lambda has: has.orders,
)


@PAGE.answer
def answer(run: PublishedRun, filters: Filters) -> str:
    """Say what 12 months bring, within which range, and who brings it."""
    headline, ends = rows_of(run, value.headline(run, filters)), value.foretold(run, filters)
    if headline.empty or ends is None:
        return figures.missing(run.has, is_valued=value.is_known(run))
    return said.answer(next(each_row(headline)), ends, currency=run.currency)


SEGMENTS = PAGE.chart(
    "value-segments",
    query=queries.by_segment,
    draw=figures.segments,
    knowing={"spread": value.ends},
    source="customers",
    measures=("clv_12m", "clv_historic_12m", "segment"),
    note="Expectations add up: the segments together are the total above. The range is that of"
    " all customers together, in proportion; one segment alone can be further off.",
    subject="Expected revenue of 12 months with its range, and that of past spend going on",
    columns=7,
    height=300,
    click="segment",
)
SPREAD = PAGE.chart(
    "value-spread",
    query=queries.distribution,
    draw=figures.spread,
    source="customers",
    measures=("clv_12m",),
    subject="Customers by expected revenue of 12 months",
    columns=12,
    height=300,
)
CONCENTRATION = PAGE.chart(
    "value-concentration",
    query=queries.concentration,
    draw=figures.concentration,
    source="customers",
    measures=("clv_12m", "concentration"),
    subject="Share of the expected revenue by share of customers",
    columns=5,
    height=300,
)
RISK = PAGE.chart(
    "value-risk",
    query=queries.risk_and_value,
    draw=figures.risk,
    knowing={"has_values": queries.has_values},
    source="customers",
    measures=("churn_probability", "clv_12m"),
    subject="Value by chance of leaving; the stronger the colour, the more customers",
    columns=12,
    height=280,
)
ALIVE = PAGE.chart(
    "value-alive",
    query=queries.alive,
    draw=figures.alive,
    source="customers",
    measures=("p_alive", "recency", "frequency"),
    note=CELLS,
    subject="Probability of still being a customer, mean of each cell",
    height=340,
)
ORDERS = PAGE.chart(
    "value-orders",
    query=queries.expected_orders,
    draw=figures.orders,
    source="customers",
    measures=("expected_orders_90d", "recency", "frequency"),
    note=CELLS,
    subject="Expected orders in the next 90 days, mean of each cell",
    height=340,
)
BASIS = PAGE.panel(
    "value-basis",
    query=queries.basis,
    draw=evidence.basis,
    beside={"metrics": queries.metrics},
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
    subject="Share of customers whose revenue lay in their interval, by check",
    columns=12,
    height=300,
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
    draw=weeks_aside.tracking,
    source="value_tracking",
    measures=("orders",),
    note=HELD,
    subject="Repeat orders of all customers so far, week by week",
    height=340,
)
FREQUENCY = PAGE.chart(
    "value-frequency",
    query=queries.by_frequency,
    draw=weeks_aside.frequency,
    source="value_by_frequency",
    measures=("orders",),
    note=HELD,
    subject="Orders per customer in the weeks kept aside",
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


def first() -> Component:
    """Lay out the first screen."""
    return html.Div(
        [
            tile_row(TILES, 4),
            grid(SEGMENTS, CONCENTRATION, RISK),
            html.Div(id=LISTING, className="value-listing"),
        ]
    )


def rhythm() -> Component:
    """Lay out how values are spread, and who is expected to order."""
    return grid(SPREAD, ALIVE, ORDERS)


def how_good() -> Component:
    """Lay out what values rest on and how they did."""
    return html.Div(
        [
            grid(BASIS, TOTALS, TRACKING, FREQUENCY, INTERVALS),
            html.Details(
                [html.Summary("By segment, tenth and first order"), grid(PARTS)],
                className="more",
            ),
        ]
    )


def rivals() -> Component:
    """Lay out the model beside simple rules, and what was fitted."""
    return grid(METRICS, FITS)


TABS = PAGE.tabs(
    "value-tabs",
    Tab("value", "Value", first),
    Tab("rhythm", "Spread and rhythm", rhythm),
    Tab("how-good", "How good is it", how_good),
    Tab("models", "Models", rivals),
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; its cards fill themselves."""
    return html.Div([html.Div(id=STATE, className="gate", role="status"), TABS.layout()])


@PAGE.callback(Output(TILES, "children"), Input(URL, "search"))
def show_headline(search: str | None) -> list[Component]:
    """Write the tiles; hide what the model in use can't tell."""
    filters = from_query(search)
    with published_run(search) as run:
        headline, ends = (
            rows_of(run, value.headline(run, filters)),
            value.foretold(run, filters),
        )
        if headline.empty or ends is None:
            return []
        tiles = said.headline_tiles(
            next(each_row(headline)),
            ends,
            currency=run.currency,
            tells_leaving=value.knows_leaving(run.ask(value.fits(run))),
        )
        return kpi_tiles(tiles)


@PAGE.callback(Output(STATE, "children"), Input(URL, "search"))
def show_state(search: str | None) -> Component | None:
    """Say what is missing, or tell that nobody is said to leave."""
    with published_run(search) as run:
        if rows_of(run, value.headline(run, from_query(search))).empty:
            if reason := awaited(run):
                return empty_state("No values yet", reason)
            sentence = figures.missing(run.has, is_valued=value.is_known(run))
            link = f"/data?{urlencode({DATASET: run.dataset})}"
            bring = dcc.Link("Bring a file of order lines", href=link, className="button")
            return empty_state(
                "No values to show", sentence, None if sentence == NOTHING_LEFT else bring
            )
        tells_leaving = value.knows_leaving(run.ask(value.fits(run)))
        return None if tells_leaving else html.Div(className="nobody-leaves")


@PAGE.callback(Output(LISTING, "children"), Input(URL, "search"))
def show_listing(search: str | None) -> Component:
    """Lead to the customers, the most valuable first."""
    with published_run(search) as run:
        href = to_customers(from_query(search), run.dataset)
    return dcc.Link("List the customers by value", href=href, className="button")
