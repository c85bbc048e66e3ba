"""What a check found of a file's quality: rules, checks, gaps, differences."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.evidence import frame_table
from portal.words import wording

LEVELS = {
    "good": ("check-circle", "good", "holds"),
    "warning": ("exclamation-circle", "even", "look at it"),
    "bad": ("x-circle", "bad", "does not hold"),
    "same": ("check-circle", "good", "as before"),
    "some": ("exclamation-circle", "even", "differs"),
    "much": ("exclamation-triangle", "bad", "differs a lot"),
}
NUMERIC = frozenset({"Filled", "Empty rows", "Share", "Stability index"})


def first_rows(report: dict[str, Any]) -> Component:
    """Show the first rows as the file holds them."""
    frame = pd.DataFrame(report["first"], columns=range(len(report["header"])), dtype=object)
    head = html.Tr([html.Th(name, scope="col") for name in report["header"]])
    body = [
        html.Tr([html.Td(cell, className="nowrap") for cell in row]) for row in frame.to_numpy()
    ]
    table = html.Table([html.Thead(head), html.Tbody(body)], className="plain-table")
    return _scrolled(table, "First rows of the file")


def checks(report: dict[str, Any]) -> Component:
    """Show each check and whether it holds."""
    rows = [
        html.Tr(
            [
                html.Th(check["name"], scope="row"),
                html.Td(_level(check["level"])),
                html.Td(check["said"]),
            ]
        )
        for check in report["checks"]
    ]
    return _scrolled(_table(("Check", "", "Seen"), rows), "Schema checks")


def gaps(report: dict[str, Any]) -> Component:
    """Show how many rows lack each field."""
    rows = [
        html.Tr(
            [
                html.Th(gap["field"], scope="row"),
                html.Td(wording.number(gap["rows"]), className="number"),
                html.Td(wording.percent(gap["share"], 1), className="number"),
            ]
        )
        for gap in report["gaps"]
    ]
    return _scrolled(_table(("Field", "Empty rows", "Share"), rows), "Missing by column")


def drift(report: dict[str, Any]) -> Component:
    """Show how the file differs from what is published."""
    rows = [
        html.Tr(
            [
                html.Th(difference["what"], scope="row"),
                html.Td(difference["before"]),
                html.Td(difference["now"]),
                html.Td(
                    wording.NOTHING
                    if difference["psi"] is None
                    else f"{difference['psi']:.3f}",
                    className="number",
                ),
                html.Td(_level(difference["level"])),
            ]
        )
        for difference in report["drift"]
    ]
    titles = ("What", "Published", "This file", "Stability index", "")
    return _scrolled(_table(titles, rows), "Drift against the published run")


def findings(report: dict[str, Any]) -> Component:
    """List what each cleaning rule would take, examples on demand."""
    return html.Ul(
        [html.Li(_finding(cleaning)) for cleaning in report["findings"]],
        className="plain-list findings",
    )


def _finding(cleaning: dict[str, Any]) -> Component:
    rows = wording.count(cleaning["rows"], "row") + (" left out" if cleaning["removes"] else "")
    return html.Details(
        [
            html.Summary(
                [
                    html.I(className="bi bi-chevron-right", **aria(hidden="true")),
                    html.Span(
                        cleaning["title"],
                        className="finding-title" + ("" if cleaning["rows"] else " quiet"),
                    ),
                    html.Span(rows, className="finding-rows"),
                ]
            ),
            html.P(cleaning["explanation"]),
            frame_table(
                pd.DataFrame(cleaning["examples"]), label=f"Examples: {cleaning['title']}"
            )
            if cleaning["examples"]
            else None,
        ]
    )


def _level(level: str) -> Component:
    icon, tone, meaning = LEVELS[level]
    return html.Span(
        [html.I(className=f"bi bi-{icon}", **aria(hidden="true")), meaning],
        className=f"status tone-{tone}",
    )


def _table(titles: Sequence[str], rows: Sequence[Component]) -> Component:
    head = html.Tr(
        [
            html.Th(title, scope="col", className="number" if title in NUMERIC else "")
            if title
            else html.Td()
            for title in titles
        ]
    )
    return html.Table([html.Thead(head), html.Tbody(rows)], className="plain-table wide")


def _scrolled(table: Component, label: str) -> Component:
    return html.Div(
        table, className="table-scroll", tabIndex=0, role="region", **aria(label=label)
    )


def parts(report: dict[str, Any]) -> list[Component]:
    """Show what cleaning takes, which checks hold, what is empty, how the file differs."""
    components = [html.H3("Rows by cleaning rule", className="part-title"), findings(report)]
    if "gaps" in report:
        components += [
            html.H3("Checks", className="part-title"),
            checks(report),
            html.H3("Empty cells by field", className="part-title"),
            gaps(report),
        ]
    if report.get("drift"):
        components += [
            html.H3("Compared with what is published", className="part-title"),
            drift(report),
        ]
    return components
