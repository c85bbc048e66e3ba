"""Statements: what is shown runs as it stands and gives what was run."""

import datetime as dt
import sqlite3

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reading.statements import (
    Statement,
    Value,
    listed,
    literal,
    of_customers,
    of_database,
    quoted,
)

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)))
VALUES = st.one_of(
    st.none(), TEXTS, st.booleans(), st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip


@given(VALUES)
def test_a_literal_is_the_value_in_sqlite(value: Value) -> None:
    with sqlite3.connect(":memory:") as connection:
        assert connection.execute(f"select {literal(value)}").fetchone()[0] == value


@given(VALUES)
def test_a_literal_is_the_value_in_duckdb(value: Value) -> None:
    text = f"select ? is not distinct from {literal(value)}"
    assert duckdb.execute(text, [value]).fetchall() == [(True,)]


def test_days_are_texts() -> None:
    assert literal(dt.date(2024, 2, 29)) == "'2024-02-29'"


@given(TEXTS, st.integers(-1000, 1000))
def test_what_is_shown_gives_what_was_run(text: str, number: int) -> None:
    statement = of_database(
        "select :text as text, ':text' as kept, :number + 1 as number", text=text, number=number
    )
    with sqlite3.connect(":memory:") as connection:
        run = connection.execute(statement.sql, dict(statement.parameters)).fetchone()
        assert connection.execute(statement.shown).fetchone() == run
    assert run == (text, ":text", number + 1)


def test_colons_in_names_texts_comments_and_casts_are_no_parameters() -> None:
    text = "select \"campaign:one\", ':two', 3::int -- :three\nfrom customers where a = :four"
    statement = of_customers(text, four="x")
    assert statement.parameters == (("four", "x"),)
    assert statement.for_duckdb.endswith("where a = $four")
    assert statement.shown.endswith("where a = 'x'")
    assert "-- :three" in statement.shown


def test_parameters_that_a_text_does_not_name_are_left_out() -> None:
    assert of_database("select :one", one=1, other=2).parameters == (("one", 1),)


def test_a_missing_parameter_is_a_mistake() -> None:
    with pytest.raises(LookupError, match="two"):
        of_database("select :one, :two", one=1)


def test_the_condition_and_columns_are_filled_in() -> None:
    among, bound = listed("segment", ("A", "B"))
    statement = of_customers(
        "select {by} from customers where {filters}",
        where=(f"segment in {among}", bound),
        columns={"by": 'the "one"'},
    )
    assert statement.sql == (
        'select "the ""one""" from customers where segment in (:segment_0, :segment_1)'
    )
    assert statement.shown.endswith("segment in ('A', 'B')")


@given(TEXTS.filter(bool))
def test_any_name_can_be_quoted(name: str) -> None:
    found = duckdb.sql(f"select 1 as {quoted(name)}")
    assert len(found.columns) == 1


def test_rows_are_ordered_cut_and_counted_round_the_text() -> None:
    three = Statement("select * from (values (1), (3), (2)) as t(a)", (), "customers")
    ordered = three.ordered("a desc")
    assert duckdb.sql(ordered.shown).fetchall() == [(3,), (2,), (1,)]
    assert duckdb.sql(ordered.block(1, 2).shown).fetchall() == [(2,)]
    assert duckdb.sql(three.counted().shown).fetchall() == [(3,)]
