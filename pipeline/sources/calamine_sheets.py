"""The sheets of a workbook as calamine reads them, in this process or in one of its own.

A damaged .xls makes calamine ask for any amount of memory, and end the process that can't have
it; so workbooks of that format are read by a child process: `python -m` this module.
"""

import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import fastexcel
import pyarrow as pa

from pipeline.errors import SourceError

PATIENCE = 600

logging.getLogger("fastexcel").setLevel(logging.CRITICAL)


class Grid(NamedTuple):
    """The cells of one sheet from its first row on, as text."""

    sheet: str
    cells: pa.Table


def grids(path: Path, *, file: str) -> Iterator[Grid]:
    """Read one sheet after the other; sheets without a cell are left out."""
    with _Calamine(file):
        workbook = fastexcel.read_excel(path)
        names = workbook.sheet_names
    for name in names:
        with _Calamine(file, name):
            sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            cells = pa.Table.from_batches([sheet.to_arrow()]) if sheet.width else pa.table({})
        if cells.num_rows:
            yield Grid(name, cells)


def grids_apart(path: Path, *, file: str) -> Iterator[Grid]:
    """Read the sheets in a child process, which may die of it."""
    with tempfile.TemporaryDirectory(prefix="clientele-") as folder:
        command = [sys.executable, "-m", __name__, str(path.absolute()), folder]
        places = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        try:
            child = subprocess.run(  # noqa: S603 - our own module and a path
                command, env=places, capture_output=True, check=False, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired as error:
            raise damaged(file) from error
        if child.returncode:
            raise protected(file) if b"password" in child.stdout else damaged(file)
        for written in sorted(Path(folder).glob("*.arrow")):
            with pa.ipc.open_stream(written) as stream:
                cells = stream.read_all()
            yield Grid(cells.schema.metadata[b"sheet"].decode(), cells)


def damaged(file: str, sheet: str | None = None) -> SourceError:
    """Build the error for a workbook that calamine can't read."""
    return SourceError(
        "is cut off or damaged",
        remedy="open it in a spreadsheet program and save it again",
        file=file,
        sheet=sheet,
    )


def protected(file: str) -> SourceError:
    """Build the error for a workbook with a password."""
    return SourceError("is protected with a password", remedy="save it without one", file=file)


class _Calamine:
    """Turn what calamine raises, its panics among it, into a sentence."""

    def __init__(self, file: str, sheet: str | None = None) -> None:
        self.file, self.sheet = file, sheet

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            return
        known = issubclass(kind, fastexcel.FastExcelError | pa.ArrowException)
        if known and "password" in str(error).lower():
            raise protected(self.file) from error
        if known or kind.__name__ == "PanicException":
            raise damaged(self.file, self.sheet) from error


def _write_grids(path: Path, folder: Path) -> int:
    """Write each sheet's cells to a file of its own, for the parent to read."""
    try:
        for place, (sheet, cells) in enumerate(grids(path, file=path.name)):
            schema = cells.schema.with_metadata({"sheet": sheet})
            with pa.ipc.new_stream(folder / f"{place:05}.arrow", schema) as stream:
                stream.write_table(cells)
    except SourceError as error:
        sys.stdout.write(error.problem)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(_write_grids(Path(sys.argv[1]), Path(sys.argv[2])))
