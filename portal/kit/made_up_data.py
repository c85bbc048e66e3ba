"""Buttons that load a made-up data set of each form, to look around in."""

from dash import Input, Output, ctx, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from db.errors import DatabaseError
from portal.kit.page import Page
from portal.kit.states import error_state
from portal.reading import made_up

TITLES = {
    "customers": "customers",
    "marketing": "marketing",
    "behaviour": "behaviour",
    "market-activity": "market activity",
}
"""What the forms beside orders are called on their buttons."""
FOLLOWED = (
    "It is being loaded: segments and sales come first, predictions follow by themselves. The"
    " bar at the top shows how far it is."
)


def shop_button(prefix: str) -> Component:
    """Lay out the button that loads the made-up shop; ids begin with `prefix`."""
    return _button(prefix, made_up.SHOP, "Load the made-up shop", "button primary")


def other_buttons(prefix: str) -> list[Component]:
    """Lay out a button for each of the other forms."""
    return [
        _button(prefix, form, f"Made-up {title}", "button") for form, title in TITLES.items()
    ]


def said(prefix: str) -> Component:
    """Lay out the place where it is said what a button did."""
    return html.Div(id=f"{prefix}-made-up-said", role="status")


def follow_loading(page: Page, prefix: str) -> None:
    """Let the buttons of a page load what they name."""
    page.callback(
        Output(f"{prefix}-made-up-said", "children"),
        *(Input(_id(prefix, form), "n_clicks") for form in made_up.DATASETS),
        prevent_initial_call=True,
    )(load)


def load(*clicks: int | None) -> Component:
    """Start to load a made-up data set, as a job that the frame follows."""
    pressed = str(ctx.triggered_id or "")
    form = next(
        (candidate for candidate in made_up.DATASETS if pressed.endswith(_id("", candidate))),
        None,
    )
    if form is None or not any(clicks):
        raise PreventUpdate
    try:
        made_up.load(form)
    except DatabaseError as error:
        return error_state(str(error))
    return html.P(FOLLOWED)


def _id(prefix: str, form: str) -> str:
    return f"{prefix}-made-up-{form}"


def _button(prefix: str, form: str, title: str, look: str) -> Component:
    return html.Button(title, id=_id(prefix, form), type="button", className=look)
