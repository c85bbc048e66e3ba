"""Value: what customers are expected to bring in 12 months, and whether to believe it."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from dash import Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import grid
from portal.kit.chart import NOTHING_LEFT, Chart
from portal.kit.charts import (
    Drawn,
    card_foot,
    chart_card,
    chart_outputs,
    drawn,
    filter_on_click,
    problem_of,
)
from portal.kit.evidence import Evidence, download_link
from portal.kit.page import Page
from portal.kit.states import empty_state
from portal.kit.tables import (
    Column,
    Rows,
    asked_sort,
    follow_filters,
    table_card,
    table_outputs,
    written,
)
from portal.kit.tiles import Tile, explained, kpi_tiles, tile_row
from portal.pages.value import figures
from portal.reading import segments as segment_queries
from portal.reading import value as queries
from portal.reading.customers import Sort
from portal.reading.filters import DATASET, URL, Filters, from_query
from portal.reading.ordered import MOST_ROWS
from portal.reading.published import ORDER_LINES, PublishedRun, published_run, remember
from portal.reading.rows import each_row
from portal.words import wording

TILES = "value-tiles"
STATE = "value-state"
SPREAD = "value-spread"
CONCENTRATION = "value-concentration"
SEGMENTS = "value-segments"
RISK = "value-risk"
ALIVE = "value-alive"
ORDERS = "value-orders"
TRACKING = "value-tracking"
FREQUENCY = "value-frequency"
METRICS = "value-metrics"
FITS = "value-fits"
CUSTOMERS = "value-customers"
LEAVING = ("p_alive",)
"""Columns that say nothing where the model in use lets nobody leave."""

TOO_THIN = (
    "There are too few orders or too short a time for a model of value: more history brings it."
)
NEEDS_HOLDOUT = (
    "The records are too short to hold their end out: a longer history brings this check."
)
NEEDS_RISK = "No churn probability has been computed for these customers."
METRIC_HEADS = (
    ("total", "Total", ""),
    ("total_error", "Error of the total", "value_total_error"),
    ("bias", "Bias", "value_bias"),
    ("mean_absolute_error", "Mean error", "value_mean_absolute_error"),
    ("rmse", "RMSE", "value_rmse"),
    ("coverage", "Coverage of the 90 % interval", "value_coverage"),
)
COLUMNS = (
    Column("customer_id", "Customer", width=96),
    Column("segment", "Segment", measure="segment", width=150),
    Column("clv_12m", "Value", "money", "clv_12m", 112),
    Column("interval", "90 % interval", "text", "value_interval", 176, sortable=False),
    Column("p_alive", "Still here", "percent", "p_alive", 104),
    Column("expected_orders_90d", "Orders, 90 days", "decimal", "expected_orders_90d", 172),
    Column("expected_next_order_days", "Next order", "day", "expected_next_order", 112),
    Column("churn_probability", "Churn", "percent", "churn_probability", 90),
    Column("clv_historic_12m", "Historic", "money", "clv_historic_12m", 112),
)


def spread_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the bins of the distribution."""
    return queries.distribution(run, filters)


def concentration_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the curve of the concentration."""
    return queries.concentration(run, filters)


def segment_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the value of each segment."""
    return queries.by_segment(run, filters)


def alive_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the mean probability of still being a customer by orders and silence."""
    return queries.matrix(run, filters, measure="p_alive")


def order_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the mean of expected orders by orders so far and silence."""
    return queries.matrix(run, filters, measure="expected_orders_90d")


def risk_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give customers by churn probability and value."""
    return queries.risk_and_value(run, filters)


def tracking_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give orders week by week; of all customers, whatever the filters."""
    return queries.tracking(run)


def frequency_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give orders in the hold-out by repeat orders; of all customers."""
    return queries.by_frequency(run)


def metric_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give how the model and its rivals did; on all customers."""
    return queries.metrics(run)


def fit_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the models that were fitted."""
    return queries.fits(run)


def customers_kept(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the most valuable customers that the filters keep."""
    return queries.customers(run, filters, sort=Sort(queries.BEST), end=MOST_ROWS)


HELD = (
    "The model is fitted again to what was known before the hold-out, and sees nothing of it."
)
EVIDENCE = {
    SPREAD: Evidence("attribute_column", spread_rows, queries.PACKED, ("clv_12m",)),
    CONCENTRATION: Evidence(
        "attribute_column", concentration_rows, queries.PACKED, ("clv_12m", "concentration")
    ),
    SEGMENTS: Evidence(
        "attribute_column",
        segment_rows,
        queries.PACKED,
        ("clv_12m", "clv_historic_12m", "segment"),
        "Expectations add up: the segments together are the total above.",
    ),
    RISK: Evidence(
        "attribute_column", risk_rows, queries.PACKED, ("churn_probability", "clv_12m")
    ),
    ALIVE: Evidence(
        "attribute_column",
        alive_rows,
        queries.PACKED,
        ("p_alive", "recency", "frequency"),
        "Means over the customers of each cell; an empty cell has none.",
    ),
    ORDERS: Evidence(
        "attribute_column",
        order_rows,
        queries.PACKED,
        ("expected_orders_90d", "recency", "frequency"),
        "Means over the customers of each cell; an empty cell has none.",
    ),
    TRACKING: Evidence("value_tracking", tracking_rows, queries.TRACKING, ("orders",), HELD),
    FREQUENCY: Evidence(
        "value_by_frequency", frequency_rows, queries.BY_FREQUENCY, ("orders",), HELD
    ),
    METRICS: Evidence(
        "value_metric",
        metric_rows,
        queries.METRICS,
        tuple(measure for _, _, measure in METRIC_HEADS if measure),
        HELD,
    ),
    FITS: Evidence(
        "value_fit",
        fit_rows,
        queries.FITS,
        ("clv_12m",),
        "Parameters are shown only of fits that converged to a point inside their bounds.",
    ),
    CUSTOMERS: Evidence(
        "published_customer",
        customers_kept,
        queries.CUSTOMERS,
        (
            "clv_12m",
            "value_interval",
            "p_alive",
            "expected_orders_90d",
            "expected_next_order",
            "churn_probability",
            "clv_historic_12m",
        ),
        "The CSV holds the first 1,000.",
    ),
}

PAGE = Page(
    path="/value",
    title="Value · Clientele",
    name="Value",
    group="Predict",
    order=30,
    icon="gem",
    lead="What customers are expected to bring in the next 12 months, and how sure that is.",
    filtered=True,
    evidence=EVIDENCE,
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; callbacks fill it."""
    return html.Div(
        [
            html.Div(id=STATE, className="gate", role="status"),
            tile_row(TILES, 5),
            grid(
                chart_card(
                    SEGMENTS,
                    evidence=EVIDENCE[SEGMENTS],
                    subject="Expected revenue of 12 months, and that of the simple formula",
                    columns=12,
                    height=360,
                ),
                chart_card(
                    SPREAD,
                    evidence=EVIDENCE[SPREAD],
                    subject="Customers by expected revenue of 12 months",
                ),
                chart_card(
                    CONCENTRATION,
                    evidence=EVIDENCE[CONCENTRATION],
                    subject="Share of the expected revenue by share of customers",
                ),
                chart_card(
                    RISK,
                    evidence=EVIDENCE[RISK],
                    subject="Value against churn; the darker, the more customers",
                    columns=12,
                    height=360,
                ),
                table_card(
                    CUSTOMERS,
                    COLUMNS,
                    title="Customers, the most valuable first",
                    evidence=EVIDENCE[CUSTOMERS],
                    export=f"/export/{CUSTOMERS}.csv",
                ),
                chart_card(
                    ALIVE,
                    evidence=EVIDENCE[ALIVE],
                    subject="Probability of still being a customer, mean of each cell",
                    height=380,
                ),
                chart_card(
                    ORDERS,
                    evidence=EVIDENCE[ORDERS],
                    subject="Expected orders in the next 90 days, mean of each cell",
                    height=380,
                ),
                chart_card(
                    TRACKING,
                    evidence=EVIDENCE[TRACKING],
                    subject="Repeat orders of all customers so far, week by week",
                    height=340,
                ),
                chart_card(
                    FREQUENCY,
                    evidence=EVIDENCE[FREQUENCY],
                    subject="Orders per customer in the weeks held out",
                    height=340,
                ),
                _section(METRICS, "Did it foretell better than no model?"),
                _section(FITS, "The models and their parameters"),
            ),
        ]
    )


def _section(card: str, title: str) -> Component:
    return html.Section(
        [
            html.Header(html.H2(title, className="card-title"), className="card-head"),
            html.Div(id=card, className="card-body"),
            html.Div(id=problem_of(card), role="status"),
            card_foot(card, EVIDENCE[card], title),
        ],
        className="card span-12",
    )


filter_on_click(PAGE, SEGMENTS, "segment")
follow_filters(PAGE, CUSTOMERS)


@PAGE.callback(
    Output(TILES, "children"),
    Output(STATE, "children"),
    Output(CUSTOMERS, "columnState"),
    Input(URL, "search"),
)
def show_headline(search: str | None) -> tuple[list[Component], Component | None, Any]:
    """Write the tiles, or what is missing; hide what the model in use can't tell."""
    filters = from_query(search)
    with published_run(search) as run:
        found = remember(run, queries.headline, filters)
        if found is None:
            sentence = _missing(run)
            missing = empty_state("No values to show", sentence, _bring(run, sentence))
            return [], missing, no_update
        tells_leaving = queries.knows_leaving(queries.fits(run))
        columns = [
            {"colId": each.field, "hide": each.field in LEAVING and not tells_leaving}
            for each in COLUMNS
        ]
        return (
            kpi_tiles(_tiles(run, found, tells_leaving=tells_leaving)),
            None if tells_leaving else html.Div(className="nobody-leaves"),
            columns,
        )


@PAGE.callback(*chart_outputs(SEGMENTS), Input(URL, "search"))
def show_segments(search: str | None) -> Drawn:
    """Draw the value of each segment."""
    with published_run(search) as run:
        return drawn(run, _segments, from_query(search))


@PAGE.callback(*chart_outputs(SPREAD), Input(URL, "search"))
def show_spread(search: str | None) -> Drawn:
    """Draw how values are spread."""
    with published_run(search) as run:
        return drawn(run, _spread, from_query(search))


@PAGE.callback(*chart_outputs(CONCENTRATION), Input(URL, "search"))
def show_concentration(search: str | None) -> Drawn:
    """Draw how values are concentrated."""
    with published_run(search) as run:
        return drawn(run, _concentration, from_query(search))


@PAGE.callback(*chart_outputs(RISK), Input(URL, "search"))
def show_risk(search: str | None) -> Drawn:
    """Draw value against churn."""
    with published_run(search) as run:
        return drawn(run, _risk, from_query(search))


@PAGE.callback(*chart_outputs(ALIVE), Input(URL, "search"))
def show_alive(search: str | None) -> Drawn:
    """Draw who is still a customer by orders and silence."""
    with published_run(search) as run:
        return drawn(run, _alive, from_query(search))


@PAGE.callback(*chart_outputs(ORDERS), Input(URL, "search"))
def show_orders(search: str | None) -> Drawn:
    """Draw expected orders by orders so far and silence."""
    with published_run(search) as run:
        return drawn(run, _orders, from_query(search))


@PAGE.callback(*chart_outputs(TRACKING), Input(URL, "search"))
def show_tracking(search: str | None) -> Drawn:
    """Draw orders week by week."""
    with published_run(search) as run:
        return drawn(run, _tracking)


@PAGE.callback(*chart_outputs(FREQUENCY), Input(URL, "search"))
def show_frequency(search: str | None) -> Drawn:
    """Draw expected and actual orders by frequency."""
    with published_run(search) as run:
        return drawn(run, _frequency)


@PAGE.callback(Output(METRICS, "children"), Input(URL, "search"))
def show_metrics(search: str | None) -> list[Component]:
    """Write how the model and its rivals did on the hold-out."""
    with published_run(search) as run:
        rows = queries.metrics(run)
        if rows.empty:
            sentence = NEEDS_HOLDOUT if len(queries.fits(run)) else _missing(run)
            return [html.P(sentence, className="quiet")]
        return [html.P(_verdict(rows)), _metric_table(rows, run)]


@PAGE.callback(Output(FITS, "children"), Input(URL, "search"))
def show_fits(search: str | None) -> list[Component]:
    """Write which models were fitted, with what result."""
    with published_run(search) as run:
        rows = queries.fits(run)
        if rows.empty:
            return [html.P(_missing(run), className="quiet")]
        return [html.P(_in_use(rows)), _fit_table(rows)]


@PAGE.callback(
    *table_outputs(CUSTOMERS),
    Input(CUSTOMERS, "getRowsRequest"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def show_customers(request: dict[str, Any] | None, search: str | None) -> Rows:
    """Bring the rows of the customer table."""
    if request is None:
        return no_update, no_update, no_update
    filters = from_query(search)
    with published_run(search) as run:
        many = remember(run, queries.count, filters)
        rows = queries.customers(
            run,
            filters,
            sort=asked_sort(request),
            start=int(request["startRow"]),
            end=int(request["endRow"]),
        )
        return (
            {"rowData": _cells(rows, run), "rowCount": many},
            wording.count(many, "customer") if many else _missing(run),
            download_link(f"/export/{CUSTOMERS}.csv", search or ""),
        )


def _tiles(run: PublishedRun, found: queries.Headline, *, tells_leaving: bool) -> list[Tile]:
    tiles = [
        Tile(
            "clv_12m",
            wording.money_short(found.total, run.currency),
            since=f"{wording.money_short(found.historic, run.currency)} by the historic"
            " formula",
            title="Expected revenue, 12 months",
        ),
        _error_tile(queries.metrics(run)),
        Tile(
            "concentration",
            wording.percent(found.top_fifth),
            since="of the expected revenue",
            title="The best fifth brings",
        ),
        Tile(
            "expected_orders_90d",
            wording.number_short(found.orders),
            since="in the next 90 days",
            title="Expected orders",
        ),
    ]
    if tells_leaving:
        tiles.append(
            Tile(
                "p_alive",
                wording.percent(found.alive / found.customers),
                since=f"about {wording.number(found.alive)} of them",
            )
        )
    return tiles


def _error_tile(rows: pd.DataFrame) -> Tile:
    """Say by how much the model erred on the sum of the hold-out, and the best rival."""
    held = _held_out(rows)
    return Tile(
        "value_total_error",
        wording.percent(held.get("total_error")),
        since=_rival_error(rows) if held else "no hold-out",
        title="Error on the hold-out",
    )


def _rival_error(rows: pd.DataFrame) -> str:
    some = rows[(rows["measure"] == "revenue") & rows["model"].isin(queries.RIVALS)]
    errors = some.set_index("model")["total_error"].dropna()
    if errors.empty:
        return "of the revenue that then came"
    best = str(errors.abs().idxmin())
    return f"of what then came; “{figures.name_of(best)}” {wording.percent(errors[best])}"


def _held_out(rows: pd.DataFrame) -> dict[str, float]:
    """Give how the model in use did on revenue; empty where nothing was held out."""
    if rows.empty:
        return {}
    some = rows[(rows["measure"] == "revenue") & ~rows["model"].isin(queries.NAIVE)]
    return {} if some.empty else {str(name): some.iloc[0][name] for name in some.columns[2:]}


def _missing(run: PublishedRun) -> str:
    if run.form != ORDER_LINES:
        return wording.NEEDS_ORDERS
    return NOTHING_LEFT if len(queries.fits(run)) else TOO_THIN


def _bring(run: PublishedRun, sentence: str) -> Component | None:
    if sentence == NOTHING_LEFT:
        return None
    link = f"/data?{urlencode({DATASET: run.dataset})}"
    return dcc.Link("Bring a file of order lines", href=link, className="button")


def _segments(run: PublishedRun, filters: Filters) -> Chart:
    rows = queries.by_segment(run, filters)
    finding = figures.segments_finding(rows, currency=run.currency)
    figure = figures.segments(rows, order=segment_queries.order(run), currency=run.currency)
    return Chart(figure, finding, f"Bars of value by segment. {finding}.", _missing(run))


def _spread(run: PublishedRun, filters: Filters) -> Chart:
    bins = queries.distribution(run, filters)
    finding = figures.spread_finding(bins, currency=run.currency)
    figure = figures.spread(bins, currency=run.currency)
    return Chart(figure, finding, f"Histogram of values. {finding}.", _missing(run))


def _concentration(run: PublishedRun, filters: Filters) -> Chart:
    curve = queries.concentration(run, filters)
    finding = figures.concentration_finding(curve)
    figure = figures.concentration(curve)
    return Chart(figure, finding, f"Curve of concentration. {finding}.", _missing(run))


def _risk(run: PublishedRun, filters: Filters) -> Chart:
    cells = queries.risk_and_value(run, filters)
    finding = figures.risk_finding(cells, currency=run.currency)
    figure = figures.risk(cells, currency=run.currency)
    has_values = queries.headline(run, filters) is not None
    missing = NEEDS_RISK if has_values else _missing(run)
    return Chart(figure, finding, f"Customers by risk and value. {finding}.", missing)


def _alive(run: PublishedRun, filters: Filters) -> Chart:
    cells = queries.matrix(run, filters, measure="p_alive")
    finding = figures.alive_finding(cells)
    figure = figures.matrix(
        cells, share=".0%", title="still customers with a probability of", most=1
    )
    return Chart(figure, finding, f"Matrix by orders and silence. {finding}.", _missing(run))


def _orders(run: PublishedRun, filters: Filters) -> Chart:
    cells = queries.matrix(run, filters, measure="expected_orders_90d")
    finding = figures.orders_finding(cells)
    figure = figures.matrix(cells, share=".2f", title="expected orders in 90 days")
    return Chart(figure, finding, f"Matrix by orders and silence. {finding}.", _missing(run))


def _tracking(run: PublishedRun) -> Chart:
    weeks = queries.tracking(run)
    finding = figures.tracking_finding(weeks)
    missing = NEEDS_HOLDOUT if len(queries.fits(run)) else _missing(run)
    return Chart(figures.tracking(weeks), finding, f"Lines by week. {finding}.", missing)


def _frequency(run: PublishedRun) -> Chart:
    rows = queries.by_frequency(run)
    finding = figures.frequency_finding(rows)
    missing = NEEDS_HOLDOUT if len(queries.fits(run)) else _missing(run)
    return Chart(figures.frequency(rows), finding, f"Bars by frequency. {finding}.", missing)


def _verdict(rows: pd.DataFrame) -> str:
    """Say of orders and of revenue which way of foretelling erred least."""
    said = []
    for measure, some in rows[rows["model"] != "actual"].groupby("measure", sort=False):
        model = str(some[~some["model"].isin(queries.NAIVE)]["model"].iloc[0])
        best = str(some.sort_values("mean_absolute_error")["model"].iloc[0])
        if best == model:
            said.append(f"On {measure} the model in use erred least per customer.")
        else:
            said.append(
                f"On {measure} “{figures.name_of(best)}” erred less per customer than the model"
                " in use."
            )
    held = _held_out(rows)
    if pd.notna(held.get("coverage")):
        said.append(
            f"{wording.percent(held['coverage'], 1)} of customers brought what lies in"
            " their 90 % interval."
        )
    return " ".join(said)


def _metric_table(rows: pd.DataFrame, run: PublishedRun) -> Component:
    body = [
        html.Tr(
            [
                html.Th(figures.name_of(str(row["model"])), scope="row"),
                html.Td(str(row["measure"]).capitalize()),
                *(
                    html.Td(_metric(row, name, run.currency), className="number")
                    for name, _, _ in METRIC_HEADS
                ),
            ]
        )
        for row in rows.to_dict("records")
    ]
    heads = [
        html.Th("Model or rival", scope="col"),
        html.Th("Of", scope="col"),
        *(
            html.Th([title, explained(measure) if measure else None], className="number",
                    scope="col")
            for _, title, measure in METRIC_HEADS
        ),
    ]  # fmt: skip
    return _table(heads, body, "How the model and naive rivals did on the hold-out")


def _metric(row: dict[Any, Any], name: str, currency: str) -> str:
    value = row.get(name)
    if name in {"total_error", "coverage"}:
        return wording.percent(value, 1)
    if row["measure"] == "revenue":
        return wording.money(value, currency)
    return wording.number(value, 0 if name == "total" else 2)


def _in_use(rows: pd.DataFrame) -> str:
    """Name the models behind the figures, and which fits they stand in for."""
    said = []
    for part, some in rows.groupby("part", sort=False):
        chosen = some[some["chosen"].astype(bool)]
        names = [figures.name_of(model) for model in chosen["model"]]
        failed = [figures.name_of(m) for m in some[~some["converged"].astype(bool)]["model"]]
        text = f"{str(part).capitalize()}: {wording.plain_list(names) or 'no model'} in use"
        if failed:
            text += f", since {wording.plain_list(failed)} degenerated"
        said.append(f"{text}.")
    return " ".join(said)


def _fit_table(rows: pd.DataFrame) -> Component:
    body = [
        html.Tr(
            [
                html.Th(figures.name_of(row.model), scope="row"),
                html.Td(str(row.part).capitalize()),
                html.Td("In use" if row.chosen else "Not used"),
                html.Td(_parameters(row.params)),
                html.Td(wording.number(row.log_likelihood, 1), className="number"),
                html.Td(wording.number(row.iterations), className="number"),
                html.Td(row.message),
            ]
        )
        for row in each_row(rows)
    ]
    heads = [
        html.Th(title, scope="col", className=side)
        for title, side in (
            ("Model", ""), ("Of", ""), ("Use", ""), ("Parameters", ""),
            ("Log-likelihood", "number"), ("Steps", "number"), ("What the fit says", ""),
        )
    ]  # fmt: skip
    return _table(heads, body, "The models that were fitted")


def _parameters(text: str) -> str:
    found = json.loads(text)
    return ", ".join(f"{name} = {value:.4g}" for name, value in found.items()) or "–"


def _table(heads: Sequence[Component], body: Sequence[Component], label: str) -> Component:
    return html.Div(
        html.Table(
            [html.Thead(html.Tr(list(heads))), html.Tbody(list(body))], className="plain-table"
        ),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **aria(label=label),
    )


def _cells(rows: pd.DataFrame, run: PublishedRun) -> list[dict[str, str]]:
    """Write a page of customers; the identifier leads to the customer."""
    cells = written(rows.assign(interval=None), COLUMNS, run)
    for cell, row in zip(cells, each_row(rows), strict=True):
        cell["interval"] = wording.interval(
            *(
                f"{wording.symbol(run.currency)}{wording.number(end)}"
                for end in (row.clv_12m_low, row.clv_12m_high)
            )
        )
        cell["expected_orders_90d"] = wording.number(row.expected_orders_90d, 2)
        cell["expected_next_order_days"] = _next_order(run.as_of, row.expected_next_order_days)
    return cells


def _next_order(as_of: dt.date | None, days: float | None) -> str:
    if as_of is None or days is None or pd.isna(days):
        return wording.NOTHING
    return wording.date(as_of + dt.timedelta(days=round(days)))
