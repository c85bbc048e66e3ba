"""The four groups by risk and value: who they are, what is done with each, whom to contact."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.kit.states import empty_state
from portal.reading.contacting.economics import (
    GROUPS,
    PROFIT,
    REVENUE,
    VALUABLE_AT_RISK,
    GroupPlay,
)
from portal.reading.filters import WHERE, to_query
from portal.reading.leading import of_attribute
from portal.reading.rows import each_row
from portal.words import wording


def groups(
    rows: pd.DataFrame,
    scope: Scope,
    *,
    plays: Mapping[str, GroupPlay],
    missing: str,
    basis: str = REVENUE,
) -> Panel:
    """Write the four groups, with what is done with each; `basis` says what they are worth."""
    if rows.empty:
        return Panel(empty_state("No groups", missing))
    by_name = {row.risk_value: row for row in each_row(rows)}
    return Panel(
        html.Div(
            [
                _group(name, by_name.get(name), plays[name], scope, basis=basis)
                for name in GROUPS
            ],
            className="risk-groups",
        )
    )


def _group(name: str, row: Any, play: GroupPlay, scope: Scope, *, basis: str) -> Component:
    discount = play.discount
    lines = [
        ("Promotions", play.promotions),
        ("Discount", f"{discount.least:g} to {discount.most:g} %" if discount else "None"),
        ("E-mail", play.email),
        ("Push", play.push),
    ]
    return html.Article(
        [
            html.H3(name, className="risk-group-title"),
            html.P(facts(row, scope.currency, basis=basis)),
            html.P([html.Strong(play.strategy), ": ", "; ".join(play.actions), "."]),
            html.Dl([part for term, text in lines for part in (html.Dt(term), html.Dd(text))]),
            _promotional(play.promotional_buyers, row, knows=scope.has.promotional)
            if name == VALUABLE_AT_RISK
            else None,
            _contact(name, row, scope),
        ],
        className="risk-group",
    )


def facts(row: Any, currency: str, *, basis: str) -> str:
    """Say who is in a group, and what they are worth and have at stake."""
    if row is None:
        return "Nobody is in this group."
    value = wording.money_short(row.clv_12m, currency)
    at_risk = wording.money_short(row.at_risk, currency)
    who = (
        f"{wording.count(row.customers, 'customer')}, chance of leaving"
        f" {wording.percent(row.churn_probability)} on average"
    )
    if basis == PROFIT:
        return f"{who}, with a profit of {value}; {at_risk} of it at risk."
    return f"{who}, worth {value} in 12 months; {at_risk} at risk in the next months."


def _contact(name: str, row: Any, scope: Scope) -> Component | None:
    """Lead to a campaign for a group."""
    if row is None or not int(row.customers):
        return None
    filters = scope.filters.toggled(WHERE, of_attribute("risk_value", name))
    query = to_query(filters, scope.dataset)
    many = wording.count(row.customers, "customer")
    link = dcc.Link(f"Contact {many}", href=f"/campaigns{query}", className="button")
    return html.Div(link, className="risk-contact")


def _promotional(offers: tuple[str, ...], row: Any, *, knows: bool) -> Component:
    if not knows:
        return html.P(
            "Who buys on promotion is not known here; a market-activity table with a column of"
            " promotional buyers would bring it.",
            className="quiet",
        )
    buyers = 0 if row is None else int(row.promotional)
    return html.Div(
        [
            html.P(
                f"{wording.count(buyers, 'promotional buyer')} among them, named below:"
                if buyers
                else "No promotional buyer is among them; to one it would offer:"
            ),
            html.Ul([html.Li(offer) for offer in offers], className="plain-list"),
        ]
    )
