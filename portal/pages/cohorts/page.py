"""Cohorts: who came when, who came again, what they brought, and how soon they order again."""

from typing import Any

import pandas as pd
from dash import Input, Output, html
from dash.development.base_component import Component

from portal.kit.cards import Control, grid
from portal.kit.choices import choice
from portal.kit.page import Page
from portal.kit.tabs import Tab
from portal.pages.cohorts import figures, queries, waiting
from portal.reading.filters import URL, Filters
from portal.reading.published import PublishedRun, published_run

BY, MEASURE = "cohorts-by", "cohorts-measure"
WAIT, WHOSE = "cohorts-wait", "cohorts-whose"
KINDS = {
    "month": "Month of the first order",
    "quarter": "Quarter of the first order",
    "first_product": "Product of the first order",
    "category": "Category of the first order",
    "country": "Country",
    "channel": "Channel",
    "first_order_size": "Size of the first order",
}
ALL_CUSTOMERS = "Cohorts are told of all customers: filters don't narrow this page."
PARTS = (
    "A cohort's months are those of the calendar, 0 the month of the first order. Months that"
    " the data covers only in part are left out. Findings compare cohorts at the same month,"
    " and all together are told as far as at least half of the cohorts have come."
)

PAGE = Page(
    path="/cohorts",
    name="Cohorts",
    title="Cohorts · Clientele",
    group="Understand",
    order=60,
    icon="grid-3x3-gap",
    fits=lambda has: has.orders,
)


@PAGE.answer
def answer(run: PublishedRun, filters: Filters) -> str:
    """Say how soon customers order a second time."""
    return f"{figures.waiting_finding(run.ask(queries.waits(run, filters)), 'second')}."


CHOICES = (
    Control(
        "by",
        BY,
        choice(BY, "Cohorts by", [{"label": KINDS["month"], "value": "month"}], "month"),
    ),
    Control(
        "measure",
        MEASURE,
        choice(
            MEASURE,
            "Shown",
            [
                {"label": measure.title, "value": name}
                for name, measure in figures.MEASURES.items()
            ],
            "retention",
        ),
    ),
)
HEATMAP = PAGE.chart(
    "cohorts-heatmap",
    query=queries.cohorts,
    draw=figures.heatmap,
    source="published_cohort",
    measures=("customers", "orders", "revenue"),
    note=PARTS,
    subject="Behind a cohort's name how many customers it has; the first month is left out",
    columns=12,
    height=440,
    controls=CHOICES,
)
CURVES = PAGE.chart(
    "cohorts-curves",
    query=queries.cohorts,
    draw=figures.curves,
    source="published_cohort",
    measures=("customers", "orders", "revenue"),
    note=PARTS,
    subject="The largest cohorts",
    columns=12,
    height=340,
    controls=tuple(control._replace(component=None) for control in CHOICES),
)
AGAIN = (
    Control(
        "wait",
        WAIT,
        choice(
            WAIT,
            "Until",
            [
                {"label": "The second order", "value": "second"},
                {"label": "The next order", "value": "next"},
            ],
            "second",
        ),
    ),
    Control(
        "whose",
        WHOSE,
        choice(
            WHOSE,
            "Of",
            [
                {"label": "All customers", "value": "all"},
                {"label": "By segment", "value": "segment"},
                {"label": "By first product", "value": "first_product"},
            ],
            "all",
        ),
    ),
)
WAITING = PAGE.chart(
    "cohorts-waiting",
    query=queries.waits,
    draw=figures.waiting,
    source="order_wait",
    measures=("orders", "segment"),
    note="Kaplan and Meier's estimate with its 95 % range: customers who have not ordered yet"
    " count for as long as they are known. Orders of one day are one.",
    subject="Share of customers who had ordered so many days after the order before",
    columns=12,
    height=400,
    controls=AGAIN,
)
LEVELS = PAGE.panel(
    "cohorts-levels",
    query=queries.levels,
    draw=waiting.levels,
    source="order_wait_level",
    note="Ranges are of 95 %. “Never yet” means that fewer had ordered by the end of the data.",
    title="How long it takes",
    columns=8,
    controls=tuple(control._replace(component=None) for control in AGAIN),
)
GAPS = PAGE.panel(
    "cohorts-gaps",
    query=queries.single_figures,
    draw=waiting.usual_gaps,
    source="sales_figure",
    title="Usual pauses",
    columns=4,
)


def first() -> Component:
    """Lay out cohorts by month since the first order."""
    return html.Div([grid(HEATMAP, CURVES), html.P(ALL_CUSTOMERS, className="quiet page-note")])


TABS = PAGE.tabs(
    "cohorts-tabs",
    Tab("cohorts", "Who came again", first),
    Tab("waiting", "How soon", lambda: grid(WAITING, LEVELS, GAPS)),
)


@PAGE.layout
def layout() -> Component:
    """Lay out the tabs."""
    return TABS.layout()


@PAGE.callback(Output(BY, "options"), Input(URL, "search"))
def offer(search: str | None) -> list[dict[str, Any]]:
    """Offer the kinds of cohorts that the source has."""
    with published_run(search) as run:
        return offered(run.ask(queries.kinds(run)))


def offered(kinds: pd.DataFrame) -> list[dict[str, Any]]:
    """Name the kinds of cohorts in a set order."""
    kinds_present = set(kinds["by"]) if len(kinds) else set()
    return [
        {"label": title, "value": name}
        for name, title in KINDS.items()
        if name in kinds_present
    ]
