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
    currency = _named(part, columns)
    if currency.code is None or currency.code == rates.target:
        return currency._replace(code=rates.target)
    factor = _rate(currency.code, rates, part, columns.get("currency"))
    return FoundCurrency(rates.target, (_converted(len(part.table), rates),), factor)


def _by_row(part: Part, column: str, rates: Rates) -> FoundCurrency:
    """Give each row the rate of its currency; a row that names none is in the data set's."""
    distinct_texts = distinct(as_text(part.table[column]))
    codes = [
        None if text is None else _code(text) for text in distinct_texts.values.to_pylist()
    ]
    worth = [1.0 if code is None else _rate(code, rates, part, column) for code in codes]
    spread = distinct_texts.spread(pa.array(worth, pa.float64()))
    factor = pc.fill_null(spread, 1.0).to_numpy(zero_copy_only=False)
    converted_rows = int((factor != 1.0).sum())
    return FoundCurrency(
        rates.target, (_converted(converted_rows, rates),) if converted_rows else (), factor
    )


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
        currencies = currency_of(part.table[columns[field]])
        if len(currencies.codes) > 1:
            raise _several(sorted(currencies.codes), part, columns[field])
        clashing = _other_money(currencies)
        if clashing is not None:
            raise _several(sorted(clashing), part, columns[field])
        if currencies.codes:
            _refuse_other(currencies.codes[0], part, columns)
            return FoundCurrency(currencies.codes[0])
        if currencies.ambiguous:
            return FoundCurrency(None, (_ambiguous(currencies),))
    return FoundCurrency(_in_names(columns))


def _in_names(columns: Mapping[str, str]) -> str | None:
    """Give the currency that the names of columns of money have in brackets, `Price (EUR)`."""
    words = [
        word.strip("()[] ")
        for field in MONEY
        if field in columns
        for word in BRACKETED.findall(columns[field])
    ]
    codes = currency_of(pa.chunked_array([words])).codes if words else ()
    return codes[0] if len(codes) == 1 else None


def _refuse_other(code: str, part: Part, columns: Mapping[str, str]) -> None:
    """Raise `SourceError` where amounts name another currency than their own column."""
    for field in MONEY:
        if field in columns and constant(columns[field]) is None:
            currencies = currency_of(part.table[columns[field]])
            if currencies.codes and code not in currencies.codes:
                raise _several([code, currencies.codes[0]], part, columns[field])


def _other_money(currencies: CurrencyFound) -> set[str] | None:
    """Give two currencies of a column whose signs can't mean the same one, if there are."""
    meanings = [(code, {code}) for code in currencies.codes]
    meanings += [(sign.codes[0], set(sign.codes)) for sign in currencies.ambiguous]
    if not meanings or set.intersection(*(codes for _, codes in meanings)):
        return None
    first, codes = meanings[0]
    return {
        first,
        next((name for name, possible in meanings if not possible & codes), meanings[-1][0]),
    }


def refuse_several(codes: Iterable[str]) -> None:
    """Raise `SourceError` where tables of one data set are in several currencies."""
    sorted_codes = sorted(codes)
    if len(sorted_codes) > 1:
        raise _several(sorted_codes)


def disagreeing(declared: str | None, source_codes: Iterable[str]) -> tuple[Remark, ...]:
    """Warn where the currency that a person told is not the one that the source names."""
    other_codes = sorted(
        {code for code in source_codes if declared is not None and code != declared}
    )
    if not other_codes:
        return ()
    return (
        warning(
            "currency_disagrees",
            f"The source names {', '.join(other_codes)}, and amounts are shown in {declared},"
            " as told; to convert them give --rates.",
        ),
    )


def _ambiguous(currencies: CurrencyFound) -> Remark:
    sign = currencies.ambiguous[0]
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
