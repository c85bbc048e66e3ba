"""From a stream of tables to a file that is either whole or not there."""

import contextlib
import importlib
import importlib.util
import io
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from pipeline.base.errors import EnvironmentProblem, SettingsError

SHEET_ROWS = 1_048_575
"""Rows that a sheet of .xlsx holds below its header."""

Write = Callable[[pa.Table], object]


def checked(file: Path, rows: int, *, force: bool = False) -> None:
    """Refuse a file that can't be written, before any work is done.

    Raises SettingsError for an unknown suffix, a missing folder, a file that is there already
    (unless `force`) and more rows than a sheet holds.
    """
    suffix = _suffix(file)
    if not file.parent.is_dir():
        raise SettingsError(f"{file}: there is no folder {file.parent}; create it first.")
    if file.is_dir():
        raise SettingsError(f"{file} is a folder; give the name of a file.")
    if file.exists() and not force:
        raise SettingsError(f"{file} is there already; give another name or --force.")
    if suffix != ".xlsx":
        return
    if rows > SHEET_ROWS:
        raise SettingsError(
            f"{file}: a sheet holds {SHEET_ROWS:,} rows and this would be {rows:,}; "
            "give a name that ends in .csv instead."
        )
    if importlib.util.find_spec("openpyxl") is None:
        raise SettingsError(
            f"{file}: .xlsx needs the package openpyxl, which is not installed; "
            "install it or give a name that ends in .csv."
        )


def write(file: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
    """Write `tables` one after the other in the format that the suffix of `file` names.

    The file appears under its name once it is whole; until then it stands beside, and whatever
    goes wrong removes it. Raises EnvironmentProblem where disk or permission fail.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with _WRITERS[_suffix(file)](part, file, schema) as append:
            for table in tables:
                append(table)
        part.replace(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EnvironmentProblem(f"{file} can't be written: {reason}.") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def checked_together(out: Path, names: Iterable[str], *, force: bool = False) -> None:
    """Refuse a folder or a ZIP into which files can't be written, before any work is done."""
    if out.suffix and out.suffix.lower() != ".zip":
        raise SettingsError(f"{out}: several files go into a folder or a .zip; name one.")
    if not out.parent.is_dir():
        raise SettingsError(f"{out}: there is no folder {out.parent}; create it first.")
    if out.exists() and out.is_dir() == bool(out.suffix):
        raise SettingsError(f"{out} is in the way; give another name.")
    for file in [out] if out.suffix else [out / name for name in names]:
        if file.exists() and not force:
            raise SettingsError(f"{file} is there already; give another name or --force.")


def write_together(out: Path, files: Mapping[str, bytes]) -> None:
    """Write `files` into a folder, or into a ZIP where `out` is called so.

    They appear once all of them are whole. Raises EnvironmentProblem where disk or permission
    fail.
    """
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        if out.suffix:
            part.write_bytes(packed(files))
            part.replace(out)
        else:
            part.mkdir()
            for name, content in files.items():
                (part / name).write_bytes(content)
            out.mkdir(exist_ok=True)
            for name in files:
                (part / name).replace(out / name)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EnvironmentProblem(f"{out} can't be written: {reason}.") from error
    finally:
        _removed(part)


def packed(files: Mapping[str, bytes]) -> bytes:
    """Pack files into a ZIP, the same bytes whenever it is made."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as inside:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            inside.writestr(entry, content)
    return archive.getvalue()


def _removed(part: Path) -> None:
    with contextlib.suppress(OSError):
        if part.is_dir():
            shutil.rmtree(part)
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def _csv(part: Path, _: Path, schema: pa.Schema) -> Iterator[Write]:
    with part.open("wb") as sink, pa_csv.CSVWriter(sink, schema, write_options=_NEEDED) as csv:
        yield csv.write


@contextlib.contextmanager
def _csv_gz(part: Path, _: Path, schema: pa.Schema) -> Iterator[Write]:
    with (
        pa.CompressedOutputStream(str(part), "gzip") as sink,
        pa_csv.CSVWriter(sink, schema, write_options=_NEEDED) as csv,
    ):
        yield csv.write


@contextlib.contextmanager
def _zip(part: Path, file: Path, schema: pa.Schema) -> Iterator[Write]:
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        inside = zipfile.ZipInfo(f"{file.stem}.csv")
        inside.compress_type = zipfile.ZIP_DEFLATED
        with (
            archive.open(inside, "w", force_zip64=True) as sink,
            pa_csv.CSVWriter(sink, schema, write_options=_NEEDED) as csv,
        ):
            yield csv.write


@contextlib.contextmanager
def _parquet(part: Path, _: Path, schema: pa.Schema) -> Iterator[Write]:
    with pq.ParquetWriter(part, schema, compression="zstd") as parquet:
        yield parquet.write_table


@contextlib.contextmanager
def _xlsx(part: Path, _: Path, schema: pa.Schema) -> Iterator[Write]:
    openpyxl = importlib.import_module("openpyxl")  # installed only where workbooks are wanted

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.append(schema.names)

    def append(table: pa.Table) -> None:
        for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
            sheet.append(row)

    with contextlib.ExitStack() as unfinished:
        unfinished.callback(sheet.close)
        yield append
        unfinished.pop_all()
    with part.open("wb") as sink:
        book.save(sink)


_NEEDED = pa_csv.WriteOptions(quoting_style="needed")
_WRITERS: dict[str, Callable[[Path, Path, pa.Schema], AbstractContextManager[Any]]] = {
    ".csv": _csv,
    ".csv.gz": _csv_gz,
    ".parquet": _parquet,
    ".xlsx": _xlsx,
    ".zip": _zip,
}


def _suffix(file: Path) -> str:
    for suffix in _WRITERS:
        if file.name.lower().endswith(suffix):
            return suffix
    suffixes = ", ".join(_WRITERS)
    raise SettingsError(f"{file}: the name has to end in one of {suffixes}.")
