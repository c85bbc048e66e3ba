"""Customers by risk: the bands as numbers, risk by value as a heat table."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.kit.states import empty_state
from portal.reading.contacting.economics import PROFIT
from portal.reading.leading import to_customers
from portal.reading.predicting.reckoned import Reckoned
from portal.reading.predicting.risk_bands import BANDS, LEAVING, Whole
from portal.reading.rows import each_row
from portal.words.wording import count, money_short, number, percent

VALUE_BANDS = ("low", "middle", "high")
DEEPEST = 42
"""Per cent of the accent's colour in the cell with most at risk."""


def bands(
    rows: pd.DataFrame, scope: Scope, *, by: Reckoned, whole: Whole | None, missing: str
) -> Panel:
    """Write how many customers are in each band and what is at risk; whom contacting pays."""
    if whole is None:
        return Panel(empty_state("No customers", missing))
    row_by_band = {row.risk_band: row for row in each_row(rows)}
    blocks = (
        _answers(whole, scope)
        if by.is_answer
        else [_band(name, row_by_band.get(name), whole, scope) for name in reversed(BANDS)]
    )
    return Panel(
        html.Div([*blocks, _worth(whole, scope)], className="risk-blocks"),
        bands_finding(row_by_band.get(LEAVING), whole, scope.currency, by=by),
    )


def bands_finding(leaving: Any, whole: Whole, currency: str, *, by: Reckoned) -> str:
    """Say how much of what is at risk lies with those likely to leave."""
    if by.is_answer:
        return f"Of {count(whole.customers, 'customer')}, who is expected to answer"
    basis = "profit" if by.basis == PROFIT else "revenue"
    if leaving is None or not whole.at_risk:
        return f"Nobody is likely to leave; {money_short(whole.at_risk, currency)} is at risk"
    return (
        f"{percent(leaving.at_risk / whole.at_risk)} of the {basis} at risk lies with those"
        " likely to leave"
    )


def _band(name: str, row: Any, whole: Whole, scope: Scope) -> Component:
    customers = 0 if row is None else int(row.customers)
    at_risk = 0.0 if row is None else float(row.at_risk)
    return _block(
        name.capitalize(),
        number(customers),
        f"{percent(customers / whole.customers)} · {money_short(at_risk, scope.currency)}"
        " at risk",
        href=to_customers(scope.filters, scope.dataset, risk_band=name) if customers else "",
        look=f"risk-{BANDS.index(name)}",
        reads=f"customers {name}: see the list",
    )


def _answers(whole: Whole, scope: Scope) -> list[Component]:
    low, high = (number(end) for end in whole.leavers_range)
    ends = [money_short(end, scope.currency) for end in whole.at_risk_range]
    return [
        _block("Customers", number(whole.customers), "who could be asked"),
        _block("Expected to answer", number(whole.leavers), f"{low} to {high}"),
        _block(
            "What they would spend",
            money_short(whole.at_risk, scope.currency),
            f"{ends[0]} to {ends[1]}",
        ),
    ]


def _worth(whole: Whole, scope: Scope) -> Component:
    brings = f"{money_short(whole.profit, scope.currency)} expected profit"
    return _block(
        "Worth contacting",
        number(whole.paying),
        brings if whole.paying else "no contact brings more than it costs",
        href=to_customers(scope.filters, scope.dataset, is_worth=True) if whole.paying else "",
        look="risk-worth",
        reads="customers worth contacting: see the list",
    )


def _block(
    title: str, value: str, beside: str, *, href: str = "", look: str = "", reads: str = ""
) -> Component:
    parts: Sequence[Component] = [
        html.Span(title, className="risk-band-title"),
        html.Span(value, className="tile-value"),
        html.Span(beside, className="quiet"),
    ]
    if not href:
        return html.Div(parts, className=f"risk-band {look}")
    more = html.Span(reads, className="visually-hidden")
    return dcc.Link([*parts, more], href=href, className=f"risk-band {look}")


def crossed(rows: pd.DataFrame, scope: Scope, *, missing: str) -> Panel:
    """Write bands of risk by bands of value: who is there and what is at risk."""
    if rows.empty:
        return Panel(empty_state("No bands", missing))
    row_by_cell = {(row.risk_band, row.value_band): row for row in each_row(rows)}
    most = float(rows["at_risk"].max()) or 1.0
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
                *(
                    _cell(row_by_cell.get((risk, band)), risk, band, scope, most=most)
                    for band in VALUE_BANDS
                ),
            ]
        )
        for risk in reversed(BANDS)
    ]
    table = html.Table([html.Thead(head), html.Tbody(body)], className="plain-table risk-heat")
    placed = html.Div(
        table,
        className="table-scroll",
        tabIndex=0,
        role="region",
        **aria(label="Risk by value"),
    )
    return Panel(placed, crossed_finding(rows, scope.currency))


def crossed_finding(rows: pd.DataFrame, currency: str) -> str:
    """Name the cell with most at risk."""
    total = float(rows["at_risk"].sum())
    if not total:
        return "Nothing is at risk"
    first = rows.sort_values(["at_risk", "customers"], ascending=False).iloc[0]
    return (
        f"Most is at risk with {count(first['customers'], 'customer')} {first['risk_band']},"
        f" of {first['value_band']} value: {money_short(first['at_risk'], currency)} of"
        f" {money_short(total, currency)}"
    )


def _cell(row: Any, risk: str, band: str, scope: Scope, *, most: float) -> Component:
    if row is None:
        return html.Td("nobody", className="quiet")
    depth = round(DEEPEST * row.at_risk / most)
    link = dcc.Link(
        count(row.customers, "customer"),
        href=to_customers(scope.filters, scope.dataset, risk_band=risk, value_band=band),
    )
    return html.Td(
        [
            link,
            html.Div(f"{money_short(row.at_risk, scope.currency)} at risk"),
            html.Div(
                f"{number(row.paying)} worth contacting"
                if row.paying
                else "none worth contacting"
            ),
        ],
        style={"background": f"color-mix(in srgb, var(--accent) {depth}%, transparent)"},
    )
