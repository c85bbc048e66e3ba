"""What if: change a customer and see the predictions move; nothing is kept."""

from typing import Any

from dash import ALL, Input, Output, State, ctx, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import rows_of
from portal.kit.page import Page
from portal.kit.states import empty_state, text_card
from portal.pages.customer import changes as fields
from portal.pages.customer import queries, told
from portal.reading.filters import URL, customer_from
from portal.reading.published import PublishedRun, published_run
from portal.reading.rows import each_row
from portal.scoring import models as scoring
from portal.scoring import what_if
from portal.scoring.models import NoModels, NotScorable
from portal.words import wording

WHAT_IF = "customer-what-if"
CHANGE = "customer-change"
FIELDS = "customer-fields"
FIELD = "customer-field"
MOVED = "customer-moved"
TRY, RESET = "Try changes", "Reset"
LEAD = (
    "Change what is known of the customer and see the predictions move. They say what the"
    " models expect of somebody like that, not what the change would cause; nothing is kept."
)


def what_if_part() -> Component:
    """Lay out the place of the fields, and beside them where the predictions move to."""
    return html.Section(
        [
            html.Section(
                [
                    html.Header(
                        [
                            html.Div(
                                [
                                    html.H2("What if", className="card-title"),
                                    html.P(LEAD, className="card-subject"),
                                ]
                            ),
                            html.Button(TRY, id=CHANGE, type="button", className="button"),
                        ],
                        className="card-head",
                    ),
                    html.Div(id=FIELDS, className="what-if-fields"),
                ],
                className="card",
            ),
            html.Div(id=MOVED, className="what-if-moved", **aria(live="polite")),
        ],
        id=WHAT_IF,
        className="what-if span-12",
        hidden=True,
        **aria(label="What if"),
    )


def offer_changes(search: str | None, _clicks: int | None) -> tuple[bool, Any, str]:
    """Offer to change the customer; once asked, lay out the fields as it is today."""
    customer = customer_from(search)
    with published_run(search) as run:
        if customer is None or not queries.is_there(run, customer=customer):
            return True, None, TRY
        if ctx.triggered_id != CHANGE:
            return False, None, TRY
        try:
            return False, _fields(run, customer), RESET
        except (NoModels, NotScorable) as error:
            return False, empty_state("This customer can't be changed.", str(error)), TRY


def show_moved(offered: str, values: list[str | None], search: str | None) -> Component | None:
    """Score the customer as it is and as it was changed."""
    customer = customer_from(search)
    if offered == TRY or not values or customer is None:
        return None
    typed = {
        str(field["id"]["name"]): value
        for field, value in zip(ctx.inputs_list[1], values, strict=True)
    }
    with published_run(search) as run:
        try:
            content = _moved(run, customer, typed)
        except (NoModels, NotScorable, what_if.Unreadable) as error:
            content = [told.refused(str(error))]
    return text_card("What the models then say", html.Div(content, className="card-text"))


def offer_what_if(page: Page) -> None:
    """Declare the callbacks of a page that holds this part."""
    page.callback(
        Output(WHAT_IF, "hidden"),
        Output(FIELDS, "children"),
        Output(CHANGE, "children"),
        Input(URL, "search"),
        Input(CHANGE, "n_clicks"),
    )(offer_changes)
    page.callback(
        Output(MOVED, "children"),
        Input(CHANGE, "children"),
        Input({"type": FIELD, "name": ALL}, "value"),
        State(URL, "search"),
    )(show_moved)


def _fields(run: PublishedRun, customer: str) -> Component:
    inputs = scoring.inputs(run)
    if inputs.by == "orders":
        return fields.order_fields(FIELD, _usual(run, customer), run.currency)
    today = scoring.today(run, customer)
    return fields.attribute_fields(FIELD, inputs.attributes, today, run.currency)


def _usual(run: PublishedRun, customer: str) -> fields.Usual:
    row = next(each_row(run.ask(queries.known(run, customer))))
    orders = rows_of(run, queries.orders(run, customer=customer))
    ago = f"{wording.days(row.recency_days)} ago" if row.recency_days else "that day"
    summary = (
        f"On {wording.date(run.as_of)}: {wording.count(row.frequency, 'order')}, the last"
        f" {ago}, {wording.money(row.average_basket, run.currency)} an order."
    )
    items = None if orders.empty else float(orders["items"].mean())
    return fields.Usual(summary, row.average_basket, items)


def _moved(run: PublishedRun, customer: str, typed: what_if.Typed) -> list[Component]:
    inputs = scoring.inputs(run)
    by_orders = inputs.by == "orders"
    if by_orders:
        changes = what_if.order_changes(typed, day=run.as_of, currency=run.currency)
    else:
        today = scoring.today(run, customer)
        changes = what_if.attribute_changes(typed, inputs.attributes, today)
    scorable = what_if.made(changes, by_orders=by_orders)
    return told.told(scoring.step_by_step(run, customer, scorable), changes)
