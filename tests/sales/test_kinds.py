"""Wholesale told from retail, why somebody is unusual, classes of codes and categories."""

import datetime as dt

import pandas as pd
import pytest

from pipeline.quality.cleaning import clean
from pipeline.sales.activity import segment_flows
from pipeline.sales.categories import REST, by_description
from pipeline.sales.item_classes import item_classes
from pipeline.sales.kinds import outlier_reasons
from pipeline.sales.ledger import ledger
from pipeline.sales.stage import sold
from pipeline.trade_settings import FEE_CODES, FEE_PREFIXES, CleaningSettings, SalesSettings
from tests.quality.order_lines import START, as_lines

RETAIL = [
    {"invoice": f"{who}{number}", "customer_id": f"R{who}", "day": 9 * number + who,
     "product": f"P{number}", "quantity": 1 + who % 2}
    for who in range(6)
    for number in range(2)
]  # fmt: skip


def wholesale(events: list[dict[str, object]]) -> set[str]:
    whole = clean(as_lines([*RETAIL, *events]), CleaningSettings())
    book = ledger(whole.purchases, whole.cancellations, as_of=START + dt.timedelta(days=90))
    found = sold(book, settings=SalesSettings(), horizon_days=90, seed=1)
    people = found.customers
    return set(people.loc[people["is_wholesale"], "customer_id"])


def buyer(days: list[int], *, quantity: float, price: float = 1.0) -> list[dict[str, object]]:
    return [
        {"invoice": f"8{day}", "customer_id": "W", "day": day, "quantity": quantity,
         "unit_price": price}
        for day in days
    ]  # fmt: skip


def test_large_orders_of_many_pieces_are_wholesale():
    assert wholesale(buyer([1], quantity=40)) == {"W"}


def test_large_orders_of_few_pieces_need_regular_times():
    assert wholesale(buyer([1], quantity=1, price=90.0)) == set()
    assert wholesale(buyer([1, 11, 21, 31], quantity=1, price=90.0)) == {"W"}
    assert wholesale(buyer([1, 2, 3, 60], quantity=1, price=90.0)) == set()


def test_regular_times_alone_are_retail():
    assert wholesale(buyer([1, 11, 21, 31], quantity=1)) == set()


def people(**columns: list[object]) -> pd.DataFrame:
    known = {
        "is_outlier": [False, False, False, True],
        "monetary": [10.0, 10.0, 12.0, 1_200.0],
        "frequency": [2, 2, 2, 2],
        "recency_days": [40, 50, 60, 1],
    }
    return pd.DataFrame(known | columns)


def test_reasons_say_how_far_a_measure_is_from_the_middle():
    assert outlier_reasons(people()).tolist()[3] == "spend 109 times the middle"
    assert outlier_reasons(people()).isna().tolist() == [True, True, True, False]
    small = people(monetary=[10.0, 10.0, 12.0, 1.0])
    assert outlier_reasons(small).iloc[3] == "spend 10 % of the middle"


def test_a_combination_has_no_single_reason():
    assert outlier_reasons(people(monetary=[10.0, 10.0, 12.0, 14.0])).isna().all()


@pytest.mark.parametrize("unknown", [["is_outlier"], ["monetary", "frequency", "recency_days"]])
def test_without_marks_or_measures_there_are_no_reasons(unknown: list[str]):
    assert outlier_reasons(people().drop(columns=unknown)).isna().all()


def test_codes_are_told_by_what_they_stand_for():
    lines = as_lines(
        [{"product": code} for code in ("22423", "POST", "M", "AMAZONFEE", "gift_0001_20", "D")]
    )
    classes = item_classes(lines, FEE_CODES, FEE_PREFIXES).set_index("item_class")
    assert classes["rows"].to_dict() == {
        "product": 1, "postage": 1, "manual booking": 1, "bank and marketplace fee": 1,
        "voucher": 1, "discount": 1,
    }  # fmt: skip
    assert classes.loc["product", "amount"] == 1.0
    # What the settings don't take for a fee is a product.
    assert item_classes(lines, (), ()).set_index("item_class").loc["product", "rows"] == 6


def test_a_source_without_codes_has_no_classes():
    lines = as_lines([{}])
    lines["product"] = pd.Categorical([None], categories=[])
    assert item_classes(lines, FEE_CODES, FEE_PREFIXES).empty


def descriptions() -> pd.Series:
    kinds = (
        "ceramic kitchen mug", "paper gift bag", "scented candle holder", "metal garden sign",
        "silver necklace pearl", "cotton tea towel", "christmas tree star", "glass photo frame",
    )  # fmt: skip
    colours = ("red", "blue", "green", "white", "pink", "black", "yellow", "ivory", "retro")
    return pd.Series(
        {f"P{k}{c}": f"{colour} {kind}" for k, kind in enumerate(kinds)
         for c, colour in enumerate(colours)}
    )  # fmt: skip


def test_descriptions_fall_into_categories_that_their_words_name():
    texts = descriptions()
    found = by_description(texts, SalesSettings(categories=8), seed=3)
    if found.empty:
        pytest.fail("descriptions were not grouped")
    together = found.groupby(texts.str.split(n=1).str[1]).nunique()
    assert (together == 1).mean() >= 0.75
    named = found[found != REST]
    for product, name in named.items():
        assert any(word in texts[product] for word in name.lower().split(", "))
    pd.testing.assert_series_equal(
        found, by_description(texts, SalesSettings(categories=8), seed=3)
    )


def test_too_few_descriptions_are_not_grouped():
    assert by_description(descriptions().iloc[:50], SalesSettings(), seed=3).empty
    same = pd.Series({f"P{n}": f"{n}" for n in range(80)})
    assert by_description(same, SalesSettings(), seed=3).empty


def test_flows_count_who_went_where_and_what_they_are_worth():
    days = [dt.date(2024, 1, day) for day in (1, 2, 3)]
    rows = [
        (days[0], "a", "Rest"), (days[0], "b", "Best"),
        (days[1], "a", "Best"), (days[1], "b", "Best"),
        (days[2], "a", "Best"), (days[2], "b", "Rest"), (days[2], "c", "Rest"),
    ]  # fmt: skip
    table = segment_flows(
        pd.DataFrame(rows, columns=["as_of", "customer_id", "segment"]),
        {"Best": 100.0, "Rest": 10.0},
    )
    found = {
        (row.from_day.day, row.to_day.day, row.before, row.after): (
            row.customers, row.value_before, row.value_after,
        )
        for row in table.itertuples()
    }  # fmt: skip
    assert found == {
        (1, 2, "Rest", "Best"): (1, 10, 100),
        (1, 2, "Best", "Best"): (1, 100, 100),
        (1, 3, "Rest", "Best"): (1, 10, 100),
        (1, 3, "Best", "Rest"): (1, 100, 10),
        (1, 3, "New customers", "Rest"): (1, 0, 10),
        (2, 3, "Best", "Best"): (1, 100, 100),
        (2, 3, "Best", "Rest"): (1, 100, 10),
        (2, 3, "New customers", "Rest"): (1, 0, 10),
    }


def test_one_day_has_no_flows():
    one = pd.DataFrame({"as_of": [START], "customer_id": ["a"], "segment": ["Best"]})
    assert segment_flows(one, {}).empty
