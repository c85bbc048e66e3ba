"""Customers of a snapshot: narrowed down, sorted and paged by the database."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Row

from db.frames import read_frame
from portal.reading import columns as packed
from portal.reading import ordered
from portal.reading.columns import kept
from portal.reading.filters import Filters
from portal.reading.ordered import MOST_ROWS
from portal.reading.published import PublishedRun

COLUMNS = (
    "customer_id", "segment", "value_band", "recency_days", "frequency", "monetary",
    "average_basket", "tenure_days", "country",
)  # fmt: skip
EXPORTED = (
    *COLUMNS, "churn_probability", "risk_value", "clv_12m", "clv_12m_low", "clv_12m_high",
    "p_alive", "expected_orders_90d",
)  # fmt: skip
"""What an export from the command line can hold."""
DEFAULT_SORT = "monetary"

FILTERED = {
    "segments": "c.segment",
    "countries": "c.country",
    "bands": "c.value_band",
    "risks": "c.risk_value",
}
EVERYONE = "1 = 1"

SELECTED = f"""
select {", ".join(f"c.{column}" for column in COLUMNS)}
from customer_result c
where c.run_id = :run_id and """  # noqa: S608 - names of this module only

PAGE = f"{SELECTED}c.customer_id in :names"
"""The customers of a page; who they are is told by the packed columns of the run."""

COUNT = """
select sum(c.customers) from customer_total c
where c.run_id = :run_id
    and c.as_of = (select max(as_of) from customer_total where run_id = :run_id) and """

CHOICES = """
select c.{column} as value, sum(c.customers) as customers
from customer_total c
where c.run_id = :run_id and c.{column} is not null
    and c.as_of = (select max(as_of) from customer_total where run_id = :run_id)
group by c.{column}
"""
SEGMENT_ORDER = "select segment from segment_result where run_id = :run_id order by position"
BAND_ORDER = ("Top 20 %", "Middle", "Bottom 20 %")


class Sort(NamedTuple):
    """A column to sort by; ties are broken by the customer's identifier."""

    column: str = DEFAULT_SORT
    descending: bool = True


BY_VALUE = Sort()


class Choice(NamedTuple):
    """A value to filter by and how many customers have it."""

    value: str
    customers: int


class Choices(NamedTuple):
    """What each filter of a snapshot can be set to."""

    segments: tuple[Choice, ...]
    countries: tuple[Choice, ...]
    bands: tuple[Choice, ...]
    risks: tuple[Choice, ...]


def where(filters: Filters) -> tuple[str, dict[str, Any]]:
    """Give a condition on `customer_result c`, or a table by kind, and its bound parameters.

    Only `customer_result` can be asked for a text; groups of attributes are left to `kept`.
    """
    conditions, parameters = [], dict[str, Any]()
    for field, column in FILTERED.items():
        values = getattr(filters, field)
        names = [f"{field}_{place}" for place in range(len(values))]
        if values:
            conditions.append(f"{column} in ({', '.join(f':{name}' for name in names)})")
            parameters |= dict(zip(names, values, strict=True))
    if filters.text:
        conditions.append("lower(c.customer_id) like :text escape '!'")
        parameters["text"] = f"%{_escaped(filters.text.lower())}%"
    return " and ".join(conditions) or EVERYONE, parameters


def page(
    run: PublishedRun,
    filters: Filters,
    *,
    sort: Sort = BY_VALUE,
    start: int = 0,
    end: int = 100,
) -> pd.DataFrame:
    """Give the customers from place `start` up to `end`, at most 1,000."""
    found = ordered.places(
        run,
        kept(run, filters),
        sort.column if sort.column in COLUMNS else DEFAULT_SORT,
        descending=sort.descending,
        start=start,
        end=min(end, max(start, 0) + MOST_ROWS),
    )
    return ordered.rows(run, PAGE, found)


def count(run: PublishedRun, filters: Filters) -> int:
    """Count the customers that the filters keep."""
    if filters.by_customer:
        return int(kept(run, filters).sum())
    condition, parameters = where(filters)
    query = sa.text(COUNT + condition)
    found = run.connection.execute(query, {"run_id": run.run_id, **parameters}).scalar_one()
    return int(found or 0)


def stream(
    run: PublishedRun, filters: Filters, *, sort: Sort = BY_VALUE, rows: int = 5_000
) -> Iterator[Row[Any]]:
    """Give every customer that the filters keep, fetched `rows` at a time."""
    condition, parameters = where(filters)
    query = sa.text(f"{SELECTED}{condition} {_order(sort)}")
    found = run.connection.execute(
        query, {"run_id": run.run_id, **parameters}, execution_options={"yield_per": rows}
    )
    if not filters.where:
        yield from found
        return
    who = _kept_names(run, filters)
    yield from (row for row in found if row.customer_id in who)


def table(run: PublishedRun, filters: Filters, columns: tuple[str, ...]) -> pd.DataFrame:
    """Give every customer that the filters keep with some of the columns `EXPORTED`."""
    condition, parameters = where(filters)
    names = ["customer_id", *(name for name in EXPORTED[1:] if name in columns)]
    query = SELECTED.replace(
        ", ".join(f"c.{column}" for column in COLUMNS),
        ", ".join(f"c.{name}" for name in names),
    )
    found = read_frame(
        run.connection,
        f"{query}{condition} {_order(BY_VALUE)}",
        run_id=run.run_id,
        **parameters,
    )
    if not filters.where:
        return found
    is_kept = found["customer_id"].isin(_kept_names(run, filters))
    return found[is_kept].reset_index(drop=True)


def _kept_names(run: PublishedRun, filters: Filters) -> set[str]:
    """Name those that the filters keep, for what SQL can't tell: groups of attributes."""
    return set(packed.names(run).of(np.flatnonzero(kept(run, filters))))


def choices(run: PublishedRun) -> Choices:
    """Give what can be filtered by, in the order in which it is shown."""
    segments = [
        row[0] for row in run.connection.execute(sa.text(SEGMENT_ORDER), {"run_id": run.run_id})
    ]
    return Choices(
        segments=_ranked(_values(run, "segment"), segments),
        countries=_values(run, "country"),
        bands=_ranked(_values(run, "value_band"), BAND_ORDER),
        risks=_values(run, "risk_value"),
    )


def _values(run: PublishedRun, column: str) -> tuple[Choice, ...]:
    rows = run.connection.execute(
        sa.text(CHOICES.format(column=column)), {"run_id": run.run_id}
    )
    return tuple(
        sorted((Choice(*row) for row in rows), key=lambda each: (-each.customers, each.value))
    )


def _ranked(
    found: tuple[Choice, ...], order: list[str] | tuple[str, ...]
) -> tuple[Choice, ...]:
    places = {value: place for place, value in enumerate(order)}
    return tuple(sorted(found, key=lambda each: places.get(each.value, len(places))))


def _order(sort: Sort) -> str:
    column = sort.column if sort.column in COLUMNS else DEFAULT_SORT
    direction = "desc" if sort.descending else "asc"
    return f"order by c.{column} {direction} nulls last, c.customer_id"


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
