"""How sure segments are, and who moved between them, as small tables."""

from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.kit.drawing.tiles import explained
from portal.kit.states import empty_state
from portal.pages.segments.sentences import MOVES, changed_finding
from portal.reading.leading import of_attribute, to_customers
from portal.reading.rows import each_row
from portal.words import praise, wording


def changed(rows: pd.DataFrame, scope: Scope, *, days: tuple[str, str]) -> Panel:
    """Write how many rose, slipped, are new or lost, with their value and their list."""
    if rows.empty:
        return Panel(empty_state("Nobody moved", wording.NEEDS_DAYS))
    row_by_move = {row.moved: row for row in each_row(rows)}
    head = html.Tr(
        [
            html.Th("Since then", scope="col"),
            html.Th("Customers", scope="col", className="number"),
            html.Th("Value now", scope="col", className="number"),
            html.Th("Value before", scope="col", className="number"),
            html.Th("List", scope="col", className="number"),
        ]
    )
    body = [
        _moved(row_by_move[name], title, scope)
        for name, title in MOVES.items()
        if name in row_by_move
    ]
    span = " to ".join(day.removeprefix("Segment on ") for day in days)
    table = _scrolling(html.Table([html.Thead(head), html.Tbody(body)],
                                  className="plain-table wide"), "Who moved")  # fmt: skip
    finding = changed_finding(rows, scope.currency)
    return Panel(html.Div([html.P(f"From {span}.", className="quiet"), table]), finding)


def _moved(row: Any, title: str, scope: Scope) -> Component:
    where = (of_attribute("moved", row.moved),)
    link = dcc.Link(
        ["List", html.Span(f": {title.lower()}", className="visually-hidden")],
        href=to_customers(scope.filters, scope.dataset, where=where),
    )
    cells = (
        wording.number(row.customers),
        wording.money_short(row.value, scope.currency),
        wording.money_short(row.value_before, scope.currency),
    )
    return html.Tr(
        [
            html.Th(title, scope="row"),
            *(html.Td(cell, className="number") for cell in cells),
            html.Td(link, className="number"),
        ]
    )


def stability(rows: pd.DataFrame, _scope: Scope, *, shares: pd.DataFrame) -> Panel:
    """Write how alike each segment comes out when the customers are drawn anew."""
    if rows.empty:
        return Panel(empty_state("No segments", "Too few customers to group."))
    joined = rows.merge(shares[["segment", "customers", "share"]], on="segment", how="left")
    head = html.Tr(
        [
            html.Th("Segment", scope="col"),
            html.Th("Customers", scope="col", className="number"),
            html.Th("Share", scope="col", className="number"),
            html.Th(["Stability", explained("stability")], scope="col", className="number"),
            html.Th("Nearer to another", scope="col", className="number"),
        ]
    )
    body = [
        html.Tr(
            [
                html.Th(row.segment, scope="row"),
                html.Td(wording.number(row.customers), className="number"),
                html.Td(wording.percent(row.share, 1), className="number"),
                html.Td(_stable(row.stability), className="number"),
                html.Td(wording.percent(row.nearer_elsewhere, 1), className="number"),
            ]
        )
        for row in each_row(joined)
    ]
    table = html.Table([html.Thead(head), html.Tbody(body)], className="plain-table wide")
    return Panel(_scrolling(table, "How sure the segments are"), stability_finding(rows))


def stability_finding(rows: pd.DataFrame) -> str:
    """Say which segment is least sure."""
    rated = rows[rows["stability"].notna()]
    if rated.empty:
        return "How sure the segments are was not tried"
    least = rated.sort_values("stability").iloc[0]
    return f"{least['segment']} is the least sure segment: {_stable(least['stability'])}"


def _stable(value: float | None) -> str:
    if value is None or pd.isna(value):
        return wording.NOTHING
    return f"{value:.2f}, {praise.stability(value)}"


def _scrolling(table: Component, label: str) -> Component:
    return html.Div(
        table, className="table-scroll", tabIndex=0, role="region", **aria(label=label)
    )
