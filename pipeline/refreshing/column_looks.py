"""A look at each column of a file: what it holds, and what can't be read of it."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.decoded_twice import LOOKED_AT, decoded_twice, remedy
from pipeline.sources.cells.distinct import native
from pipeline.sources.cells.texts import written
from pipeline.sources.cells.values import as_number, as_timestamp
from pipeline.sources.forms import DATES, NUMBERS
from pipeline.sources.parts import Part

TRIED = 20_000
FIRST_ROWS, FIRST_VALUES = 8, 5
LONGEST = 60
MOSTLY = 0.95


def column_looks(part: Part, matched: Mapping[str, str]) -> list[dict[str, Any]]:
    """Tell of each column what it holds and what can't be read of it."""
    fields = {column: name for name, column in matched.items()}
    names = part.table.column_names
    return [
        _column(name, part.table.column(place), fields.get(name), f"{name} (2)" in names)
        for place, name in enumerate(names)
    ]


def _column(
    name: str,
    values: pa.ChunkedArray,
    field_name: str | None,
    repeated: bool,  # noqa: FBT001 - called here only
) -> dict[str, Any]:
    texts = written(values.slice(0, TRIED)).combine_chunks()
    filled_texts = texts.filter(_is_given(texts))
    examples = list(
        dict.fromkeys(short(text) for text in filled_texts.slice(0, 200).to_pylist())
    )
    filled = float(pc.mean(_is_given(values).cast(pa.float64())).as_py() or 0)
    kind, problems = _kind(values.slice(0, TRIED), len(filled_texts), field_name)
    if repeated:
        problems.append("Stands more than once in the header: rename or delete all but one.")
    if not filled:
        problems.append("Is empty in every row.")
    return {
        "name": name,
        "field": field_name,
        "kind": kind,
        "filled": round(filled, 6),
        "values": examples[:FIRST_VALUES],
        "problems": problems,
    }


def _is_given(values: Any) -> Any:
    """Say of each value whether it is there: neither null nor blank."""
    if pa.types.is_dictionary(values.type):
        chunks = [_is_given(chunk.dictionary).take(chunk.indices) for chunk in values.chunks]
        return pc.fill_null(pa.chunked_array(chunks, pa.bool_()), fill_value=False)
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(values), ""), fill_value=False)
    return pc.is_valid(values)


def _kind(
    values: pa.ChunkedArray, filled_count: int, field_name: str | None
) -> tuple[str, list[str]]:
    """Guess what a column holds from its first rows, and what can't be read as its field."""
    numbers, dates = as_number(values), as_timestamp(values)
    if not filled_count:
        return "empty", []
    reads_number = 1 - len(numbers.unreadable) / filled_count
    reads_date = 1 - len(dates.unreadable) / filled_count
    kind = "number" if reads_number >= MOSTLY else "date" if reads_date >= MOSTLY else "text"
    expected_by_field = dict.fromkeys(DATES, ("a date", dates)) | dict.fromkeys(
        NUMBERS, ("a number", numbers)
    )
    if field_name in expected_by_field and len(expected_by_field[field_name][1].unreadable):
        kind_words, typed = expected_by_field[field_name]
        cell = short(str(values[int(typed.unreadable[0])].as_py()))
        return kind, [
            f"{len(typed.unreadable):,} cells are not {kind_words}, the first “{cell}”."
        ]
    return kind, []


def first_rows(table: pa.Table) -> list[list[str]]:
    """Give the first rows as texts, long cells shortened."""
    head = table.slice(0, FIRST_ROWS)
    columns = [written(head.column(place)).to_pylist() for place in range(head.num_columns)]
    return [[short(cell or "") for cell in row] for row in zip(*columns, strict=True)]


def wrongly_decoded(table: pa.Table) -> list[str]:
    """Say whether texts were decoded by the wrong code page, with an example."""
    texts = [str(name) for name in table.column_names]
    for column in table.slice(0, LOOKED_AT).columns:
        if not native(column):
            texts += [text for text in written(column).to_pylist() if text]
    garbled = decoded_twice(texts)
    return [remedy(*(short(text) for text in garbled))] if garbled else []


def short(text: str) -> str:
    """Shorten a cell and blank what can't be printed."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return printable if len(printable) <= LONGEST else f"{printable[: LONGEST - 1]}…"
