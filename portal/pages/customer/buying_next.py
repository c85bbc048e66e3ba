"""What a customer is likely to buy next, and how well such suggestions did before."""

from typing import Any

import pandas as pd
from dash import html

from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.reading.rows import each_row
from portal.words.wording import count, interval, percent

NEIGHBOURS = "neighbours"
UNTESTED = (
    "Nothing is told: in too few months did customers buy something new to test suggestions."
)
NO_ROWS = "Nothing is told of this one: none of what was bought says what comes next."


def next_products(
    rows: pd.DataFrame, _scope: Scope, *, checks: pd.DataFrame, are_others: bool
) -> Panel:
    """List what the customer is likely to buy next, and which purchase speaks for it.

    `are_others` says whether anything is suggested to anybody.
    """
    if rows.empty:
        sentence = NO_ROWS if are_others else why_nothing(checks)
        return Panel(html.P(sentence, className="quiet"))
    return Panel(
        html.Div(
            [
                html.Ol([html.Li(next_said(row)) for row in each_row(rows)]),
                html.P(how_well(checks), className="quiet"),
            ]
        )
    )


def next_said(row: Any) -> str:
    """Name a product and the purchase that speaks most for it."""
    name, because = (
        code if pd.isna(description) else description
        for description, code in (
            (row.description, row.product),
            (row.because_description, row.because),
        )
    )
    return f"{name}, because they bought “{because}”"


def how_well(checks: pd.DataFrame) -> str:
    """Say how often one of ten suggestions was bought, beside the best of what is popular."""
    rates = rates_of(checks)
    if rates.empty:
        return ""
    months = count(len(rates), "month")
    return (
        f"Tested on {months}: {_between(rates['ours'])} of customers who bought something new"
        " to them bought one of ten such suggestions; at best"
        f" {_between(rates['popular'])} one of the ten that most customers buy."
    )


def why_nothing(checks: pd.DataFrame) -> str:
    """Say why nothing is suggested: popularity tells as much, or too little is known."""
    rates = rates_of(checks)
    lost = rates[rates["ours"] <= rates["popular"]]
    if lost.empty:
        return UNTESTED
    return (
        "Nothing is told, as what most customers buy tells as much: in"
        f" {len(lost)} of {count(len(rates), 'month')} tested at least as many bought one of"
        " those."
    )


def rates_of(checks: pd.DataFrame) -> pd.DataFrame:
    """One row per month: share who bought a suggestion, and the best rival's."""
    if checks.empty:
        return pd.DataFrame(columns=["ours", "popular"])
    rates = checks.pivot_table(index="first_day", columns="recommender", values="hit_rate")
    return pd.DataFrame(
        {"ours": rates[NEIGHBOURS], "popular": rates.drop(columns=NEIGHBOURS).max(axis=1)}
    )


def _between(rates: pd.Series) -> str:
    low, high = percent(rates.min()), percent(rates.max())
    return low if low == high else interval(low, high)
