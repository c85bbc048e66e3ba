"""Narrowing the churn page down by an attribute that has no filter of its own above."""

from typing import Any

from dash import Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.choices import choice
from portal.kit.page import Page
from portal.pages.churn import queries
from portal.reading.filters import URL, WHERE, dataset_from, from_query, to_query
from portal.reading.published import published_run
from portal.words import wording
from portal.words.titles import title

ATTRIBUTE = "churn-attribute"
LEVEL = "churn-level"
NONE = "…"
NOT_CHOSEN = {"label": "choose …", "value": NONE}


def narrowing() -> Component:
    """Offer every attribute that has no filter of its own above."""
    return html.Div(
        [
            choice(ATTRIBUTE, "Only customers whose", [NOT_CHOSEN], NONE, show_label=True),
            choice(LEVEL, "is", [NOT_CHOSEN], NONE, show_label=True),
        ],
        className="churn-narrowing span-12",
        role="group",
        **aria(label="Narrow down by an attribute"),
    )


def follow_narrowing(page: Page) -> None:
    """Fill the choices, and keep in the address what is chosen."""
    page.callback(Output(ATTRIBUTE, "options"), Input(URL, "search"))(offer_attributes)
    page.callback(
        Output(LEVEL, "options"),
        Output(LEVEL, "value"),
        Input(ATTRIBUTE, "value"),
        Input(URL, "search"),
    )(offer_levels)
    page.callback(
        Output(URL, "search", allow_duplicate=True),
        Output(ATTRIBUTE, "value"),
        Input(LEVEL, "value"),
        State(ATTRIBUTE, "value"),
        State(URL, "search"),
        prevent_initial_call=True,
    )(narrow)


def offer_attributes(search: str | None) -> list[dict[str, str]]:
    """Offer the attributes of the data set."""
    with published_run(search) as run:
        found = queries.attributes(run)
    return [NOT_CHOSEN, *({"label": title(each), "value": each} for each in found)]


def offer_levels(attribute: str | None, search: str | None) -> tuple[Any, Any]:
    """Offer the groups of the attribute with how many customers each has.

    Only another attribute takes back what is chosen: an address that comes late does not.
    """
    if attribute is None or attribute == NONE:
        return [NOT_CHOSEN], NONE
    with published_run(search) as run:
        found = queries.levels(run, from_query(search), attribute)
    options = [
        {"label": f"{each.name} ({wording.number(each.customers)})", "value": each.name}
        for each in found
    ]
    chosen = NONE if f"{ATTRIBUTE}.value" in ctx.triggered_prop_ids else no_update
    return [NOT_CHOSEN, *options], chosen


def narrow(level: str | None, attribute: str | None, search: str | None) -> tuple[Any, Any]:
    """Keep only the customers of the group; the chip above takes it back."""
    if level in (None, NONE) or attribute in (None, NONE):
        return no_update, no_update
    filters, wanted = from_query(search), f"{attribute}={level}"
    if wanted in filters.where:
        return no_update, NONE
    return to_query(filters.toggled(WHERE, wanted), dataset_from(search)), NONE
