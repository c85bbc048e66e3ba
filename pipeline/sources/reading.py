"""From a path to tables: the front door of the readers."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.base.errors import EnvironmentProblem, SourceError
from pipeline.sources.files.archives import read_zip
from pipeline.sources.files.delimited import read_csv
from pipeline.sources.files.excel import read_xls, read_xlsx
from pipeline.sources.files.kinds import READABLE, Kind, kind_of, readable
from pipeline.sources.files.limits import ReadLimits
from pipeline.sources.files.parquet import read_parquet
from pipeline.sources.files.sqlite import listed, read_sqlite, read_sqlite_tables
from pipeline.sources.fitting import Wanted, fitting
from pipeline.sources.parts import Part

DEFAULT_LIMITS = ReadLimits()


def expand(source: str) -> list[Path]:
    """Turn an argument into files: itself, or a folder's readable files sorted by name.

    Raises
    ------
    SourceError
        If nothing is there, or the folder holds nothing that can be read.
    EnvironmentProblem
        If it may not be looked at.
    """
    path = Path(source).expanduser()
    try:
        if path.is_dir():
            files = sorted(p for p in path.iterdir() if readable(p.name) and p.is_file())
            if not files:
                raise SourceError(
                    "holds no file that can be read", remedy=READABLE, file=source
                )
            return files
        if path.is_file():
            return [path]
        if path.exists():
            raise SourceError("is neither a file nor a folder", remedy=READABLE, file=source)
    except (OSError, ValueError) as error:
        raise _environment(error, source) from error
    raise SourceError("doesn't exist", remedy="check the path", file=source)


def checksum(path: Path) -> str:
    """Compute the SHA-256 of a file's bytes."""
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise _environment(error, path.name) from error


def read_parts(
    path: Path,
    *,
    file: str | None = None,
    table: str | None = None,
    limits: ReadLimits = DEFAULT_LIMITS,
    is_wanted: Wanted | None = None,
) -> Iterator[Part]:
    """Read every table of one file, told apart by its content.

    Parameters
    ----------
    path : a file; a folder is `expand`'s.
    file : what to call it, where it is stored under another name.
    table : which table of a SQLite file.
    limits : what is refused as too much.
    is_wanted : whether a table with these columns is what the caller is after. Of a workbook or
        an archive only the tables that fit are yielded, or all where none fits, so that the
        caller can say which columns were found.

    Raises
    ------
    SourceError
        If the file can't be read; it names the place and the remedy.
    EnvironmentProblem
        If the file may not be read, or the disk fails.
    """
    try:
        yield from _parts(path, file or path.name, table, limits, is_wanted)
    except OSError as error:
        raise _environment(error, file or path.name) from error


def read_every(
    path: Path,
    *,
    file: str | None = None,
    names: Sequence[str] = (),
    limits: ReadLimits = DEFAULT_LIMITS,
    is_wanted: Wanted | None = None,
) -> Iterator[Part]:
    """Read every table of one file, whether it fits or not.

    Parameters
    ----------
    path, file, limits : as `read_parts` has them.
    names : only these sheets, tables or files of an archive; a database's views too.
    is_wanted : helps to find the header of a sheet below titles; leaves no table out.

    Raises
    ------
    SourceError, EnvironmentProblem
        As `read_parts`, and where a name isn't there.
    """
    file_name = file or path.name
    try:
        parts = _every(path, file_name, names, limits, is_wanted)
        yield from _named(parts, file_name, names) if names else parts
    except OSError as error:
        raise _environment(error, file_name) from error


def holds_several(path: Path, *, file: str) -> bool:
    """Say whether a file is of a kind that may hold several tables."""
    try:
        kind = kind_of(path, file=file)
    except OSError as error:
        raise _environment(error, file) from error
    return kind in {Kind.SQLITE, Kind.XLSX, Kind.XLS, Kind.ZIP}


def _every(
    path: Path, file: str, names: Sequence[str], limits: ReadLimits, is_wanted: Wanted | None
) -> Iterator[Part]:
    match kind_of(path, file=file):
        case Kind.SQLITE:
            return read_sqlite_tables(path, file=file, names=names, limits=limits)
        case Kind.XLSX:
            return read_xlsx(path, file=file, limits=limits, is_wanted=is_wanted)
        case Kind.XLS:
            return read_xls(path, file=file, limits=limits, is_wanted=is_wanted)
        case Kind.ZIP:
            return read_zip(
                path,
                file=file,
                limits=limits,
                read=lambda member, name: _every(member, name, (), limits, is_wanted),
            )
    return _parts(path, file, None, limits, is_wanted)


def _named(parts: Iterator[Part], file: str, names: Sequence[str]) -> Iterator[Part]:
    """Yield the parts that are named; raise `SourceError` where a name isn't there."""
    missing = {name.casefold(): name for name in names}
    labels: list[str] = []
    folded_names = set(missing)
    for part in parts:
        part_names = {part.label.casefold(), part.file.rpartition("/")[2].casefold()}
        labels.append(part.label)
        if part_names & folded_names:
            for name in part_names:
                missing.pop(name, None)
            yield part
    if missing:
        raise SourceError(
            f"has no sheet or table {listed(list(missing.values()))}; it has {listed(labels)}",
            remedy="name those that are there with --sheet or --table",
            file=file,
        )


def _parts(
    path: Path, file: str, table: str | None, limits: ReadLimits, is_wanted: Wanted | None
) -> Iterator[Part]:
    match kind_of(path, file=file):
        case Kind.TEXT:
            return read_csv(path, file=file, packed=False, limits=limits, is_wanted=is_wanted)
        case Kind.GZIP:
            return read_csv(path, file=file, packed=True, limits=limits, is_wanted=is_wanted)
        case Kind.PARQUET:
            return read_parquet(path, file=file, limits=limits)
        case Kind.SQLITE:
            return read_sqlite(path, file=file, table=table, limits=limits, is_wanted=is_wanted)
        case Kind.XLSX:
            parts = read_xlsx(path, file=file, limits=limits, is_wanted=is_wanted)
        case Kind.XLS:
            parts = read_xls(path, file=file, limits=limits, is_wanted=is_wanted)
        case Kind.ZIP:
            parts = read_zip(
                path,
                file=file,
                limits=limits,
                read=lambda member, name: _parts(member, name, table, limits, is_wanted),
            )
    return fitting(parts, is_wanted)


def _environment(error: OSError | ValueError, name: str) -> SourceError | EnvironmentProblem:
    if isinstance(error, FileNotFoundError):
        return SourceError("doesn't exist", remedy="check the path", file=name)
    if isinstance(error, PermissionError):
        return EnvironmentProblem(f"{name}: no permission to read it.")
    if isinstance(error, ValueError):
        return SourceError("is no path", remedy="check the path", file=name)
    return EnvironmentProblem(f"{name}: can't be read ({error.strerror or error}).")
