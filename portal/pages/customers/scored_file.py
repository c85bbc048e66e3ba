"""A file of customers: brought in, scored, looked at, saved."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import dash_bootstrap_components as dbc
from dash import Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from db.errors import DatabaseError
from db.workspace import scored, uploads
from portal.kit.answering.following import NOW, REVISION
from portal.kit.attributes import aria
from portal.kit.cards import grid
from portal.kit.choices import choice
from portal.kit.evidence import download_link
from portal.kit.states import error_state, text_card
from portal.kit.uploads import upload_control
from portal.pages.customers import form
from portal.pages.customers import scored_files as shown
from portal.pages.customers.declared import FILE_KEPT, PAGE
from portal.pages.customers.form import labelled
from portal.reading import jobs
from portal.reading.contacting.actions import action
from portal.reading.filters import DATASET, UPLOAD, URL, upload_from
from portal.reading.published import here, published_run
from portal.scoring import files as score_files
from portal.scoring import models as scoring
from portal.scoring.models import NoModels
from portal.words import wording

FILE = "customers-file"
FILE_DAY = "customers-file-as-of"
FILE_DAY_ROW = "customers-file-as-of-row"
FILE_BODY = "customers-file-body"
FILE_LIMIT = "customers-file-limit"
FILE_STATE = "customers-file-state"
FILE_CANCEL = "customers-file-cancel"
FILE_RESULT = "customers-file-result"
FILE_SUMMARY = "customers-file-summary"
FILE_OUTCOME = "customers-file-outcome"
FILE_CHOICE = "customers-file-choice"
FILE_LINK = "customers-file-link"
FILE_SAVE = "customers-file-save"
FILE_DISCARD = "customers-file-discard"
FILE_SAID = "customers-file-said"
FILE_ROWS = "customers-file-rows"
FILE_SHOWN = "customers-file-shown"
SHOWN_ROWS = 50
MOST_SAVED = 100_000
"""Customers of one file that are saved at most."""


@PAGE.callback(
    Output(FILE_LIMIT, "children"),
    Output(FILE_DAY_ROW, "hidden"),
    Output(FILE_BODY, "hidden"),
    Input(URL, "search"),
)
def show_way_in(search: str | None) -> tuple[str, bool, bool]:
    """Say what kind of file is taken, or why none is."""
    with published_run(search) as run:
        try:
            inputs = scoring.inputs(run)
        except NoModels as error:
            return str(error), True, True
        return form.file_limit(inputs), inputs.by != "orders", False


@PAGE.callback(
    Output(FILE_STATE, "children"),
    Output(FILE_CANCEL, "hidden"),
    Output(FILE_RESULT, "hidden"),
    Output(FILE_SUMMARY, "children"),
    Output(FILE_OUTCOME, "options"),
    Output(FILE_OUTCOME, "value"),
    Output(FILE_CHOICE, "hidden"),
    Output(FILE_LINK, "children"),
    Output(FILE_SHOWN, "data"),
    Input(URL, "search"),
    Input(REVISION, "data"),
    Input(NOW, "data"),
    Input(FILE_SAID, "children"),
    State(FILE_SHOWN, "data"),
)
def show_file(
    search: str | None, _revision: str | None, _now: Any, _said: Any, before: Any
) -> tuple[Any, ...]:
    """Show how far the scoring of a file is, and once it is done what came of it."""
    looked = score_files.looked_at(upload_from(search))
    if looked is None:
        return None, True, True, None, [], None, True, None, None
    job = looked.job
    if not looked.is_scored:
        elapsed = ((job.ended_at or jobs.now()) - job.asked_at).total_seconds()
        state = shown.file_state(looked, elapsed)
        return state, not shown.still_working(job), True, None, [], None, True, None, None
    file_key = {"upload": looked.upload.upload_id, "job": job.job_id}
    if file_key == before:
        return (no_update,) * 9
    summary = score_files.summary(looked.upload)
    options = shown.outcome_options(looked)
    query = f"?{UPLOAD}={looked.upload.upload_id}"
    return (
        None,
        True,
        False,
        shown.file_summary(looked, summary),
        options,
        options[0]["value"] if options else None,
        not options,
        download_link("/export/scored-file.csv", query, "Download all as CSV"),
        file_key,
    )


@PAGE.callback(
    Output(FILE_ROWS, "children"),
    Input(FILE_SHOWN, "data"),
    Input(FILE_OUTCOME, "value"),
)
def show_file_rows(file_key: dict[str, Any] | None, outcome: str | None) -> Any:
    """Show the first customers of a scored file."""
    looked = score_files.looked_at((file_key or {}).get("upload"))
    if looked is None or not looked.is_scored:
        return None
    rows = score_files.first_rows(looked.upload, SHOWN_ROWS)
    total = int((looked.job.report or {}).get("customers", len(rows)))
    with published_run(f"?{urlencode({DATASET: looked.upload.dataset})}") as run:
        actions = {
            segment: action(run, segment) for segment in {row["segment"] for row in rows}
        }
    return shown.file_table(rows, total, outcome if rows else None, actions)


@PAGE.callback(
    Output(FILE_SAID, "children"),
    Output(FILE_KEPT, "data"),
    Input(FILE_SAVE, "n_clicks"),
    Input(FILE_DISCARD, "n_clicks"),
    State(URL, "search"),
    prevent_initial_call=True,
    running=[(Output(FILE_SAVE, "disabled"), True, False)],
)
def decide_on_file(
    save: int | None, discard: int | None, search: str | None
) -> tuple[Any, Any]:
    """Save the customers of a scored file, or throw what was said of them away."""
    if not (save or discard):  # the card was laid out, nothing was pressed
        return no_update, no_update
    looked = score_files.looked_at(upload_from(search))
    if looked is not None and looked.job.is_active:
        return error_state("The file is still being scored; wait until it is done."), no_update
    if looked is None or not looked.is_scored:
        return error_state("The file is no longer here; bring it in again."), no_update
    if ctx.triggered_id == FILE_DISCARD:
        work = here().workspace
        uploads.leave(work.engine, looked.upload, state="gone", where=work.folder)
        return "", no_update
    try:
        return _kept_file(looked), jobs.now().isoformat()
    except DatabaseError as error:
        return error_state(str(error)), no_update


@PAGE.callback(
    Output(FILE_CANCEL, "disabled"),
    Input(FILE_CANCEL, "n_clicks"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def cancel_file(_clicks: int | None, search: str | None) -> bool:
    """Ask for the end of the scoring of a file."""
    looked = score_files.looked_at(upload_from(search))
    if looked is not None and looked.job.is_active:
        jobs.cancel(looked.job.job_id)
    return False


def _kept_file(looked: score_files.Looked) -> str:
    """Save the customers of a file, and say how many."""
    people, bad = score_files.kept(looked.upload, MOST_SAVED)
    report = looked.job.report or {}
    day = report.get("as_of")
    scored.save(
        here().workspace.engine,
        people,
        dataset=looked.upload.dataset,
        scored_by_run=int(report["run"]),
        as_of=dt.date.fromisoformat(day) if day else None,
        at=jobs.now(),
    )
    sentence = (
        f"{wording.count(len(people), 'customer')} saved; earlier answers for them replaced."
    )
    if bad:
        sentence += f" {bad:,} left out, whose identifiers can't be used. {scored.ID_RULE}"
    unsaved = int(report["customers"]) - len(people) - bad
    if unsaved > 0:
        sentence += (
            f" A file's first {MOST_SAVED:,} are saved; {unsaved:,} more are in the download."
        )
    return sentence


def a_file() -> Component:
    """Lay out the tab of a file."""
    card = text_card("A file of customers", file_card(), columns=12)
    return html.Div(
        [dcc.Store(id=FILE_SHOWN), grid(card)],
        className="score-page",
    )


def file_card() -> Component:
    """Lay out the way in, the state and what came of a file."""
    return html.Div(
        [
            html.Div(
                [
                    html.Div(
                        labelled(
                            "Look at them as of (optional)",
                            dbc.Input(id=FILE_DAY, type="date", size="sm"),
                            FILE_DAY,
                        ),
                        id=FILE_DAY_ROW,
                        className="score-file-day",
                        hidden=True,
                    ),
                    upload_control(FILE, to="/api/v1/score/files", page="/customers"),
                ],
                id=FILE_BODY,
                hidden=True,
            ),
            html.P(id=FILE_LIMIT, className="quiet score-file-limit"),
            html.Div(id=FILE_STATE, **aria(live="polite")),
            html.Div(
                html.Button(
                    "Cancel", id=FILE_CANCEL, type="button", className="button", hidden=True
                ),
                className="button-row",
            ),
            html.Div(
                [
                    html.Div(id=FILE_SUMMARY),
                    html.Div(
                        [
                            html.Div(
                                choice(FILE_OUTCOME, "Reasons for", [], show_label=True),
                                id=FILE_CHOICE,
                                hidden=True,
                            ),
                            html.Div(id=FILE_LINK),
                            html.Button(
                                "Save these customers",
                                id=FILE_SAVE,
                                type="button",
                                className="button",
                            ),
                            html.Button(
                                "Throw it away",
                                id=FILE_DISCARD,
                                type="button",
                                className="button",
                            ),
                        ],
                        className="button-row score-file-actions",
                    ),
                    html.Div(id=FILE_SAID, role="status"),
                    html.Div(id=FILE_ROWS, className="score-saved"),
                ],
                id=FILE_RESULT,
                className="score-file-result",
                hidden=True,
            ),
        ],
        className="card-text form-stack",
    )
