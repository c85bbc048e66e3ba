"""Names of months and days, and other words in dates, in the languages that Babel knows."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache
from typing import Literal, NamedTuple

from babel import Locale

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "tr", "zh", "ja")
FURTHER = (
    "sv", "da", "nb", "fi", "cs", "sk", "hu", "ro", "uk", "bg", "el", "hr", "sl", "lt", "lv",
    "et", "ca", "ko", "th", "vi", "id", "ar", "he", "hi", "fa",
)  # fmt: skip
"""Languages that are looked at where the first ones leave words unexplained (26 MB more)."""
ALSO = {
    "de": {"mrz": 3, "maerz": 3, "jänner": 1, "jän": 1, "feber": 2},
    "es": {"setiembre": 9},
    "nl": {"mrt": 3},
    "id": {"mei": 5, "agt": 8},
}
"""Names of months that people write and Babel doesn't have."""
ALSO_HALF: dict[str, Literal["am", "pm"]] = {
    "am": "am", "pm": "pm", "πμ": "am", "μμ": "pm", "凌晨": "am", "早上": "am", "上午": "am",
    "中午": "pm", "下午": "pm", "晚上": "pm", "午前": "am", "午後": "pm", "오전": "am",
    "오후": "pm",
}  # fmt: skip
FILLING = (
    "de del d of the den der dem le la el il em o a à às as las los at um uhr u alle ore om klo"
    " kl h st nd rd th er º ª e г год года р в i z dnia den dne the roku feira ngày năm saat"
    " พศ คศ t"
)
FILLERS = frozenset(FILLING.split())
SHORTEST = 3


class Meaning(NamedTuple):
    """What a word in a date may mean; several at once where a language has it so (`mar`)."""

    month: int = 0
    half: Literal["am", "pm", ""] = ""
    filler: bool = False
    weekday: bool = False


NO_MEANING = Meaning()


def meanings(texts: Iterable[Collection[str]], *, further: bool) -> dict[str, Meaning]:
    """Say what the words of a column's dates mean.

    `texts` has the words of each date; `further` languages are looked at where the first leave
    some unexplained. Every word is read in the language that explains most
    of them, the first such in `LANGUAGES`; a word that it doesn't have in one in which it has
    one meaning. Words that none explains are left out.

    >>> meanings([["mar", "marzo"], ["paź"]], further=False)["mar"].month
    3
    """
    counted = Counter(word for words in texts for word in words)
    meaning_by_word = _explained(counted, LANGUAGES)
    if further and len(meaning_by_word) < len(counted):
        meaning_by_word = _explained(counted, LANGUAGES + FURTHER)
    return meaning_by_word


def plain(word: str) -> str:
    """Write a word in lower case without its dots."""
    return word.casefold().replace(".", "").replace("\u0307", "")


def _explained(counted: Counter[str], languages: tuple[str, ...]) -> dict[str, Meaning]:
    if not counted:
        return {}
    score = {
        language: sum(
            count for word, count in counted.items() if _read(word, language) != NO_MEANING
        )
        for language in languages
    }
    ranked = sorted(languages, key=lambda language: -score[language])
    meaning_by_word = {}
    for word in counted:
        if plain(word) in FILLERS:
            meaning_by_word[word] = Meaning(filler=True)
            continue
        first = _read(word, ranked[0])
        if first == NO_MEANING:
            other_meanings = {_read(word, language) for language in ranked[1:]} - {NO_MEANING}
            first = other_meanings.pop() if len(other_meanings) == 1 else NO_MEANING
        if first != NO_MEANING:
            meaning_by_word[word] = first
    return meaning_by_word


def _read(word: str, language: str) -> Meaning:
    """Read a word in a language: a name, one without its accents, or the beginning of one."""
    names = _names(language)
    exact = plain(word)
    if exact in names:
        return names[exact]
    bare = _unaccented(exact)
    if bare in names and len(bare) >= SHORTEST:
        return names[bare]
    if len(bare) < SHORTEST or not bare.isalpha():
        return NO_MEANING
    begun = [meaning for name, meaning in names.items() if name.startswith(bare)]
    months = {meaning.month for meaning in begun}
    days = all(meaning.weekday for meaning in begun)
    if not begun or len(months) > 1:
        return NO_MEANING
    return Meaning(month=months.pop(), weekday=days)


@cache
def _names(language: str) -> dict[str, Meaning]:
    """Collect the words of a language, with and without their accents."""
    locale = Locale.parse(language)
    months: dict[str, int] = {}
    weekdays: set[str] = set()
    halves: dict[str, Literal["am", "pm"]] = dict(ALSO_HALF)
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            months |= {plain(n): i for i, n in locale.months[context][width].items()}
            weekdays |= {plain(name) for name in locale.days[context][width].values()}
            periods = locale.day_periods.get(context, {}).get(width, {})
            halves |= {
                plain(periods[half]).replace("\u202f", "").replace(" ", ""): half
                for half in ("am", "pm")
                if half in periods
            }
    months |= ALSO.get(language, {})
    weekdays |= {day.partition("-")[0] for day in weekdays}
    names = {
        word: Meaning(months.get(word, 0), halves.get(word, ""), weekday=word in weekdays)
        for word in {*months, *weekdays, *halves}
        if not word.isdigit()
    }
    bare = {_unaccented(word): meaning for word, meaning in names.items()}
    return bare | names


def _unaccented(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word)
    return unicodedata.normalize(
        "NFC", "".join(c for c in apart if not "\u0300" <= c <= "\u036f")
    )
