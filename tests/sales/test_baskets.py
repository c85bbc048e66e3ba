"""Bought together, next and in stock, against counts apart from them."""

import datetime as dt
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from pipeline.base.errors import SettingsError
from pipeline.quality.cleaning import clean
from pipeline.sales.baskets.next_products import NEIGHBOURS, next_products, purchases_of, wins
from pipeline.sales.baskets.shopping import real_products
from pipeline.sales.baskets.stock import points, raw_points
from pipeline.sales.baskets.stock_file import known_stock
from pipeline.sales.baskets.together import baskets, bought_together, significant
from pipeline.sales.baskets.together import together as pairs_in_orders
from pipeline.sales.ledger import Ledger, ledger
from pipeline.trade_settings import BasketSettings, CleaningSettings, StockSettings
from tests.quality.order_lines import START, as_lines

LOOSE = BasketSettings(least_orders=5, false_share=0.4, products=1_000, partners=100)


@pytest.fixture(scope="module")
def together() -> Ledger:
    """Give a shop where tea and milk belong together, and the rest is chance."""
    chance = np.random.default_rng(2)
    others = [f"P{each:02}" for each in range(30)]
    rows = []
    for order in range(400):
        held = set(chance.choice(others, 2, replace=False))
        held |= {"TEA", "MILK"} if order % 5 == 0 else set()
        held |= {"TEA"} if order % 11 == 0 else set()
        rows += [
            {"invoice": f"I{order}", "product": product, "day": order // 10,
             "customer_id": f"C{order % 90}"}
            for product in sorted(held)
        ]  # fmt: skip
    whole = clean(as_lines(rows), CleaningSettings())
    return ledger(whole.purchases, whole.cancellations, as_of=START + dt.timedelta(days=60))


def test_pairs_are_those_that_pandas_counts(together: Ledger) -> None:
    book = together
    real = real_products(book, CleaningSettings())
    found = bought_together(book, real, LOOSE)
    left = book.left & (book.product.codes >= 0)
    lines = pd.DataFrame({"order": book.order, "product": book.product.codes})[left]
    lines = lines[real[lines["product"]]].drop_duplicates()
    names = book.product.names
    orders = lines["order"].nunique()
    each = lines["product"].map(lambda code: names[code]).value_counts()
    counted: dict[tuple[str, str], int] = {}
    for _, group in lines.groupby("order")["product"]:
        for one, other in combinations(sorted(names[code] for code in group), 2):
            counted[one, other] = counted.get((one, other), 0) + 1
    some = baskets(book, real, LOOSE)
    every = pairs_in_orders(some, LOOSE.least_orders)
    words = names[some.products]
    told = {
        tuple(sorted((words[one], words[other]))): many
        for one, other, many in zip(every.first, every.second, every.orders, strict=True)
    }
    often = set(each[each >= LOOSE.least_orders].index)
    assert told == {
        pair: many
        for pair, many in counted.items()
        if many >= LOOSE.least_orders and often >= set(pair)
    }
    assert ("TEA", "MILK") in set(zip(found["product"], found["with_product"], strict=True))
    for row in found.itertuples():
        pair = tuple(sorted((row.product, row.with_product)))
        assert row.orders == counted[pair]
        assert row.support == pytest.approx(row.orders / orders, abs=1e-9)
        assert row.confidence == pytest.approx(row.orders / each[row.product], abs=1e-9)
        apart = each[row.product] * each[row.with_product] / orders
        assert row.lift == pytest.approx(row.orders / apart, abs=1e-4)
        assert 0 < row.support <= row.confidence <= 1


def test_both_sides_of_a_pair_stand_there(together: Ledger) -> None:
    book = together
    found = bought_together(book, real_products(book, CleaningSettings()), LOOSE)
    pairs = set(zip(found["product"], found["with_product"], strict=True))
    assert pairs == {(other, one) for one, other in pairs}


def test_of_chance_alone_hardly_a_pair_is_significant() -> None:
    chance = np.random.default_rng(5)
    expected = np.full(5_000, 20.0)
    drawn = chance.poisson(expected)
    passed = significant(drawn, expected, tests=len(drawn), false_share=0.01)
    assert passed.sum() <= 1
    planted = np.r_[drawn, np.full(10, 80)]
    told = significant(
        planted, np.r_[expected, np.full(10, 20.0)], tests=5_010, false_share=0.01
    )
    assert told[-10:].all()
    assert poisson.sf(79, 20) < 1e-9


@pytest.fixture(scope="module")
def tastes() -> Ledger:
    """Give a shop whose customers each buy from one of six shelves of twelve products."""
    chance = np.random.default_rng(3)
    rows = [
        {"invoice": f"I{customer}-{visit}", "product": f"P{customer % 6}{product:02}",
         "day": 30 * visit + customer % 28, "customer_id": f"C{customer:03}"}
        for customer in range(180)
        for visit in range(4)
        for product in sorted(chance.choice(12, 2, replace=False))
    ]  # fmt: skip
    whole = clean(as_lines(rows), CleaningSettings())
    return ledger(whole.purchases, whole.cancellations, as_of=START + dt.timedelta(days=121))


def test_nobody_is_suggested_what_they_bought(tastes: Ledger) -> None:
    book = tastes
    real = real_products(book, CleaningSettings())
    found = next_products(book, real, BasketSettings(months=1, recent_days=60))
    held = purchases_of(book, real).bought(until=np.datetime64(book.as_of) + 1)
    assert found.rows["customer_id"].nunique() == 180
    assert (found.rows["place"] <= 3).all()
    # Everybody is led within the shelf from which they buy.
    assert (found.rows["product"].str[1] == found.rows["because"].str[1]).all()
    people = pd.Index(book.customer.names)
    products = pd.Index(book.product.names)
    for row in found.rows.itertuples():
        assert not held[people.get_loc(row.customer_id), products.get_loc(row.product)]
        assert held[people.get_loc(row.customer_id), products.get_loc(row.because)]


@pytest.mark.parametrize(
    ("rivals", "months", "won"),
    [
        ([0.2, 0.3, 0.1], 3, True),
        ([0.2, 0.4, 0.1], 3, False),
        ([0.2, 0.5, 0.1], 3, False),
        ([0.2, 0.3], 3, False),
        ([], 1, False),
    ],
)
def test_neighbours_must_win_in_every_month_and_in_all_of_them(
    rivals: list[float], months: int, won: bool
) -> None:
    checks = pd.DataFrame(
        [
            {"first_day": month, "recommender": name, "hit_rate": rate}
            for month, rival in enumerate(rivals)
            for name, rate in ((NEIGHBOURS, 0.4), ("popular_30", rival), ("popular_ever", 0.1))
        ]
    )
    assert wins(checks, months) is won


def test_a_point_holds_steady_demand_and_lumps_at_their_level() -> None:
    steady = np.full((40, 200), 3.0)
    found = points(steady, 21, 0.95)
    assert (found.point == 63).all()
    chance = np.random.default_rng(1)
    lumps = chance.poisson(0.4, (400, 400)) * chance.integers(1, 9, (400, 400)).astype(float)
    told = points(lumps[:, :379], 21, 0.95)
    held = lumps[:, 379:].sum(axis=1) <= np.ceil(told.point)
    assert held[told.is_known].mean() == pytest.approx(0.95, abs=0.03)


def test_what_sells_for_too_short_a_time_has_no_point() -> None:
    pieces = np.zeros((2, 100))
    pieces[0, :] = 1
    pieces[1, 90:] = 1
    assert raw_points(pieces, 21, 0.95).is_known.tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code,on_hand\nTEA,3\n", "has no column “product”"),
        ("product,on_hand\nTEA,3\nTEA,4\n", "row 3: product “TEA” stands there twice"),
        ("product,on_hand\nTEA,many\n", "row 2, column on_hand: “many” must be a number"),
        ("product,lead_time_days\nTEA,2.5\n", "must be a whole number from 0 to 180"),
        ("product,service_level\nTEA,1\n", "must be a number from 0.5 to 0.999"),
    ],
)
def test_a_wrong_file_of_stock_is_told_in_a_sentence(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(text)
    with pytest.raises(SettingsError, match=said.replace("(", r"\(")):
        known_stock(path)


def test_a_file_of_stock_tells_each_product_and_the_settings_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text("product,on_hand,lead_time_days\nTEA,12,\nMILK,,3\n")
    known = known_stock(path)
    names = pd.Series(["TEA", "MILK", "SUGAR"])
    assert known.on_hand(names)[0] == 12
    assert np.isnan(known.on_hand(names)[1:]).all()
    lead, level = known.terms(names, StockSettings())
    assert lead.tolist() == [14, 3, 14]
    assert (level == 0.95).all()


def test_a_missing_file_of_stock_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"setting stock\.file"):
        known_stock(tmp_path / "none.csv")


def test_what_was_bought_is_as_known_on_the_day(tastes: Ledger) -> None:
    real = real_products(tastes, CleaningSettings())
    known = purchases_of(tastes, real)
    end = np.datetime64(tastes.as_of) + 1
    lines = pd.DataFrame(
        {
            "customer": tastes.customer.codes, "product": tastes.product.codes,
            "day": tastes.orders.when[tastes.order].astype("datetime64[D]"),
        }
    )  # fmt: skip
    lines = lines[(lines["customer"] >= 0) & (lines["product"] >= 0)]
    for until, since in ((end, None), (end - 40, None), (end, end - 30)):
        seen = lines[(lines["day"] < until) & (lines["day"] >= (since or lines["day"].min()))]
        expected = set(seen[["customer", "product"]].itertuples(index=False, name=None))
        rows, columns = known.bought(until=until, since=since).tocoo().coords
        assert set(zip(rows.tolist(), columns.tolist(), strict=True)) == expected


def test_what_was_wholly_given_back_was_not_bought() -> None:
    rows = [
        {"invoice": "1", "customer_id": "A", "product": "TEA", "quantity": 2, "day": 0},
        {"invoice": "2", "customer_id": "A", "product": "MILK", "quantity": 2, "day": 1},
        {"invoice": "C3", "customer_id": "A", "product": "TEA", "quantity": -2, "day": 5},
        {"invoice": "C4", "customer_id": "A", "product": "MILK", "quantity": -1, "day": 5},
    ]
    whole = clean(as_lines(rows), CleaningSettings())
    book = ledger(whole.purchases, whole.cancellations, as_of=START + dt.timedelta(days=9))
    known = purchases_of(book, np.ones(len(book.product.names), dtype=bool))

    def held(day: int) -> set[str]:
        found = known.bought(until=np.datetime64(START) + day)
        return set(book.product.names[found.tocoo().coords[1]])

    assert held(5) == {"MILK", "TEA"}
    assert held(6) == {"MILK"}
