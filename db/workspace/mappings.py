"""Which column is which field, remembered for the next file with the same header."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from db.engine import writing
from db.tables import core
from db.tables.workspace import ColumnMapping

MAPPING = core(ColumnMapping)


def shape(columns: Sequence[str]) -> str:
    """Give a digest of a header, whatever the order of its columns.

    >>> shape(["b", "a"]) == shape(["a", "b"]) != shape(["ab"])
    True
    """
    return hashlib.sha256(json.dumps(sorted(columns)).encode()).hexdigest()


def remember(
    engine: Engine, columns: str, mapping: Mapping[str, str], *, at: dt.datetime
) -> None:
    """Keep a mapping (field to column) for files of the shape `columns`."""
    with writing(engine) as connection:
        connection.execute(sa.delete(MAPPING).where(MAPPING.c.shape == columns))
        if mapping:
            connection.execute(
                sa.insert(MAPPING).values(
                    shape=columns,
                    mapping=json.dumps(mapping, ensure_ascii=False),
                    changed_at=at,
                )
            )


def remembered(connection: Connection, columns: str) -> dict[str, str]:
    """Give the mapping kept for a shape; empty where there is none."""
    query = sa.select(MAPPING.c.mapping).where(MAPPING.c.shape == columns)
    mapping_json = connection.execute(query).scalar()
    return dict(json.loads(mapping_json)) if mapping_json else {}
