"""What is known of the rows of orders beforehand, so that figures needn't tell it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class GivenBack(NamedTuple):
    """Rows that give money back.

    rows : (n,) whether a row does.
    of_row : (n,) the first row of the order that it belongs to, -1 where none is named.
    """

    rows: npt.NDArray[np.bool_]
    of_row: npt.NDArray[np.int64]


class Meaning(NamedTuple):
    """What a layout says of a table of orders.

    `of_order` are numbers of the whole order, whether every row repeats them or one has them.
    `amount_before` and `subtotal_after` say whether discounts are still in amounts of lines,
    and already out of subtotals.
    """

    of_order: frozenset[str]
    amount_before: bool
    subtotal_after: bool
    given_back: GivenBack | None = None
