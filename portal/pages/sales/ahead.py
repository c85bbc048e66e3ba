"""What comes next: the weeks or months ahead of a part of sales, drawn and said."""

import datetime as dt
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from portal.kit.ahead import BAND, EXPECTED, RANGE, WIDE_BAND, band
from portal.kit.drawing.chart import Chart, Scope
from portal.reading.rows import each_row
from portal.words import theme
from portal.words.wording import (
    change,
    date,
    interval,
    money_short,
    month,
    number,
    of_money,
    symbol,
)

SERIES = {"revenue": "Revenue", "orders": "Orders", "buyers": "Customers who ordered"}
STEPS = {"week": "By week", "month": "By month"}
DIMENSIONS = {"country": "Country", "category": "Category", "segment": "Segment"}
ALL = "all"
SHOWN = {"week": 78, "month": 36}
"""Periods of history that are drawn."""
LEAST = 9


def weeks_known(figures: pd.DataFrame) -> str:
    """Say why nothing is told: how many whole weeks there are and how many it takes."""
    value_by_figure = (
        dict(zip(figures["figure"], figures["value"], strict=True)) if len(figures) else {}
    )
    weeks = value_by_figure.get("whole_weeks")
    if weeks is None or pd.isna(weeks):
        return "What comes next is told from the next update of the data on."
    return (
        f"It takes {LEAST} whole weeks of orders to tell what comes; {number(weeks)} are known."
    )


def level_title(level: str) -> str:
    """Write a level as a choice.

    >>> level_title("all"), level_title("country: Germany"), level_title("country: (others)")
    ('All sales', 'Country: Germany', 'Country: Others')
    """
    if level == ALL:
        return "All sales"
    dimension, name = level.split(": ", 1)
    bare = name[1:-1] if name.startswith("(") and name.endswith(")") else name
    is_rest = bare != name
    return f"{DIMENSIONS.get(dimension, dimension)}: {bare.capitalize() if is_rest else bare}"


def offered(levels: pd.DataFrame) -> list[dict[str, Any]]:
    """Offer all sales first, then every level that is told apart."""
    names = [str(level) for level in levels["level"] if level != ALL] if len(levels) else []
    return [{"label": level_title(level), "value": level} for level in (ALL, *names)]


def periods(rows: pd.DataFrame, scope: Scope, *, figures: pd.DataFrame) -> Chart:
    """Show what came and what is expected, with both ranges."""
    series = str(scope.choices.get("series") or "revenue")
    step = str(scope.choices.get("step") or "week")
    finding = finding_of(rows, scope, series=series, step=step)
    return Chart(
        lines(rows, series=series, step=step, currency=scope.currency),
        finding,
        f"Line of {SERIES[series].lower()} by {step} and what is expected. {finding}.",
        weeks_known(figures),
    )


def lines(rows: pd.DataFrame, *, series: str, step: str, currency: str) -> go.Figure:
    """Draw what came whole, what is expected dashed, ranges as bands."""
    figure = go.Figure()
    if rows.empty:
        return figure
    past = rows[rows["actual"].notna()].tail(SHOWN[step])
    ahead = rows[rows["actual"].isna()]
    for ends, name, colour in (("95", "95 % range", WIDE_BAND), ("80", RANGE, BAND)):
        band(
            figure, ahead["period_start"], ahead[f"low_{ends}"], ahead[f"high_{ends}"],
            name=name, colour=colour,
        )  # fmt: skip
    figure.add_scatter(
        x=past["period_start"],
        y=past["actual"],
        mode="lines",
        name="Came",
        line={"color": theme.MAIN},
        customdata=[
            [_period(row, step), amount(row.actual, series, currency)] for row in each_row(past)
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
    )
    figure.add_scatter(
        x=ahead["period_start"],
        y=ahead["expected"],
        mode="lines+markers",
        name=EXPECTED,
        line={"color": theme.SECOND, "dash": "dash"},
        customdata=[
            [
                _period(row, step),
                amount(row.expected, series, currency),
                range_of(row, series, currency),
            ]
            for row in each_row(ahead)
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]} expected, %{customdata[2]} in four"
        " of five cases<extra></extra>",
    )
    is_money = series == "revenue"
    title = of_money(SERIES[series], currency) if is_money else SERIES[series]
    figure.update_layout(
        showlegend=True,
        xaxis={"type": "date", "tickformat": "%b\n%Y", "title": {"text": step.capitalize()}},
        yaxis={
            "title": {"text": title},
            "tickprefix": symbol(currency) if is_money else "",
            "tickformat": "~s",
            "rangemode": "tozero",
        },
    )
    return figure


def finding_of(rows: pd.DataFrame, scope: Scope, *, series: str, step: str) -> str:
    """Say what the first period that has not begun should bring, beside a year before."""
    title = f"{SERIES[series]} by {step}, and what is expected"
    if rows.empty or scope.as_of is None:
        return title
    days = rows["period_start"].map(day_of)
    later = rows[rows["actual"].isna() & (days > scope.as_of)]
    if later.empty:
        return title
    first = later.iloc[0]
    named = _period(first, step)
    level = str(scope.choices.get("level") or ALL)
    before = year_before(
        rows[rows["actual"].notna()], day_of(first["period_start"]), step, level=level
    )
    beside = f", {change(float(first['expected']), before)} on a year before" if before else ""
    return (
        f"{named}: {amount(first['expected'], series, scope.currency)} expected"
        f" ({range_of(first, series, scope.currency)}){beside}"
    )


def amount(value: float, series: str, currency: str) -> str:
    """Write money or a number of a series, short."""
    return money_short(value, currency) if series == "revenue" else number(value)


def range_of(row: Any, series: str, currency: str) -> str:
    """Write the 80 % range of a row."""
    return interval(amount(row.low_80, series, currency), amount(row.high_80, series, currency))


def _period(row: Any, step: str) -> str:
    day = day_of(row.period_start)
    return month(day) if step == "month" else f"Week of {date(day)}"


def year_before(past: pd.DataFrame, at: dt.date, step: str, *, level: str) -> float | None:
    """Give what came a year before `at`: that month, or the week 52 weeks before.

    None for segments: few customers had one a year ago, when snapshots begin.
    """
    if level.startswith("segment: "):
        return None
    then = at.replace(year=at.year - 1) if step == "month" else at - dt.timedelta(weeks=52)
    matches = past[past["period_start"].map(day_of) == then]["actual"] if len(past) else None
    return float(matches.iloc[0]) if matches is not None and len(matches) else None


def day_of(value: object) -> dt.date:
    """Read a day as any database writes it."""
    day: dt.date = pd.Timestamp(str(value)).date()
    return day
