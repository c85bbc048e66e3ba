"""What the page of products says: frames whose answer is known, both ways round."""

from typing import Any

import pandas as pd

from portal.kit.drawing.chart import Scope
from portal.pages.products import figures, one

SHOP = Scope()


def products(**revenue: float) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "product": name, "description": name.upper() or None, "abc": "A",
                "revenue": amount, "items": 3.0, "orders": 2, "customers": 2,
            }
            for name, amount in revenue.items()
        ]
    )  # fmt: skip


def test_the_best_seller_is_named_with_its_share() -> None:
    assert figures.best_finding(products(mug=30.0, lamp=70.0), currency="GBP") == (
        "LAMP brings most: £70, 70.0 % of revenue"
    )
    assert figures.best_finding(products(mug=80.0, lamp=20.0), currency="GBP").startswith("MUG")


def test_a_product_without_a_description_is_called_by_its_code() -> None:
    rows = products(mug=30.0).assign(description=None)
    assert figures.best_sellers(rows, SHOP).finding.startswith("mug brings most")


def test_classes_say_how_few_bring_most() -> None:
    rows = pd.DataFrame(
        {"abc": ["A", "B", "C"], "products": [2, 3, 5], "revenue": [80.0, 15.0, 5.0]}
    )
    assert figures.class_finding(rows) == "2 of 10 products bring 80 % of revenue"
    assert figures.class_finding(rows[:0]) == "How much of revenue how many products bring"


def test_made_categories_are_said_to_be_made() -> None:
    rows = pd.DataFrame(
        {"category": ["Bags", "Mugs"], "source": "descriptions", "revenue": [60.0, 40.0],
         "products": [1, 1]}
    )  # fmt: skip
    assert figures.category_finding(rows) == (
        "Bags brings 60 % of revenue (made from the words of descriptions)"
    )
    assert figures.category_finding(rows.assign(source="source")) == (
        "Bags brings 60 % of revenue"
    )


def prices(*each: float) -> pd.DataFrame:
    months = pd.date_range("2024-01-01", periods=len(each), freq="MS")
    return pd.DataFrame({"month": months, "price": each, "items": 5.0})


def test_prices_go_up_down_or_stay() -> None:
    assert "more than at first" in figures.price_finding(prices(1.0, 2.0), currency="GBP")
    assert "less than at first" in figures.price_finding(prices(2.0, 1.0), currency="GBP")
    assert "as at first" in figures.price_finding(prices(2.0, 2.5, 2.0), currency="GBP")
    assert figures.price_finding(prices(2.0), currency="GBP") == "Price and pieces by month"


class Row:
    def __init__(self, **values: Any) -> None:
        self.__dict__ |= values


def test_buyers_are_told_first_and_again() -> None:
    known = Row(repeat_share=0.25, customers=8, first_customers=2, first_stayed_share=0.5)
    assert one.buyers(known) == (
        "25 % of its 8 customers bought it in more than one order. 2 customers began with it,"
        " and 50 % of them ordered anything again."
    )
    nobody = Row(repeat_share=None, customers=8, first_customers=0, first_stayed_share=None)
    assert one.buyers(nobody) == "Nobody began with it."


def test_where_it_sells() -> None:
    rows = pd.DataFrame({"country": ["France", "Italy"], "revenue": [30.0, 10.0]})
    assert one.where_finding(rows) == "France brings 75 % of its revenue, of 2 countries"


def test_columns_of_which_nothing_is_known_are_left_out() -> None:
    rows = pd.DataFrame({"margin": [None, None], "category": ["a", None]})
    assert one.unknown(rows) == ("margin", "returned_share", "repeat_share")
