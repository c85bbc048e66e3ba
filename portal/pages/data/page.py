"""Data: bring a file in, see what is in it, refresh and publish, look after the data sets."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import ALL, Input, Output, State, ctx, dcc, html, no_update, set_props
from dash.development.base_component import Component

from db.errors import DatabaseError, NotPublished
from db.workspace import datasets as changing
from db.workspace import jobs, uploads
from db.workspace.jobs import Job
from db.workspace.uploads import Upload
from portal.kit.attributes import aria
from portal.kit.cards import grid
from portal.kit.choices import choice
from portal.kit.evidence import download_link
from portal.kit.following import NOW, REVISION
from portal.kit.job_progress import job_log, job_panel, past_jobs
from portal.kit.page import Page
from portal.kit.states import empty_state, error_state, text_card
from portal.kit.uploads import upload_control
from portal.pages.data import inspection as shown
from portal.reading import datasets
from portal.reading import jobs as work
from portal.reading.filters import URL, Filters, to_query, upload_from
from portal.reading.published import connected, here
from portal.words import wording

LIST = "data-list"
NAME = "data-name"
KNOWN = "data-known"
AS_OF = "data-as-of"
LIMIT = "data-limit"
APPEND = "data-append"
FORM = "data-form"
FILE = "data-file"
CHECKED = "data-checked"
SHOWN = "data-shown"
DECISION = "data-decision"
AGAIN = "data-again"
PUBLISH = "data-publish"
DISCARD = "data-discard"
ANSWER = "data-answer"
PANEL = "data-job-card"
JOB = "data-job"
LOG = "data-log"
CANCEL = "data-cancel"
PAST = "data-past"
WHICH = "data-which"
NEW_NAME = "data-new-name"
RENAME = "data-rename"
DELETE = "data-delete"
CONFIRMATION = "data-confirmation"
CONFIRM = "data-confirm"
FOR_GOOD = "data-for-good"
KEEP = "data-keep"
CHANGED = "data-changed"

FIELD = "data-field"
FORMS = ("auto", "order-lines", "marketing", "behaviour", "market-activity")
COLUMNS = ("Data set", "Form", "Rows kept", "Customers", "As of", "Published", "Download")
NUMERIC = frozenset({"Rows kept", "Customers"})

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
            dcc.Store(id=SHOWN),
            grid(
                text_card("Data sets", html.Div(id=LIST, className="keep-2"), columns=12),
                _bring(),
                _change(),
            ),
            html.Section(
                [
                    html.H2("The file", className="section-title"),
                    html.Div(id=FILE),
                    _decision(),
                    _job(),
                    html.Div(id=CHECKED, className="checked"),
                ],
                className="section",
                **aria(label="The file"),
            ),
            grid(text_card("What was done", html.Div(id=PAST), columns=12)),
        ],
        className="data-page",
    )


@PAGE.callback(
    Output(LIST, "children"),
    Output(KNOWN, "children"),
    Output(WHICH, "options"),
    Output(PAST, "children"),
    Output(LIMIT, "children"),
    Input(REVISION, "data"),
)
def show_datasets(_revision: str | None) -> tuple[Any, ...]:
    """List the data sets and what was done."""
    every, done = _everything()
    names = [str(name) for name in every["name"]] if len(every) else []
    return (
        dataset_table(every),
        [html.Option(value=name) for name in names],
        [{"label": name, "value": name} for name in names],
        past_jobs(done)
        if done
        else empty_state("Nothing yet.", "Checks and refreshes from this page appear here."),
        f"Up to {wording.size(here().settings.upload_bytes)}, as CSV (also gzipped), Excel,"
        " ZIP, Parquet or SQLite. Nothing changes before you publish.",
    )


@PAGE.callback(
    Output(FILE, "children"),
    Output(CHECKED, "children"),
    Output(DECISION, "hidden"),
    Output(SHOWN, "data"),
    Output(NAME, "value"),
    Output(PUBLISH, "disabled"),
    Input(URL, "search"),
    Input(REVISION, "data"),
    State(SHOWN, "data"),
)
def show_check(
    search: str | None, _revision: str | None, before: dict[str, Any] | None
) -> tuple[Any, ...]:
    """Show what the check of the upload in the address found."""
    upload, check = _looked_at(upload_from(search))
    seen = _signature(upload, check)
    if seen == before:
        return (no_update,) * 6
    if upload is None:
        missing = empty_state(
            "No file is being looked at.", "Choose one above; its check appears here."
        )
        return missing, None, True, seen, no_update, True
    file, report = _file(upload, check), _report(check) if upload.is_here else None
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
    Output(PANEL, "hidden"),
    Output(JOB, "children"),
    Output(LOG, "children"),
    Output(CANCEL, "hidden"),
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
    Output(ANSWER, "children"),
    Input(PUBLISH, "n_clicks"),
    Input(AGAIN, "n_clicks"),
    Input(DISCARD, "n_clicks"),
    State(URL, "search"),
    State(NAME, "value"),
    State(APPEND, "value"),
    State(AS_OF, "value"),
    State(FORM, "value"),
    State({"type": FIELD, "place": ALL}, "value"),
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
    upload, check = _looked_at(upload_from(search))
    if upload is None or not upload.is_here:
        return error_state("The file is no longer here; bring it in again.")
    if ctx.triggered_id == DISCARD:
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
    kind = "refresh" if ctx.triggered_id == PUBLISH else "check"
    work.start(kind, dataset=name, upload_id=upload.upload_id, request=asked | mapping)
    return "The refresh has begun." if kind == "refresh" else "The file is being checked."


@PAGE.callback(
    Output(CANCEL, "disabled"),
    Input(CANCEL, "n_clicks"),
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
    Output(CHANGED, "children"),
    Output(CONFIRMATION, "hidden"),
    Output(CONFIRM, "children"),
    Input(RENAME, "n_clicks"),
    Input(DELETE, "n_clicks"),
    Input(FOR_GOOD, "n_clicks"),
    Input(KEEP, "n_clicks"),
    State(WHICH, "value"),
    State(NEW_NAME, "value"),
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
    if pressed == KEEP:
        return "Nothing was deleted.", True, no_update
    if not which:
        return error_state("Choose a data set first."), True, no_update
    if pressed == RENAME:
        return _renamed(which, (new_name or "").strip()), True, no_update
    if pressed == DELETE:
        return "", False, _confirmation(which)
    work.start("delete", dataset=which)
    return f"“{which}” is being deleted.", True, no_update


def dataset_table(every: pd.DataFrame) -> Component:
    """List the data sets with their downloads."""
    if every.empty:
        return empty_state("There is no data set yet.", "Bring a file in below.")
    head = html.Tr(
        [
            html.Th(name, className="number" if name in NUMERIC else "", scope="col")
            for name in COLUMNS
        ]
    )
    values = every.astype(object).where(every.notna(), None)
    body = [html.Tr(_dataset_cells(row)) for row in values.to_dict("records")]
    return html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="plain-table wide"),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **aria(label="Data sets"),
    )


def check_cards(report: dict[str, Any]) -> Component:
    """Show what a check found, the columns first."""
    names = [{"type": FIELD, "place": place} for place in range(len(report["columns"]))]
    cards = [
        text_card("Which column is what", shown.mapping_table(report, names), columns=12),
        text_card("First rows", shown.first_rows(report), columns=12),
    ]
    if "findings" in report:
        cards.append(text_card("Rows by cleaning rule", shown.findings(report), columns=7))
    if "gaps" in report:
        cards.append(text_card("Missing by column", shown.gaps(report), columns=5))
        wide = 5 if report.get("drift") else 12
        cards.append(text_card("Schema checks", shown.checks(report), columns=wide))
    if report.get("drift"):
        cards.append(
            text_card("Compared with what is published", shown.drift(report), columns=7)
        )
    return grid(*cards)


def _bring() -> Component:
    return text_card(
        "Bring a file in",
        html.Div(
            [
                html.Div(
                    [
                        _labelled(
                            "Data set, new or existing",
                            dbc.Input(
                                id=NAME,
                                type="text",
                                list=KNOWN,
                                maxlength=100,
                                size="sm",
                                placeholder="named after the file",
                            ),
                            NAME,
                        ),
                        html.Datalist(id=KNOWN),
                        _labelled(
                            "Look at it as of (optional)",
                            dbc.Input(id=AS_OF, type="date", size="sm"),
                            AS_OF,
                        ),
                    ],
                    className="form-row",
                ),
                dbc.Checkbox(
                    id=APPEND,
                    value=False,
                    label="Append: a newer file replaces whole invoices or customers",
                ),
                upload_control("data"),
                html.P(id=LIMIT, className="quiet"),
            ],
            className="card-text",
        ),
        columns=7,
    )


def _change() -> Component:
    return text_card(
        "Rename or delete a data set",
        html.Div(
            [
                choice(WHICH, "Data set", [], show_label=True),
                _labelled(
                    "New name",
                    dbc.Input(id=NEW_NAME, type="text", maxlength=100, size="sm"),
                    NEW_NAME,
                ),
                html.Div(
                    [_button(RENAME, "Rename"), _button(DELETE, "Delete …")],
                    className="button-row",
                ),
                html.Div(
                    [
                        html.P(id=CONFIRM),
                        html.Div(
                            [
                                _button(FOR_GOOD, "Delete for good", "button danger"),
                                _button(KEEP, "Keep it"),
                            ],
                            className="button-row",
                        ),
                    ],
                    id=CONFIRMATION,
                    hidden=True,
                ),
                html.Div(id=CHANGED, role="status"),
            ],
            className="card-text form-stack",
        ),
        columns=5,
    )


def _decision() -> Component:
    return html.Div(
        [
            choice(
                FORM,
                "Form",
                [{"label": form, "value": form} for form in FORMS],
                "auto",
                show_label=True,
            ),
            _button(AGAIN, "Check again"),
            _button(PUBLISH, "Refresh and publish", "button primary"),
            _button(DISCARD, "Throw the file away"),
            html.Div(id=ANSWER, role="status"),
        ],
        id=DECISION,
        className="button-row decision",
        hidden=True,
    )


def _job() -> Component:
    return html.Section(
        [
            html.Header(
                [
                    html.H3("What goes on", className="card-title"),
                    _button(CANCEL, "Cancel"),
                ],
                className="card-head",
            ),
            html.Div(id=JOB, className="card-text"),
            html.Details(
                [html.Summary("Log"), html.Div(id=LOG)], className="card-text job-details"
            ),
        ],
        id=PANEL,
        className="card section",
        hidden=True,
    )


def _everything() -> tuple[pd.DataFrame, list[Job]]:
    try:
        with work.looking() as connection:
            done = jobs.recent(connection) if connection is not None else []
        with connected() as connection:
            return datasets.every(connection), done
    except NotPublished:
        return pd.DataFrame({"name": []}), []


def _looked_at(upload_id: int | None) -> tuple[Upload | None, Job | None]:
    if upload_id is None:
        return None, None
    try:
        with work.looking() as connection:
            if connection is None:
                return None, None
            upload = uploads.one(connection, upload_id)
            return upload, jobs.latest(connection, upload_id=upload_id, kind="check")
    except NotPublished:
        return None, None


def _signature(upload: Upload | None, check: Job | None) -> dict[str, Any]:
    return {
        "upload": upload and [upload.upload_id, upload.state],
        "check": check and [check.job_id, check.state],
    }


def _report(check: Job | None) -> dict[str, Any] | None:
    return check.report if check is not None and check.state == "done" else None


def _file(upload: Upload, check: Job | None) -> list[Component]:
    """Say what has become of a file."""
    if upload.state == "published":
        query = to_query(Filters(), upload.dataset)
        return [
            html.P(
                [f"{upload.name} is published. ", html.A("Open the overview", href=f"/{query}")]
            )
        ]
    if upload.state != "received":
        return [error_state(upload.message or f"{upload.name} is no longer here.")]
    report = _report(check)
    if report is not None:
        return shown.summary(report)
    if check is not None and not check.is_active:
        return [error_state(check.message or "The check has ended.", "Press “Check again”.")]
    return [html.P(f"{upload.name} is being checked …", className="quiet")]


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


def _dataset_cells(row: Mapping[Any, Any]) -> list[Component]:
    query = to_query(Filters(), row["name"])
    name = html.Th(
        html.A(row["name"], href=f"/{query}") if row["run_id"] else row["name"], scope="row"
    )
    if not row["run_id"]:
        return [name, html.Td("nothing published", colSpan=len(COLUMNS) - 1, className="quiet")]
    return [
        name,
        html.Td(row["form"]),
        html.Td(wording.number(row["rows_kept"]), className="number"),
        html.Td(wording.number(row["customers"]), className="number"),
        html.Td(
            wording.date(None if pd.isna(row["as_of"]) else _moment(row["as_of"]).date()),
            className="nowrap",
        ),
        html.Td(wording.moment(_moment(row["published_at"])), className="nowrap"),
        html.Td(
            html.Div(
                [
                    download_link("/export/processed.csv", query, "CSV"),
                    download_link("/export/bi.csv", query, "BI file"),
                ],
                className="button-row tight",
            )
        ),
    ]


def _moment(value: Any) -> dt.datetime:
    moment: dt.datetime = pd.Timestamp(value).to_pydatetime()
    return moment


def _labelled(label: str, control: Component, name: str) -> Component:
    return html.Div(
        [html.Label(label, htmlFor=name, className="quiet"), control], className="control"
    )


def _button(name: str, label: str, style: str = "button") -> Component:
    return html.Button(label, id=name, type="button", className=style)
