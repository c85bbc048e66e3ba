"""The frame round every page: navigation, data set, filters, theme, and the routing between pages.

Dash's own router builds a page anew whenever the query of the URL changes; filters live there, so
routing here listens to the path alone and pages listen to the query themselves.
"""

import logging
import uuid
from typing import Any, NamedTuple

from dash import (
    ClientsideFunction,
    Dash,
    Input,
    Output,
    State,
    ctx,
    dcc,
    html,
    no_update,
    page_registry,
    set_props,
)
from dash.development.base_component import Component

from db.errors import DatabaseError, NotPublished
from portal import wording
from portal.components import empty_state, error_state, filter_bar
from portal.components.attributes import aria, data
from portal.components.charts import problem_of
from portal.components.evidence import (
    DATA,
    DIALOG,
    DIALOG_BODY,
    data_part,
    evidence_dialog,
    evidence_of,
    how_part,
)
from portal.filters import DATASET, FIELDS, URL, Filters, dataset_from, from_query, to_query
from portal.navigation import GROUPS, Page, pages, place_of
from portal.queries import customers
from portal.queries.datasets import DataSet, published
from portal.snapshot import Snapshot, chosen, connected, here, remember, snapshot
from portal.theme import templates

HEAD = "page-head"
BODY = "page-body"
TITLE = "page-title"
NAV = "navigation"
DATASETS = "datasets"
FACTS = "facts"
NOTICE = "notice"
THEME = "theme"
TEMPLATES = "templates"
PRODUCT = "Clientele"
LANDING = "portal.pages.landing"

LOG = logging.getLogger(__name__)


def layout() -> Component:
    """Lay out the frame; nothing in it waits for the database."""
    return html.Div(
        [
            dcc.Location(id=URL, refresh=False),
            dcc.Store(id=TITLE),
            dcc.Store(id=TEMPLATES, data=templates()),
            html.A("Skip to the content", href="#content", className="skip-link"),
            html.Div(className="backdrop", **data(action="close-navigation")),
            html.Aside(
                [
                    html.Div(
                        [
                            html.Span(html.I(className="bi bi-people-fill", **aria(hidden="true"))),
                            PRODUCT,
                        ],
                        className="brand",
                    ),
                    html.Nav(id=NAV, **aria(label="Pages")),
                ],
                id="sidebar",
                className="sidebar",
            ),
            html.Div([_top_bar(), _content()], className="main"),
            html.Div(id=NOTICE, className="notice", role="alert"),
            evidence_dialog(),
        ],
        className="shell",
    )


def register(app: Dash) -> None:
    """Register the callbacks of the frame."""
    filter_bar.register(app)
    app.callback(
        Output(HEAD, "children"),
        Output(BODY, "children"),
        Output(TITLE, "data"),
        Output(filter_bar.BAR, "hidden"),
        Input(URL, "pathname"),
        State(URL, "search"),
        prevent_initial_call=True,
    )(show_page)
    app.callback(
        Output(NAV, "children"),
        Output(DATASETS, "children"),
        Output(FACTS, "children"),
        *(Output(filter_bar.choices_id(field), "options") for field in FIELDS),
        *(Output(filter_bar.chosen_id(field), "children") for field in FIELDS),
        Output(filter_bar.menu_id("risk"), "hidden"),
        Output(filter_bar.CHIPS, "children"),
        Output(filter_bar.KEPT, "children"),
        Input(URL, "pathname"),
        Input(URL, "search"),
        prevent_initial_call=True,
    )(show_frame)
    app.callback(
        Output(DIALOG_BODY, "children"),
        Input({"type": "evidence-button", "card": ALL, "part": ALL}, "n_clicks"),
        State(URL, "search"),
        prevent_initial_call=True,
    )(show_evidence)
    app.clientside_callback(
        ClientsideFunction("clientele", "open_dialog"), Input(DIALOG_BODY, "children")
    )
    app.clientside_callback(
        ClientsideFunction("clientele", "show_title"),
        Input(TITLE, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("clientele", "choose_theme"),
        Output(THEME, "value"),
        Input(THEME, "value"),
        State(TEMPLATES, "data"),
    )
