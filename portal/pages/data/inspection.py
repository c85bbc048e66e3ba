"""What a check found in a file: its form, its columns to be mapped, its quality."""

import json
from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import grid
from portal.kit.evidence import frame_table
from portal.kit.states import text_card
from portal.pages.data.controls import FIELD
from portal.words import wording

LEVELS = {
    "good": ("check-circle", "good", "holds"),
    "warning": ("exclamation-circle", "even", "look at it"),
    "bad": ("x-circle", "bad", "does not hold"),
    "same": ("check-circle", "good", "as before"),
    "some": ("exclamation-circle", "even", "differs"),
    "much": ("exclamation-triangle", "bad", "differs a lot"),
}
NOT_USED = ""
NUMERIC = frozenset({"Filled", "Empty rows", "Share", "Stability index"})


def summary(report: dict[str, Any]) -> list[Component]:
    """Say what the file is and whether it can be published."""
    form = report["form"]
    said = (
        f"Recognised as {form}."
        if report["recognised"]
        else f"No form fits as it is; {form} is nearest."
    )
    lines: list[Component] = [
        html.Div(
            [
                html.Strong(report["file"]),
                html.Span(said),
                html.Span(wording.count(report["rows"], "row")),
                html.Span(wording.count(len(report["header"]), "column")),
                html.Span(
                    f"{wording.number(report['rows_kept'])} rows would be kept of"
                    f" {wording.count(report['customers'], 'customer')}"
                )
                if "rows_kept" in report
                else None,
            ],
            className="facts-line",
        )
    ]
    problems = [*report["problems"], *([report["refusal"]] if report["refusal"] else [])]
    return [*lines, *(html.P(each, className="state state-error") for each in problems)]


def mapping_table(report: dict[str, Any], ids: Sequence[dict[str, Any]]) -> Component:
    """Show each column with what it holds and a choice of the field that it is."""
    options = [
        {"label": "not used", "value": NOT_USED},
        *(
            {
                "label": each["name"] + (" (needed)" if each["required"] else ""),
                "value": each["name"],
            }
            for each in report["fields"]
        ),
    ]
    titles = ("Column", "Field", "Type", "Filled", "First values", "Problems")
    rows = [
        _mapping_row(column, options, control)
        for column, control in zip(report["columns"], ids, strict=False)
    ]
    return _scrolled(_table(titles, rows), "Columns of the file and their fields")


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
                html.Th(each["name"], scope="row"),
                html.Td(_level(each["level"])),
                html.Td(each["said"]),
            ]
        )
        for each in report["checks"]
    ]
    return _scrolled(_table(("Check", "", "Seen"), rows), "Schema checks")


def gaps(report: dict[str, Any]) -> Component:
    """Show how many rows lack each field."""
    rows = [
        html.Tr(
            [
                html.Th(each["field"], scope="row"),
                html.Td(wording.number(each["rows"]), className="number"),
                html.Td(wording.percent(each["share"], 1), className="number"),
            ]
        )
        for each in report["gaps"]
    ]
    return _scrolled(_table(("Field", "Empty rows", "Share"), rows), "Missing by column")


def drift(report: dict[str, Any]) -> Component:
    """Show how the file differs from what is published."""
    rows = [
        html.Tr(
            [
                html.Th(each["what"], scope="row"),
                html.Td(each["before"]),
                html.Td(each["now"]),
                html.Td(
                    wording.NOTHING if each["psi"] is None else f"{each['psi']:.3f}",
                    className="number",
                ),
                html.Td(_level(each["level"])),
            ]
        )
        for each in report["drift"]
    ]
    titles = ("What", "Published", "This file", "Stability index", "")
    return _scrolled(_table(titles, rows), "Drift against the published run")


def findings(report: dict[str, Any]) -> Component:
    """List what each cleaning rule would take, examples on demand."""
    return html.Ul(
        [html.Li(_finding(each)) for each in report["findings"]],
        className="plain-list findings",
    )


def _mapping_row(
    column: dict[str, Any], options: list[dict[str, Any]], control: dict[str, Any]
) -> Component:
    problems = column["problems"]
    known = {option["value"] for option in options}
    field = column["field"] if column["field"] in known else NOT_USED
    return html.Tr(
        [
            html.Th(html.Code(column["name"] or "(no name)"), scope="row"),
            html.Td(
                [
                    html.Label(
                        f"Field of the column {column['name']}",
                        htmlFor=json.dumps(control, sort_keys=True, separators=(",", ":")),
                        className="visually-hidden",
                    ),
                    dbc.Select(
                        id=control,
                        options=options,
                        value=field,
                        size="sm",
                        class_name="mapping-field",
                    ),
                ]
            ),
            html.Td(column["kind"]),
            html.Td(wording.percent(column["filled"], 1), className="number"),
            html.Td(", ".join(column["values"]), className="values"),
            html.Td(" ".join(problems) or "none", className="" if problems else "quiet"),
        ]
    )


def _finding(each: dict[str, Any]) -> Component:
    rows = wording.count(each["rows"], "row") + (" left out" if each["removes"] else "")
    return html.Details(
        [
            html.Summary(
                [
                    html.I(className="bi bi-chevron-right", **aria(hidden="true")),
                    html.Span(
                        each["title"],
                        className="finding-title" + ("" if each["rows"] else " quiet"),
                    ),
                    html.Span(rows, className="finding-rows"),
                ]
            ),
            html.P(each["explanation"]),
            frame_table(pd.DataFrame(each["examples"]), label=f"Examples: {each['title']}")
            if each["examples"]
            else None,
        ]
    )


def _level(level: str) -> Component:
    icon, tone, said = LEVELS[level]
    return html.Span(
        [html.I(className=f"bi bi-{icon}", **aria(hidden="true")), said],
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


def check_cards(report: dict[str, Any]) -> Component:
    """Show what a check found, the columns first."""
    names = [{"type": FIELD, "place": place} for place in range(len(report["columns"]))]
    cards = [
        text_card("Which column is what", mapping_table(report, names), columns=12),
        text_card("First rows", first_rows(report), columns=12),
    ]
    if "findings" in report:
        cards.append(text_card("Rows by cleaning rule", findings(report), columns=7))
    if "gaps" in report:
        cards.append(text_card("Missing by column", gaps(report), columns=5))
        wide = 5 if report.get("drift") else 12
        cards.append(text_card("Schema checks", checks(report), columns=wide))
    if report.get("drift"):
        cards.append(text_card("Compared with what is published", drift(report), columns=7))
    return grid(*cards)
