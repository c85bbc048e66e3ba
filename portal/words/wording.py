"""How figures, days and amounts are written."""

import datetime as dt
import math
from typing import TypeGuard

SYMBOLS = {
    "GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩",
    "TRY": "₺", "UAH": "₴", "RUB": "₽", "ILS": "₪", "VND": "₫", "NGN": "₦", "PHP": "₱",
    "BRL": "R$", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "MXN": "MX$", "HKD": "HK$",
    "CHF": "CHF ", "SEK": "SEK ", "NOK": "NOK ", "DKK": "DKK ", "PLN": "PLN ", "CZK": "CZK ",
}  # fmt: skip
NO_MINOR_UNIT = frozenset(
    {
        "ADP", "AFN", "ALL", "BIF", "BYR", "CLP", "DJF", "ESP", "GNF", "IQD", "IRR", "ISK",
        "ITL", "JPY", "KMF", "KPW", "KRW", "LAK", "LBP", "LUF", "MGA", "MGF", "MMK", "MRO",
        "PYG", "RSD", "RWF", "SLL", "SOS", "STD", "SYP", "TMM", "TRL", "UGX", "UYI", "VND",
        "VUV", "XAF", "XOF", "XPF", "YER", "ZMK", "ZWD",
    }
)  # fmt: skip
THREE_PLACES = frozenset({"BHD", "JOD", "KWD", "LYD", "OMR", "TND"})
"""Currencies whose amounts are written without, and with three, decimals (Unicode's CLDR)."""
STEPS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))
NOTHING = "–"
MINUS = "−"
NEEDS_ORDERS = "This data set has no orders; a file of order lines would bring this."
NEEDS_DAYS = "This data set is known on one day only; later files or order lines bring moves."


def symbol(currency: str) -> str:
    """Give what stands before an amount: a sign, or the code and a space."""
    return SYMBOLS.get(currency, f"{currency} " if currency else "")


def decimals(currency: str) -> int:
    """Give how many decimals amounts of a currency are written with.

    >>> decimals("GBP"), decimals("JPY"), decimals("KWD")
    (2, 0, 3)
    """
    return 0 if currency in NO_MINOR_UNIT else 3 if currency in THREE_PLACES else 2


def money(amount: float | None, currency: str) -> str:
    """Write an amount in full, like £8,887,208.89."""
    if not _known(amount):
        return NOTHING
    places = decimals(currency)
    return f"{_sign(amount, places)}{symbol(currency)}{abs(amount):,.{places}f}"


def money_short(amount: float | None, currency: str) -> str:
    """Write an amount for a tile, like £8.9M."""
    if not _known(amount):
        return NOTHING
    return f"{MINUS if amount < 0 else ''}{symbol(currency)}{_short(abs(amount))}"


NOBODY_WEIGHED = "No customer whose chance is known passes the filters."
"""Where there is nobody to say anything of: what contacting them would bring is no question."""


def of_money(title: str, currency: str) -> str:
    """Name an axis of money with its currency, where that is known."""
    return f"{title} ({currency})" if currency else title


def number(value: float | None, places: int = 0) -> str:
    """Write a number with thousands separators."""
    if not _known(value):
        return NOTHING
    return f"{_sign(value, places)}{abs(value):,.{places}f}"


def number_short(value: float | None) -> str:
    """Write a number for a tile, like 4.3K; below 10,000 in full."""
    if not _known(value):
        return NOTHING
    if abs(value) < 10_000:
        return number(value)
    return f"{MINUS if value < 0 else ''}{_short(abs(value))}"


def percent(share: float | None, places: int = 0) -> str:
    """Write a share of 0 to 1, like 74 %; a small one is never written as 0 %."""
    if not _known(share):
        return NOTHING
    least = 10 ** -(places + 2)
    if 0 < abs(share) < least / 2:
        return f"< {100 * least:.{places}f} %"
    return f"{_sign(100 * share, places)}{abs(100 * share):,.{places}f} %"


def chance(share: float) -> str:
    """Write a probability like 74 %; one below certainty is never written as 100 %.

    >>> chance(0.74), chance(0.9981), chance(1.0)
    ('74 %', 'over 99 %', '100 %')
    """
    return "over 99 %" if 0.995 <= share < 1 - 1e-12 else percent(share)


def change(now: float | None, before: float | None) -> str:
    """Write a change in percent with its sign, like +4.2 %."""
    if not _known(now) or not _known(before) or before == 0:
        return NOTHING
    share = 100 * (now - before) / abs(before)
    rounded = round(share, 1)
    if rounded == 0:
        return "0.0 %"
    return f"{'+' if rounded > 0 else MINUS}{abs(rounded):,.1f} %"


def count(items: float | None, singular: str, many: str | None = None) -> str:
    """Write a number with its noun, like “1 customer” or “4,338 customers”."""
    if not _known(items):
        return NOTHING
    return f"{number(items)} {singular if items == 1 else many or singular + 's'}"


def days(value: float | None) -> str:
    """Write a number of days."""
    return count(round(value) if _known(value) else None, "day")


def date(day: dt.date | None) -> str:
    """Write a day, like 9 Dec 2011."""
    return NOTHING if day is None else f"{day.day} {day:%b %Y}"


def month(day: dt.date | None) -> str:
    """Write a month, like Dec 2011."""
    return NOTHING if day is None else f"{day:%b %Y}"


def moment(at: dt.datetime | None) -> str:
    """Write a moment of execution, kept in UTC, like 9 Dec 2011, 14:05 UTC."""
    return NOTHING if at is None else f"{date(at)}, {at:%H:%M} UTC"


def seconds(value: float | None) -> str:
    """Write how long something took, like 0.42 s, 12.3 s or 3 min 5 s."""
    if not _known(value):
        return NOTHING
    if value < 1:
        return f"{value:.2f} s"
    if value < 60:
        return f"{value:.1f} s"
    minutes, remainder = divmod(round(value), 60)
    return f"{minutes:,} min {remainder} s"


def size(value: float | None) -> str:
    """Write a number of bytes in MiB."""
    return f"{value / 2**20:,.0f} MiB" if _known(value) else NOTHING


def interval(low: str, high: str) -> str:
    """Write two ends of an interval."""
    return NOTHING if NOTHING in (low, high) else f"{low} to {high}"


def needs_measure(title: str) -> str:
    """Say that a source knows nothing of a measure."""
    return f"The source of this data set doesn't know {title.lower()}."


def plain_list(names: list[str] | tuple[str, ...]) -> str:
    """Write names as a sentence does: a, b and c."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _sign(value: float, places: int) -> str:
    return MINUS if round(value, places) < 0 else ""


def _short(value: float) -> str:
    for step, letter in STEPS:
        if value >= step * 0.9995:
            scaled = value / step
            return f"{scaled:,.{0 if scaled >= 99.95 else 1}f}{letter}"
    return f"{value:,.0f}"
