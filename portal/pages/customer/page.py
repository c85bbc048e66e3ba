"""Customer: what is known of one, what is expected, why, and who is alike."""

from typing import Any
from urllib.parse import urlencode

import dash_bootstrap_components as dbc
from dash import Input, Output, State, html, no_update
from dash.development.base_component import Component

from portal.kit.cards import grid
from portal.kit.page import Page
from portal.kit.states import text_card
from portal.kit.tabs import Tab
from portal.pages.customer import buying_next, figures, panels, queries
from portal.pages.customer.changing import offer_what_if, what_if_part
from portal.reading.filters import CUSTOMER, DATASET, URL, customer_from
from portal.reading.predicting.reckoned import measures
from portal.reading.published import ORDER_LINES, published_run

SEARCH = "customer-search"
FIND = "customer-find"
HISTORY = "customer-history"
NO_HISTORY = "customer-no-history"
PARTS = "customer-parts"
OF_CUSTOMER: Any = {"reads": {CUSTOMER: customer_from}}

PAGE = Page(
    path="/customer",
    title="Customer · Clientele",
    name="Customer",
    icon="person-vcard",
    lead="What to expect of one customer, why, and what to do.",
)
PROFILE = PAGE.panel(
    "customer-profile",
    query=queries.profile,
    beside={"reasons": queries.reasons},
    knowing={"is_there": queries.is_there, "by": queries.by, "to_do": queries.to_do},
    draw=panels.profile,
    source="customers",
    measures=measures,
    note="The reason is the one that raises the probability most; what to do is the first"
    " action of the playbook in force for the segment.",
    columns=12,
    **OF_CUSTOMER,
)
FACTS = PAGE.panel(
    "customer-facts",
    query=queries.profile,
    beside={"fits": queries.fits},
    knowing={"is_there": queries.is_there, "greeting": queries.greeting},
    draw=panels.facts,
    source="customers",
    measures=(
        "segment", "new", "recency", "frequency", "monetary", "average_basket", "tenure",
        "country", "rfm_scores", "clv_12m", "value_interval", "churn_probability", "p_alive",
        "expected_next_order",
    ),
    note="Whether somebody is still a customer is told where the model in use, named by the"
    " second query, lets customers leave.",
    title="All that is known",
    columns=12,
    **OF_CUSTOMER,
)  # fmt: skip
PRODUCTS = PAGE.panel(
    "customer-products",
    query=queries.products,
    draw=panels.products,
    source="order_line",
    note="Lines as the source holds them, what came back taken off; fifteen at most.",
    title="What was bought and kept",
    columns=12,
    **OF_CUSTOMER,
)
NEXT_PRODUCTS = PAGE.panel(
    "customer-next",
    query=queries.next_products,
    beside={"checks": queries.next_checks},
    knowing={"are_others": queries.knows_next},
    draw=buying_next.next_products,
    source="next_product",
    note="Of products that the customer has not bought; told where such suggestions beat what"
    " most customers bought in each of the months that the second query has.",
    title="Likely to buy next",
    columns=12,
    **OF_CUSTOMER,
)
TIMELINE = PAGE.chart(
    "customer-timeline",
    query=queries.orders,
    beside={"moves": queries.segments},
    draw=figures.history,
    source="order_state",
    measures=("orders", "segment"),
    note="An order stands from one day to another, both counted from 1 January 1970: cancelling"
    " a part of it begins another period.",
    subject="Orders that stand, and the segment at each snapshot",
    columns=12,
    height=340,
    **OF_CUSTOMER,
)
SCORES = PAGE.panel(
    "customer-scores",
    query=queries.predictions,
    beside={"reasons": queries.reasons},
    draw=panels.scores,
    source="customer_prediction",
    note="Of each prediction the three weightiest reasons are written.",
    title="What is predicted, and why",
    columns=12,
    **OF_CUSTOMER,
)
SIMILAR = PAGE.panel(
    "customer-similar",
    query=queries.similar,
    draw=panels.similar,
    source="customers",
    measures=("recency", "frequency", "monetary"),
    note="Numbers are compared by their logarithms, each less its mean and divided by its"
    " standard deviation; what is not known counts as the mean.",
    title="Customers most alike",
    columns=12,
    **OF_CUSTOMER,
)


def first() -> Component:
    """Lay out what comes with the page."""
    return grid(
        PROFILE,
        html.Div(grid(TIMELINE), id=HISTORY, className="span-12"),
        html.Div(id=NO_HISTORY, className="span-12"),
        html.Div(grid(SCORES), id=PARTS, className="span-12", hidden=True),
    )


TABS = PAGE.tabs(
    "customer-tabs",
    Tab("customer", "Customer", first),
    Tab("products", "Products", lambda: grid(NEXT_PRODUCTS, PRODUCTS)),
    Tab("similar", "Similar customers", lambda: grid(SIMILAR)),
    Tab("what-if", "What if", lambda: grid(what_if_part())),
    Tab("known", "All that is known", lambda: grid(FACTS)),
)


@PAGE.layout
def layout() -> Component:
    """Lay out the search and the tabs; their cards fill themselves."""
    search_form = html.Div(
        [
            html.Label("Customer", htmlFor=SEARCH, className="quiet"),
            dbc.Input(
                id=SEARCH, type="search", placeholder="Identifier or part of it", size="sm"
            ),
            html.Button("Find", id=FIND, type="button", className="button"),
        ],
        className="customer-search",
        role="search",
    )
    return html.Div([search_form, TABS.layout()], className="customer-page")


@PAGE.callback(
    Output(URL, "search", allow_duplicate=True),
    Input(FIND, "n_clicks"),
    Input(SEARCH, "n_submit"),
    State(SEARCH, "value"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def find(
    _clicks: int | None, _submits: int | None, entered: str | None, search: str | None
) -> Any:
    """Go to the customer that was entered."""
    if not entered or not entered.strip():
        return no_update
    with published_run(search) as run:
        return f"?{urlencode({DATASET: run.dataset, CUSTOMER: entered.strip()})}"


@PAGE.callback(
    Output(PARTS, "hidden"),
    Output(HISTORY, "hidden"),
    Output(NO_HISTORY, "children"),
    Input(URL, "search"),
)
def show_parts(search: str | None) -> tuple[bool, bool, Component | None]:
    """Make room for what is told of a customer, or say what would bring a history."""
    with published_run(search) as run:
        if not queries.is_there(run, customer=customer_from(search)):
            return True, True, None
        if run.form == ORDER_LINES:
            return False, False, None
    sentence = "This data set has no orders over time; order lines would bring them."
    return (
        False,
        True,
        text_card(
            "Orders and segments over time", html.P(sentence, className="card-text quiet")
        ),
    )


offer_what_if(PAGE)
