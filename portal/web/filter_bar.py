"""The bar under the title: what the page is narrowed down to, as menus and removable chips."""

from collections.abc import Sequence

from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria, data
from portal.reading.customers import Choice
from portal.reading.filters import FIELDS, TEXT, URL, WHERE, Filters, parts_of, to_query
from portal.words import wording
from portal.words.titles import title as attribute_title

BAR = "filter-bar"
SEARCH = "filter-text"
CHIPS = "filter-chips"
KEPT = "filter-kept"

TITLES = {
    "segment": "Segment",
    "country": "Country",
    "band": "Spend band",
    "risk": "Churn risk",
}


def choices_id(field: str) -> str:
    """Name the list of a filter's values."""
    return f"filter-{field}"


def menu_id(field: str) -> str:
    """Name the menu that holds that list."""
    return f"filter-{field}-menu"


def chosen_id(field: str) -> str:
    """Name the number of values chosen, beside the menu's title."""
    return f"filter-{field}-chosen"


def filter_bar() -> Component:
    """Lay out the bar; the shell fills it by the URL's query."""
    return html.Div(
        [
            html.Div(
                [
                    html.I(className="bi bi-funnel filter-icon", **aria(hidden="true")),
                    *(_menu(field) for field in FIELDS),
                    html.Label("Customer", htmlFor=SEARCH, className="visually-hidden"),
                    dcc.Input(
                        id=SEARCH,
                        type="search",
                        debounce=0.4,
                        placeholder="Customer id",
                        maxLength=100,
                        className="filter-text",
                    ),
                    html.Span(id=KEPT, className="filter-kept", role="status"),
                ],
                className="filter-row",
            ),
            html.Div(id=CHIPS, className="chips"),
        ],
        id=BAR,
        className="filter-bar",
        role="search",
        hidden=True,
        **aria(label="Filters of this page"),
    )


def register(app: Dash) -> None:
    """Tie the search to the query in one callback, so that neither answers its own echo."""
    app.clientside_callback(
        ClientsideFunction("clientele", "sync_search"),
        Output(URL, "search", allow_duplicate=True),
        Output(SEARCH, "value"),
        Input(URL, "search"),
        Input(SEARCH, "value"),
        prevent_initial_call=True,
    )


def offered(field: str, choices: Sequence[Choice], chosen: Sequence[str]) -> list[Component]:
    """Write a filter's values with how many customers have them; a press toggles one."""
    return [
        html.Button(
            [
                html.I(className="bi bi-check-lg", **aria(hidden="true")),
                html.Span(choice.value, className="choice-name"),
                html.Span(wording.number(choice.customers), className="choice-count"),
            ],
            className="choice",
            role="checkbox",
            type="button",
            key=choice.value,
            **aria(checked="true" if choice.value in chosen else "false"),
            **data(action="toggle-filter", field=field, value=choice.value),
        )
        for choice in choices
    ]


def chips(filters: Filters, dataset: str | None, kept: int) -> list[Component]:
    """Show what is filtered by, each chip a link without it; say if nobody is left."""
    shown = [_chip(field, value, filters, dataset) for field, value in filters.pairs]
    if not shown:
        return []
    clear = dcc.Link("Clear", href=to_query(Filters(), dataset) or "?", className="chip-clear")
    if kept:
        return [*shown, clear]
    none = html.P("No customer fits all of these: take one away.", className="filter-none")
    return [*shown, clear, none]


def _chip(field: str, value: str, filters: Filters, dataset: str | None) -> Component:
    attribute, group = parts_of(value) if field == WHERE else ("", value)
    fewer = filters._replace(text="") if field == TEXT else filters.toggled(field, value)
    title = attribute_title(attribute) if attribute else TITLES.get(field, "Customer")
    return dcc.Link(
        [
            html.Span("Remove the filter ", className="visually-hidden"),
            html.Span(f"{title}: ", className="chip-field"),
            group,
            html.I(className="bi bi-x", **aria(hidden="true")),
        ],
        href=to_query(fewer, dataset) or "?",
        className="chip",
    )


def _menu(field: str) -> Component:
    title = TITLES[field]
    return html.Details(
        [
            html.Summary(
                [
                    title,
                    html.Span(id=chosen_id(field), className="menu-chosen"),
                    html.I(className="bi bi-chevron-down", **aria(hidden="true")),
                ],
                className="menu-button",
            ),
            html.Div(
                id=choices_id(field), className="menu-panel", role="group", **aria(label=title)
            ),
        ],
        id=menu_id(field),
        className="menu",
        hidden=field == "risk",
    )
