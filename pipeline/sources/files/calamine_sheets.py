"""The sheets of a workbook, read by calamine in a process of its own.

Calamine takes room for the rectangle round all cells of a sheet, and for whatever sizes a
damaged file claims; where it can't have that it ends its process. So this module runs as
a child (`python -m`), with a limit on its memory, and what it read comes back as Arrow files.
"""

import logging
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import fastexcel
import pyarrow as pa

from pipeline.base.errors import EnvironmentProblem, PipelineError, SourceError
from pipeline.sources.files.apart import begin_apart, opened_apart, run_apart
from pipeline.sources.files.limits import ReadLimits
from pipeline.sources.files.scratch import scratch_folder

DAMAGED, PROTECTED, DISK = 10, 11, 12
PLAIN = frozenset({"string", "float", "int", "datetime", "date"})
"""Types of columns that are read as what they are; others as text."""


class Grid(NamedTuple):
    """The cells of one sheet, as text from its first row on.

    Or, where the first row names every column, with these names and below them, each column of
    the type that all of its cells have: texts, numbers or dates.
    """

    sheet: str
    cells: pa.Table
    is_named: bool


def grids(path: Path, limits: ReadLimits, *, file: str) -> Iterator[Grid]:
    """Read the sheets that hold a cell, in their order."""
    with scratch_folder() as folder:
        try:
            code = run_apart(__name__, [path.absolute(), folder], limits.workbook_memory)
        except subprocess.TimeoutExpired as error:
            raise damaged(file) from error
        if code:
            raise _failure(code, file)
        for written in sorted(folder.iterdir()):
            with opened_apart(written) as opened, pa.ipc.open_stream(opened) as stream:
                cells = stream.read_all()
            metadata = cells.schema.metadata
            yield Grid(metadata[b"sheet"].decode(), cells, metadata[b"named"] == b"yes")


def damaged(file: str) -> SourceError:
    """Build the error for a workbook that can't be read."""
    return SourceError(
        "is cut off or damaged",
        remedy="open it in a spreadsheet program and save it again",
        file=file,
    )


def protected(file: str) -> SourceError:
    """Build the error for a workbook with a password."""
    return SourceError("is protected with a password", remedy="save it without one", file=file)


def _failure(code: int, file: str) -> PipelineError:
    if code == DAMAGED:
        return damaged(file)
    if code == PROTECTED:
        return protected(file)
    if code == DISK:
        return EnvironmentProblem(f"{file}: no room to unpack it in {tempfile.gettempdir()}.")
    return SourceError(
        "is damaged, or spans more cells than memory holds",
        remedy="delete lone cells far from the table, or save it as CSV",
        file=file,
    )


def _write_grids(path: Path, folder: Path) -> int:
    """Write each sheet's cells to a file of its own, for the parent to read."""
    logging.getLogger("fastexcel").setLevel(logging.CRITICAL)
    try:
        workbook = fastexcel.read_excel(path)
        for place, name in enumerate(workbook.sheet_names):
            named = _named_columns(workbook, name)
            sheet = named or workbook.load_sheet(
                name, header_row=None, skip_rows=0, dtypes="string"
            )
            if sheet.width and sheet.height:
                metadata = {"sheet": name, "named": "yes" if named else "no"}
                cells = sheet.to_arrow().replace_schema_metadata(metadata)
                with pa.ipc.new_stream(folder / f"{place:05}.arrow", cells.schema) as stream:
                    stream.write_batch(cells)
    except (fastexcel.FastExcelError, pa.ArrowException) as error:
        return PROTECTED if "password" in str(error).lower() else DAMAGED
    except OSError:
        return DISK
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            return DAMAGED
        raise
    return 0


def _named_columns(workbook: fastexcel.ExcelReader, name: str) -> fastexcel.ExcelSheet | None:
    """Load a sheet by the names in its first row; None where they don't name every column.

    Numbers and dates are then spared the way through text. Calamine numbers names that stand
    twice, and makes names up where there is none.
    """
    sheet = workbook.load_sheet(name, header_row=0, skip_rows=0, schema_sample_rows=None)
    names = {column.name for column in sheet.selected_columns}
    is_plain = all(
        column.column_name_from == "looked_up"
        and column.dtype in PLAIN
        and column.name.strip()
        and re.sub(r"_\d+$", "", column.name) not in names - {column.name}
        for column in sheet.selected_columns
    )
    return sheet if is_plain and sheet.width and sheet.height else None


if __name__ == "__main__":
    where, into = begin_apart()
    sys.exit(_write_grids(where, into))
