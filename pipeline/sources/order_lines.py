"""Order lines: from the raw columns of a part to typed ones under known names."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.sources.cells.values import Typed, as_number, as_text, as_timestamp
from pipeline.sources.faults import Tell, first_unreadable, tell_faults, untold
from pipeline.sources.parts import Part, TypedPart

TEXTS = ("invoice", "product", "description", "customer_id", "country")
NUMBERS = ("quantity", "unit_price")
VERSION = 1
"""Part of a load's checksum: lines read by another version are read again."""


def typed_lines(
    part: Part, columns: dict[str, str], *, unreadable_share: float, tell: Tell = untold
) -> pa.Table:
    """Give a part's lines with typed columns, one row per row of the part.

    `columns` maps the form's fields to the part's columns. Cells that can't be read are null
    and mark their row `unreadable`; above `unreadable_share` of the rows, the first such cell
    is raised as a `SourceError`. Up to that share they are told one by one.
    """
    table = part.table
    fields: dict[str, pa.ChunkedArray] = {}
    bad: dict[str, Typed] = {}
    for name in TEXTS:
        column = columns.get(name)
        fields[name] = (
            as_text(table[column])
            if column
            else pa.chunked_array([pa.nulls(len(table), pa.string())])
        )
    for name in NUMBERS:
        bad[name] = as_number(table[columns[name]])
    bad["ordered_at"] = as_timestamp(table[columns["ordered_at"]])
    fields.update({name: typed.values for name, typed in bad.items()})
    unreadable = np.zeros(len(table), dtype=bool)
    for typed in bad.values():
        unreadable[typed.unreadable] = True
    if unreadable.sum() > unreadable_share * len(table):
        raise first_unreadable(part, columns, bad, int(unreadable.sum()))
    tell_faults(part, columns, bad, tell)
    first = part.header_row + 1
    fields["source_row"] = pa.chunked_array(
        [np.arange(first, first + len(table), dtype=np.int64)]
    )
    fields["unreadable"] = pa.chunked_array([pa.array(unreadable)])
    return pa.table(fields)


def as_lines(parts: Iterable[TypedPart]) -> pd.DataFrame:
    """Give typed parts as the frame that cleaning takes: texts as categories, one batch."""
    tables = []
    for part, _, table in parts:
        encoded = {
            name: table[name].dictionary_encode() if name in TEXTS else table[name]
            for name in table.column_names
        }
        number = pa.array(np.full(len(table), part, dtype=np.int32))
        tables.append(pa.table(encoded).append_column("part", number))
    whole = pa.concat_tables(tables).unify_dictionaries() if len(tables) > 1 else tables[0]
    lines: pd.DataFrame = whole.to_pandas(split_blocks=True)
    return lines.assign(batch=0)
