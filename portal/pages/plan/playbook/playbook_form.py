"""The playbook as a form: what is done with each segment, saved as a new version."""

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import ALL, Input, Output, State, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal.kit.page import Page
from portal.kit.states import error_state
from portal.pages.plan.playbook.form_values import (
    Field,
    Followed,
    changed,
    fields_of,
    followed,
    text_of,
)
from portal.pages.plan.playbook.playbook_editor import BASED, EDITOR, SAVED, saved_as, why
from portal.reading.contacting.economics import StrategyError
from portal.reading.contacting.playbook import in_force
from portal.reading.filters import URL
from portal.reading.published import published_run
from portal.words import wording
from portal.words.theme import marks

FIELD = "plan-play"
FORMS = "plan-forms"
NOTE = "plan-form-note"
SAVE = "plan-form-save"
SAID = "plan-form-said"


def playbook_form() -> Component:
    """Lay out the place of the forms, and the button that saves them all."""
    return html.Div(
        [
            html.Div(id=FORMS),
            html.Div(
                [
                    why(NOTE),
                    html.Button(
                        "Save as a new version",
                        id=SAVE,
                        type="button",
                        className="button primary",
                    ),
                ],
                className="plan-fields",
            ),
            html.Div(id=SAID, role="status", className="plan-form-said"),
        ],
        className="plan-form",
    )


def follow_form(page: Page) -> None:
    """Let the forms follow the version in force, and the button save them."""
    page.callback(Output(FORMS, "children"), Input(URL, "search"), Input(SAVED, "data"))(
        show_forms
    )
    page.callback(
        Output(SAVED, "data", allow_duplicate=True),
        Output(BASED, "data", allow_duplicate=True),
        Output(SAID, "children"),
        Output(EDITOR, "value", allow_duplicate=True),
        Output(NOTE, "value"),
        Input(SAVE, "n_clicks"),
        State({"type": FIELD, "play": ALL, "field": ALL}, "value"),
        State({"type": FIELD, "play": ALL, "field": ALL}, "id"),
        State(NOTE, "value"),
        State(BASED, "data"),
        State(URL, "search"),
        prevent_initial_call=True,
    )(save_form)


def show_forms(search: str | None, _saved: Any) -> list[Component]:
    """Write a form for each play, those of the segments at hand first."""
    with published_run(search) as run:
        plays, looks = followed(run), marks(list(run.segments))
        present_plays = [play for play in plays if play.segments]
        absent_plays = [play for play in plays if not play.segments]
    forms = [_form(play, looks[play.segments[0]].colour) for play in present_plays]
    if absent_plays:
        absent_forms = [_form(play, "") for play in absent_plays]
        title = html.Summary(
            html.H2(f"{wording.count(len(absent_plays), 'segment')} not at hand")
        )
        body = html.Div(absent_forms, className="disclosure-body")
        forms.append(html.Details([title, body], className="disclosure"))
    return forms


def save_form(
    clicks: int | None,
    values: Sequence[Any],
    ids: Sequence[dict[str, str]],
    *around: Any,
) -> tuple[Any, ...]:
    """Save what stands in the forms as a new version."""
    note, based, search = around
    if not clicks:  # the forms have just come
        raise PreventUpdate
    with published_run(search) as run:
        playbook = in_force(run).playbook
    entered = {
        (component_id["play"], component_id["field"]): value
        for component_id, value in zip(ids, values, strict=True)
    }
    try:
        text = text_of(changed(playbook, entered))
    except StrategyError as error:
        return no_update, no_update, error_state(str(error)), no_update, no_update
    saved, now_based, message = saved_as(text, note or "", based, search)
    return saved, now_based, message, text, ""


def _form(play: Followed, colour: str) -> Component:
    fields = fields_of(play.play)
    also = [segment for segment in play.segments if segment != play.name]
    summary = [
        html.Span(className="key", style={"backgroundColor": colour}) if colour else None,
        html.H2(play.title),
        html.Span(play.said, className="quiet"),
    ]
    also_said = f"Followed by {wording.plain_list(also)}." if also else ""
    return html.Details(
        [
            html.Summary(summary),
            html.Div(
                [
                    html.P(also_said, className="quiet") if also_said else None,
                    html.Div(
                        [_field(play, field) for field in fields], className="play-fields"
                    ),
                ],
                className="disclosure-body",
            ),
        ],
        className="disclosure play",
    )


def _field(play: Followed, field: Field) -> Component:
    name = {"type": FIELD, "play": play.name, "field": field.name}
    control: Component
    if field.lines:
        control = dbc.Textarea(id=name, value=field.value, rows=field.lines, size="sm")
    elif field.is_number:
        control = dbc.Input(
            id=name, value=field.value, type="number", step="any", min=0, size="sm"
        )
    else:
        control = dbc.Input(id=name, value=field.value, type="text", size="sm")
    title = html.Span(field.title, className="quiet")
    return html.Label([title, control], className=f"control {'wide' if field.is_wide else ''}")
