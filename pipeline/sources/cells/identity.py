"""Who a row belongs to: identifiers and e-mail addresses as people really write them."""

import unicodedata
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.distinct import matching
from pipeline.sources.cells.nobody import NOBODY
from pipeline.sources.cells.texts import clean_texts

EMAIL = r"^[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+$"
NO_NAME = r"^[^\p{L}\p{N}]*$|^[+-]?0+([.,]0+)?$"
"""Neither letter nor digit, or nothing but zeros."""
NEGATIVE = r"^-\d+$"
AROUND = r"^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$"
BETWEEN = r"[\s\p{Z}_‐-―-]+"
SCIENTIFIC = r"^[+-]?\d(?:[.,]\d+)?[eE]\+\d{1,3}$"
LONGEST_EXACT = 18


class Customers(NamedTuple):
    """Identifiers of customers, one a row, null where it is nobody's.

    `nobody` are the rows whose cell is a word for nobody (empty cells aren't), `lost_digits`
    those whose number was cut by a spreadsheet (`1.23457E+11`) and may be several customers',
    `by_email` those that have no identifier but an e-mail address.
    """

    values: pa.ChunkedArray
    nobody: npt.NDArray[np.int64]
    lost_digits: npt.NDArray[np.int64]
    by_email: npt.NDArray[np.int64]


def as_customers(
    identifiers: pa.ChunkedArray, emails: pa.ChunkedArray | None = None
) -> Customers:
    """Read a column of customers' identifiers, names or e-mail addresses.

    Text is compared in NFC, e-mail addresses in lower case; `10070` and `10070.0` are one
    number, leading zeros stay. Words that mean nobody (guest, walk-in, n/a, 0, - …) are null.
    A row without an identifier gets its e-mail address of `emails`, or the one identifier that
    stands beside that address in other rows.

    >>> as_customers(pa.chunked_array([["A@B.com", "Gast", "007", None]])).values.to_pylist()
    ['a@b.com', None, '007', None]
    """
    distinct_texts = clean_texts(identifiers)
    read = _identified(distinct_texts.values)
    lost = np.asarray(_lost_digits(read))
    nobody = np.asarray(pc.and_(pc.is_valid(distinct_texts.values), pc.is_null(read)))
    values = distinct_texts.spread(read)
    by_email = np.empty(0, np.int64)
    if emails is not None:
        addresses = as_emails(emails)
        by_email = _positions(pc.and_(pc.is_null(values), pc.is_valid(addresses)))
        values = coalesced(values, addresses)
    return Customers(values, distinct_texts.where(nobody), distinct_texts.where(lost), by_email)


def as_emails(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Read a column of e-mail addresses, in lower case; null where a cell holds none."""
    distinct_texts = clean_texts(column)
    bare = pc.replace_substring_regex(distinct_texts.values, r"^(?i:mailto:)|^.*<|>.*$", "")
    read = _identified(pc.if_else(matching(bare, EMAIL), bare, pa.scalar(None, pa.string())))
    return distinct_texts.spread(read)


def coalesced(identifiers: pa.ChunkedArray, emails: pa.ChunkedArray) -> pa.ChunkedArray:
    """Put the e-mail address where there is no identifier.

    An address that stands beside exactly one identifier in other rows names that customer, and
    its rows get that identifier. Both are as `as_customers` and `as_emails` give them.
    """
    blank = pc.and_(pc.is_null(identifiers), pc.is_valid(emails))
    if not pc.any(blank).as_py():
        return identifiers
    pairs = pa.table({"email": emails, "identifier": identifiers})
    complete_pairs = pairs.filter(pc.and_(pc.is_valid(emails), pc.is_valid(identifiers)))
    complete_pairs = complete_pairs.group_by(["email", "identifier"]).aggregate([])
    counts = complete_pairs.group_by("email").aggregate(
        [("identifier", "count"), ("identifier", "min")]
    )
    single = counts.filter(pc.equal(counts["identifier_count"], 1))
    place = pc.index_in(emails, value_set=single["email"].combine_chunks())
    owners = pc.take(single["identifier_min"].combine_chunks(), place)
    return pc.coalesce(identifiers, owners, emails)


def looks_like_email(values: pa.Array) -> pa.Array:
    """Say of each text whether it is an e-mail address, false for null."""
    return matching(values, EMAIL)


def _identified(values: pa.Array) -> pa.Array:
    values = _exact(_composed(values))
    values = pc.if_else(looks_like_email(values), pc.utf8_lower(values), values)
    words = pc.replace_substring_regex(pc.utf8_lower(values), AROUND, "")
    words = pc.replace_substring_regex(words, BETWEEN, " ")
    nobody = pc.or_(
        pc.is_in(words, value_set=pa.array(sorted(NOBODY))), matching(values, NO_NAME)
    )
    negative = matching(values, NEGATIVE)
    if pc.sum(negative).as_py() == 1:
        # −1 stands for nobody, unless customers have negative numbers.
        nobody = pc.or_(nobody, pc.fill_null(pc.equal(values, "-1"), fill_value=False))
    return pc.if_else(nobody, pa.scalar(None, pa.string()), values)


def _composed(values: pa.Array) -> pa.Array:
    """Write letters with their marks as one character (NFC), which Arrow before 26 does not."""
    places = np.flatnonzero(
        ~np.asarray(pc.fill_null(pc.string_is_ascii(values), fill_value=True))
    )
    if not len(places):
        return values
    texts = values.to_pylist()
    for place in places:
        texts[place] = unicodedata.normalize("NFC", texts[place])
    return pa.array(texts, pa.string())


def _exact(values: pa.Array) -> pa.Array:
    """Write numbers of scientific notation that lost no digit (`1.007E+4`) as digits."""
    places = np.flatnonzero(np.asarray(matching(values, SCIENTIFIC)))
    if not len(places):
        return values
    texts = values.to_pylist()
    for place in places:
        texts[place] = _digits(str(texts[place]))
    return pa.array(texts, pa.string())


def _digits(text: str) -> str:
    mantissa, _, exponent = text.lower().replace(",", ".").partition("e")
    whole, _, fraction = mantissa.partition(".")
    exact = len(fraction) == int(exponent) <= LONGEST_EXACT
    return whole.removeprefix("+") + fraction if exact else text


def _lost_digits(values: pa.Array) -> pa.Array:
    return matching(values, SCIENTIFIC)


def _positions(marked: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    return np.flatnonzero(np.asarray(pc.fill_null(marked, fill_value=False))).astype(np.int64)
