"""What to refresh, and how."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.settings import Settings
from pipeline.sources.forms import AUTO


@dataclass(frozen=True)
class Request:
    """What to refresh: sources, the data set's name and how to read them.

    `workers` threads learn at once, and customers are parted into so many `buckets` where
    orders are cleaned and rolled up (by default one a million lines); results are the same on
    any number of either. With `again`
    there are no sources: the records of the published run are used once more. With
    `quick_first` a data set that shows no predictions yet gets its segments and sales first.
    `layout` names the layout of the sources, where it isn't told from their headers. `own_name`
    is what a file is called by its owner, where it is stored under another name. `names` are
    the sheets and tables that are meant, all of them where it is empty.
    """

    sources: tuple[str, ...] = ()
    dataset: str | None = None
    form: str = AUTO
    layout: str | None = None
    names: tuple[str, ...] = ()
    mapping: Path | None = None
    rates: Path | None = None
    append: bool = False
    again: bool = False
    quick_first: bool = False
    own_name: str | None = None
    as_of: dt.date | None = None
    seed: int = 0
    workers: int = 1
    buckets: int | None = None
    settings: Settings = field(default_factory=Settings)
