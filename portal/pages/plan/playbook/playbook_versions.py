"""The playbook as people edit it: checked, saved in versions, compared, restored."""

import datetime as dt
import difflib
from typing import NamedTuple

from sqlalchemy.engine import Engine

from db.workspace import is_there
from db.workspace import playbooks as kept
from db.workspace.playbooks import BUILT_IN, PlaybookVersion
from db.workspace.undo import Deleted
from portal.reading.contacting.economics import (
    StrategyError,
    changes,
    default_playbook,
    dump_playbook,
    faults,
    load_playbook,
)
from portal.reading.published import PublishedRun

LONGEST_NOTE = 300
MOST = 500
AROUND = 2
"""So many equal lines stand around each difference."""


class Line(NamedTuple):
    """A line of a difference: “+” it came, “−” it went, “ ” it stayed, “…” lines between."""

    sign: str
    text: str


class Difference(NamedTuple):
    """Two versions beside each other: in words, and line by line."""

    words: list[str]
    lines: list[Line]


def versions(run: PublishedRun) -> list[PlaybookVersion]:
    """Give what was saved for the data set, the newest first."""
    if run.playbook == BUILT_IN:
        return []
    return kept.history(run.connection, run.dataset, most=MOST)


def deleted(run: PublishedRun) -> list[Deleted]:
    """Give the versions that can be brought back, the latest first, each with its note."""
    if not is_there(run.connection):
        return []
    every = kept.deleted(run.connection, run.dataset)
    return [
        version._replace(
            name=f"Version {version.number}{f' ({version.name})' if version.name else ''}"
        )
        for version in every
    ]


def text_of(run: PublishedRun, version: int) -> str:
    """Give the text of a version, 0 for the built-in one; raises `StrategyError`."""
    if version == BUILT_IN:
        return dump_playbook(default_playbook())
    stored = (
        None if run.playbook == BUILT_IN else kept.one(run.connection, run.dataset, version)
    )
    if stored is None:
        raise StrategyError(f"There is no version {version} of this playbook.")
    return stored.text


def save(
    engine: Engine, *, dataset: str, text: str, note: str, based_on: int, at: dt.datetime
) -> int:
    """Save a text as a new version and give its number; one that changes nothing makes none.

    Raises `StrategyError` with the first thing that is wrong, `PlaybookChanged` where another
    version came meanwhile.
    """
    text_faults = faults(text)
    if text_faults:
        raise StrategyError(told(text_faults[0].line, text_faults[0].sentence))
    written = text.replace("\r\n", "\n").rstrip() + "\n"
    if based_on == BUILT_IN and written == dump_playbook(default_playbook()):
        return BUILT_IN
    return kept.save(
        engine,
        dataset=dataset,
        text=written,
        note=checked_note(note),
        based_on=based_on,
        at=at,
    )


def delete(engine: Engine, dataset: str, version: int, *, at: dt.datetime) -> None:
    """Delete a version; it can be brought back."""
    kept.delete(engine, dataset, version, at=at)


def bring_back(engine: Engine, dataset: str, version: int) -> None:
    """Bring a deleted version back; raises `db.workspace.playbooks.NoVersion`."""
    kept.restore(engine, dataset, version)


def checked_note(note: str) -> str:
    """Give a note in one line; raises `StrategyError` where it is too long."""
    line = " ".join(
        "".join(character if character.isprintable() else " " for character in note).split()
    )
    if len(line) > LONGEST_NOTE:
        raise StrategyError(f"The note is too long: at most {LONGEST_NOTE} characters.")
    return line


def told(line: int | None, sentence: str) -> str:
    """Say a fault with its line."""
    return sentence if line is None else f"Line {line}: {sentence}"


def difference(before: str, after: str) -> Difference:
    """Say what changed from one text to another; nothing where they are equal."""
    try:
        words = changes(load_playbook(before), load_playbook(after))
    except StrategyError:  # a version from before the rules were as they are
        words = []
    return Difference(words, list(_lines(before, after)))


def _lines(before: str, after: str) -> list[Line]:
    diff_lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), n=AROUND, lineterm=""
    )
    lines = []
    for diff_line in list(diff_lines)[2:]:
        if diff_line.startswith("@@"):
            lines.append(Line("…", ""))
        else:
            lines.append(Line(diff_line[0].replace("-", "−"), diff_line[1:]))
    return lines
