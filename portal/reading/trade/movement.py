"""Who moved since the last update: risen, slipped, new, lost, between which two days."""

import datetime as dt
from typing import NamedTuple

import pandas as pd

from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database

DAYS = """
select basis, from_day, to_day
from movement
where run_id = :run_id
"""
MOVED = """
select
    moved,
    count(*) as customers,
    sum(clv_12m) as value,
    sum(clv_12m_before) as value_before
from customers
where {filters} and moved is not null
group by moved
order by moved
"""
RUNS = "runs"
"""The basis where an earlier update is compared, and not an earlier day of this one."""


class Between(NamedTuple):
    """The two days that are compared; `of_updates` where an earlier update knew the first."""

    first: dt.date
    last: dt.date
    of_updates: bool


def days(run: PublishedRun, _filters: Filters = NO_FILTERS) -> Statement:
    """One row: the two days; none where the run compares none."""
    return of_database(DAYS, run_id=run.run_id)


def between_of(rows: pd.DataFrame) -> Between | None:
    """Give the two days out of what `days` gives; `None` where it gives none."""
    if rows.empty:
        return None
    row = rows.iloc[0]
    first, last = (pd.Timestamp(str(row[name])).date() for name in ("from_day", "to_day"))
    return Between(first, last, row["basis"] == RUNS)


def moved(run: PublishedRun, filters: Filters = NO_FILTERS) -> Statement | None:
    """One row per way: how many moved, the value of 12 months now and as it was expected."""
    return run.of_customers(MOVED, filters) if run.table.knows("moved") else None
