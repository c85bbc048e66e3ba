"""What an order brings as a whole, out of its subtotal, discount, tax, shipping and total."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.sources.orders import agreement
from pipeline.sources.orders.agreement import Numbers, Orders
from pipeline.sources.telling.remarks import Remark, note, warning

MOSTLY = 0.95
HALF = 0.5


class Whole(NamedTuple):
    """Money of orders, one an order; null as nan, None where there is no column."""

    subtotal: Numbers | None = None
    discount: Numbers | None = None
    tax: Numbers | None = None
    shipping: Numbers | None = None
    total: Numbers | None = None


class Net(NamedTuple):
    """What orders bring without discounts, tax and shipping, and what they would before them.

    Where nothing tells discounts, `gross` is null: lines may be dearer than their order.
    """

    net: Numbers
    gross: Numbers
    remarks: tuple[Remark, ...] = ()


def net_of_subtotals(whole: Whole, subtotal: Numbers, *, after: bool) -> Net:
    """Tell by totals whether discounts are out of subtotals, else as `after` says."""
    if whole.discount is None:
        return Net(subtotal, np.full(len(subtotal), np.nan))
    off = np.abs(np.nan_to_num(whole.discount))
    if not off.any():
        return Net(subtotal, subtotal)
    is_after, remarks = _told_by_totals(whole, subtotal, off, after=after)
    if is_after:
        return Net(subtotal, subtotal + off, remarks)
    return Net(np.maximum(subtotal - off, 0), subtotal, remarks)


def net_of_totals(whole: Whole, total: Numbers) -> Net:
    """Take tax and shipping off totals, where they stand apart; a refund is below 0."""
    extra_by_name = {"tax": whole.tax, "shipping": whole.shipping}
    apart = [extra for extra in extra_by_name.values() if extra is not None]
    remainder = np.abs(total)
    for extra in apart:
        remainder = np.maximum(remainder - np.abs(np.nan_to_num(extra)), 0)
    within = [name for name, extra in extra_by_name.items() if extra is None]
    remarks = (
        note(
            "totals_only",
            f"Only what was paid in all is in it: {' and '.join(within)}"
            f" can't be told from it and count{'s' * (len(within) == 1)} as revenue.",
            int(np.isfinite(total).sum()),
        ),
    )
    net = np.sign(total) * remainder
    return Net(net, net, remarks if within else ())


def parted(
    net: Net,
    orders: Orders,
    line: Numbers,
    weights: Numbers,
    otherwise: Numbers,
) -> tuple[Numbers, tuple[Remark, ...]]:
    """Part what orders bring over their lines, by what those are worth, else by `weights`.

    Orders whose net isn't known keep `otherwise`. Warns where lines add up to something else
    than their order.
    """
    worth = np.nan_to_num(line)
    whole = orders.sums(worth)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_worth = worth * (net.net / whole)[orders.of]
    by_weight = net.net[orders.of] * orders.shares(weights)
    money = np.where(whole[orders.of] > 0, by_worth, by_weight)
    money = np.where(np.isfinite(net.net)[orders.of], money, otherwise)
    off = np.isfinite(net.net) & (whole > 0)
    off &= ~(agreement.equal(whole, net.gross) | agreement.equal(whole, net.net))
    off &= np.isfinite(net.gross) | (whole < net.net)
    if off.sum() <= (1 - MOSTLY) * max(int((whole > 0).sum()), 1):
        return money, ()
    remark = warning(
        "total_disagrees",
        f"The lines of {int(off.sum()):,} orders don't add up to the order's subtotal, which is"
        " taken. Check which columns hold what was paid.",
        int(off[orders.of].sum()),
    )
    return money, (remark,)


def _told_by_totals(
    whole: Whole, subtotal: Numbers, off: Numbers, *, after: bool
) -> tuple[bool, tuple[Remark, ...]]:
    if whole.total is None:
        return after, ()
    some: npt.NDArray[np.bool_] = (off > 0) & np.isfinite(whole.total) & np.isfinite(subtotal)
    extra = _extras(whole, len(subtotal))
    fit_after = _fit(subtotal, extra, whole.total, some)
    fit_before = _fit(subtotal - off, extra, whole.total, some)
    if max(fit_after, fit_before) >= HALF and abs(fit_after - fit_before) > 1 - MOSTLY:
        return fit_after > fit_before, ()
    if not some.any() or whole.tax is None or whole.shipping is None:
        return after, ()
    remark = warning(
        "total_disagrees",
        "Subtotals, discounts, tax and shipping don't add up to the orders' totals; subtotals"
        f" are taken {'after' if after else 'before'} discounts. Check the columns.",
        int(some.sum()),
    )
    return after, (remark,)


def _extras(whole: Whole, many: int) -> list[Numbers]:
    """Give what may stand between subtotal and total: tax may be in prices already."""
    together = [np.zeros(many)]
    for extra in (whole.tax, whole.shipping):
        if extra is not None:
            together += [before + np.abs(np.nan_to_num(extra)) for before in together]
    return together


def _fit(
    base: Numbers, extra: list[Numbers], total: Numbers, some: npt.NDArray[np.bool_]
) -> float:
    return max(
        agreement.share_equal((base + addition)[some], total[some]) for addition in extra
    )
