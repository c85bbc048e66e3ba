"""What a file is, by its content; the suffix is only a hint."""

import gzip
import re
import zipfile
import zlib
from enum import Enum
from pathlib import Path

from pipeline.base.errors import SourceError

HEAD = 8192
READABLE = "use .csv, .csv.gz, .xlsx, .xls, .zip, .db or .parquet"
SUFFIXES = (
    ".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".xlsx", ".xlsm", ".xls", ".zip",
    ".db", ".sqlite", ".sqlite3", ".parquet",
)  # fmt: skip
COMPANIONS = {"readme", "license", "licence", "notice", "changelog"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
    b"{\\rtf": "an RTF document",
    b"MZ": "a Windows program",
    b"\x7fELF": "a program",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"ARROW1": "an Arrow file",
    b"Obj\x01": "an Avro file",
    b"ORC": "an ORC file",
    b"\x89HDF": "an HDF5 file",
    b"PARE": "an encrypted Parquet file",
}
JSON = re.compile(rb'\s*(\{\s*["}]|\[\s*[{\[\]"\d])')


class Kind(Enum):
    """The kinds of file that can be read."""

    TEXT = "text"
    GZIP = "gzip"
    ZIP = "zip"
    XLSX = "xlsx"
    XLS = "xls"
    SQLITE = "sqlite"
    PARQUET = "parquet"


def readable(name: str) -> bool:
    """Tell whether a file in a folder or an archive is meant to be read, by its name.

    >>> readable("orders.CSV"), readable("~$orders.xlsx"), readable("README.txt")
    (True, False, False)
    """
    lower = name.lower()
    hidden = lower.startswith((".", "~$"))
    return lower.endswith(SUFFIXES) and not hidden and lower.split(".")[0] not in COMPANIONS


def kind_of(path: Path, *, file: str) -> Kind:
    """Look at a file's first bytes.

    Raises
    ------
    SourceError
        If it is empty or of a kind that can't be read; the sentence says which.
    """
    with path.open("rb") as opened:
        head = opened.read(HEAD)
    if not head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise SourceError("is empty", remedy="use a file with a header and rows", file=file)
    if head.startswith(b"PK"):
        return _kind_of_zip(path, file)
    for magic, kind in (
        (b"\x1f\x8b", Kind.GZIP),
        (b"SQLite format 3\0", Kind.SQLITE),
        (b"PAR1", Kind.PARQUET),
        (OLE, Kind.XLS),
    ):
        if head.startswith(magic):
            return kind
    check_text(head, file=file)
    return Kind.TEXT


def check_text(head: bytes, *, file: str) -> None:
    """Refuse a head that is no table of text: pictures, programs, HTML, JSON."""
    for magic, description in FOREIGN.items():
        if head.startswith(magic) and (len(magic) > 3 or _binary(head)):
            raise _foreign(description, file)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        html = b"<html" in text[:1000].lower() or b"<table" in text[:1000].lower()
        raise _foreign("an HTML page" if html else "an XML document", file)
    if JSON.match(text):
        raise SourceError(
            "is JSON",
            remedy="save it as CSV: names in the first row, then one row for each order line",
            file=file,
        )
    if head.count(0) * 3 > len(head) and _utf16(head):
        raise SourceError(
            "looks like UTF-16 without the mark that says so",
            remedy="save it as CSV UTF-8",
            file=file,
        )
    if _binary(head):
        raise _foreign("binary data, not a table", file)


def _kind_of_zip(path: Path, file: str) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        suffix = path.suffix.lower()
        description = "an Excel workbook" if suffix.startswith(".xls") else "a ZIP archive"
        raise SourceError(
            f"is cut off or damaged and can't be opened as {description}",
            remedy="get it again from where it came from",
            file=file,
        ) from error
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    for sign, description in (
        ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
        ("word/document.xml", "a Word document"),
        ("ppt/presentation.xml", "a PowerPoint presentation"),
        ("content.xml", "an OpenDocument file"),
        ("META-INF/MANIFEST.MF", "a Java archive"),
    ):
        if sign in names:
            raise _foreign(description, file)
    if "[Content_Types].xml" in names:
        raise SourceError(
            "is an Excel workbook without its sheets",
            remedy="open it in a spreadsheet program and save it again",
            file=file,
        )
    return Kind.ZIP


def gzip_head(path: Path, *, file: str) -> bytes:
    """Inflate the first bytes of a gzip file."""
    try:
        with gzip.open(path) as opened:
            return opened.read(HEAD)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise damaged_gzip(file) from error


def damaged_gzip(file: str) -> SourceError:
    """Build the error for a gzip stream that ends early or fails its checksum."""
    return SourceError(
        "is cut off or damaged and can't be unpacked",
        remedy="get it again from where it came from",
        file=file,
    )


def _foreign(description: str, file: str) -> SourceError:
    return SourceError(f"is {description}", remedy=READABLE, file=file)


def _utf16(head: bytes) -> bool:
    odd, even = head[1::2].count(0), head[0::2].count(0)
    return max(odd, even) > 0.6 * len(head) / 2 and min(odd, even) < 0.1 * len(head) / 2


def _binary(head: bytes) -> bool:
    control = sum(
        head.count(code) for code in range(32) if code not in b"\t\n\r\x0b\x0c\x1a\x1b"
    )
    return control > 0.05 * len(head)
