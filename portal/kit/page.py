"""A page as it is declared: where it stands, its layout, its callbacks and its cards.

A page is a value that a module makes; nothing knows of it until `create_app` registers it, so
that importing a page does nothing and two portals may live in one process::

    PAGE = Page(path="/value", name="Value", group="Understand", order=20, icon="gem")

    @PAGE.layout
    def layout() -> Component: ...

    @PAGE.callback(Output(NOTE, "children"), Input(URL, "search"))
    def show_note(search: str | None) -> Component: ...

Whatever is laid out, the page or what a callback brings, comes with what its callbacks say at
first; those declared `late` are asked by the browser once the rest is there.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from dash import Dash, Input, Output, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal.kit.answering.address import address
from portal.kit.answering.clicks import clicked
from portal.kit.answering.failures import problems
from portal.kit.answering.first_answers import Answer, answer_of, answered
from portal.kit.cards import Card, ChartCard, PanelCard
from portal.kit.tables.table_cards import TableCard
from portal.kit.tabs import Tab, Tabs
from portal.reading.filters import URL, Filters, from_query
from portal.reading.published import PublishedRun, published_run
from portal.words.has import Has

Declared = TypeVar("Declared", bound=Card)
Function = TypeVar("Function", bound=Callable[..., Any])


class _Callback(NamedTuple):
    """A callback as it was declared; `function` is one of the browser where `is_clientside`.

    `answer` is what fills it in advance, `None` where the browser asks at first as well.
    """

    function: Any
    dependencies: tuple[Any, ...]
    options: dict[str, Any]
    is_clientside: bool
    answer: Answer | None = None


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
    formerly
        Addresses that it had before, each with the tab that stands there now or none.
    fits
        Whether a data set has what the page shows; others don't list it.
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
        formerly: Mapping[str, str] | None = None,
        fits: Callable[[Has], bool] = lambda _has: True,
    ) -> None:
        self.path, self.name, self.title = path, name, title
        self.group, self.order, self.icon, self.lead = group, order, icon, lead
        self.filtered, self.needs_data = filtered, needs_data
        self.formerly, self.fits = dict(formerly or {}), fits
        self.cards: dict[str, Card] = {}
        self.tabs_of: list[Tabs] = []
        self.answers = False
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

    @property
    def slug(self) -> str:
        """What the ids of the page begin with."""
        return self.path.strip("/") or "today"

    def answer(self, function: Callable[[PublishedRun, Filters], Any]) -> Any:
        """Take what answers the page's question in one sentence, under its title.

        It takes a run and filters, is computed anew with them, and takes the place of `lead`.
        """

        def answered_for(search: str | None) -> Any:
            with published_run(search) as run:
                return function(run, from_query(search))

        self.answered_by(Input(URL, "search"))(answered_for)
        return function

    def answered_by(self, *inputs: Input) -> Callable[[Function], Function]:
        """Take a callback as what writes that sentence, where controls of the page count."""
        self.answers = True
        return self.callback(Output(f"{self.slug}-answer", "children"), *inputs)

    def head(self) -> Component:
        """Write the page's title and what it answers."""
        answer = html.P(self.lead, id=f"{self.slug}-answer", className="page-lead page-answer")
        lead = html.P(self.lead, className="page-lead") if self.lead else None
        parts = [html.H1(self.name, tabIndex=-1), answer if self.answers else lead]
        return html.Div(parts)

    def everything(self) -> Component:
        """Lay the page out with all tabs open, as Dash wants to know every id."""
        parts = [self.head(), self.laid_out(), *(tabs.contents() for tabs in self.tabs_of)]
        return html.Div(parts)

    def whole(self, part: Any) -> Any:
        """Fill what is laid out with what its callbacks say at first."""
        at = address()
        if at is None:
            return part
        outside = {(URL, "pathname"): at.pathname, (URL, "search"): at.search}
        return answered(part, self._answers(), outside, problems)

    def tabs(self, tabs_id: str, *tabs: Tab) -> Tabs:
        """Declare tabs of the page, as `Tabs` describes them."""
        declared = Tabs(tabs_id, tabs)
        self.tabs_of.append(declared)
        self.callback(*declared.dependencies, prevent_initial_call=True)(declared.open)
        return declared

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
        self.callback(*dependencies, late=card.late)(function)
        if isinstance(card, ChartCard) and card.click:
            self.clientside_callback(*clicked(card.id, card.click), prevent_initial_call=True)
        return card

    def callback(
        self, *dependencies: Any, late: bool = False, **options: Any
    ) -> Callable[[Function], Function]:
        """Declare a callback, with what `dash.callback` takes.

        One that is `late` isn't answered in advance: the page doesn't wait for it.
        """

        def declare(function: Function) -> Function:
            is_first = not late and not options.get("prevent_initial_call")
            answer = answer_of(dependencies, function) if is_first else None
            settled = options | {"prevent_initial_call": True} if answer else options
            self._callbacks.append(
                _Callback(function, dependencies, settled, is_clientside=False, answer=answer)
            )
            return function

        return declare

    def clientside_callback(self, function: Any, *dependencies: Any, **options: Any) -> None:
        """Declare a callback that the browser answers by itself."""
        self._callbacks.append(_Callback(function, dependencies, options, is_clientside=True))

    def register(self, app: Dash) -> None:
        """Give the callbacks to an application."""
        for callback in self._callbacks:
            if callback.is_clientside:
                app.clientside_callback(
                    callback.function, *callback.dependencies, **callback.options
                )
            else:
                function = self._filled(_pressed(callback))
                app.callback(*callback.dependencies, **callback.options)(function)

    def _answers(self) -> Iterable[Answer]:
        return [callback.answer for callback in self._callbacks if callback.answer is not None]

    def _filled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Let what a callback brings come whole as well."""

        @wraps(function)
        def answer(*arguments: Any) -> Any:
            return self.whole(function(*arguments))

        return answer


def _pressed(declared: _Callback) -> Callable[..., Any]:
    """Let a callback of buttons alone answer nothing before one of them is pressed.

    Dash asks at once where buttons come with a tab and what they fill was there before, though
    no initial call is wanted.
    """
    inputs = [
        dependency for dependency in declared.dependencies if isinstance(dependency, Input)
    ]
    are_buttons = bool(inputs) and all(
        dependency.component_property == "n_clicks" for dependency in inputs
    )
    function: Callable[..., Any] = declared.function
    if not are_buttons or not declared.options.get("prevent_initial_call"):
        return function

    @wraps(function)
    def answer(*arguments: Any) -> Any:
        clicks = arguments[: len(inputs)]
        if not any(any(click) if isinstance(click, list) else click for click in clicks):
            raise PreventUpdate
        return function(*arguments)

    return answer
