"""Parts of the plan's page that need expected profits: they say so where none are known."""

from typing import Any

from dash import Input, Output, html
from dash.development.base_component import Component

from portal.kit.page import Page
from portal.kit.states import empty_state
from portal.pages.plan import planned
from portal.reading.filters import URL, from_query
from portal.reading.published import published_run

Answer = tuple[bool, Component | None]


def weighed(part: str, *content: Any) -> Component:
    """Lay out a part that needs amounts, and the place that says where there are none."""
    return html.Div(
        [html.Div(id=f"plan-{part}-needs"), html.Div(list(content), id=f"plan-{part}-part")]
    )


def follow_weighed(page: Page, *parts: str) -> None:
    """Hide parts where no expected profit is known, and say what would bring them."""
    for part in parts:
        page.callback(
            Output(f"plan-{part}-part", "hidden"),
            Output(f"plan-{part}-needs", "children"),
            Input(URL, "search"),
        )(show_part)


def show_part(search: str | None) -> Answer:
    """Tell whether a part is hidden, and why."""
    with published_run(search) as run:
        if not planned.shown(run, from_query(search)).is_by_rule:
            return False, None
        return True, empty_state("No amounts are known here", planned.needs_profit(run))
