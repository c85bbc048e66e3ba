"""Every invoice of the made-up shop, in the order of time, before its lines are written.

The ledger fits in memory for any shop (about 30 bytes an invoice); the lines, of which there
are many more, are written from it block by block.
"""

import itertools
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.samples.calendar import MINUTES_A_DAY, Calendar, calendar
from pipeline.samples.catalogue import BANK, MANUAL, POST, Catalogue, catalogue
from pipeline.samples.customers import Customers, Orders, customers
from pipeline.samples.draws import Flags
from pipeline.samples.settings import ShopSettings

Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.floating[Any]]


class Kind(IntEnum):
    """What an invoice is."""

    ORDER = 0
    MISTAKE = 1
    ANONYMOUS = 2
    CANCELLATION = 3
    RETURN = 4
    UNMATCHED = 5
    DISCOUNT = 6
    WRITE_OFF = 7


class Invoices(NamedTuple):
    """Invoices, one element each.

    Parameters
    ----------
    kind : a `Kind`.
    customer : index of the customer, -1 where there is none.
    minute : minutes since the first midnight.
    lines : product lines, exact duplicates apart.
    duplicates : lines that occur once more.
    fee : index into `FEES` of the fee line, -1 without one.
    value : money that the lines of a purchase add up to, as nearly as whole pieces can.
    source : position of the purchase that a cancellation or return takes back, or -1.
    whole : whether it takes everything back.
    later : whether it names the customer's later country.
    """

    kind: Ints
    customer: Ints
    minute: Ints
    lines: Ints
    duplicates: Ints
    fee: Ints
    value: Floats
    source: Ints
    whole: Flags
    later: Flags

    @property
    def rows(self) -> Ints:
        """Rows that each invoice is written in."""
        return self.lines + self.duplicates + (self.fee >= 0)

    def take(self, which: Ints | Flags | slice) -> "Invoices":
        """Keep the invoices `which`; `source` stays as it is."""
        return Invoices._make(column[which] for column in self)


class Ledger(NamedTuple):
    """The whole shop but for the lines themselves."""

    settings: ShopSettings
    calendar: Calendar
    catalogue: Catalogue
    customers: Customers
    invoices: Invoices

    @property
    def rows(self) -> int:
        """How many rows the export has."""
        return int(self.invoices.rows.sum())


def ledger(settings: ShopSettings) -> Ledger:
    """Draw customers until the shop has its size, and put all invoices in the order of time."""
    days = calendar(settings.since, settings.days)
    people, named = _people(settings, days)
    rng = np.random.default_rng([settings.seed, 2])
    named = _joined([named, _answers(people, named, settings, days)])
    named = _joined([named, _mistakes(rng, named, settings)])
    anonymous = _without_customer(rng, int(named.rows.sum()), settings, days)
    return Ledger(
        settings, days, catalogue(settings), people, _in_order(_joined([named, *anonymous]))
    )


def _in_order(invoices: Invoices) -> Invoices:
    order = np.argsort(invoices.minute, kind="stable")
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    source = np.where(invoices.source >= 0, place[invoices.source], -1).astype(np.int32)
    return invoices._replace(source=source).take(order)


def _people(settings: ShopSettings, days: Calendar) -> tuple[Customers, Invoices]:
    """Draw batches and keep the first customers, as many as the size asks for."""
    people: list[Customers] = []
    invoices: list[Invoices] = []
    n_customers = rows = 0
    for number in itertools.count():
        rng = np.random.default_rng([settings.seed, 3, number])
        batch, orders = customers(rng, settings, days)
        theirs = _invoices(rng, batch, orders, settings, days)
        rows_by_customer = np.bincount(theirs.customer, theirs.rows, len(batch.rate)).astype(
            np.int64
        )
        keep, enough = _kept(rows_by_customer, settings, n_customers, rows)
        people.append(Customers._make(column[keep] for column in batch))
        invoices.append(_of_customers(theirs, keep, first=n_customers))
        n_customers += int(keep.sum())
        rows += int(rows_by_customer[keep].sum())
        if enough:
            break
    joined = (np.concatenate(column) for column in zip(*people, strict=True))
    return Customers._make(joined), _joined(invoices)


def _kept(
    rows_by_customer: NDArray[np.int64], settings: ShopSettings, people: int, rows: int
) -> tuple[Flags, bool]:
    """Tell which customers of a batch the shop keeps, and whether it is then full.

    Where the size is given in lines, no customer gets more than a quarter of them, so that
    small shops can be filled.
    """
    if settings.customers is not None:
        keep = np.arange(len(rows_by_customer)) < settings.customers - people
        return keep, settings.customers <= people + len(rows_by_customer)
    quirks = settings.quirks
    share = 1 - quirks.no_customer - quirks.write_off
    room = int((settings.lines or 0) * share) - 2 * quirks.mistakes
    fits = rows_by_customer <= room // 4
    keep = fits & (rows + np.cumsum(rows_by_customer * fits) <= room)
    if not people and not keep.any():
        return np.arange(len(rows_by_customer)) == rows_by_customer.argmin(), True
    return keep, bool((fits & ~keep).any())


def _of_customers(invoices: Invoices, keep: Flags, first: int) -> Invoices:
    """Keep the invoices of the customers to `keep`, who are numbered from `first` on."""
    mine = keep[invoices.customer]
    number = np.cumsum(keep) - 1 + first
    place = np.cumsum(mine) - 1
    kept_invoices = invoices.take(mine)
    return kept_invoices._replace(
        customer=number[kept_invoices.customer].astype(np.int32),
        source=np.where(kept_invoices.source >= 0, place[kept_invoices.source], -1).astype(
            np.int32
        ),
    )


def _joined(parts: list[Invoices]) -> Invoices:
    """Put lists of invoices one after the other; a `source` means a place in its own list."""
    starts = np.cumsum([0, *(len(part.kind) for part in parts)])
    moved = [
        part._replace(
            source=np.where(part.source >= 0, part.source + start, -1).astype(np.int32)
        )
        for part, start in zip(parts, starts[:-1].tolist(), strict=True)
    ]
    return Invoices._make(np.concatenate(column) for column in zip(*moved, strict=True))


def _made(
    kind: Kind,
    minute: Ints,
    lines: Ints,
    *,
    customer: Ints | int = -1,
    duplicates: Ints | int = 0,
    fee: Ints | int = -1,
    value: Floats | float = 0.0,
    source: Ints | int = -1,
    whole: Flags | bool = False,
    later: Flags | bool = False,
) -> Invoices:
    def full(value: Any, dtype: type[np.generic]) -> NDArray[Any]:
        return np.broadcast_to(np.asarray(value, dtype=dtype), minute.shape)

    return Invoices(
        kind=full(int(kind), np.int8),
        customer=full(customer, np.int32),
        minute=full(minute, np.int32),
        lines=full(lines, np.int32),
        duplicates=full(duplicates, np.int32),
        fee=full(fee, np.int8),
        value=full(value, np.float32),
        source=full(source, np.int32),
        whole=full(whole, np.bool_),
        later=full(later, np.bool_),
    )


def _invoices(
    rng: np.random.Generator,
    people: Customers,
    orders: Orders,
    settings: ShopSettings,
    days: Calendar,
) -> Invoices:
    """Write the invoices of one batch of customers: orders, then what follows from them."""
    quirks, who = settings.quirks, orders.customer
    n = len(who)
    value = (
        people.spend[who] * rng.standard_gamma(settings.spend_shape, n) / settings.spend_shape
    )
    extra = rng.poisson(np.maximum(value * people.lines_a_pound[who] - 1, 0))
    lines = np.minimum(1 + extra, settings.products // 2)
    later = orders.shop_day > days.length / 2
    abroad = np.where(later, people.later_country[who], people.country[who]) > 0
    luck = rng.random(n)
    fee = np.where(
        abroad,
        np.where(luck < quirks.postage_abroad, POST, -1),
        np.where(luck < quirks.fee, np.where(luck < quirks.fee * 0.8, MANUAL, BANK), -1),
    )
    placed = _made(
        Kind.ORDER,
        days.minutes(orders.shop_day),
        lines,
        customer=who,
        duplicates=rng.binomial(lines, quirks.duplicate),
        fee=fee,
        value=value,
        later=later,
    )
    return _followed(rng, placed, orders, settings, days)


def _followed(
    rng: np.random.Generator,
    placed: Invoices,
    orders: Orders,
    settings: ShopSettings,
    days: Calendar,
) -> Invoices:
    """Add cancellations, returns and discounts that fall within the span."""
    quirks, n = settings.quirks, len(placed.kind)
    luck = rng.random(n)
    cancelled = luck < quirks.cancelled
    follows = [
        (Kind.CANCELLATION, cancelled),
        (Kind.RETURN, ~cancelled & (luck > 1 - quirks.returned_without_prefix)),
        (Kind.UNMATCHED, rng.random(n) < quirks.unmatched_cancellation),
        (Kind.DISCOUNT, rng.random(n) < quirks.discount),
    ]
    added = [placed]
    for kind, chosen in follows:
        which = np.flatnonzero(chosen)
        at = orders.shop_day[which] + rng.lognormal(np.log(9), 1.0, len(which))
        inside = at < days.length
        whole = rng.random(len(which)) < quirks.cancelled_whole
        some = np.minimum(rng.geometric(0.55, len(which)), placed.lines[which])
        minute = np.maximum(days.minutes(at), placed.minute[which] + 2)
        if kind is Kind.CANCELLATION:
            at_once = rng.random(len(which)) < quirks.cancelled_at_once
            soon = placed.minute[which] + rng.integers(3, 56, len(which))
            minute, inside = np.where(at_once, soon, minute), inside | at_once
            lines = np.where(whole, placed.lines[which], some)
        else:
            whole = np.zeros(len(which), dtype=bool)
            lines = np.ones(len(which), dtype=np.int64)
        taken_back = kind in (Kind.CANCELLATION, Kind.RETURN)
        event = _made(
            kind,
            minute,
            lines,
            customer=placed.customer[which],
            source=which if taken_back else -1,
            whole=whole,
            later=placed.later[which],
        )
        added.append(event.take(inside))
    # A source means a place among the orders, which come first.
    return Invoices._make(np.concatenate(column) for column in zip(*added, strict=True))


class Contacted(NamedTuple):
    """Whom a campaign was for: indexes of customers, and who of them was contacted."""

    customer: NDArray[np.int64]
    contacted: Flags


NOBODY = Contacted(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool))


def contacted(settings: ShopSettings, many: int, invoices: Invoices) -> Contacted:
    """Draw whom the campaign of a shop of `many` customers was for, and who was held out.

    Nothing that was ordered since it began has a say in it.
    """
    campaign = settings.campaign
    if campaign is None:
        return NOBODY
    began = settings.days - campaign.days
    before = (invoices.kind == Kind.ORDER) & (invoices.minute < began * MINUTES_A_DAY)
    last = np.full(many, -1, dtype=np.int64)
    np.maximum.at(last, invoices.customer[before], invoices.minute[before] // MINUTES_A_DAY)
    silent = began - last
    is_targeted = (
        (last >= 0) & (silent >= campaign.least_silent) & (silent <= campaign.most_silent)
    )
    luck = np.random.default_rng([settings.seed, 5]).random(many)
    return Contacted(np.flatnonzero(is_targeted), luck[is_targeted] >= campaign.held_out)


def _answers(
    people: Customers, named: Invoices, settings: ShopSettings, days: Calendar
) -> Invoices:
    """Let some of those contacted who are still customers order once more, in its days."""
    campaign = settings.campaign
    if campaign is None:
        return named.take(slice(0))
    audience = contacted(settings, len(people.rate), named)
    rng = np.random.default_rng([settings.seed, 6])
    luck = rng.random(len(people.rate))[audience.customer]
    is_customer = people.left_on[audience.customer] < 0
    who = audience.customer[audience.contacted & is_customer & (luck < campaign.extra)]
    first = days.clock[settings.days - campaign.days]
    at = first + (days.length - first) * rng.random(len(who))
    shape = settings.spend_shape
    value = people.spend[who] * rng.standard_gamma(shape, len(who)) / shape
    lines = 1 + rng.poisson(np.maximum(value * people.lines_a_pound[who] - 1, 0))
    return _made(
        Kind.ORDER,
        days.minutes(at),
        np.minimum(lines, settings.products // 2),
        customer=who,
        value=value,
        later=True,
    )


def _mistakes(rng: np.random.Generator, named: Invoices, settings: ShopSettings) -> Invoices:
    """Let customers order far too much by mistake and cancel it minutes later."""
    n = settings.quirks.mistakes
    orders = np.flatnonzero(named.kind == Kind.ORDER)
    beside = named.take(rng.choice(orders, n))
    minute = beside.minute + rng.integers(2, 20, n)
    mean = settings.lines_per_order * settings.line_value
    one_line = np.ones(n, dtype=np.int64)
    who, later = beside.customer, beside.later
    wrong = _made(
        Kind.MISTAKE,
        minute,
        one_line,
        customer=who,
        value=mean * rng.uniform(150, 400, n),
        later=later,
    )
    undone = _made(
        Kind.CANCELLATION,
        minute + rng.integers(5, 20, n),
        one_line,
        customer=who,
        source=np.arange(n),
        whole=True,
        later=later,
    )
    return Invoices._make(np.concatenate(column) for column in zip(wrong, undone, strict=True))


def _without_customer(
    rng: np.random.Generator, rows: int, settings: ShopSettings, days: Calendar
) -> Iterator[Invoices]:
    """Fill the shop up with invoices that name nobody: sales at the till and write-offs."""
    quirks = settings.quirks
    total = settings.lines or rows / (1 - quirks.no_customer - quirks.write_off)
    lost = round(total * quirks.write_off)
    one_line = np.ones(lost, dtype=np.int64)
    yield _made(Kind.WRITE_OFF, days.minutes(days.length * rng.random(lost)), one_line)
    sold = max(round(total) - rows - lost, 0) if quirks.no_customer else 0
    sizes = _sizes(rng, sold, settings)
    duplicates = np.minimum(rng.binomial(sizes, quirks.duplicate), sizes - 1)
    lines = sizes - duplicates
    yield _made(
        Kind.ANONYMOUS,
        days.minutes(days.length * rng.random(len(sizes))),
        lines,
        duplicates=duplicates,
        value=lines * settings.line_value * 0.6,
    )


def _sizes(rng: np.random.Generator, total: int, settings: ShopSettings) -> NDArray[np.int64]:
    """Draw sizes of invoices that add up to `total` rows exactly."""
    mean = 1.5 * settings.lines_per_order
    drawn = rng.geometric(1 / mean, int(total / mean * 1.5) + 100)
    ends = np.cumsum(np.minimum(drawn, settings.products // 2))
    while ends[-1] < total:
        drawn = rng.geometric(1 / mean, len(ends))
        ends = np.concatenate(
            [ends, ends[-1] + np.cumsum(np.minimum(drawn, settings.products // 2))]
        )
    ends = np.minimum(ends[: np.searchsorted(ends, total) + 1], total)
    return np.diff(ends, prepend=0) if total else np.zeros(0, dtype=np.int64)
