"""Returns: which order each took back, and which of them are unusual and why."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.base.wording import number, percent
from pipeline.sales.ledger import Ledger
from pipeline.trade_settings import SalesSettings

MOST_PAIRS = 5_000
"""Pairs that are kept beside the unusual ones, those of most money."""
TIMES_SHARE = 3.0
LARGE, QUICK, REPEATED = "large", "quick", "repeated"
MINUTE = np.timedelta64(1, "m")
WHOLE = 0.999
"""Share of an order's value from which on it was taken back whole."""


class Returns(NamedTuple):
    """Pairs of purchase and cancellation, and the share returned by customer."""

    pairs: pd.DataFrame
    customers: pd.DataFrame


def returns(book: Ledger, settings: SalesSettings) -> Returns:
    """Give pairs of an order and what took it back, and what each customer returned.

    `pairs` has one row per order, cancellation and day: the unusual ones and those of most
    money. `customers` has the gross value, what came back and the share, by `customer_id`.
    """
    customers = _customers(book)
    if not len(book.returned.line):
        return Returns(pd.DataFrame(), customers)
    return_pairs = _reasoned(_pairs(book), customers, settings)
    return_pairs = return_pairs.sort_values(
        ["value", "purchase", "cancellation"],
        ascending=[False, True, True],
        ignore_index=True,
    )
    kept_pairs = return_pairs[
        (return_pairs.index < MOST_PAIRS) | (return_pairs["reasons"] != "")
    ].reset_index(drop=True)
    kept_pairs = kept_pairs.assign(position=range(len(kept_pairs)))
    return Returns(
        kept_pairs.assign(reasons=kept_pairs["reasons"].replace("", None)), customers
    )


def _pairs(book: Ledger) -> pd.DataFrame:
    line, back = book.returned.line, book.returned
    order = book.order[line]
    events = pd.DataFrame(
        {
            "order": order,
            "cancellation": pd.Series(back.invoice, dtype=object),
            "cancelled_at": back.when,
            "value": back.value,
            "pieces": back.pieces,
            "product": book.product.codes[line],
        }
    )
    cancellations = events.groupby(["order", "cancellation", "cancelled_at"], dropna=False).agg(
        value=("value", "sum"),
        pieces=("pieces", "sum"),
        lines=("product", "size"),
        product=("product", "first"),
        products=("product", "nunique"),
    )
    cancellations = cancellations.reset_index()
    number_of = cancellations["order"].to_numpy()
    gross = np.bincount(book.order, weights=book.value, minlength=len(book.orders.when))
    customer = book.orders.customer[number_of]
    at = book.orders.when[number_of]
    names = np.append(book.product.names, np.array([None], dtype=object))
    product = np.where(cancellations["products"] == 1, cancellations["product"], -1)
    return cancellations.assign(
        customer_id=np.append(book.customer.names, np.array([None], dtype=object))[customer],
        purchase=book.invoice.names[book.orders.invoice[number_of]],
        product=names[product],
        purchased_at=at,
        minutes=(cancellations["cancelled_at"].to_numpy() - at) / MINUTE,
        share=(cancellations["value"].to_numpy() / np.maximum(gross[number_of], 1e-9)).clip(
            0, 1
        ),
    ).drop(columns=["order", "products"])


def _customers(book: Ledger) -> pd.DataFrame:
    """One row per known customer, with what they bought and what of it came back."""
    is_known = book.customer.codes >= 0
    codes, many = book.customer.codes[is_known], len(book.customer.names)
    gross = np.bincount(codes, weights=book.value[is_known], minlength=many)
    back = np.bincount(codes, weights=book.back[is_known], minlength=many)
    touched = pd.unique(book.order[book.returned.line])
    touched = touched[book.orders.customer[touched] >= 0]
    times = np.bincount(book.orders.customer[touched], minlength=many)
    share = np.divide(back, gross, out=np.zeros(many), where=gross > 0).round(6)
    has_lines = np.bincount(codes, minlength=many) > 0
    return pd.DataFrame(
        {
            "customer_id": book.customer.names,
            "gross": gross,
            "returned": back,
            "returned_share": share,
            "returned_orders": times,
        }
    )[has_lines].reset_index(drop=True)


def _reasoned(
    pairs: pd.DataFrame, customers: pd.DataFrame, settings: SalesSettings
) -> pd.DataFrame:
    middle = float(pairs["value"].median())
    whole = float(customers["returned"].sum() / max(customers["gross"].sum(), 1e-9))
    of_customer = customers.set_index("customer_id").reindex(pairs["customer_id"])
    times = pairs["value"].to_numpy() / max(middle, 1e-9)
    share = of_customer["returned_share"].fillna(0).to_numpy()
    orders = of_customer["returned_orders"].fillna(0).to_numpy()
    large = times >= settings.large_return
    quick = (pairs["minutes"] <= settings.quick_minutes) & (pairs["share"] >= WHOLE)
    repeated = (orders >= settings.repeated_returns) & (share >= TIMES_SHARE * whole)
    words = [
        "; ".join(
            _words(
                times=times[place] if large[place] else None,
                minutes=pairs["minutes"].iloc[place] if quick.iloc[place] else None,
                repeated=(int(orders[place]), share[place]) if repeated[place] else None,
            )
        )
        if large[place] or quick.iloc[place] or repeated[place]
        else ""
        for place in range(len(pairs))
    ]
    return pairs.assign(
        is_large=large, is_quick=quick.to_numpy(), is_repeated=repeated, reasons=words
    )


def _words(
    *, times: float | None, minutes: float | None, repeated: tuple[int, float] | None
) -> Iterator[str]:
    if times is not None:
        yield f"large: {number(times)} times the middle return"
    if minutes is not None:
        yield f"quick: the whole order came back after {_after(minutes)}"
    if repeated is not None:
        orders, share = repeated
        yield (
            f"repeated: this customer returned from {orders:,} orders,"
            f" {percent(share)} of what was bought"
        )


def _after(minutes: float) -> str:
    whole = round(minutes)
    return (
        "less than a minute" if whole == 0 else "1 minute" if whole == 1 else f"{whole} minutes"
    )
