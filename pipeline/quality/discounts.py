"""Lines of an order that lower the others: discounts booked as lines of their own."""

import re

import numpy as np
import pandas as pd

DISCOUNT = re.compile(
    r"discount|coupon|voucher|promo|rabatt|gutschein|nachlass|skonto|remise|réduction|rabais"
    r"|descuento|cupón|sconto|buono|desconto|cupom|korting|rabat|zniżk|скидк|купон|indirim|iskonto"
    r"|折扣|优惠|優惠|値引|割引|クーポン|할인",
    re.IGNORECASE,
)


def discount_lines(lines: pd.DataFrame) -> pd.Series:
    """Mark lines with negative money whose order has others that they lower.

    Their product or description says that they are a discount; a cancelled order has none.
    """
    money = lines["quantity"] * lines["unit_price"]
    marked = (money < 0) & (_says(lines["product"]) | _says(lines["description"]))
    if not marked.any():
        return marked
    other_money = money.where(~marked & (money > 0), 0.0)
    whole = other_money.groupby(lines["invoice"], observed=True).transform("sum")
    return marked & (whole.fillna(0.0) > 0)


def lowered(purchases: pd.DataFrame, discounts: pd.DataFrame) -> pd.Series:
    """Give the part of each purchase that is left after its order's discounts, 0 to 1."""
    if discounts.empty:
        return pd.Series(1.0, index=purchases.index)
    off = -(discounts["quantity"] * discounts["unit_price"])
    by_order = off.groupby(discounts["invoice"].astype(str)).sum()
    orders = purchases["invoice"].astype(str)
    whole = (purchases["quantity"] * purchases["unit_price"]).groupby(orders).transform("sum")
    order_discount = orders.map(by_order).fillna(0.0)
    share_left: pd.Series = 1 - (order_discount / whole).clip(upper=1.0)
    return share_left.where(whole > 0, 1.0)


def _says(words: pd.Series) -> pd.Series:
    if not isinstance(words.dtype, pd.CategoricalDtype):
        words = words.astype("category")
    is_discount = np.array(
        [bool(DISCOUNT.search(str(word))) for word in words.cat.categories], bool
    )
    codes = words.cat.codes.to_numpy()
    return pd.Series(np.append(is_discount, 0).astype(bool)[codes], index=words.index)
