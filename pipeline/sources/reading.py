"""From a path to tables: the front door of the readers."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import EnvironmentProblem, SourceError
from pipeline.sources.files.archives import read_zip
from pipeline.sources.files.delimited import read_csv
from pipeline.sources.files.excel import read_xls, read_xlsx
from pipeline.sources.files.kinds import READABLE, Kind, kind_of, readable
from pipeline.sources.files.limits import ReadLimits
from pipeline.sources.files.parquet import read_parquet
from pipeline.sources.files.sqlite import read_sqlite
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
    wanted: Wanted | None = None,
) -> Iterator[Part]:
    """Read every table of one file, told apart by its content.

    Parameters
    ----------
    path : a file; a folder is `expand`'s.
    file : what to call it, where it is stored under another name.
    table : which table of a SQLite file.
    limits : what is refused as too much.
    wanted : whether a table with these columns is what the caller is after. Of a workbook or
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
        yield from _parts(path, file or path.name, table, limits, wanted)
    except OSError as error:
        raise _environment(error, file or path.name) from error


def _parts(
    path: Path, file: str, table: str | None, limits: ReadLimits, wanted: Wanted | None
) -> Iterator[Part]:
    match kind_of(path, file=file):
        case Kind.TEXT:
            return read_csv(path, file=file, packed=False, limits=limits)
        case Kind.GZIP:
            return read_csv(path, file=file, packed=True, limits=limits)
        case Kind.PARQUET:
            return read_parquet(path, file=file, limits=limits)
        case Kind.SQLITE:
            return read_sqlite(path, file=file, table=table, limits=limits, wanted=wanted)
        case Kind.XLSX:
            parts = read_xlsx(path, file=file, limits=limits, wanted=wanted)
        case Kind.XLS:
            parts = read_xls(path, file=file, limits=limits, wanted=wanted)
        case Kind.ZIP:
            parts = read_zip(
                path,
                file=file,
                limits=limits,
                read=lambda member, name: _parts(member, name, table, limits, wanted),
            )
    return fitting(parts, wanted)


def _environment(error: OSError | ValueError, name: str) -> SourceError | EnvironmentProblem:
    if isinstance(error, FileNotFoundError):
        return SourceError("doesn't exist", remedy="check the path", file=name)
    if isinstance(error, PermissionError):
        return EnvironmentProblem(f"{name}: no permission to read it.")
    if isinstance(error, ValueError):
        return SourceError("is no path", remedy="check the path", file=name)
    return EnvironmentProblem(f"{name}: can't be read ({error.strerror or error}).")
