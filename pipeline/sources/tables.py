"""Sources of several tables: which there are, and what is made of them.

Tables that are of one form are read one after the other; others are candidates for a join.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.base.errors import SourceError, TableName
from pipeline.sources.columns import recognise, usable
from pipeline.sources.files.databases import is_url, read_url
from pipeline.sources.files.heads import heads
from pipeline.sources.files.limits import ReadLimits
from pipeline.sources.files.sqlite import which_table
from pipeline.sources.fitting import fitting
from pipeline.sources.forms import ORDERS, has, tables_of
from pipeline.sources.joining import joined
from pipeline.sources.parts import Part
from pipeline.sources.reading import expand, holds_several, read_every, read_parts

Fits = Callable[[Part], bool]
"""Says whether a table is of the form that is asked for."""


Remembered = Callable[[list[str]], Mapping[str, str]]
"""Gives the mapping of an earlier table with these columns."""


def nothing_remembered(_columns: list[str]) -> Mapping[str, str]:
    """Remember no mapping."""
    return {}


Seen = Callable[[Sequence[Part]], None]


def unseen(_parts: Sequence[Part]) -> None:
    """Let tables go by."""


class How(NamedTuple):
    """How tables are chosen and told.

    `names` are the sheets and tables that are meant, all of them where it is empty; `own_name`
    is what a single file is called by its owner. `remembered` gives the mapping of an earlier
    table with these columns, where there is none. `seen` is told of the tables that a person
    may choose from, where there are several; `laid` says whether columns are a layout's.
    """

    form: str
    mapping: dict[str, str]
    fits: Fits
    names: tuple[str, ...] = ()
    limits: ReadLimits = ReadLimits()
    own_name: str | None = None
    remembered: Remembered = nothing_remembered
    seen: Seen = unseen
    laid: Callable[[list[str]], bool] = lambda _columns: False

    def wanted(self, columns: list[str]) -> bool:
        """Say whether a table with these columns is of a form, or a known export."""
        if self.laid(columns):
            return True
        mapping = self.mapping or self.remembered(columns)
        return recognise(columns, mapping, form=self.form) is not None

    @property
    def takes_orders(self) -> bool:
        """Say whether orders may be what is meant."""
        return ORDERS in tables_of(self.form)


def every_part(source: str | Path, how: How) -> Iterator[Part]:
    """Read every table of a file, a folder or a database's URL that `how` names."""
    if isinstance(source, str) and is_url(source):
        yield from read_url(source, names=how.names, limits=how.limits, is_wanted=how.wanted)
        return
    paths = expand(str(source))
    for path in paths:
        yield from read_every(
            path,
            file=how.own_name if len(paths) == 1 else None,
            names=how.names,
            limits=how.limits,
            is_wanted=how.wanted,
        )


def read_sources(sources: Sequence[str | Path], how: How) -> Iterator[Part]:
    """Read the tables of sources that belong together, joined where they have to be."""
    paths = files_of(sources, how.names)
    for source in sources:
        if isinstance(source, str) and is_url(source):
            yield from url_parts(source, how)
    if len(paths) > 1:
        how = how._replace(own_name=None, names=())
        parts = together(paths, how)
        if parts is not None:
            yield from parts
            return
    for path in paths:
        yield from file_parts(path, how)


def files_of(sources: Sequence[str | Path], names: Sequence[str]) -> list[Path]:
    """Give the files of arguments and folders; those that are named, where files are."""
    paths = [
        path
        for source in sources
        if not (isinstance(source, str) and is_url(source))
        for path in expand(str(source))
    ]
    folded_names = {name.casefold() for name in names}
    named = [
        path for path in paths if {path.name.casefold(), path.stem.casefold()} & folded_names
    ]
    return named or paths


def url_parts(url: str, how: How) -> list[Part]:
    """Read the tables of a database: those of one form, or what is joined from several."""
    parts = list(every_part(url, how))
    if len(how.names) == 1:
        return parts
    return chosen(parts, how, file=parts[0].file if parts else "database")


def file_parts(path: Path, how: How) -> Iterator[Part]:
    """Read the tables of one file: those of one form, or what is joined from several."""
    file = how.own_name or path.name
    if {path.name, path.stem} & set(how.names):
        how = how._replace(names=())
    if len(how.names) == 1:
        yield from _one_name(path, how)
        return
    if not holds_several(path, file=file) or (not how.names and _are_of_one_form(path, how)):
        yield from read_parts(path, file=file, limits=how.limits, is_wanted=how.wanted)
        return
    parts = list(
        read_every(path, file=file, names=how.names, limits=how.limits, is_wanted=how.wanted)
    )
    yield from chosen(parts, how, file=file)


def chosen(parts: list[Part], how: How, *, file: str) -> list[Part]:
    """Give the tables that are of one form, or what is joined from several."""
    how.seen(parts)
    fit = [part for part in parts if how.fits(part)]
    filled_parts = [part for part in parts if part.table.num_columns and len(part.table)]
    is_database = any(isinstance(part.sheet, TableName) for part in parts)
    if (
        how.takes_orders
        and len(filled_parts) > 1
        and (is_database or len(fit) < len(filled_parts))
    ):
        joined_parts = _joined(fit, filled_parts, how, file)
        if joined_parts is not None:
            return joined_parts
    if is_database and len(parts) > 1 and len(fit) != 1:
        raise which_table(file, [part.label for part in parts])
    return fit or list(fitting(iter(parts), how.wanted))


def _joined(
    fit: Sequence[Part], filled_parts: Sequence[Part], how: How, file: str
) -> list[Part] | None:
    """Join tables; where that fails those that fit are taken alone."""
    if not _may_be_orders(fit, how):
        return None
    try:
        return joined(filled_parts, usable_mapping(how, filled_parts), file=file)
    except SourceError:
        if not fit:
            raise
        return None


def together(paths: Sequence[Path], how: How) -> list[Part] | None:
    """Join several files; None where each is read by itself, as all are of one form."""
    if not how.takes_orders or all(_are_of_one_form(path, how) for path in paths):
        return None
    parts = [
        part
        for path in paths
        for part in read_every(path, names=(), limits=how.limits, is_wanted=how.wanted)
    ]
    how.seen(parts)
    fit = [part for part in parts if how.fits(part)]
    if len(fit) == len(parts) or not _may_be_orders(fit, how):
        return None
    filled_parts = [part for part in parts if part.table.num_columns and len(part.table)]
    return joined(filled_parts, usable_mapping(how, filled_parts), file=name_of(paths))


def name_of(paths: Sequence[Path]) -> str:
    """Name several files together.

    >>> name_of([Path("a.csv"), Path("b.csv"), Path("c.csv")])
    'a.csv and 2 more'
    """
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"{paths[0].name}{more}"


def usable_mapping(how: How, parts: Sequence[Part]) -> dict[str, str]:
    """Leave what a mapping says of columns that one of the tables has."""
    columns = [name for part in parts for name in part.table.column_names]
    return usable(how.mapping, columns)


def _may_be_orders(fit: Sequence[Part], how: How) -> bool:
    """Say whether no table is one of customers, which need no orders."""
    forms = [recognise(part.table.column_names, how.mapping, form=how.form) for part in fit]
    return all(form is None or has(form).orders for form in forms)


def _one_name(path: Path, how: How) -> Iterator[Part]:
    return read_every(
        path, file=how.own_name, names=how.names, limits=how.limits, is_wanted=how.wanted
    )


def _are_of_one_form(path: Path, how: How) -> bool:
    """Say whether the first rows of a file's tables are all of the form, if texts tell so."""
    head_parts = heads(
        path, file=how.own_name or path.name, limits=how.limits, is_wanted=how.wanted
    )
    return head_parts is not None and all(map(how.fits, head_parts))
