"""The frame round every page: navigation, data set, filters, theme, routing between pages.

Dash's own router builds a page anew whenever the query of the URL changes. Filters live there,
so routing here listens to the path alone and pages listen to the query themselves.
"""

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
from portal.kit.answering.address import Address, address
from portal.kit.answering.failures import problems, said_of
from portal.kit.answering.first_answers import answer_of, answered
from portal.kit.answering.following import NOW, REVISION
from portal.kit.attributes import aria, data
from portal.kit.card_evidence import card_data, card_how
from portal.kit.cards import CHOICES
from portal.kit.drawing.charts import problem_of
from portal.kit.evidence import (
    ASKED,
    DATA,
    DIALOG_BODY,
    evidence_dialog,
)
from portal.kit.page import Page
from portal.kit.states import empty_state, error_state
from portal.reading import customers
from portal.reading.contacting.economics import RULE
from portal.reading.datasets import DataSet, published
from portal.reading.filters import (
    NO_FILTERS,
    URL,
    dataset_from,
    from_query,
    to_query,
)
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import (
    PublishedRun,
    chosen,
    connected,
    here,
    here_is_data,
    published_run,
    remember,
)
from portal.web import filter_bar, top_bar
from portal.web.navigation import GROUPS, card_of, page_at, pages, place_of
from portal.web.standing import standing
from portal.words.has import Has
from portal.words.theme import templates

HEAD = "page-head"
BODY = "page-body"
TITLE = "page-title"
ANNOUNCED = "page-announced"
NAV = "navigation"
NOTICE = "notice"
TEMPLATES = "templates"
PRODUCT = "Clientele"
LANDING = "/start"
NOT_FOUND = "/not-found"
KNOWN_IDS = "clientele-ids"
PAGE_SHOWN = (
    Output(HEAD, "children"),
    Output(BODY, "children"),
    Output(TITLE, "data"),
    Output(filter_bar.BAR, "hidden"),
    Input(URL, "pathname"),
    State(URL, "search"),
)
FRAME_SHOWN = (
    Output(NAV, "children"),
    Output(top_bar.DATASETS, "children"),
    Output(top_bar.FACTS, "children"),
    Output(top_bar.UPDATE, "children"),
    *filter_bar.OUTPUTS,
    Input(URL, "pathname"),
    Input(URL, "search"),
    Input(REVISION, "data"),
)


def whole() -> Component:
    """Lay out the frame with the page at the address that is asked for, all of it filled."""
    at = address()
    if at is None or place_of(at.pathname) is None:
        return layout()
    answers = [answer_of(PAGE_SHOWN, show_page), answer_of(FRAME_SHOWN, show_frame)]
    filled: Component = answered(layout(at), filter(None, answers), {}, problems)
    return filled


def layout(at: Address | None = None) -> Component:
    """Lay out the frame, at an address where one is known; it waits for nothing."""
    place = {} if at is None else {"pathname": at.pathname, "search": at.search}
    return html.Div(
        [
            dcc.Location(id=URL, refresh=False, **place),
            dcc.Store(id=TITLE),
            dcc.Store(id=NOW),
            dcc.Store(id=REVISION),
            dcc.Store(id=TEMPLATES, data=templates()),
            html.A("Skip to the content", href="#content", className="skip-link"),
            html.Div(className="backdrop", **data(action="close-navigation")),
            html.Aside(
                html.Div(
                    [
                        html.Div([top_bar.icon("people-fill"), PRODUCT], className="brand"),
                        html.Nav(id=NAV, **aria(label="Pages")),
                    ],
                    className="sidebar-content",
                ),
                id="sidebar",
                className="sidebar",
            ),
            html.Div([top_bar.top_bar(), _content()], className="main"),
            html.Div(id=NOTICE, className="notice", role="alert"),
            evidence_dialog(),
        ],
        className="shell",
    )


def register(app: Dash) -> None:
    """Register the callbacks of the frame."""
    filter_bar.register(app)
    app.callback(*PAGE_SHOWN, prevent_initial_call=True)(show_page)
    app.callback(*FRAME_SHOWN, prevent_initial_call=True)(show_frame)
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
        Output(ANNOUNCED, "children"),
        Input(TITLE, "data"),
        State(TEMPLATES, "data"),
    )


def show_page(
    pathname: str | None, search: str | None
) -> tuple[Any, Any, dict[str, Any], bool]:
    """Lay out the page that an address means, or what stands in for it."""
    page = place_of(pathname) or page_at(NOT_FOUND)
    standin = _standin(search) if page.needs_data else None
    if standin is not None:
        return *standin, {"title": page.title}, True
    body = page.whole(page.laid_out())
    notice = standing(search) if page.needs_data else None
    return [page.whole(page.head()), notice], body, {"title": page.title}, not page.filtered


def show_frame(
    pathname: str | None, search: str | None, _revision: str | None = None
) -> list[Any]:
    """Fill the navigation, the top bar and the filter bar."""
    try:
        with connected() as connection:
            published_sets = published(connection)
            run = chosen(published_sets, connection, dataset_from(search), here())
            return [
                *_around(pathname, search, published_sets, run),
                top_bar.facts(run),
                top_bar.update(run),
                *_offer(run, search),
            ]
    except NotPublished:
        return [*_around(pathname, search, []), None, None, *filter_bar.no_offer()]


def show_evidence(
    pressed: dict[str, str],
    search: str | None,
    drawn_with: list[dict[str, Any] | None],
    cards: list[dict[str, str]],
) -> Any:
    """Show the rows or the explanation of the card whose button was pressed.

    `drawn_with` are the values of the controls with which `cards` were drawn.
    """
    card = card_of(pressed["card"])
    if card is None:
        return error_state("This card names no source.")
    choices = next(
        (data or {} for data, drawn_card in zip(drawn_with, cards, strict=True)
         if drawn_card["card"] == card.id),
        {},
    )  # fmt: skip
    with published_run(search) as run:
        question = card.asked_by_name(search, choices)
        if pressed["part"] != DATA:
            return card_how(card, run, question)
        return card_data(card, run, question, search or "")


def report(error: Exception) -> None:
    """Say that a callback failed where its result would stand; the rest lives on."""
    message = said_of(error)
    places = [
        place
        for place in (problem_of(output) for output in _outputs())
        if place in _known_ids()
    ]
    for place in places or [NOTICE]:
        set_props(place, {"children": message})


def _standin(search: str | None) -> tuple[Component, Component] | None:
    """Give what stands in for a page where there is nothing to show."""
    try:
        with connected() as connection:
            published_sets = published(connection)
            chosen(published_sets, connection, dataset_from(search), here())
            return None
    except NotPublished as error:
        return _landing() if not here_is_data() else _no_such(str(error))
    except DatabaseError as error:
        return html.H1("The database can't be read"), error_state(str(error))


def _landing() -> tuple[Component, Component]:
    landing = page_at(LANDING)
    return landing.head(), landing.whole(landing.laid_out())


def _no_such(sentence: str) -> tuple[Component, Component]:
    back = dcc.Link("Show the most recent data set", href="/", refresh=True, className="button")
    return html.H1("No such data set"), empty_state(sentence, "It may have another name.", back)


def _around(
    pathname: str | None,
    search: str | None,
    published_sets: list[DataSet],
    run: PublishedRun | None = None,
) -> list[Any]:
    query = to_query(from_query(search), dataset_from(search))
    navigation = _navigation(pathname, query, None if run is None else run.has)
    return [navigation, top_bar.datasets(published_sets, None if run is None else run.dataset)]


def _navigation(pathname: str | None, query: str, has: Has | None) -> list[Component]:
    current = place_of(pathname)
    listed = [page for page in pages() if has is None or page.fits(has)]
    groups = {group: [page for page in listed if page.group == group] for group in GROUPS}
    return [
        html.Div(
            [
                html.H2(group, className="nav-group"),
                html.Ul(
                    [html.Li(_nav_link(page, query, current=current)) for page in group_pages]
                ),
            ]
        )
        for group, group_pages in groups.items()
        if group_pages
    ]


def _nav_link(page: Page, query: str, *, current: Page | None) -> Component:
    is_here = page is current
    return dcc.Link(
        [
            top_bar.icon(page.icon),
            html.Span(page.name),
            html.Span(" (this page)", className="visually-hidden") if is_here else None,
        ],
        href=f"{page.path}{query}",
        className="nav-link current" if is_here else "nav-link",
    )


def _offer(run: PublishedRun, search: str | None) -> list[Any]:
    filters = from_query(search)
    is_filtered = filters != NO_FILTERS
    return filter_bar.offer(
        remember(run, customers.choices),
        filters,
        dataset=dataset_from(search),
        kept_customers=remember(run, customers.count, filters)
        if is_filtered
        else run.customers,
        everyone=run.customers,
        by_rule=reckoned(run).basis == RULE,
    )


def _outputs() -> list[str]:
    listed = ctx.outputs_list
    outputs = listed if isinstance(listed, list) else [listed]
    return [output["id"] for output in outputs if isinstance(output.get("id"), str)]


def _known_ids() -> frozenset[str]:
    return frozenset(current_app.extensions[KNOWN_IDS])


def _content() -> Component:
    return html.Main(
        [
            html.Div(id=ANNOUNCED, role="status", className="visually-hidden"),
            html.Div(id=HEAD, className="page-head"),
            filter_bar.filter_bar(),
            html.Div(id=BODY, className="page-body"),
        ],
        id="content",
        tabIndex=-1,
    )
