"""What the strategy page shows: cards of segments and groups, what a campaign brings."""

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.reading import economics
from portal.reading.economics import GroupPlay, Play, Returns
from portal.reading.rows import each_row
from portal.words import wording

MEASURED = {
    "responses": "Orders",
    "revenue": "Additional revenue, less discounts",
    "margin": "Margin before discounts",
    "cost": "Cost, with discounts",
    "profit": "Profit",
    "roi": "Return on investment",
}
NO_ENGAGEMENT = (
    "No engagement score: this data set tells neither when nor how often customers ordered."
)
Facts = list[tuple[str, str]]


def segment_card(
    row: Any,
    play: Play,
    *,
    spend: Any | None,
    score: "pd.Series[Any] | None",
    colour: str,
    currency: str,
) -> Component:
    """Say who a segment is, what is done with it, with how much money, and what that brings."""
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
            _facts(_money(play, spend, currency)),
        ],
        className="card strategy-card",
    )


def group_card(row: Any, play: GroupPlay, currency: str) -> Component:
    """Say the same of a group by risk and value."""
    figures = [
        ("Customers", wording.number(row.customers)),
        ("Churn probability, mean", wording.percent(row.churn_probability, 1)),
        ("Value, 12 months", wording.money_short(row.clv_12m, currency)),
        ("Value at risk", wording.money_short(row.at_risk, currency)),
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
            _facts(sent, "strategy-sent"),
        ],
        className="card strategy-card",
    )


def outcome_table(returns: Returns, currency: str) -> Component:
    """Write each measure of a campaign with its mean and quantiles."""
    heads = ("Measure", "Mean", "5 %", "Median", "95 %")
    body = [
        html.Tr(
            [
                html.Th(MEASURED.get(row.measure, row.measure), scope="row"),
                *(
                    html.Td(written(row.measure, value, currency), className="number")
                    for value in (row.mean, row.low, row.median, row.high)
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
    if measure == "responses":
        return wording.number(value)
    return wording.percent(value) if measure == "roi" else wording.money(value, currency)


def _who(row: Any, currency: str) -> Facts:
    found = [("Customers", f"{wording.number(row.customers)} ({wording.percent(row.share)})")]
    if pd.notna(row.revenue):
        said = wording.money_short(row.revenue, currency)
        found.append(("Revenue so far", f"{said} ({wording.percent(row.revenue_share)})"))
    if pd.notna(row.average_basket):
        found.append(("Average basket", wording.money(row.average_basket, currency)))
    if pd.notna(row.value):
        found.append(("Expected in 12 months", wording.money_short(row.value, currency)))
    return found


def _money(play: Play, spend: Any | None, currency: str) -> Facts:
    target = f"{play.budget_share.target:g} %"
    rating = ("Rating of the return", play.expected_return)
    if spend is None:
        return [("Share of the budget", target), rating]
    back = spend.profit / spend.spend if spend.spend > 0 else None
    return [
        (f"Share (target {target})", f"{spend.share:.1f} %"),
        ("Budget", wording.money(spend.spend, currency)),
        ("Expected profit", wording.money(spend.profit, currency)),
        ("Expected return", wording.percent(back)),
        rating,
    ]


def _play(play: Play) -> list[Component]:
    discount = (
        f"{play.discount.least:g} to {play.discount.most:g} %" if play.discount else "none"
    )
    return [
        html.Ul([html.Li(action) for action in play.actions]),
        _facts([("Channels", wording.plain_list(play.channels)), ("Discount", discount)]),
    ]


def _facts(facts: Facts, name: str = "strategy-facts") -> Component:
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
