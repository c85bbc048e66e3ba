"""A measure by group as a table, with customers and intervals."""

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.kit.states import empty_state
from portal.pages.explore import intervals
from portal.pages.explore.units import unit_of, written
from portal.reading.rows import each_row
from portal.words import wording
from portal.words.titles import title

SHOWN = 10
"""Rows in view; further ones stand behind a press."""


def group_table(rows: pd.DataFrame, scope: Scope, *, described: pd.DataFrame) -> Panel:
    """Write the groups with how many they are, the statistic and its interval."""
    by, measure = scope.choices.get("by") or "", scope.choices.get("measure") or ""
    statistic = "median" if scope.choices.get("statistic") == "median" else "mean"
    if rows.empty or not by or not measure:
        return Panel(empty_state("No groups", "Nothing to show: nobody is in any group."))
    if statistic == "mean":
        rows = intervals.of_means(rows)
    is_split = bool((rows["part"] != rows["part"].iloc[0]).any())
    heads = [title(by), *(["Part"] if is_split else []), "Customers",
             f"{statistic.capitalize()}: {title(measure)}", "95 % interval"]  # fmt: skip
    unit = unit_of(described, measure)
    lines = [
        _line(row, statistic, unit, scope.currency, is_split=is_split) for row in each_row(rows)
    ]
    more = lines[SHOWN:]
    folded = html.Details(
        [html.Summary(wording.count(len(more), "further row")), _table(heads, more)],
        className="more",
    )
    return Panel(html.Div([_table(heads, lines[:SHOWN]), folded if more else None]))


def _line(row: Any, statistic: str, unit: str, currency: str, *, is_split: bool) -> Component:
    low, high = (
        wording.NOTHING if pd.isna(bound) else written(bound, unit, currency)
        for bound in (row.low, row.high)
    )
    cells = [
        wording.number(row.customers),
        written(getattr(row, statistic), unit, currency),
        wording.interval(low, high),
    ]
    return html.Tr(
        [
            html.Th(row.group, scope="row"),
            html.Td(row.part) if is_split else None,
            *(html.Td(cell, className="number") for cell in cells),
        ]
    )


def _table(heads: list[str], lines: list[Component]) -> Component:
    texts = len(heads) - 3
    head = html.Tr(
        [
            html.Th(title, scope="col", className="number" if place >= texts else "")
            for place, title in enumerate(heads)
        ]
    )
    return html.Div(
        html.Table([html.Thead(head), html.Tbody(lines)], className="plain-table wide"),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **aria(label="Groups"),
    )
