"""Runs: when the data was refreshed, what was read, kept and found, and how long it took."""

from typing import Any
from urllib.parse import urlencode

from dash import Input, Output, State, ctx, html, no_update, set_props
from dash.development.base_component import Component

from db.errors import DatabaseError
from db.runs import publish_again
from portal.kit.cards import grid, stack
from portal.kit.following import REVISION
from portal.kit.page import Page
from portal.kit.paging import ROWS, pager, part
from portal.kit.states import error_state, text_card
from portal.pages.runs import again, figures
from portal.pages.runs import queries as runs
from portal.pages.runs.parts import (
    finding_list,
    run_summary,
    run_table,
    settings_table,
    source_list,
)
from portal.reading.filters import DATASET, PART, RUN, URL, part_from, run_from
from portal.reading.published import PublishedRun, here, published_run

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
            again.again_row(),
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
    Input(REVISION, "data"),
)
def show_run(search: str | None, _revision: str | None = None) -> tuple[Any, ...]:
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


@PAGE.callback(Output(again.ROW, "hidden"), Input(URL, "search"), Input(REVISION, "data"))
def offer(search: str | None, _revision: str | None) -> bool:
    """Hide the button where the chosen run is shown already, or can't be."""
    with published_run(search) as run:
        return not _can_be_shown(run, _chosen(run, search))


@PAGE.callback(
    Output(again.ANSWER, "children"),
    Output(again.CONFIRMATION, "hidden"),
    Output(again.QUESTION, "children"),
    Input(again.PUBLISH, "n_clicks"),
    Input(again.YES, "n_clicks"),
    Input(again.NO, "n_clicks"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def publish(
    _publish: int | None, _yes: int | None, _no: int | None, search: str | None
) -> tuple[Any, ...]:
    """Publish the chosen run again, once that is confirmed."""
    if ctx.triggered_id == again.NO:
        return "Nothing has changed.", True, no_update
    with published_run(search) as run:
        dataset, shown, chosen = run.dataset, run.run_id, _chosen(run, search)
    if ctx.triggered_id == again.PUBLISH:
        return "", False, again.question(dataset, chosen, shown)
    try:
        publish_again(here().workspace.engine, dataset, chosen)
    except DatabaseError as error:
        return error_state(str(error)), True, no_update
    set_props(REVISION, {"data": f"{dataset} shows {chosen}"})  # at once, not when next asked
    return f"“{dataset}” now shows run {chosen}.", True, no_update


def _can_be_shown(run: PublishedRun, run_id: int) -> bool:
    one = runs.one_run(run, run_id=run_id)
    return run_id != run.run_id and bool((one["status"] == "published").any())


def _chosen(run: PublishedRun, search: str | None) -> int:
    asked = run_from(search)
    return run.run_id if asked is None else asked


def _settings_before(run: PublishedRun, run_id: int) -> dict[str, Any]:
    earlier = runs.run_before(run, run_id=run_id)
    return {} if earlier is None else runs.settings(run, run_id=earlier)
