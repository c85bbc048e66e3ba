"""The table of customers says what was written, column by column."""

import datetime as dt

import pandas as pd
import pyarrow as pa
import pytest

from db.customers import customers_table, described
from db.engine import reading
from db.tables import core
from db.tables.customers import CustomerResult
from tests.db.customers.made_up import (
    DAYS,
    NEWEST,
    Written,
    people,
    write_answers,
    write_days,
    write_orders,
    write_people,
    write_seen,
    write_segments,
)

JANUARY, FEBRUARY, MARCH = (dt.date(2024, month, 1) for month in (1, 2, 3))


def table(written: Written) -> pa.Table:
    found = customers_table(written.writer, written.run_id)
    found.validate(full=True)
    return found


def words(written: Written, column: str) -> list[str]:
    """Give the words of a column in the order of its dictionary."""
    return table(written)[column].combine_chunks().dictionary.to_pylist()


def many(start: int = 0, stop: int = 100) -> list[str]:
    return [f"c{place:05}" for place in range(start, stop)]


def test_a_customer_is_a_row_in_the_order_of_identifiers(written: Written):
    write_people(
        written,
        people(
            ["b", "é", "a"],
            segment=["Loyal", None, "Lost"],
            recency_days=[3, None, 40],
            monetary=[1.25, float("nan"), 7],
            is_outlier=[True, None, False],
        ),
    )
    found = table(written)
    assert found["customer_id"].to_pylist() == ["a", "b", "é"]
    assert found["segment"].to_pylist() == ["Lost", "Loyal", None]
    assert found["recency_days"].to_pylist() == [40, 3, None]
    assert found["monetary"].to_pylist() == [7.0, 1.25, None]
    assert found["is_outlier"].to_pylist() == [False, True, None]
    assert found["as_of"].to_pylist() == [NEWEST] * 3


def test_every_result_is_a_column_though_nothing_is_known(small: Written):
    found = table(small)
    results = [c.name for c in core(CustomerResult).columns if c.name != "run_id"]
    assert found.column_names == [*results, "monetary_group"]
    assert found["clv_12m"].to_pylist() == [None] * 3
    assert found.schema.field("clv_12m").type == pa.float64()
    assert found.schema.field("recency_days").type == pa.int32()
    assert found.schema.field("risk_value").type == pa.dictionary(pa.int8(), pa.string())
    assert found.schema.field("as_of").type == pa.date32()


def test_another_run_is_not_mixed_in(small: Written):
    other = small._replace(run_id=small.run_id + 1)
    write_people(other, people(["a", "z"], monetary=[9.0, 9.0]))
    assert table(small)["monetary"].to_pylist() == [1.5, None, 3.0]
    assert table(other)["customer_id"].to_pylist() == ["a", "z"]


def test_both_ways_to_the_database_give_the_same(small: Written):
    expected = table(small)
    assert customers_table(small.reader, small.run_id).equals(expected)
    with reading(small.reader) as connection:
        assert customers_table(connection, small.run_id).equals(expected)


def test_types_do_not_hang_on_what_comes_first(written: Written):
    """SQLite tells a column's type by its values, and here the first batch has none."""
    size = 70_000
    late = [None] * (size - 1)
    write_people(
        written,
        people(
            many(0, size),
            country=[*late, "France"],
            clv_12m=[*late, 2.5],
            frequency=[*late, 3],
        ),
    )
    for source in (written.writer, written.reader):
        last = customers_table(source, written.run_id).slice(size - 1).to_pylist()[0]
        assert (last["country"], last["clv_12m"], last["frequency"]) == ("France", 2.5, 3)


def test_attributes_come_in_their_order_and_only_where_filled(written: Written):
    write_people(
        written,
        people(["a", "b"]),
        pd.DataFrame(
            {
                "customer_id": ["a", "b"],
                "income": [None, 10.5],
                "children": [2, None],
                "city": [None, None],
                "is_vip": [True, False],
            }
        ),
    )
    found = table(written)
    new = [name for name in found.column_names if name not in CustomerResult.model_fields]
    assert new == ["income", "children", "is_vip", "income_group", "children_group"]
    assert found["income"].to_pylist() == [None, 10.5]
    assert found["children"].to_pylist() == [2, None]
    assert found["is_vip"].to_pylist() == ["yes", "no"]


def test_whoever_has_no_attributes_is_there_all_the_same(written: Written):
    write_people(
        written,
        people(["a", "b", "c"]),
        pd.DataFrame({"customer_id": ["b", "c", "z"], "gender": ["f", "m", "x"]}),
    )
    assert table(written)["gender"].to_pylist() == [None, "f", "m"]
    assert words(written, "gender") == ["f", "m"]


def test_segments_come_by_position_and_bands_as_they_rise(written: Written):
    write_people(
        written,
        people(
            ["a", "b", "c"],
            segment=["Lost", "Lost", "Loyal"],
            spend_band=["Top 20 %", "Top 20 %", "Bottom 20 %"],
            country=["Spain", "France", "Spain"],
        ),
    )
    write_segments(written, "Nobody", "Loyal", "Lost")
    assert words(written, "segment") == ["Loyal", "Lost"]
    assert words(written, "spend_band") == ["Bottom 20 %", "Top 20 %"]
    assert words(written, "country") == ["Spain", "France"]


def test_equally_many_come_by_alphabet(written: Written):
    write_people(written, people(["a", "b", "c"], country=["C", "a", "B"]))
    assert words(written, "country") == ["B", "C", "a"]


def test_too_many_words_become_fourteen_and_others(written: Written):
    countries = [f"Land {place:02}" for place in range(16)]
    write_people(written, people(many(0, 18), country=[*countries, "Land 15", None]))
    found = table(written)
    assert words(written, "country")[:2] == ["Land 15", "Land 00"]
    assert words(written, "country_group") == ["Land 15", *countries[:13], "Other"]
    assert found["country_group"].to_pylist() == [
        *countries[:13], "Other", "Other", "Land 15", "Land 15", None,
    ]  # fmt: skip


def test_a_word_called_other_is_among_the_others(written: Written):
    countries = ["Other", "Other", *(f"Land {place:02}" for place in range(16))]
    write_people(written, people(many(0, 18), country=countries))
    assert words(written, "country_group").count("Other") == 1
    assert words(written, "country_group")[-1] == "Other"
    assert table(written)["country_group"].to_pylist()[:2] == ["Other", "Other"]


def test_fifteen_words_are_a_group_each(written: Written):
    write_people(written, people(many(0, 15), country=[f"Land {n}" for n in range(15)]))
    assert "country_group" not in table(written).column_names


def test_numbers_go_by_fifths(written: Written):
    write_people(written, people(many(), monetary=[n * 1000.0 for n in range(100)]))
    assert words(written, "monetary_group") == [
        "Up to 19.8K", "19.8K to 39.6K", "39.6K to 59.4K", "59.4K to 79.2K", "Over 79.2K",
    ]  # fmt: skip
    groups = table(written)["monetary_group"].to_pylist()
    assert (groups[19], groups[20], groups[99]) == (
        "Up to 19.8K",
        "19.8K to 39.6K",
        "Over 79.2K",
    )


def test_few_numbers_are_a_group_each(written: Written):
    write_people(written, people(["a", "b", "c", "d"], frequency=[1200, 2, None, 2]))
    assert words(written, "frequency_group") == ["2", "1,200"]
    assert table(written)["frequency_group"].to_pylist() == ["1,200", "2", None, "2"]


def test_bands_that_would_be_written_alike_are_told_apart(written: Written):
    write_people(written, people(["a", "b", "c"], p_alive=[0.9991, 0.9992, 1.0]))
    assert words(written, "p_alive_group") == ["0.9991", "0.9992", "1"]


def test_ages_go_by_decades_in_which_somebody_is(written: Written):
    ages = pd.DataFrame({"customer_id": ["a", "b", "c", "d"], "age": [24, 25, 34.5, 70]})
    write_people(written, people(["a", "b", "c", "d"]), ages)
    assert words(written, "age_group") == ["Under 25", "25 to 34", "65 and over"]
    assert table(written)["age_group"].to_pylist()[2] == "25 to 34"


def test_the_main_channel_is_the_one_used_most(written: Written):
    channels = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c", "d"],
            "purchases_web": [1, 2, 0, None],
            "purchases_store": [3, 2, 0, 1],
        }
    )
    write_people(written, people(["a", "b", "c", "d"]), channels)
    assert table(written)["main_channel"].to_pylist() == ["Store", "Web", None, "Store"]
    assert words(written, "main_channel") == ["Web", "Store"]


def test_a_campaign_is_a_column_of_yes_and_no(written: Written):
    write_people(written, people(["a", "b", "c"]))
    write_answers(
        written, ("b", "Spring", True), ("c", "Spring", False), ("a", "Autumn's", True),
        ("c", "Nobody", None),
    )  # fmt: skip
    found = table(written)
    assert [name for name in found.column_names if ":" in name] == [
        "campaign:Autumn's", "campaign:Spring",
    ]  # fmt: skip
    assert found["campaign:Spring"].to_pylist() == [None, "yes", "no"]
    assert found["campaign:Autumn's"].to_pylist() == ["yes", None, None]


def test_months_hold_the_orders_that_stand_on_the_newest_day(written: Written):
    write_people(written, people(["a", "b", "c"]))
    write_days(written)
    write_orders(
        written,
        ("b", dt.date(2024, 3, 2), None, 4.0),
        ("a", dt.date(2024, 1, 31), None, 1.5),
        ("a", dt.date(2024, 1, 1), None, 2.0),
        ("a", dt.date(2024, 2, 1), dt.date(2024, 3, 31), 9.0),
        ("b", dt.date(2024, 3, 3), dt.date(2024, 4, 1), 8.0),
        ("b", dt.date(2024, 2, 3), None, 0.0),
        ("b", dt.date(2024, 4, 1), None, 7.0),
        ("z", dt.date(2024, 2, 1), None, 6.0),
    )
    assert table(written)["months"].to_pylist() == [
        [{"month": JANUARY, "orders": 2, "revenue": 3.5}],
        [{"month": MARCH, "orders": 2, "revenue": 12.0}],
        [],
    ]


def test_days_hold_every_snapshot_and_the_newest(written: Written):
    write_people(written, people(["a", "b"]))
    write_days(written)
    first, second, newest = DAYS
    write_orders(written, ("a", dt.date(2024, 1, 1), None, 1.0))
    write_seen(
        written,
        (newest, "a", 90, 2, 3.5, 1, 2, 3),
        (newest, "b", 89, 1, 1.0, 5, 4, 3),
        (first, "a", 30, 1, 1.5, 3, 3, 3),
        (second, "z", 1, 1, 1.0, 3, 3, 3),
        (second, "a", 60, 1, 1.5, 3, 3, 3),
    )
    found = table(written)
    assert found["days"].to_pylist() == [
        [
            {"as_of": first, "active": True, "orders": 1, "revenue": 1.5},
            {"as_of": second, "active": True, "orders": 1, "revenue": 1.5},
            {"as_of": newest, "active": False, "orders": 2, "revenue": 3.5},
        ],
        [{"as_of": newest, "active": True, "orders": 1, "revenue": 1.0}],
    ]
    assert found["r_score"].to_pylist() == [1, 5]
    assert found["m_score"].to_pylist() == [3, 3]


def test_without_orders_there_are_no_lists(small: Written):
    write_days(small)
    assert not {"months", "days"} & set(table(small).column_names)


def test_every_column_is_described_in_its_order(written: Written):
    write_people(
        written,
        people(["a"], monetary=[1.0]),
        pd.DataFrame({"customer_id": ["a"], "gender": ["f"], "purchases_web": [1.0]}),
    )
    write_days(written)
    write_orders(written, ("a", dt.date(2024, 1, 1), None, 1.0))
    write_seen(written, (NEWEST, "a", 90, 2, 3.5, 1, 2, 3))
    names = [each.name for each in described()]
    places = [
        names.index("ATTRIBUTE_group" if name.endswith("_group") else name)
        for name in table(written).column_names
    ]
    assert places == sorted(places)
    assert all(each.meaning for each in described())


@pytest.mark.parametrize("name", ["sample_position", "component_1", "expected_next_order_days"])
def test_numbers_that_no_page_offers_have_no_groups(written: Written, name: str):
    write_people(written, people(["a"], **{name: [1.0]}))
    assert f"{name}_group" not in table(written).column_names
