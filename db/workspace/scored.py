"""Customers that someone scored and kept: beside the records, never among them."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from db.engine import writing
from db.errors import DatabaseError
from db.runs import DATASET
from db.tables import core
from db.tables.workspace import ScoredCustomer as ScoredCustomerRow
from db.workspace.owners import owner

SCORED = core(ScoredCustomerRow)
LONGEST_ID = 100
AT_ONCE = 500
"""Customers written with one statement."""
FORMULA = ("=", "+", "-", "@")
"""Signs that make a spreadsheet run a cell."""
ID_RULE = (
    f"An identifier has 1 to {LONGEST_ID} printable characters, no space at its ends and none"
    f" of {' '.join(FORMULA)} at its beginning."
)


class BadIdentifier(DatabaseError):
    """A text can't identify a customer."""


class Answered(NamedTuple):
    """A customer to keep: what was entered and what the models said of it."""

    customer_id: str
    inputs: Mapping[str, Any]
    answer: Mapping[str, Any]


class Scored(NamedTuple):
    """A customer that was kept."""

    customer_id: str
    inputs: dict[str, Any]
    answer: dict[str, Any]
    scored_by_run: int
    as_of: dt.date | None
    saved_at: dt.datetime


def is_identifier(text: str) -> bool:
    r"""Tell whether a text can identify a customer.

    >>> [is_identifier(each) for each in ("12346", "Ö-7 b", "", " a", "=1+1", "a\nb")]
    [True, True, False, False, False, False]
    """
    return (
        0 < len(text) <= LONGEST_ID
        and text == text.strip()
        and text.isprintable()
        and not text.startswith(FORMULA)
    )


def save(
    engine: Engine,
    customers: Sequence[Answered],
    *,
    dataset: str,
    scored_by_run: int,
    as_of: dt.date | None,
    at: dt.datetime,
) -> None:
    """Keep customers; one of the same data set and identifier is replaced.

    All of them or none: raises `BadIdentifier`, and `NotPublished` where there is no such data
    set. Of equal identifiers the last one counts.
    """
    for customer in customers:
        if not is_identifier(customer.customer_id):
            raise BadIdentifier(ID_RULE)
    latest = {customer.customer_id: customer for customer in customers}
    with writing(engine) as connection:
        dataset_id = owner(connection, dataset)
        people = list(latest.values())
        for start in range(0, len(people), AT_ONCE):
            some = people[start : start + AT_ONCE]
            names = [customer.customer_id for customer in some]
            connection.execute(
                sa.delete(SCORED).where(
                    SCORED.c.dataset_id == dataset_id, SCORED.c.customer_id.in_(names)
                )
            )
            rows = [
                {
                    "dataset_id": dataset_id,
                    "customer_id": customer.customer_id,
                    "inputs": _text(customer.inputs),
                    "answer": _text(customer.answer),
                    "scored_by_run": scored_by_run,
                    "as_of": as_of,
                    "saved_at": at,
                }
                for customer in some
            ]
            connection.execute(sa.insert(SCORED), rows)


def delete(engine: Engine, dataset: str, customer_id: str) -> None:
    """Delete a kept customer; one that is not there is no error."""
    with writing(engine) as connection:
        dataset_id = owner(connection, dataset)
        connection.execute(sa.delete(SCORED).where(*_key(dataset_id, customer_id)))


def of(connection: Connection, dataset: str, *, most: int = 1_000) -> list[Scored]:
    """Give the kept customers of a data set, the latest first; none before the first write."""
    if not _is_there(connection):
        return []
    columns = [SCORED.c[name] for name in Scored._fields]
    query = (
        sa.select(*columns)
        .join(DATASET, DATASET.c.dataset_id == SCORED.c.dataset_id)
        .where(DATASET.c.name == dataset)
        .order_by(SCORED.c.saved_at.desc(), SCORED.c.customer_id)
        .limit(most)
    )
    return [_scored(row) for row in connection.execute(query)]


def count(connection: Connection, dataset: str) -> int:
    """Count the kept customers of a data set."""
    if not _is_there(connection):
        return 0
    query = (
        sa.select(sa.func.count())
        .select_from(SCORED.join(DATASET, DATASET.c.dataset_id == SCORED.c.dataset_id))
        .where(DATASET.c.name == dataset)
    )
    return int(connection.execute(query).scalar_one())


def _is_there(connection: Connection) -> bool:
    return sa.inspect(connection).has_table(SCORED.name)


def _key(dataset_id: int, customer_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (SCORED.c.dataset_id == dataset_id, SCORED.c.customer_id == customer_id)


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def _scored(row: sa.Row[Any]) -> Scored:
    scored = Scored._make(row)
    return scored._replace(inputs=json.loads(row.inputs), answer=json.loads(row.answer))
