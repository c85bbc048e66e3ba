"""Rows that give money back: whose it is, and what they are a part of."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.sources.layouts.declared import Layout
from pipeline.sources.layouts.row_rules import NO_SALE, Marks
from pipeline.sources.layouts.sheet import Header, Sheet, Texts
from pipeline.sources.orders.fields import CUSTOMERS
from pipeline.sources.orders.meaning import GivenBack
from pipeline.sources.orders.statuses import status_of

OF_LINES = ("product", "description")


def given_back(
    sheet: Sheet, layout: Layout, header: Header, refunds: Marks, statuses: Texts
) -> GivenBack:
    """Give refunds the customer and product of the order that they name.

    A refund of an order that is out by its own status takes nothing back once more: `statuses`
    is changed in place to say that it is no sale.
    """
    of_row = _named_orders(sheet, header.first(layout.refunds.order), refunds)
    named = np.flatnonzero(of_row >= 0)
    is_out = [bool(word) and status_of(word) is not None for word in statuses[of_row[named]]]
    gone = named[np.array(is_out, dtype=bool)]
    statuses[gone] = NO_SALE
    _set_apart(sheet, named, of_row)
    _take_over(sheet, named, of_row, header.first(layout.refunds.customer), refunds)
    rows = refunds.copy()
    rows[gone] = False
    return GivenBack(rows, of_row)


def _named_orders(sheet: Sheet, column: str | None, refunds: Marks) -> npt.NDArray[np.int64]:
    """Give the first row of the order that each refund names, -1 where it names none."""
    of_row = np.full(sheet.rows, -1, dtype=np.int64)
    if column is None or "invoice" not in sheet.columns:
        return of_row
    bought = pd.Series(sheet.of_field("invoice"))[~refunds].dropna().drop_duplicates()
    rows = pd.Series(bought.index.to_numpy(), index=bought.to_numpy())
    of_row[refunds] = pd.Series(sheet.texts(column))[refunds].map(rows).fillna(-1).to_numpy()
    return of_row


def _set_apart(
    sheet: Sheet, named: npt.NDArray[np.int64], of_row: npt.NDArray[np.int64]
) -> None:
    """Give refunds that stand under the number of their order one of their own."""
    if not len(named):
        return
    numbers = sheet.of_field("invoice").copy()
    within = named[numbers[named] == numbers[of_row[named]]]
    numbers[within] = [f"{numbers[row]} refunded" for row in within]
    sheet.put("invoice", numbers)


def _take_over(
    sheet: Sheet,
    named: npt.NDArray[np.int64],
    of_row: npt.NDArray[np.int64],
    customer: str | None,
    refunds: Marks,
) -> None:
    """Put the customer of an order into its refunds, and the product where it has but one."""
    orders = sheet.orders()
    rows_of = pd.Series(orders).map(pd.Series(orders).value_counts()).to_numpy()
    several = named[rows_of[of_row[named]] > 1]
    alone = refunds & (of_row < 0)
    for field in (*CUSTOMERS, *OF_LINES):
        if not sheet.has_column(field):
            continue
        texts = sheet.of_field(field).copy()
        texts[named] = texts[of_row[named]]
        if field in OF_LINES:
            texts[several] = None
        if field == "email" and customer is not None:
            texts[alone] = sheet.texts(customer)[alone]
        sheet.put(field, texts)
