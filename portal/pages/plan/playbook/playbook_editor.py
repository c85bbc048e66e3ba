"""The editor of the playbook of the plan: checked while typing, kept in versions.

A page holds a store `SAVED`, lays the parts out, and calls `follow_playbook()`; its own
callbacks listen to `Input(SAVED, "data")`.
"""

from typing import Any

import dash_bootstrap_components as dbc
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
)
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from db.errors import DatabaseError
from db.workspace.playbooks import BUILT_IN, PlaybookChanged
from portal.kit.attributes import aria
from portal.kit.choices import choice
from portal.kit.page import Page
from portal.kit.states import error_state
from portal.kit.undo import asked_back, deleted_list, restoring, said_with_undo
from portal.pages.plan.playbook import playbook_parts as shown
from portal.pages.plan.playbook import playbook_versions as playbooks
from portal.reading.contacting import economics
from portal.reading.contacting.economics import StrategyError
from portal.reading.filters import URL
from portal.reading.jobs import now
from portal.reading.published import here, published_run

EDITOR = "plan-editor"
GUTTER = "plan-gutter"
FAULTS = "plan-faults"
NOTE = "plan-note"
SAVE = "plan-save"
RESET = "plan-reset"
BASED = "plan-based"
SAVED = "plan-saved"
SAVED_SAID = "plan-saved-said"
HISTORY = "plan-history"
RESTORE = "plan-restore"
DELETE = "plan-version-delete"
BRING_BACK = "plan-version-back"
BUTTONS = shown.Buttons(restore=RESTORE, delete=DELETE)
RESTORED = "plan-restored"
BEFORE = "plan-before"
AFTER = "plan-after"
CHANGES = "plan-changes"
QUIET = 500
"""Milliseconds without a key after which a playbook is checked."""


def playbook_editor() -> Component:
    """Lay out the text and its faults."""
    return html.Div(
        [
            html.P(
                "Shares, rates and discounts are in per cent. It is checked while you type;"
                " each save is a new version that every figure on the page follows.",
                className="quiet",
            ),
            html.Div(
                [
                    html.Pre(id=GUTTER, className="playbook-gutter", **aria(hidden="true")),
                    html.Div(
                        [
                            html.Label(
                                "Playbook as YAML", htmlFor=EDITOR, className="visually-hidden"
                            ),
                            dbc.Textarea(
                                id=EDITOR,
                                debounce=QUIET,
                                spellcheck="false",
                                wrap="off",
                                className="playbook-text",
                            ),
                        ],
                        className="playbook-field",
                    ),
                ],
                className="playbook-editor",
            ),
            html.Div(id=FAULTS, role="status"),
            html.Div(
                [
                    why(NOTE),
                    html.Button("Save the text", id=SAVE, type="button", className="button"),
                    html.Button("Discard changes", id=RESET, type="button", className="button"),
                ],
                className="plan-fields",
            ),
            html.Div(id=SAVED_SAID, role="status", className="plan-answer"),
            dcc.Store(id=BASED),
        ]
    )


def why(control: str) -> Component:
    """Ask why a version is saved."""
    return html.Div(
        [
            html.Label("Why (optional)", htmlFor=control, className="quiet"),
            dbc.Input(id=control, type="text", maxLength=playbooks.LONGEST_NOTE, size="sm"),
        ],
        className="control",
    )


def playbook_history() -> list[Component]:
    """Lay out the place of the versions."""
    return [html.Div(id=HISTORY), html.Div(id=RESTORED, role="status", className="plan-answer")]


def playbook_changes() -> list[Component]:
    """Lay out two versions to choose, and what changed between them."""
    chosen = [
        choice(BEFORE, "From", [], show_label=True),
        choice(AFTER, "To", [], show_label=True),
    ]
    return [html.Div(chosen, className="plan-fields"), html.Div(id=CHANGES)]


def follow_playbook(page: Page) -> None:
    """Let the editor follow what is typed and pressed."""
    page.callback(
        Output(EDITOR, "value"),
        Output(BASED, "data"),
        Input(URL, "search"),
        Input(RESET, "n_clicks"),
    )(open_editor)
    page.callback(
        Output(FAULTS, "children"),
        Output(SAVE, "disabled"),
        Input(EDITOR, "value"),
    )(check)
    page.callback(
        Output(SAVED, "data"),
        Output(BASED, "data", allow_duplicate=True),
        Output(SAVED_SAID, "children"),
        Output(NOTE, "value"),
        Input(SAVE, "n_clicks"),
        State(EDITOR, "value"),
        State(NOTE, "value"),
        State(BASED, "data"),
        State(URL, "search"),
        prevent_initial_call=True,
    )(save)
    page.callback(
        Output(SAVED, "data", allow_duplicate=True),
        Output(BASED, "data", allow_duplicate=True),
        Output(RESTORED, "children"),
        Output(EDITOR, "value", allow_duplicate=True),
        Input({"type": RESTORE, "version": ALL}, "n_clicks"),
        State(URL, "search"),
        prevent_initial_call=True,
    )(restore)
    for trigger, answer in (
        (Input({"type": DELETE, "version": ALL}, "n_clicks"), delete),
        (restoring(BRING_BACK), bring_back),
    ):
        page.callback(
            Output(SAVED, "data", allow_duplicate=True),
            Output(BASED, "data", allow_duplicate=True),
            Output(SAVED_SAID, "children", allow_duplicate=True),
            Output(EDITOR, "value", allow_duplicate=True),
            trigger,
            State(URL, "search"),
            prevent_initial_call=True,
        )(answer)
    page.callback(
        Output(HISTORY, "children"),
        Output(BEFORE, "options"),
        Output(BEFORE, "value"),
        Output(AFTER, "options"),
        Output(AFTER, "value"),
        Input(URL, "search"),
        Input(SAVED, "data"),
    )(show_history)
    page.callback(
        Output(CHANGES, "children"),
        Input(BEFORE, "value"),
        Input(AFTER, "value"),
        State(URL, "search"),
        prevent_initial_call=True,
    )(show_changes)
    page.clientside_callback(
        ClientsideFunction("plan", "number_lines"),
        Output(GUTTER, "children"),
        Input(EDITOR, "value"),
    )


def open_editor(search: str | None, _clicks: int | None) -> tuple[str, int]:
    """Show the playbook in force to be edited."""
    with published_run(search) as run:
        return playbooks.text_of(run, run.playbook), run.playbook


def check(text: str | None) -> tuple[Component, bool]:
    """Say what is wrong with the text."""
    faults = economics.faults(text or "")
    return shown.fault_list(faults), bool(faults)


def save(
    _clicks: int | None, text: str | None, note: str | None, based: int, search: str | None
) -> tuple[Any, ...]:
    """Save the text as a new version."""
    return *saved_as(text or "", note or "", based, search), ""


def restore(clicks: list[int | None], search: str | None) -> tuple[Any, ...]:
    """Save an earlier version, or the built-in one, as a new version."""
    pressed = ctx.triggered_id
    if pressed is None or not any(clicks):
        raise PreventUpdate
    version = int(pressed["version"])
    with published_run(search) as run:
        text, based = playbooks.text_of(run, version), run.playbook
    note = f"Restored {shown.title_of(version)}"
    return *saved_as(text, note, based, search), text


def delete(clicks: list[int | None], search: str | None) -> tuple[Any, ...]:
    """Delete a version; where it was in force the one before it is, and is to be edited."""
    pressed = ctx.triggered_id
    if pressed is None or not any(clicks):
        raise PreventUpdate
    version = int(pressed["version"])
    with published_run(search) as run:
        dataset, before = run.dataset, run.playbook
    playbooks.delete(here().workspace.engine, dataset, version, at=now())
    sentence = f"{shown.title_of(version).capitalize()} is deleted."
    return _in_force(said_with_undo(sentence, BRING_BACK, version), before, search)


def bring_back(clicks: list[int | None], search: str | None) -> tuple[Any, ...]:
    """Bring a deleted version back under its number."""
    version = asked_back(clicks)
    with published_run(search) as run:
        dataset, before = run.dataset, run.playbook
    try:
        playbooks.bring_back(here().workspace.engine, dataset, version)
    except DatabaseError as error:
        return no_update, no_update, error_state(str(error)), no_update
    return _in_force(html.P(f"Version {version} is back."), before, search)


def _in_force(message: Component, before: int, search: str | None) -> tuple[Any, ...]:
    """Give what changed, and the editor's text where another version is in force now."""
    with published_run(search) as run:
        if run.playbook == before:
            return now().isoformat(), no_update, message, no_update
        text = playbooks.text_of(run, run.playbook)
        return now().isoformat(), run.playbook, message, text


def show_history(search: str | None, _saved: Any) -> tuple[Any, ...]:
    """List the versions and offer any two to be compared."""
    with published_run(search) as run:
        every = playbooks.versions(run)
        away = deleted_list(playbooks.deleted(run), BRING_BACK, unnamed="A version")
    numbers = [*(version.version for version in every), BUILT_IN]
    options = [
        {"label": shown.title_of(number).capitalize(), "value": str(number)}
        for number in numbers
    ]
    before = str(numbers[1] if len(numbers) > 1 else BUILT_IN)
    return (
        [shown.version_table(every, BUTTONS), away],
        options,
        before,
        options,
        str(numbers[0]),
    )


def show_changes(before: str | None, after: str | None, search: str | None) -> Component:
    """Show what changed from one version to another."""
    with published_run(search) as run:
        try:
            texts = [playbooks.text_of(run, _version(version)) for version in (before, after)]
        except StrategyError as error:
            return error_state(str(error))
    return shown.difference_view(playbooks.difference(*texts))


def _version(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else BUILT_IN


def saved_as(text: str, note: str, based: int, search: str | None) -> tuple[Any, Any, Any]:
    """Save a version; give what changed, what the editor is based on now, and a sentence."""
    with published_run(search) as run:
        dataset, in_force = run.dataset, run.playbook
    try:
        version = playbooks.save(
            here().workspace.engine,
            dataset=dataset,
            text=text,
            note=note,
            based_on=based,
            at=now(),
        )
    except PlaybookChanged as error:
        return now().isoformat(), in_force, error_state(str(error))
    except (StrategyError, DatabaseError) as error:
        return no_update, no_update, error_state(str(error))
    if version == in_force:
        title = shown.title_of(version).capitalize()
        return no_update, version, html.P(f"Nothing changed: {title} says the same.")
    sentence = f"Version {version} is saved; every figure on this page follows it."
    return now().isoformat(), version, html.P(sentence)
