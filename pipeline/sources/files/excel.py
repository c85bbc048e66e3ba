"""Excel workbooks, .xlsx, .xlsm and .xls, through calamine.

A sheet whose first row names every column is loaded with columns of the types of their cells.
Any other is loaded as text, from its first row on: so its header is found with its own names
wherever it stands, and dates arrive in ISO order. Formulas give the values they had when the
workbook was saved.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from pipeline.base.errors import SourceError
from pipeline.sources.cells.texts import written
from pipeline.sources.files.calamine_sheets import Grid, damaged, grids, protected
from pipeline.sources.files.headers import (
    LOOKED_AT,
    clean_name,
    find_header,
    names_apart,
    numbered,
)
from pipeline.sources.files.limits import ReadLimits, check_archive, check_columns
from pipeline.sources.files.separators import shown
from pipeline.sources.files.surroundings import settled, texts
from pipeline.sources.fitting import Wanted
from pipeline.sources.parts import Around, Part

BOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
WORD = "WordDocument".encode("utf-16-le")


def read_xlsx(
    path: Path, *, file: str, limits: ReadLimits, is_wanted: Wanted | None
) -> Iterator[Part]:
    """Read the sheets of a workbook in the ZIP-based format, bombs refused beforehand."""
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, limits, file=file)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise damaged(file) from error
    yield from _parts(grids(path, limits, file=file), file, limits, is_wanted)


def read_xls(
    path: Path, *, file: str, limits: ReadLimits, is_wanted: Wanted | None
) -> Iterator[Part]:
    """Read the sheets of a workbook in the old binary format."""
    book = any(_holds(path, name) for name in BOOKS)
    if not book and _holds(path, ENCRYPTED):
        raise protected(file)
    if not book and _holds(path, WORD):
        raise SourceError("is a Word document", remedy="use a workbook or CSV", file=file)
    yield from _parts(grids(path, limits, file=file), file, limits, is_wanted)


def _parts(
    sheets: Iterator[Grid], file: str, limits: ReadLimits, is_wanted: Wanted | None
) -> Iterator[Part]:
    rows = False
    for grid in sheets:
        check_columns(grid.cells.num_columns, limits, file=file, sheet=grid.sheet)
        rows = True
        yield _named_part(grid, file, is_wanted) or _part(grid, file, is_wanted)
    if not rows:
        raise SourceError(
            "holds no rows in any sheet", remedy="use a sheet with rows", file=file
        )


def _named_part(grid: Grid, file: str, is_wanted: Wanted | None) -> Part | None:
    """Take a sheet whose first row is the header; None where another row may be, or none."""
    if not grid.is_named:
        return None
    names = [clean_name(name) for name in grid.cells.column_names]
    if is_wanted is not None and not is_wanted(names):
        return None
    columns = [_to_the_second(column) for column in grid.cells.columns]
    table = pa.Table.from_arrays(columns, names=names_apart(names))
    if (
        is_wanted is None
        and not find_header([names, *texts(table.slice(0, LOOKED_AT))], None)[1]
    ):
        return None
    return settled(Part(file, grid.sheet, table, 1))


def _to_the_second(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write times without the thousandths that none of them has."""
    if not pa.types.is_timestamp(column.type):
        return column
    try:
        return column.cast(pa.timestamp("s"))
    except pa.ArrowInvalid:
        return column


def _part(grid: Grid, file: str, is_wanted: Wanted | None) -> Part:
    cells = _as_text(grid) if grid.is_named else grid.cells
    head = texts(cells.slice(0, LOOKED_AT))
    header = find_header(head, is_wanted)
    above = tuple(
        Around(row, shown(line), "title")
        for row, line in enumerate(head[: header.position], start=1)
        if any(cell.strip() for cell in line)
    )
    if header.is_there:
        names = names_apart([clean_name(cell) for cell in head[header.position]])
        table = cells.slice(header.position + 1).rename_columns(names)
        return settled(Part(file, grid.sheet, table, header.position + 1, around=above))
    table = cells.slice(header.position).rename_columns(numbered(cells.num_columns))
    return settled(Part(file, grid.sheet, table, header.position, False, above))  # noqa: FBT003


def _as_text(grid: Grid) -> pa.Table:
    """Put the names above their columns again, all as text."""
    columns = [
        pa.chunked_array([[name], *written(_to_the_second(column)).chunks], pa.string())
        for name, column in zip(grid.cells.column_names, grid.cells.columns, strict=True)
    ]
    return pa.Table.from_arrays(columns, names=[str(place) for place in range(len(columns))])


def _holds(path: Path, sign: bytes) -> bool:
    tail = b""
    with path.open("rb") as opened:
        while chunk := opened.read(1024**2):
            if sign in tail + chunk:
                return True
            tail = chunk[-len(sign) :]
    return False
