"""What comes next, as tables: by country, category or segment, and how good it was."""

import datetime as dt

import pandas as pd
from dash import html

from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.pages.sales.ahead import (
    ALL,
    DIMENSIONS,
    SERIES,
    STEPS,
    amount,
    day_of,
    level_title,
    range_of,
    weeks_known,
    year_before,
)
from portal.reading.rows import each_row
from portal.words.wording import NOTHING, change, count, month, number, percent

WAYS = {
    "theta": "the level and half the trend of the weeks (theta)",
    "last year's weeks, smoothed growth": "last year's weeks times the growth on them",
    "seasonal naive": "as a year before, else as the last one",
    "share of the whole": "its share of all sales",
}


def parts(rows: pd.DataFrame, scope: Scope, *, figures: pd.DataFrame) -> Panel:
    """List by country, category or segment what the next month should bring."""
    series = str(scope.choices.get("series") or "revenue")
    dimension = str(scope.choices.get("dimension") or "country")
    next_ones = _next_of(rows, scope.as_of, dimension) if len(rows) else rows
    if next_ones.empty:
        sentence = (
            weeks_known(figures)
            if rows.empty
            else f"The source tells of no {DIMENSIONS[dimension].lower()} apart."
        )
        return Panel(html.P(sentence, className="card-text"))
    past = rows[rows["actual"].notna()]
    at = day_of(next_ones["period_start"].iloc[0])
    body = []
    for row in each_row(next_ones):
        before = year_before(past[past["level"] == row.level], at, "month", level=row.level)
        cells = [
            amount(row.expected, series, scope.currency),
            range_of(row, series, scope.currency),
            change(float(row.expected), before) if before else NOTHING,
            _times(row.mase, row.mase_naive),
            percent(row.coverage_80),
        ]
        body.append((level_title(row.level).split(": ", 1)[-1], cells))
    heads = (
        DIMENSIONS[dimension], f"Expected in {month(at)}", "In four of five cases",
        "On a year before", "Error, of that of “as a year before”", "Within range before",
    )  # fmt: skip
    adds = (
        "Customers may buy in several of them, so they don’t add up to all."
        if series == "buyers"
        else "They add up to what all sales are expected to bring."
    )
    return Panel(
        [_table(heads, body, "What the next month should bring"),
         html.P(adds, className="quiet card-text")],
        parts_finding(next_ones, rows, at, series=series, currency=scope.currency),
    )  # fmt: skip


def parts_finding(
    next_ones: pd.DataFrame, rows: pd.DataFrame, at: dt.date, *, series: str, currency: str
) -> str:
    """Say which part should bring most, and of how much."""
    best = next_ones.iloc[0]
    most = amount(best["expected"], series, currency)
    whole = rows[(rows["level"] == ALL) & (rows["period_start"].map(day_of) == at)]
    of = (
        f" of {amount(whole['expected'].iloc[0], series, currency)}"
        if len(whole) and series != "buyers"
        else ""
    )
    name = level_title(best["level"]).split(": ", 1)[-1]
    subject = "" if series == "revenue" else f" {SERIES[series].lower()}"
    return f"Most in {month(at)}: {name}, {most}{of}{subject} expected"


def _next_of(rows: pd.DataFrame, as_of: dt.date | None, dimension: str) -> pd.DataFrame:
    own = rows[rows["level"].str.startswith(f"{dimension}: ") & rows["actual"].isna()]
    if as_of is None or own.empty:
        return own.iloc[:0]
    days = own["period_start"].map(day_of)
    later = days[days > as_of]
    if later.empty:
        return own.iloc[:0]
    return own[days == later.min()].sort_values(
        ["expected", "level"], ascending=[False, True], ignore_index=True
    )


def checks(rows: pd.DataFrame, scope: Scope, *, figures: pd.DataFrame) -> Panel:
    """List how far off the same forecasts were from earlier weeks."""
    if rows.empty:
        return Panel(html.P(weeks_known(figures), className="card-text"))
    body = [
        (
            f"{SERIES[row.series]}, {STEPS[row.step].lower()}",
            [
                WAYS.get(row.model, row.model),
                number(row.mase, 2),
                number(row.mase_naive, 2),
                percent(row.coverage_80),
                percent(row.coverage_95),
                number(row.origins),
            ],
        )
        for row in each_row(rows)
    ]
    heads = (
        "Told", "By", "Error", "As a year before", "In 80 % range", "In 95 % range", "Tests",
    )  # fmt: skip
    del scope
    return Panel(_table(heads, body, "How good it was"), check_finding(rows))


def check_finding(rows: pd.DataFrame) -> str:
    """Say how much less the months of revenue erred than those of a year before."""
    weekly_revenue = rows[(rows["series"] == "revenue") & (rows["step"] == "week")]
    title = "How good it was, told from earlier weeks"
    if weekly_revenue.empty or weekly_revenue[["mase", "mase_naive"]].isna().to_numpy().any():
        return title
    row = weekly_revenue.iloc[0]
    if row["mase_naive"] <= 0 or row["model"] == "seasonal naive":
        return "Weeks are told as a year before, else as the last one: nothing erred less"
    less = 1 - row["mase"] / row["mase_naive"]
    return (
        f"Over {count(int(row['origins']), 'earlier week')} it erred {percent(less)} less than"
        " “as a year before, else as the last week”"
    )


def _table(heads: tuple[str, ...], body: list[tuple[str, list[str]]], label: str) -> html.Div:
    head = html.Tr(
        [
            html.Th(title, scope="col", className="number" if place else "")
            for place, title in enumerate(heads)
        ]
    )
    rows = [
        html.Tr(
            [
                html.Th(name, scope="row"),
                *(html.Td(cell, className="number") for cell in cells),
            ]
        )
        for name, cells in body
    ]
    return html.Div(
        html.Table([html.Thead(head), html.Tbody(rows)], className="plain-table"),
        className="table-scroll",
        role="region",
        tabIndex=0,
        **aria(label=label),
    )


def _times(error: float, of: float) -> str:
    return percent(error / of) if pd.notna(error) and pd.notna(of) and of > 0 else NOTHING
