"""Excel workbooks, .xlsx, .xlsm and .xls, through calamine.

A sheet is loaded once, as text, from its first row on: so its header is found with its own
names wherever it stands, formulas give the values they had when the workbook was saved, and
dates arrive in ISO order.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import SourceError
from pipeline.sources.calamine_sheets import Grid, damaged, grids, protected
from pipeline.sources.fitting import Wanted
from pipeline.sources.limits import ReadLimits, check_archive, check_columns
from pipeline.sources.parts import Part

LOOKED_AT = 20
BOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
WORD = "WordDocument".encode("utf-16-le")


def read_xlsx(
    path: Path, *, file: str, limits: ReadLimits, wanted: Wanted | None
) -> Iterator[Part]:
    """Read the sheets of a workbook in the ZIP-based format, bombs refused beforehand."""
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, limits, file=file)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise damaged(file) from error
    yield from _parts(grids(path, limits, file=file), file, limits, wanted)


def read_xls(
    path: Path, *, file: str, limits: ReadLimits, wanted: Wanted | None
) -> Iterator[Part]:
    """Read the sheets of a workbook in the old binary format."""
    book = any(_holds(path, name) for name in BOOKS)
    if not book and _holds(path, ENCRYPTED):
        raise protected(file)
    if not book and _holds(path, WORD):
        raise SourceError("is a Word document", remedy="use a workbook or CSV", file=file)
    yield from _parts(grids(path, limits, file=file), file, limits, wanted)


def _parts(
    found: Iterator[Grid], file: str, limits: ReadLimits, wanted: Wanted | None
) -> Iterator[Part]:
    rows = False
    for sheet, cells in found:
        check_columns(cells.num_columns, limits, file=file, sheet=sheet)
        rows = True
        yield _part(cells, file, sheet, wanted)
    if not rows:
        raise SourceError(
            "holds no rows in any sheet", remedy="use a sheet with rows", file=file
        )


def _part(grid: pa.Table, file: str, sheet: str, wanted: Wanted | None) -> Part:
    head = [_names(row) for row in grid.slice(0, LOOKED_AT).to_pylist()]
    header = _header(head, wanted)
    names = head[header]
    rows = grid.slice(header + 1)
    kept = [
        position
        for position, name in enumerate(names)
        if name or rows.column(position).null_count < rows.num_rows
    ]
    table = rows.select(kept).rename_columns([names[position] for position in kept])
    return Part(file, sheet, _without_blank_end(table), header + 1)


def _names(row: dict[str, str | None]) -> list[str]:
    return [(value or "").strip().strip("\ufeff\u200b").strip() for value in row.values()]


def _header(head: list[list[str]], wanted: Wanted | None) -> int:
    """Find the header: the first row that is wanted, else the first about as full as any.

    So a title above the header, which fills a cell or two, is passed over.
    """
    if wanted is not None:
        for position, names in enumerate(head):
            if any(names) and wanted(names):
                return position
    filled = [sum(map(bool, names)) for names in head]
    return next(i for i, count in enumerate(filled) if count >= 0.6 * max(filled))


def _without_blank_end(table: pa.Table) -> pa.Table:
    """Drop the rows below the last that holds anything."""
    end = table.num_rows
    while end:
        start = max(end - 1024, 0)
        blank = pa.array([True] * (end - start))
        for column in table.slice(start, end - start).columns:
            blank = pc.and_(blank, pc.is_null(column))
        filled = [i for i, empty in enumerate(blank.to_pylist()) if not empty]
        if filled:
            return table.slice(0, start + filled[-1] + 1)
        end = start
    return table.slice(0, 0)


def _holds(path: Path, sign: bytes) -> bool:
    tail = b""
    with path.open("rb") as opened:
        while chunk := opened.read(1024**2):
            if sign in tail + chunk:
                return True
            tail = chunk[-len(sign) :]
    return False
