"""Somebody new: enter a customer, see what the models say and what to do, keep it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from dash import ALL, Input, Output, Patch, State, ctx, html, no_update
from dash.development.base_component import Component

from db.errors import DatabaseError
from db.workspace import scored
from db.workspace.scored import Answered
from portal.kit.attributes import aria
from portal.kit.cards import grid
from portal.kit.states import empty_state, error_state, text_card
from portal.pages.customers import form
from portal.pages.customers.declared import FILE_KEPT, PAGE
from portal.reading import jobs
from portal.reading.contacting.actions import action
from portal.reading.filters import URL
from portal.reading.published import PublishedRun, here, published_run
from portal.scoring import models as scoring
from portal.scoring.answers import (
    answer_panel,
    attribute_controls,
    order_head,
    order_row,
    saved_table,
)
from portal.scoring.checks import misfit
from portal.scoring.form import entered_attributes, entered_orders, in_words
from portal.scoring.models import NoModels, NotScorable
from portal.scoring.schema import Answers, Customer


def somebody() -> Component:
    """Lay out the form beside the answer, and the customers kept."""
    return html.Div(
        grid(
            text_card("The customer", form.form_card(), columns=6),
            text_card(
                "What the models say",
                html.Div(
                    empty_state("Nothing yet.", "Enter a customer and press “Score”."),
                    id=form.RESULT,
                    className="card-text score-answer",
                    **aria(live="polite"),
                ),
                columns=6,
            ),
            text_card(
                "Saved customers", html.Div(id=form.SAVED, className="keep-2"), columns=12
            ),
            html.Details(
                [
                    html.Summary("From programs and the command line"),
                    html.Div(id=form.MANY, className="card-text"),
                ],
                className="span-12",
            ),
        ),
        className="score-page",
    )


@PAGE.callback(
    Output(form.ORDERS, "hidden"),
    Output(form.COUNTRY, "options"),
    Output(form.COUNTRY, "value"),
    Output(form.ROWS, "children"),
    Output(form.ATTRIBUTES, "children"),
    Output(form.UNKNOWN_ROW, "hidden"),
    Output(form.RUN, "disabled"),
    Output(form.SAVE, "disabled"),
    Output(form.MANY, "children"),
    Input(URL, "search"),
)
def show_form(search: str | None) -> tuple[Any, ...]:
    """Ask for what the models of the data set need."""
    with published_run(search) as run:
        try:
            inputs = scoring.inputs(run)
        except NoModels as error:
            missing = empty_state("This data set can't score.", str(error))
            return True, [], None, [], missing, True, True, True, None
        by_orders = inputs.by == "orders"
        rows = [order_row(number, inputs, form.FIELDS) for number in range(form.FIRST_ROWS)]
        countries = [form.NOT_KNOWN, *(inputs.countries or ())]
        return (
            not by_orders,
            [{"label": name, "value": name} for name in countries],
            None if inputs.countries else form.NOT_KNOWN,
            [order_head(inputs), *rows] if by_orders else [],
            attribute_controls(inputs, form.ATTRIBUTE, form.NOT_KNOWN),
            by_orders,
            False,
            False,
            form.for_programs(inputs),
        )


@PAGE.callback(
    Output(form.ROWS, "children", allow_duplicate=True),
    Input(form.ADD, "n_clicks"),
    State({"type": form.DATE, "row": ALL}, "value"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def add_row(_clicks: int | None, dates: Sequence[str | None], search: str | None) -> Any:
    """Make room for one more order."""
    if len(dates) >= form.MOST_ROWS:
        return no_update
    with published_run(search) as run:
        more = Patch()
        more.append(order_row(len(dates), scoring.inputs(run), form.FIELDS))
        return more


@PAGE.callback(
    Output(form.RESULT, "children"),
    Output(form.SAID, "children"),
    Output(form.CHANGED, "data"),
    Input(form.RUN, "n_clicks"),
    Input(form.SAVE, "n_clicks"),
    State(URL, "search"),
    State(form.IDENTIFIER, "value"),
    State(form.COUNTRY, "value"),
    State(form.UNKNOWN, "value"),
    State({"type": form.DATE, "row": ALL}, "value"),
    State({"type": form.VALUE, "row": ALL}, "value"),
    State({"type": form.ITEMS, "row": ALL}, "value"),
    State({"type": form.ATTRIBUTE, "name": ALL}, "value"),
    prevent_initial_call=True,
)
def answer(  # noqa: PLR0917 - what the form holds
    run_clicks: int | None,
    save_clicks: int | None,
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
    if not (run_clicks or save_clicks):  # the form was laid out, nothing was pressed
        return (no_update,) * 3
    names = [field["id"]["name"] for field in ctx.states_list[-1]]
    with published_run(search) as run:
        try:
            inputs = scoring.inputs(run)
            name = (identifier or "").strip() or None
            if inputs.by == "orders":
                person, problem = entered_orders(
                    name,
                    country,
                    zip(dates, values, items, strict=True),
                    inputs,
                    not_known=form.NOT_KNOWN,
                )
            else:
                entered = dict(zip(names, attributes, strict=True))
                person, problem = entered_attributes(
                    name, entered, inputs, may_lack=bool(unknown), not_known=form.NOT_KNOWN
                )
            if person is None:
                return no_update, error_state(problem), no_update
            problem = misfit([person], inputs) or ""
            if problem:
                return no_update, error_state(in_words(problem)), no_update
            answers = scoring.score(run, [person])
        except (NoModels, NotScorable) as error:
            return no_update, error_state(str(error)), no_update
        panel = [*answer_panel(answers), *to_do(run, answers)]
        if ctx.triggered_id != form.SAVE:
            return panel, "", no_update
        return panel, *_kept(run, person, answers)


@PAGE.callback(
    Output(form.DELETED, "data"),
    Input({"type": form.DELETE, "customer": ALL}, "n_clicks"),
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
    Output(form.SAVED, "children"),
    Input(URL, "search"),
    Input(form.CHANGED, "data"),
    Input(form.DELETED, "data"),
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
        return saved_table(
            saved, total, dataset=run.dataset, run=run.run_id, button=form.DELETE
        )


def to_do(run: PublishedRun, answers: Answers) -> list[Component]:
    """Say what the playbook does with such a customer; nothing without a segment."""
    segment = answers.customers[0].segment
    if segment is None:
        return []
    advice = action(run, segment.segment)
    return [
        html.H3("What to do", className="score-title"),
        html.P(f"{advice}, as the playbook does with “{segment.segment}”."),
    ]


def _kept(run: PublishedRun, person: Customer, answers: Answers) -> tuple[Any, Any]:
    """Save a customer with the answer; give what to say and a new state of the list."""
    moment: dt.datetime = jobs.now()
    if person.customer_id is None:
        return error_state("Give the customer an identifier to save the answer."), no_update
    answered = Answered(
        person.customer_id,
        person.model_dump(mode="json", exclude={"customer_id"}, exclude_none=True),
        answers.customers[0].model_dump(mode="json", exclude={"customer_id"}),
    )
    try:
        scored.save(
            here().workspace.engine,
            [answered],
            dataset=run.dataset,
            scored_by_run=run.run_id,
            as_of=run.as_of,
            at=moment,
        )
    except DatabaseError as error:
        return error_state(str(error)), no_update
    return f"“{person.customer_id}” is saved.", moment.isoformat()
