"""Decimal comma or decimal point: what the cells of a column say, and what they leave open."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.currencies import decimals
from pipeline.sources.cells.distinct import matching

COMMA_SAYS = (
    r"^[+-]?(\d*,\d{0,2}|\d*,\d{4,}|\d{4,},\d+|0+,\d+|,\d+)$"
    r"|^[+-]?\d{1,3}(\.\d{3})+,\d*$|^[+-]?\d{1,3}(\.\d{3}){2,}$"
)
POINT_SAYS = (
    r"^[+-]?(\d*\.\d{0,2}|\d*\.\d{4,}|\d{4,}\.\d+|0+\.\d+|\.\d+)$"
    r"|^[+-]?\d{1,3}(,\d{2,3})*,\d{3}\.\d*$|^[+-]?\d{1,3}(,\d{2,3})+,\d{3}$"
)
POINT_OPEN = r"^[+-]?[1-9]\d{0,2}\.\d{3}$"
COMMA_OPEN = r"^[+-]?[1-9]\d{0,2},\d{3}$"
ENDS_IN_ZERO = r"[.,]\d\d0$"
UNGROUPED_SMALL = r"^[+-]?\d{1,3}$"
UNGROUPED_LARGE = r"^[+-]?\d{4,}$"
FIRST = 1_000
NO_CODES: Sequence[tuple[str, ...] | None] = ()

ToldBy = Literal["cells", "currency", "other columns", "rule"]


class SeparatorDoubt(NamedTuple):
    """A cell that can be read in two ways, and nothing in its column tells which is meant."""

    cell: str
    read_as: float
    otherwise: float


class Convention(NamedTuple):
    """Whether the comma is the decimal sign, what told so, and the doubt where a rule did."""

    comma: bool
    told_by: ToldBy | None = None
    doubt: SeparatorDoubt | None = None


def convention(
    bodies: pa.Array,
    currencies: Sequence[tuple[str, ...] | None] = NO_CODES,
    *,
    comma: bool | None = None,
) -> Convention:
    """Decide between decimal comma and decimal point for a column.

    `bodies` are its distinct numbers without currencies, null where there is none;
    `currencies` has for each the codes that its cell may mean. Cells that allow only one
    reading decide, by majority. Where the only separator is one before three digits (`1.234`):

    1. groups of a multiple of ten (`1.200`) beside ungrouped numbers below 1,000 and none above
       are thousands: decimals would all be there, or lose their last zero; in money of two
       decimals any group is;
    2. a currency decides where its cells can't mean decimals, as it has none (VND, JPY, IDR),
       or has three (KWD), or where its two would make `$1,234` one too many;
    3. `comma`, what other columns of the file say;
    4. else the point is the decimal sign, thousands where a currency of two decimals stands
       with it (`1.234 €`): a rule, told as a doubt.
    """
    if _settled_early(bodies):
        return Convention(comma=False, told_by="cells")
    commas, points = _count(bodies, COMMA_SAYS), _count(bodies, POINT_SAYS)
    if commas != points:
        return Convention(commas > points, "cells")
    by_point, by_comma = matching(bodies, POINT_OPEN), matching(bodies, COMMA_OPEN)
    is_open = pc.or_(by_point, by_comma)
    at = pc.index(is_open, value=True).as_py()
    if at < 0:
        return Convention(comma=False, told_by="rule" if commas else None)
    cell = bodies[at].as_py()
    contradicting = commas > 0 or (pc.any(by_point).as_py() and pc.any(by_comma).as_py())
    if contradicting:
        return Convention(comma=False, told_by="rule", doubt=_doubt(cell, comma=False))
    return _by_kind(bodies, is_open, cell, _places(currencies, is_open), comma=comma)


def _by_kind(
    bodies: pa.Array, is_open: pa.Array, cell: str, places: int | None, *, comma: bool | None
) -> Convention:
    """Decide where one sign stands before three digits in every cell that has a sign."""
    # Thousands by a point mean a decimal comma, thousands by a comma a decimal point.
    thousands = "." in cell
    if _grouped(bodies, is_open, money=places == 2):
        return Convention(thousands, "cells")
    if places is not None and (places != 2 or not thousands):
        return Convention(thousands != (places == 3), "currency")
    if comma is not None:
        return Convention(comma, "other columns")
    decided = thousands and places == 2
    return Convention(decided, "rule", _doubt(cell, comma=decided))


def plain_convention(plain: pa.Array, *, comma: bool | None = None) -> Convention:
    """Decide for a column without commas and currencies, as `convention` does but sooner."""
    if not pc.any(pc.match_substring(plain, ".")).as_py():
        return Convention(comma=False)
    if pc.any(matching(plain.slice(0, FIRST), POINT_SAYS)).as_py():
        return Convention(comma=False, told_by="cells")
    return convention(plain, comma=comma)


def _settled_early(bodies: pa.Array) -> bool:
    """Spare the whole column where all of its first values have one or two decimals."""
    first = bodies.slice(0, FIRST).drop_null()
    return len(first) == FIRST and bool(pc.all(matching(first, r"^-?\d*\.\d{1,2}$")).as_py())


def _grouped(bodies: pa.Array, is_open: pa.Array, *, money: bool) -> bool:
    return (
        (money or _count(bodies.filter(is_open), ENDS_IN_ZERO) > 0)
        and _count(bodies, UNGROUPED_SMALL) > 0
        and _count(bodies, UNGROUPED_LARGE) == 0
    )


def _places(currencies: Sequence[tuple[str, ...] | None], is_open: pa.Array) -> int | None:
    """Give the decimals of the currencies that stand with open cells.

    None where a cell names none, or some have three decimals and others don't.
    """
    if not currencies:
        return None
    named = {
        codes
        for codes, open_cell in zip(currencies, is_open.to_pylist(), strict=True)
        if open_cell
    }
    places = {decimals(codes[0]) for codes in named if codes}
    if None in named or not places or (3 in places and len(places) > 1):
        return None
    return max(places)


def _doubt(cell: str, *, comma: bool) -> SeparatorDoubt:
    whole, decimal = (
        float(cell.replace(",", "").replace(".", "")),
        float(cell.replace(",", ".")),
    )
    thousands = comma == ("." in cell)
    return SeparatorDoubt(cell, *((whole, decimal) if thousands else (decimal, whole)))


def _count(texts: pa.Array, pattern: str) -> int:
    return int(pc.sum(matching(texts, pattern)).as_py() or 0)
