"""A table of an export brought to the fields of orders, as its layout says."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from pipeline.base.errors import SourceError
from pipeline.sources.columns import ignored, match
from pipeline.sources.forms import ORDERS
from pipeline.sources.layouts.declared import ALWAYS_OF_ORDER, SUBTOTAL, Layout, Source
from pipeline.sources.layouts.refund_rows import given_back
from pipeline.sources.layouts.row_rules import told_by_rules, told_by_words
from pipeline.sources.layouts.sheet import Header, Sheet
from pipeline.sources.orders.fields import CUSTOMERS, NEEDS, NUMBERS
from pipeline.sources.orders.meaning import GivenBack, Meaning
from pipeline.sources.parts import Part
from pipeline.sources.telling.contents import Contents
from pipeline.sources.telling.remarks import Remark, note, warning

CODE = "layout_"
"""What the code of the note begins with that names a layout."""
GENERAL = frozenset({*CUSTOMERS, "ordered_at", "invoice", "quantity"})
"""Fields for which another known name will do where none of the layout's own is there."""


class Laid(NamedTuple):
    """A table with columns for those fields that no column of the file is as it stands.

    `columns` maps fields to columns of `part`, or to constants; `shown` maps them to columns
    that the file itself has.
    """

    part: Part
    columns: dict[str, str]
    shown: dict[str, str]
    meaning: Meaning
    remarks: tuple[Remark, ...]


def named_by(remarks: Iterable[Remark]) -> str | None:
    """Name the layout that was said to be used, the first where there are several."""
    codes = (remark.code for remark in remarks if remark.code.startswith(CODE))
    return next((code.removeprefix(CODE) for code in codes), None)


def _said(layout: Layout, sources: Mapping[str, Source], header: Header) -> Iterator[Remark]:
    """Say which layout was used, and which of its columns are not there though they matter."""
    yield note(f"{CODE}{layout.name}", f"Read as the export “{layout.title}”.")
    fields = [layout.fields[name].names for name in layout.expected if name not in sources]
    rules = [rule.column for rule in layout.rows if rule.expected]
    lacking = [*fields, *(names for names in rules if header.first(names) is None)]
    for column in dict.fromkeys(names[0] for names in lacking):
        yield warning(
            "column_missing",
            f"The export “{layout.title}” usually has a column “{column}”, and this one"
            " hasn't: what it says is not taken into account.",
        )


def laid(part: Part, layout: Layout, mapping: Mapping[str, str], contents: Contents) -> Laid:
    """Find the fields of a part, and make columns for those that are put together.

    What `mapping` says of a field goes before the layout, unless it names the very column that
    the layout takes.

    Raises
    ------
    SourceError
        If a field is missing that the layout can't do without.
    """
    sources = _sources(part, layout, mapping, contents)
    sheet, header = Sheet(part, sources), Header(part.table.column_names)
    if layout.order_above and "invoice" in sheet.columns:
        sheet.put("invoice", pd.Series(sheet.of_field("invoice")).ffill().to_numpy())
    if "invoice" in sheet.columns:
        _fill_orders(sheet, layout)
    back = _tell_rows(sheet, layout, header)
    numbers = ALWAYS_OF_ORDER | (set(layout.of_order) & NUMBERS)
    meaning = Meaning(
        frozenset(numbers),
        amount_before=layout.amount == "before discounts",
        subtotal_after=layout.subtotal == "after discounts",
        given_back=back,
    )
    return Laid(
        sheet.part(),
        sheet.columns,
        _shown(sources),
        meaning,
        tuple(_said(layout, sources, header)),
    )


def laid_fields(
    part: Part, layout: Layout, mapping: Mapping[str, str], contents: Contents
) -> dict[str, str]:
    """Give the file's column of each field; raises `SourceError` where a needed one isn't."""
    return _shown(_sources(part, layout, mapping, contents))


def _sources(
    part: Part, layout: Layout, mapping: Mapping[str, str], contents: Contents
) -> dict[str, Source]:
    """Find where the cells of each field are; raises `SourceError` where a needed one isn't."""
    left_out = ignored(mapping)
    header = Header([name for name in part.table.column_names if name not in left_out])
    source_by_field = {
        str(name): header.there(source) for name, source in layout.fields.items()
    }
    sources = {name: source for name, source in source_by_field.items() if source is not None}
    file_columns = _shown(sources)
    own = {name: column for name, column in mapping.items() if file_columns.get(name) != column}
    named = match(
        header.names, ORDERS, {**file_columns, **own}, file=part.file, contents=contents
    )
    for name, column in named.items():
        by_general_name = name not in sources and name in layout.fields and name in GENERAL
        if name in own or by_general_name:
            sources[name] = Source(column=(column,))
    _refuse_lacking(sources, layout, part)
    return sources


def _shown(sources: Mapping[str, Source]) -> dict[str, str]:
    return {name: source.names[0] for name, source in sources.items() if name != SUBTOTAL}


def _refuse_lacking(sources: Mapping[str, Source], layout: Layout, part: Part) -> None:
    groups = (*((name,) for name in layout.needed), *NEEDS[:-1], (*NEEDS[-1], SUBTOTAL))
    for group in groups:
        if any(name in sources for name in group):
            continue
        declared = [layout.fields[name].names[0] for name in group if name in layout.fields]
        names = f" (“{'” or “'.join(declared[:3])}”)" if declared else ""
        raise SourceError(
            f"looks like the export “{layout.title}”, and has no column for {group[0]}{names}",
            remedy="export it with all its columns, or name the column with --map",
            file=part.file,
            sheet=part.sheet,
        )


def _fill_orders(sheet: Sheet, layout: Layout) -> None:
    """Have every row of an order say what one of them says."""
    orders = sheet.orders()
    for field in layout.of_order:
        if field in NUMBERS | ALWAYS_OF_ORDER or not sheet.has_column(field):
            continue
        blank = pd.isna(sheet.of_field(field))
        if blank.any():
            places = _first_filled(blank, orders)
            cells = sheet.cells(sheet.columns[field]).combine_chunks()
            sheet.put(field, pa.chunked_array([cells.take(pa.array(places))]))


def _first_filled(
    blank: npt.NDArray[np.bool_], orders: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Give for each row the row to read: itself, or the first of its order that is filled."""
    places = np.arange(len(blank), dtype=np.int64)
    filled = np.flatnonzero(~blank & (orders >= 0))[::-1]
    first = np.full(int(orders.max(initial=-1)) + 1, -1, dtype=np.int64)
    first[orders[filled]] = filled
    lacking = np.flatnonzero(blank & (orders >= 0))
    lacking = lacking[first[orders[lacking]] >= 0]
    places[lacking] = first[orders[lacking]]
    return places


def _tell_rows(sheet: Sheet, layout: Layout, header: Header) -> GivenBack | None:
    """Make one column of statuses out of the file's words and the layout's rules."""
    ruled, refunds = told_by_rules(sheet, layout, header)
    statuses = np.where(pd.notna(ruled), ruled, told_by_words(sheet, layout))
    statuses[refunds] = None
    back = given_back(sheet, layout, header, refunds, statuses) if refunds.any() else None
    if pd.notna(statuses).any():
        sheet.put("status", statuses)
    return back
