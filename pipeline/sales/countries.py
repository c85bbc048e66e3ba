"""Which country a name means: names of many languages, codes, and what people write besides."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

UNSPECIFIED = "Unspecified"
"""Country of the lines that name none."""
FIRST_LANGUAGES = ("en",)
MORE_LANGUAGES = (
    "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "cs", "sk", "sl", "hr", "sr", "bg",
    "ro", "hu", "el", "tr", "da", "sv", "nb", "fi", "et", "lv", "lt", "ca", "eu", "ga", "ja",
    "zh", "zh_Hant", "ko", "ar", "he", "fa", "hi", "th", "vi", "id", "ms",
)  # fmt: skip
NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
ALIASES = {
    "eire": "IE", "republic of ireland": "IE", "rsa": "ZA", "republic of south africa": "ZA",
    "usa": "US", "united states of america": "US", "america": "US", "uk": "GB",
    "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "korea": "KR", "republic of korea": "KR", "korea south": "KR",
    "south korea": "KR", "korea north": "KP", "czech republic": "CZ", "holland": "NL",
    "the netherlands": "NL", "turkey": "TR", "hong kong": "HK", "macau": "MO", "macao": "MO",
    "ivory coast": "CI", "cote divoire": "CI", "macedonia": "MK", "fyr macedonia": "MK",
    "burma": "MM", "myanmar": "MM", "swaziland": "SZ", "cabo verde": "CV", "uae": "AE",
    "emirates": "AE", "grossbritannien": "GB", "grande bretagne": "GB", "gran bretagna": "GB",
    "inglaterra": "GB", "angleterre": "GB", "tschechische republik": "CZ", "viet nam": "VN",
    "russian federation": "RU", "ussr": None,
    "bosnia": "BA", "bosnia herzegovina": "BA", "congo": "CG", "dr congo": "CD",
    "democratic republic of the congo": "CD", "congo kinshasa": "CD", "palestine": "PS",
    "vatican": "VA", "slovak republic": "SK", "syrian arab republic": "SY", "brunei": "BN",
    "brunei darussalam": "BN", "lao": "LA", "moldova republic of": "MD",
    "iran islamic republic of": "IR", "tanzania united republic of": "TZ",
    "venezuela bolivarian republic of": "VE", "bolivia plurinational state of": "BO",
    "taiwan province of china": "TW", "republic of china": "TW", "prc": "CN",
    "peoples republic of china": "CN", "mainland china": "CN", "ksa": "SA", "brd": "DE",
    "the gambia": "GM", "the bahamas": "BS", "east timor": "TL", "st martin": "MF",
    "reunion": "RE", "channel islands": None, "european community": None,
    "european union": None, "west indies": None, "unspecified": None, "other": None,
}  # fmt: skip
"""Names that no library knows, in the form of `plain`; None is on no map."""


def iso_codes(names: Iterable[str]) -> dict[str, str | None]:
    """Give the two-letter code of ISO 3166 of each name, None where it is on no map.

    Names may be of some forty languages, codes of two or three letters, or three digits.
    English ones cost nearly nothing: other languages are read where one is left over.
    """
    plain_names = {name: plain(name) for name in set(names)}
    code_by_name = {
        name: _known(name, key, FIRST_LANGUAGES) for name, key in plain_names.items()
    }
    unknown_names = [
        name
        for name, code in code_by_name.items()
        if code is None and plain_names[name] not in ALIASES
    ]
    for name in unknown_names:
        code_by_name[name] = _known(name, plain_names[name], MORE_LANGUAGES)
    return code_by_name


def plain(name: str) -> str:
    """Write a name without case, accents and punctuation.

    >>> plain(" Côte d’Ivoire "), plain("U.S.A."), plain("Bosnia & Herzegovina")
    ('cote divoire', 'usa', 'bosnia herzegovina')
    """
    parts = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(character for character in parts if not unicodedata.combining(character))
    joined = re.sub(r"[.’'`]", "", letters)
    words = re.sub(r"\b(?:and|und|et|y)\b|[^\w]+", " ", joined).split()
    return " ".join({"st": "saint"}.get(word, word) for word in words)


def _known(name: str, key: str, languages: tuple[str, ...]) -> str | None:
    if key in ALIASES:
        return ALIASES[key]
    return _by_code(name.strip()) or _names(languages).get(key)


def _by_code(name: str) -> str | None:
    """Read a code as it is written in capitals: what is a word in small letters is none."""
    from babel.core import get_global  # noqa: PLC0415 - only where there are countries

    if re.fullmatch(r"[A-Z]{2}", name) and name in _codes():
        return name
    if re.fullmatch(r"[A-Z]{2,3}|\d{3}", name):
        codes = get_global("territory_aliases").get(name, [])
        return next((code for code in codes if len(codes) == 1 and code in _codes()), None)
    return None


@cache
def _codes() -> frozenset[str]:
    return frozenset(_names(FIRST_LANGUAGES).values())


@cache
def _names(languages: tuple[str, ...]) -> dict[str, str]:
    """Give codes by plain name; a name of several countries in the languages is none."""
    from babel import Locale  # noqa: PLC0415

    code_by_name: dict[str, str] = {}
    for language in languages:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code not in NO_COUNTRIES:
                code_by_name.setdefault(plain(name), code)
    return code_by_name
