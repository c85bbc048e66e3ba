"""How long customers wait, as a small table and in words."""

from typing import Any

import pandas as pd
from dash import html

from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.reading.rows import each_row
from portal.words.wording import NEEDS_ORDERS, days, number, percent

NEVER = "never yet"
MOST_LEVELS = 8


def levels(rows: pd.DataFrame, _scope: Scope) -> Panel:
    """List by group until when a quarter and half had ordered."""
    if rows.empty:
        return Panel(html.P(NEEDS_ORDERS, className="card-text"))
    body = [
        html.Tr(
            [
                html.Th("All customers" if row.level == "all" else row.level, scope="row"),
                html.Td(number(row.customers), className="number"),
                html.Td(
                    percent(row.came / row.waits) if row.waits else "–", className="number"
                ),
                html.Td(until(row, "quarter_days"), className="number"),
                html.Td(until(row, "median_days"), className="number"),
            ]
        )
        for row in each_row(rows.head(MOST_LEVELS))
    ]
    heads = ("Customers", "How many", "Ordered so far", "A quarter after", "Half after")
    head = html.Tr(
        [
            html.Th(title, scope="col", className="" if not place else "number")
            for place, title in enumerate(heads)
        ]
    )
    table = html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="plain-table"),
        className="table-scroll",
        role="region",
        tabIndex=0,
        **aria(label="How long it takes"),
    )
    return Panel(table, levels_finding(rows))


def levels_finding(rows: pd.DataFrame) -> str:
    """Say which group is soonest by the day on which a quarter had ordered."""
    with_quarter = rows[rows["quarter_days"].notna()]
    if with_quarter.empty:
        return "How long it takes"
    if len(rows) == 1:
        return f"A quarter had ordered after {days(with_quarter['quarter_days'].iloc[0])}"
    best = with_quarter.sort_values(["quarter_days", "level"]).iloc[0]
    return f"Soonest: {best['level']}, a quarter after {days(best['quarter_days'])}"


def until(row: Any, measure: str) -> str:
    """Write a number of days with its range; an upper end beyond the data is open."""
    value, low, high = (getattr(row, f"{measure}{end}") for end in ("", "_low", "_high"))
    if pd.isna(value):
        return NEVER
    if pd.isna(low):
        return days(value)
    upper = number(high) if pd.notna(high) else "…"
    return f"{days(value)} ({number(low)} to {upper})"


def usual_gaps(rows: pd.DataFrame, _scope: Scope) -> Panel:
    """Say how long repeat buyers usually wait, beside the horizon of leaving."""
    value_by_figure = dict(zip(rows["figure"], rows["value"], strict=True)) if len(rows) else {}
    sentences = gap_sentences(value_by_figure)
    return Panel([html.P(sentence, className="card-text") for sentence in sentences])


def gap_sentences(value_by_figure: dict[str, float]) -> list[str]:
    """Write the share of repeat buyers whose usual pause is longer than the horizon."""
    many, share = (
        value_by_figure.get("repeat_buyers") or 0,
        value_by_figure.get("gap_longer_share"),
    )
    if not many or share is None or pd.isna(share):
        return ["Nobody has ordered on more than one day yet."]
    horizon = int(value_by_figure["horizon_days"])
    return [
        f"{number(many)} customers ordered on more than one day; between two orders half of"
        f" them usually wait {days(value_by_figure['usual_gap_days'])} or less.",
        f"{percent(share)} usually wait longer than {horizon} days: for them {horizon} days"
        " without an order are no sign of leaving.",
    ]
