"""What pages say of stock, pairs, next products, alerts and unusual days, both ways round."""

import pandas as pd
import pytest

from portal.kit.drawing.chart import Scope
from portal.kit.tables.rows_table import Column
from portal.pages.customer.buying_next import (
    NO_ROWS,
    UNTESTED,
    how_well,
    next_products,
    next_said,
    why_nothing,
)
from portal.pages.history.watched import drift_finding
from portal.pages.products.stock import (
    NO_STOCK,
    UNKNOWN,
    cells,
    held_finding,
    partner_finding,
    points,
    stock_finding,
    unknown,
)
from portal.pages.products.stock import UNTESTED as UNTESTED_POINTS
from portal.pages.sales.unusual_days import explained, finding
from portal.reading.rows import each_row


def stocked(on_hand: list[float | None], order_now: list[float | None]) -> pd.DataFrame:
    return pd.DataFrame(
        {"reorder_point": [10.0, 20.0], "on_hand": on_hand, "order_now": order_now}
    ).astype(float)


def test_what_to_order_is_said_only_where_stock_is_known() -> None:
    assert stock_finding(stocked([None, None], [None, None])) == (
        "2 products have a reorder point; stock on hand isn’t known"
    )
    assert stock_finding(stocked([4, 20], [6, 0])) == (
        "To be ordered now: 1 product, 6 pieces together"
    )
    assert stock_finding(stocked([9, None], [1, None])) == (
        "To be ordered now: 1 product, 1 piece together; of 1 more, stock on hand isn’t known"
    )
    assert stock_finding(stocked([10, 20], [0, 0])) == "Nothing is to be ordered now"
    assert stock_finding(stocked([4, 20], [6, 0]).head(0)) == "Stock to order"
    one_left = stocked([None, None], [None, None]).head(1)
    assert stock_finding(one_left) == "1 product has a reorder point; stock on hand isn’t known"
    assert unknown(stocked([None, None], [None, None])) == ("on_hand", "order_now")
    assert unknown(stocked([4, 20], [6, 0])) == ()


def test_how_often_points_held_is_said_beside_what_was_asked() -> None:
    rows = pd.DataFrame(
        [("A", 200, 190, "2024-01-01", "2024-03-31", 0.95)],
        columns=["abc", "products", "held", "first_day", "last_day", "asked_level"],
    )
    said = held_finding(next(each_row(rows)))
    assert said == (
        "Class A: from 1 Jan 2024 to 31 Mar 2024, points from the days before held in 95.0 % of"
        " 200 stretches of delivery and review, where 95 % was asked for."
    )
    shown = points(rows, Scope(), stocked=stocked([None, None], [None, None])).content.children
    assert [each.children for each in shown] == [said, UNKNOWN]
    shown = points(rows, Scope(), stocked=stocked([4, 20], [6, 0])).content.children
    assert [each.children for each in shown] == [said]


def test_without_a_test_or_a_product_no_other_reason_is_given() -> None:
    known = stocked([4, 20], [6, 0])
    (shown,) = points(pd.DataFrame(), Scope(), stocked=known).content.children
    assert shown.children == UNTESTED_POINTS
    (shown,) = points(pd.DataFrame(), Scope(), stocked=known.head(0)).content.children
    assert shown.children == NO_STOCK


def test_tenths_are_written_of_what_sells_slowly_alone() -> None:
    rows = pd.DataFrame({"product": ["T1", "T2"], "weekly_demand": [2099.5385, 0.3077]})
    columns = (Column("product", "Product"), Column("weekly_demand", "Sold a week", "number"))
    assert cells(rows, columns, "GBP") == [
        {"product": "T1", "weekly_demand": "2,100"},
        {"product": "T2", "weekly_demand": "0.3"},
    ]


@pytest.mark.parametrize(("description", "name"), [("Tea pot", "Tea pot"), (None, "T1")])
def test_the_strongest_pair_is_named(description: str | None, name: str) -> None:
    rows = pd.DataFrame(
        [("T1", description, 30, 0.02, 0.4, 6.2)],
        columns=["with_product", "description", "orders", "support", "confidence", "lift"],
    )
    assert partner_finding(rows) == (
        f"40 % of the orders with it hold “{name}” too, 6.2 times as many as by chance"
    )


def test_a_suggestion_names_the_purchase_that_speaks_for_it() -> None:
    rows = pd.DataFrame(
        [("T1", "Tea pot", "C1", None)],
        columns=["product", "description", "because", "because_description"],
    )
    assert next_said(next(each_row(rows))) == "Tea pot, because they bought “C1”"


def checked(*months: tuple[float, float, float]) -> pd.DataFrame:
    """Give checks of months: shares of neighbours, of 30 days and of ever."""
    names = ("neighbours", "popular_30", "popular_ever")
    return pd.DataFrame(
        [
            {"first_day": f"2024-{place:02}-01", "recommender": name, "hit_rate": rate}
            for place, rates in enumerate(months, 1)
            for name, rate in zip(names, rates, strict=True)
        ]
    )


def test_how_well_suggestions_did_is_said_beside_the_best_of_what_is_popular() -> None:
    assert how_well(checked((0.46, 0.27, 0.31), (0.48, 0.40, 0.25))) == (
        "Tested on 2 months: 46 % to 48 % of customers who bought something new to them bought"
        " one of ten such suggestions; at best 31 % to 40 % one of the ten that most customers"
        " buy."
    )
    assert "Tested on 1 month: 46 % of" in how_well(checked((0.46, 0.27, 0.31)))
    assert how_well(pd.DataFrame()) == ""


def test_why_nothing_is_suggested_is_said() -> None:
    assert why_nothing(checked((0.46, 0.27, 0.47), (0.48, 0.40, 0.25))) == (
        "Nothing is told, as what most customers buy tells as much: in 1 of 2 months tested at"
        " least as many bought one of those."
    )
    assert "in 1 of 1 month tested" in why_nothing(checked((0.4, 0.4, 0.1)))
    won_too_few = checked((0.46, 0.27, 0.31))
    assert why_nothing(won_too_few) == why_nothing(pd.DataFrame()) == UNTESTED


def test_a_customer_without_suggestions_among_others_is_told_apart() -> None:
    checks = checked((0.46, 0.27, 0.31))
    nothing = pd.DataFrame()
    one = next_products(nothing, Scope(), checks=checks, are_others=True)
    all_of_them = next_products(nothing, Scope(), checks=checks, are_others=False)
    assert one.content.children == NO_ROWS
    assert all_of_them.content.children == UNTESTED


def test_drift_is_said_both_ways() -> None:
    rows = pd.DataFrame({"name": ["monetary", "country"], "level": ["same", "same"]})
    assert drift_finding(rows) == "Nothing of 2 things watched changed much"
    rows["level"] = ["much", "same"]
    assert drift_finding(rows).startswith("1 of 2 watched changed much, “")


def test_what_accounts_for_a_day_is_named_or_nothing() -> None:
    assert explained("order", "581483", 1.2) == "order 581483: all of the difference"
    assert explained("country", "Spain", 0.6) == "country Spain: 60 % of the difference"
    assert explained(None, None, None) == "–"


def test_the_newest_unusual_day_is_named() -> None:
    rows = pd.DataFrame(
        [
            ("day", "revenue", "2024-03-02", 900.0, 300.0),
            ("week", "orders", "2024-01-01", 9, 30),
        ],
        columns=["step", "figure", "period_start", "value", "expected"],
    )
    assert finding(rows, "GBP") == (
        "2 figures of days and weeks were unusual; the last, 2 Mar 2024: revenue of £900.00,"
        " where £300.00 was to be expected"
    )
