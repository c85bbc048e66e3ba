"""Amounts as people of different countries write them, and what stays doubtful."""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from babel import Locale, UnknownLocaleError
from babel.core import get_global

from pipeline.sources.cells.currencies import SEVERAL, currency_named, decimals
from pipeline.sources.cells.money import currency_of
from pipeline.sources.cells.numerals import as_number, read_numbers
from pipeline.sources.cells.separators import SeparatorDoubt
from pipeline.sources.reading import read_parts
from tests.sources.cells.columns_of import column, column_of

CASES = os.environ.get("PORTAL_CASES")
UNUSED_SIGNS = {"l", "g", "m", "k", "s", "ar", "db", "cf", "fc", "fg", "rf", "$", "£"}
"""Signs by CLDR that are units, multiples or words where no currency is meant, or shared by
more currencies than are listed."""


@pytest.mark.parametrize(
    ("cell", "amount", "code"),
    [
        ("US$ 1,234.50", 1234.5, "USD"),
        ("R$ 1.234,56", 1234.56, "BRL"),
        ("12.345 ₫", 12345, "VND"),
        ("AED 1,234.50", 1234.5, "AED"),
        ("د.إ.\u200f 1,234.50", 1234.5, "AED"),
        ("1.234,50 TL", 1234.5, "TRY"),
        ("CHF 1'234.50", 1234.5, "CHF"),
        ("CHF 5.–", 5, "CHF"),
        ("12,- €", 12, "EUR"),
        ("1 234,50\u00a0€", 1234.5, "EUR"),
        ("1\u202f234,50 €", 1234.5, "EUR"),
        ("₹1,23,456.00", 123456, "INR"),
        ("₹१,२३,४५६.५०", 123456.5, "INR"),
        ("１２３４．５円", 1234.5, "JPY"),
        ("Rp 269.200", 269200, "IDR"),
        ("$2,692.00 USD", 2692, "USD"),
        ("USD$5.00", 5, "USD"),
        ("−5,00 €", -5, "EUR"),
        ("(£12.50)", -12.5, "GBP"),
        ("£12.50-", -12.5, "GBP"),
        ("-£12.50", -12.5, "GBP"),
        ("5,50 zł", 5.5, "PLN"),
        ("5 000 F CFA", 5000, "XOF"),
        ("R 1 234,50", 1234.5, "ZAR"),
        ("1.234 KWD", 1.234, "KWD"),
    ],
)
def test_an_amount_with_its_currency(cell: str, amount: float, code: str) -> None:
    read = read_numbers(column(cell))
    assert read.values.to_pylist() == [amount]
    assert read.doubt is None
    found = currency_of(column(cell))
    assert found.codes in {(code,), ("XAF",)}
    assert found.ambiguous == ()


@pytest.mark.parametrize(
    ("cell", "amount"), [("$1,234.50", 1234.5), ("1 234,56 kr", 1234.56), ("¥1,234", 1234)]
)
def test_a_sign_of_several_currencies_is_told(cell: str, amount: float) -> None:
    assert read_numbers(column(cell)).values.to_pylist() == [amount]
    found = currency_of(column(cell, cell))
    assert found.codes == ()
    assert found.ambiguous[0].rows == 2
    assert found.ambiguous[0].codes == SEVERAL[found.ambiguous[0].sign]


@pytest.mark.parametrize(
    "cell",
    ["5 pcs", "3 kg", "5M", "1.5k", "50¢", "USD 5 EUR", "--5", "(-5)", "-5-", "5 cup", "R1001"],
)
def test_what_is_no_amount_is_unreadable(cell: str) -> None:
    assert read_numbers(column(cell, "1")).unreadable.tolist() == [0]


@pytest.mark.parametrize(
    ("cells", "amounts", "told_by"),
    [
        (["1.371.692"], [1371692], "cells"),
        (["1.234", "0,5"], [1234, 0.5], "cells"),
        (["1.234", "0.5"], [1.234, 0.5], "cells"),
        (["1.200", "5", "12"], [1200, 5, 12], "cells"),
        (["€ 1.299", "€ 950"], [1299, 950], "cells"),
        (["₫1.234", "₫5"], [1234, 5], "currency"),
        (["CLP 1.234"], [1234], "currency"),
        (["$1,234"], [1234], "currency"),
        (["1,234 KWD"], [1.234], "currency"),
        (["5", "12"], [5, 12], None),
    ],
)
def test_what_settles_thousands(
    cells: list[str], amounts: list[float], told_by: str | None
) -> None:
    read = read_numbers(column_of(cells))
    assert read.values.to_pylist() == amounts
    assert (read.told_by, read.doubt) == (told_by, None)


@pytest.mark.parametrize(
    ("cells", "read_as", "otherwise"),
    [
        (["1.234"], 1.234, 1234.0),
        (["1.235", "5"], 1.235, 1235.0),
        (["1.200", "5", "1500"], 1.2, 1200.0),
        (["1,234"], 1234.0, 1.234),
        (["1.234 €"], 1234.0, 1.234),
        (["1.234", "5,678"], 1.234, 1234.0),
    ],
)
def test_what_nothing_settles_is_a_doubt(
    cells: list[str], read_as: float, otherwise: float
) -> None:
    read = read_numbers(column_of(cells))
    assert read.values[0].as_py() == read_as
    assert read.told_by == "rule"
    assert read.doubt == SeparatorDoubt(cells[0].removesuffix(" €"), read_as, otherwise)


def test_other_columns_are_asked_before_the_rule() -> None:
    read = read_numbers(column("1.234"), comma=True)
    assert (read.values.to_pylist(), read.told_by, read.doubt) == (
        [1234.0],
        "other columns",
        None,
    )
    assert read_numbers(column("0.5"), comma=True).values.to_pylist() == [0.5]


def test_a_doubt_after_a_thousand_settled_cells_is_none() -> None:
    cells = [f"{number}.5" for number in range(1_100)]
    read = read_numbers(column_of([*cells, "1.234"]))
    assert (read.told_by, read.doubt) == ("cells", None)


def test_percentages_stand_apart() -> None:
    shares = column("5%", "12,5 %", None)
    read = read_numbers(shares)
    assert read.percent
    assert read.values.to_pylist() == [0.05, 0.125, None]
    assert as_number(shares).values.null_count == 3
    assert as_number(shares).unreadable.tolist() == [0, 1]
    mixed = read_numbers(column("5%", "3"))
    assert (mixed.percent, mixed.unreadable.tolist()) == (False, [0])


def test_currencies_are_counted_by_rows() -> None:
    found = currency_of(column("5 €", "$3", "5 €", "R$ 1", None, "x", "7"))
    assert found.codes == ("EUR", "BRL")
    assert [(each.sign, each.rows) for each in found.ambiguous] == [("$", 1)]
    assert found.rows == 4


def test_a_column_of_currencies_names_them() -> None:
    assert currency_of(column("USD", "eur", "EUR", "£", "kr")).codes == ("EUR", "USD", "GBP")
    assert currency_of(pa.chunked_array([pa.array([1.5])])).rows == 0


def test_decimals_are_those_that_people_write() -> None:
    assert [decimals(code) for code in ("EUR", "JPY", "KWD", "IDR", "VND")] == [2, 0, 3, 0, 0]


def test_every_country_s_own_sign_is_known() -> None:
    languages = get_global("likely_subtags")
    unknown = set()
    for territory, uses in get_global("territory_currencies").items():
        language = languages.get(f"und_{territory}", "").partition("_")[0]
        try:
            locale = Locale.parse(f"{language}_{territory}")
        except (UnknownLocaleError, ValueError):
            continue
        for code, _, until, tender in uses:
            sign = str(locale.currency_symbols.get(code, code)).strip("\u200e\u200f\u200b")
            named = currency_named(sign.replace("F\u202fCFA", "CFA"))
            if until is None and tender and sign and (not named or code not in named.codes):
                unknown.add(sign.casefold())
    assert unknown <= UNUSED_SIGNS, unknown


@pytest.mark.skipif(not CASES, reason="PORTAL_CASES names no folder of cases")
@pytest.mark.parametrize(
    ("name", "net", "codes"),
    [
        ("aed", 1371692, ("AED",)),
        ("brl", 1371692, ("BRL",)),
        ("inr_lakh", 137169200, ("INR",)),
        ("sek", 1371692, ()),
        ("try", 1371692, ("TRY",)),
        ("usd_suffix", 1371692, ("USD",)),
        ("vnd", 137169200, ("VND",)),
    ],
)
def test_money_of_whole_files(name: str, net: float, codes: tuple[str, ...]) -> None:
    table = next(iter(read_parts(Path(CASES or "") / f"money_{name}.csv"))).table
    prices = read_numbers(table["Unit Price"])
    pieces = read_numbers(table["Quantity"]).values
    assert pc.sum(pc.multiply(prices.values, pieces)).as_py() == pytest.approx(net)
    assert (len(prices.unreadable), prices.doubt) == (0, None)
    assert currency_of(table["Unit Price"]).codes == codes
