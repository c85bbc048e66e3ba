"""Tables as Markdown: each with a sentence on how it was measured."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

NOTE = "<!-- Written by `make bench`; measure again instead of editing. -->"
NOTHING = "–"


class Table(NamedTuple):
    """A head and rows of text, with what is to be said before and after them."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    before: str = ""
    after: str = ""


class Section(NamedTuple):
    """What one case measured, how, and what it found."""

    title: str
    how: str
    tables: Sequence[Table]


def page(sections: Iterable[Section], machine: Table) -> str:
    """Write the whole page."""
    parts = ["# Benchmarks", NOTE, INTRODUCTION, *_written(machine)]
    for section in sections:
        parts += [f"## {section.title}", section.how]
        for table in section.tables:
            parts += [f"### {table.title}", *_written(table)]
    return "\n\n".join(part for part in parts if part) + "\n"


INTRODUCTION = """\
Every figure was measured in one run on one machine, the product beside its peers, so read the
ratios: seconds differ from machine to machine and from day to day. *CPU* is user and system
time of a process and its children, *memory* the largest resident size of any one process among
them (`wait4`); every process has one BLAS and OpenMP thread. Figures are medians where one
measurement takes at most 20 seconds. A ratio above 1 says that the other way takes more."""


def seconds(value: float) -> str:
    """Write seconds with three digits that count."""
    if value >= 100:
        return f"{value:,.0f} s"
    if value >= 10:
        return f"{value:.1f} s"
    return f"{value:.2f} s" if value >= 0.1 else f"{value * 1000:.0f} ms"


def milliseconds(value: float) -> str:
    """Write seconds as milliseconds."""
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value * 1000:,.0f} ms"


def memory(size: float) -> str:
    """Write bytes as MiB or GiB."""
    return f"{size / 2**30:.2f} GiB" if size >= 2**30 else f"{size / 2**20:,.0f} MiB"


def ratio(other: float, ours: float) -> str:
    """Write how many times the product's cost another way takes."""
    if not ours or math.isnan(other):
        return NOTHING
    found = other / ours
    return f"{found:.1f}" if found >= 1 else f"{found:.2f}"


def number(value: float) -> str:
    """Write a whole number with separators."""
    return f"{value:,.0f}"


def _written(table: Table) -> list[str]:
    sides = ["---", *("---:" for _ in table.head[1:])]
    lines = [table.head, tuple(sides), *table.rows]
    grid = "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)
    return [table.before, grid, table.after]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
