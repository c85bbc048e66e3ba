"""Runs: when the data was refreshed, what was read, kept and found, and how long it took."""

from typing import Any
from urllib.parse import urlencode

from dash import Input, Output, html
from dash.development.base_component import Component

from portal.kit.cards import grid, stack
from portal.kit.page import Page
from portal.kit.paging import ROWS, pager, part
from portal.kit.states import text_card
from portal.pages.runs import figures
from portal.pages.runs import queries as runs
from portal.pages.runs.parts import (
    finding_list,
    run_summary,
    run_table,
    settings_table,
    source_list,
)
from portal.reading.filters import DATASET, PART, RUN, URL, part_from, run_from
from portal.reading.published import PublishedRun, published_run

LIST = "runs-list"
SUMMARY = "runs-summary"
FINDINGS = "runs-findings"
SETTINGS = "runs-settings"
SOURCES = "runs-sources"

PAGE = Page(
    path="/runs",
    name="Runs",
    title="Runs · Clientele",
    lead=(
        "Every refresh of this data set: what it read, left out and found, and what it took."
    ),
    group="Operate",
    icon="clock-history",
    order=10,
)

STAGES = PAGE.chart(
    "runs-stages",
    query=runs.stages,
    draw=figures.stages,
    source="stage_timing",
    measures=("cpu_seconds",),
    subject="Seconds by stage",
    columns=12,
    height=340,
    reads={"number": run_from},
)


@PAGE.layout
def layout() -> Component:
    """Lay out the list above what is known of the chosen run."""
    return html.Div(
        [
            text_card("All runs", html.Div(id=LIST, className="keep-2"), columns=12),
            html.Div(id=SUMMARY, className="run-summary"),
            grid(
                stack(
                    STAGES,
                    text_card("Findings", html.Div(id=FINDINGS, className="keep-6")),
                    columns=7,
                ),
                stack(
                    text_card("Sources", html.Div(id=SOURCES, className="keep-2")),
                    text_card("Settings", html.Div(id=SETTINGS, className="keep-6")),
                    columns=5,
                ),
            ),
        ]
    )


@PAGE.callback(
    Output(LIST, "children"),
    Output(SUMMARY, "children"),
    Output(SOURCES, "children"),
    Output(FINDINGS, "children"),
    Output(SETTINGS, "children"),
    Input(URL, "search"),
)
def show_run(search: str | None) -> tuple[Any, ...]:
    """Show the list and the chosen run."""
    with published_run(search) as run:
        shown = part(part_from(search), runs.count(run))
        some = runs.runs(run, start=shown.start, rows=ROWS)
        run_id = _chosen(run, search)

        def address(number: int) -> str:
            asked = {DATASET: run.dataset, RUN: run_id, PART: number}
            return f"/runs?{urlencode(asked)}"

        return (
            [
                run_table(some, run.dataset, run_id, page=shown.number),
                pager(shown, address, noun="run"),
            ],
            run_summary(runs.one_run(run, run_id=run_id), run_id, run.currency),
            source_list(runs.sources(run, run_id=run_id)),
            finding_list(runs.findings(run, run_id=run_id), run.currency),
            settings_table(runs.settings(run, run_id=run_id), _settings_before(run, run_id)),
        )


def _chosen(run: PublishedRun, search: str | None) -> int:
    asked = run_from(search)
    return run.run_id if asked is None else asked


def _settings_before(run: PublishedRun, run_id: int) -> dict[str, Any]:
    earlier = runs.run_before(run, run_id=run_id)
    return {} if earlier is None else runs.settings(run, run_id=earlier)
