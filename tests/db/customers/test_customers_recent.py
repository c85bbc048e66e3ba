"""What was ordered lately: periods of 30 days, only those that the data covers."""

import datetime as dt

import pytest

from db.customers import customers_table
from db.customers.recent import a_year_before
from tests.db.customers.made_up import (
    NEWEST,
    Written,
    people,
    write_days,
    write_orders,
    write_people,
)

A_YEAR_AGO = dt.date(2023, 3, 31)


def back(days: int, day: dt.date = NEWEST) -> dt.date:
    return day - dt.timedelta(days=days)


def told(written: Written, *names: str) -> list[tuple[object, ...]]:
    found = customers_table(written.writer, written.run_id)
    return list(zip(*(found[name].to_pylist() for name in names), strict=True))


def write(written: Written, *orders: tuple[str, dt.date, dt.date | None, float]) -> None:
    write_people(
        written,
        people(
            ["a", "b"],
            recency_days=[0, 45],
            tenure_days=[500, None],
            next_order_on=[back(7), NEWEST + dt.timedelta(days=1)],
        ),
    )
    write_days(written)
    write_orders(written, *orders)


def test_orders_count_in_the_period_of_their_day(written: Written):
    write(
        written,
        ("a", back(0), None, 1.0),
        ("a", back(29), None, 2.0),
        ("a", back(30), None, 4.0),
        ("b", back(59), None, 8.0),
        ("b", back(60), None, 16.0),
        ("b", back(29, A_YEAR_AGO), None, 32.0),
        ("b", back(30, A_YEAR_AGO), None, 64.0),
    )
    assert told(written, "orders_30d", "revenue_30d") == [(2, 3.0), (0, 0.0)]
    assert told(written, "orders_before_30d", "revenue_before_30d") == [(1, 4.0), (1, 8.0)]
    assert told(written, "orders_30d_year_ago", "revenue_30d_year_ago") == [(0, 0.0), (1, 32.0)]


def test_what_was_cancelled_since_does_not_count(written: Written):
    write(written, ("a", back(3), back(1), 5.0), ("b", back(70), None, 1.0))
    assert told(written, "orders_30d", "revenue_30d") == [(0, 0.0), (0, 0.0)]


def test_periods_that_the_data_does_not_cover_are_unknown(written: Written):
    write(written, ("a", back(58), None, 5.0), ("b", back(2), None, 1.0))
    assert told(written, "orders_before_30d", "revenue_before_30d") == [(None, None)] * 2
    assert told(written, "orders_30d_year_ago", "revenue_30d_year_ago") == [(None, None)] * 2
    assert told(written, "orders_30d") == [(0,), (1,)]


def test_days_since_the_expected_order_count_once_it_is_past(written: Written):
    write(written, ("a", back(0), None, 5.0))
    assert told(written, "overdue_days") == [(7,), (0,)]
    assert told(written, "first_order_on", "last_order_on") == [
        (back(500), NEWEST),
        (None, back(45)),
    ]


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (dt.date(2024, 2, 29), dt.date(2023, 2, 28)),
        (dt.date(2025, 2, 28), dt.date(2024, 2, 28)),
        (dt.date(2024, 12, 31), dt.date(2023, 12, 31)),
    ],
)
def test_a_year_before_is_the_same_day_of_the_calendar(day: dt.date, before: dt.date):
    assert a_year_before(day) == before
