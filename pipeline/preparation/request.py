"""What to refresh, and how."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.settings import Settings
from pipeline.sources.forms import AUTO


@dataclass(frozen=True)
class Request:
    """What to refresh: sources, the data set's name and how to read them.

    `workers` threads learn at once; results are the same on any number of them. With `again`
    there are no sources: the records of the published run are used once more. `own_name` is
    what a file is called by its owner, where it is stored under another name.
    """

    sources: tuple[str, ...] = ()
    dataset: str | None = None
    form: str = AUTO
    table: str | None = None
    mapping: Path | None = None
    append: bool = False
    again: bool = False
    own_name: str | None = None
    as_of: dt.date | None = None
    seed: int = 0
    workers: int = 1
    settings: Settings = field(default_factory=Settings)
