"""Customer: what is known of one, what is expected, why, and who is alike."""

from typing import Any
from urllib.parse import urlencode

import dash_bootstrap_components as dbc
import pandas as pd
import plotly.graph_objects as go
from dash import ALL, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import grid
from portal.kit.chart import Chart
from portal.kit.charts import Drawn, chart_card, chart_outputs, drawn
from portal.kit.page import Page
from portal.kit.states import empty_state, text_card
from portal.pages.customer import changes as fields
from portal.pages.customer import figures, queries
from portal.pages.customer import what_if as marks
from portal.reading import customers as all_customers
from portal.reading import value as value_queries
from portal.reading.filters import CUSTOMER, DATASET, URL, Filters, customer_from, customer_link
from portal.reading.published import ORDER_LINES, PublishedRun, published_run, remember
from portal.reading.rows import each_row
from portal.scoring import models as scoring
from portal.scoring import what_if
from portal.scoring.models import NoModels, NotScorable
from portal.words import wording
from portal.words.titles import TITLES

SEARCH = "customer-search"
FIND = "customer-find"
PROFILE = "customer-profile"
TIMELINE = "customer-timeline"
HISTORY = "customer-history"
NO_HISTORY = "customer-no-history"
SCORES = "customer-scores"
SIMILAR = "customer-similar"
WHAT_IF = "customer-what-if"
CHANGE = "customer-change"
FIELDS = "customer-fields"
FIELD = "customer-field"
MOVED = "customer-moved"
KNOWN = ("run_id", "customer_id", "recency_days", "frequency", "monetary", "average_basket",
         "tenure_days", "country")  # fmt: skip
FLAGS = ("is_", "complain", "response", "discount_applied", "messages_allowed")
MOST_FOUND = 20
LISTED = (
    ("segment", "Segment", ""),
    ("recency_days", "Recency, days", "count"),
    ("frequency", "Orders", "count"),
    ("monetary", "Monetary", "money"),
)
"""Columns beside the identifier where customers are listed: name, title, kind of number."""
TRY, RESET = "Try changes", "Reset"

PAGE = Page(
    path="/customer",
    title="Customer · Clientele",
    name="Customer",
    group="Understand",
    order=60,
    icon="person-vcard",
    lead="What is known of one customer, what is expected, and why.",
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; callbacks fill it."""
    return grid(
        html.Div(
            [
                html.Label("Customer", htmlFor=SEARCH, className="quiet"),
                dbc.Input(
                    id=SEARCH, type="search", placeholder="Identifier or part of it", size="sm"
                ),
                html.Button("Find", id=FIND, type="button", className="button"),
            ],
            className="customer-search span-12",
            role="search",
        ),
        html.Div(id=PROFILE, className="span-12 customer-profile"),
        html.Div(
            chart_card(
                TIMELINE,
                evidence=None,
                subject="Orders that stand, and the segment at each snapshot",
                columns=12,
                height=340,
            ),
            id=HISTORY,
            className="span-12",
        ),
        html.Div(id=NO_HISTORY, className="span-12"),
        html.Div(id=SCORES, className="span-6 customer-part"),
        html.Div(id=SIMILAR, className="span-6 customer-part"),
        _what_if(),
    )


def _what_if() -> Component:
    lead = (
        "Change what is known of the customer and see the predictions move. They say what"
        " the models expect of somebody like that, not what the change would cause; nothing is"
        " kept."
    )
    return html.Section(
        [
            html.Section(
                [
                    html.Header(
                        [
                            html.Div(
                                [
                                    html.H2("What if", className="card-title"),
                                    html.P(lead, className="card-subject"),
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


@PAGE.callback(
    Output(URL, "search", allow_duplicate=True),
    Input(FIND, "n_clicks"),
    Input(SEARCH, "n_submit"),
    State(SEARCH, "value"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def find(
    _clicks: int | None, _submits: int | None, said: str | None, search: str | None
) -> Any:
    """Go to the customer that was entered."""
    if not said or not said.strip():
        return no_update
    with published_run(search) as run:
        return _query(run, said.strip())


@PAGE.callback(Output(PROFILE, "children"), Input(URL, "search"))
def show_profile(search: str | None) -> Component:
    """Write what is known of the customer, or who can be looked at."""
    customer = customer_from(search)
    with published_run(search) as run:
        if customer is None:
            return _listed(run, "Which customer?", "Some of those who spent most:", Filters())
        found = queries.profile(run, customer)
        if found.empty:
            return _listed(
                run,
                f"There is no customer “{customer}” in {run.dataset}",
                "Those whose identifier holds what was entered:",
                Filters(text=customer),
            )
        return _profile(run, found.iloc[0], queries.attributes(run, customer))


@PAGE.callback(*chart_outputs(TIMELINE), Input(URL, "search"))
def show_timeline(search: str | None) -> Drawn:
    """Draw the orders and the segments of the customer."""
    with published_run(search) as run:
        return drawn(run, _timeline, customer_from(search))


@PAGE.callback(Output(HISTORY, "hidden"), Output(NO_HISTORY, "children"), Input(URL, "search"))
def show_history(search: str | None) -> tuple[bool, Component | None]:
    """Make room for the history of a customer, or say what would bring one."""
    customer = customer_from(search)
    with published_run(search) as run:
        if customer is None or queries.profile(run, customer).empty:
            return True, None
        if run.form == ORDER_LINES:
            return False, None
        said = "This data set has no orders over time; order lines would bring them."
        return True, text_card(
            "Orders and segments over time", html.P(said, className="card-text quiet")
        )


@PAGE.callback(Output(SCORES, "children"), Input(URL, "search"))
def show_scores(search: str | None) -> Component | None:
    """Write what is predicted of the customer, and why."""
    customer = customer_from(search)
    with published_run(search) as run:
        if customer is None or queries.profile(run, customer).empty:
            return None
        found = queries.predictions(run, customer)
        why = queries.reasons(run, customer)
        if found.empty:
            content: list[Component] = [
                empty_state(
                    "No predictions",
                    "No task of this run concerns the customer; the Models page says which"
                    " tasks were refused and why.",
                )
            ]
        else:
            content = [_score(row, why) for row in each_row(found)]
        return text_card("What is predicted, and why", html.Div(content, className="card-text"))


@PAGE.callback(Output(SIMILAR, "children"), Input(URL, "search"))
def show_similar(search: str | None) -> Component | None:
    """Write who is most like the customer."""
    customer = customer_from(search)
    with published_run(search) as run:
        found = remember(run, queries.similar, customer) if customer else pd.DataFrame()
        if found.empty:
            return None
        return text_card(
            "Customers most alike",
            html.P(
                "Nearest in recency, orders, spend and what else numbers tell, each on its own"
                " scale.",
                className="card-text quiet",
            ),
            _customer_table(run, found),
        )


@PAGE.callback(
    Output(WHAT_IF, "hidden"),
    Output(FIELDS, "children"),
    Output(CHANGE, "children"),
    Input(URL, "search"),
    Input(CHANGE, "n_clicks"),
)
def offer_changes(search: str | None, _clicks: int | None) -> tuple[bool, Any, str]:
    """Offer to change the customer; once asked, lay out the fields as it is today."""
    customer = customer_from(search)
    with published_run(search) as run:
        row = queries.profile(run, customer) if customer else pd.DataFrame()
        if customer is None or row.empty:
            return True, None, TRY
        if ctx.triggered_id != CHANGE:
            return False, None, TRY
        try:
            return False, _fields(run, customer, row.iloc[0]), RESET
        except (NoModels, NotScorable) as error:
            return False, empty_state("This customer can't be changed.", str(error)), TRY


@PAGE.callback(
    Output(MOVED, "children"),
    Input(CHANGE, "children"),
    Input({"type": FIELD, "name": ALL}, "value"),
    State(URL, "search"),
)
def show_moved(offered: str, values: list[str | None], search: str | None) -> Component | None:
    """Score the customer as it is and as it was changed."""
    customer = customer_from(search)
    if offered == TRY or not values or customer is None:
        return None
    typed = {
        str(each["id"]["name"]): value
        for each, value in zip(ctx.inputs_list[1], values, strict=True)
    }
    with published_run(search) as run:
        try:
            content = _moved(run, customer, typed)
        except (NoModels, NotScorable, what_if.Unreadable) as error:
            content = [marks.refused(str(error))]
    return text_card("What the models then say", html.Div(content, className="card-text"))


def _fields(run: PublishedRun, customer: str, row: pd.Series) -> Component:
    asked = scoring.inputs(run)
    if asked.by == "orders":
        return fields.order_fields(FIELD, _usual(run, customer, row), run.currency)
    today = scoring.today(run, customer)
    return fields.attribute_fields(FIELD, asked.attributes, today, run.currency)


def _usual(run: PublishedRun, customer: str, row: pd.Series) -> fields.Usual:
    items = queries.orders(run, customer)["items"].mean()
    ago = f"{wording.days(row['recency_days'])} ago" if row["recency_days"] else "that day"
    said = (
        f"On {wording.date(run.as_of)}: {wording.count(row['frequency'], 'order')}, the last"
        f" {ago}, {wording.money(row['average_basket'], run.currency)} an order."
    )
    return fields.Usual(said, row["average_basket"], None if pd.isna(items) else float(items))


def _moved(run: PublishedRun, customer: str, typed: what_if.Typed) -> list[Component]:
    asked = scoring.inputs(run)
    by_orders = asked.by == "orders"
    if by_orders:
        changes = what_if.order_changes(typed, day=run.as_of, currency=run.currency)
    else:
        today = scoring.today(run, customer)
        changes = what_if.attribute_changes(typed, asked.attributes, today)
    made = what_if.made(changes, by_orders=by_orders)
    return marks.told(scoring.step_by_step(run, customer, made), changes)


def _timeline(run: PublishedRun, customer: str | None) -> Chart:
    if customer is None or run.form != ORDER_LINES:
        return Chart(go.Figure(), "Orders and segments over time", "")
    orders, moves = queries.orders(run, customer), queries.segments(run, customer)
    finding = figures.timeline_finding(orders, moves, run.currency)
    figure = figures.timeline(orders, moves, order=run.segments, currency=run.currency)
    missing = "No order of this customer stands."
    return Chart(figure, finding, f"Orders and segments by day. {finding}.", missing)


def _profile(run: PublishedRun, row: pd.Series, attributes: pd.DataFrame) -> Component:
    known = {name: value for name, value in row.items() if pd.notna(value)}
    scores = [known.get(f"{letter}_score") for letter in "rfm"]
    said = {letter: f" (score {score:.0f})" if score is not None else ""
            for letter, score in zip("rfm", scores, strict=True)}  # fmt: skip
    tells_leaving = value_queries.knows_leaving(run.ask(value_queries.fits(run)))
    facts = [
        ("Segment", known.get("segment")),
        ("Recency", _said(known, "recency_days", wording.days, said["r"])),
        ("Orders", _said(known, "frequency", wording.number, said["f"])),
        ("Monetary", _said(known, "monetary", _money(run), said["m"])),
        ("Average basket", _said(known, "average_basket", _money(run))),
        ("Customer for", _said(known, "tenure_days", wording.days)),
        ("Country", known.get("country")),
        ("Value, 12 months", _value(run, known)),
        ("Churn probability", _said(known, "churn_probability", _percent)),
        ("Still a customer", _said(known, "p_alive", _percent) if tells_leaving else None),
        ("Risk group", known.get("risk_value")),
        ("Next order expected", _said(known, "expected_next_order_days", _in_days)),
    ]
    more = [
        (
            TITLES.get(str(name), str(name)),
            _flag(value) if str(name).startswith(FLAGS) else _plain(value),
        )
        for name, value in (attributes.iloc[0].items() if len(attributes) else ())
        if name not in KNOWN and pd.notna(value)
    ]
    return text_card(
        f"Customer {row['customer_id']}",
        _facts([(term, str(value)) for term, value in facts if value is not None]),
        html.P(f"As seen on {wording.date(run.as_of)}.", className="card-text quiet")
        if run.as_of
        else None,
        html.H3("Attributes", className="customer-heading") if more else None,
        _facts(more) if more else None,
    )


def _facts(facts: list[tuple[str, str]]) -> Component:
    return html.Dl(
        [html.Div([html.Dt(term), html.Dd(value)]) for term, value in facts],
        className="customer-facts",
    )


def _said(known: dict[Any, Any], name: str, write: Any, more: str = "") -> str | None:
    return f"{write(float(known[name]))}{more}" if name in known else None


def _money(run: PublishedRun) -> Any:
    return lambda amount: wording.money(amount, run.currency)


def _percent(share: float) -> str:
    return wording.percent(share, 1)


def _in_days(value: float) -> str:
    return f"in {wording.days(value)}"


def _value(run: PublishedRun, known: dict[Any, Any]) -> str | None:
    if "clv_12m" not in known:
        return None
    said = wording.money(float(known["clv_12m"]), run.currency)
    if "clv_12m_low" in known and "clv_12m_high" in known:
        low, high = (
            wording.money_short(float(known[f"clv_12m_{end}"]), run.currency)
            for end in ("low", "high")
        )
        return f"{said} ({wording.interval(low, high)})"
    return said


def _flag(value: Any) -> str:
    return "Yes" if value else "No"


def _plain(value: Any) -> str:
    if isinstance(value, int | float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return str(value)


def _score(row: Any, why: pd.DataFrame) -> Component:
    told = row.positive if isinstance(row.positive, str) else row.predicted
    reasons = list(why[why["task"] == row.task]["reason"])[:3]
    return html.Div(
        [
            html.H3(row.title, className="customer-heading"),
            html.P(row.question, className="quiet"),
            html.P([html.Strong(f"{told}: {wording.percent(row.probability, 1)}")]),
            html.Ol([html.Li(reason) for reason in reasons]) if reasons else None,
        ]
    )


def _listed(run: PublishedRun, title: str, sentence: str, filters: Filters) -> Component:
    rows = all_customers.page(run, filters, end=MOST_FOUND)
    if rows.empty:
        return empty_state(title, "No identifier holds what was entered either.")
    return text_card(title, html.P(sentence, className="card-text"), _customer_table(run, rows))


def _customer_table(run: PublishedRun, rows: pd.DataFrame) -> Component:
    """List customers, each with a link, in the columns of which anything is known."""
    shown = [each for each in LISTED if rows[each[0]].notna().any()]
    lines = [
        html.Tr(
            [
                html.Td(
                    dcc.Link(
                        row["customer_id"], href=customer_link(row["customer_id"], run.dataset)
                    )
                ),
                *(_cell(row[name], kind, run) for name, _head, kind in shown),
            ]
        )
        for row in rows.to_dict("records")
    ]
    head = [html.Th("Customer", scope="col")]
    head += [
        html.Th(head, scope="col", className="number" if kind else "")
        for _name, head, kind in shown
    ]
    return html.Div(
        html.Table(
            [html.Thead(html.Tr(head)), html.Tbody(lines)], className="plain-table wide"
        ),
        className="table-scroll",
        tabIndex="0",
        role="region",
        **aria(label="Customers"),
    )


def _cell(value: Any, kind: str, run: PublishedRun) -> Component:
    if pd.isna(value):
        return html.Td(wording.NOTHING, className="number" if kind else "")
    if not kind:
        return html.Td(value)
    said = wording.money(value, run.currency) if kind == "money" else wording.number(value)
    return html.Td(said, className="number")


def _query(run: PublishedRun, customer: str) -> str:
    return f"?{urlencode({DATASET: run.dataset, CUSTOMER: customer})}"
