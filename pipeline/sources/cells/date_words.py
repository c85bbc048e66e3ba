"""Dates in words of any language, rewritten as the patterns of dates have them."""

import re

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.date_parts import MONTHS, ZONES
from pipeline.sources.cells.distinct import matching
from pipeline.sources.cells.month_names import Meaning, meanings
from pipeline.sources.cells.signs import unadorned

LONGEST = 80
MAYBE = r"\d.*[^\d].*\d"
"""Two groups of digits at least: what has fewer is no date."""
SIGNED_DAY = r"^(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]\s*"
UNITS = (
    (re.compile(r"^(\d{4})\. (\d{1,2})\. (\d{1,2})\.?"), r"\1-\2-\3"),
    (re.compile(r"(?<=\d)\s*[年년]\s*"), "-"),
    (re.compile(r"(?<=\d)\s*[月월]\s*(?=\d)"), "-"),
    (re.compile(r"(?<=\d)\s*[日일号號](?!\w*曜)"), " "),
    (re.compile(r"(?<=\d)\s*日(?=\w曜)"), " "),
    (re.compile(r"(?<=\d)\s*[时時시点點]\s*"), ":"),
    (re.compile(r"(?<=\d)\s*[分분]\s*"), ":"),
    (re.compile(r"(?<=\d)\s*[秒초]"), " "),
    (re.compile(r"(?<=\d)\s?[hH]\s?(?=\d\d\b)"), ":"),
)
YEAR = re.compile(r"(?<!\d)(?:19|2[0-6])\d\d(?!\d)")
ASIDE = re.compile(r"\([^()]*\)")
PLACE = re.compile(r"\b[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+){1,2}\b")
HALF = re.compile(r"(?<![^\W\d_])([ap])\.? ?m\b\.?", re.IGNORECASE)
LETTER = (
    r"(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])"
)
WORD = re.compile(rf"\.?{LETTER}+(?:[.'’]?{LETTER}+)*\.?")
HALF_FIRST = re.compile(r"\b(AM|PM)\s+(\d{1,2}(?::\d{1,2}){0,2})\s*:?\s*$")
BLANKS = re.compile(r"\s+")
LOOSE_COMMA = re.compile(r" ,|,(?=\S)")


def in_known_words(values: pa.Array) -> pa.Array:
    """Rewrite dates that hold words, so that the known patterns read them.

    Months become English, as do AM and PM; names of days, zones and filling words go; years,
    months and days marked by a sign (`2024年3月5日`) are joined by hyphens. What holds a word
    that no language explains stays as it is. `values` are distinct, null where none is asked.

    >>> in_known_words(pa.array(["mar. 5 mars 2024", "2024年3月5日 下午3:05"])).to_pylist()
    ['5 Mar 2024', '2024-3-5 3:05 PM']
    """
    maybe = pc.and_(matching(values, MAYBE), _short(values))
    before = values.filter(maybe).to_pylist()
    texts = [_marked(text) for text in before]
    words = [WORD.findall(text) for text in texts]
    dated = sum(YEAR.search(text) is not None for text in texts)
    meaning_by_word = meanings(words, further=2 * dated > len(texts)) if any(words) else {}
    written = [
        _written(text, text_words, meaning_by_word) if text_words or text != old else old
        for text, text_words, old in zip(texts, words, before, strict=True)
    ]
    return pc.replace_with_mask(values, maybe, pa.array(written, pa.string()))


def without_signs(values: pa.Array) -> pa.Array:
    """Join years, months and days that are marked by signs (`2024年3月5日`) by hyphens.

    The many dates without a word beside such signs are read without looking at each.
    """
    marked = matching(values, SIGNED_DAY)
    if not pc.any(marked).as_py():
        return values
    joined = pc.replace_substring_regex(values, SIGNED_DAY, r"\1-\2-\3 ")
    return pc.if_else(marked, pc.utf8_trim_whitespace(joined), values)


def _short(values: pa.Array) -> pa.Array:
    return pc.fill_null(pc.less_equal(pc.utf8_length(values), LONGEST), fill_value=False)


def _marked(text: str) -> str:
    """Take asides and zones off, and put separators where signs mark years, months and days."""
    text = PLACE.sub(" ", ASIDE.sub(" ", unadorned(text)))
    for pattern, sign in UNITS:
        text = pattern.sub(sign, text)
    return HALF.sub(lambda half: f" {half[1]}m ", text)


def _written(text: str, words: list[str], meaning_by_word: dict[str, Meaning]) -> str:
    months = [word for word in words if word in meaning_by_word and meaning_by_word[word].month]
    if len(set(months)) > 1:
        # “mar. 5 mars”: Tuesday or March, and March.
        months = [word for word in months if not meaning_by_word[word].weekday] or months[-1:]
    if len(set(months)) > 1:
        return text
    month = months[-1] if months else None

    def replaced(match: re.Match[str]) -> str:
        word = match[0]
        if word.strip(".").upper() in ZONES and word.strip(".").isupper():
            return " "
        meaning = meaning_by_word.get(word)
        if meaning is None:
            return word
        if word == month:
            return f" {MONTHS[meaning.month - 1].capitalize()} "
        # “am 3. März” is German for “on”.
        if meaning.half and not (month is not None and match.start() < text.find(month)):
            return f" {meaning.half.upper()} "
        return " "

    text = BLANKS.sub(" ", WORD.sub(replaced, text)).strip(" ,.:;-–'’")
    return HALF_FIRST.sub(r"\2 \1", LOOSE_COMMA.sub(" ", text))
