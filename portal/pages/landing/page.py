"""How to bring data in: what people see before there is any, and later a page of its own."""

from dash import ClientsideFunction, Input, Output, dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import grid
from portal.kit.evidence import download_link
from portal.kit.made_up_data import follow_loading, other_buttons, said, shop_button
from portal.kit.page import Page
from portal.kit.states import text_card
from portal.kit.uploads import upload_control
from portal.reading.published import here_is_data
from portal.web import samples as sample

POLL = "landing-poll"
READY = "landing-ready"
COMMAND = "python scripts/refresh.py FILE --dataset NAME"
PREFIX = "landing"

PAGE = Page(
    path="/start",
    name="Add data",
    title="Add data · Clientele",
    lead=(
        "Clientele turns a shop's own records into decisions: who the customers are, what they"
        " are worth and whom to contact. It runs on this machine; nothing leaves it."
    ),
    needs_data=False,
)


@PAGE.layout
def layout() -> Component:
    """Say what to run and what the file looks like."""
    return html.Div(
        [
            dcc.Interval(id=POLL, interval=3_000),
            dcc.Store(id=READY),
            grid(_look_around(), _run(), _form(), _other_forms()),
        ]
    )


def _look_around() -> Component:
    return text_card(
        "Look around first",
        html.Div(
            [
                html.P(
                    "A shop that does not exist, with two years of orders, a campaign and costs"
                    " of its own: segments in half a minute, predictions a few minutes later."
                ),
                html.Div(shop_button(PREFIX), className="button-row"),
                said(PREFIX),
                html.P("Or made-up data with one row a customer:", className="quiet"),
                html.Div(other_buttons(PREFIX), className="button-row"),
            ],
            className="card-text",
        ),
        columns=12,
    )


def _run() -> Component:
    return text_card(
        "Bring in a file",
        html.Div(
            [
                html.P("Choose it here; you see what is in it before anything is published:"),
                upload_control("landing"),
                html.P("Or run this where Clientele is installed:"),
                _command(COMMAND),
                html.P(
                    "A CSV (also gzipped), an Excel file, a ZIP of these, a Parquet or SQLite"
                    " file or a folder will do. A page that waits for data opens by itself when"
                    " the refresh has published."
                ),
            ],
            className="card-text",
        ),
        columns=5,
    )


def _form() -> Component:
    titles = ("Column", "Also called", "What it holds")
    head = html.Tr([html.Th(title, scope="col") for title in titles])
    return text_card(
        "What a file of orders holds",
        html.Div(
            html.Table(
                [html.Thead(head), html.Tbody([_column(column) for column in sample.COLUMNS])],
                className="plain-table wide",
            ),
            className="table-scroll",
            tabIndex=0,
            role="region",
            **aria(label="Columns of the order-lines form"),
        ),
        html.Footer(
            download_link("/sample/order-lines.csv", "", "Download a sample file"),
            className="card-foot",
        ),
        columns=7,
    )


def _other_forms() -> Component:
    titles = ("Form", "What it holds", "To try it")
    head = html.Tr([html.Th(title, scope="col") for title in titles])
    body = [
        html.Tr(
            [
                html.Th(form.title, scope="row"),
                html.Td(form.meaning),
                html.Td(
                    download_link(f"/sample/{form.file}", "", f"Sample of {form.title.lower()}")
                ),
            ]
        )
        for form in sample.OTHER_FORMS
    ]
    return text_card(
        "Or one row a customer, told apart by the columns",
        html.Div(
            html.Table([html.Thead(head), html.Tbody(body)], className="plain-table wide"),
            className="table-scroll",
            tabIndex=0,
            role="region",
            **aria(label="Other forms of data"),
        ),
        columns=12,
    )


def _column(column: sample.FormColumn) -> Component:
    optional = None if column.needed else html.Span(" optional", className="quiet")
    return html.Tr(
        [
            html.Th([html.Code(column.name), optional], scope="row"),
            html.Td(column.also),
            html.Td(column.meaning),
        ]
    )


def _command(text: str) -> Component:
    return html.Pre(html.Code(text), className="command", tabIndex=0, **aria(label="Command"))


@PAGE.callback(Output(READY, "data"), Input(POLL, "n_intervals"), prevent_initial_call=True)
def look_for_data(_ticks: int) -> bool:
    """Tell whether something has been published."""
    return here_is_data()


PAGE.clientside_callback(
    ClientsideFunction("clientele", "open_when_ready"),
    Input(READY, "data"),
    prevent_initial_call=True,
)
follow_loading(PAGE, PREFIX)
