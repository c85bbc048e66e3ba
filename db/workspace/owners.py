"""Whose it is and what it is called: the data set that something written belongs to."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.errors import DatabaseError, NotPublished
from db.runs import DATASET

LONGEST = 100


class NameTaken(DatabaseError):
    """Something of that kind has that name already."""


class BadName(DatabaseError):
    """A text can't be a name."""


def is_name(name: str) -> bool:
    """Tell whether a text can be a name."""
    return bool(name.strip()) and len(name) <= LONGEST and name.isprintable()


def check_name(name: str) -> None:
    """Refuse a text that can't be a name, with `BadName`."""
    if not is_name(name):
        raise BadName(f"Give a name of one line and at most {LONGEST} characters.")


def owner(connection: Connection, dataset: str) -> int:
    """Give the identifier of a data set by its name; raises `NotPublished`."""
    query = sa.select(DATASET.c.dataset_id).where(DATASET.c.name == dataset)
    dataset_id = connection.execute(query).scalar()
    if dataset_id is None:
        raise NotPublished(f"There is no data set “{dataset}”.")
    return int(dataset_id)


def same_name(connection: Connection, name: str) -> str | None:
    """Give the name of the data set that is called so, blanks and case apart.

    The very name goes before others; None where there is none.
    """
    names = [
        str(dataset_name)
        for dataset_name in connection.execute(sa.select(DATASET.c.name)).scalars()
    ]
    alike = [dataset_name for dataset_name in names if _plain(dataset_name) == _plain(name)]
    return name if name in alike else next(iter(sorted(alike)), None)


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
