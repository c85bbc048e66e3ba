"""What the data page lets people do: bring a file in, decide on it, rename, delete."""

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from portal.kit.choices import choice
from portal.kit.states import text_card
from portal.kit.uploads import upload_control

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


def bring_card() -> Component:
    """Lay out the way in."""
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


def change_card() -> Component:
    """Lay out what renames and deletes a data set."""
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


def decision_row() -> Component:
    """Lay out what is done with the file that is looked at."""
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


def job_panel_card() -> Component:
    """Keep the place of the job that goes on."""
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


def _labelled(label: str, control: Component, name: str) -> Component:
    return html.Div(
        [html.Label(label, htmlFor=name, className="quiet"), control], className="control"
    )


def _button(name: str, label: str, style: str = "button") -> Component:
    return html.Button(label, id=name, type="button", className=style)
