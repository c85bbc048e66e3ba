"""Data: bring files in, see what is in them, publish, look after the data sets."""

from typing import Any

from dash import (
    ALL,
    ClientsideFunction,
    Input,
    Output,
    State,
    ctx,
    dcc,
    html,
    no_update,
    set_props,
)
from dash.development.base_component import Component
from flask import has_app_context

from db.workspace import datasets as changing
from db.workspace import jobs, uploads
from portal.kit.answering.following import NOW, REVISION
from portal.kit.job_progress import job_log, job_panel
from portal.kit.made_up_data import follow_loading
from portal.kit.page import Page
from portal.kit.states import error_state
from portal.pages.data import controls
from portal.pages.data.choices import target_of
from portal.pages.data.listed import listed_data_sets
from portal.pages.data.renaming import confirmation, renamed
from portal.pages.data.rendering import OUTPUTS, rendered
from portal.pages.data.steering import (
    Chosen,
    asked_again,
    awaits,
    button_said,
    replace_question,
    standing,
)
from portal.pages.data.uploaded import alike, data_sets, looked_at
from portal.reading import jobs as work
from portal.reading.filters import URL, part_from, upload_from
from portal.reading.published import here
from portal.words import wording

PAGE = Page(
    path="/data",
    name="Data",
    title="Data · Clientele",
    lead="Bring files in, see what they give before anything changes, then publish.",
    group="Data",
    icon="database-add",
    order=10,
    needs_data=False,
)
CHOICES = (
    (controls.FORM, "value"),
    (controls.LAYOUT, "value"),
    (controls.CURRENCY, "value"),
    (controls.DAY, "value"),
    ({"type": controls.TABLE, "place": ALL}, "value"),
    ({"type": controls.FIELD, "place": ALL}, "value"),
    (controls.TARGET, "value"),
    (controls.NAME, "value"),
)


@PAGE.layout
def layout() -> Component:
    """Lay out what there is, the way in, the file, the job; the rest is folded.

    While the portal is built nothing is known of its settings yet.
    """
    most = here().settings.upload_bytes if has_app_context() else None
    return html.Div(
        [
            dcc.Store(id=controls.SHOWN),
            html.Section(
                [
                    html.Header(
                        html.H2(id=controls.SUMMARY, className="card-title"),
                        className="card-head",
                    ),
                    html.Div(id=controls.LIST, className="keep-2"),
                ],
                className="card",
            ),
            controls.bring_card(
                "One file, or several that belong together: CSV (also gzipped), Excel, ZIP,"
                f" Parquet or SQLite, up to {wording.size(most)}."
                " Nothing changes before you publish."
            ),
            controls.file_panel(),
            controls.job_panel_card(),
            controls.made_up_part(),
            controls.change_part(),
            controls.past_part(),
        ],
        className="data-page",
    )


@PAGE.callback(
    Output(controls.SUMMARY, "children"),
    Output(controls.LIST, "children"),
    Output(controls.WHICH, "options"),
    Output(controls.PAST, "children"),
    Input(REVISION, "data"),
    Input(URL, "search"),
)
def show_datasets(_revision: str | None, search: str | None) -> tuple[Any, ...]:
    """List the data sets of a page and what was done."""
    return listed_data_sets(part_from(search))


@PAGE.callback(
    *OUTPUTS,
    Input(URL, "search"),
    Input(REVISION, "data"),
    Input(NOW, "data"),
    State(controls.SHOWN, "data"),
    State(controls.TARGET, "value"),
    State(controls.NAME, "value"),
)
def show_file(
    search: str | None,
    _revision: str | None,
    _now: dict[str, Any] | None,
    before: dict[str, Any] | None,
    target: str | None,
    typed: str | None,
) -> Any:
    """Show what the check of the upload in the address found."""
    looked = looked_at(upload_from(search))
    return rendered(looked, before or {}, target, data_sets(), typed)


@PAGE.callback(
    Output(controls.STANDING, "children"),
    Output(controls.PUBLISH, "disabled"),
    Output(controls.PUBLISH, "children"),
    Output(controls.NAME_PLACE, "hidden"),
    Output(controls.FIGURES, "className"),
    Input(controls.SHOWN, "data"),
    *(Input(*place) for place in CHOICES),
    State(URL, "search"),
    State({"type": controls.FIELD, "place": ALL}, "id"),
)
def steer(page_state: dict[str, Any] | None, *values: Any) -> tuple[Any, ...]:
    """Look again where something else was chosen; say whether the figures belong to it."""
    *chosen, search, places = values
    looked = looked_at(upload_from(search))
    choices = Chosen.read(chosen, places)
    target = target_of(choices.target, choices.name, alike(choices.name))
    if looked is None or not looked.upload.is_here or not page_state:
        return "", True, "Publish", False, "figures"
    problem = asked_again(looked, page_state, choices, target)
    if problem is None:
        set_props(REVISION, {"data": f"looks again at {looked.upload.upload_id}"})
        looked = looked_at(looked.upload.upload_id) or looked
    sentence, ready = standing(looked, page_state, choices, target)
    sentence = problem or sentence
    return (
        sentence,
        not ready or bool(problem),
        button_said(target),
        choices.target != "new",
        "figures stale" if awaits(looked, page_state, choices, target) else "figures",
    )


PAGE.clientside_callback(
    ClientsideFunction("data", "wait_for_figures"),
    Output(controls.PUBLISH, "disabled", allow_duplicate=True),
    *(Input(*place) for place in CHOICES),
    prevent_initial_call=True,
)
"""At once, as `steer` answers a moment later."""


@PAGE.callback(
    Output(controls.PANEL, "hidden"),
    Output(controls.JOB, "children"),
    Output(controls.LOG, "children"),
    Output(controls.CANCEL, "hidden"),
    Input(NOW, "data"),
    prevent_initial_call=True,
)
def show_job(now: dict[str, Any] | None) -> tuple[Any, ...]:
    """Show how far the job is that goes on; how a check is going is said by the file."""
    followed = (now or {}).get("followed")
    if followed is None:
        return (no_update,) * 4
    with work.looking() as connection:
        job = jobs.one(connection, int(followed)) if connection is not None else None
    if job is None:
        return True, None, None, True
    if job.kind in jobs.OF_A_FILE:
        return (no_update,) * 4
    elapsed = ((job.ended_at or work.now()) - job.asked_at).total_seconds()
    return False, job_panel(job, elapsed), job_log(job), not job.is_active


@PAGE.callback(
    Output(controls.ANSWER, "children"),
    Output(controls.QUESTION, "hidden"),
    Output(controls.ASKED, "children"),
    Input(controls.PUBLISH, "n_clicks"),
    Input(controls.REPLACE, "n_clicks"),
    Input(controls.LEAVE, "n_clicks"),
    Input(controls.DISCARD, "n_clicks"),
    State(controls.SHOWN, "data"),
    *(State(*place) for place in CHOICES),
    State(URL, "search"),
    State({"type": controls.FIELD, "place": ALL}, "id"),
    prevent_initial_call=True,
)
def decide(*values: Any) -> tuple[Any, ...]:  # noqa: PLR0911 - each press ends in its own way
    """Publish the file, after a question where it replaces something, or throw it away."""
    _, _, _, _, page_state, *chosen, search, places = values
    looked, pressed = looked_at(upload_from(search)), ctx.triggered_id
    if pressed == controls.LEAVE:
        return "Nothing was replaced.", True, no_update
    if looked is None or not looked.upload.is_here:
        gone = "The file is no longer here; bring it in again."
        return error_state(gone), True, no_update
    if pressed == controls.DISCARD:
        portal = here().workspace
        uploads.leave(portal.engine, looked.upload, state="gone", where=portal.folder)
        set_props(REVISION, {"data": f"{looked.upload.upload_id} is gone"})
        return "", True, no_update
    choices = Chosen.read(chosen, places)
    target = target_of(choices.target, choices.name, alike(choices.name))
    if not changing.is_name(target.name):
        problem = "A data set's name must have 1 to 100 printable characters."
        return error_state(problem), True, no_update
    sentence, ready = standing(looked, page_state or {}, choices, target)
    if not ready or looked.check is None:
        return error_state(sentence or "The figures aren't there yet."), True, no_update
    if target.existing and not target.append and pressed != controls.REPLACE:
        question = replace_question(target.name, looked.check.report or {}, data_sets())
        return "", False, question
    request = looked.check.request | {"append": target.append}
    work.start(
        "refresh", dataset=target.name, upload_id=looked.upload.upload_id, request=request
    )
    set_props(REVISION, {"data": f"{target.name} is being published"})
    return "", True, no_update


@PAGE.callback(
    Output(controls.CANCEL, "disabled"),
    Input(controls.CANCEL, "n_clicks"),
    State(NOW, "data"),
    prevent_initial_call=True,
)
def cancel(_clicks: int | None, now: dict[str, Any] | None) -> bool:
    """Ask for the end of the job that goes on."""
    followed = (now or {}).get("followed")
    if followed is not None:
        work.cancel(int(followed))
    return False


@PAGE.callback(
    Output(controls.CHANGED, "children"),
    Output(controls.CONFIRMATION, "hidden"),
    Output(controls.CONFIRM, "children"),
    Input(controls.RENAME, "n_clicks"),
    Input(controls.DELETE, "n_clicks"),
    Input(controls.FOR_GOOD, "n_clicks"),
    Input(controls.KEEP, "n_clicks"),
    State(controls.WHICH, "value"),
    State(controls.NEW_NAME, "value"),
    prevent_initial_call=True,
)
def change(
    _rename: int | None,
    _delete: int | None,
    _for_good: int | None,
    _keep: int | None,
    which: str | None,
    new_name: str | None,
) -> tuple[Any, ...]:
    """Rename a data set, or delete it once that is confirmed."""
    pressed = ctx.triggered_id
    if pressed == controls.KEEP:
        return "Nothing was deleted.", True, no_update
    if not which:
        return error_state("Choose a data set first."), True, no_update
    if pressed == controls.RENAME:
        return renamed(which, (new_name or "").strip()), True, no_update
    if pressed == controls.DELETE:
        return "", False, confirmation(which)
    work.start("delete", dataset=which)
    return f"“{which}” is being deleted.", True, no_update


follow_loading(PAGE, controls.PREFIX)
