"""The contract of every reader: the same rows in, the same rows out."""

import codecs
import datetime as dt
import gzip
import sqlite3
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
import xlwt

from pipeline.sources.cells.values import as_category, as_number, as_text, as_timestamp
from pipeline.sources.files.databases import read_table, read_url
from pipeline.sources.files.limits import ReadLimits
from pipeline.sources.parts import Part
from pipeline.sources.reading import read_parts

day = dt.datetime.fromisoformat
Row = tuple[str | None, str | None, float | None, dt.datetime | None]

NAMES = ["Invoice No", "Description", "Price", "Date"]
ROWS: list[Row] = [
    ("536365", "Lantern, “white”", 2.55, day("2010-12-01 08:26")),
    ("C581484", 'He said "no"', -3.0, day("2011-12-09 12:50:01")),
    ("007", None, None, day("2011-02-28")),
    (None, " Größe £5 — Товары ", 80995.0, None),
    ("536368", "two\nlines", 0.001, day("2012-02-29 23:59:59")),
    ("536369", "=1+1", 1e-05, day("2011-01-01")),
    ("536370", "last", 38970.25, day("2011-01-01")),
]


def delimited(rows: list[Row], separator: str = ",", end: str = "\n") -> str:
    def cell(value: object) -> str:
        plain = "" if value is None else str(value)
        quote = any(sign in plain for sign in f'{separator}"\n\r')
        return '"' + plain.replace('"', '""') + '"' if quote else plain

    return "".join(separator.join(map(cell, row)) + end for row in [tuple(NAMES), *rows])


class Contract:
    """What each reader must do; a subclass says how its file is written."""

    name = "orders.csv"

    def write(self, path: Path, rows: list[Row]) -> None:
        raise NotImplementedError

    def parts(self, path: Path) -> list[Part]:
        return list(read_parts(path))

    @pytest.fixture
    def part(self, tmp_path: Path) -> Part:
        self.write(tmp_path / self.name, ROWS)
        (part,) = self.parts(tmp_path / self.name)
        return part

    def test_header_keeps_its_names(self, part: Part):
        assert part.table.column_names == NAMES
        assert part.header_row == 1

    def test_texts(self, part: Part):
        assert as_text(part.table["Invoice No"]).to_pylist() == [row[0] for row in ROWS]
        texts = as_text(part.table["Description"])
        assert texts.type == pa.string()
        assert texts.to_pylist() == [row[1].strip() if row[1] else None for row in ROWS]
        assert as_category(part.table["Description"]).to_pylist() == texts.to_pylist()

    def test_numbers(self, part: Part):
        values, unreadable, _ = as_number(part.table["Price"])
        assert values.to_pylist() == [row[2] for row in ROWS]
        assert not len(unreadable)

    def test_dates(self, part: Part):
        values, unreadable, _ = as_timestamp(part.table["Date"])
        assert values.type == pa.timestamp("us")
        assert values.to_pylist() == [row[3] for row in ROWS]
        assert not len(unreadable)

    def test_a_header_alone_is_a_table_without_rows(self, tmp_path: Path):
        self.write(tmp_path / self.name, [])
        (part,) = self.parts(tmp_path / self.name)
        assert part.table.column_names == NAMES
        assert part.table.num_rows == 0
        assert len(as_text(part.table["Price"])) == 0
        assert len(as_number(part.table["Price"]).values) == 0
        assert len(as_timestamp(part.table["Price"]).values) == 0

    def test_many_rows_keep_their_order(self, tmp_path: Path):
        rows: list[Row] = [(str(i), "x", float(i), None) for i in range(3000)]
        self.write(tmp_path / self.name, rows)
        (part,) = self.parts(tmp_path / self.name)
        assert as_number(part.table["Price"]).values.to_pylist() == [row[2] for row in rows]
        assert as_text(part.table["Invoice No"]).to_pylist() == [row[0] for row in rows]

    def test_it_is_named_after_its_file(self, part: Part):
        assert self.name in part.name


class TestCsv(Contract):
    def write(self, path: Path, rows: list[Row]) -> None:
        path.write_bytes(delimited(rows).encode())


class TestCsvOfWindows(Contract):
    def write(self, path: Path, rows: list[Row]) -> None:
        path.write_bytes(codecs.BOM_UTF8 + delimited(rows, end="\r\n").encode())


class TestCsvWithoutLastLineEnd(Contract):
    def write(self, path: Path, rows: list[Row]) -> None:
        path.write_bytes(delimited(rows).rstrip("\n").encode())


class TestSemicolons(Contract):
    def write(self, path: Path, rows: list[Row]) -> None:
        path.write_bytes(delimited(rows, ";").encode())


class TestTabs(Contract):
    name = "orders.tsv"

    def write(self, path: Path, rows: list[Row]) -> None:
        path.write_bytes(delimited(rows, "\t").encode())


class TestBars(Contract):
    name = "orders.txt"

    def write(self, path: Path, rows: list[Row]) -> None:
        path.write_bytes(delimited(rows, "|").encode())


class TestUtf16(Contract):
    def write(self, path: Path, rows: list[Row]) -> None:
        path.write_bytes(delimited(rows, "\t").encode("utf-16"))


class TestGzip(Contract):
    name = "orders.csv.gz"

    def write(self, path: Path, rows: list[Row]) -> None:
        path.write_bytes(gzip.compress(delimited(rows).encode()))


class TestCsvCalledExcel(TestCsv):
    name = "orders.xlsx"


class TestXlsx(Contract):
    name = "orders.xlsx"

    def write(self, path: Path, rows: list[Row]) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for place, row in enumerate([tuple(NAMES), *rows], start=1):
            for column, value in enumerate(row, start=1):
                sheet.cell(place, column).value = value
                if isinstance(value, str):
                    sheet.cell(place, column).data_type = "s"
        book.save(path)


class TestXlsxCalledCsv(TestXlsx):
    name = "orders.csv"


class TestXls(Contract):
    name = "orders.xls"

    def write(self, path: Path, rows: list[Row]) -> None:
        book = xlwt.Workbook()
        sheet = book.add_sheet("Orders")
        date = xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM:SS")
        plain = xlwt.easyxf()
        for place, row in enumerate([tuple(NAMES), *rows]):
            for column, value in enumerate(row):
                if value is not None:
                    style = date if isinstance(value, dt.datetime) else plain
                    sheet.write(place, column, value, style)
        book.save(str(path))


class TestZippedCsv(Contract):
    name = "orders.zip"

    def write(self, path: Path, rows: list[Row]) -> None:
        with zipfile.ZipFile(path, "w") as opened:
            opened.writestr("a folder/orders.csv", delimited(rows))
            opened.writestr("README.txt", "hello, world\n")
            opened.writestr("__MACOSX/._orders.csv", b"\0\0")


class TestZippedXlsx(TestXlsx):
    name = "orders.zip"

    def write(self, path: Path, rows: list[Row]) -> None:
        inner = path.with_name("inner.xlsx")
        super().write(inner, rows)
        with zipfile.ZipFile(path, "w") as opened:
            opened.write(inner, "orders.xlsx")


class TestSqlite(Contract):
    name = "orders.db"

    def write(self, path: Path, rows: list[Row]) -> None:
        names = ", ".join(f'"{name}"' for name in NAMES)
        connection = sqlite3.connect(path)
        connection.execute(f'create table "order ""lines""" ({names})')
        texts = [(*row[:3], row[3] and row[3].isoformat(" ")) for row in rows]
        connection.executemany('insert into "order ""lines""" values (?, ?, ?, ?)', texts)
        connection.commit()
        connection.close()


class TestSqliteByUrl(TestSqlite):
    def parts(self, path: Path) -> list[Part]:
        return list(read_url(f"sqlite:///{path}", names=('order "lines"',)))


class TestServer(TestSqlite):
    """A server's driver, for which SQLite's stands in."""

    def parts(self, path: Path) -> list[Part]:
        engine = sa.create_engine(f"sqlite:///{path}")
        part = read_table(engine, table=None, limits=ReadLimits())
        engine.dispose()
        return [part]


class TestParquet(Contract):
    name = "orders.parquet"

    def write(self, path: Path, rows: list[Row]) -> None:
        kinds = (pa.string(), pa.string(), pa.float64(), pa.timestamp("ns"))
        columns = [pa.array([row[i] for row in rows], kind) for i, kind in enumerate(kinds)]
        pq.write_table(pa.table(columns, names=NAMES), path, row_group_size=1000)


class TestParquetWithCategories(Contract):
    name = "orders.parquet"

    def write(self, path: Path, rows: list[Row]) -> None:
        kinds = (pa.large_string(), pa.string(), pa.float32(), pa.timestamp("ms", "UTC"))
        columns = [pa.array([row[i] for row in rows], kind) for i, kind in enumerate(kinds)]
        columns[1] = columns[1].dictionary_encode().cast(pa.dictionary(pa.int8(), pa.string()))
        pq.write_table(pa.table(columns, names=NAMES), path)

    def test_numbers(self, part: Part):
        values = as_number(part.table["Price"]).values.to_pylist()
        assert values == [row[2] and pytest.approx(row[2], rel=1e-6) for row in ROWS]
