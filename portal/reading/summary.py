"""The sums that pages show of whom filters keep: each asked in one place."""

from typing import NamedTuple

import pandas as pd

from portal.reading import customers
from portal.reading.contacting.contacts import Chosen
from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.predicting import risk, value
from portal.reading.predicting.value import Foretold
from portal.reading.published import PublishedRun, remember
from portal.reading.statements import Statement

REVENUE = """
select count(*) as customers, sum(monetary) as revenue
from customers
where {filters}
"""


class Summary(NamedTuple):
    """Customers, their revenue so far, the 12 months' value, whom contacting pays for.

    Money; `revenue` is `None` where the source knows no spend, `worth` where no profit of a
    contact is known, `named` the customers whom a rule names in place of it.
    """

    customers: int
    revenue: float | None
    value: Foretold | None
    worth: Chosen | None
    named: int | None = None


def revenue(run: PublishedRun, filters: Filters) -> Statement:
    """One row: how many customers there are, and their revenue so far."""
    return run.of_customers(REVENUE, filters)


def summary(run: PublishedRun, filters: Filters = NO_FILTERS) -> Summary:
    """Add up whom the filters keep."""
    return remember(run, _summary, filters)


def _summary(run: PublishedRun, filters: Filters) -> Summary:
    row = run.ask(revenue(run, filters)).iloc[0]
    spent = 0.0 if pd.isna(row["revenue"]) else float(row["revenue"])
    costs = risk.costs_in_force(run)
    return Summary(
        int(row["customers"]),
        spent if run.table.knows("monetary") else None,
        value.foretold(run, filters),
        None if costs is None else risk.chosen(run, filters, costs),
        customers.named(run, filters),
    )
