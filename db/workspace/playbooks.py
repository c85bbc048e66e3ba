"""Versions of each data set's playbook: the newest that nobody has deleted is in force.

The text is checked by whoever saves it; here it is text.
"""

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from db.engine import speaking, writing
from db.errors import DatabaseError
from db.runs import DATASET
from db.tables import core
from db.tables.workspace import PlaybookVersion as PlaybookVersionRow
from db.workspace import undo
from db.workspace.owners import owner
from db.workspace.undo import Deleted

PLAYBOOK = core(PlaybookVersionRow)
BUILT_IN = 0
"""The version of a data set whose playbook nobody has changed."""


class PlaybookChanged(DatabaseError):
    """Someone else saved a version since the one that was edited."""


class NoVersion(DatabaseError):
    """There is no such version."""


class PlaybookVersion(NamedTuple):
    """A playbook as it was saved once."""

    version: int
    text: str
    note: str
    saved_at: dt.datetime


def save(
    engine: Engine, *, dataset: str, text: str, note: str, based_on: int, at: dt.datetime
) -> int:
    """Save a new version and give its number; a text equal to the newest makes none.

    `based_on` is the version that was edited (0: the built-in one). Raises `PlaybookChanged`
    where another one is in force by now, so that nobody undoes what they have not seen.
    """
    with speaking(engine):
        try:
            with engine.begin() as connection:
                dataset_id = owner(connection, dataset)
                return _saved(
                    connection, dataset_id, text=text, note=note, based_on=based_on, at=at
                )
        except (
            IntegrityError
        ) as error:  # another one was quicker, which PostgreSQL tells only now
            raise _changed(based_on + 1) from error


def newest(connection: Connection, dataset: str) -> int:
    """Give the number of the version in force, also where nobody ever wrote one."""
    if not sa.inspect(connection).has_table(PLAYBOOK.name):
        return BUILT_IN
    query = (
        sa.select(sa.func.max(PLAYBOOK.c.version))
        .join(DATASET, DATASET.c.dataset_id == PLAYBOOK.c.dataset_id)
        .where(DATASET.c.name == dataset, undo.is_here(PLAYBOOK))
    )
    return int(connection.execute(query).scalar() or BUILT_IN)


def current(connection: Connection, dataset: str) -> PlaybookVersion | None:
    """Give the version in force; None where it is the built-in one."""
    versions = history(connection, dataset, most=1)
    return versions[0] if versions else None


def history(connection: Connection, dataset: str, *, most: int = 50) -> list[PlaybookVersion]:
    """Give the versions of a data set, the newest first."""
    query = _of(dataset).order_by(PLAYBOOK.c.version.desc()).limit(most)
    return [PlaybookVersion._make(row) for row in connection.execute(query)]


def one(connection: Connection, dataset: str, version: int) -> PlaybookVersion | None:
    """Give a version by its number."""
    row = connection.execute(_of(dataset).where(PLAYBOOK.c.version == version)).first()
    return None if row is None else PlaybookVersion._make(row)


def delete(engine: Engine, dataset: str, version: int, *, at: dt.datetime) -> None:
    """Delete a version; where it was in force the one before it is from now on.

    For 30 days it can be brought back; what was deleted longer ago goes for good, but for the
    highest number, so that no other text ever gets one that stood in an export.
    """
    with writing(engine) as connection:
        dataset_id = owner(connection, dataset)
        mine = PLAYBOOK.c.dataset_id == dataset_id
        highest = sa.select(sa.func.max(PLAYBOOK.c.version)).where(mine).scalar_subquery()
        connection.execute(
            sa.delete(PLAYBOOK).where(
                mine, undo.is_due(PLAYBOOK, at), PLAYBOOK.c.version < highest
            )
        )
        connection.execute(
            sa.update(PLAYBOOK)
            .where(mine, PLAYBOOK.c.version == version, undo.is_here(PLAYBOOK))
            .values(deleted_at=at)
        )


def restore(engine: Engine, dataset: str, version: int) -> None:
    """Bring a deleted version back under its number; raises `NoVersion` where it is gone."""
    with writing(engine) as connection:
        dataset_id = owner(connection, dataset)
        restored = connection.execute(
            sa.update(PLAYBOOK)
            .where(PLAYBOOK.c.dataset_id == dataset_id, PLAYBOOK.c.version == version)
            .values(deleted_at=None)
        )
        if restored.rowcount == 0:
            raise NoVersion("That version of the playbook is gone for good.")


def deleted(connection: Connection, dataset: str) -> list[Deleted]:
    """Give the versions of a data set that can be brought back, the latest first."""
    query = (
        undo.listed(PLAYBOOK, PLAYBOOK.c.version, PLAYBOOK.c.note)
        .join(DATASET, DATASET.c.dataset_id == PLAYBOOK.c.dataset_id)
        .where(DATASET.c.name == dataset)
    )
    return [Deleted._make(row) for row in connection.execute(query)]


def _saved(
    connection: Connection,
    dataset: int,
    *,
    text: str,
    note: str,
    based_on: int,
    at: dt.datetime,
) -> int:
    mine = PLAYBOOK.c.dataset_id == dataset
    newest = connection.execute(
        sa.select(PLAYBOOK.c.version, PLAYBOOK.c.text)
        .where(mine, undo.is_here(PLAYBOOK))
        .order_by(PLAYBOOK.c.version.desc())
        .limit(1)
    ).first()
    highest = connection.execute(
        sa.select(sa.func.max(PLAYBOOK.c.version)).where(mine)
    ).scalar()
    in_force = newest.version if newest else BUILT_IN
    if newest and newest.text == text:
        return int(in_force)
    if in_force != based_on:
        raise _changed(in_force)
    version = int(highest or BUILT_IN) + 1
    connection.execute(
        sa.insert(PLAYBOOK).values(
            dataset_id=dataset, version=version, text=text, note=note, saved_at=at
        )
    )
    return version


def _changed(version: int) -> PlaybookChanged:
    return PlaybookChanged(
        f"Someone saved version {version} of this playbook meanwhile;"
        " look at it, then save again."
    )


def _of(dataset: str) -> sa.Select[Any]:
    columns = (PLAYBOOK.c.version, PLAYBOOK.c.text, PLAYBOOK.c.note, PLAYBOOK.c.saved_at)
    return (
        sa.select(*columns)
        .join(DATASET, DATASET.c.dataset_id == PLAYBOOK.c.dataset_id)
        .where(DATASET.c.name == dataset, undo.is_here(PLAYBOOK))
    )
