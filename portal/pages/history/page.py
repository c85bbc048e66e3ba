"""History: what each update changed, read and found, and how long it took."""

from typing import Any
from urllib.parse import urlencode

import pandas as pd
from dash import Input, Output, State, ctx, html, no_update, set_props
from dash.development.base_component import Component

from db.errors import DatabaseError
from db.runs import publish_again
from portal.kit.answering.following import REVISION
from portal.kit.cards import grid
from portal.kit.disclosures import disclosure
from portal.kit.states import error_state, text_card
from portal.kit.tables.paging import ROWS, pager, part
from portal.kit.tabs import Tab
from portal.pages.history import again, business, figures, watched
from portal.pages.history import queries as runs
from portal.pages.history.business import CHANGED
from portal.pages.history.declared import PAGE
from portal.pages.history.parts import (
    finding_list,
    run_summary,
    run_table,
    settings_table,
    source_list,
)
from portal.pages.history.two import two_compared
from portal.reading.filters import (
    DATASET,
    PART,
    RUN,
    URL,
    Filters,
    part_from,
    run_from,
)
from portal.reading.published import PublishedRun, here, published_run

LIST = "history-list"
SUMMARY = "history-summary"
FINDINGS = "history-findings"
SETTINGS = "history-settings"
SOURCES = "history-sources"

STAGES = PAGE.chart(
    "history-stages",
    query=runs.stages,
    draw=figures.stages,
    source="stage_timing",
    measures=("cpu_seconds",),
    subject="Seconds by stage",
    columns=12,
    height=340,
    reads={"number": run_from},
)


def updates() -> Component:
    """Lay out the updates, what the chosen one changed, and the rest behind titles."""
    return html.Div(
        [
            grid(
                text_card("Updates", html.Div(id=LIST), columns=12),
                CHANGED,
            ),
            html.Div(id=SUMMARY, className="run-summary"),
            again.again_row(),
            disclosure("What it found", html.Div(id=FINDINGS), lead="rules, rows left out"),
            disclosure("What it read", html.Div(id=SOURCES), lead="sources, checksums"),
            disclosure("How long it took", grid(STAGES), lead="seconds by stage"),
            disclosure("Its settings", html.Div(id=SETTINGS), lead="each, and what changed"),
        ]
    )


TABS = PAGE.tabs(
    "history-tabs",
    Tab("updates", "Updates", updates),
    Tab("two", "Two updates compared", two_compared),
    watched.TAB,
)


@PAGE.layout
def layout() -> Component:
    """Lay out the tabs; their cards fill themselves."""
    return TABS.layout()


@PAGE.answer
def answer(run: PublishedRun, _filters: Filters) -> str:
    """Say what the update that is shown changed for the business."""
    return business.answer(run)


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
    """Show the list and the chosen update."""
    with published_run(search) as run:
        page = part(part_from(search), runs.count(run))
        some = runs.runs(run, start=page.start, rows=ROWS)
        run_id = _chosen(run, search)

        def address(number: int) -> str:
            parameters = {DATASET: run.dataset, RUN: run_id, PART: number}
            return f"/history?{urlencode(parameters)}"

        return (
            [
                run_table(some, run, run_id, page=page.number, business=_business(run, some)),
                pager(page, address, noun="update"),
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
        dataset, shown_id, chosen = run.dataset, run.run_id, _chosen(run, search)
    if ctx.triggered_id == again.PUBLISH:
        return "", False, again.question(dataset, chosen, shown_id)
    try:
        publish_again(here().workspace.engine, dataset, chosen)
    except DatabaseError as error:
        return error_state(str(error)), True, no_update
    set_props(REVISION, {"data": f"{dataset} shows {chosen}"})  # at once, not when next asked
    return f"“{dataset}” now shows update {chosen}.", True, no_update


def _business(run: PublishedRun, some: pd.DataFrame) -> dict[int, tuple[float, int | None]]:
    done = some.loc[some["status"] == "published", "run_id"]
    return business.business_rows(run, [int(run_id) for run_id in done])


def _can_be_shown(run: PublishedRun, run_id: int) -> bool:
    rows = runs.one_run(run, run_id=run_id)
    return run_id != run.run_id and bool((rows["status"] == "published").any())


def _chosen(run: PublishedRun, search: str | None) -> int:
    run_id = run_from(search)
    return run.run_id if run_id is None else run_id


def _settings_before(run: PublishedRun, run_id: int) -> dict[str, Any]:
    earlier = runs.run_before(run, run_id=run_id)
    return {} if earlier is None else runs.settings(run, run_id=earlier)
