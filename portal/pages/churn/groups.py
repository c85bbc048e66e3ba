"""The four groups by risk and value: who they are, what is done with each, whom to contact."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.cards import Panel
from portal.kit.chart import Scope
from portal.kit.states import empty_state
from portal.reading.economics import GROUPS, VALUABLE_AT_RISK, GroupPlay
from portal.reading.filters import to_query
from portal.reading.rows import each_row
from portal.words import wording


def groups(
    rows: pd.DataFrame,
    scope: Scope,
    *,
    own: pd.DataFrame,
    plays: Mapping[str, GroupPlay],
    missing: str,
) -> Panel:
    """Write the four groups, with what is done with each.

    `own` counts the groups as the run drew them: campaigns know them so.
    """
    if rows.empty:
        return Panel(empty_state("No groups", missing))
    by_name = {row.risk_value: row for row in each_row(rows)}
    counts = {} if own.empty else dict(zip(own["risk_value"], own["customers"], strict=True))
    return Panel(
        html.Div(
            [
                _group(name, by_name.get(name), plays[name], scope, int(counts.get(name, 0)))
                for name in GROUPS
            ],
            className="churn-groups",
        )
    )


def _group(name: str, row: Any, play: GroupPlay, scope: Scope, own: int) -> Component:
    discount = play.discount
    lines = [
        ("Promotions", play.promotions),
        ("Discount", f"{discount.least:g} to {discount.most:g} %" if discount else "None"),
        ("E-mail", play.email),
        ("Push", play.push),
    ]
    return html.Article(
        [
            html.H3(name, className="churn-group-title"),
            html.P(_facts(row, scope.currency)),
            html.P([html.Strong(play.strategy), ": ", "; ".join(play.actions), "."]),
            html.Dl([part for term, said in lines for part in (html.Dt(term), html.Dd(said))]),
            _promotional(play.promotional_buyers, row, knows=scope.has.promotional)
            if name == VALUABLE_AT_RISK
            else None,
            _contact(name, row, scope, own),
        ],
        className="churn-group",
    )


def _facts(row: Any, currency: str) -> str:
    if row is None:
        return "Nobody at this cut."
    return (
        f"{wording.count(row.customers, 'customer')}, churn probability"
        f" {wording.percent(row.churn_probability, 1)} on average, worth"
        f" {wording.money_short(row.clv_12m, currency)} in 12 months;"
        f" {wording.money_short(row.at_risk, currency)} of it at risk."
    )


def _contact(name: str, row: Any, scope: Scope, own: int) -> Component | None:
    """Lead to a campaign for a group; campaigns know it as the run drew it.

    Groups of one value cut lie within each other, so that equal counts are equal customers.
    """
    if not own:
        return None
    query = to_query(scope.filters._replace(risks=(name,)), scope.dataset)
    many = wording.count(own, "customer")
    link = dcc.Link(f"Contact {many}", href=f"/campaigns{query}", className="button")
    is_same = row is not None and int(row.customers) == own
    note = "At the run's own cut, not at the one above."
    return html.Div(
        [link, None if is_same else html.P(note, className="quiet")], className="churn-contact"
    )


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
            html.P(f"{wording.count(buyers, 'promotional buyer')} among them:"),
            html.Ul([html.Li(offer) for offer in offers], className="plain-list"),
        ]
    )
