"""What is said of unusual days: how much came, what was usual, what accounts for it."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from pipeline.base.wording import money, percent

CAME_BACK = 0.5
"""Share of a day's revenue from which on it is said that it came back."""
DAY, REVENUE = "day", "revenue"


def lately(
    periods: pd.DataFrame,
    parts: pd.DataFrame,
    *,
    as_of: dt.date | None,
    days: int,
    currency: str,
) -> Sequence[str]:
    """Say each unusual day of the last `days` up to `as_of` in a sentence, the newest first.

    `periods` and `parts` are those of `pipeline.sales.days.unusual`; a day whose revenue and
    orders are both unusual is one day.
    """
    if as_of is None or periods.empty:
        return []
    first = as_of - dt.timedelta(days=days - 1)
    some = periods[
        periods["is_unusual"] & (periods["step"] == DAY) & (periods["period_start"] >= first)
    ]
    by_revenue = some.assign(rank=(some["figure"] != REVENUE).astype(int))
    ordered = by_revenue.sort_values(["period_start", "rank"], ascending=[False, True])
    single = ordered.drop_duplicates("period_start").to_dict("records")
    return [_said({str(k): v for k, v in row.items()}, parts, currency) for row in single]


def _said(row: dict[str, object], parts: pd.DataFrame, currency: str) -> str:
    day, figure = row["period_start"], row["figure"]
    value, expected = float(str(row["value"])), float(str(row["expected"]))
    is_money = figure == REVENUE
    now, usual = (
        money(round(amount), currency) if is_money else f"{amount:,.0f} orders"
        for amount in (value, expected)
    )
    sentence = f"{day:%-d %B %Y} was unusual: {now}, where {usual} were to be expected."
    main = parts[
        parts["is_main"]
        & (parts["step"] == DAY)
        & (parts["figure"] == figure)
        & (parts["period_start"] == day)
    ]
    if len(main):
        part = main.iloc[0]
        brought = money(round(float(part["value"])), currency) if is_money else ""
        sentence += (
            f" The {part['by']} {part['level']} brought {brought} of it."
            if is_money and value > expected
            else f" Most of the difference is of the {part['by']} {part['level']}."
        )
    back = float(str(row["came_back"]))
    if value > 0 and back >= CAME_BACK * value and is_money:
        sentence += f" {percent(back / value)} of it came back since."
    return sentence
