"""Data: bring a file in, see what is in it, refresh and publish, look after the data sets."""

from typing import Any

from dash import ALL, Input, Output, State, ctx, dcc, html, no_update, set_props
from dash.development.base_component import Component

from db.errors import DatabaseError
from db.workspace import datasets as changing
from db.workspace import jobs, uploads
from portal.kit.attributes import aria
from portal.kit.cards import grid
from portal.kit.following import NOW, REVISION
from portal.kit.job_progress import job_log, job_panel, past_jobs
from portal.kit.page import Page
from portal.kit.states import empty_state, error_state, text_card
from portal.pages.data import controls
from portal.pages.data.dataset_table import dataset_page
from portal.pages.data.inspection import check_cards
from portal.pages.data.uploaded import everything, file_state, looked_at, report_of, signature
from portal.reading import jobs as work
from portal.reading.filters import URL, part_from, upload_from
from portal.reading.published import here
from portal.words import wording

PAGE = Page(
    path="/data",
    name="Data",
    title="Data · Clientele",
    lead="Bring a file in, see what is in it before anything changes, then publish it.",
    group="Operate",
    icon="database-add",
    order=20,
    needs_data=False,
)


@PAGE.layout
def layout() -> Component:
    """Lay out what there is, the way in, the check, the job and what was done before."""
    return html.Div(
        [
            dcc.Store(id=controls.SHOWN),
            grid(
                text_card(
                    "Data sets", html.Div(id=controls.LIST, className="keep-2"), columns=12
                ),
                controls.bring_card(),
                controls.change_card(),
            ),
            html.Section(
                [
                    html.H2("The file", className="section-title"),
                    html.Div(id=controls.FILE),
                    controls.decision_row(),
                    controls.job_panel_card(),
                    html.Div(id=controls.CHECKED, className="checked"),
                ],
                className="section",
                **aria(label="The file"),
            ),
            grid(text_card("What was done", html.Div(id=controls.PAST), columns=12)),
        ],
        className="data-page",
    )


@PAGE.callback(
    Output(controls.LIST, "children"),
    Output(controls.KNOWN, "children"),
    Output(controls.WHICH, "options"),
    Output(controls.PAST, "children"),
    Output(controls.LIMIT, "children"),
    Input(REVISION, "data"),
    Input(URL, "search"),
)
def show_datasets(_revision: str | None, search: str | None) -> tuple[Any, ...]:
    """List the data sets of a page and what was done."""
    every, done = everything()
    names = [str(name) for name in every["name"]] if len(every) else []
    return (
        dataset_page(every, part_from(search)),
        [html.Option(value=name) for name in names],
        [{"label": name, "value": name} for name in names],
        past_jobs(done)
        if done
        else empty_state("Nothing yet.", "Checks and refreshes from this page appear here."),
        f"Up to {wording.size(here().settings.upload_bytes)}, as CSV (also gzipped), Excel,"
        " ZIP, Parquet or SQLite. Nothing changes before you publish.",
    )


@PAGE.callback(
    Output(controls.FILE, "children"),
    Output(controls.CHECKED, "children"),
    Output(controls.DECISION, "hidden"),
    Output(controls.SHOWN, "data"),
    Output(controls.NAME, "value"),
    Output(controls.PUBLISH, "disabled"),
    Input(URL, "search"),
    Input(REVISION, "data"),
    State(controls.SHOWN, "data"),
)
def show_check(
    search: str | None, _revision: str | None, before: dict[str, Any] | None
) -> tuple[Any, ...]:
    """Show what the check of the upload in the address found."""
    upload, check = looked_at(upload_from(search))
    seen = signature(upload, check)
    if seen == before:
        return (no_update,) * 6
    if upload is None:
        missing = empty_state(
            "No file is being looked at.", "Choose one above; its check appears here."
        )
        return missing, None, True, seen, no_update, True
    file, report = file_state(upload, check), report_of(check) if upload.is_here else None
    blocked = report is None or report["refusal"] is not None
    return (
        file,
        check_cards(report) if report else None,
        not upload.is_here,
        seen,
        upload.dataset,
        blocked,
    )


@PAGE.callback(
    Output(controls.PANEL, "hidden"),
    Output(controls.JOB, "children"),
    Output(controls.LOG, "children"),
    Output(controls.CANCEL, "hidden"),
    Input(NOW, "data"),
    prevent_initial_call=True,
)
def show_job(now: dict[str, Any] | None) -> tuple[Any, ...]:
    """Show how far the job is that goes on."""
    followed = (now or {}).get("followed")
    if followed is None:
        return (no_update,) * 4
    with work.looking() as connection:
        job = jobs.one(connection, int(followed)) if connection is not None else None
    if job is None:
        return True, None, None, True
    elapsed = ((job.ended_at or work.now()) - job.asked_at).total_seconds()
    return False, job_panel(job, elapsed), job_log(job), not job.is_active


@PAGE.callback(
    Output(controls.ANSWER, "children"),
    Input(controls.PUBLISH, "n_clicks"),
    Input(controls.AGAIN, "n_clicks"),
    Input(controls.DISCARD, "n_clicks"),
    State(URL, "search"),
    State(controls.NAME, "value"),
    State(controls.APPEND, "value"),
    State(controls.AS_OF, "value"),
    State(controls.FORM, "value"),
    State({"type": controls.FIELD, "place": ALL}, "value"),
    prevent_initial_call=True,
)
def decide(  # noqa: PLR0917 - what the form holds
    _publish: int | None,
    _again: int | None,
    _discard: int | None,
    search: str | None,
    name: str | None,
    append: bool | None,  # noqa: FBT001 - the value of a checkbox
    as_of: str | None,
    form: str | None,
    fields: list[str | None],
) -> Any:
    """Check the file again, refresh from it, or throw it away."""
    upload, check = looked_at(upload_from(search))
    if upload is None or not upload.is_here:
        return error_state("The file is no longer here; bring it in again.")
    if ctx.triggered_id == controls.DISCARD:
        uploads.leave(
            here().workspace.engine, upload, state="gone", where=here().workspace.folder
        )
        return "The file is deleted."
    name = (name or "").strip()
    if not changing.is_name(name):
        return error_state("A data set's name must have 1 to 100 printable characters.")
    report = check.report if check else None
    mapping, problem = _mapping(report, fields)
    if problem:
        return error_state(problem)
    asked = {"form": form or "auto", "as_of": as_of or None, "append": bool(append)}
    kind = "refresh" if ctx.triggered_id == controls.PUBLISH else "check"
    work.start(kind, dataset=name, upload_id=upload.upload_id, request=asked | mapping)
    return "The refresh has begun." if kind == "refresh" else "The file is being checked."


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
        return _renamed(which, (new_name or "").strip()), True, no_update
    if pressed == controls.DELETE:
        return "", False, _confirmation(which)
    work.start("delete", dataset=which)
    return f"“{which}” is being deleted.", True, no_update


def _mapping(
    report: dict[str, Any] | None, fields: list[str | None]
) -> tuple[dict[str, Any], str | None]:
    """Give the column of each field that was chosen, or what is wrong with the choice."""
    if report is None or len(fields) != len(report["columns"]):
        return {}, None
    chosen: dict[str, str] = {}
    for column, field in zip(report["columns"], fields, strict=True):
        if field and field in chosen:
            return (
                {},
                f"Two columns are chosen for {field}: {chosen[field]} and {column['name']}.",
            )
        if field:
            chosen[field] = column["name"]
    return {"mapping": chosen}, None


def _renamed(old: str, new: str) -> Any:
    if not changing.is_name(new):
        return error_state("The new name must have 1 to 100 printable characters.")
    try:
        changing.rename(here().workspace.engine, old, new)
    except DatabaseError as error:
        return error_state(str(error))
    set_props(REVISION, {"data": f"{old} is now {new}"})  # at once, not when next asked
    return f"“{old}” is now “{new}”."


def _confirmation(which: str) -> str:
    return f"Delete “{which}” with its records, runs and results? This can't be undone."
