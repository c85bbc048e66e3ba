"""Score: enter a customer, see segment and probabilities with reasons, keep the answer."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import ALL, Input, Output, Patch, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from db.errors import DatabaseError
from db.workspace import scored, uploads
from db.workspace.scored import LONGEST_ID, Answered
from portal.kit.attributes import aria
from portal.kit.cards import grid
from portal.kit.choices import choice
from portal.kit.evidence import download_link
from portal.kit.following import NOW, REVISION
from portal.kit.page import Page
from portal.kit.states import empty_state, error_state, text_card
from portal.kit.uploads import upload_control
from portal.pages.score import scored_files as shown
from portal.reading import jobs
from portal.reading.filters import UPLOAD, URL, upload_from
from portal.reading.published import PublishedRun, here, published_run
from portal.scoring import files as score_files
from portal.scoring import models as scoring
from portal.scoring.answers import (
    answer_panel,
    attribute_controls,
    inputs_address,
    order_head,
    order_row,
    saved_table,
)
from portal.scoring.checks import misfit
from portal.scoring.form import entered_attributes, entered_orders, in_words
from portal.scoring.models import NoModels, NotScorable
from portal.scoring.schema import Answers, Customer, Inputs
from portal.words import wording

IDENTIFIER = "score-identifier"
ORDERS = "score-orders"
COUNTRY = "score-country"
ROWS = "score-rows"
ADD = "score-add"
ATTRIBUTES = "score-attributes"
UNKNOWN = "score-unknown"
UNKNOWN_ROW = "score-unknown-row"
RUN = "score-run"
SAVE = "score-save"
SAID = "score-said"
RESULT = "score-result"
MANY = "score-many"
SAVED = "score-saved"
CHANGED = "score-changed"
DELETED = "score-deleted"

FILE = "score-file"
FILE_DAY = "score-file-as-of"
FILE_DAY_ROW = "score-file-as-of-row"
FILE_BODY = "score-file-body"
FILE_LIMIT = "score-file-limit"
FILE_STATE = "score-file-state"
FILE_CANCEL = "score-file-cancel"
FILE_RESULT = "score-file-result"
FILE_SUMMARY = "score-file-summary"
FILE_OUTCOME = "score-file-outcome"
FILE_CHOICE = "score-file-choice"
FILE_LINK = "score-file-link"
FILE_SAVE = "score-file-save"
FILE_DISCARD = "score-file-discard"
FILE_SAID = "score-file-said"
FILE_ROWS = "score-file-rows"
FILE_SHOWN = "score-file-shown"
FILE_KEPT = "score-file-kept"
SHOWN_ROWS = 50
MOST_SAVED = 100_000
"""Customers of one file that are saved at most."""

DATE, VALUE, ITEMS = "score-date", "score-value", "score-items"
FIELDS = (DATE, VALUE, ITEMS)
ATTRIBUTE, DELETE = "score-attribute", "score-delete"
FIRST_ROWS, MOST_ROWS = 3, 200
NOT_KNOWN = "not known"

PAGE = Page(
    path="/score",
    name="Score",
    title="Score · Clientele",
    lead="Enter customers who are not in the data, or bring a file of them: see what the"
    " models say, and why.",
    group="Predict",
    icon="person-plus",
    order=40,
)


@PAGE.layout
def layout() -> Component:
    """Lay out the form beside the answer, the way in for a file, and the customers kept."""
    return html.Div(
        [
            dcc.Store(id=CHANGED),
            dcc.Store(id=DELETED),
            dcc.Store(id=FILE_SHOWN),
            dcc.Store(id=FILE_KEPT),
            grid(
                text_card("The customer", _form(), columns=6),
                text_card(
                    "What the models say",
                    html.Div(
                        empty_state("Nothing yet.", "Enter a customer and press “Score”."),
                        id=RESULT,
                        className="card-text score-answer",
                        **aria(live="polite"),
                    ),
                    columns=6,
                ),
                text_card("A file of customers", _file(), columns=12),
                text_card(
                    "Saved customers", html.Div(id=SAVED, className="keep-2"), columns=12
                ),
                text_card(
                    "From programs and the command line",
                    html.Div(id=MANY, className="card-text"),
                    columns=12,
                ),
            ),
        ],
        className="score-page",
    )


@PAGE.callback(
    Output(ORDERS, "hidden"),
    Output(COUNTRY, "options"),
    Output(COUNTRY, "value"),
    Output(ROWS, "children"),
    Output(ATTRIBUTES, "children"),
    Output(UNKNOWN_ROW, "hidden"),
    Output(RUN, "disabled"),
    Output(SAVE, "disabled"),
    Output(MANY, "children"),
    Output(FILE_LIMIT, "children"),
    Output(FILE_DAY_ROW, "hidden"),
    Output(FILE_BODY, "hidden"),
    Input(URL, "search"),
)
def show_form(search: str | None) -> tuple[Any, ...]:
    """Ask for what the models of the data set need."""
    with published_run(search) as run:
        try:
            asked = scoring.inputs(run)
        except NoModels as error:
            missing = empty_state("This data set can't score.", str(error))
            return True, [], None, [], missing, True, True, True, None, str(error), True, True
        by_orders = asked.by == "orders"
        rows = [order_row(number, asked, FIELDS) for number in range(FIRST_ROWS)]
        countries = [NOT_KNOWN, *(asked.countries or ())]
        return (
            not by_orders,
            [{"label": name, "value": name} for name in countries],
            None if asked.countries else NOT_KNOWN,
            [order_head(asked), *rows] if by_orders else [],
            attribute_controls(asked, ATTRIBUTE, NOT_KNOWN),
            by_orders,
            False,
            False,
            _many(asked),
            _limit(asked),
            not by_orders,
            False,
        )


@PAGE.callback(
    Output(ROWS, "children", allow_duplicate=True),
    Input(ADD, "n_clicks"),
    State({"type": DATE, "row": ALL}, "value"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def add_row(_clicks: int | None, dates: Sequence[str | None], search: str | None) -> Any:
    """Make room for one more order."""
    if len(dates) >= MOST_ROWS:
        return no_update
    with published_run(search) as run:
        more = Patch()
        more.append(order_row(len(dates), scoring.inputs(run), FIELDS))
        return more


@PAGE.callback(
    Output(RESULT, "children"),
    Output(SAID, "children"),
    Output(CHANGED, "data"),
    Input(RUN, "n_clicks"),
    Input(SAVE, "n_clicks"),
    State(URL, "search"),
    State(IDENTIFIER, "value"),
    State(COUNTRY, "value"),
    State(UNKNOWN, "value"),
    State({"type": DATE, "row": ALL}, "value"),
    State({"type": VALUE, "row": ALL}, "value"),
    State({"type": ITEMS, "row": ALL}, "value"),
    State({"type": ATTRIBUTE, "name": ALL}, "value"),
    prevent_initial_call=True,
)
def answer(  # noqa: PLR0917 - what the form holds
    _run: int | None,
    _save: int | None,
    search: str | None,
    identifier: str | None,
    country: str | None,
    unknown: bool | None,  # noqa: FBT001 - the value of a checkbox
    dates: list[str | None],
    values: list[float | None],
    items: list[float | None],
    attributes: list[Any],
) -> tuple[Any, ...]:
    """Score what was entered, and keep it where that was asked for."""
    names = [each["id"]["name"] for each in ctx.states_list[-1]]
    with published_run(search) as run:
        try:
            asked = scoring.inputs(run)
            name = (identifier or "").strip() or None
            if asked.by == "orders":
                person, problem = entered_orders(
                    name,
                    country,
                    zip(dates, values, items, strict=True),
                    asked,
                    not_known=NOT_KNOWN,
                )
            else:
                given = dict(zip(names, attributes, strict=True))
                person, problem = entered_attributes(
                    name, given, asked, may_lack=bool(unknown), not_known=NOT_KNOWN
                )
            if person is None:
                return no_update, error_state(problem), no_update
            problem = misfit([person], asked) or ""
            if problem:
                return no_update, error_state(in_words(problem)), no_update
            told = scoring.score(run, [person])
        except (NoModels, NotScorable) as error:
            return no_update, error_state(str(error)), no_update
        panel = answer_panel(told)
        if ctx.triggered_id != SAVE:
            return panel, "", no_update
        return panel, *_kept(run, person, told)


@PAGE.callback(
    Output(DELETED, "data"),
    Input({"type": DELETE, "customer": ALL}, "n_clicks"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def delete(clicks: list[int | None], search: str | None) -> Any:
    """Delete a saved customer."""
    pressed = ctx.triggered_id
    if not any(clicks) or pressed is None:
        return no_update
    with published_run(search) as run:
        dataset = run.dataset
    scored.delete(here().workspace.engine, dataset, str(pressed["customer"]))
    return jobs.now().isoformat()


@PAGE.callback(
    Output(SAVED, "children"),
    Input(URL, "search"),
    Input(CHANGED, "data"),
    Input(DELETED, "data"),
    Input(FILE_KEPT, "data"),
)
def show_saved(
    search: str | None, _changed: str | None, _deleted: str | None, _kept: str | None
) -> Any:
    """List the saved customers, the latest first."""
    with published_run(search) as run:
        saved = scored.of(run.connection, run.dataset, most=100)
        total = scored.count(run.connection, run.dataset)
        if not saved:
            return empty_state(
                "Nobody is saved yet.",
                "Give a customer an identifier, score them and press “Score and save”, or save"
                " those of a file. Saved customers are marked as scored; no model learns from"
                " them.",
            )
        return saved_table(saved, total, dataset=run.dataset, run=run.run_id, button=DELETE)


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
    seen = {"upload": looked.upload.upload_id, "job": job.job_id}
    if seen == before:
        return (no_update,) * 9
    told = score_files.summary(looked.upload)
    options = shown.outcome_options(looked)
    query = f"?{UPLOAD}={looked.upload.upload_id}"
    return (
        None,
        True,
        False,
        shown.file_summary(looked, told),
        options,
        options[0]["value"] if options else None,
        not options,
        download_link("/export/scored-file.csv", query, "Download all as CSV"),
        seen,
    )


@PAGE.callback(
    Output(FILE_ROWS, "children"),
    Input(FILE_SHOWN, "data"),
    Input(FILE_OUTCOME, "value"),
)
def show_file_rows(seen: dict[str, Any] | None, outcome: str | None) -> Any:
    """Show the first customers of a scored file."""
    looked = score_files.looked_at((seen or {}).get("upload"))
    if looked is None or not looked.is_scored:
        return None
    rows = score_files.first_rows(looked.upload, SHOWN_ROWS)
    total = int((looked.job.report or {}).get("customers", len(rows)))
    return shown.file_table(rows, total, outcome if rows else None)


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
    _save: int | None, _discard: int | None, search: str | None
) -> tuple[Any, Any]:
    """Save the customers of a scored file, or throw what was said of them away."""
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
    said = f"{wording.count(len(people), 'customer')} saved; earlier answers for them replaced."
    if bad:
        said += f" {bad:,} left out, whose identifiers can't be used. {scored.ID_RULE}"
    left = int(report["customers"]) - len(people) - bad
    if left > 0:
        said += f" A file's first {MOST_SAVED:,} are saved; {left:,} more are in the download."
    return said


def _file() -> Component:
    return html.Div(
        [
            html.Div(
                [
                    html.Div(
                        _labelled(
                            "Look at them as of (optional)",
                            dbc.Input(id=FILE_DAY, type="date", size="sm"),
                            FILE_DAY,
                        ),
                        id=FILE_DAY_ROW,
                        className="score-file-day",
                        hidden=True,
                    ),
                    upload_control(FILE, to="/api/v1/score/files", page="/score"),
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


def _limit(asked: Inputs) -> str:
    """Say what kind of file is taken, how large, and what becomes of it."""
    portal = here().settings
    what = "order lines" if asked.by == "orders" else "one row a customer"
    return (
        f"A file of this data set's form ({what}), as CSV (also gzipped), Excel, ZIP, Parquet"
        f" or SQLite, up to {wording.size(portal.upload_bytes)}. It is deleted once it is"
        f" scored; what was said of it stays for {portal.upload_hours} hours, or until you"
        " throw it away."
    )


def _form() -> Component:
    return html.Div(
        [
            _labelled(
                "Identifier (needed to save)",
                dbc.Input(id=IDENTIFIER, type="text", maxlength=LONGEST_ID, size="sm"),
                IDENTIFIER,
            ),
            html.Div(
                [
                    choice(COUNTRY, "Country", [], show_label=True),
                    html.P(
                        "Every order that the customer placed and kept; rows that stay empty"
                        " don't count. Pieces may stay empty where they are not known.",
                        className="quiet",
                    ),
                    html.Div(id=ROWS, className="order-rows"),
                    html.Div(_button(ADD, "Add an order"), className="button-row"),
                ],
                id=ORDERS,
                className="form-stack",
                hidden=True,
            ),
            html.Div(id=ATTRIBUTES),
            html.Div(
                dbc.Checkbox(
                    id=UNKNOWN, value=False, label="Numbers that I leave empty are not known"
                ),
                id=UNKNOWN_ROW,
                hidden=True,
            ),
            html.Div(
                [
                    _button(RUN, "Score", "button primary"),
                    _button(SAVE, "Score and save"),
                ],
                className="button-row",
            ),
            html.Div(id=SAID, role="status"),
        ],
        className="card-text form-stack",
    )


def _kept(run: PublishedRun, person: Customer, told: Answers) -> tuple[Any, Any]:
    """Save a customer with the answer; give what to say and a new state of the list."""
    moment: dt.datetime = jobs.now()
    if person.customer_id is None:
        return error_state("Give the customer an identifier to save the answer."), no_update
    kept = Answered(
        person.customer_id,
        person.model_dump(mode="json", exclude={"customer_id"}, exclude_none=True),
        told.customers[0].model_dump(mode="json", exclude={"customer_id"}),
    )
    try:
        scored.save(
            here().workspace.engine,
            [kept],
            dataset=run.dataset,
            scored_by_run=run.run_id,
            as_of=run.as_of,
            at=moment,
        )
    except DatabaseError as error:
        return error_state(str(error)), no_update
    return f"“{person.customer_id}” is saved.", moment.isoformat()


def _many(asked: Inputs) -> list[Component]:
    what = (
        f'"country": null, "orders": [{{"date": "{asked.as_of}", "value": 120.5}}]'
        if asked.by == "orders"
        else '"attributes": {…}'
    )
    body = f'{{"dataset": "{asked.dataset}", "customers": [{{"customer_id": "A1", {what}}}]}}'
    return [
        html.P("The command line scores files, too:"),
        html.Pre(
            f'python scripts/score.py FILE --dataset "{asked.dataset}" --output scored.csv',
            className="command",
            tabIndex=0,
        ),
        html.P(
            [
                "Programs ask ",
                html.Code("POST /api/v1/score"),
                " for up to 1,000 customers at a time, as its ",
                html.A("description", href="/api/v1/openapi.json"),
                " says; ",
                html.A("this list", href=inputs_address(asked.dataset)),
                " names every input with its limits. Nothing that is sent is kept.",
            ]
        ),
        html.Pre(
            "curl -X POST http://127.0.0.1:8050/api/v1/score"
            f" -H 'Content-Type: application/json' \\\n  -d '{body}'",
            className="command",
            tabIndex=0,
        ),
    ]


def _labelled(label: str, control: Component, name: str) -> Component:
    return html.Div(
        [html.Label(label, htmlFor=name, className="quiet"), control], className="control"
    )


def _button(name: str, label: str, style: str = "button") -> Component:
    return html.Button(
        label, id=name, type="button", className=style, disabled=name in {RUN, SAVE}
    )
