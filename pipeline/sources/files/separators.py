"""How a delimited text is laid out: its separator, its header, how wide its rows are.

Each separator is tried on the first rows. Of those that part the rows alike the best is the one
under which a header stands in the first line, which leaves cells that look like numbers and
dates, and which gives most columns: in that order, so that decimal commas don't part
`id;profit`, and a title above the header doesn't hide the table.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from pipeline.sources.files.cell_shapes import TYPED, Shape, column_shapes
from pipeline.sources.files.headers import (
    Header,
    clean_name,
    find_header,
    names_apart,
    numbered,
)
from pipeline.sources.fitting import Wanted
from pipeline.sources.parts import Around

SEPARATORS = ",;\t|"
BLANKS = {"  ": re.compile(r'("[^"\n]*")|[ \t]{2,}'), " ": re.compile(r'("[^"\n]*")|[ \t]+')}
"""Runs of blanks that part the cells of a line, quoted ones apart, by what stands for them."""
LOOKED_AT, SHAPED = 200, 50
"""Rows that each separator is tried on, and of those, whose cells' shapes are looked at."""
ALIKE, ALIKE_BLANKS = 0.8, 0.95
RULER = re.compile(r"[\s\-=_+|:]*")
"""A line drawn under a header, as reports have it."""


class Layout(NamedTuple):
    """How a file is written.

    `separator` is one of `SEPARATORS` or a key of `BLANKS`; `header_row` is the row of the
    header as a spreadsheet counts, or the row before the first; of the `names`, one for each
    cell of a row, the header reaches so many as `named` says.
    """

    separator: str
    names: list[str]
    header_row: int
    named: int
    above: tuple[Around, ...]
    has_header: bool = True


class Trial(NamedTuple):
    """The first rows as one separator parts them."""

    separator: str
    rows: list[list[str]]
    width: int
    is_alike: bool


def find_layout(text: str, is_wanted: Wanted | None) -> Layout:
    """Find the separator and the header in the first lines of a file, which end in a break."""
    trials = [_trial(text, separator) for separator in _separators(text)]
    ranked_trials = [(_rank(trial, is_wanted), trial) for trial in trials]
    rank, best = max(ranked_trials, key=lambda ranked: ranked[0])
    if not (rank.is_alike and rank.begins):
        blanks = [_trial(text, separator) for separator in BLANKS]
        tried = [(_rank(trial, is_wanted), trial) for trial in blanks if trial.is_alike]
        most = max(trial_rank.typed for trial_rank, _ in ranked_trials)
        tried = [
            (trial_rank, trial)
            for trial_rank, trial in tried
            if trial_rank.typed > most and _reaches(trial, is_wanted)
        ]
        _, best = max(tried, key=lambda ranked: ranked[0], default=(rank, best))
    return _laid_out(best, is_wanted)


def _separators(text: str) -> str:
    """Return the separators worth trying; a first line `sep=;`, as Excel writes, says it."""
    first = text.lstrip().split("\n", 1)[0].strip().strip('"').lower()
    stated = first[4:5] if first.startswith("sep=") and len(first) <= 5 else ""
    return stated if stated in SEPARATORS and stated else SEPARATORS


def states_separator(row: Sequence[str]) -> bool:
    """Say whether a row is the line `sep=;` that Excel writes."""
    return row[0].lower().removeprefix("\ufeff").startswith("sep=") and not any(row[1:])


def parted(lines: str, separator: str) -> str:
    """Put tabs where runs of blanks part the cells of lines."""
    bare = re.sub(r"(?m)^[ \t]+|[ \t]+$", "", lines)
    return BLANKS[separator].sub(lambda match: match[1] or "\t", bare)


def delimiter(separator: str) -> str:
    """Give the sign that parts cells once blanks are parted."""
    return "\t" if separator in BLANKS else separator


def _trial(text: str, separator: str) -> Trial:
    """Split the first rows with one separator."""
    is_blank = separator in BLANKS
    if is_blank:
        lines = re.split(r"\r\n|\r|\n", text)[: LOOKED_AT + 1]
        text = parted("\n".join(lines), separator)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(separator))
    rows: list[list[str]] = []
    try:
        rows.extend(islice(reader, LOOKED_AT))
    except csv.Error:
        rows.append([])
    body = [len(row) for row in rows if any(cell.strip() for cell in row) and not is_ruler(row)]
    filled = Counter(width for width in body if width > (2 if is_blank else 1))
    if not filled:
        return Trial(separator, rows, max(body, default=1), is_alike=False)
    width = max(filled, key=lambda width: (filled[width], width))
    first, last = body.index(width), len(body) - body[::-1].index(width)
    share = filled[width] / (last - first)
    return Trial(separator, rows, width, share >= (ALIKE_BLANKS if is_blank else ALIKE))


def is_ruler(row: Sequence[str]) -> bool:
    """Say whether a row is nothing but a drawn line."""
    drawn = "".join(row)
    return len(drawn) > 2 and RULER.fullmatch(drawn) is not None and "-" in drawn + "="


class Rank(NamedTuple):
    """How well a separator does; `typed` columns look like numbers, dates or addresses."""

    is_alike: bool
    has_header: bool
    begins: bool
    typed: int
    width: int


def _rank(trial: Trial, is_wanted: Wanted | None) -> Rank:
    header = _header(trial, is_wanted)
    below = trial.rows[header.position + 1 :][:SHAPED] if trial.width > 1 else []
    shapes = column_shapes(below, trial.width)
    above = any(any(row) and not states_separator(row) for row in trial.rows[: header.position])
    return Rank(
        trial.is_alike,
        header.is_there,
        not above,
        sum(shape in TYPED - {Shape.CODE} for shape in shapes),
        trial.width,
    )


def _header(trial: Trial, is_wanted: Wanted | None) -> Header:
    rows = [
        [] if not row or states_separator(row) or is_ruler(row) else row for row in trial.rows
    ]
    if trial.is_alike:
        return find_header(rows, is_wanted)
    first = next((at for at, row in enumerate(rows) if any(clean_name(c) for c in row)), 0)
    return Header(first, is_there=True)


def _laid_out(trial: Trial, is_wanted: Wanted | None) -> Layout:
    header = _header(trial, is_wanted)
    rows = trial.rows
    above = tuple(
        Around(row, shown(cells), "title")
        for row, cells in enumerate(rows[: header.position], start=1)
        if any(cell.strip() for cell in cells) and not states_separator(cells)
    )
    if not header.is_there:
        names = numbered(trial.width)
        return Layout(trial.separator, names, header.position, len(names), above, False)  # noqa: FBT003
    names = [clean_name(cell) for cell in rows[header.position]] if rows else [""]
    below = rows[header.position + 1 :]
    named = len(names)
    if trial.is_alike:
        names, named = _as_wide_as(names, below, trial.width)
    return Layout(
        trial.separator,
        names_apart(names),
        header.position + 1,
        named,
        above,
    )


def _reaches(trial: Trial, is_wanted: Wanted | None) -> bool:
    """Say whether the header, if there is one, names every column."""
    header = _header(trial, is_wanted)
    names, below = trial.rows[header.position], trial.rows[header.position + 1 :]
    return not header.is_there or _as_wide_as(names, below, trial.width)[1] == trial.width


def _as_wide_as(
    names: list[str], below: Sequence[Sequence[str]], width: int
) -> tuple[list[str], int]:
    """Let the header be as wide as its rows, and say how many columns it reaches.

    The rows may end in a separator that it lacks, or it in one that they lack. In tables that R
    wrote the first column is the row's name, and the header doesn't name it.
    """
    while len(names) > width and not names[-1]:
        names = names[:-1]
    missing = width - len(names)
    if missing == 1 and below and _are_row_names([row[0] for row in below if row], below):
        return ["", *names], width
    return names + [""] * missing, len(names)


def _are_row_names(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    full = [row for row in below if row]
    counted = [str(number) for number in range(1, len(full) + 1)]
    return list(cells) == counted and any(row[-1].strip() for row in full)


def shown(cells: Sequence[str]) -> str:
    """Give the filled cells of a row as one line."""
    text = ", ".join(" ".join(cell.split()) for cell in cells if cell and cell.strip())
    return text if len(text) <= 200 else f"{text[:199]}…"
