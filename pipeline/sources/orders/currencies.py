"""In which currency the money of a table of orders is."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.base.errors import SourceError
from pipeline.sources.cells.distinct import distinct
from pipeline.sources.cells.money import CurrencyFound, currency_of
from pipeline.sources.cells.texts import as_text
from pipeline.sources.naming import BRACKETED
from pipeline.sources.orders.fields import MONEY, constant
from pipeline.sources.orders.rates import Rates
from pipeline.sources.parts import Part
from pipeline.sources.telling.remarks import Remark, note, warning


class FoundCurrency(NamedTuple):
    """The code of the one currency that a table's amounts are in, and what is to be said.

    `factor` is what amounts are multiplied by to be in it, one a row or one for all.
    """

    code: str | None
    remarks: tuple[Remark, ...] = ()
    factor: npt.NDArray[np.float64] | float = 1.0


def found_currency(
    part: Part, columns: Mapping[str, str], rates: Rates | None = None
) -> FoundCurrency:
    """Find the currency of a table's money, in a column of its own or in the cells themselves.

    With rates amounts are converted. Raises `SourceError` where there are several currencies
    and no rates, or no rate for one: amounts of different money are never added.
    """
    if rates is None:
        return _named(part, columns)
    if "currency" in columns and constant(columns["currency"]) is None:
        return _by_row(part, columns["currency"], rates)
    found = _named(part, columns)
    if found.code is None or found.code == rates.target:
        return found._replace(code=rates.target)
    factor = _rate(found.code, rates, part, columns.get("currency"))
    return FoundCurrency(rates.target, (_converted(len(part.table), rates),), factor)


def _by_row(part: Part, column: str, rates: Rates) -> FoundCurrency:
    """Give each row the rate of its currency; a row that names none is in the data set's."""
    found = distinct(as_text(part.table[column]))
    codes = [None if text is None else _code(text) for text in found.values.to_pylist()]
    worth = [1.0 if code is None else _rate(code, rates, part, column) for code in codes]
    spread = found.spread(pa.array(worth, pa.float64()))
    factor = pc.fill_null(spread, 1.0).to_numpy(zero_copy_only=False)
    other = int((factor != 1.0).sum())
    return FoundCurrency(rates.target, (_converted(other, rates),) if other else (), factor)


def _code(text: str) -> str:
    """Give the code that a cell names, by its sign or word too, else the text itself."""
    codes = currency_of(pa.chunked_array([[text]])).codes
    return codes[0] if len(codes) == 1 else text.strip().upper()


def _rate(code: str, rates: Rates, part: Part, column: str | None) -> float:
    if code in rates.worth:
        return rates.worth[code]
    raise SourceError(
        f"holds amounts in {code}, which has no rate",
        remedy=f"add a line “{code}: rate” to the file of rates",
        file=part.file,
        sheet=part.sheet,
        column=column,
    )


def _converted(rows: int, rates: Rates) -> Remark:
    return note(
        "currency_converted", f"Amounts were converted to {rates.target} by your rates.", rows
    )


def _named(part: Part, columns: Mapping[str, str]) -> FoundCurrency:
    if "currency" in columns:
        value = constant(columns["currency"])
        if value is not None:
            return FoundCurrency(value.upper())
    for field in ("currency", *MONEY):
        if field not in columns or constant(columns[field]) is not None:
            continue
        found = currency_of(part.table[columns[field]])
        if len(found.codes) > 1:
            raise _several(sorted(found.codes), part, columns[field])
        other = _other_money(found)
        if other is not None:
            raise _several(sorted(other), part, columns[field])
        if found.codes:
            _refuse_other(found.codes[0], part, columns)
            return FoundCurrency(found.codes[0])
        if found.ambiguous:
            return FoundCurrency(None, (_ambiguous(found),))
    return FoundCurrency(_in_names(columns))


def _in_names(columns: Mapping[str, str]) -> str | None:
    """Give the currency that the names of columns of money have in brackets, `Price (EUR)`."""
    told = [
        word.strip("()[] ")
        for field in MONEY
        if field in columns
        for word in BRACKETED.findall(columns[field])
    ]
    codes = currency_of(pa.chunked_array([told])).codes if told else ()
    return codes[0] if len(codes) == 1 else None


def _refuse_other(code: str, part: Part, columns: Mapping[str, str]) -> None:
    """Raise `SourceError` where amounts name another currency than their own column."""
    for field in MONEY:
        if field in columns and constant(columns[field]) is None:
            found = currency_of(part.table[columns[field]])
            if found.codes and code not in found.codes:
                raise _several([code, found.codes[0]], part, columns[field])


def _other_money(found: CurrencyFound) -> set[str] | None:
    """Give two currencies of a column whose signs can't mean the same one, if there are."""
    meant = [(code, {code}) for code in found.codes]
    meant += [(each.codes[0], set(each.codes)) for each in found.ambiguous]
    if not meant or set.intersection(*(codes for _, codes in meant)):
        return None
    first, codes = meant[0]
    return {first, next((name for name, each in meant if not each & codes), meant[-1][0])}


def refuse_several(codes: Iterable[str]) -> None:
    """Raise `SourceError` where tables of one data set are in several currencies."""
    found = sorted(codes)
    if len(found) > 1:
        raise _several(found)


def disagreeing(told: str | None, found: Iterable[str]) -> tuple[Remark, ...]:
    """Warn where the currency that a person told is not the one that the source names."""
    others = sorted({code for code in found if told is not None and code != told})
    if not others:
        return ()
    return (
        warning(
            "currency_disagrees",
            f"The source names {', '.join(others)}, and amounts are shown in {told}, as told;"
            " to convert them give --rates.",
        ),
    )


def _ambiguous(found: CurrencyFound) -> Remark:
    sign = found.ambiguous[0]
    return note(
        "currency_ambiguous",
        f"“{sign.sign}” may be {', '.join(sign.codes[:4])}; name the currency with --currency.",
        sign.rows,
    )


def _several(
    codes: list[str], part: Part | None = None, column: str | None = None
) -> SourceError:
    return SourceError(
        f"holds several currencies ({', '.join(codes[:6])}), which can't be added up",
        remedy="give a file of rates with --rates, or a file for each currency",
        file=part.file if part else None,
        sheet=part.sheet if part else None,
        column=column,
    )
