"""How many customers filters keep, and what there is to filter by."""

from collections.abc import Sequence
from typing import NamedTuple

from portal.reading.filters import Filters
from portal.reading.published import PublishedRun

COUNT = "select count(*) as customers from customers where {filters}"
VALUES = """
select {column} as value, count(*) as customers
from customers
where {column} is not null
group by {column}
order by customers desc, value
"""
BAND_ORDER = ("Top 20 %", "Middle", "Bottom 20 %")


class Choice(NamedTuple):
    """A value to filter by and how many customers have it."""

    value: str
    customers: int


class Choices(NamedTuple):
    """What each filter can be set to."""

    segments: tuple[Choice, ...]
    countries: tuple[Choice, ...]
    bands: tuple[Choice, ...]
    risks: tuple[Choice, ...]


def count(run: PublishedRun, filters: Filters) -> int:
    """Count the customers that the filters keep."""
    return int(run.ask(run.of_customers(COUNT, filters))["customers"].iloc[0])


def choices(run: PublishedRun) -> Choices:
    """Give what can be filtered by, in the order in which it is shown."""
    return Choices(
        segments=_ranked(_values(run, "segment"), run.segments),
        countries=_values(run, "country"),
        bands=_ranked(_values(run, "spend_band"), BAND_ORDER),
        risks=_values(run, "risk_value"),
    )


def _values(run: PublishedRun, column: str) -> tuple[Choice, ...]:
    if column not in run.table:
        return ()
    rows = run.ask(run.of_customers(VALUES, columns={"column": column}))
    return tuple(
        Choice(str(value), int(customers))
        for value, customers in zip(rows["value"], rows["customers"], strict=True)
    )


def _ranked(found: tuple[Choice, ...], order: Sequence[str]) -> tuple[Choice, ...]:
    places = {value: place for place, value in enumerate(order)}
    return tuple(sorted(found, key=lambda each: places.get(each.value, len(places))))
