"""Small files that unpack to much: each ends in one sentence, in seconds."""

import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.base.errors import SourceError
from pipeline.sources.files import parquet
from pipeline.sources.files.limits import ReadLimits
from pipeline.sources.reading import read_parts

SECONDS = 30.0
LIMITS = ReadLimits(workbook_memory=1024**3)


def many_rows(path: Path) -> None:
    one = pa.table({"customer": pa.array([1] * 5_000_000), "day": pa.array([2] * 5_000_000)})
    with pq.ParquetWriter(path, one.schema) as writer:
        for _ in range(30):
            writer.write_table(one)


def long_list(path: Path) -> None:
    values = pa.array([[7] * 2_000_000] * 5)
    pq.write_table(pa.table({"customer": pa.array([1] * 5), "items": values}), path)


def long_texts(path: Path) -> None:
    text = pa.DictionaryArray.from_arrays(
        pa.array([0] * 200_000, pa.int32()), pa.array(["x" * 100_000])
    )
    pq.write_table(pa.table({"customer": text}), path)


def many_columns(path: Path) -> None:
    pq.write_table(pa.table({f"c{i}": pa.array([1]) for i in range(3_000)}), path)


def sheet(path: Path, cells: str, strings: str = "") -> None:
    frame = pd.DataFrame({"customer": ["a"], "amount": ["b"]})
    plain = path.with_name("plain.xlsx")
    frame.to_excel(plain, index=False, engine="xlsxwriter")
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for member in source.namelist():
            content = source.read(member)
            if member == "xl/worksheets/sheet1.xml":
                head = content.split(b"<sheetData>")[0]
                content = head + f"<sheetData>{cells}</sheetData></worksheet>".encode()
            if member == "xl/sharedStrings.xml" and strings:
                content = strings.encode()
            target.writestr(member, content)


def zeros(path: Path) -> None:
    sheet(path, "<row>" + " " * 300_000_000 + "</row>")


def far_corner(path: Path) -> None:
    first, last = '<c r="A1"><v>1</v></c>', '<c r="XFD1048576"><v>1</v></c>'
    sheet(path, f'<row r="1">{first}</row><row r="1048576">{last}</row>')


def shared_text(path: Path) -> None:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f"<si><t>{'x' * 1_000_000}</t></si>"
    strings = f'<sst xmlns="{space}" count="1" uniqueCount="1">{text}</sst>'
    rows = "".join(
        f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, 20_000)
    )
    sheet(path, rows, strings)


def packed(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("orders.csv", b"a,b\n" + b"0" * 300_000_000)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("rows.parquet", many_rows),
        ("list.parquet", long_list),
        ("texts.parquet", long_texts),
        ("columns.parquet", many_columns),
        ("zeros.xlsx", zeros),
        ("corner.xlsx", far_corner),
        ("shared.xlsx", shared_text),
        ("packed.zip", packed),
    ],
)
def test_a_small_bomb_ends_in_a_sentence(
    name: str, write: Callable[[Path], None], tmp_path: Path
) -> None:
    path = tmp_path / name
    write(path)
    assert path.stat().st_size < 2_000_000
    began = time.monotonic()
    with pytest.raises(SourceError) as raised:
        list(read_parts(path, limits=LIMITS))
    assert time.monotonic() - began < SECONDS
    assert name in str(raised.value)
    assert "\n" not in str(raised.value)


def test_what_is_read_apart_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.parquet"
    table = pa.table(
        {
            "customer": ["a", "b", None], "amount": [1.5, None, 3.0],
            "items": [["x"], None, []], "day": pa.array([1, 2, 3], pa.timestamp("ms")),
        }
    )  # fmt: skip
    pq.write_table(table, path)
    (here,) = read_parts(path)
    monkeypatch.setattr(parquet, "APART", 0)
    (apart,) = read_parts(path)
    assert apart.table.equals(here.table)
    assert apart.table.schema == here.table.schema


def test_a_child_that_may_not_have_the_memory_is_said_to(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"customer": pa.array([1] * 40_000_000)}), path)
    with pytest.raises(SourceError, match="memory"):
        list(read_parts(path, limits=ReadLimits(unpacked_bytes=500 * 1024**2)))
