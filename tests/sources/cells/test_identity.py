"""One customer is one identifier, however it is written; nobody is none."""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sources.cells.identity import as_customers, as_emails
from pipeline.sources.cells.nobody import NOBODY
from pipeline.sources.cells.texts import as_text
from pipeline.sources.reading import read_parts
from tests.sources.cells.columns_of import column, column_of

CASES = os.environ.get("PORTAL_CASES")


@pytest.mark.parametrize(
    "word",
    [
        "guest", "Gast", "INVITÉ", "(blank)", "-", "--", "0", "0.0", "000", "N/A", "n.a.",
        "None", "null", "unknown", "Walk-in", "walk_in customer", "[none]", "?", "k. A.", "s/n",
        "散客", "ゲスト", "Гость", "Misafir", "-1", "Not Available", "<guest>",
        "Consumidor Final",
    ],
)  # fmt: skip
def test_words_for_nobody(word: str) -> None:
    read = as_customers(column("K1", word))
    assert read.values.to_pylist() == ["K1", None]


@pytest.mark.parametrize(
    "identifier",
    [
        "007",
        "Guest 12",
        "12E45",
        "K0",
        "A-1",
        "Noël",
        "NONEX",
        "10",
        "Gastón",
        "guest@shop.com",
    ],
)
def test_identifiers_that_stay(identifier: str) -> None:
    read = as_customers(column(identifier, None))
    assert read.values.to_pylist() == [identifier, None]
    assert not len(read.nobody)


def test_minus_one_is_a_customer_where_others_are_negative() -> None:
    assert as_customers(column("-1", "-2")).values.to_pylist() == ["-1", "-2"]


def test_one_customer_in_several_spellings() -> None:
    read = as_customers(column("10070", "10070.0", "Jose\u0301", "José", "A@B.com", "a@b.COM"))
    assert read.values.to_pylist() == ["10070", "10070", "José", "José", "a@b.com", "a@b.com"]


def test_case_counts_but_in_addresses() -> None:
    assert as_customers(column("ab1", "AB1")).values.to_pylist() == ["ab1", "AB1"]


def test_numbers_that_lost_digits_are_pointed_out() -> None:
    read = as_customers(column("1.23457E+11", "1.0070E+4", "1,01e+10", "12", None))
    assert read.lost_digits.tolist() == [0, 2]
    assert read.values.to_pylist()[1] == "10070"
    assert not len(as_customers(column("1E5", "2.5", "E+3")).lost_digits)


def test_the_address_stands_in_for_an_identifier() -> None:
    read = as_customers(
        column(None, "5", "guest", None, None, "7", "8", "0"),
        column(
            "x@y.com", "X@y.com", "New@y.com", "no address", None, "z@z.de", "z@z.de", "Z@z.de"
        ),
    )
    assert read.values.to_pylist() == ["5", "5", "new@y.com", None, None, "7", "8", "z@z.de"]
    assert read.by_email.tolist() == [0, 2, 7]
    assert read.nobody.tolist() == [2, 7]


def test_addresses() -> None:
    cells = column("mailto:A@B.com", "Ann <ann@b.com>", "x", "a@b", None)
    assert as_emails(cells).to_pylist() == ["a@b.com", "ann@b.com", None, None, None]


@pytest.mark.parametrize("kind", [pa.int64(), pa.float64(), pa.string()])
def test_numbers_of_any_type_are_the_same_identifiers(kind: pa.DataType) -> None:
    cells = pa.chunked_array([pa.array([17850, None, 12346])]).cast(kind)
    assert as_customers(cells).values.to_pylist() == ["17850", None, "12346"]


@settings(max_examples=20)
@given(st.lists(st.none() | st.from_regex(r"[A-Z]{2}[0-9]{3}", fullmatch=True)))
def test_plain_codes_are_read_as_texts_are(codes: list[str | None]) -> None:
    cells = column_of(codes)
    assert as_customers(cells).values.to_pylist() == as_text(cells).to_pylist()


def test_words_for_nobody_are_written_as_they_are_compared() -> None:
    assert all(word == word.lower().strip() and "_" not in word for word in NOBODY)
    words = sorted(NOBODY)
    read = as_customers(column_of([word.title() for word in words]))
    left = [word for word, each in zip(words, read.values.to_pylist(), strict=True) if each]
    assert left == []


@pytest.mark.skipif(not CASES, reason="PORTAL_CASES names no folder of cases")
@pytest.mark.parametrize(
    ("name", "customers"),
    [
        ("customer_guest", 60),
        ("customer_na", 60),
        ("customer_none", 60),
        ("email_case", 80),
        ("guests_with_email", 80),
        ("ids_with_point_zero", 80),
        ("leading_zeros", 80),
    ],
)
def test_customers_of_whole_files(name: str, customers: int) -> None:
    table = next(iter(read_parts(Path(CASES or "") / f"{name}.csv"))).table
    emails = table["Email"] if "Email" in table.column_names else None
    identifiers = table["Customer ID"] if "Customer ID" in table.column_names else emails
    read = as_customers(identifiers, emails)
    assert pc.count_distinct(read.values).as_py() == customers
    assert not len(read.lost_digits)


@pytest.mark.skipif(not CASES, reason="PORTAL_CASES names no folder of cases")
def test_scientific_notation_of_a_whole_file() -> None:
    table = next(iter(read_parts(Path(CASES or "") / "ids_scientific.csv"))).table
    assert len(as_customers(table["Customer ID"]).lost_digits) == len(table)
