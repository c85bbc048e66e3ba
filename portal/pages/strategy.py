"""Strategy: what to do with each segment, and how a budget is divided over them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import dash
import dash_bootstrap_components as dbc
import pandas as pd
import plotly.graph_objects as go
from dash import Input, Output, State, callback, html
from dash.development.base_component import Component

from portal import economics, wording
from portal.components import (
    Chart,
    Drawn,
    Evidence,
    chart_card,
    chart_outputs,
    choice,
    drawn,
    empty_state,
    error_state,
    grid,
    section,
    text_card,
)
from portal.components.attributes import aria
from portal.economics import Assumptions, Division, GroupPlay, Play, StrategyError
from portal.figures import strategy as figures
from portal.filters import URL, Filters
from portal.queries import segments as segment_queries
from portal.queries import strategy as queries
from portal.rows import each_row
from portal.snapshot import Snapshot, remember, snapshot
from portal.theme import marks

BUDGET = "strategy-budget"
CARDS = "strategy-cards"
GROUPS = "strategy-groups"
SAID = "strategy-said"
DIVISION = "strategy-division"
SENSITIVITY = "strategy-sensitivity"
CURVES = "strategy-curves"
SEGMENT = "strategy-segment"
OUTCOME = "strategy-outcome"
PROFIT = "strategy-profit"
TORNADO = "strategy-tornado"
ENDS = ("low", "likely", "high")
RANGES = {
    "response": "Response, % of contacted",
    "uplift": "Uplift, % of these",
    "basket": "Basket, money per order",
    "margin": "Margin, %",
    "discount": "Discount, %",
    "contact_cost": "Cost of a contact",
}
SHARES = frozenset({"response", "uplift", "margin", "discount"})
FIELDS = tuple((name, end) for name in RANGES for end in ENDS)
SEED = 0
MEASURED = {
    "responses": "Orders",
    "revenue": "Additional revenue",
    "margin": "Margin",
    "cost": "Cost",
    "profit": "Profit",
    "roi": "Return on investment",
}

FIRST_BUDGET = 10_000
DAYS = 90
NEEDS_BASKETS = (
    "This data set knows no order values; a file of order lines would bring budgets."
)
NEEDS_RISK = (
    "This data set has no churn probabilities with values; a file of order lines would bring"
    " these groups."
)
NEEDS_RANGES = "Fill in every range to see what comes of it."
NEEDS_BUDGET = "Enter a budget of 1 or more."


class Plan(NamedTuple):
    """What the cards and the charts of one budget are made from."""

    division: Division
    inputs: pd.DataFrame


def plan(at: Snapshot, budget: float) -> Plan | None:
    """Divide a budget over the segments; `None` where order values are not known."""
    playbook = queries.in_force(at).playbook
    baskets = queries.baskets(at)
    rows = queries.segments(at)
    some = rows[rows["segment"].isin(list(baskets))]
    if some.empty:
        return None
    plans = economics.segment_plans(some, playbook, baskets=baskets, days=DAYS)
    division = economics.divide(plans, playbook, budget=budget)
    return Plan(division, economics.budget_inputs(plans, division.shares, budget=budget))


def division_rows(at: Snapshot, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give a budget of 10,000 divided both ways."""
    found = plan(at, FIRST_BUDGET)
    if found is None:
        return pd.DataFrame()
    both = {
        "playbook": found.division.by_playbook.rows,
        "profit": found.division.by_profit.rows,
    }
    return pd.concat([rows.assign(divided_by=name) for name, rows in both.items()])


def sensitivity_rows(at: Snapshot, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give how the most profit depends on a budget of 10,000."""
    found = plan(at, FIRST_BUDGET)
    return pd.DataFrame() if found is None else found.division.sensitivity.rows


def curve_rows(at: Snapshot, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give what spending brings in each segment, up to 10,000."""
    found = plan(at, FIRST_BUDGET)
    if found is None:
        return pd.DataFrame()
    return pd.concat(
        [rows.assign(segment=name) for name, rows in _curves(found, FIRST_BUDGET).items()]
    )


HOW = (
    "A contact costs itself and the discount that it is expected to lead to; a customer reached"
    " gains the margin on additional orders, at the playbook's responses and uplifts and the"
    " segment's own order values. Each further unit of money in a segment reaches fewer new"
    " customers. The rows shown here are those of a budget of 10,000."
)
EVIDENCE = {
    DIVISION: Evidence(
        "segment_result", division_rows, queries.SEGMENTS, ("average_basket",), HOW
    ),
    SENSITIVITY: Evidence(
        "segment_result", sensitivity_rows, queries.SEGMENTS, ("average_basket",), HOW
    ),
    CURVES: Evidence("segment_result", curve_rows, queries.SEGMENTS, ("average_basket",), HOW),
}

dash.register_page(
    __name__,
    path="/strategy",
    title="Strategy · Clientele",
    name="Strategy",
    group="Act",
    order=10,
    icon="signpost-split",
    lead="What to do with each segment, with how much money, and what it should bring.",
    evidence=EVIDENCE,
)


def layout(**_query: str) -> Component:
    """Lay out the page; callbacks fill it."""
    return html.Div(
        [
            html.Div(
                [
                    html.Div(
                        [
                            html.Label(f"Budget of {DAYS} days", htmlFor=BUDGET),
                            dbc.Input(
                                id=BUDGET,
                                type="number",
                                min=1,
                                step="any",
                                value=FIRST_BUDGET,
                                debounce=True,
                                size="sm",
                            ),
                        ],
                        className="control strategy-budget",
                    ),
                    html.P(id=SAID, role="status"),
                ],
                className="strategy-head",
            ),
            section("By segment", html.Div(id=CARDS, className="strategy-cards")),
            section(
                "The budget",
                grid(
                    chart_card(
                        DIVISION,
                        evidence=EVIDENCE[DIVISION],
                        subject="Spend by segment, both ways within the playbook's bounds",
                        columns=12,
                        height=360,
                    ),
                    chart_card(
                        SENSITIVITY,
                        evidence=EVIDENCE[SENSITIVITY],
                        subject="Profit with more or less budget, divided for the most profit",
                    ),
                    chart_card(
                        CURVES,
                        evidence=EVIDENCE[CURVES],
                        subject="Expected profit by spend in each segment",
                    ),
                ),
            ),
            section("What a campaign brings", _calculator()),
            section("By risk and value", html.Div(id=GROUPS, className="strategy-cards")),
        ]
    )


def _calculator() -> Component:
    heads = [html.Th(title, scope="col") for title in ("Range", *map(str.capitalize, ENDS))]
    body = [
        html.Tr(
            [
                html.Th(title, scope="row"),
                *(
                    html.Td(
                        [
                            html.Label(
                                f"{title}, {end}",
                                htmlFor=_field(name, end),
                                className="visually-hidden",
                            ),
                            dbc.Input(
                                id=_field(name, end),
                                type="number",
                                min=0,
                                step="any",
                                debounce=True,
                                size="sm",
                            ),
                        ]
                    )
                    for end in ENDS
                ),
            ]
        )
        for name, title in RANGES.items()
    ]
    inputs = html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], className="ranges")
    return grid(
        text_card(
            f"Assumptions of one campaign in {DAYS} days",
            html.Div(
                [choice(SEGMENT, "Customers of", [], show_label=True), inputs],
                className="card-text",
            ),
        ),
        text_card(
            "What comes of them",
            html.Div(id=OUTCOME, className="card-text", role="status"),
        ),
        chart_card(
            PROFIT,
            evidence=None,
            subject="Profit in 10,000 draws from the ranges",
        ),
        chart_card(
            TORNADO,
            evidence=None,
            subject="Profit with one range at a time at its ends, the rest at the likeliest",
        ),
    )


def _field(name: str, end: str) -> str:
    return f"strategy-{name.replace('_', '-')}-{end}"


@callback(
    Output(CARDS, "children"),
    Output(SAID, "children"),
    Input(URL, "search"),
    Input(BUDGET, "value"),
)
def show_cards(search: str | None, budget: float | None) -> tuple[list[Component], Any]:
    """Write a card per segment by priority, and what the budget is expected to bring."""
    with snapshot(search) as at:
        amount = _amount(budget)
        try:
            found = remember(at, plan, amount) if amount else None
        except StrategyError as error:
            return _cards(at, None), error_state(str(error))
        return _cards(at, found), _told(found, amount, at.currency)


@callback(Output(GROUPS, "children"), Input(URL, "search"))
def show_groups(search: str | None) -> list[Component]:
    """Write a card per group by risk and value."""
    with snapshot(search) as at:
        rows = queries.risk_groups(at)
        if rows.empty:
            return [empty_state("No groups by risk and value", NEEDS_RISK)]
        plays = queries.in_force(at).playbook.groups
        return [_group_card(row, plays[row.risk_value], at.currency) for row in each_row(rows)]


@callback(*chart_outputs(DIVISION), Input(URL, "search"), Input(BUDGET, "value"))
def show_division(search: str | None, budget: float | None) -> Drawn:
    """Draw how the budget is divided."""
    with snapshot(search) as at:
        return drawn(at, _division, _amount(budget))


@callback(*chart_outputs(SENSITIVITY), Input(URL, "search"), Input(BUDGET, "value"))
def show_sensitivity(search: str | None, budget: float | None) -> Drawn:
    """Draw what more or less budget brings."""
    with snapshot(search) as at:
        return drawn(at, _sensitivity, _amount(budget))


@callback(*chart_outputs(CURVES), Input(URL, "search"), Input(BUDGET, "value"))
def show_curves(search: str | None, budget: float | None) -> Drawn:
    """Draw what spending brings in each segment."""
    with snapshot(search) as at:
        return drawn(at, _responses, _amount(budget))


@callback(Output(SEGMENT, "options"), Output(SEGMENT, "value"), Input(URL, "search"))
def offer_segments(search: str | None) -> tuple[list[dict[str, str]], str | None]:
    """Offer the segments whose order values are known."""
    with snapshot(search) as at:
        known = remember(at, queries.baskets)
        names = [name for name in segment_queries.order(at) if name in known]
        return [{"label": name, "value": name} for name in names], names[0] if names else None


@callback(
    *(Output(_field(name, end), "value") for name, end in FIELDS),
    Input(SEGMENT, "value"),
    State(URL, "search"),
)
def fill_ranges(segment: str | None, search: str | None) -> list[float | None]:
    """Begin with what the playbook assumes of a segment."""
    with snapshot(search) as at:
        known = remember(at, queries.baskets)
        if segment not in known:
            return [None] * len(FIELDS)
        rows = remember(at, queries.segments)
        plans = economics.segment_plans(
            rows[rows["segment"] == segment],
            queries.in_force(at).playbook,
            baskets=known,
            days=DAYS,
        )
        return [
            round(
                getattr(getattr(plans[segment], name), end) * (100 if name in SHARES else 1), 2
            )
            for name, end in FIELDS
        ]


@callback(
    Output(OUTCOME, "children"),
    *chart_outputs(PROFIT),
    *chart_outputs(TORNADO),
    *(Input(_field(name, end), "value") for name, end in FIELDS),
    State(SEGMENT, "value"),
    State(URL, "search"),
)
def show_returns(*values: Any) -> tuple[Any, ...]:
    """Simulate the campaign and say what comes of it."""
    *ranges, segment, search = values
    with snapshot(search) as at:
        try:
            found = _assumed(at, segment, ranges)
        except StrategyError as error:
            blank = drawn(at, _blank, str(error))
            return error_state(str(error)), *blank, *blank
        if found is None:
            sentence = NEEDS_BASKETS if segment is None else NEEDS_RANGES
            blank = drawn(at, _blank, sentence)
            return html.P(sentence), *blank, *blank
        said = found.model_dump_json()
        return (
            _outcome(at, found),
            *drawn(at, _profit, said),
            *drawn(at, _tornado, said),
        )


def _assumed(
    at: Snapshot, segment: str | None, ranges: list[float | None]
) -> Assumptions | None:
    """Read the ranges; `None` where one is empty or no segment is chosen."""
    rows = remember(at, queries.segments)
    some = rows[rows["segment"] == segment]
    if some.empty or any(value is None for value in ranges):
        return None
    known: dict[str, dict[str, float]] = {name: {} for name in RANGES}
    for (name, end), value in zip(FIELDS, ranges, strict=True):
        known[name][end] = float(value or 0) / (100 if name in SHARES else 1)
    content = {"customers": int(some["customers"].iloc[0]), "days": DAYS, **known}
    return Assumptions.of(content, what="The calculator")


def _blank(_at: Snapshot, sentence: str) -> Chart:
    return Chart(go.Figure(), "No outcome yet", "", sentence)


def _outcome(at: Snapshot, assumed: Assumptions) -> list[Component]:
    """Write what comes of a campaign, with intervals, and where it breaks even."""
    returns = economics.simulate(assumed, seed=SEED)
    even = economics.break_even_response(assumed)
    said = (
        "No response would pay: each order costs more discount than it brings margin."
        if even is None
        else f"It breaks even at a response of {wording.percent(even, 2)}."
    )
    rows = returns.measures.reset_index()
    heads = ("Measure", "Mean", "5 %", "Median", "95 %")
    body = [
        html.Tr(
            [
                html.Th(MEASURED.get(row.measure, row.measure), scope="row"),
                *(
                    html.Td(_written(row.measure, value, at.currency), className="number")
                    for value in (row.mean, row.low, row.median, row.high)
                ),
            ]
        )
        for row in each_row(rows)
    ]
    table = html.Table(
        [
            html.Thead(
                html.Tr([html.Th(head, scope="col", className="number") for head in heads])
            ),
            html.Tbody(body),
        ],
        className="plain-table",
    )
    return [
        html.P(
            f"{wording.count(assumed.customers, 'customer')} contacted in {assumed.days} days."
            f" {wording.percent(returns.loss)} of the draws lose money. {said}"
        ),
        html.Div(
            table,
            className="table-scroll",
            tabIndex=0,
            role="region",
            **aria(label="What comes of the campaign"),
        ),
    ]


def _written(measure: str, value: float, currency: str) -> str:
    if measure == "responses":
        return wording.number(value)
    return wording.percent(value) if measure == "roi" else wording.money(value, currency)


def _profit(at: Snapshot, said: str) -> Chart:
    returns = economics.simulate(Assumptions.model_validate_json(said), seed=SEED)
    finding = f"{wording.percent(1 - returns.loss)} of the draws earn money"
    figure = figures.profits(returns.draws, currency=at.currency)
    return Chart(figure, finding, f"Histogram of profit. {finding}.")


def _tornado(at: Snapshot, said: str) -> Chart:
    rows = economics.tornado(Assumptions.model_validate_json(said))
    name = RANGES[str(rows["input"].iloc[0])].split(",")[0]
    finding = f"{name} matters most"
    figure = figures.tornado(rows, titles=RANGES, currency=at.currency)
    return Chart(figure, finding, f"Bars of profit by range. {finding}.")


def _amount(budget: float | None) -> float:
    """Give the budget, 0 where it is none."""
    return float(budget) if budget is not None and 1 <= budget <= 1e12 else 0.0


def _told(found: Plan | None, amount: float, currency: str) -> str:
    if not amount:
        return NEEDS_BUDGET
    if found is None:
        return NEEDS_BASKETS
    division = found.division
    price = division.sensitivity.shadow_price
    said = [
        f"By the playbook it should bring a profit of"
        f" {wording.money(division.by_playbook.profit, currency)}, divided for the most profit"
        f" {wording.money(division.by_profit.profit, currency)}.",
        f"The next {wording.money(1, currency)} brings"
        f" {wording.money(price, currency)}; above"
        f" {wording.money(division.sensitivity.best_budget, currency)} no more can pay.",
    ]
    notes = (division.shares.note, division.by_playbook.note, division.by_profit.note)
    return " ".join([*said, *dict.fromkeys(note for note in notes if note)])


def _cards(at: Snapshot, found: Plan | None) -> list[Component]:
    playbook = queries.in_force(at).playbook
    rows = remember(at, queries.segments)
    scores = queries.engagement(at, playbook).set_index("segment")
    spent: Mapping[str, Any] = {}
    if found is not None:
        spent = {row.segment: row for row in each_row(found.division.by_playbook.rows)}
    looks = marks(list(rows["segment"]))
    ordered = sorted(
        each_row(rows),
        key=lambda row: (
            economics.play_for(playbook, row.segment).play.priority,
            row.position,
        ),
    )
    return [
        _segment_card(
            row,
            economics.play_for(playbook, row.segment).play,
            spend=spent.get(row.segment),
            score=scores.loc[row.segment] if row.segment in scores.index else None,
            colour=looks[row.segment].colour,
            currency=at.currency,
        )
        for row in ordered
    ]


def _segment_card(
    row: Any,
    play: Play,
    *,
    spend: Any | None,
    score: "pd.Series[Any] | None",
    colour: str,
    currency: str,
) -> Component:
    worth = (
        f" Expected to bring {wording.money_short(row.value, currency)} in 12 months."
        if pd.notna(row.value)
        else ""
    )
    facts = [
        ("Share of the budget", _share(play, spend)),
        ("Budget", wording.money(spend.spend, currency) if spend else wording.NOTHING),
        (
            "Expected profit",
            wording.money(spend.profit, currency) if spend else wording.NOTHING,
        ),
        ("Expected return", play.expected_return),
    ]
    return html.Article(
        [
            html.H3(
                [
                    html.Span(
                        className="key",
                        style={"backgroundColor": colour},
                        **aria(hidden="true"),
                    ),
                    row.segment,
                ]
            ),
            html.P(f"Priority {play.priority} · {play.strategy}", className="quiet"),
            html.P(f"{row.persona}{worth}"),
            _gauge(score),
            *_play(play),
            _facts(facts),
        ],
        className="card strategy-card",
    )


def _group_card(row: Any, play: GroupPlay, currency: str) -> Component:
    facts = [
        ("Customers", wording.number(row.customers)),
        ("Churn probability, mean", wording.percent(row.churn_probability, 1)),
        ("Value, 12 months", wording.money_short(row.clv_12m, currency)),
        ("Value at risk", wording.money_short(row.at_risk, currency)),
        ("Promotions", play.promotions),
        ("E-mail", play.email),
        ("Push", play.push),
        *([("Promotional buyers", "; ".join(play.promotional_buyers))]
          if play.promotional_buyers else []),
    ]  # fmt: skip
    return html.Article(
        [
            html.H3(row.risk_value),
            html.P(f"Priority {play.priority} · {play.strategy}", className="quiet"),
            *_play(play),
            _facts(facts),
        ],
        className="card strategy-card",
    )


def _play(play: Play) -> list[Component]:
    discount = (
        f"{play.discount.least:g} to {play.discount.most:g} %" if play.discount else "none"
    )
    return [
        html.Ul([html.Li(action) for action in play.actions]),
        _facts([("Channels", wording.plain_list(play.channels)), ("Discount", discount)]),
    ]


def _share(play: Play, spend: Any | None) -> str:
    target = f"{play.budget_share.target:g} %"
    if spend is None:
        return target
    return f"{spend.share:.1f} % (target {target})"


def _facts(facts: list[tuple[str, str]]) -> Component:
    return html.Dl(
        [html.Div([html.Dt(title), html.Dd(text)]) for title, text in facts],
        className="strategy-facts",
    )


def _gauge(score: "pd.Series[Any] | None") -> Component | None:
    """Show the engagement score as a bar, and say what it is made of."""
    if score is None or pd.isna(score["engagement"]):
        return None
    reached = float(score["engagement"])
    return html.Div(
        [
            html.Div(
                html.Div(className="gauge-reached", style={"width": f"{reached:.1f}%"}),
                className="gauge",
                role="img",
                **aria(label=f"Engagement {reached:.0f} of 100"),
            ),
            html.P(f"Engagement {economics.explained(score)}", className="quiet"),
        ]
    )


def _curves(found: Plan, budget: float) -> dict[str, pd.DataFrame]:
    return {
        str(row["segment"]): economics.response_curve(row, upto=budget)
        for _, row in found.inputs.iterrows()
    }


def _missing(amount: float) -> str:
    return NEEDS_BASKETS if amount else NEEDS_BUDGET


def _planned(at: Snapshot, amount: float) -> Plan | None:
    return remember(at, plan, amount) if amount else None


def _division(at: Snapshot, amount: float) -> Chart:
    found = _planned(at, amount)
    if found is None:
        return Chart(go.Figure(), "How the budget is divided", "", _missing(amount))
    gain = found.division.by_profit.profit - found.division.by_playbook.profit
    finding = f"Divided for the most profit it brings {wording.money(gain, at.currency)} more"
    if gain < 0.005:
        finding = "The playbook's shares already bring the most profit"
    figure = figures.division(
        found.division.by_playbook.rows, found.division.by_profit.rows, currency=at.currency
    )
    return Chart(figure, finding, f"Bars of spend by segment. {finding}.")


def _sensitivity(at: Snapshot, amount: float) -> Chart:
    found = _planned(at, amount)
    if found is None:
        return Chart(go.Figure(), "What more budget brings", "", _missing(amount))
    price = found.division.sensitivity.shadow_price
    finding = (
        f"The next {wording.money(1, at.currency)} of budget changes the profit by"
        f" {wording.money(price, at.currency)}"
    )
    figure = figures.sensitivity(found.division.sensitivity.rows, currency=at.currency)
    return Chart(figure, finding, f"Bars of profit by budget. {finding}.")


def _responses(at: Snapshot, amount: float) -> Chart:
    found = _planned(at, amount)
    if found is None:
        return Chart(go.Figure(), "What spending brings", "", _missing(amount))
    curves = _curves(found, amount)
    best = max(curves, key=lambda name: float(curves[name]["profit"].max()))
    most = float(curves[best]["profit"].max())
    finding = f"Most can be earned from {best}: {wording.money_short(most, at.currency)}"
    figure = figures.curves(curves, order=segment_queries.order(at), currency=at.currency)
    return Chart(figure, finding, f"Lines of profit by spend. {finding}.")
