"""The panel about a file: tables, what is doubtful, what publishing gives, the rest."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.states import error_state
from portal.pages.data import quality
from portal.pages.data.choices import AUTO, IGNORED, UNUSED, default_fields
from portal.pages.data.controls import FIELD, TABLE
from portal.pages.data.words import (
    OUTCOME,
    Fact,
    asked_for,
    facts,
    field_label,
    form_of,
    in_browser,
    lacks_said,
    layout_title,
)
from portal.words import wording
from portal.words.titles import BETWEEN, OWN

SHOWN_NOTES = 4
JOINED = "joined"
"""The code of notes that stand beside the tables."""
CURRENCIES = (
    "EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "ISK",
    "TRY", "UAH", "RUB", "KZT", "ILS", "AED", "SAR", "EGP", "ZAR", "NGN", "KES", "INR", "PKR",
    "BDT", "LKR", "CNY", "HKD", "TWD", "JPY", "KRW", "SGD", "MYR", "IDR", "THB", "VND", "PHP",
    "AUD", "NZD", "CAD", "MXN", "BRL", "ARS", "CLP", "COP", "PEN",
)  # fmt: skip


def form_options(report: dict[str, Any], forms: Mapping[str, str], chosen: str) -> list[Any]:
    """Offer the forms, the one that was found first."""
    automatic = "As recognised" if chosen else f"{forms.get(form_of(report), '?')} (recognised)"
    if not report["recognised"] and not chosen:
        automatic = "Not recognised"
    every = [{"label": title, "value": name} for name, title in forms.items()]
    return [{"label": automatic, "value": AUTO}, *every]


def layout_options(report: dict[str, Any], chosen: str) -> list[dict[str, str]]:
    """Offer the layouts, the one that was found first."""
    title = layout_title(report)
    automatic = "As recognised" if chosen else f"{title} (recognised)" if title else "None"
    none = [{"label": "None: columns by their names", "value": "none"}]
    every = [
        {"label": layout["title"], "value": layout["name"]} for layout in report["layouts"]
    ]
    return [
        {"label": automatic, "value": AUTO},
        *(none if title or chosen else []),
        *sorted(every, key=lambda option: option["label"].casefold()),
    ]


def currency_options(report: dict[str, Any], chosen: str) -> list[dict[str, str]]:
    """Offer currencies, what was found first."""
    code = report.get("currency")
    automatic = "As found" if chosen else f"{code} (found)" if code else "Unknown: no symbol"
    codes = [chosen] if chosen and chosen not in CURRENCIES else []
    return [
        {"label": automatic, "value": AUTO},
        *({"label": iso_code, "value": iso_code} for iso_code in (*codes, *CURRENCIES)),
    ]


def tables_part(
    tables: Sequence[Mapping[str, Any]], names: Sequence[str], report: dict[str, Any]
) -> list[Component]:
    """Let tables be ticked, where there are several, and say how they are joined."""
    if len(tables) < 2:
        return []
    joins = [html.Li(in_browser(sentence)) for sentence in report["joins"]]
    return [
        html.H3(f"{wording.count(len(tables), 'table')} in it", className="part-title"),
        html.Ul(joins, className="plain-notes", hidden=not joins),
        html.Div(
            [
                _table_row(table, place, is_on=not names or table["name"] in names)
                for place, table in enumerate(tables)
            ],
            className="table-choices",
        ),
    ]


def _table_row(table: Mapping[str, Any], place: int, *, is_on: bool) -> Component:
    head = html.Tr([html.Th(name, scope="col") for name in table["columns"]])
    body = [
        html.Tr([html.Td(cell, className="nowrap") for cell in row]) for row in table["first"]
    ]
    rows = html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="plain-table"),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **aria(label=f"First rows of {table['name']}"),
    )
    many = f"{wording.count(table['rows'], 'row')}, {', '.join(table['columns'])}"
    return html.Div(
        [
            dbc.Checkbox(id={"type": TABLE, "place": place}, value=is_on, label=table["name"]),
            html.Details(
                [
                    html.Summary(
                        many,
                        className="quiet",
                        **aria(label=f"First rows of {table['name']}: {many}"),
                    ),
                    rows,
                ]
            ),
        ],
        className="table-choice",
    )


def doubtful(report: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Give the columns to ask about, each with what it may be."""
    suggestions = {doubt["column"]: tuple(doubt["fields"]) for doubt in report["doubts"]}
    return suggestions | dict.fromkeys(report.get("outcomes") or (), (OUTCOME,))


def doubts_part(report: dict[str, Any], fields: Mapping[str, str]) -> list[Component]:
    """Ask about the columns whose meaning is missing or in doubt; nothing where none is."""
    suggestions = doubtful(report)
    if not suggestions:
        return []
    return [
        html.H3(asked_for(report), className="part-title"),
        _columns_table(report, fields, suggestions, label="Columns to look at"),
    ]


def more_part(
    report: dict[str, Any], fields: Mapping[str, str], *, opened: bool
) -> list[Component]:
    """Fold everything else: all other columns, the first rows, the quality.

    Columns stay `opened` where some of them was chosen.
    """
    suggestions = doubtful(report)
    other_columns = [
        column["name"] for column in report["columns"] if column["name"] not in suggestions
    ]
    title = "Other columns" if suggestions else "All columns"
    folded: list[Component] = [
        html.Details(
            open=opened,
            children=[
                html.Summary(f"{title} ({wording.number(len(other_columns))})"),
                _columns_table(
                    report,
                    fields,
                    dict.fromkeys(other_columns, ()),
                    label="Columns and meanings",
                ),
            ],
        ),
        html.Details([html.Summary("First rows"), quality.first_rows(report)]),
    ]
    if "findings" in report:
        folded.append(
            html.Details(
                [
                    html.Summary("What cleaning takes, and how full it is"),
                    *quality.parts(report),
                ]
            )
        )
    return folded


def _columns_table(
    report: dict[str, Any],
    fields: Mapping[str, str],
    suggestions: Mapping[str, tuple[str, ...]],
    *,
    label: str,
) -> Component:
    titles = ("Column", "What it is", "First values", "Filled")
    head = html.Tr(
        [
            html.Th(title, scope="col", className="number" if title == "Filled" else "")
            for title in titles
        ]
    )
    rows = [
        _column_row(column, place, report, fields, suggestions[column["name"]])
        for place, column in enumerate(report["columns"])
        if column["name"] in suggestions
    ]
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="plain-table wide")
    return html.Div(
        table, className="table-scroll", tabIndex=0, role="region", **aria(label=label)
    )


def _column_row(
    column: dict[str, Any],
    place: int,
    report: dict[str, Any],
    fields: Mapping[str, str],
    suggested: tuple[str, ...],
) -> Component:
    control = {"type": FIELD, "place": place}
    name = column["name"] or "(no name)"
    options = column_options(report, column["name"], suggested)
    value = fields.get(column["name"]) or UNUSED
    if value not in {option["value"] for option in options}:
        options.append({"label": field_label(value), "value": value})
    problems = " ".join(in_browser(problem) for problem in column["problems"])
    return html.Tr(
        [
            html.Th(name, scope="row"),
            html.Td(
                [
                    html.Label(
                        f"What the column {name} is",
                        htmlFor=json.dumps(control, sort_keys=True, separators=(",", ":")),
                        className="visually-hidden",
                    ),
                    dbc.Select(
                        id=control,
                        options=options,
                        value=value,
                        size="sm",
                        class_name="mapping-field",
                    ),
                    html.P(problems, className="column-problem") if problems else None,
                ]
            ),
            html.Td(", ".join(column["values"]), className="values"),
            html.Td(wording.percent(column["filled"]), className="number"),
        ]
    )


def column_options(
    report: dict[str, Any], column: str, suggested: tuple[str, ...]
) -> list[dict[str, str]]:
    """Offer what a column can be, likely ones first, each under a name that people know."""
    names = [field["name"] for field in report["fields"]]
    names += [OUTCOME] if any(name.startswith(IGNORED) for name in names) else []
    names = [name for name in names if _is_for(name, column)]
    first = [name for name in suggested if name in names]
    less_likely = sorted((name for name in names if name not in first), key=field_label)
    return [
        {"label": "Not used", "value": UNUSED},
        *({"label": f"{field_label(name)} ·", "value": name} for name in first),
        *({"label": field_label(name), "value": name} for name in less_likely),
    ]


def _is_for(field: str, column: str) -> bool:
    """Tell whether a field can be that of a column: what one holds is told of itself alone."""
    if field.startswith(IGNORED):
        return False
    kind, between, own = field.partition(BETWEEN)
    return not (between and kind in OWN) or own == column


def shown_fields(report: dict[str, Any], chosen: Mapping[str, str]) -> dict[str, str]:
    """Give what each column is, as chosen or found."""
    return default_fields(report) | dict(chosen)


def figures_part(report: dict[str, Any]) -> list[Component]:
    """Say what publishing will give, with warnings and notes, or why it can't be."""
    refusal = lacks_said(report) if report["missing"] else report["refusal"]
    problems = [*report["problems"], *([refusal] if refusal else [])]
    parts: list[Component] = [error_state(in_browser(problem)) for problem in problems]
    if "rows_kept" not in report:
        return parts
    title = "With what is there, publishing gives" if "after" in report else "Publishing gives"
    parts.append(html.H3(title, className="part-title"))
    if sample := report.get("sample"):
        many = wording.count(sample["rows"], "row")
        parts.append(
            html.P(f"From the first {many}; the rest is being read.", className="part")
        )
    parts.append(html.Dl([_fact(fact) for fact in facts(report)], className="gives"))
    parts += [
        html.P(in_browser(warning["sentence"]), className="state state-warning")
        for warning in report.get("warnings", ())
    ]
    notes = [note["sentence"] for note in report.get("notes", ()) if note["code"] != JOINED]
    return [*parts, *_notes([in_browser(note) for note in notes])]


def _fact(fact: Fact) -> Component:
    beside = html.Dd(fact.beside, className="beside") if fact.beside else None
    return html.Div([html.Dt(fact.title), html.Dd(fact.value), beside], className="fact")


def _notes(sentences: Sequence[str]) -> list[Component]:
    first_notes = [html.Li(sentence) for sentence in sentences[:SHOWN_NOTES]]
    folded_notes = [html.Li(sentence) for sentence in sentences[SHOWN_NOTES:]]
    parts: list[Component] = []
    if first_notes:
        parts.append(html.Ul(first_notes, className="plain-notes"))
    if folded_notes:
        more = html.Summary(wording.count(len(folded_notes), "more note"), className="quiet")
        parts.append(html.Details([more, html.Ul(folded_notes, className="plain-notes")]))
    return parts


def waiting_part() -> list[Component]:
    """Keep the place of what a check will say."""
    return [html.Div(className="skeleton wait-line", **aria(hidden="true")) for _ in range(3)]
