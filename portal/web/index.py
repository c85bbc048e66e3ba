"""The HTML of every page: it carries the layout that Dash would ask for, filled.

`assets/first_answer.js` hands the layout to Dash when it asks. It is written for the mode that
the browser showed last; a browser in the other mode asks for the layout anew.
"""

from html import escape
from typing import Any

from dash import Dash
from dash._utils import to_json
from dash.development.base_component import Component
from flask import request

from portal.kit.drawing.modes import mode
from portal.web.navigation import place_of
from portal.web.plotly_script import plotly_url

HEAD_END = "</head>"
BODY_START = "<body>"
SUITES = "/_dash-component-suites"
GRAPHS = f"{SUITES}/dash/dcc/async-graph.js"
"""What Dash asks for beside Plotly once a figure is there; here the browser begins with it."""
GRAPH = '"type":"Graph"'
"""What a layout with a figure holds; a page without one would preload for nothing."""


class Index(Dash):
    """A Dash application whose pages come whole."""

    _kept_config: dict[str, Any] | None = None

    def _config(self) -> dict[str, Any]:
        """Leave out what browsers would check ids by: half a megabyte that tests check once.

        Dash asks for it with every page; it is the same from the first on.
        """
        if self._kept_config is None:
            config: dict[str, Any] = super()._config()  # type: ignore[no-untyped-call]
            config.pop("validation_layout", None)
            self._kept_config = config | {"suppress_callback_exceptions": True}
        return self._kept_config

    def index(self, *arguments: Any, **named: Any) -> str:
        """Write the HTML of the page that is asked for."""
        text = str(super().index(*arguments, **named))  # type: ignore[no-untyped-call]
        place = place_of(request.path)
        if place is None:
            return text
        text = text.replace(f"<title>{self.title}<", f"<title>{escape(place.title)}<", 1)
        layout = carried(self.get_layout())
        if GRAPH in layout:
            text = text.replace(HEAD_END, _preloads() + HEAD_END, 1)
        return text.replace(BODY_START, BODY_START + layout, 1)


def _preloads() -> str:
    scripts = (plotly_url(), GRAPHS)
    return "".join(f'<link rel="preload" as="script" href="{script}">' for script in scripts)


def carried(layout: Component) -> str:
    """Write a layout into HTML as data that no browser takes for HTML or script."""
    text = to_json(layout).replace("<", "\\u003c")
    kind = 'type="application/json"'
    return f'<script {kind} id="first-layout" data-mode="{mode()}">{text}</script>'
