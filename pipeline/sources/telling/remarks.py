"""What is said of a source besides its figures: doubts about them, and what the rules did."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

Level = Literal["warning", "note"]
WARNING: Level = "warning"
NOTE: Level = "note"


class Remark(NamedTuple):
    """One sentence on a source.

    A *warning* puts a figure in doubt and names the thing; a *note* says what is switched off
    or was done by the rules. `code` is its stable name, `rows` how many rows it is about.
    """

    level: Level
    code: str
    sentence: str
    rows: int = 0


def warning(code: str, sentence: str, rows: int = 0) -> Remark:
    """Say what puts a figure in doubt."""
    return Remark(WARNING, code, sentence, rows)


def note(code: str, sentence: str, rows: int = 0) -> Remark:
    """Say what is switched off or was done by the rules."""
    return Remark(NOTE, code, sentence, rows)


def merged(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Say the same of several tables once, with all its rows, in the order of first use."""
    remark_by_key: dict[tuple[str, str, str], Remark] = {}
    for remark in remarks:
        key = (remark.level, remark.code, remark.sentence)
        rows = remark_by_key[key].rows + remark.rows if key in remark_by_key else remark.rows
        remark_by_key[key] = remark._replace(rows=rows)
    return tuple(remark_by_key.values())


def of_level(remarks: Iterable[Remark], level: Level) -> tuple[Remark, ...]:
    """Give the warnings, or the notes."""
    return tuple(remark for remark in remarks if remark.level == level)
