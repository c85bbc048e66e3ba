"""What orders bring as a whole, and which purchases refunds give back."""

import numpy as np
import pytest

from pipeline.sources.orders.agreement import Orders
from pipeline.sources.orders.meaning import GivenBack
from pipeline.sources.orders.returns import Sold, at_purchases
from pipeline.sources.orders.whole import Net, Whole, net_of_subtotals, net_of_totals, parted

MANY = 12
GROSS = np.linspace(20, 130, MANY)
OFF = np.where(np.arange(MANY) % 2, 4.0, 0.0)
TAX, SHIPPING = GROSS / 10, np.full(MANY, 5.0)


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("truly_after", [True, False])
def test_totals_tell_whether_discounts_are_out_of_subtotals(declared, truly_after):
    subtotal = GROSS - OFF if truly_after else GROSS
    whole = Whole(None, OFF, TAX, SHIPPING, GROSS - OFF + TAX + SHIPPING)
    found = net_of_subtotals(whole, subtotal, after=declared)
    np.testing.assert_allclose(found.net, GROSS - OFF)
    assert found.remarks == ()


@pytest.mark.parametrize("declared", [True, False])
def test_without_totals_it_is_as_declared(declared):
    found = net_of_subtotals(Whole(discount=OFF), GROSS, after=declared)
    np.testing.assert_allclose(found.net, GROSS if declared else GROSS - OFF)


def test_totals_that_nothing_explains_are_said():
    whole = Whole(None, OFF, TAX, SHIPPING, 3 * GROSS)
    found = net_of_subtotals(whole, GROSS, after=True)
    assert [each.code for each in found.remarks] == ["total_disagrees"]


def test_tax_and_shipping_are_no_revenue_where_they_stand_apart():
    apart = net_of_totals(Whole(tax=TAX, shipping=SHIPPING), GROSS + TAX + SHIPPING)
    np.testing.assert_allclose(apart.net, GROSS)
    assert apart.remarks == ()
    within = net_of_totals(Whole(shipping=SHIPPING), GROSS + SHIPPING)
    np.testing.assert_allclose(within.net, GROSS)
    assert [each.code for each in within.remarks] == ["totals_only"]
    assert "tax can't be told" in within.remarks[0].sentence


def test_lines_share_what_their_order_brings_by_their_worth():
    orders = Orders(np.array([0, 0, 1]))
    net = Net(np.array([9.0, np.nan]), np.array([12.0, np.nan]))
    line, weights = np.array([4.0, 8.0, 5.0]), np.ones(3)
    money, said = parted(net, orders, line, weights, line - 1)
    np.testing.assert_allclose(money, [3, 6, 4])
    assert said == ()


def sold(rows: list[tuple[int, float, float, int]]) -> Sold:
    """Rows of order, pieces, price and product, one customer, a day apart."""
    order, quantity, price, product = (np.array(each) for each in zip(*rows, strict=True))
    return Sold(
        quantity.astype(float), price.astype(float), np.zeros(len(rows), dtype=np.int64),
        product.astype(np.int64), np.arange(len(rows)), Orders(order.astype(np.int64)),
    )  # fmt: skip


def given(rows: list[bool], of_row: list[int] | None = None) -> GivenBack:
    named = of_row or [-1] * len(rows)
    return GivenBack(np.array(rows), np.array(named, dtype=np.int64))


def test_a_refund_at_the_full_price_gives_back_what_was_paid():
    quantity, price = at_purchases(
        sold([(0, 2, 9.0, 1), (1, -2, 10.0, 1)]), given([False, True])
    )
    assert (quantity[1], price[1]) == (-2, 9.0)


def test_a_refund_of_less_gives_back_so_many_pieces_as_the_money_makes():
    quantity, price = at_purchases(
        sold([(0, 2, 10.0, 1), (1, -1, 5.0, 1)]), given([False, True])
    )
    assert quantity[1] * price[1] == pytest.approx(-5)
    assert price[1] == 10.0


def test_a_refund_is_of_the_order_that_it_gives_back_as_a_whole():
    rows = [(0, 1, 9.0, 1), (1, 3, 10.0, 1), (2, -1, 10.0, 1)]
    assert at_purchases(sold(rows), given([False, False, True]))[1][2] == 9.0


def test_a_refund_of_two_products_is_of_an_order_with_both():
    rows = [(0, 1, 9.0, 1), (0, 2, 4.0, 2), (1, 1, 10.0, 1), (2, -1, 10.0, 1), (2, -2, 5.0, 2)]
    prices = at_purchases(sold(rows), given([False] * 3 + [True] * 2))[1]
    assert prices[3:].tolist() == [9.0, 4.0]


def test_a_refund_without_a_purchase_stays_below_zero():
    quantity, price = at_purchases(sold([(0, 1, 9.0, 1), (1, 2, 9.0, 7)]), given([False, True]))
    assert (quantity[1], price[1]) == (-2, 9.0)


def test_a_refund_that_names_its_order_takes_its_share():
    paid = sold([(0, 1, 80.0, -1), (1, -1, 50.0, -1)])._replace(paid=np.array([100.0, -50.0]))
    quantity, price = at_purchases(paid, given([False, True], [-1, 0]))
    assert quantity[1] * price[1] == pytest.approx(-40)
