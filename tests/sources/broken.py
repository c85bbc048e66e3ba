"""Files that are broken, hostile or not what they say, and what must be said of each."""

import gzip
import io
import random
import sqlite3
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlwt

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
FIELDS = HEADER.split(",")
LINE = "536365,85123A,WHITE LANTERN,6,12/1/2010 8:26,2.55,17850,United Kingdom"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0" + bytes(range(256))
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
EXE = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + bytes(200) + b"This program cannot be run"
HTML = b"<!DOCTYPE html>\n<html><body><table><tr><td>1</td></tr></table></body></html>"
NOISE = random.Random(7).randbytes(5000)
JSON = b'[{"InvoiceNo": "536365", "Quantity": 6}]'


class Broken(NamedTuple):
    """One broken file.

    `make` writes it to a path; `words` stand in the error, whoever raises it. `readable` files
    are read without complaint and are wrong only for whoever uses their rows.
    """

    name: str
    make: Callable[[Path], None]
    words: tuple[str, ...]
    readable: bool = False


def data(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content) and None


def text(*lines: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    return data("".join(line + "\n" for line in lines).encode(encoding))


def orders(*changes: tuple[int, str, str], rows: int = 6) -> Callable[[Path], None]:
    """Write order lines with changed cells: (row as a spreadsheet counts, column, text)."""
    table = [line(number) for number in range(rows)]
    for row, column, value in changes:
        table[row - 2][FIELDS.index(column)] = value
    return text(HEADER, *(",".join(cells) for cells in table))


def line(number: int) -> list[str]:
    cells = LINE.split(",")
    cells[0], cells[6] = str(536365 + number // 2), str(17850 + number % 3)
    cells[4] = f"12/{number % 28 + 1}/2010 8:26"
    return cells


def squeezed(
    content: bytes, *, keep: float = 1.0, flip: bool = False
) -> Callable[[Path], None]:
    packed = bytearray(gzip.compress(content, mtime=0))
    if flip:
        packed[-6] ^= 0xFF
    return data(bytes(packed[: int(len(packed) * keep)]))


def archive(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members:
            opened.writestr(name, content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(archive(*members)) and None


def encrypted(path: Path) -> None:
    """Set the flag that says that a member is encrypted, where it stands twice."""
    content = bytearray(archive(("orders.csv", CSV)))
    content[6] |= 1
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)


def damaged_member(path: Path) -> None:
    noise = random.Random(7).randbytes(4000).hex().encode()
    content = bytearray(archive(("orders.csv", CSV + b"1,2,3,4,5,6,7," + noise + b"\n")))
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def link(path: Path) -> None:
    member = zipfile.ZipInfo("orders.csv")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    zipped((member, b"/etc/passwd"))(path)


def endless() -> bytes:
    """Repeat one line until it fills 90 MB, which packs to next to nothing."""
    return CSV + (LINE.encode() + b"\n") * 1_200_000


def packed_bomb(path: Path) -> None:
    squeezed(endless())(path)


def zipped_bomb(path: Path) -> None:
    zipped(("orders.csv", endless()))(path)


def sheet_bomb(path: Path) -> None:
    sheet_replaced(b"<a/>" * 25_000_000)(path)


def long_open_quote(path: Path) -> None:
    text(HEADER, LINE, LINE.replace("WHITE", '"WHITE'), *[LINE] * 300_000)(path)


def wide_parquet(path: Path) -> None:
    pq.write_table(pa.table({name: [1] for name in WIDE}), path)


def tarball(path: Path) -> None:
    with tarfile.open(path, "w:gz") as opened:
        member = tarfile.TarInfo("orders.csv")
        member.size = len(CSV)
        opened.addfile(member, io.BytesIO(CSV))


def workbook(*rows: list[object], far: str | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if far:
        sheet[far] = 1
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def excel(*rows: list[object], far: str | None = None) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(workbook(*rows, far=far)) and None


def sheet_replaced(content: bytes) -> Callable[[Path], None]:
    """Write a workbook whose sheet holds `content` instead of its cells."""

    def make(path: Path) -> None:
        with zipfile.ZipFile(io.BytesIO(workbook(list(FIELDS), line(1)))) as good:
            members = [(name, good.read(name)) for name in good.namelist()]
        sheet = "xl/worksheets/sheet1.xml"
        zipped(*((name, content if name == sheet else held) for name, held in members))(path)

    return make


def old_workbook(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Orders")
    for row, cells in enumerate([FIELDS, *(line(n) for n in range(300))]):
        for column, value in enumerate(cells):
            sheet.write(row, column, value)
    book.save(str(path))


def old_container(stream: str) -> Callable[[Path], None]:
    """Write the container of an old workbook with its stream under another name."""

    def make(path: Path) -> None:
        old_workbook(path)
        named, wanted = ("Workbook".encode("utf-16-le"), stream.encode("utf-16-le"))
        content = path.read_bytes()
        place = content.find(named)
        blank = content[place : place + 64]
        entry = wanted.ljust(len(blank), b"\0")
        path.write_bytes(content[:place] + entry + content[place + 64 :])

    return make


def cut(make: Callable[[Path], None], keep: float = 0.5) -> Callable[[Path], None]:
    def make_cut(path: Path) -> None:
        make(path)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * keep)])

    return make_cut


def database(*statements: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        connection.execute("pragma user_version = 1")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return make


def garbled_database(path: Path) -> None:
    table = ", ".join(FIELDS)
    database(
        f"create table lines ({table})",
        f"insert into lines with recursive n(i) as (select 1 union all select i + 1 from n"
        f" where i < 4000) select {', '.join(['i'] * len(FIELDS))} from n",
    )(path)
    content = path.read_bytes()
    half = len(content) // 2
    path.write_bytes(content[:half] + random.Random(7).randbytes(half))


def parquet(path: Path) -> None:
    columns = {name: [line(n)[i] for n in range(500)] for i, name in enumerate(FIELDS)}
    pq.write_table(pa.table(columns), path)


CSV = "".join(x + "\r\n" for x in (HEADER, *(",".join(line(n)) for n in range(6)))).encode()
WIDE = [f"c{i}" for i in range(10_000)]

BROKEN = [
    Broken("empty.csv", data(b""), ("empty",)),
    Broken("blanks.csv", data(b" \r\n\t\n   \n" * 40), ("empty",)),
    Broken("only_a_mark.csv", data(b"\xef\xbb\xbf"), ("empty",)),
    Broken("zeros.csv", data(bytes(5000)), ("binary",)),
    Broken("nul_in_a_row.csv", orders((4, "Description", "A\0B")), ("NUL", "row 4")),
    Broken("utf16_without_mark.csv", text(HEADER, LINE, encoding="utf-16-le"), ("UTF-16",)),
    Broken("utf16_cut.csv", data(CSV.decode().encode("utf-16")[:-1]), ("UTF-16",)),
    Broken("row_too_long.csv", text(HEADER, LINE, LINE + ",x", LINE), ("row 3", "9 fields")),
    Broken("row_too_short.csv", text(HEADER, LINE, LINE, "536366,22"), ("row 4", "2 fields")),
    Broken(
        "row_too_short_after_a_break.csv",
        text(HEADER, LINE.replace("WHITE LANTERN", '"WHITE\nLANTERN"'), "", "1,2"),
        ("row 4", "2 fields"),
    ),
    Broken(
        "open_quote.csv",
        text(HEADER, LINE, LINE.replace("WHITE", '"WHITE'), LINE, LINE),
        ("row 3", "quotation mark"),
    ),
    Broken(
        "open_quote_at_the_end_of_a_row.csv",
        text(HEADER, LINE, LINE.replace("United", '"United'), LINE, LINE),
        ("row 3", "quotation mark"),
    ),
    Broken(
        "open_quote_in_a_long_file.csv",
        long_open_quote,
        ("row 3", "quotation mark"),
    ),
    Broken("cut.csv.gz", squeezed(CSV * 50, keep=0.6), ("cut off",)),
    Broken("wrong_checksum.csv.gz", squeezed(CSV, flip=True), ("cut off or damaged",)),
    Broken("bomb.csv.gz", packed_bomb, ("bomb",)),
    Broken("tarball.csv.gz", tarball, ("binary",)),
    Broken("picture.csv.gz", squeezed(PNG), ("PNG",)),
    Broken("picture.csv", data(PNG), ("PNG",)),
    Broken("document.csv", data(PDF), ("PDF",)),
    Broken("page.csv", data(HTML), ("HTML",)),
    Broken("document_of_xml.csv", data(b"<?xml version='1.0'?><orders/>"), ("XML",)),
    Broken("objects.csv", data(JSON), ("JSON",)),
    Broken("program.csv", data(EXE), ("program",)),
    Broken("noise.csv", data(NOISE), ("binary",)),
    Broken("picture.xlsx", data(PNG), ("PNG",)),
    Broken("program.xlsx", data(EXE), ("program",)),
    Broken("page.xls", data(HTML), ("HTML",)),
    Broken("document.zip", data(PDF), ("PDF",)),
    Broken("objects.parquet", data(JSON), ("JSON",)),
    Broken("letter.xlsx", zipped(("word/document.xml", b"<w/>")), ("Word",)),
    Broken("binary.xlsx", zipped(("xl/workbook.bin", b"")), ("xlsb",)),
    Broken("without_sheets.xlsx", zipped(("[Content_Types].xml", b"<T/>")), ("without its",)),
    Broken("empty.xlsx", data(b""), ("empty",)),
    Broken("cut.xlsx", cut(excel(FIELDS, *(line(n) for n in range(500)))), ("cut off",)),
    Broken("garbled_sheet.xlsx", sheet_replaced(b"<worksheet><sheetData><row"), ("damaged",)),
    Broken("bomb.xlsx", sheet_bomb, ("bomb",)),
    Broken("far_cell.xlsx", excel(FIELDS, line(1), far="IV1048576"), ("spans",)),
    Broken("farthest_cell.xlsx", excel(FIELDS, line(1), far="XFD1048576"), ("spans",)),
    Broken("wide.xlsx", excel(WIDE, WIDE), ("10,000 columns",)),
    Broken("without_rows.xlsx", excel(), ("no rows",)),
    Broken("password.xlsx", old_container("EncryptedPackage"), ("password",)),
    Broken("letter.xls", old_container("WordDocument"), ("Word",)),
    Broken("cut.xls", cut(old_workbook), ("cut off or damaged",)),
    Broken("cut.zip", cut(zipped(("orders.csv", CSV * 50))), ("cut off",)),
    Broken("bomb.zip", zipped_bomb, ("bomb",)),
    Broken("leads_out.zip", zipped(("../../orders.csv", CSV)), ("leads out",)),
    Broken("leads_to_the_root.zip", zipped(("/etc/orders.csv", CSV)), ("leads out",)),
    Broken("leads_to_a_drive.zip", zipped(("C:\\orders.csv", CSV)), ("leads out",)),
    Broken("link.zip", link, ("a link",)),
    Broken("nested.zip", zipped(("a.zip", archive(("orders.csv", CSV)))), ("another archive",)),
    Broken("nested_in_secret.zip", zipped(("a.csv", archive(("b.csv", CSV)))), ("another",)),
    Broken("encrypted.zip", encrypted, ("encrypted",)),
    Broken("without_files.zip", zipped(), ("no file",)),
    Broken("of_pictures.zip", zipped(("a.png", PNG), ("README.txt", b"Hello")), ("no file",)),
    Broken("disguised_picture.zip", zipped(("orders.csv", PNG)), ("PNG", "orders.csv")),
    Broken("crowded.zip", zipped(*((f"{i}.csv", b"a\n") for i in range(1001))), ("1,001",)),
    Broken("wrong_checksum.zip", damaged_member, ("damaged", "orders.csv")),
    Broken("without_tables.db", database(), ("no table",)),
    Broken(
        "several_tables.db", database("create table a (x)", "create table b (y)"), ("--table",)
    ),
    Broken("garbled.db", garbled_database, ("damaged",)),
    Broken("cut.db", cut(garbled_database, 0.05), ("damaged",)),
    Broken("noise.db", data(b"SQLite format 3\0" + NOISE), ("damaged",)),
    Broken(
        "other_text.db",
        database(
            f"create table lines ({HEADER})",
            f"insert into lines values (1, 2, cast(x'a3' as text){', 1' * 5})",
        ),
        ("UTF-8",),
    ),
    Broken("cut.parquet", cut(parquet), ("damaged",)),
    Broken("noise.parquet", data(b"PAR1" + NOISE), ("damaged",)),
    Broken("wide.csv", text(",".join(WIDE), ",".join(WIDE)), ("10,000 columns",)),
    Broken("wide.parquet", wide_parquet, ("10,000 columns",)),
    Broken("header_only.csv", text(HEADER), ("no",), readable=True),
    Broken("header_only.xlsx", excel(FIELDS), ("no",), readable=True),
    Broken(
        "other_columns.csv",
        text("name,colour", "a,red"),
        ("name, colour", "--map"),
        readable=True,
    ),
    Broken(
        "other_columns.xlsx", excel(["name", "colour"], ["a", "red"]), ("--map",), readable=True
    ),
    Broken("other_columns.zip", zipped(("a.csv", b"x,y\n1,2\n")), ("--map",), readable=True),
    Broken("one_column.csv", text("InvoiceNo", "1", "2"), ("--map",), readable=True),
    Broken("blank_header.csv", text("," * 7, LINE), ("--map",), readable=True),
    Broken("without_a_header.csv", text(LINE, LINE), ("--map",), readable=True),
    Broken(
        "doubled_header.csv",
        text(HEADER.replace("Country", "Quantity"), LINE),
        ("Quantity", "more than once"),
        readable=True,
    ),
    Broken(
        "doubled_header.xlsx",
        excel([*FIELDS[:7], "Quantity"], line(1)),
        ("Quantity", "more than once"),
        readable=True,
    ),
    Broken(
        "numbers_in_words.csv",
        orders(*((row, "Quantity", "six") for row in range(2, 8))),
        ("Quantity", "six"),
        readable=True,
    ),
    Broken(
        "mixed_types.csv",
        orders(*((row, "UnitPrice", "free") for row in (3, 5, 7))),
        ("UnitPrice", "free"),
        readable=True,
    ),
    Broken(
        "endless_prices.csv",
        orders(*((row, "UnitPrice", "inf") for row in range(2, 8))),
        ("UnitPrice", "inf"),
        readable=True,
    ),
    Broken(
        "no_such_days.csv",
        orders(*((row, "InvoiceDate", "2010-02-30") for row in range(2, 8))),
        ("InvoiceDate", "2010-02-30"),
        readable=True,
    ),
    Broken(
        "far_future.csv",
        orders(*((row, "InvoiceDate", "9999-12-31") for row in range(2, 8))),
        ("InvoiceDate", "9999-12-31"),
        readable=True,
    ),
    Broken(
        "clock_ticks.csv",
        orders(*((row, "InvoiceDate", "634267959600000000") for row in range(2, 8))),
        ("InvoiceDate", "634267959600000000"),
        readable=True,
    ),
]
