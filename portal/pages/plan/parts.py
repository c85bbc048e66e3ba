"""What the plan shows: cards of segments and groups, what a campaign brings."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.reading.contacting import economics
from portal.reading.contacting.economics import GroupPlay, Play, Returns, Welcome
from portal.reading.rows import each_row
from portal.words import wording

NO_ENGAGEMENT = (
    "No engagement score: this data set tells neither when nor how often customers ordered."
)
NOTHING_SPENT = "nothing is spent"
Facts = list[tuple[str, str]]


def segment_card(
    row: Any,
    play: Play,
    *,
    spend: Any | None,
    score: "pd.Series[Any] | None",
    newcomers: int,
    greeting: Welcome,
    colour: str,
    currency: str,
) -> Component:
    """Say who a segment is, what is done with it, with how much money, and what that brings.

    Those of its customers who are new get the greeting first.
    """
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
            _facts(_who(row, currency)),
            html.P(row.persona),
            _gauge(score),
            *_play(play),
            html.P(greeted(newcomers, greeting)) if newcomers else None,
            _facts(_money(spend, currency)) if spend is not None else None,
        ],
        className="card plan-card",
    )


def greeted(newcomers: int, greeting: Welcome) -> str:
    """Say what the new customers of a segment get instead."""
    who = wording.count(newcomers, "customer is", "customers are")
    return (
        f"{who} new and {'gets' if newcomers == 1 else 'get'} the welcome, whatever the"
        f" segment: {'; '.join(greeting.actions)} ({wording.plain_list(greeting.channels)})."
    )


def group_card(
    row: Any, play: GroupPlay, currency: str, *, is_profit: bool = False
) -> Component:
    """Say the same of a group by risk and value; `is_profit` where profit is its value."""
    figures = [
        ("Customers", wording.number(row.customers)),
        ("Churn probability, mean", wording.percent(row.churn_probability, 1)),
        (
            "Profit" if is_profit else "Value, 12 months",
            wording.money_short(row.clv_12m, currency),
        ),
        (
            "Profit at risk" if is_profit else "Value at risk",
            wording.money_short(row.at_risk, currency),
        ),
    ]
    sent = [("Promotions", play.promotions), ("E-mail", play.email), ("Push", play.push)]
    if play.promotional_buyers:
        sent.append(("Promotional buyers", "; ".join(play.promotional_buyers)))
    return html.Article(
        [
            html.H3(row.risk_value),
            html.P(f"Priority {play.priority} · {play.strategy}", className="quiet"),
            _facts(figures),
            *_play(play),
            _facts(sent, "plan-sent"),
        ],
        className="card plan-card",
    )


def outcome_table(returns: Returns, currency: str, *, titles: Mapping[str, str]) -> Component:
    """Write each measure of a campaign as expected, and its quantiles."""
    heads = ("Measure", "Expected", "5 %", "Median", "95 %")
    body = [
        html.Tr(
            [
                html.Th(titles.get(row.measure, row.measure), scope="row"),
                *(
                    html.Td(text, className="number nowrap")
                    for text in (
                        written(row.measure, row.likely, currency),
                        *(
                            written_short(row.measure, value, currency)
                            for value in (row.low, row.median, row.high)
                        ),
                    )
                ),
            ]
        )
        for row in each_row(returns.measures.reset_index())
    ]
    return scrolled(
        html.Table(
            [
                html.Thead(
                    html.Tr(
                        [
                            html.Th(head, scope="col", className="number" if place else "")
                            for place, head in enumerate(heads)
                        ]
                    )
                ),
                html.Tbody(body),
            ],
            className="plain-table wide",
        ),
        "What comes of the campaign",
    )


def scrolled(table: Component, label: str) -> Component:
    """Let a table scroll within its card."""
    return html.Div(
        table, className="table-scroll", tabIndex=0, role="region", **aria(label=label)
    )


def written(measure: str, value: float, currency: str) -> str:
    """Write a value of a measure in its unit."""
    if measure == "kept":
        return wording.number(value)
    return wording.percent(value) if measure == "roi" else wording.money(value, currency)


def written_short(measure: str, value: float, currency: str) -> str:
    """Write a value of a measure as an end of its range."""
    is_money = measure not in ("kept", "roi")
    return (
        wording.money_short(value, currency) if is_money else written(measure, value, currency)
    )


def returned(profit: float, cost: float) -> str:
    """Write a return on what is spent."""
    return wording.percent(profit / cost) if cost else NOTHING_SPENT


def _who(row: Any, currency: str) -> Facts:
    facts = [("Customers", f"{wording.number(row.customers)} ({wording.percent(row.share)})")]
    if pd.notna(row.revenue):
        revenue = wording.money_short(row.revenue, currency)
        facts.append(("Revenue so far", f"{revenue} ({wording.percent(row.revenue_share)})"))
    if pd.notna(row.average_basket):
        facts.append(("Average basket", wording.money(row.average_basket, currency)))
    if pd.notna(row.value):
        facts.append(("Expected in 12 months", wording.money_short(row.value, currency)))
    return facts


def _money(spend: Any, currency: str) -> Facts:
    """Say what the plan spends on a segment, and what it gets back."""
    if not spend.customers:
        return [("Contacts", "nobody"), ("Return", NOTHING_SPENT)]
    ends = (wording.money_short(bound, currency) for bound in (spend.low, spend.high))
    return [
        ("Contacts", f"{wording.number(spend.customers)} of {wording.number(spend.known)}"),
        ("Cost", wording.money(spend.cost, currency)),
        ("Expected profit", wording.money(spend.profit, currency)),
        ("Range", wording.interval(*ends)),
        ("Return", returned(spend.profit, spend.cost)),
    ]


def _play(play: Play) -> list[Component]:
    discount = (
        f"{play.discount.least:g} to {play.discount.most:g} %" if play.discount else "none"
    )
    return [
        html.Ul([html.Li(action) for action in play.actions]),
        _facts([("Channels", wording.plain_list(play.channels)), ("Discount", discount)]),
    ]


def _facts(facts: Facts, name: str = "plan-facts") -> Component:
    return html.Dl(
        [html.Div([html.Dt(title), html.Dd(text)]) for title, text in facts], className=name
    )


def _gauge(score: "pd.Series[Any] | None") -> Component:
    """Show the engagement score as a bar, and say what it is made of."""
    if score is None or pd.isna(score["engagement"]):
        return html.P(NO_ENGAGEMENT, className="quiet")
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
