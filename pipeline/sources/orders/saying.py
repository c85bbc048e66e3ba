"""What is to be said of a table of orders: doubts about its cells, and what was set aside."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.base.wording import counted
from pipeline.sources.cells.identity import Customers
from pipeline.sources.cells.numerals import TypedNumbers
from pipeline.sources.cells.timestamps import TypedDates
from pipeline.sources.parts import Part
from pipeline.sources.telling.remarks import Remark, note, warning

SHOWN = 5


def said_of_part(part: Part) -> Iterator[Remark]:
    """Say how a table was found in its file, and what may have been read wrongly of it."""
    yield from part.said
    for doubt in part.doubts:
        yield warning(doubt.code, doubt.sentence, doubt.rows)
    if part.around:
        first = part.around[0]
        yield note(
            "rows_set_aside",
            f"Rows around the table are no data, the first row {first.row:,}: “{first.text}”.",
            len(part.around),
        )
    if not part.has_header:
        yield note(
            "no_header", "The table has no header; its columns were told by what they hold."
        )
    if len(part.broken):
        yield warning(
            "rows_broken",
            f"{counted(len(part.broken), 'row has', 'rows have')} too many or too few cells"
            f" and can't be used, the first row {part.row_of(int(part.broken[0])):,}.",
            len(part.broken),
        )


def said_of_cells(
    dates: TypedDates,
    numbers: Mapping[str, TypedNumbers],
    customers: Customers,
    columns: Mapping[str, str],
) -> Iterator[Remark]:
    """Say which cells read in two ways, and which identifiers can't be trusted."""
    if dates.doubt is not None:
        doubt = dates.doubt
        yield warning(
            "day_month_unclear",
            "Nothing tells whether the day or the month stands first in"
            f" “{columns['ordered_at']}”: “{doubt.cell}” was taken for"
            f" {doubt.read_as:%Y-%m-%d}, and may be {doubt.otherwise:%Y-%m-%d}.",
            doubt.rows,
        )
    for field, typed in numbers.items():
        if typed.doubt is not None:
            yield warning(
                "separator_unclear",
                f"Nothing tells whether “{typed.doubt.cell}” in “{columns[field]}” is"
                f" {typed.doubt.read_as:g}, as it was taken, or {typed.doubt.otherwise:g}.",
            )
    if len(customers.lost_digits):
        column = columns.get("customer_id", "")
        yield warning(
            "digits_lost",
            f"{counted(len(customers.lost_digits), 'identifier', 'identifiers')} in"
            f" “{column}” lost digits in a"
            " spreadsheet (scientific notation), so several customers may be one; export them"
            " as text.",
            len(customers.lost_digits),
        )


def said_of_statuses(unknown: Sequence[str], *, sure: bool = False) -> Iterator[Remark]:
    """Say which statuses aren't known: a doubt where others of the column are."""
    if not unknown:
        return
    words = ", ".join(f"“{word}”" for word in unknown[:SHOWN])
    more = f" and {len(unknown) - SHOWN} more" if len(unknown) > SHOWN else ""
    say = warning if sure else note
    yield say("status_unknown", f"The statuses {words}{more} aren't known; their orders count.")
