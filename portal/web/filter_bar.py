"""The bar under the title: what the page is narrowed down to, as menus and removable chips.

One row on a wide screen; on a phone one button opens it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria, data
from portal.reading import customers
from portal.reading.customers import Choice, Choices
from portal.reading.filters import (
    FIELDS,
    URL,
    WHERE,
    YES,
    Filters,
    from_query,
)
from portal.reading.published import published_run
from portal.web.chips import NAMED, TITLES, WORTH, chips
from portal.words import wording
from portal.words.titles import title as attribute_title

BAR = "filter-bar"
SEARCH = "filter-text"
CHIPS = "filter-chips"
KEPT = "filter-kept"
CONTACT = "filter-contact"
MORE = "filter-more"
ATTRIBUTE = "filter-attribute"
GROUPS = "filter-groups"
CHOSEN = "filter-chosen"
PANEL = "filter-panel"
NONE = "…"

MENUS = ("segment", "country", "risk_band", "value_band", "moved")
"""Fields with a menu of their own; older ones are chips alone."""


def choices_id(field: str) -> str:
    """Name the list of a filter's values."""
    return f"filter-{field}"


def menu_id(field: str) -> str:
    """Name the menu that holds that list."""
    return f"filter-{field}-menu"


def chosen_id(field: str) -> str:
    """Name the number of values chosen, beside the menu's title."""
    return f"filter-{field}-chosen"


OUTPUTS = (
    *(Output(choices_id(field), "children") for field in MENUS),
    *(Output(chosen_id(field), "children") for field in (*MENUS, WHERE)),
    *(Output(menu_id(field), "hidden") for field in MENUS),
    Output(CONTACT, "children"),
    Output(ATTRIBUTE, "options"),
    Output(MORE, "hidden"),
    Output(CHOSEN, "children"),
    Output(CHIPS, "children"),
    Output(KEPT, "children"),
)
"""What `offer` fills."""


def filter_bar() -> Component:
    """Lay out the bar; the shell fills it by the URL's query."""
    return html.Div(
        [
            html.Button(
                [
                    html.I(className="bi bi-funnel", **aria(hidden="true")),
                    "Filters",
                    html.Span(id=CHOSEN, className="menu-chosen"),
                ],
                className="button filter-open",
                type="button",
                **aria(expanded="false", controls=PANEL),
                **data(action="toggle-filters"),
            ),
            html.Div(
                [
                    html.I(className="bi bi-funnel filter-icon", **aria(hidden="true")),
                    *(_menu(field, TITLES[field]) for field in MENUS),
                    html.Div(id=CONTACT),
                    _more(),
                    html.Label("Customer", htmlFor=SEARCH, className="visually-hidden"),
                    dcc.Input(
                        id=SEARCH,
                        type="search",
                        debounce=0.4,
                        placeholder="Customer id",
                        maxLength=100,
                        className="filter-text",
                    ),
                ],
                id=PANEL,
                className="filter-row",
            ),
            html.Span(id=KEPT, className="filter-kept", role="status"),
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
    app.callback(
        Output(GROUPS, "children"),
        Input(ATTRIBUTE, "value"),
        Input(URL, "search"),
        prevent_initial_call=True,
    )(offer_groups)


def offer_groups(attribute: str | None, search: str | None) -> list[Component]:
    """Offer the groups of the attribute that was chosen."""
    if not attribute or attribute == NONE:
        return []
    filters = from_query(search)
    with published_run(search) as run:
        groups = customers.groups(run, filters, attribute)
    return _offered(
        WHERE,
        [(f"{attribute}={group.value}", group.value, group.customers) for group in groups],
        filters.where,
    )


def offer(
    choices: Choices, filters: Filters, *, dataset: str | None, kept_customers: int,
    everyone: int, by_rule: bool,
) -> list[Any]:  # fmt: skip
    """Fill the bar, as `OUTPUTS` names it.

    Parameters
    ----------
    choices
        What there is to filter by.
    dataset
        The data set that the address names.
    kept_customers, everyone
        How many customers the filters keep, and how many there are.
    by_rule
        Whether a rule names whom to contact, as no profit is known.
    """
    lists = {field: getattr(filters, FIELDS[field]) for field in MENUS}
    choices_by_field = {field: getattr(choices, FIELDS[field]) for field in MENUS}
    count_text = wording.count(kept_customers, "customer")
    if kept_customers != everyone:
        count_text = (
            f"{wording.number(kept_customers)} of {wording.count(everyone, 'customer')}"
        )
    more = [*filters.where, *([filters.text] if filters.text else [])]
    return [
        *(offered(field, choices_by_field[field], lists[field]) for field in MENUS),
        *(_number(values) for values in lists.values()),
        _number(filters.where),
        *(not choices_by_field[field] for field in MENUS),
        [_worth(choice, filters, by_rule=by_rule) for choice in choices.contact],
        [
            {"label": "Choose an attribute …", "value": NONE},
            *(
                {"label": attribute_title(attribute), "value": attribute}
                for attribute in choices.attributes
            ),
        ],
        not choices.attributes,
        _number([*more, *(value for field in FIELDS for value in _values(filters, field))]),
        chips(filters, dataset, kept_customers, by_rule=by_rule),
        count_text,
    ]


def no_offer() -> list[Any]:
    """Fill the bar where there is nothing to filter."""
    many = len(MENUS)
    return [*([[]] * many), *([""] * (many + 1)), *([True] * many), [], [], True, "", [], ""]


def offered(field: str, choices: Sequence[Choice], chosen: Sequence[str]) -> list[Component]:
    """Write a filter's values with how many customers have them; a press toggles one."""
    return _offered(
        field, [(choice.value, choice.value, choice.customers) for choice in choices], chosen
    )


def _offered(
    field: str, choices: Sequence[tuple[str, str, int]], chosen: Sequence[str]
) -> list[Component]:
    return [
        html.Button(
            [
                html.I(className="bi bi-check-lg", **aria(hidden="true")),
                html.Span(name, className="choice-name"),
                html.Span(wording.number(many), className="choice-count"),
            ],
            className="choice",
            role="checkbox",
            type="button",
            key=value,
            **aria(checked="true" if value in chosen else "false"),
            **data(action="toggle-filter", field=field, value=value),
        )
        for value, name, many in choices
    ]


def _worth(choice: Choice, filters: Filters, *, by_rule: bool) -> Component:
    is_on = choice.value in filters.contact
    return html.Button(
        [
            NAMED if by_rule else WORTH,
            html.Span(wording.number(choice.customers), className="choice-count"),
        ],
        className="menu-button filter-toggle",
        role="checkbox",
        type="button",
        **aria(checked="true" if is_on else "false"),
        **data(action="toggle-filter", field="contact", value=YES),
    )


def _values(filters: Filters, field: str) -> tuple[str, ...]:
    values: tuple[str, ...] = getattr(filters, FIELDS[field])
    return values


def _number(values: Sequence[str]) -> str:
    return str(len(values)) if values else ""


def _menu(field: str, title: str) -> Component:
    panel = html.Div(
        id=choices_id(field), className="menu-panel", role="group", **aria(label=title)
    )
    return html.Details([_summary(title, field), panel], id=menu_id(field), className="menu")


def _more() -> Component:
    label = "Any attribute"
    return html.Details(
        [
            _summary("More", WHERE),
            html.Div(
                [
                    html.Label(label, htmlFor=ATTRIBUTE, className="visually-hidden"),
                    dbc.Select(id=ATTRIBUTE, options=[], value=NONE, size="sm"),
                    html.Div(id=GROUPS, role="group", **aria(label="Its groups")),
                ],
                className="menu-panel",
            ),
        ],
        id=MORE,
        className="menu",
    )


def _summary(title: str, field: str) -> Component:
    marks: Mapping[str, Any] = aria(hidden="true")
    return html.Summary(
        [
            title,
            html.Span(id=chosen_id(field), className="menu-chosen"),
            html.I(className="bi bi-chevron-down", **marks),
        ],
        className="menu-button",
    )
