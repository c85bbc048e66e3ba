"""What the money in a table of orders means: pieces and prices of lines, out of what is there.

A line's revenue is its quantity times its price, or its amount; an order's total is parted over
its lines. Which column is which is told by checking them against each other, as names alone
don't say whether a price is that of a piece or of a line, or whether a total is that of a line
or of its order.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.sources.orders import agreement, whole
from pipeline.sources.orders.agreement import Numbers, Orders
from pipeline.sources.orders.meaning import Meaning
from pipeline.sources.telling.remarks import Remark, note, warning

NEARLY_ALL = 0.99
MOSTLY = 0.95
HIGHEST_TAX = 1.3
"""A total that is at most so many times the price of its pieces may hold tax."""


class Figures(NamedTuple):
    """The numbers of a table of orders, one a row, null as nan; None where there is no column.

    `orders` numbers the order of each row, `products` its product, below 0 where none is named.
    `gross` says that the amount's name means before discounts, `in_all` that it means what was
    paid with tax and shipping. `meaning` is what a layout says
    of them: then nothing is told by how numbers agree, and `subtotal` is what the pieces of an
    order cost together.
    """

    orders: Orders
    products: npt.NDArray[np.int64] | None = None
    quantity: Numbers | None = None
    unit_price: Numbers | None = None
    amount: Numbers | None = None
    order_total: Numbers | None = None
    discount: Numbers | None = None
    order_discount: Numbers | None = None
    refunded: Numbers | None = None
    tax: Numbers | None = None
    shipping: Numbers | None = None
    subtotal: Numbers | None = None
    gross: bool = False
    meaning: Meaning | None = None
    in_all: bool = False


class Lines(NamedTuple):
    """What lines are worth: pieces, money a piece after discounts and refunds, remarks."""

    quantity: Numbers
    unit_price: Numbers
    remarks: tuple[Remark, ...]


class _Basis(NamedTuple):
    """Pieces and money of lines; `before` says that discounts are still in it.

    `as_written` says that money is the source's own quantity times its own price.
    """

    quantity: Numbers
    money: Numbers
    before: bool
    remarks: tuple[Remark, ...] = ()
    as_written: bool = False


def lines(figures: Figures) -> Lines:
    """Tell what each line is worth, in the source's own money.

    A negative amount is a return: its quantity is negative and its price is not.
    """
    figures, total_remarks = _totals_told_apart(_without_extras(figures))
    basis = _of_whole_orders(figures, _basis(figures))
    money, deduction_remarks = _lowered(figures, basis)
    if basis.as_written and money is basis.money and figures.unit_price is not None:
        return Lines(basis.quantity, figures.unit_price, (*total_remarks, *basis.remarks))
    quantity = np.where(basis.quantity == 0, np.nan, basis.quantity)
    if figures.amount is not None or figures.unit_price is None:
        returned = (money < 0) & (quantity > 0)
        quantity = np.where(returned, -quantity, quantity)
    with np.errstate(invalid="ignore", divide="ignore"):
        price = money / quantity
    price = np.where(np.isnan(price) & (basis.quantity == 0), _price_of_none(figures), price)
    return Lines(
        np.where(basis.quantity == 0, 0.0, quantity),
        price,
        (*total_remarks, *basis.remarks, *deduction_remarks),
    )


def _without_extras(figures: Figures) -> Figures:
    """Take tax and shipping off what was paid in all, where nothing else tells revenue."""
    apart = [extra for extra in (figures.tax, figures.shipping) if extra is not None]
    if not figures.in_all or figures.meaning or figures.unit_price is not None or not apart:
        return figures
    if figures.amount is not None and figures.order_total is not None:
        return figures
    whole = figures.amount if figures.amount is not None else figures.order_total
    if whole is None:
        return figures
    off = sum((np.abs(np.nan_to_num(extra)) for extra in apart), np.zeros(len(whole)))
    remainder = np.maximum(np.abs(whole) - off, 0)
    net = np.copysign(remainder, whole)
    if figures.amount is not None:
        return figures._replace(amount=net)
    return figures._replace(order_total=net)


def _price_of_none(figures: Figures) -> Numbers:
    """Give the price of lines of no piece, which bring nothing whatever it is."""
    if figures.unit_price is not None:
        return figures.unit_price
    return np.zeros(len(figures.orders.of))


def _totals_told_apart(figures: Figures) -> tuple[Figures, tuple[Remark, ...]]:
    """Take an amount that is the same in all rows of an order for the order's total."""
    if figures.meaning is not None:
        return figures, ()
    if figures.amount is None or not agreement.repeats(figures.amount, figures.orders):
        return figures, ()
    if figures.quantity is not None and figures.unit_price is not None:
        line = figures.quantity * figures.unit_price
        if agreement.share_equal(line, figures.amount) >= MOSTLY:
            return figures, ()
    total = figures.amount if figures.order_total is None else figures.order_total
    remark = note(
        "order_total_repeated",
        "The amount is the same in every row of an order, so it is taken for the order's total"
        " and counted once.",
        int(np.isfinite(figures.amount).sum()),
    )
    return figures._replace(amount=None, order_total=total), (remark,)


def _basis(figures: Figures) -> _Basis:
    if figures.unit_price is not None and figures.quantity is not None:
        return _of_pieces(figures, figures.quantity, figures.unit_price)
    if figures.amount is not None:
        return _of_amounts(figures, figures.amount)
    if figures.unit_price is not None:
        return _Basis(_ones(figures), figures.unit_price, before=True)
    if figures.order_total is not None:
        return _of_totals(figures, figures.order_total)
    if figures.subtotal is not None:
        return _of_totals(figures, figures.subtotal)
    nothing = np.full(len(figures.orders.of), np.nan)
    return _Basis(nothing, nothing, before=False)


def _of_whole_orders(figures: Figures, basis: _Basis) -> _Basis:
    """Have lines share what their order brings, where a layout says which columns tell that."""
    if figures.meaning is None:
        return basis
    net = _net_of_orders(figures)
    if net is None:
        return basis
    otherwise = _less(basis.money, figures) if basis.before else basis.money
    weights = np.abs(np.nan_to_num(basis.quantity))
    money, remarks = whole.parted(net, figures.orders, basis.money, weights, otherwise)
    if figures.amount is None and figures.unit_price is None:
        remarks = ()  # lines have no money of their own that could disagree
    return _Basis(
        basis.quantity, money, before=False, remarks=(*basis.remarks, *net.remarks, *remarks)
    )


def _net_of_orders(figures: Figures) -> whole.Net | None:
    meaning, orders = figures.meaning, figures.orders
    named = {
        "discount": figures.order_discount,
        "tax": figures.tax,
        "shipping": figures.shipping,
    }
    order_money = whole.Whole(
        total=None if figures.order_total is None else orders.first_of(figures.order_total),
        **{
            name: None if numbers is None else _by_order(figures, numbers)
            for name, numbers in named.items()
        },
    )
    if figures.subtotal is not None and meaning is not None:
        subtotal = orders.first_of(figures.subtotal)
        return whole.net_of_subtotals(order_money, subtotal, after=meaning.subtotal_after)
    if order_money.total is not None and figures.amount is None and figures.unit_price is None:
        return whole.net_of_totals(order_money, order_money.total)
    return None


def _ones(figures: Figures) -> Numbers:
    return np.ones(len(figures.orders.of))


def _of_amounts(figures: Figures, amount: Numbers) -> _Basis:
    quantity = figures.quantity if figures.quantity is not None else _ones(figures)
    quantity = np.where(np.isnan(quantity) | (quantity == 0), 1.0, quantity)
    return _Basis(quantity, amount, before=figures.gross)


def _of_totals(figures: Figures, total: Numbers) -> _Basis:
    """Part each order's total over its rows, by their quantities where there are any."""
    weights = figures.quantity if figures.quantity is not None else _ones(figures)
    weights = np.where(np.isfinite(weights) & (weights > 0), weights, 1.0)
    once = figures.orders.first_of(total)
    money = once[figures.orders.of] * figures.orders.shares(weights)
    rows = figures.orders.rows_of_several
    remarks = (
        note(
            "order_total_parted",
            "Only totals of orders are there; the rows of an order share it evenly by their"
            " quantities, so revenue by product is an estimate.",
            rows,
        ),
    )
    return _Basis(weights, money, before=False, remarks=remarks if rows else ())


def _of_pieces(figures: Figures, quantity: Numbers, price: Numbers) -> _Basis:
    """Decide between quantity times price and what else is there."""
    line = quantity * price
    several = np.abs(quantity) != 1
    if figures.meaning is not None:
        if figures.amount is not None:
            return _of_amounts(figures, figures.amount)
        return _Basis(quantity, line, before=True, as_written=True)
    if figures.amount is not None:
        return _of_pieces_and_amounts(figures, quantity, price, line, several)
    if figures.order_total is not None and several.any():
        if _told_by_totals(figures, price, line, figures.order_total):
            return _price_of_lines(quantity, price, several)
    elif _told_by_products(figures, quantity, price):
        return _price_of_lines(quantity, price, several)
    remarks: tuple[Remark, ...] = ()
    if figures.order_total is not None:
        remarks = _totals_explained(figures, line, figures.order_total)
    return _Basis(quantity, line, before=True, remarks=remarks, as_written=True)


def _of_pieces_and_amounts(
    figures: Figures,
    quantity: Numbers,
    price: Numbers,
    line: Numbers,
    several: npt.NDArray[np.bool_],
) -> _Basis:
    amount = figures.amount if figures.amount is not None else line
    if agreement.share_equal(line, amount) >= NEARLY_ALL:
        return _Basis(quantity, line, before=True, as_written=True)
    if agreement.share_equal(_less(line, figures), amount) >= NEARLY_ALL:
        return _Basis(quantity, amount, before=False)
    if several.any() and agreement.share_equal(price[several], amount[several]) >= NEARLY_ALL:
        return _price_of_lines(quantity, amount, several)
    ratio = agreement.common_ratio(amount, line)
    if ratio is not None and 1 < ratio <= HIGHEST_TAX:
        remark = note(
            "amount_with_tax",
            f"The amount is {ratio:.4g} times quantity × price, as with tax; quantity × price"
            " is taken.",
            len(line),
        )
        return _Basis(quantity, line, before=True, remarks=(remark,), as_written=True)
    differ = agreement.rows_that_differ(line, amount)
    remark = warning(
        "total_disagrees",
        f"Quantity × price disagrees with the amount in {differ:,} of {len(line):,} rows;"
        " the amount is taken. Check which column holds what was paid.",
        differ,
    )
    whole = np.where(np.isfinite(amount), amount, line)
    pieces = np.where(np.isnan(quantity) | (quantity == 0), 1.0, quantity)
    return _Basis(pieces, whole, before=figures.gross, remarks=(remark,))


def _price_of_lines(
    quantity: Numbers, money: Numbers, several: npt.NDArray[np.bool_]
) -> _Basis:
    remark = note(
        "price_is_of_line",
        "The price is that of a whole line, not of a piece: told by the totals, or by products"
        " that cost more the more of them were bought.",
        int(several.sum()),
    )
    pieces = np.where(np.isnan(quantity) | (quantity == 0), 1.0, quantity)
    return _Basis(pieces, money, before=True, remarks=(remark,))


def _told_by_totals(figures: Figures, price: Numbers, line: Numbers, total: Numbers) -> bool:
    """Say whether the prices of an order's rows add up to its total, and their lines don't."""
    once = figures.orders.first_of(total)
    by_price, by_line = figures.orders.sums(price), figures.orders.sums(line)
    extra = _extra(figures)
    fits_price = max(agreement.share_equal(by_price + addition, once) for addition in extra)
    fits_line = max(agreement.share_equal(by_line + addition, once) for addition in extra)
    return fits_price >= MOSTLY and fits_price > fits_line + 0.2


def _told_by_products(figures: Figures, quantity: Numbers, price: Numbers) -> bool:
    """Say whether a product's price grows with its quantity, as a line's total does."""
    if figures.products is None:
        return False
    return agreement.grows_with_quantity(figures.products, quantity, price)


def _extra(figures: Figures) -> list[Numbers]:
    """Give what may stand between an order's lines and its total: each alone and together."""
    zero = np.zeros(figures.orders.many)
    parts = {
        "tax": figures.tax,
        "shipping": figures.shipping,
        "discount": figures.discount,
        "order_discount": figures.order_discount,
    }
    amounts = {
        name: np.nan_to_num(_by_order(figures, part)) * (-1 if "discount" in name else 1)
        for name, part in parts.items()
        if part is not None and not agreement.are_shares(part)
    }
    together: list[Numbers] = [zero]
    for amount in amounts.values():
        together += [before + amount for before in together]
    return together


def _by_order(figures: Figures, values: Numbers) -> Numbers:
    """Give one number an order: once where its rows repeat it, else their sum."""
    values = np.abs(values)
    if agreement.is_of_orders(values, figures.orders):
        return np.nan_to_num(figures.orders.first_of(values))
    return figures.orders.sums(np.nan_to_num(values))


def _totals_explained(figures: Figures, line: Numbers, total: Numbers) -> tuple[Remark, ...]:
    """Warn where what is known of an order doesn't add up to its total."""
    once, by_line = figures.orders.first_of(total), figures.orders.sums(line)
    has_total = np.isfinite(once)
    best = max(
        _extra(figures), key=lambda addition: agreement.share_equal(by_line + addition, once)
    )
    off = has_total & ~agreement.equal(by_line + best, once)
    ratio = agreement.common_ratio(once[has_total], by_line[has_total])
    dearer = ratio is not None and 1 < ratio <= HIGHEST_TAX
    if not off.any() or off.sum() <= (1 - NEARLY_ALL) * has_total.sum() or dearer:
        return ()
    return (
        warning(
            "total_disagrees",
            f"The lines of {int(off.sum()):,} of {int(has_total.sum()):,} orders don't add up"
            " to the order's total; quantity × price is taken. Check which columns hold what"
            " was paid.",
            int(off[figures.orders.of].sum()),
        ),
    )


def _less(line: Numbers, figures: Figures) -> Numbers:
    """Take the discounts that are there off lines."""
    lowered = line
    if figures.discount is not None:
        lowered = _less_discount(lowered, figures.discount, figures.orders)
    if figures.order_discount is not None:
        lowered = _less_discount(lowered, figures.order_discount, figures.orders)
    return lowered


def _less_discount(line: Numbers, discount: Numbers, orders: Orders) -> Numbers:
    off = np.abs(np.nan_to_num(discount))
    if agreement.are_shares(discount):
        return line * (1 - np.minimum(off, 1))
    return _less_money(line, off, discount, orders)


def _less_money(line: Numbers, off: Numbers, deduction: Numbers, orders: Orders) -> Numbers:
    """Take money off lines, or by share off the lines of the order that it belongs to."""
    if agreement.is_of_orders(deduction, orders):
        of_order = np.nan_to_num(orders.first_of(np.abs(deduction)))
        off = of_order[orders.of] * orders.shares(np.maximum(np.nan_to_num(line), 0))
    return np.where(line > 0, np.maximum(line - off, 0), line)


def _dearer(line: Numbers, discount: Numbers, orders: Orders) -> int:
    """Count the rows whose discount, or that of their order, is more than what they cost."""
    if agreement.are_shares(discount):
        return 0
    off, cost = np.abs(np.nan_to_num(discount)), np.nan_to_num(line)
    if agreement.is_of_orders(discount, orders):
        off = np.nan_to_num(orders.first_of(np.abs(discount)))[orders.of]
        cost = orders.sums(np.maximum(cost, 0))[orders.of]
    return int(((cost > 0) & (off > cost + agreement.CENT)).sum())


def _lowered(figures: Figures, basis: _Basis) -> tuple[Numbers, tuple[Remark, ...]]:
    """Take discounts off where they are still in the money, and refunds off in any case."""
    money, remarks = basis.money, []
    if basis.before and (figures.discount is not None or figures.order_discount is not None):
        lower = _less(money, figures)
        rows = int((np.nan_to_num(lower) != np.nan_to_num(money)).sum())
        if rows:
            remarks.append(note("discounts_taken", "Discounts were taken off revenue.", rows))
        more = max(
            _dearer(money, discount, figures.orders)
            for discount in (figures.discount, figures.order_discount)
            if discount is not None
        )
        if figures.meaning is None and more > (1 - NEARLY_ALL) * len(money):
            remarks.append(
                warning(
                    "discount_exceeds",
                    f"The discount is more than what {more:,} rows cost: perhaps it is a"
                    " percentage or a code. Say with --map which column holds discounts.",
                    more,
                )
            )
        money = lower
    if figures.refunded is not None:
        off = np.abs(np.nan_to_num(figures.refunded))
        lower = _less_money(money, off, figures.refunded, figures.orders)
        rows = int((np.nan_to_num(lower) != np.nan_to_num(money)).sum())
        if rows:
            remarks.append(
                note("refunds_taken", "Refunded amounts were taken off revenue.", rows)
            )
        money = lower
    return money, tuple(remarks)
