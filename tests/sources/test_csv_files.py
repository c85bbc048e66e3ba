"""Encodings, separators and row numbers of delimited files."""

import gzip
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.base.errors import SourceError
from pipeline.sources.files.limits import ReadLimits
from pipeline.sources.files.text_streams import CHUNK
from pipeline.sources.parts import Part
from pipeline.sources.reading import read_parts

FOX = "id,name,note\n"


def read(path: Path, content: bytes, **options: object) -> Part:
    path.write_bytes(content)
    (part,) = read_parts(path, **options)
    return part


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orders.csv"


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("utf-8", "Größe £ Товары 漢字 🙂"),
        ("utf-8-sig", "Größe"),
        ("utf-16", "Größe Товары 漢字 🙂"),
        ("utf-32", "Größe 🙂"),
        ("iso-8859-1", "JUMBO BAG £"),
        ("cp1252", "price in € – “fine”"),
        ("cp1252", "Müller naïve façade Århus señor"),
        ("cp1251", "Товары для детей"),
        ("cp1251", "Прежний уровень"),
        ("cp1250", "Zażółć gęślą jaźń, Łódź, Świętokrzyskie, źdźbło"),
        ("iso-8859-1", "undefined elsewhere: \x81\x8d"),
    ],
)
def test_the_encoding_is_found(path: Path, encoding: str, written: str):
    line = f'7,"{written}",x\n'
    part = read(path, (FOX + "1,a,b\n" * 50 + line).encode(encoding))
    assert part.table["name"].to_pylist()[-1] == written
    assert part.table["id"].to_pylist()[0] == "1"


def test_one_late_byte_decides_the_encoding(path: Path):
    """The 32 rows of Online Retail that hold a £ lie anywhere in 45 MB."""
    plain = b"1,plain,text\n" * (3 * CHUNK // 13)
    part = read(path, FOX.encode() + plain + b"2,\xa35,late\n" + plain)
    names = part.table["name"].unify_dictionaries().chunk(0).dictionary.to_pylist()
    assert names == ["plain", "£5"]
    assert part.table.num_rows == 2 * (3 * CHUNK // 13) + 1


@given(st.integers(-5, 5))
@settings(max_examples=11, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_letter_across_two_chunks_is_whole(path: Path, shift: int):
    head = FOX.encode()
    filler = b"x" * (CHUNK - len(head) - 8 + shift)
    part = read(path, head + b'1,"' + filler + "€🙂é".encode() + b'",z\n')
    assert part.table["name"].to_pylist() == [filler.decode() + "€🙂é"]


@pytest.mark.parametrize("separator", list(",;\t|"))
def test_the_separator_is_found(path: Path, separator: str):
    lines = ["a b", "amount", "note"], ["1", "2.5", "x, y; z"], ["2", "3", "|"]
    content = "\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    part = read(path, content.encode())
    assert part.table.column_names == ["a b", "amount", "note"]
    assert part.table["note"].to_pylist() == ["x, y; z", "|"]


def test_decimal_commas_are_no_separators(path: Path):
    part = read(path, "id;Прибыль\n215348;0,98\n215349;4,16\n".encode())
    assert part.table.column_names == ["id", "Прибыль"]
    assert part.table["Прибыль"].to_pylist() == ["0,98", "4,16"]


def test_a_first_line_may_state_the_separator(path: Path):
    part = read(path, b"sep=;\na;b,c\n1;2\n")
    assert part.table.column_names == ["a", "b,c"]
    assert part.header_row == 2


def test_blank_lines_before_the_header_are_passed_over(path: Path):
    part = read(path, b"\n\n a ,b\n1,2\n\n\n")
    assert part.table.to_pylist() == [{"a": "1", "b": "2"}]
    assert part.header_row == 3


def test_one_column_is_a_table(path: Path):
    assert read(path, b"id\n1\n2\n").table.to_pylist() == [{"id": "1"}, {"id": "2"}]


def test_names_that_stand_twice_are_told_apart_and_missing_ones_stay(path: Path):
    part = read(path, b"a,b,a,\n1,2,3,4\n")
    assert part.table.column_names == ["a", "b", "a (2)", ""]
    assert [column.to_pylist() for column in part.table.columns] == [["1"], ["2"], ["3"], ["4"]]


def test_old_line_ends(path: Path):
    assert read(path, b"a,b\r1,2\r3,4\r").table.num_rows == 2


def test_a_stray_quotation_mark_belongs_to_the_text(path: Path):
    part = read(path, b'id,name\n1,5" pipe\n2,x\n3,y\n')
    assert part.table["name"].to_pylist() == ['5" pipe', "x", "y"]


def test_a_quoted_break_before_a_stray_mark_is_no_fault(path: Path):
    part = read(path, b'id,name\n1,5" pipe\n2,"x\ny"\n3,z\n')
    assert part.table["name"].to_pylist() == ['5" pipe', "x\ny", "z"]


def test_a_quoted_break_at_the_end_after_a_stray_mark_is_no_fault(path: Path):
    part = read(path, b'id,name\n1,5" pipe\n2,"x\ny"\n')
    assert part.table["name"].to_pylist() == ['5" pipe', "x\ny"]


def test_columns_are_held_as_codes(path: Path):
    part = read(path, b"id,country\n" + b"1,United Kingdom\n" * 100)
    assert part.table["country"].type == pa.dictionary(pa.int32(), pa.string())


def test_repetition_alone_is_no_bomb(tmp_path: Path):
    content = gzip.compress(b"id,country\n" + b"1,United Kingdom\n" * 1_000_000, 9)
    assert len(content) * 200 < 17_000_000
    assert read(tmp_path / "x.csv.gz", content).table.num_rows == 1_000_000


def test_unpacked_bytes_have_a_limit(tmp_path: Path):
    content = gzip.compress(b"id,country\n" + b"1,United Kingdom\n" * 1000)
    with pytest.raises(SourceError, match="unpacks to more than"):
        read(tmp_path / "x.csv.gz", content, limits=ReadLimits(unpacked_bytes=10_000))


@given(
    width=st.integers(2, 5),
    good=st.integers(0, 12),
    wrong=st.integers(1, 9),
    after=st.integers(0, 5),
    packed=st.booleans(),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_row_of_a_wrong_width_is_named(
    tmp_path: Path, *, width: int, good: int, wrong: int, after: int, packed: bool
):
    if wrong == width or (wrong == 1 and good == 0):
        wrong = width + 1
    rows = [
        ["h"] * width,
        *[["v"] * width] * (good + 1),
        ["v"] * wrong,
        *[["v"] * width] * after,
    ]
    content = "".join(",".join(row) + "\n" for row in rows).encode()
    path = tmp_path / ("x.csv.gz" if packed else "x.csv")
    with pytest.raises(SourceError) as caught:
        read(path, gzip.compress(content) if packed else content)
    assert caught.value.row == good + 3
