"""What an address shows that means no page."""

from dash import dcc
from dash.development.base_component import Component

from portal.kit.page import Page
from portal.kit.states import empty_state

PAGE = Page(
    path="/not-found",
    name="Page not found",
    title="Page not found · Clientele",
    needs_data=False,
)


@PAGE.layout
def layout() -> Component:
    """Say so, and lead back."""
    back = dcc.Link("Go to the first page", href="/", className="button")
    return empty_state(
        "There is no page at this address.",
        "It may have moved, or the link was cut short.",
        back,
    )
