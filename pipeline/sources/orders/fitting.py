"""Whether what a column holds can be what its name says."""

from collections.abc import Callable
from functools import cache

from babel import Locale

from pipeline.sources.naming import plain
from pipeline.sources.orders.fields import NUMBERS
from pipeline.sources.telling.contents import Looked

MOSTLY = 0.8
HALF = 0.5
FEW_WORDS = 40
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "tr", "zh", "ja")
VAGUE = frozenset({"region", "market"})
"""Names of columns that hold countries only where their cells are countries."""


def fits(field: str, name: str, looked: Looked) -> bool:
    """Say whether a column called `name`, in its plain form, can be a field of orders.

    An empty column can be anything.
    """
    if looked.is_empty:
        return True
    if field in NUMBERS:
        return looked.content.numbers >= MOSTLY
    if field == "country" and name in VAGUE:
        return _is_countries(looked)
    return FITTING[field](looked) if field in FITTING else True


def _is_identifier(looked: Looked) -> bool:
    content = looked.content
    return not looked.two_words and max(content.fractions, content.times, content.dates) < HALF


def _is_date(looked: Looked) -> bool:
    content = looked.content
    return content.dates + content.day_numbers + content.epochs >= MOSTLY


def _is_words(looked: Looked) -> bool:
    content = looked.content
    return max(content.numbers, content.dates) < HALF and len(looked.words) <= FEW_WORDS


def _is_text(looked: Looked) -> bool:
    return looked.content.numbers < HALF


FITTING: dict[str, Callable[[Looked], bool]] = {
    "customer_id": _is_identifier,
    "invoice": _is_identifier,
    "product": lambda looked: looked.content.times < HALF and not looked.two_words,
    "description": _is_text,
    "customer_name": _is_text,
    "email": lambda looked: looked.content.emails >= HALF,
    "ordered_at": _is_date,
    "time": lambda looked: looked.content.times >= MOSTLY,
    "country": _is_text,
    "status": _is_words,
    "event": _is_words,
    "channel": _is_words,
    "currency": _is_words,
}
"""A test for each field whose columns hold something of a kind."""


def _is_countries(looked: Looked) -> bool:
    country_names = _countries()
    country_count = sum(plain(value) in country_names for value in looked.words)
    return country_count >= HALF * len(looked.words)


@cache
def _countries() -> frozenset[str]:
    """Give names and codes of countries, as Babel knows them in many languages."""
    territories = [Locale(language).territories for language in LANGUAGES]
    names = {plain(name) for names_by_code in territories for name in names_by_code.values()}
    codes = {str(code).casefold() for code in territories[0] if str(code).isalpha()}
    return frozenset(names | codes | {"uk", "usa", "eire", "rsa"})
