"""Trade by day is the ledger's, whole and in parts."""

import datetime as dt

import numpy as np
import pytest

from pipeline.sales.days.trade import OTHERS, trade
from pipeline.sales.ledger import ledger
from tests.sales import shops_of_lines as shop


def test_parts_are_the_whole_and_orders_count_once() -> None:
    whole = shop.cleaned()
    book = ledger(whole.purchases, whole.cancellations, as_of=dt.date(2024, 2, 15))
    found = trade(book, {"country": book.country, "category": book.category}, levels=1)
    assert found.net.sum() == pytest.approx(book.net.sum())
    for each in found.dimensions:
        assert each.revenue.sum() == pytest.approx(book.net.sum())
        assert len(each.of_order) == len(found.day)
        assert each.levels[-1] == OTHERS
        assert len(each.levels) == 2
        assert set(np.unique(each.of_order)) <= {0, 1}
    assert (found.first + found.day).max() <= found.last


def test_one_more_than_the_levels_is_told_apart() -> None:
    whole = shop.cleaned()
    book = ledger(whole.purchases, whole.cancellations, as_of=dt.date(2024, 2, 15))
    (categories,) = trade(book, {"category": book.category}, levels=2).dimensions
    assert sorted(categories.levels) == sorted(shop.CATEGORIES)


def test_a_column_of_one_word_says_nothing() -> None:
    whole = shop.cleaned()
    purchases = whole.purchases.assign(country="France")
    book = ledger(purchases, whole.cancellations, as_of=dt.date(2024, 2, 15))
    assert trade(book, {"country": book.country}, levels=3).dimensions == ()
