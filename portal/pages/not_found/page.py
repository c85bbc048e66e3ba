"""What an address shows that means no page."""

import dash
from dash import dcc
from dash.development.base_component import Component

from portal.kit.states import empty_state

dash.register_page(
    __name__,
    path="/not-found",
    name="Page not found",
    title="Page not found · Clientele",
    needs_data=False,
)


def layout() -> Component:
    """Say so, and lead back."""
    back = dcc.Link("Go to the first page", href="/", className="button")
    return empty_state(
        "There is no page at this address.",
        "It may have moved, or the link was cut short.",
        back,
    )
