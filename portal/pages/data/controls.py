"""What the data page lets people do: bring files in, choose, publish, rename, delete."""

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.choices import choice
from portal.kit.made_up_data import other_buttons, said, shop_button
from portal.kit.states import text_card
from portal.kit.uploads import upload_control
from portal.pages.data.choices import AUTO, NEW

PREFIX = "data"
SUMMARY = "data-summary"
LIST = "data-list"
FILE = "data-file"
HOW = "data-how"
FORM = "data-form"
LAYOUT = "data-layout"
CURRENCY = "data-currency"
DAY = "data-day"
TABLES = "data-tables"
DOUBTS = "data-doubts"
FIGURES = "data-figures"
MORE = "data-more"
DECISION = "data-decision"
TARGET = "data-target"
NAME = "data-new-dataset"
NAME_PLACE = "data-new-dataset-place"
SHOWN = "data-shown"
STANDING = "data-standing"
PUBLISH = "data-publish"
DISCARD = "data-discard"
ANSWER = "data-answer"
QUESTION = "data-question"
ASKED = "data-asked"
REPLACE = "data-replace"
LEAVE = "data-leave"
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
TABLE = "data-table"


def made_up_part() -> Component:
    """Fold away what loads made-up data of each form."""
    return html.Details(
        [
            html.Summary("Look around in made-up data"),
            html.Div([shop_button(PREFIX), *other_buttons(PREFIX)], className="button-row"),
            said(PREFIX),
        ],
        className="card folded",
    )


def bring_card(limit: str) -> Component:
    """Lay out the way in, and say what may come."""
    return text_card(
        "Bring files in",
        html.Div(
            [
                upload_control("data", label="Choose files …", several=True),
                html.P(limit, className="quiet"),
            ],
            className="card-text",
        ),
        columns=12,
    )


def file_panel() -> Component:
    """Lay out what is said of the file, and what is chosen about it."""
    return html.Section(
        [
            html.Div(
                html.Div(className="skeleton wait-line"),
                id=FILE,
                className="card-text file-head",
                role="status",
            ),
            html.Div(
                [
                    html.Div(
                        [
                            choice(FORM, "It is", [], AUTO, show_label=True),
                            choice(LAYOUT, "Layout", [], AUTO, show_label=True),
                            choice(CURRENCY, "Currency", [], AUTO, show_label=True),
                            html.Details(
                                [
                                    html.Summary("Look at it as of an earlier day"),
                                    _labelled(
                                        "Day (the last one, where empty)",
                                        dbc.Input(id=DAY, type="date", size="sm"),
                                        DAY,
                                    ),
                                ],
                                className="earlier-day",
                            ),
                        ],
                        className="how-row",
                    ),
                    html.Div(id=TABLES),
                    html.Div(id=DOUBTS),
                    html.Div(id=FIGURES, className="figures", **aria(live="polite")),
                    _decision(),
                    html.Div(id=MORE, className="more"),
                ],
                id=HOW,
                className="card-text",
                hidden=True,
            ),
        ],
        className="card file-panel",
        **aria(label="The file"),
    )


def _decision() -> Component:
    return html.Div(
        [
            html.Div(
                [
                    choice(
                        TARGET,
                        "Where it goes",
                        [{"label": "New data set", "value": NEW}],
                        NEW,
                        show_label=True,
                    ),
                    html.Div(
                        _labelled(
                            "Its name",
                            dbc.Input(
                                id=NAME,
                                type="text",
                                maxlength=100,
                                size="sm",
                                autocomplete="off",
                            ),
                            NAME,
                        ),
                        id=NAME_PLACE,
                    ),
                ],
                className="target-row",
            ),
            html.Div(
                [
                    html.P(id=ASKED),
                    html.Div(
                        [
                            _button(REPLACE, "Replace it", "button danger"),
                            _button(LEAVE, "Leave it as it is"),
                        ],
                        className="button-row",
                    ),
                ],
                id=QUESTION,
                className="question",
                role="alert",
                hidden=True,
            ),
            html.Div(
                [
                    _button(PUBLISH, "Publish", "button primary", disabled=True),
                    _button(DISCARD, "Throw the file away"),
                    html.Span(id=STANDING, className="quiet", role="status"),
                ],
                className="button-row",
            ),
            html.Div(id=ANSWER, role="status"),
        ],
        id=DECISION,
        className="decision",
    )


def change_part() -> Component:
    """Lay out what renames and deletes a data set."""
    return html.Details(
        [
            html.Summary("Rename or delete a data set"),
            html.Div(
                [
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
                        ],
                        className="how-row",
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
                        className="question",
                        hidden=True,
                    ),
                    html.Div(id=CHANGED, role="status"),
                ],
                className="form-stack",
            ),
        ],
        className="card folded",
    )


def past_part() -> Component:
    """Fold what was done before."""
    return html.Details(
        [html.Summary("What was done"), html.Div(id=PAST)], className="card folded"
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


def _button(
    name: str, label: str, style: str = "button", *, disabled: bool = False
) -> Component:
    return html.Button(label, id=name, type="button", className=style, disabled=disabled)
