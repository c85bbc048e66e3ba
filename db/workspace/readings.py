"""How the files of each data set are read, remembered for the next one that looks the same."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from db.engine import writing
from db.runs import DATASET
from db.tables import core
from db.tables.workspace import DatasetReading
from db.workspace.owners import owner

READING = core(DatasetReading)


class Remembered(NamedTuple):
    """A data set, and the choices with which its files are read."""

    dataset: str
    choices: dict[str, Any]


def remember(
    engine: Engine,
    dataset: str,
    shapes: Iterable[str],
    choices: Mapping[str, Any],
    *,
    at: dt.datetime,
) -> None:
    """Keep how a data set's files of these shapes are read; raises `NotPublished`."""
    with writing(engine) as connection:
        dataset_id = owner(connection, dataset)
        connection.execute(sa.delete(READING).where(READING.c.dataset_id == dataset_id))
        connection.execute(
            sa.insert(READING).values(
                dataset_id=dataset_id,
                shapes=json.dumps(sorted(set(shapes))),
                choices=json.dumps(choices, ensure_ascii=False, sort_keys=True),
                changed_at=at,
            )
        )


def of_shape(connection: Connection, shape: str) -> list[Remembered]:
    """Give the data sets whose files look like that, the one that was last brought first."""
    query = (
        sa.select(DATASET.c.name, READING.c.shapes, READING.c.choices)
        .join(DATASET, DATASET.c.dataset_id == READING.c.dataset_id)
        .order_by(READING.c.changed_at.desc())
    )
    return [
        Remembered(row.name, dict(json.loads(row.choices)))
        for row in connection.execute(query)
        if shape in json.loads(row.shapes)
    ]


def of_dataset(connection: Connection, dataset: str) -> frozenset[str]:
    """Give the shapes of a data set's files; empty where none is remembered."""
    query = (
        sa.select(READING.c.shapes)
        .join(DATASET, DATASET.c.dataset_id == READING.c.dataset_id)
        .where(DATASET.c.name == dataset)
    )
    shapes_json = connection.execute(query).scalar()
    return frozenset(json.loads(shapes_json)) if shapes_json else frozenset()
