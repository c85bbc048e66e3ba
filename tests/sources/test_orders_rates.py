"""Currencies: found, refused where there are several, converted by a file of rates."""

import pyarrow as pa
import pytest

from pipeline.base.errors import SettingsError, SourceError
from pipeline.sources.order_lines import typed_lines
from pipeline.sources.orders.currencies import refuse_several
from pipeline.sources.orders.rates import Rates, read_rates
from pipeline.sources.parts import Part

COLUMNS = {"customer_id": "Who", "ordered_at": "Day", "amount": "Paid"}


def table(paid, **more):
    rows = len(paid)
    days = [f"2024-01-{1 + each:02d}" for each in range(rows)]
    return pa.table({"Who": ["A"] * rows, "Day": days, "Paid": paid} | more)


def typed(paid, rates=None, **more):
    columns = COLUMNS | ({"currency": "Money"} if more else {})
    part = Part("f.csv", None, table(paid, **more))
    return typed_lines(part, columns, unusable_share=0, rates=rates)


def test_without_numbers_each_total_is_its_rows_own():
    twice = pa.table({"Who": ["A", "A"], "Day": ["2024-01-01"] * 2, "Sum": ["5", "7"]})
    columns = {"customer_id": "Who", "ordered_at": "Day", "order_total": "Sum"}
    found = typed_lines(Part("f.csv", None, twice), columns, unusable_share=0)
    assert found.rows["unit_price"].to_pylist() == [5, 7]


def test_the_cells_or_a_column_name_the_currency():
    assert typed(["5 €", "7,50 €"]).currency == "EUR"
    assert typed(["5", "7.5"], Money=["eur", "EUR"]).currency == "EUR"
    assert typed(["5", "7.5"]).currency is None


def test_a_columns_name_may_have_the_currency():
    named = table(["5", "7"]).rename_columns(["Who", "Day", "Paid (EUR)"])
    columns = COLUMNS | {"amount": "Paid (EUR)"}
    part = Part("f.csv", None, named)
    assert typed_lines(part, columns, unusable_share=0).currency == "EUR"


def test_a_sign_of_several_currencies_names_none_and_it_is_said():
    found = typed(["$5", "$7.50"])
    assert found.currency is None
    assert [each.code for each in found.remarks] == ["currency_ambiguous"]


def test_several_currencies_are_refused_within_a_table_and_over_tables():
    with pytest.raises(SourceError, match="several currencies \\(EUR, USD\\)"):
        typed(["5", "7"], Money=["EUR", "USD"])
    with pytest.raises(SourceError, match="several currencies"):
        refuse_several({"EUR", "USD"})
    refuse_several({"EUR"})


def test_rates_convert_row_by_row():
    rates = Rates("EUR", {"USD": 0.5, "EUR": 1.0})
    found = typed(["5", "7", "2"], rates, Money=["EUR", "USD", None])
    assert found.rows["unit_price"].to_pylist() == [5, 3.5, 2]
    assert found.currency == "EUR"
    assert [(each.code, each.rows) for each in found.remarks] == [("currency_converted", 1)]


def test_a_table_of_one_other_currency_is_converted_whole():
    found = typed(["5 USD", "8 USD"], Rates("EUR", {"USD": 0.5, "EUR": 1.0}))
    assert found.rows["unit_price"].to_pylist() == [2.5, 4]


def test_a_currency_without_a_rate_is_named():
    with pytest.raises(SourceError, match="CHF, which has no rate"):
        typed(["5", "7"], Rates("EUR", {"EUR": 1.0}), Money=["EUR", "CHF"])


@pytest.mark.parametrize(
    ("text", "target", "worth"),
    [
        ("EUR: 1\nUSD: 0.92\n", None, {"EUR": 1.0, "USD": 0.92}),
        ("usd: 0.92\n", "EUR", {"EUR": 1.0, "USD": 0.92}),
    ],
)
def test_a_file_of_rates_is_read(tmp_path, text, target, worth):
    path = tmp_path / "rates.yaml"
    path.write_text(text)
    assert read_rates(path, target) == Rates("EUR", worth)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no rates"),
        ("Euro: 1", "“Euro” is no code"),
        ("EUR: much", "rate of EUR is no number above 0"),
        ("EUR: -1", "rate of EUR is no number above 0"),
        ("EUR: [", "can't be read"),
    ],
)
def test_a_bad_file_of_rates_ends_in_a_sentence(tmp_path, text, said):
    path = tmp_path / "rates.yaml"
    path.write_text(text)
    with pytest.raises(SourceError, match=said):
        read_rates(path, "EUR")


def test_rates_must_say_what_they_convert_to(tmp_path):
    path = tmp_path / "rates.yaml"
    path.write_text("USD: 0.9\n")
    with pytest.raises(SettingsError, match="--currency"):
        read_rates(path, None)
    with pytest.raises(SourceError, match="doesn't exist"):
        read_rates(tmp_path / "none.yaml", None)
