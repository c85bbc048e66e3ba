"""Months that are still to come, drawn and said beside those known."""

import datetime as dt

import pandas as pd
import plotly.graph_objects as go

from portal.reading.rows import each_row
from portal.words import theme
from portal.words.wording import interval, money, money_short, month

BAND, WIDE_BAND = "rgba(201,119,42,0.22)", "rgba(201,119,42,0.12)"
TWO_YEARS = 24
"""Months of which each of the calendar was seen twice."""
EXPECTED, RANGE = "Expected", "80 % range"


def with_months_ahead(figure: go.Figure, ahead: pd.DataFrame, *, currency: str) -> None:
    """Draw expected revenue of the months ahead, dashed, in its range; nothing without any."""
    if ahead.empty or not figure.data:
        return
    band(figure, ahead["month"], ahead["low_80"], ahead["high_80"], name=RANGE, colour=BAND)
    figure.add_scatter(
        x=ahead["month"],
        y=ahead["expected"],
        mode="lines+markers",
        name=EXPECTED,
        line={"color": theme.SECOND, "dash": "dash"},
        customdata=[
            [
                month(_day(row.month)),
                money(row.expected, currency),
                interval(money_short(row.low_80, currency), money_short(row.high_80, currency)),
            ]
            for row in each_row(ahead)
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]} expected, %{customdata[2]} in four"
        " of five cases<extra></extra>",
    )
    figure.update_layout(showlegend=True)


def band(
    figure: go.Figure, at: pd.Series, low: pd.Series, high: pd.Series, *, name: str, colour: str
) -> None:
    """Fill between two ends."""
    figure.add_scatter(
        x=[*at, *at[::-1]],
        y=[*high, *low[::-1]],
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=colour,
        name=name,
        hoverinfo="skip",
    )


def next_month(ahead: pd.DataFrame, as_of: dt.date | None, currency: str) -> str:
    """Say what the first month that has not begun should bring; empty where none is told.

    Two years (`known_months`) are the least from which a season could have been learned.

    >>> rows = pd.DataFrame({"month": ["2024-05-01"], "expected": [9.0], "low_80": [8.0]})
    >>> next_month(rows.assign(high_80=10.0), dt.date(2024, 4, 9), "GBP")
    'May 2024 is expected to bring £9 (£8 to £10)'
    """
    if ahead.empty or as_of is None:
        return ""
    days = ahead["month"].map(_day)
    later = ahead[days > as_of]
    if later.empty:
        return ""
    first = later.iloc[0]
    ends = interval(
        money_short(first["low_80"], currency), money_short(first["high_80"], currency)
    )
    sentence = (
        f"{month(_day(first['month']))} is expected to bring"
        f" {money_short(first['expected'], currency)} ({ends})"
    )
    known_months = first.get("known_months", TWO_YEARS)
    return sentence if known_months >= TWO_YEARS else f"{sentence}, with no season known yet"


def _day(value: object) -> dt.date:
    day: dt.date = pd.Timestamp(str(value)).date()
    return day
