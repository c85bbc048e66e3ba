"""What is true of the made-up shop and no export tells: who has left, what cancels what."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.samples.calendar import MINUTES_A_DAY, Calendar
from pipeline.samples.ledger import Invoices, Kind, Ledger, ledger
from pipeline.samples.lines import Role, Rows, blocks, customer_ids, invoice_numbers
from pipeline.samples.settings import ShopSettings

CUSTOMERS = pa.schema(
    [
        ("customer_id", pa.string()),
        ("archetype", pa.string()),
        ("orders_a_day", pa.float64()),
        ("drop_out_probability", pa.float64()),
        ("mean_spend", pa.float64()),
        ("first_order_on", pa.date32()),
        ("alive", pa.bool_()),
        ("dropped_out_on", pa.date32()),
        ("orders", pa.int64()),
        ("standing_orders", pa.int64()),
        ("net_revenue", pa.float64()),
    ]
)
CANCELLATIONS = pa.schema(
    [
        ("cancellation", pa.string()),
        ("cancelled_at", pa.timestamp("s")),
        ("purchase", pa.string()),
        ("purchased_at", pa.timestamp("s")),
        ("customer_id", pa.string()),
        ("stock_code", pa.string()),
        ("quantity", pa.int64()),
        ("unit_price", pa.float64()),
        ("kind", pa.string()),
    ]
)


def truth(settings: ShopSettings) -> pa.Table:
    """Tell what is true of each customer of a made-up shop.

    One row per customer with the columns `CUSTOMERS`. Rates are orders per day while a
    customer, averaged over the seasons; the drop-out probability holds after every order, the
    first included; money is in `CURRENCY`. `orders` counts purchase invoices, `standing_orders`
    those with a positive value once all cancellations of the span are taken off, `net_revenue`
    is the value of those: no exact duplicates, postage, fees or discounts, and unmatched
    cancellations not subtracted. `dropped_out_on` is null for those alive on the last day.
    """
    return truth_of(ledger(settings))


def cancellations(settings: ShopSettings) -> pa.Table:
    """Tell which purchase each cancelled or returned line takes back.

    One row per line with the columns `CANCELLATIONS`; `quantity` counts the pieces taken back,
    above 0; `kind` is cancellation, return (without the prefix `C`) or unmatched, whose
    `purchase` is null because it lies before the records begin. The purchase is the one that
    the cancellation was made from; where the customer has bought the same product at the same
    price again since, a later one fits as well.
    """
    return cancellations_of(ledger(settings))


def truth_of(shop: Ledger) -> pa.Table:
    """Tell what is true of each customer of a shop whose ledger is at hand; see `truth`."""
    people, invoices = shop.customers, shop.invoices
    named = ((invoices.kind == Kind.ORDER) | (invoices.kind == Kind.MISTAKE)) & (
        invoices.customer >= 0
    )
    who, many = invoices.customer[named], len(people.rate)
    net = _net(shop)[named]
    stands = net > 0
    first = np.full(many, invoices.minute.max(initial=0), dtype=np.int64)
    np.minimum.at(first, who, invoices.minute[named])
    gone = people.left_on >= 0
    left_minute = shop.calendar.minutes(np.maximum(people.left_on, 0))
    names = pa.array([kind.name for kind in shop.settings.archetypes])
    return pa.table(
        [
            customer_ids(np.arange(many)),
            names.take(pa.array(people.archetype)),
            pa.array(people.rate),
            pa.array(people.leaving),
            pa.array(people.spend),
            pa.array(_days(shop.calendar, first)),
            pa.array(~gone),
            pa.array(_days(shop.calendar, left_minute), mask=~gone),
            pa.array(np.bincount(who, minlength=many)),
            pa.array(np.bincount(who[stands], minlength=many)),
            pa.array(np.round(np.bincount(who, np.maximum(net, 0), many), 2)),
        ],
        schema=CUSTOMERS,
    )


def cancellations_of(shop: Ledger) -> pa.Table:
    """Tell what cancels what in a shop whose ledger is at hand; see `cancellations`."""
    invoices = shop.invoices
    reversals = [_reversals(invoices, rows) for rows in blocks(shop)]
    rows = Rows._make(np.concatenate(column) for column in zip(*reversals, strict=True))
    source = invoices.source[rows.invoice].astype(np.int64)
    missing = source < 0
    kinds = pa.array([kind.name.lower() for kind in Kind])
    numbers = invoice_numbers(shop, 0, len(invoices.kind))
    return pa.table(
        [
            numbers.take(pa.array(rows.invoice)),
            pa.array(_times(shop.calendar, invoices.minute[rows.invoice])),
            numbers.take(pa.array(source, mask=missing)),
            pa.array(_times(shop.calendar, invoices.minute[source]), mask=missing),
            customer_ids(invoices.customer[rows.invoice]),
            shop.catalogue.codes.take(pa.array(rows.code)),
            pa.array(-rows.quantity),
            pa.array(rows.price),
            kinds.take(pa.array(invoices.kind[rows.invoice].astype(np.int64))),
        ],
        schema=CANCELLATIONS,
    )


def _reversals(invoices: Invoices, rows: Rows) -> Rows:
    kind = invoices.kind[rows.invoice]
    return rows.take(
        (kind == Kind.CANCELLATION) | (kind == Kind.RETURN) | (kind == Kind.UNMATCHED)
    )


def _net(shop: Ledger) -> NDArray[np.float64]:
    """Value of each purchase invoice with all that was taken back from it taken off."""
    invoices = shop.invoices
    net = np.zeros(len(invoices.kind))
    for rows in blocks(shop):
        source = invoices.source[rows.invoice]
        bought = invoices.kind[rows.invoice] <= Kind.ANONYMOUS
        counted = rows.role == Role.PRODUCT
        counted &= bought | (source >= 0)
        to = np.where(bought, rows.invoice, source)[counted]
        np.add.at(net, to, (rows.quantity * rows.price)[counted])
    return np.round(net, 2)


def _days(calendar: Calendar, minutes: NDArray[np.integer[Any]]) -> NDArray[np.datetime64]:
    return np.datetime64(calendar.first, "D") + minutes // MINUTES_A_DAY


def _times(calendar: Calendar, minutes: NDArray[np.integer[Any]]) -> NDArray[np.datetime64]:
    return np.datetime64(calendar.first, "s") + minutes.astype(np.int64) * 60
