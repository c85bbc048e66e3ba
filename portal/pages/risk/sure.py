"""How sure the chances are: windows looked back on, and groups compared with what came."""

import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.cards import Panel, grid
from portal.kit.drawing import backtest
from portal.kit.drawing.chart import Chart, Scope
from portal.pages.risk import queries, sentences
from portal.pages.risk.declared import PAGE
from portal.reading.filters import Filters
from portal.reading.published import PublishedRun

OF_ALL = "Of all customers, whatever the filters keep."
TESTED = "Of the newest 90 days that have closed, which nothing had been fitted to."
NO_WINDOWS = "This is told of customers on one day: there are no earlier days to look back on."
NO_GROUPS = "Nothing to compare: the tested customers have no such groups on that day."


def how_sure(run: PublishedRun, _filters: Filters) -> list[str]:
    """Say what was asked, how many are expected, and how it did against the best rule."""
    return sentences.how_sure(run)


def told(_rows: pd.DataFrame, _scope: Scope, *, paragraphs: list[str]) -> Panel:
    """Write the sentences."""
    return Panel(
        html.Div([html.P(paragraph) for paragraph in paragraphs], className="risk-said")
    )


def windows(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show what each window was expected to bring, and what it brought."""
    finding = backtest.window_finding(rows)
    alternative = (
        f"A line of expected shares with their ranges and marks of what came. {finding}."
    )
    return Chart(backtest.window_lines(rows), finding, alternative, NO_WINDOWS)


def calibration(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show what was expected of groups of the tested customers, and what came."""
    finding = backtest.calibration_finding(rows)
    alternative = f"Marks of expected and real shares by group. {finding}."
    return Chart(backtest.calibration_dots(rows), finding, alternative, NO_GROUPS)


SAID = PAGE.panel(
    "risk-sure",
    query=queries.windows,
    draw=told,
    knowing={"paragraphs": how_sure},
    source="task_result",
    title="What the chances rest on",
    subject=OF_ALL,
    columns=12,
)
WINDOWS = PAGE.chart(
    "risk-windows",
    query=queries.windows,
    draw=windows,
    source="published_window",
    note="Every window that had closed by the training is forecast by what was known on its"
    " day, with nothing learned from later ones. The last mark is the newest day.",
    subject=f"Expected and real share who left, day by day. {OF_ALL}",
    height=330,
)
CALIBRATION = PAGE.chart(
    "risk-calibration",
    query=queries.calibration,
    draw=calibration,
    source="published_calibration",
    measures=("ece",),
    note=TESTED,
    subject="Tenths of customers by their chance: what was expected and what came",
    height=330,
)
OF_SEGMENTS = PAGE.chart(
    "risk-calibration-segments",
    query=queries.calibration_of_segments,
    draw=calibration,
    source="published_calibration",
    measures=("segment",),
    note=TESTED,
    subject="By segment: what was expected and what came",
    height=280,
)
OF_VALUES = PAGE.chart(
    "risk-calibration-values",
    query=queries.calibration_of_values,
    draw=calibration,
    source="published_calibration",
    measures=("value_band",),
    note=TESTED,
    subject="By value band: what was expected and what came",
    height=280,
)


def sure() -> Component:
    """Lay out the tab."""
    return grid(SAID, WINDOWS, CALIBRATION, OF_SEGMENTS, OF_VALUES)
