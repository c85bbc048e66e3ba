"""A choice of one among a few, as the browser's own control: usable by everyone."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component


def choice(
    control: str,
    label: str,
    options: list[dict[str, Any]],
    value: str | None = None,
    *,
    show_label: bool = False,
) -> Component:
    """Offer `options` (label and value) under the id `control`."""
    return html.Div(
        [
            html.Label(
                label, htmlFor=control, className="quiet" if show_label else "visually-hidden"
            ),
            dbc.Select(id=control, options=options, value=value, size="sm"),
        ],
        className="control",
    )
