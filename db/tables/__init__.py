"""Every table, by subject; importing this package declares them all."""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateColumn
from sqlmodel import SQLModel

from db.tables import (
    aspects,
    attributes,
    baskets,
    canonical,
    customers,
    forecasts,
    models,
    records,
    repeat,
    runs,
    sales,
    segments,
    strategy,
    value,
    watch,
    workspace,
)

METADATA = SQLModel.metadata


@compiles(sa.Integer, "postgresql")
def _of_eight_bytes(_type: sa.Integer, _compiler: Any, **_how: Any) -> str:
    """Keep whole numbers as SQLite does: a seed or a count may exceed four bytes."""
    return "BIGINT"


@compiles(CreateColumn, "postgresql")
def _compared_by_bytes(created: CreateColumn, compiler: Any, **how: Any) -> str | None:
    """Order texts as SQLite and Python do, whatever the language of the server."""
    written: str | None = compiler.visit_create_column(created, **how)
    if written is None or not isinstance(created.element.type, sa.String):
        return written
    return re.sub(r" VARCHAR(\(\d+\))?", r' VARCHAR\1 COLLATE "C"', written, count=1)


def core(table: type[SQLModel]) -> sa.Table:
    """Give the table behind a model, for statements over sets of rows."""
    return METADATA.tables[str(table.__tablename__)]


__all__ = [
    "METADATA",
    "aspects",
    "attributes",
    "baskets",
    "canonical",
    "core",
    "customers",
    "forecasts",
    "models",
    "records",
    "repeat",
    "runs",
    "sales",
    "segments",
    "strategy",
    "value",
    "watch",
    "workspace",
]
