"""Why customers leave or answer: in the words of their own reasons, and as a figure."""

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Panel, grid
from portal.kit.drawing.chart import Scope
from portal.kit.states import empty_state
from portal.pages.risk import figures, queries, sentences
from portal.pages.risk.declared import PAGE
from portal.reading.filters import Filters
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import PublishedRun
from portal.reading.rows import each_row
from portal.words import praise
from portal.words.titles import feature_title, in_sentence
from portal.words.wording import number, percent

SHOWN = 8
NO_REASONS = "This run kept no reasons; the next update brings them."


def who(run: PublishedRun, _filters: Filters) -> str:
    """Say of whom the model tells."""
    return "who answers" if reckoned(run).is_answer else "who leaves"


def drivers_missing(run: PublishedRun, _filters: Filters) -> str:
    """Say why no drivers are shown."""
    return sentences.drivers_missing(run)


def spoken(rows: pd.DataFrame, _scope: Scope, *, who: str) -> Panel:
    """Write whose weightiest reason each feature is, in which direction, with an example."""
    if rows.empty:
        return Panel(empty_state("No reasons", NO_REASONS), "Reasons in words")
    does = "answering" if who == "who answers" else "leaving"
    head = html.Tr(
        [
            html.Th("Weightiest reason", scope="col"),
            html.Th("Speaks", scope="col"),
            html.Th("Customers", scope="col", className="number"),
            html.Th("Share", scope="col", className="number"),
            html.Th("For example", scope="col"),
        ]
    )
    body = [_row(row, does) for row in each_row(rows.head(SHOWN))]
    table = html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="plain-table wide"),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **aria(label="Reasons in words"),
    )
    return Panel(table, reasons_finding(rows, does))


def _row(row: Any, does: str) -> Component:
    return html.Tr(
        [
            html.Th(feature_title(row.feature), scope="row"),
            html.Td(f"for {does}" if row.raises else f"against {does}"),
            html.Td(number(row.customers), className="number"),
            html.Td(percent(row.customers / row.everyone), className="number"),
            html.Td(row.example, className="risk-example"),
        ]
    )


def reasons_finding(rows: pd.DataFrame, does: str) -> str:
    """Name what speaks for leaving with most customers."""
    speaking = praise.enough(rows[rows["raises"].astype(bool)])
    if speaking.empty:
        return f"No single reason speaks for {does} with many customers"
    first = speaking.iloc[0]
    return (
        f"What speaks most often for {does}: {in_sentence(feature_title(first['feature']))},"
        f" with {percent(first['customers'] / first['everyone'])} of customers"
    )


SPOKEN = PAGE.panel(
    "risk-reasons",
    query=queries.reasons,
    draw=spoken,
    knowing={"who": who},
    source="customer_reason",
    note="Each customer counts once, with the reason that moves their chance most; the example"
    " is one customer's.",
    title="Reasons in words",
    subject="Of all customers, whatever the filters keep",
    columns=12,
)
DRIVERS = PAGE.chart(
    "risk-drivers",
    query=queries.drivers,
    draw=figures.drivers,
    knowing={"missing": drivers_missing, "who": who},
    source="driver",
    measures=("permutation_importance",),
    note="How much worse the forecast gets once a feature's values are shuffled.",
    subject="How much the forecast needs each feature. Of all customers, whatever the filters"
    " keep",
    columns=12,
    height=400,
)


def reasons() -> Component:
    """Lay out the tab."""
    return grid(SPOKEN, DRIVERS)
