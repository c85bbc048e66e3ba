"""What people deleted and can bring back: for how long it is kept, and what it looks like."""

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa

KEPT_FOR = dt.timedelta(days=30)
"""How long what someone deleted can be brought back; then it is swept."""


class Deleted(NamedTuple):
    """Something deleted that can be brought back, by its number."""

    number: int
    name: str
    deleted_at: dt.datetime


def is_due(table: sa.Table, at: dt.datetime) -> sa.ColumnElement[bool]:
    """Tell which rows of a table were deleted so long ago that they go for good."""
    return table.c.deleted_at < at - KEPT_FOR


def is_here(table: sa.Table) -> sa.ColumnElement[bool]:
    """Tell which rows of a table nobody has deleted."""
    condition: sa.ColumnElement[bool] = table.c.deleted_at.is_(None)
    return condition


def listed(
    table: sa.Table, number: sa.ColumnElement[Any], name: sa.ColumnElement[Any]
) -> sa.Select[Any]:
    """Select what was deleted of a table, the latest first."""
    return (
        sa.select(number, name, table.c.deleted_at)
        .where(table.c.deleted_at.is_not(None))
        .order_by(table.c.deleted_at.desc(), number.desc())
    )
