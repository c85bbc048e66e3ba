"""Cleaning of orders as people export them: without numbers, products or prices of pieces."""

import datetime as dt

import pandas as pd
import pytest

from pipeline.base.errors import SourceError
from pipeline.features.figures import figures_of
from pipeline.features.orders import newest_day, order_states
from pipeline.quality.cleaning import clean
from pipeline.quality.remarks import remarks_of
from pipeline.trade_settings import CleaningSettings
from tests.quality.order_lines import as_lines

TODAY = dt.date(2024, 6, 1)
BARE = {"invoice": None, "product": None, "description": None}


def cleaned(rows, **own):
    """Clean lines written in a few words, with columns of the source's own."""
    lines = as_lines(rows).assign(**own)
    for name in ("invoice", "product", "description", "customer_id", "country"):
        lines[name] = lines[name].cat.remove_categories(
            [each for each in ("None", "nan") if each in lines[name].cat.categories]
        )
    return lines, clean(lines, CleaningSettings())


def figures(rows, **own):
    _, found = cleaned(rows, **own)
    states = order_states(found)
    return figures_of(found, states, newest_day(states, None))


def rule_rows(found):
    return {each.rule: each.rows for each in found.findings if each.rows}


def codes(rows, *, today=TODAY, currency="EUR", **own):
    lines, found = cleaned(rows, **own)
    return [each.code for each in remarks_of(lines, found, today=today, currency=currency)]


def test_what_one_customer_bought_in_one_moment_is_an_order():
    rows = [
        BARE | {"customer_id": "A", "minute": 0},
        BARE | {"customer_id": "A", "minute": 0, "unit_price": 2.0},
        BARE | {"customer_id": "A", "minute": 1},
        BARE | {"customer_id": "B", "minute": 0},
        BARE | {"customer_id": None, "minute": 0},
    ]
    found = figures(rows)
    assert (found.customers, found.orders, found.revenue) == (2, 3, 5.0)
    assert (found.orders_all, found.revenue_all) == (4, 6.0)


def test_two_equal_amounts_of_one_customer_are_two_purchases():
    _, found = cleaned([BARE, BARE])
    assert len(found.purchases) == 2
    _, named = cleaned([{}, {}])
    assert len(named.purchases) == 1


def test_lines_that_differ_in_a_column_of_the_source_are_no_duplicates():
    _, found = cleaned([{}, {}], other=[1, 2])
    assert len(found.purchases) == 2
    _, same = cleaned([{}, {}], other=[1, 1])
    assert len(same.purchases) == 1


def test_a_return_without_a_product_lowers_the_latest_order_worth_as_much():
    rows = [
        BARE | {"day": 0, "unit_price": 50.0},
        BARE | {"day": 3, "unit_price": 5.0},
        BARE | {"day": 5, "unit_price": 20.0, "quantity": -1},
        BARE | {"day": 6, "unit_price": 100.0, "quantity": -1},
    ]
    _, found = cleaned(rows)
    assert rule_rows(found) == {"cancellation_matched": 1, "cancellation_unmatched": 1}
    assert found.cancellations["value"].tolist() == [20.0]
    assert found.cancellations["purchase"].tolist() == [0]


def test_a_status_takes_its_rows_and_each_is_counted():
    _, found = cleaned(
        [{}, {"invoice": "2"}, {"invoice": "3"}], status=["failed", None, "voided"]
    )
    assert rule_rows(found) == {"status_failed": 1, "status_voided": 1}
    assert found.purchases["invoice"].tolist() == ["2"]


def test_a_discount_line_lowers_its_order_by_share():
    rows = [
        {"product": "TEA", "unit_price": 30.0},
        {"product": "JAM", "unit_price": 10.0},
        {"product": "DISCOUNT", "unit_price": -4.0},
        {"product": "TEA", "unit_price": 30.0, "invoice": "2"},
    ]
    _, found = cleaned(rows)
    assert found.purchases["value"].tolist() == pytest.approx([27.0, 9.0, 30.0])
    assert rule_rows(found) == {"discount": 1}


def test_a_discount_without_an_order_to_lower_stays_a_fee():
    _, found = cleaned([{}, {"invoice": "9", "product": "DISCOUNT", "quantity": -1}])
    assert rule_rows(found) == {"fee": 1}


@pytest.mark.parametrize(("bad", "refused"), [(5, False), (6, True)])
def test_above_five_rows_in_a_hundred_a_source_is_refused(bad, refused):
    rows = [{"invoice": str(number)} for number in range(100)]
    for row in rows[:bad]:
        row["unit_price"] = None
    if refused:
        with pytest.raises(
            SourceError, match=r"6 of 100 rows can't be used.*no price or amount"
        ):
            cleaned(rows)
    else:
        assert "rows_dropped" in codes(rows)


def test_a_source_without_a_fault_gives_no_warning():
    rows = [{"invoice": str(number), "day": number} for number in range(100)]
    assert codes(rows) == []
    assert codes(rows, currency=None) == ["currency_unknown"]


def test_dates_to_come_and_dates_far_from_others_are_in_doubt():
    rows = [{"invoice": str(number), "day": number} for number in range(40)]
    assert codes(rows, today=dt.date(2024, 1, 20)) == ["dates_in_future"]
    far = [*rows, {"invoice": "far", "day": -20_000}]
    assert codes(far) == ["dates_far"]
    gap = [*rows, *({"invoice": f"b{each}", "day": 4_000 + each} for each in range(40))]
    assert codes(gap, today=dt.date(2040, 1, 1)) == []


@pytest.mark.parametrize(("many", "told"), [(30, True), (5, False)])
def test_a_customer_with_too_many_orders_is_pointed_out(many, told):
    rows = [{"invoice": f"x{each}", "customer_id": "GUESTS"} for each in range(many)]
    rows += [{"invoice": str(each), "customer_id": f"K{each // 2}"} for each in range(120)]
    assert ("large_customer" in codes(rows)) is told


def test_what_is_missing_is_said_once():
    lines, found = cleaned([BARE | {"country": None, "customer_id": "A"}])
    said = remarks_of(lines, found, today=TODAY, currency=None)
    assert {each.code for each in said} == {
        "no_products", "no_invoices", "no_countries", "currency_unknown",
    }  # fmt: skip
    assert {each.level for each in said} == {"note"}


def test_seconds_tell_orders_apart_and_names_are_as_short_as_the_moment():
    lines, _ = cleaned([BARE, BARE])
    moments = pd.to_datetime(["2024-01-01 00:00:00", "2024-01-01 10:00:05"])
    lines = lines.assign(ordered_at=moments.astype("datetime64[us]"))
    found = clean(lines, CleaningSettings())
    assert found.purchases["invoice"].tolist() == ["A 2024-01-01", "A 2024-01-01 10:00:05"]
