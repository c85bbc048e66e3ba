"""What a run keeps of its models, known without what it takes to make or use one."""

import datetime as dt
from typing import Any, NamedTuple


class Stored(NamedTuple):
    """A model as it lies in the database."""

    name: str
    format: str
    sha256: str
    content: bytes


class Kept(NamedTuple):
    """What a data set's published run keeps to score with."""

    dataset: str
    run_id: int
    form: str
    settings: dict[str, Any]
    as_of: dt.date | None
    models: dict[str, Stored]
