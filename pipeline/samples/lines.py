"""The rows of the made-up shop's export, written from the ledger block by block."""

import itertools
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.samples.catalogue import COUNTRIES, DISCOUNT, POST, POST_PRICE, Catalogue
from pipeline.samples.draws import Flags, Longs
from pipeline.samples.ledger import Floats, Invoices, Kind, Ledger, ledger
from pipeline.samples.settings import ShopSettings

COLUMNS = pa.schema(
    [
        ("InvoiceNo", pa.string()),
        ("StockCode", pa.string()),
        ("Description", pa.string()),
        ("Quantity", pa.int64()),
        ("InvoiceDate", pa.timestamp("s")),
        ("UnitPrice", pa.float64()),
        ("CustomerID", pa.string()),
        ("Country", pa.string()),
        ("Category", pa.string()),
    ]
)

CHUNK_ROWS = 200_000
_BLOCK_ROWS = 150_000  # about; part of what makes the rows, so not a setting
_FIRST_INVOICE = 400_001
_FIRST_CUSTOMER = 10_001


class Role(IntEnum):
    """What a row is."""

    PRODUCT = 0
    DUPLICATE = 1
    FEE = 2


class Rows(NamedTuple):
    """Rows of the export as numbers, one element each.

    Parameters
    ----------
    invoice : position of the invoice in the ledger.
    code : index into the catalogue's codes; a product's is its place in the catalogue.
    description : index into the catalogue's descriptions, -1 missing.
    quantity : pieces, below 0 where taken back.
    price : unit price, in money.
    role : a `Role`.
    """

    invoice: Longs
    code: Longs
    description: Longs
    quantity: Longs
    price: Floats
    role: Longs

    def take(self, which: Longs | Flags) -> "Rows":
        """Keep the rows `which`."""
        return Rows._make(column[which] for column in self)


def made_up_lines(
    settings: ShopSettings, *, chunk_rows: int = CHUNK_ROWS
) -> Iterator[pa.Table]:
    """Write the order lines of a made-up shop, in the order of time.

    Yields tables of `chunk_rows` rows (the last one fewer) with the columns `COLUMNS`, prices
    in `CURRENCY`, times of the shop to the minute. The rows do not depend on `chunk_rows`.
    """
    return lines_of(ledger(settings), chunk_rows=chunk_rows)


def lines_of(shop: Ledger, *, chunk_rows: int = CHUNK_ROWS) -> Iterator[pa.Table]:
    """Write the order lines of a shop whose ledger is at hand; see `made_up_lines`."""
    return _sliced((_table(shop, rows) for rows in blocks(shop)), chunk_rows)


def _sliced(tables: Iterable[pa.Table], rows: int) -> Iterator[pa.Table]:
    buffer = COLUMNS.empty_table()
    for table in tables:
        buffer = pa.concat_tables([buffer, table])
        while len(buffer) >= rows:
            yield buffer.slice(0, rows).combine_chunks()
            buffer = buffer.slice(rows)
    if len(buffer):
        yield buffer.combine_chunks()


def blocks(shop: Ledger) -> Iterator[Rows]:
    """Write all rows as numbers, some hundred thousand at a time.

    A cancellation takes back lines of an earlier purchase; they wait in memory from the block
    of the purchase until that of the cancellation.
    """
    invoices = shop.invoices
    reversal = np.full(len(invoices.kind), -1, dtype=np.int32)
    taking = np.flatnonzero(invoices.source >= 0)
    reversal[invoices.source[taking]] = taking
    starts = _starts(invoices)
    waiting: Rows | None = None
    for number, (start, end) in enumerate(itertools.pairwise(starts)):
        rng = np.random.default_rng([shop.settings.seed, 4, number])
        block = invoices.take(slice(start, end))
        bought = _moved(_purchases(rng, shop, block, reversal[start:end] >= 0), start)
        reversed_rows = _taken_back(rng, invoices, bought, reversal)
        waiting = reversed_rows if waiting is None else _joined([waiting, reversed_rows])
        due = waiting.invoice < end
        parts = [
            bought,
            waiting.take(due),
            _moved(_others(rng, shop, block), start),
            _moved(_fees(rng, shop, block), start),
        ]
        waiting = waiting.take(~due)
        rows = _joined(parts)
        yield rows.take(np.argsort(rows.invoice, kind="stable"))


def _starts(invoices: Invoices) -> list[int]:
    """Cut the ledger where about `_BLOCK_ROWS` rows are full."""
    ends = np.cumsum(invoices.rows, dtype=np.int64)
    cuts = np.searchsorted(ends, np.arange(_BLOCK_ROWS, ends[-1], _BLOCK_ROWS)) + 1
    return [0, *np.unique(cuts[cuts < len(ends)]).tolist(), len(ends)]


def _joined(parts: list[Rows]) -> Rows:
    return Rows._make(np.concatenate(column) for column in zip(*parts, strict=True))


def _moved(rows: Rows, start: int) -> Rows:
    return rows._replace(invoice=rows.invoice + start)


def _purchases(
    rng: np.random.Generator, shop: Ledger, block: Invoices, reversed_later: Flags
) -> Rows:
    """Fill baskets: products by popularity, none twice, in quantities that make the value."""
    which = np.flatnonzero(block.kind <= Kind.ANONYMOUS)
    lines = block.lines[which].astype(np.int64)
    invoice = np.repeat(which, lines)
    begins, basket = np.cumsum(lines) - lines, np.repeat(np.arange(len(which)), lines)
    place = np.arange(len(invoice)) - begins[basket]
    product = _different(rng, shop.catalogue, place, lines[basket], basket)
    value = block.value[which].astype(np.float64)
    quantity, price = _priced(rng, shop.catalogue, product, value, basket)
    free = ~reversed_later[invoice] & (
        rng.random(len(invoice)) < shop.settings.quirks.zero_price
    )
    rows = Rows(
        invoice=invoice,
        code=product,
        description=_described(rng, shop, product),
        quantity=quantity,
        price=np.where(free, 0.0, price),
        role=np.full(len(invoice), Role.PRODUCT, dtype=np.int64),
    )
    again = np.repeat(which, block.duplicates[which])
    choice = np.repeat(begins, block.duplicates[which]) + (
        rng.random(len(again)) * block.lines[again]
    ).astype(np.int64)
    twice = rows.take(choice)._replace(
        role=np.full(len(again), Role.DUPLICATE, dtype=np.int64),
    )
    return _joined([rows, twice])


def _different(
    rng: np.random.Generator, goods: Catalogue, place: Longs, many: Longs, basket: Longs
) -> Longs:
    """Draw one product from each of the `many` equal slices of popularity, none twice.

    `place` is the line's place in its basket. Slices keep the products' shares; where two
    lines of a basket meet the same product, the later one gives way to the next product.
    """
    within = (place + rng.random(len(place))) / many
    drawn = np.searchsorted(goods.popularity, within, side="right").astype(np.int64)
    apart = basket * (4 * goods.products)
    rising = np.maximum.accumulate(drawn - place + apart) - apart + place
    return np.asarray(np.minimum(rising, goods.products - many + place))


def _priced(
    rng: np.random.Generator,
    goods: Catalogue,
    product: Longs,
    value: Floats,
    basket: Longs,
) -> tuple[Longs, Floats]:
    """Find whole quantities, at least 1, that make a basket's value, and the prices they go at.

    Parameters
    ----------
    product, basket : of each line; baskets are numbered from 0 and stand one after the other.
    value : of each basket.
    """
    if not len(basket):
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    begins = np.flatnonzero(np.diff(basket, prepend=-1))
    weight = rng.standard_gamma(2.0, len(product))
    part = weight * (value / np.add.reduceat(weight, begins))[basket]
    dozens = goods.bulk_from[product]
    bulk = part >= dozens * goods.bulk_price[product]
    price = np.where(bulk, goods.bulk_price[product], goods.price[product])
    pieces = np.floor(part / price + rng.random(len(part))).astype(np.int64)
    quantity = np.maximum(pieces, np.where(bulk, dozens, 1))
    # Rounding leaves a remainder: the cheapest line of each basket, bulk goods apart, takes it.
    remainder = value - np.add.reduceat(quantity * price, begins)
    single = np.where(dozens > 1, np.inf, price)
    least = np.minimum.reduceat(single, begins)
    cheapest = np.flatnonzero(single == least[basket])
    cheapest = cheapest[np.diff(basket[cheapest], prepend=-1) > 0]
    more = np.rint(remainder / least)[basket[cheapest]].astype(np.int64)
    quantity[cheapest] = np.maximum(quantity[cheapest] + more, 1)
    return quantity, price


def _described(rng: np.random.Generator, shop: Ledger, product: Longs) -> Longs:
    quirks, luck = shop.settings.quirks, rng.random(len(product))
    blank = luck > 1 - quirks.outer_blanks
    described = product + np.where(blank, shop.catalogue.products, 0)
    return np.where(rng.random(len(product)) < quirks.no_description, -1, described)


def _taken_back(
    rng: np.random.Generator, invoices: Invoices, bought: Rows, reversal: NDArray[np.int32]
) -> Rows:
    """Choose what the later cancellations and returns of these purchases take back."""
    rows = bought.take((reversal[bought.invoice] >= 0) & (bought.role == Role.PRODUCT))
    order = np.lexsort([rng.random(len(rows.invoice)), rows.invoice])
    rows = rows.take(order)
    begins = np.flatnonzero(np.diff(rows.invoice, prepend=-1))
    sizes = np.diff(begins, append=len(order))
    rank = np.arange(len(order)) - np.repeat(begins, sizes)
    event = reversal[rows.invoice].astype(np.int64)
    part = np.ceil(rng.random(len(order)) * (rows.quantity - 1)).astype(np.int64)
    full = invoices.whole[event] | (rng.random(len(order)) < 0.6) | (part < 1)
    quantity = -np.where(full, rows.quantity, part)
    return rows._replace(invoice=event, quantity=quantity).take(rank < invoices.lines[event])


def _others(rng: np.random.Generator, shop: Ledger, block: Invoices) -> Rows:
    """Write the invoices of one line: unmatched cancellations, discounts and write-offs."""
    goods = shop.catalogue
    which = np.flatnonzero(block.kind >= Kind.UNMATCHED)
    kind, n = block.kind[which], len(which)
    product = np.searchsorted(goods.popularity, rng.random(n), side="right").astype(np.int64)
    discount, lost = kind == Kind.DISCOUNT, kind == Kind.WRITE_OFF
    reason = np.where(rng.random(n) < 0.5, rng.integers(*goods.write_off_descriptions, n), -1)
    price = np.where(
        discount, np.round(rng.gamma(2.0, 8.0, n) + 0.5, 2), goods.former_price[product]
    )
    pieces = np.where(
        lost, rng.geometric(0.05, n), np.where(discount, 1, rng.geometric(0.2, n))
    )
    return Rows(
        invoice=which,
        code=np.where(discount, goods.products + DISCOUNT, product),
        description=np.where(
            lost, reason, np.where(discount, goods.first_fee_description + DISCOUNT, product)
        ),
        quantity=-pieces,
        price=np.where(lost, 0.0, price),
        role=np.where(discount, Role.FEE, Role.PRODUCT).astype(np.int64),
    )


def _fees(rng: np.random.Generator, shop: Ledger, block: Invoices) -> Rows:
    goods = shop.catalogue
    which = np.flatnonzero(block.fee >= 0)
    fee, n = block.fee[which].astype(np.int64), len(which)
    post = fee == POST
    return Rows(
        invoice=which,
        code=goods.products + fee,
        description=goods.first_fee_description + fee,
        quantity=np.where(post, rng.integers(1, 4, n), 1),
        price=np.where(post, POST_PRICE, np.round(rng.gamma(2.0, 7.0, n) + 0.5, 2)),
        role=np.full(n, Role.FEE, dtype=np.int64),
    )


def _table(shop: Ledger, rows: Rows) -> pa.Table:
    """Print rows as an export does; they are whole invoices, one after the other."""
    goods, start = shop.catalogue, int(rows.invoice[0])
    block = shop.invoices.take(slice(start, int(rows.invoice[-1]) + 1))
    invoice = pa.array(rows.invoice - start)
    midnight = np.datetime64(shop.calendar.first, "s")
    dates = midnight + (block.minute[rows.invoice - start].astype(np.int64) * 60)
    return pa.table(
        [
            invoice_numbers(shop, start, start + len(block.kind)).take(invoice),
            goods.codes.take(pa.array(rows.code)),
            goods.descriptions.take(pa.array(rows.description, mask=rows.description < 0)),
            pa.array(rows.quantity),
            pa.array(dates),
            pa.array(rows.price),
            customer_ids(block.customer).take(invoice),
            _countries(shop, block).take(invoice),
            goods.categories.take(pa.array(rows.code)),
        ],
        schema=COLUMNS,
    )


def invoice_numbers(shop: Ledger, start: int, end: int) -> pa.Array:
    """Return the numbers of the invoices at `start` to before `end`, as strings."""
    kind = shop.invoices.kind[start:end]
    prefixed = (kind == Kind.CANCELLATION) | (kind == Kind.UNMATCHED) | (kind == Kind.DISCOUNT)
    number = pc.cast(pa.array(np.arange(start, end) + _FIRST_INVOICE), pa.string())
    prefix = pa.array(["", "C"]).take(pa.array(prefixed.astype(np.int8)))
    return pc.binary_join_element_wise(prefix, number, "")


def customer_ids(customer: NDArray[np.integer[Any]]) -> pa.Array:
    """Name customers by their index, as strings; null where it is below 0."""
    number = pa.array(customer.astype(np.int64) + _FIRST_CUSTOMER, mask=customer < 0)
    return pc.cast(number, pa.string())


def _countries(shop: Ledger, block: Invoices) -> pa.Array:
    people = shop.customers
    home = np.zeros(len(block.kind), dtype=np.int64)
    named = block.customer >= 0
    who = block.customer[named]
    home[named] = np.where(block.later[named], people.later_country[who], people.country[who])
    return pa.array(COUNTRIES).take(pa.array(home))
