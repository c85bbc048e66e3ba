"""The frame round every page: navigation, data set, filters, theme, routing between pages.

Dash's own router builds a page anew whenever the query of the URL changes. Filters live there,
so routing here listens to the path alone and pages listen to the query themselves.
"""

import logging
import uuid
from typing import Any

from dash import (
    ALL,
    ClientsideFunction,
    Dash,
    Input,
    Output,
    State,
    ctx,
    dcc,
    html,
    set_props,
)
from dash.development.base_component import Component
from flask import current_app

from db.errors import DatabaseError, NotPublished
from portal.kit.attributes import aria, data
from portal.kit.card_evidence import card_data, card_how
from portal.kit.cards import CHOICES
from portal.kit.charts import problem_of
from portal.kit.evidence import (
    ASKED,
    DATA,
    DIALOG_BODY,
    evidence_dialog,
)
from portal.kit.following import NOW, REVISION
from portal.kit.page import Page
from portal.kit.states import empty_state, error_state
from portal.reading import customers
from portal.reading.datasets import DataSet, published
from portal.reading.filters import (
    FIELDS,
    NO_FILTERS,
    URL,
    Filters,
    dataset_from,
    from_query,
    to_query,
)
from portal.reading.published import (
    PublishedRun,
    chosen,
    connected,
    here,
    here_is_data,
    published_run,
    remember,
)
from portal.web import filter_bar
from portal.web.navigation import GROUPS, card_of, page_at, pages, place_of
from portal.words import wording
from portal.words.theme import templates

HEAD = "page-head"
BODY = "page-body"
TITLE = "page-title"
NAV = "navigation"
DATASETS = "datasets"
FACTS = "facts"
NOTICE = "notice"
REFRESH = "refreshing"
REFRESH_SAID = "refreshing-said"
REFRESH_TIME = "refreshing-time"
REFRESH_BAR = "refreshing-bar"
REFRESH_SHOW = "refreshing-show"
TEMPLATES = "templates"
PRODUCT = "Clientele"
LISTED = 20
"""Data sets that the menu lists, the latest published; the others stand on the page Data."""
LANDING = "/start"
NOT_FOUND = "/not-found"
KNOWN_IDS = "clientele-ids"
THEMES = (
    ("light", "sun", "Light"),
    ("dark", "moon", "Dark"),
    ("auto", "circle-half", "As the system"),
)

LOG = logging.getLogger(__name__)


def layout() -> Component:
    """Lay out the frame; nothing in it waits for the database."""
    return html.Div(
        [
            dcc.Location(id=URL, refresh=False),
            dcc.Store(id=TITLE),
            dcc.Store(id=NOW),
            dcc.Store(id=REVISION),
            dcc.Store(id=TEMPLATES, data=templates()),
            html.A("Skip to the content", href="#content", className="skip-link"),
            html.Div(className="backdrop", **data(action="close-navigation")),
            html.Aside(
                html.Div(
                    [
                        html.Div([_icon("people-fill"), PRODUCT], className="brand"),
                        html.Nav(id=NAV, **aria(label="Pages")),
                    ],
                    className="sidebar-content",
                ),
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
        *(Output(filter_bar.choices_id(field), "children") for field in FIELDS),
        *(Output(filter_bar.chosen_id(field), "children") for field in FIELDS),
        *(Output(filter_bar.menu_id(field), "hidden") for field in FIELDS),
        Output(filter_bar.CHIPS, "children"),
        Output(filter_bar.KEPT, "children"),
        Input(URL, "pathname"),
        Input(URL, "search"),
        Input(REVISION, "data"),
        prevent_initial_call=True,
    )(show_frame)
    app.callback(
        Output(DIALOG_BODY, "children"),
        Input(ASKED, "data"),
        State(URL, "search"),
        State({"type": CHOICES, "card": ALL}, "data"),
        State({"type": CHOICES, "card": ALL}, "id"),
        prevent_initial_call=True,
    )(show_evidence)
    app.clientside_callback(
        ClientsideFunction("clientele", "open_dialog"), Input(DIALOG_BODY, "children")
    )
    app.clientside_callback(
        ClientsideFunction("clientele", "show_title"),
        Input(TITLE, "data"),
        State(TEMPLATES, "data"),
        prevent_initial_call=True,
    )


def show_page(
    pathname: str | None, search: str | None
) -> tuple[Any, Any, dict[str, Any], bool]:
    """Lay out the page that an address means, or what stands in for it."""
    page = place_of(pathname) or page_at(NOT_FOUND)
    standin = _standin(search) if page.needs_data else None
    if standin is not None:
        return *standin, {"title": page.title}, True
    return head(page), page.laid_out(), {"title": page.title}, not page.filtered


def show_frame(
    pathname: str | None, search: str | None, _revision: str | None = None
) -> list[Any]:
    """Fill the navigation, the top bar and the filter bar."""
    try:
        with connected() as connection:
            there = published(connection)
            run = chosen(there, connection, dataset_from(search), here())
            return [
                *_around(pathname, search, there, run.dataset),
                _facts(run),
                *_offer(run, search),
            ]
    except NotPublished:
        return [*_around(pathname, search, [], None), None, *_no_offer()]


def show_evidence(
    asked: dict[str, str],
    search: str | None,
    drawn_with: list[dict[str, Any] | None],
    cards: list[dict[str, str]],
) -> Any:
    """Show the rows or the explanation of the card whose button was pressed.

    `drawn_with` are the values of the controls with which `cards` were drawn.
    """
    card = card_of(asked["card"])
    if card is None:
        return error_state("This card names no source.")
    choices = next(
        (data or {} for data, each in zip(drawn_with, cards, strict=True)
         if each["card"] == card.id),
        {},
    )  # fmt: skip
    with published_run(search) as run:
        question = card.asked_by_name(search, choices)
        if asked["part"] != DATA:
            return card_how(card, run, question)
        return card_data(card, run, question, search or "")


def report(error: Exception) -> None:
    """Say that a callback failed where its result would stand; the rest lives on."""
    reference = uuid.uuid4().hex[:8]
    LOG.error("callback failed, reference %s", reference, exc_info=error)
    sentence = (
        str(error)
        if isinstance(error, DatabaseError)
        else f"This could not be worked out; the portal's log has it under {reference}."
    )
    message = error_state(sentence)
    places = [
        place for place in (problem_of(each) for each in _outputs()) if place in _known_ids()
    ]
    for place in places or [NOTICE]:
        set_props(place, {"children": message})


def head(page: Page) -> Component:
    """Write a page's title and what it answers."""
    return html.Div(
        [
            html.H1(page.name, tabIndex=-1),
            html.P(page.lead, className="page-lead") if page.lead else None,
        ]
    )


def _standin(search: str | None) -> tuple[Component, Component] | None:
    """Give what stands in for a page where there is nothing to show."""
    try:
        with connected() as connection:
            there = published(connection)
            chosen(there, connection, dataset_from(search), here())
            return None
    except NotPublished as error:
        return _landing() if not here_is_data() else _no_such(str(error))
    except DatabaseError as error:
        return html.H1("The database can't be read"), error_state(str(error))


def _landing() -> tuple[Component, Component]:
    landing = page_at(LANDING)
    return head(landing), landing.laid_out()


def _no_such(sentence: str) -> tuple[Component, Component]:
    back = dcc.Link("Show the most recent data set", href="/", refresh=True, className="button")
    return html.H1("No such data set"), empty_state(sentence, "It may have another name.", back)


def _around(
    pathname: str | None, search: str | None, there: list[DataSet], dataset: str | None
) -> list[Any]:
    query = to_query(from_query(search), dataset_from(search))
    return [_navigation(pathname, query), _datasets(there, dataset)]


def _navigation(pathname: str | None, query: str) -> list[Component]:
    current = place_of(pathname)
    groups = {group: [page for page in pages() if page.group == group] for group in GROUPS}
    return [
        html.Div(
            [
                html.H2(group, className="nav-group"),
                html.Ul([html.Li(_nav_link(page, query, current=current)) for page in found]),
            ]
        )
        for group, found in groups.items()
        if found
    ]


def _nav_link(page: Page, query: str, *, current: Page | None) -> Component:
    is_here = page is current
    return dcc.Link(
        [
            _icon(page.icon),
            html.Span(page.name),
            html.Span(" (this page)", className="visually-hidden") if is_here else None,
        ],
        href=f"{page.path}{query}",
        className="nav-link current" if is_here else "nav-link",
    )


def _datasets(there: list[DataSet], dataset: str | None) -> list[Component]:
    if not there:
        return [html.Span("No data yet", className="quiet")]
    if len(there) == 1:
        return [html.Span(dataset, className="dataset-name")]
    items = [
        html.Li(
            dcc.Link(
                [
                    html.Span(each.name, className="choice-name"),
                    html.Span(wording.date(each.as_of), className="choice-count"),
                ],
                href=to_query(Filters(), each.name),
                className="menu-item current" if each.name == dataset else "menu-item",
            )
        )
        for each in there[:LISTED]
    ]
    if len(there) > LISTED:
        every = f"All {wording.count(len(there), 'data set')}"
        items.append(html.Li(dcc.Link(every, href="/data", className="menu-item")))
    return [
        html.Details(
            [
                html.Summary(
                    [
                        html.Span("Data set: ", className="visually-hidden"),
                        html.Span(dataset, className="dataset-name"),
                        _icon("chevron-down"),
                    ],
                    className="menu-button",
                ),
                html.Ul(items, className="menu-panel"),
            ],
            className="menu",
            key=dataset,
        )
    ]


def _facts(at: PublishedRun) -> list[Component]:
    run = to_query(Filters(), at.dataset)
    return [
        html.Span(["As of ", html.Strong(wording.date(at.as_of))])
        if at.as_of
        else html.Span("No day in the data"),
        dcc.Link(
            f"Run {at.run_id}",
            href=f"/runs{run}",
            title="What this run read, did and found",
        ),
        html.Button(
            [_icon("arrow-repeat"), html.Span("Refresh", className="refresh-label")],
            className="button refresh-now",
            type="button",
            title=f"Compute “{at.dataset}” anew from its published records",
            **data(action="refresh-again", dataset=at.dataset),
        ),
    ]


def _offer(run: PublishedRun, search: str | None) -> list[Any]:
    filters = from_query(search)
    choices = remember(run, customers.choices)
    kept = run.customers if filters == NO_FILTERS else remember(run, customers.count, filters)
    said = (
        wording.count(kept, "customer")
        if kept == run.customers
        else f"{wording.number(kept)} of {wording.count(run.customers, 'customer')}"
    )
    lists = {field: getattr(filters, name) for field, name in FIELDS.items()}
    return [
        *(
            filter_bar.offered(field, getattr(choices, FIELDS[field]), values)
            for field, values in lists.items()
        ),
        *(str(len(values)) if values else "" for values in lists.values()),
        *(not getattr(choices, name) for name in FIELDS.values()),
        filter_bar.chips(filters, dataset_from(search), kept),
        said,
    ]


def _no_offer() -> list[Any]:
    return [*([] for _ in FIELDS), *("" for _ in FIELDS), *(True for _ in FIELDS), [], ""]


def _outputs() -> list[str]:
    listed = ctx.outputs_list
    outputs = listed if isinstance(listed, list) else [listed]
    return [each["id"] for each in outputs if isinstance(each.get("id"), str)]


def _known_ids() -> frozenset[str]:
    return frozenset(current_app.extensions[KNOWN_IDS])


def _top_bar() -> Component:
    return html.Header(
        [
            html.Button(
                _icon("list"),
                className="icon-button nav-toggle",
                type="button",
                **aria(label="Pages", controls="sidebar", expanded="false"),
                **data(action="toggle-navigation"),
            ),
            html.Div(id=DATASETS, className="datasets"),
            html.Div(id=FACTS, className="facts"),
            _refreshing(),
            html.Div(
                [_theme_button(*each) for each in THEMES],
                className="theme-choice",
                role="group",
                **aria(label="Theme"),
            ),
        ],
        className="top-bar",
    )


def _refreshing() -> Component:
    """Keep the place where a refresh of the data set shown tells how far it is."""
    return html.Div(
        [
            html.Span(id=REFRESH_SAID, role="status"),
            html.Span(id=REFRESH_TIME, className="quiet", **aria(hidden="true")),
            html.Div(html.Div(id=REFRESH_BAR, className="bar-filled"), className="bar"),
            html.A("Show it", id=REFRESH_SHOW, href="", hidden=True),
            dcc.Link("Details", href="/data", className="refresh-details"),
        ],
        id=REFRESH,
        className="refreshing",
        hidden=True,
    )


def _theme_button(value: str, icon: str, title: str) -> Component:
    return html.Button(
        _icon(icon),
        type="button",
        title=title,
        **aria(label=title, pressed="false"),
        **data(action="choose-theme", theme=value),
    )


def _content() -> Component:
    return html.Main(
        [
            html.Div(id=HEAD, className="page-head"),
            filter_bar.filter_bar(),
            html.Div(id=BODY, className="page-body"),
        ],
        id="content",
        tabIndex=-1,
    )


def _icon(name: str) -> Component:
    return html.I(className=f"bi bi-{name}", **aria(hidden="true"))
