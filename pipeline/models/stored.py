"""A model as a row of the database, known without what it takes to make or use one."""

from typing import NamedTuple


class Stored(NamedTuple):
    """A model as it lies in the database."""

    name: str
    format: str
    sha256: str
    content: bytes
