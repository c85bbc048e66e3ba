"""Every table, by subject; importing this package declares them all."""

import sqlalchemy as sa
from sqlmodel import SQLModel

from db.tables import (
    aspects,
    attributes,
    canonical,
    customers,
    models,
    records,
    runs,
    sales,
    segments,
    strategy,
    value,
    workspace,
)

METADATA = SQLModel.metadata


def core(table: type[SQLModel]) -> sa.Table:
    """Give the table behind a model, for statements over sets of rows."""
    return METADATA.tables[str(table.__tablename__)]


__all__ = [
    "METADATA",
    "aspects",
    "attributes",
    "canonical",
    "core",
    "customers",
    "models",
    "records",
    "runs",
    "sales",
    "segments",
    "strategy",
    "value",
    "workspace",
]
