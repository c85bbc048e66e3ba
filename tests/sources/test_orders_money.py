"""What the money of orders means, told by checking columns against each other."""

import numpy as np
import pytest

from pipeline.sources.orders.agreement import Orders
from pipeline.sources.orders.money import Figures, lines

QUANTITY = np.array([1.0, 2.0, 3.0, 1.0, 4.0, 2.0, 5.0, 1.0])
PRICE = np.array([10.0, 4.5, 2.25, 80.0, 1.99, 12.5, 3.0, 7.0])
LINE = QUANTITY * PRICE
OF = Orders(np.array([0, 0, 1, 1, 1, 2, 3, 3]))
TOTALS = OF.sums(LINE)


def repeated(values):
    """Repeat what orders have in each of their rows."""
    return values[OF.of]


def first_only(values):
    """Put what orders have in the first of their rows alone."""
    found = np.full(len(OF.of), np.nan)
    found[np.unique(OF.of, return_index=True)[1]] = values
    return found


def revenue(found):
    return found.quantity * found.unit_price


def codes(found):
    return [each.code for each in found.remarks]


def test_pieces_and_prices_stay_as_they_are():
    found = lines(Figures(OF, quantity=QUANTITY, unit_price=PRICE))
    assert found.quantity is QUANTITY
    assert found.unit_price is PRICE
    assert not found.remarks


@pytest.mark.parametrize("quantity", [QUANTITY, None])
def test_an_amount_alone_is_a_lines_total(quantity):
    found = lines(Figures(OF, quantity=quantity, amount=LINE))
    assert revenue(found) == pytest.approx(LINE)
    assert found.quantity == pytest.approx(np.ones(8) if quantity is None else quantity)
    assert not found.remarks


def test_a_negative_amount_is_a_return():
    found = lines(Figures(OF, amount=np.where(np.arange(8) == 3, -LINE, LINE)))
    assert found.quantity[3] == -1
    assert found.unit_price[3] == 80


def test_an_amount_that_agrees_changes_nothing():
    found = lines(Figures(OF, quantity=QUANTITY, unit_price=PRICE, amount=LINE.round(2)))
    assert found.unit_price is PRICE
    assert not found.remarks


def test_an_amount_that_disagrees_is_taken_and_warned_of():
    found = lines(Figures(OF, quantity=QUANTITY, unit_price=np.minimum(PRICE, 5), amount=LINE))
    assert revenue(found) == pytest.approx(LINE)
    assert [(each.level, each.code) for each in found.remarks] == [
        ("warning", "total_disagrees")
    ]


def test_a_price_that_equals_the_amount_is_that_of_the_line():
    found = lines(Figures(OF, quantity=QUANTITY, unit_price=LINE, amount=LINE))
    assert revenue(found) == pytest.approx(LINE)
    assert codes(found) == ["price_is_of_line"]


def test_an_amount_with_tax_leaves_pieces_and_prices():
    found = lines(Figures(OF, quantity=QUANTITY, unit_price=PRICE, amount=LINE * 1.19))
    assert revenue(found) == pytest.approx(LINE)
    assert codes(found) == ["amount_with_tax"]


@pytest.mark.parametrize("spread", [repeated, first_only])
def test_a_total_of_orders_is_counted_once(spread):
    found = lines(Figures(OF, order_total=spread(TOTALS)))
    assert OF.sums(revenue(found)) == pytest.approx(TOTALS)
    assert codes(found) == ["order_total_parted"]


def test_an_amount_that_all_rows_of_an_order_repeat_is_its_total():
    found = lines(Figures(OF, quantity=QUANTITY, unit_price=PRICE, amount=repeated(TOTALS)))
    assert revenue(found) == pytest.approx(LINE)
    alone = lines(Figures(OF, amount=repeated(TOTALS)))
    assert OF.sums(revenue(alone)) == pytest.approx(TOTALS)
    assert "order_total_repeated" in codes(alone)


def test_prices_that_add_up_to_the_total_are_those_of_lines():
    totals = repeated(TOTALS)
    found = lines(Figures(OF, quantity=QUANTITY, unit_price=LINE, order_total=totals))
    assert revenue(found) == pytest.approx(LINE)
    other = lines(Figures(OF, quantity=QUANTITY, unit_price=PRICE, order_total=totals))
    assert revenue(other) == pytest.approx(LINE)
    assert not other.remarks


def test_totals_are_explained_by_tax_shipping_and_discount():
    shipping, off = np.full(4, 4.9), np.array([0, 2.0, 0, 3.0])
    totals = repeated(TOTALS + shipping - off)
    figures = Figures(
        OF,
        quantity=QUANTITY,
        unit_price=PRICE,
        order_total=totals,
        shipping=repeated(shipping),
        order_discount=repeated(off),
    )
    found = lines(figures)
    assert OF.sums(revenue(found)) == pytest.approx(TOTALS - off)
    assert codes(found) == ["discounts_taken"]
    unexplained = lines(figures._replace(order_total=totals * np.linspace(1, 3, 8)[OF.of]))
    assert "total_disagrees" in codes(unexplained)


def test_prices_that_grow_with_quantities_are_those_of_lines():
    random = np.random.default_rng(1)
    products = random.integers(0, 5, 400)
    quantity = random.integers(1, 6, 400).astype(float)
    price = np.array([3.0, 8, 20, 55, 1.5])[products]
    orders = Orders(np.arange(400))
    of_lines = lines(
        Figures(orders, products=products, quantity=quantity, unit_price=price * quantity)
    )
    assert revenue(of_lines) == pytest.approx(price * quantity)
    assert codes(of_lines) == ["price_is_of_line"]
    of_pieces = lines(Figures(orders, products=products, quantity=quantity, unit_price=price))
    assert of_pieces.unit_price is price


@pytest.mark.parametrize("sign", [1, -1])
def test_discounts_lower_lines_or_orders(sign):
    off = np.array([0, 1.0, 0, 5.0, 0, 0, 0.5, 0])
    of_lines = lines(Figures(OF, quantity=QUANTITY, unit_price=PRICE, discount=sign * off))
    assert revenue(of_lines) == pytest.approx(LINE - off)
    by_order = np.array([2.0, 0, 1.0, 3.0])
    of_orders = lines(
        Figures(OF, quantity=QUANTITY, unit_price=PRICE, discount=sign * repeated(by_order))
    )
    assert OF.sums(revenue(of_orders)) == pytest.approx(TOTALS - by_order)


def test_a_discount_may_be_a_share_and_already_taken():
    share = np.array([0, 0.1, 0.25, 0, 0, 0.2, 0, 0.15])
    found = lines(Figures(OF, quantity=QUANTITY, unit_price=PRICE, discount=share))
    assert revenue(found) == pytest.approx(LINE * (1 - share))
    taken = lines(
        Figures(
            OF,
            quantity=QUANTITY,
            unit_price=PRICE,
            discount=share,
            amount=(LINE * (1 - share)).round(2),
        )
    )
    assert revenue(taken) == pytest.approx(LINE * (1 - share), abs=0.006)
    assert not taken.remarks


def test_a_refunded_amount_lowers_its_order_and_never_below_nothing():
    refunded = np.array([3.0, 0, 1_000.0, 0])
    found = lines(Figures(OF, quantity=QUANTITY, unit_price=PRICE, refunded=repeated(refunded)))
    assert OF.sums(revenue(found)) == pytest.approx(np.maximum(TOTALS - refunded, 0))
    assert codes(found) == ["refunds_taken"]


def test_lines_of_no_piece_bring_nothing():
    found = lines(Figures(OF, quantity=np.zeros(8), unit_price=PRICE, discount=np.ones(8)))
    assert np.nan_to_num(revenue(found)).sum() == 0
