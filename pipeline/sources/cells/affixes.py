"""What stands before and after a number: its sign, its currency, a percent sign."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from pipeline.sources.cells.currencies import Named, currency_named

MINUS = "-−–—"
CENT = "¢"
"""No currency's sign: its amounts are hundredths."""
LONGEST = 16
PIECES = re.compile(r"\s+|(?<=[^\W\d_])(?=[$€£¥₹₽₺])|(?<=[$€£¥₹₽₺])(?=[^\W\d_])")
# Francs of Africa are written with a blank of their own.
CFA = re.compile(r"\bF[\s\u00a0\u202f]?CFA\b")
APART = re.compile(r"[\s\u00a0\u202f]+")


class Affix(NamedTuple):
    """What stands round a number; `currency` is None where nothing names one."""

    sign: int
    currency: Named | None
    percent: bool


PLAIN = Affix(1, None, percent=False)


@lru_cache(maxsize=4096)
def affix(before: str, after: str) -> Affix | None:
    """Understand what stands before and after a number; None where it is no number's.

    >>> affix("-$", ""), affix("(", " TL)").sign, affix("", " pcs")
    (Affix(sign=-1, currency=Named(sign='$', codes=('USD', 'CAD', 'AUD', 'NZD', 'MXN', 'ARS', \
'CLP', 'COP', 'SGD', 'HKD', 'TWD', 'UYU')), percent=False), -1, None)
    """
    if not before and not after:
        return PLAIN
    if len(before) > LONGEST or len(after) > LONGEST:
        return None
    front, back = (
        APART.sub(" ", CFA.sub("CFA", part)).strip(" '’_") for part in (before, after)
    )
    negative = 0
    if front.count("(") == back.count(")") == 1 and "(" not in back and ")" not in front:
        front, back = front.replace("(", "").strip(), back.replace(")", "").strip()
        negative = 1
    front, minus_in_front, plus = _unsigned(front)
    back, minus_behind, plus_behind = _unsigned(back)
    negative += minus_in_front + minus_behind
    if negative + plus > 1 or plus_behind:
        return None
    percent = back.endswith("%") or front == "%"
    front, back = front.removeprefix("%").strip(), back.removesuffix("%").strip()
    named = [_named(front, behind=False), _named(back, behind=True)]
    if any(group is None for group in named):
        return None
    currencies = [currency for group in named for currency in group or ()]
    currency = _one(currencies)
    if currencies and currency is None:
        return None
    return Affix(-1 if negative else 1, currency, percent)


def currency_word(text: str) -> Named | None:
    """Say which currency a cell without a number names (`USD`, `US$`, `euro`)."""
    currencies = _named(text.strip(), behind=False) if len(text) <= LONGEST else None
    return _one(currencies) if currencies else None


def _unsigned(text: str) -> tuple[str, int, int]:
    """Take a minus or plus off either end: the rest, how many minus signs, how many plus."""
    minus = plus = 0
    while text and (text[0] in f"{MINUS}+" or text[-1] in f"{MINUS}+"):
        at_front = text[0] in f"{MINUS}+"
        sign = text[0] if at_front else text[-1]
        text = (text[1:] if at_front else text[:-1]).strip()
        minus, plus = minus + (sign != "+"), plus + (sign == "+")
    return text, minus, plus


def _named(text: str, *, behind: bool) -> list[Named] | None:
    """Read currencies out of a text, whole or in pieces; None where some of it is none."""
    text = text.strip(" :'’_")
    if not text:
        return []
    whole = _currency(text, behind=behind)
    if whole is not None:
        return [whole]
    pieces = [_currency(piece, behind=behind) for piece in PIECES.split(text) if piece]
    return None if None in pieces else [piece for piece in pieces if piece is not None]


def _currency(text: str, *, behind: bool) -> Named | None:
    named = currency_named(text, behind=behind)
    if named is not None or len(text) != 1 or text == CENT:
        return named
    return Named(text, ()) if unicodedata.category(text) == "Sc" else None


def _one(currencies: list[Named]) -> Named | None:
    """Join what front and back say (`$5 USD`); None where they say different currencies."""
    if not currencies:
        return None
    sure = {currency.codes[0] for currency in currencies if len(currency.codes) == 1}
    if len(sure) > 1:
        return None
    if not sure:
        return max(currencies, key=lambda currency: len(currency.codes))
    code = sure.pop()
    return next(currency for currency in currencies if currency.codes == (code,))
