"""What is shown of runs: the list of them, and sources, findings and settings of one."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlencode

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.evidence import frame_table
from portal.kit.states import empty_state
from portal.reading.filters import DATASET, PART, RUN
from portal.reading.published import PublishedRun
from portal.words import wording

STATUS = {
    "published": ("check-circle", "good"),
    "running": ("arrow-repeat", "even"),
    "failed": ("x-circle", "bad"),
    "interrupted": ("slash-circle", "bad"),
    "lost": ("question-circle", "bad"),
}
COLUMNS = (
    "Update", "Status", "As of", "Customers", "Revenue", "Moved segment", "Started",
)  # fmt: skip
LEFT = frozenset({"Update", "Status", "As of", "Started"})
Business = Mapping[int, tuple[float, int | None]]
"""By update: revenue, and how many customers moved segment since the one before."""


def run_table(
    some: pd.DataFrame, run: PublishedRun, run_id: int, *, page: int, business: Business
) -> Component:
    """List the updates of a page, each with a link that chooses it."""
    head = html.Tr(
        [
            html.Th(name, className="" if name in LEFT else "number", scope="col")
            for name in COLUMNS
        ]
    )
    body = [
        html.Tr(
            [
                html.Th(_run_link(row, run.dataset, page), scope="row"),
                *_run_cells(row, business, run.currency),
            ],
            className="chosen" if row["run_id"] == run_id else "",
        )
        for row in _records(some)
    ]
    return html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="plain-table wide"),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **aria(label="All updates of this data set"),
    )


def run_summary(rows: pd.DataFrame, run_id: int, currency: str) -> list[Component]:
    """Say in a line what the chosen run is."""
    records = _records(rows)
    if not records:
        return [
            empty_state(f"There is no update {run_id} of this data set.", "Choose one above.")
        ]
    row = records[0]
    parts = [
        html.H2(f"Update {run_id}", className="section-title"),
        _status(str(row["status"]), is_shown=bool(row["is_published"])),
        html.Span(f"{wording.number(row['rows_read'])} rows read"),
        html.Span(f"{wording.number(row['rows_kept'])} kept"),
        html.Span(f"took {wording.seconds(row['seconds'])}"),
        html.Span(f"seed {row['seed']}"),
        html.Span(f"version {row['version']}"),
        html.Span(str(row["form"])),
        html.Span(currency),
        html.Span(f"published {wording.moment(_moment(row['published_at']))}")
        if row["published_at"]
        else None,
    ]
    line = html.Div([part for part in parts if part is not None], className="facts-line")
    if not row["message"]:
        return [line]
    return [line, html.P(str(row["message"]), className="state state-error", role="note")]


def source_list(sources: pd.DataFrame) -> Component:
    """List what a run read."""
    if sources.empty:
        return empty_state("Nothing is kept of its sources.", "Runs that failed keep none.")
    return html.Ul(
        [
            html.Li(
                [
                    html.Div(html.Strong(row["name"])),
                    html.Div(
                        [
                            html.Span(
                                f"{wording.count(row['rows_read'], 'row')}, {row['form']}"
                            ),
                            html.Code(
                                f"sha256 {str(row['checksum'])[:16]}…",
                                title=f"sha256 {row['checksum']}",
                            ),
                        ],
                        className="facts-line",
                    ),
                ]
            )
            for row in _records(sources)
        ],
        className="plain-list",
    )


def finding_list(findings: pd.DataFrame, currency: str) -> Component:
    """List what a run found, in the order of its rules, examples on demand."""
    if findings.empty:
        return empty_state("Nothing was found.", "Runs that failed keep no findings.")
    return html.Ul(
        [html.Li(_finding(row, currency)) for row in _records(findings)],
        className="plain-list findings",
    )


def settings_table(settings: Mapping[str, Any], before: Mapping[str, Any]) -> Component:
    """List every setting, those marked that the run before had otherwise."""
    earlier = dict(_flat(before))
    rows = [
        html.Tr(
            [
                html.Th(html.Code(name), scope="row"),
                html.Td(
                    [
                        html.Span(text),
                        html.Span(f" was {earlier[name]}", className="changed")
                        if name in earlier and earlier[name] != text
                        else None,
                    ]
                ),
            ]
        )
        for name, text in _flat(settings)
    ]
    if not rows:
        return empty_state("No settings are kept.", "The run has left none.")
    return html.Div(
        html.Table(html.Tbody(rows), className="plain-table wide settings"),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **aria(label="Settings of the run"),
    )


def _run_link(row: Mapping[str, Any], dataset: str, page: int) -> Component:
    parameters = [(DATASET, dataset), (RUN, row["run_id"])]
    query = urlencode([*parameters, (PART, page)] if page > 1 else parameters)
    return dcc.Link(f"Update {row['run_id']}", href=f"?{query}")


def _run_cells(row: Mapping[str, Any], business: Business, currency: str) -> list[Component]:
    revenue, moved = business.get(int(row["run_id"]), (None, None))
    return [
        html.Td(_status(str(row["status"]), is_shown=bool(row["is_published"]))),
        html.Td(wording.date(_day(row["as_of"])), className="nowrap"),
        html.Td(wording.number(row["customers"]), className="number"),
        html.Td(wording.money_short(revenue, currency), className="number"),
        html.Td(wording.number(moved), className="number"),
        html.Td(wording.moment(_moment(row["started_at"])), className="nowrap"),
    ]


def _status(status: str, *, is_shown: bool) -> Component:
    icon, tone = STATUS.get(status, ("dot", "even"))
    label = "shown now" if is_shown else status
    return html.Span(
        [html.I(className=f"bi bi-{icon}", **aria(hidden="true")), label],
        className=f"status tone-{tone}",
    )


def _finding(row: Mapping[str, Any], currency: str) -> Component:
    amount = wording.money(row["amount"], currency) if row["amount"] else ""
    examples = json.loads(row["examples"] or "[]")
    return html.Details(
        [
            html.Summary(
                [
                    html.I(className="bi bi-chevron-right", **aria(hidden="true")),
                    html.Span(
                        row["title"],
                        className="finding-title" + ("" if row["rows"] else " quiet"),
                    ),
                    html.Span(_rows_said(row), className="finding-rows"),
                ]
            ),
            html.P([row["explanation"], f" {amount} on these rows." if amount else ""]),
            frame_table(pd.DataFrame(examples), label=f"Examples: {row['title']}")
            if examples
            else None,
        ]
    )


def _rows_said(row: Mapping[str, Any]) -> str:
    return wording.count(row["rows"], "row") + (" left out" if row["removes"] else "")


def _flat(settings: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", _said(value)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(member) for member in value) or "none"
    return str(value)


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Give rows as plain values, None where nothing is known."""
    values = rows.astype(object)
    return cast(list[dict[str, Any]], values.where(values.notna(), None).to_dict("records"))


def _moment(value: Any) -> Any:
    return pd.Timestamp(value).to_pydatetime() if value else None


def _day(value: Any) -> Any:
    return pd.Timestamp(value).date() if value else None
