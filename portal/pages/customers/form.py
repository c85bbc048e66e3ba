"""The form of the Score page, and how programs ask the same."""

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from db.workspace.scored import LONGEST_ID
from portal.kit.choices import choice
from portal.reading.published import here
from portal.scoring.answers import inputs_address
from portal.scoring.schema import Inputs
from portal.words import wording

IDENTIFIER = "customers-identifier"
ORDERS = "customers-orders"
COUNTRY = "customers-country"
ROWS = "customers-rows"
ADD = "customers-add"
ATTRIBUTES = "customers-attributes"
UNKNOWN = "customers-unknown"
UNKNOWN_ROW = "customers-unknown-row"
RUN = "customers-run"
SAVE = "customers-save"
SAID = "customers-said"
RESULT = "customers-result"
MANY = "customers-many"
SAVED = "customers-saved"
CHANGED = "customers-changed"
DELETED = "customers-deleted"

DATE, VALUE, ITEMS = "customers-date", "customers-value", "customers-items"
FIELDS = (DATE, VALUE, ITEMS)
ATTRIBUTE, DELETE = "customers-attribute", "customers-delete"
FIRST_ROWS, MOST_ROWS = 3, 200
NOT_KNOWN = "not known"


def form_card() -> Component:
    """Lay out the fields of a customer."""
    return html.Div(
        [
            labelled(
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
                    html.Div(button(ADD, "Add an order"), className="button-row"),
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
                    button(RUN, "Score", "button primary"),
                    button(SAVE, "Score and save"),
                ],
                className="button-row",
            ),
            html.Div(id=SAID, role="status"),
        ],
        className="card-text form-stack",
    )


def file_limit(inputs: Inputs) -> str:
    """Say what kind of file is taken, how large, and what becomes of it."""
    portal = here().settings
    row_kind = "order lines" if inputs.by == "orders" else "one row a customer"
    return (
        f"A file of this data set's form ({row_kind}), as CSV (also gzipped), Excel, ZIP,"
        f" Parquet or SQLite, up to {wording.size(portal.upload_bytes)}. It is deleted once it"
        f" is scored; what was said of it stays for {portal.upload_hours} hours, or until you"
        " throw it away."
    )


def for_programs(inputs: Inputs) -> list[Component]:
    """Show how the command line and programs score customers."""
    fields = (
        f'"country": null, "orders": [{{"date": "{inputs.as_of}", "value": 120.5}}]'
        if inputs.by == "orders"
        else '"attributes": {…}'
    )
    body = (
        f'{{"dataset": "{inputs.dataset}", "customers": [{{"customer_id": "A1", {fields}}}]}}'
    )
    return [
        html.P("The command line scores files, too:"),
        html.Pre(
            f'python scripts/score.py FILE --dataset "{inputs.dataset}" --output scored.csv',
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
                html.A("this list", href=inputs_address(inputs.dataset)),
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


def labelled(label: str, control: Component, name: str) -> Component:
    """Put a label before a control."""
    return html.Div(
        [html.Label(label, htmlFor=name, className="quiet"), control], className="control"
    )


def button(name: str, label: str, style: str = "button") -> Component:
    """Lay out a button; those that score wait until there are models."""
    return html.Button(
        label, id=name, type="button", className=style, disabled=name in {RUN, SAVE}
    )
