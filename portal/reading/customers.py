"""How many customers filters keep, what there is to filter by, and who is searched for."""

from collections.abc import Sequence
from typing import NamedTuple

from portal.reading.contacting.contact_terms import is_worth_known
from portal.reading.contacting.economics import RULE
from portal.reading.filters import YES, Filters, parts_of
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement
from portal.words.titles import title

COUNT = "select count(*) as customers from customers where {filters}"
VALUES = """
select {column} as value, count(*) as customers
from customers
where {column} is not null
group by {column}
order by customers desc, value
"""
SEARCHED = """
select customer_id, segment
from customers
where contains(lower(customer_id), :text)
order by not starts_with(lower(customer_id), :text), length(customer_id), customer_id
limit :most
"""
RISK_BANDS = ("likely to stay", "unsure", "likely to leave")
VALUE_BANDS = ("low", "middle", "high")
MOVES = ("risen", "slipped", "new", "lost")
OWN_FILTER = frozenset(
    {"segment", "country", "risk_band", "value_band", "moved", "contact_profit"}
)
"""Attributes that have a filter of their own."""


class Choice(NamedTuple):
    """A value to filter by and how many customers have it."""

    value: str
    customers: int


class Choices(NamedTuple):
    """What each filter of the bar can be set to, and the attributes that have none there."""

    segments: tuple[Choice, ...]
    countries: tuple[Choice, ...]
    risk_bands: tuple[Choice, ...]
    value_bands: tuple[Choice, ...]
    contact: tuple[Choice, ...]
    moved: tuple[Choice, ...]
    attributes: tuple[str, ...]


def count(run: PublishedRun, filters: Filters) -> int:
    """Count the customers that the filters keep."""
    return int(run.ask(run.of_customers(COUNT, filters))["customers"].iloc[0])


def named(run: PublishedRun, filters: Filters) -> int | None:
    """Count those whom a rule names to contact; `None` where profits are weighed instead."""
    if reckoned(run).basis != RULE or not run.table.knows("contact_reason"):
        return None
    if filters.contact:
        return count(run, filters)
    return count(run, filters._replace(contact=(YES,)))


def choices(run: PublishedRun) -> Choices:
    """Give what can be filtered by, in the order in which it is shown."""
    own = set(run.table.attributes) - OWN_FILTER
    return Choices(
        segments=_ranked(_values(run, "segment"), run.segments),
        countries=_values(run, "country"),
        risk_bands=_ranked(_values(run, "risk_band"), RISK_BANDS),
        value_bands=_ranked(_values(run, "value_band"), VALUE_BANDS),
        contact=_worth(run),
        moved=_ranked(_values(run, "moved"), MOVES),
        attributes=tuple(sorted(own, key=title)),
    )


def groups(run: PublishedRun, filters: Filters, attribute: str) -> tuple[Choice, ...]:
    """Give the groups of an attribute with how many of the customers kept are in each.

    Filters by the attribute itself don't count: any of its groups may be added.
    """
    column = run.table.group_column(attribute)
    if column is None:
        return ()
    other_groups = tuple(group for group in filters.where if parts_of(group)[0] != attribute)
    sql = VALUES.replace("where", "where {filters} and", 1)
    other_filters = filters._replace(where=other_groups)
    rows = run.ask(run.of_customers(sql, other_filters, columns={"column": column}))
    counts = dict(zip(rows["value"], rows["customers"], strict=True))
    return tuple(
        Choice(name, int(counts[name]))
        for name in run.table.groups(attribute)
        if name in counts
    )


def searched(run: PublishedRun, text: str, *, most: int) -> Statement:
    """One row per customer whose identifier, or e-mail where that is it, holds a text."""
    return run.of_customers(SEARCHED, text=text.lower(), most=most)


def _worth(run: PublishedRun) -> tuple[Choice, ...]:
    if not is_worth_known(run):
        return ()
    return (Choice(YES, count(run, Filters(contact=(YES,)))),)


def _values(run: PublishedRun, column: str) -> tuple[Choice, ...]:
    if column not in run.table:
        return ()
    rows = run.ask(run.of_customers(VALUES, columns={"column": column}))
    return tuple(
        Choice(str(value), int(customers))
        for value, customers in zip(rows["value"], rows["customers"], strict=True)
    )


def _ranked(choices: tuple[Choice, ...], order: Sequence[str]) -> tuple[Choice, ...]:
    places = {value: place for place, value in enumerate(order)}
    return tuple(sorted(choices, key=lambda choice: places.get(choice.value, len(places))))
