"""A page as it is declared: where it stands, its layout, its callbacks and its cards.

A page is a value that a module makes; nothing knows of it until `create_app` registers it, so
that importing a page does nothing and two portals may live in one process::

    PAGE = Page(path="/value", name="Value", group="Understand", order=20, icon="gem")

    @PAGE.layout
    def layout() -> Component: ...

    @PAGE.callback(Output(NOTE, "children"), Input(URL, "search"))
    def show_note(search: str | None) -> Component: ...
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from dash import Dash
from dash.development.base_component import Component

from portal.kit.cards import Card, ChartCard, PanelCard
from portal.kit.clicks import clicked
from portal.kit.table_cards import TableCard

Declared = TypeVar("Declared", bound=Card)
Function = TypeVar("Function", bound=Callable[..., Any])


class _Callback(NamedTuple):
    """A callback as it was declared; `function` is one of the browser where `is_clientside`."""

    function: Any
    dependencies: tuple[Any, ...]
    options: dict[str, Any]
    is_clientside: bool


class Page:
    """A page of the portal.

    Parameters
    ----------
    path
        Its address.
    name, title
        What the navigation and its heading call it, and the title of the window.
    group
        One of `portal.web.navigation.GROUPS`; a page without one is not in the navigation.
    order
        Its place in the group.
    icon
        The name of a Bootstrap icon.
    lead
        What the page answers, in a sentence under its title.
    filtered
        Whether the filter bar stands under the title.
    needs_data
        Whether the landing page stands in for it until something is published.
    """

    def __init__(
        self,
        *,
        path: str,
        name: str,
        title: str,
        group: str = "",
        order: float = float("inf"),
        icon: str = "circle",
        lead: str = "",
        filtered: bool = False,
        needs_data: bool = True,
    ) -> None:
        self.path, self.name, self.title = path, name, title
        self.group, self.order, self.icon, self.lead = group, order, icon, lead
        self.filtered, self.needs_data = filtered, needs_data
        self.cards: dict[str, Card] = {}
        self._lay_out: Callable[[], Component] | None = None
        self._callbacks: list[_Callback] = []

    def layout(self, lay_out: Function) -> Function:
        """Take a function without arguments as what lays the page out."""
        self._lay_out = lay_out
        return lay_out

    def laid_out(self) -> Component:
        """Lay the page out."""
        if self._lay_out is None:
            raise LookupError(f"The page “{self.name}” has no layout; decorate one.")
        return self._lay_out()

    def chart(self, card_id: str, **declared: Any) -> ChartCard:
        """Declare a card with a chart, as `ChartCard` describes it."""
        return self._with(ChartCard(id=card_id, **declared))

    def panel(self, card_id: str, **declared: Any) -> PanelCard:
        """Declare a card with words, tiles or a small table, as `PanelCard` describes it."""
        return self._with(PanelCard(id=card_id, **declared))

    def table(self, card_id: str, **declared: Any) -> TableCard:
        """Declare a card with a table of any length, as `TableCard` describes it."""
        return self._with(TableCard(id=card_id, **declared))

    def _with(self, card: Declared) -> Declared:
        self.cards[card.id] = card
        dependencies, function = card.callback
        asks_later = isinstance(card, TableCard)
        self.callback(*dependencies, prevent_initial_call=asks_later)(function)
        if isinstance(card, ChartCard) and card.click:
            self.clientside_callback(*clicked(card.id, card.click), prevent_initial_call=True)
        if isinstance(card, TableCard):
            reload, follows = card.reload
            self.clientside_callback(reload, *follows, prevent_initial_call=True)
        return card

    def callback(self, *dependencies: Any, **options: Any) -> Callable[[Function], Function]:
        """Declare a callback, with what `dash.callback` takes."""

        def declare(function: Function) -> Function:
            declared = _Callback(function, dependencies, options, is_clientside=False)
            self._callbacks.append(declared)
            return function

        return declare

    def clientside_callback(self, function: Any, *dependencies: Any, **options: Any) -> None:
        """Declare a callback that the browser answers by itself."""
        self._callbacks.append(_Callback(function, dependencies, options, is_clientside=True))

    def register(self, app: Dash) -> None:
        """Give the callbacks to an application."""
        for each in self._callbacks:
            if each.is_clientside:
                app.clientside_callback(each.function, *each.dependencies, **each.options)
            else:
                app.callback(*each.dependencies, **each.options)(each.function)
