"""The four groups by risk and value: who they are, what is done with each, whom to contact."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.chart import Scope
from portal.kit.states import empty_state
from portal.reading.economics import GROUPS, VALUABLE_AT_RISK, GroupPlay
from portal.reading.filters import to_query
from portal.reading.rows import each_row
from portal.words import wording

RISK_BANDS = ("likely to leave", "unsure", "likely to stay")
VALUE_BANDS = ("low", "middle", "high")


def groups(
    rows: pd.DataFrame,
    scope: Scope,
    *,
    plays: Mapping[str, GroupPlay],
    missing: str,
) -> Panel:
    """Write the four groups, with what is done with each."""
    if rows.empty:
        return Panel(empty_state("No groups", missing))
    by_name = {row.risk_value: row for row in each_row(rows)}
    return Panel(
        html.Div(
            [_group(name, by_name.get(name), plays[name], scope) for name in GROUPS],
            className="churn-groups",
        )
    )


def _group(name: str, row: Any, play: GroupPlay, scope: Scope) -> Component:
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
            _contact(name, row, scope),
        ],
        className="churn-group",
    )


def _facts(row: Any, currency: str) -> str:
    if row is None:
        return "Nobody is in this group."
    return (
        f"{wording.count(row.customers, 'customer')}, churn probability"
        f" {wording.percent(row.churn_probability, 1)} on average, worth"
        f" {wording.money_short(row.clv_12m, currency)} in 12 months;"
        f" {wording.money_short(row.at_risk, currency)} at risk in the next months."
    )


def _contact(name: str, row: Any, scope: Scope) -> Component | None:
    """Lead to a campaign for a group."""
    if row is None or not int(row.customers):
        return None
    query = to_query(scope.filters._replace(risks=(name,)), scope.dataset)
    many = wording.count(row.customers, "customer")
    link = dcc.Link(f"Contact {many}", href=f"/campaigns{query}", className="button")
    return html.Div(link, className="churn-contact")


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


def crossed(rows: pd.DataFrame, scope: Scope, *, missing: str) -> Panel:
    """Write bands of risk by bands of value: who is there, what is at risk, what pays."""
    if rows.empty:
        return Panel(empty_state("No bands", missing))
    there = {(row.risk_band, row.value_band): row for row in each_row(rows)}
    head = html.Tr(
        [
            html.Th("Risk", scope="col"),
            *(html.Th(f"{band.capitalize()} value", scope="col") for band in VALUE_BANDS),
        ]
    )
    body = [
        html.Tr(
            [
                html.Th(risk.capitalize(), scope="row"),
                *(_cell(there.get((risk, band)), scope.currency) for band in VALUE_BANDS),
            ]
        )
        for risk in RISK_BANDS
    ]
    table = html.Table([html.Thead(head), html.Tbody(body)], className="plain-table wide")
    return Panel(
        html.Div(
            table,
            className="table-scroll",
            tabIndex=0,
            role="region",
            **aria(label="Risk by value"),
        )
    )


def _cell(row: Any, currency: str) -> Component:
    if row is None:
        return html.Td("nobody", className="quiet")
    profit = wording.money_short(row.profit, currency)
    return html.Td(
        [
            html.Strong(wording.count(row.customers, "customer")),
            html.Div(f"{wording.money_short(row.at_risk, currency)} at risk"),
            html.Div(f"{wording.number(row.paying)} pay: {profit}", className="quiet"),
        ]
    )
