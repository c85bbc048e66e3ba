"""What the report tells of the months ahead, and of how well such were told before."""

from typing import Any, NamedTuple

import pandas as pd

from portal.reading import forecasts
from portal.reading.filters import NO_FILTERS
from portal.reading.published import PublishedRun
from portal.report.tables import Table, table
from portal.words.wording import interval, money_short, month, number, percent

SERIES = {"revenue": "Revenue", "orders": "Orders", "buyers": "Customers who ordered"}


class Ahead(NamedTuple):
    """Months of revenue with their ranges, and how far off each series was before."""

    months: Table
    checks: Table


def ahead(run: PublishedRun) -> Ahead | None:
    """Tell of the months ahead, `None` where nothing is told of them."""
    question = forecasts.months_ahead(run, NO_FILTERS)
    rows = pd.DataFrame() if question is None else run.ask(question)
    if rows.empty:
        return None

    def written(amount: float) -> str:
        return money_short(amount, run.currency)

    ranges = {
        f"range_{level}": [
            interval(written(low), written(high))
            for low, high in zip(rows[f"low_{level}"], rows[f"high_{level}"], strict=True)
        ]
        for level in (80, 95)
    }
    columns: dict[str, Any] = {
        "month": ("Month", lambda day: month(pd.Timestamp(str(day)).date())),
        "expected": ("Expected revenue", written),
        "range_80": ("80 % range", str),
        "range_95": ("95 % range", str),
    }
    checks: dict[str, Any] = {
        "series": ("Told", lambda name: SERIES[name]),
        "step": ("By", str),
        "model": ("Model", str),
        "mase": ("MASE", lambda value: number(value, 2)),
        "mase_naive": ("MASE of seasonal naive", lambda value: number(value, 2)),
        "coverage_80": ("In 80 % range", percent),
        "coverage_95": ("In 95 % range", percent),
        "origins": ("Origins", number),
    }
    return Ahead(
        table(rows.assign(**ranges), columns), table(run.ask(forecasts.checks(run)), checks)
    )
