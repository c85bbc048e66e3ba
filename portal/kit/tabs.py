"""Tabs of a page: one is open, and what it shows is laid out when it is opened.

The first one comes with the page. Which one is open stands behind the `#` of the address, so
that a link may lead into a tab; `assets/tabs.js` opens it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from dash import Input, Output, State, dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria, data
from portal.kit.states import error_state
from portal.reading.filters import URL


class Tab(NamedTuple):
    """A tab: its key in addresses, its title, and what lays it out."""

    key: str
    title: str
    lay_out: Callable[[], Component]


@dataclass(frozen=True)
class Tabs:
    """Tabs of a page.

    Attributes
    ----------
    id
        Of their store of which is open; `{id}-panel` is where the open one stands.
    every
        The tabs, the one that comes with the page first.
    """

    id: str
    every: Sequence[Tab]

    @property
    def dependencies(self) -> list[Any]:
        """What their callback fills and follows."""
        panel = Output(f"{self.id}-panel", "children")
        return [panel, Input(self.id, "data"), State(URL, "search")]

    def open(self, key: str | None, _search: str | None = None) -> Component:
        """Lay out the tab of that key, the first one where there is no such tab."""
        matching = [tab for tab in self.every if tab.key == key]
        if key and not matching:
            return error_state(f"There is no tab “{key}” here; it may have another name now.")
        return (matching or list(self.every))[0].lay_out()

    def layout(self) -> Component:
        """Lay out the row of tabs and the first one."""
        first = self.every[0]
        return html.Div(
            [
                dcc.Store(id=self.id),
                html.Div(
                    [self._button(tab, is_open=tab is first) for tab in self.every],
                    className="page-tabs",
                    role="tablist",
                    **aria(label="Parts of this page"),
                ),
                html.Div(
                    first.lay_out(),
                    id=f"{self.id}-panel",
                    className="tab-panel",
                    role="tabpanel",
                    tabIndex=-1,
                    **aria(labelledby=f"{self.id}-{first.key}"),
                ),
            ],
            **data(tabs=self.id),
        )

    def contents(self) -> Component:
        """Lay out all that stands in the tabs that don't come with the page."""
        return html.Div([tab.lay_out() for tab in self.every[1:]])

    def _button(self, tab: Tab, *, is_open: bool) -> Component:
        return html.Button(
            tab.title,
            id=f"{self.id}-{tab.key}",
            className="page-tab",
            role="tab",
            type="button",
            tabIndex=0 if is_open else -1,
            **aria(selected="true" if is_open else "false", controls=f"{self.id}-panel"),
            **data(action="open-tab", tabs=self.id, tab=tab.key),
        )
