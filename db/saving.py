"""What can still be read of a damaged SQLite file, written into a new one.

What people wrote (campaigns, playbooks, scenarios, mappings, rules) is read row by row from
both ends of each table, so that a broken page costs its own rows. Results are taken only where
all rows of a run are those that it wrote; of a data set whose shown run is not, the newest run
that is whole is shown. Where lines of a source were lost, it is read anew the next time.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from db import checksums, runs
from db.copies import BESIDE, PRIVATE, opened
from db.engine import open_writer, reading, writing
from db.errors import DatabaseError, DatabaseUnavailable, NoSuchRun
from db.tables import METADATA, core
from db.tables.canonical import DataSet, Load
from db.tables.runs import LastCheck, Published, Run, RunOwner
from db.upgrades import SCHEMA_VERSION, version_name

DATASET, LOAD, PUBLISHED, RUN = (core(record) for record in (DataSet, Load, Published, Run))
LEFT_OUT = frozenset({core(RunOwner).name, core(LastCheck).name})
"""Tables that say what a process does just now."""
TOGETHER = 1_000
PAGE_OF_ONE = 65_536
"""Bytes of a page where the header says 1, as two bytes can't say more."""
MOST_TIMES = 1_000
"""A file that calls itself so many times longer than it is says nothing of its length."""


class Saved(NamedTuple):
    """What came of it: rows written; names of tables, runs and data sets that lost something.

    `tables` have rows that can't be read, `runs` are gone with all their results, `unshown` are
    data sets without a whole run, `earlier` those that show an earlier one, by the run shown.
    """

    rows: int
    tables: list[str]
    runs: list[int]
    unshown: list[str]
    earlier: dict[str, int]


def save(damaged: Path, to: Path) -> Saved:
    """Write what can be read of a damaged file into a new file.

    Raises `DatabaseUnavailable`, with nothing left of the new file, where nothing can be read
    or it can't be written.
    """
    try:
        to.touch(PRIVATE, exist_ok=False)
    except OSError as error:
        raise DatabaseUnavailable(
            f"{to} can't be made ({error.strerror}); give another with --to."
        ) from error
    engine = open_writer(URL.create("sqlite", database=str(to)).render_as_string())
    try:
        runs.prepare(engine)
        with (
            _at_its_length(damaged, to) as file,
            closing(opened(file)) as source,
            closing(sqlite3.connect(to)) as target,
        ):
            source.text_factory = lambda text: text.decode("utf-8", "replace")
            _insist_on_schema(source, damaged)
            rows, lost = _copied(source, target)
        if not rows:
            raise DatabaseUnavailable(f"Nothing of {damaged} can be read.")
        _read_sources_again(engine, lost)
        gone = _take_damaged_away(engine)
        saved = Saved(rows, sorted(lost), gone, *_show_whole(engine))
    except (sqlite3.Error, DatabaseError, OSError) as error:
        engine.dispose()
        to.unlink()
        if isinstance(error, DatabaseError):
            raise
        raise DatabaseUnavailable(f"Nothing of {damaged} can be read ({error}).") from error
    engine.dispose()
    return saved


@contextmanager
def _at_its_length(damaged: Path, to: Path) -> Iterator[Path]:
    """Give a file that is as long as it says: of one cut off SQLite reads nothing at all."""
    with damaged.open("rb") as file:
        header = file.read(32)
    size, pages = int.from_bytes(header[16:18]), int.from_bytes(header[28:32])
    length = (PAGE_OF_ONE if size == 1 else size) * pages
    if not damaged.stat().st_size < length < MOST_TIMES * damaged.stat().st_size:
        yield damaged
        return
    longer = to.with_name(f"{to.name}-padded")
    try:
        shutil.copyfile(damaged, longer)
        os.truncate(longer, length)
        for end in BESIDE[:1]:
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{damaged}{end}", f"{longer}{end}")
        yield longer
    finally:
        for end in ("", *BESIDE):
            Path(f"{longer}{end}").unlink(missing_ok=True)


def _insist_on_schema(source: sqlite3.Connection, damaged: Path) -> None:
    """Refuse a file of another version: what its tables mean is not known here."""
    try:
        (version,) = source.execute("select version from schema_version").fetchone()
    except (sqlite3.OperationalError, TypeError) as error:
        raise DatabaseUnavailable(
            f"{damaged} is no database of Clientele ({error})."
        ) from error
    except sqlite3.DatabaseError:
        return  # the one row that would say it is what is damaged
    if version != SCHEMA_VERSION:
        raise DatabaseUnavailable(
            f"{damaged} was written by {version_name(version)}, this is"
            f" {version_name(SCHEMA_VERSION)}; save it with the version that wrote it."
        )


def _copied(source: sqlite3.Connection, target: sqlite3.Connection) -> tuple[int, set[str]]:
    """Copy the rows of all tables; count them and name the tables that lost some."""
    copied, lost = 0, set()
    target.execute("pragma foreign_keys = off")
    for table in METADATA.sorted_tables:
        if table.name in LEFT_OUT:
            continue
        names = [f'"{column.name}"' for column in table.columns]
        into = (
            f'insert or ignore into "{table.name}" ({", ".join(names)})'  # noqa: S608
            f" values ({', '.join('?' for _ in names)})"
        )
        reading_of = _Reading(source, table, names)
        for rows in reading_of.blocks():
            copied += target.executemany(into, rows).rowcount
        if reading_of.is_broken:
            lost.add(table.name)
    for table in METADATA.sorted_tables:
        lost.update(table.name for key in table.foreign_keys if _orphans_go(target, key))
    target.commit()
    return copied, lost


def _orphans_go(target: sqlite3.Connection, key: sa.ForeignKey) -> bool:
    """Delete the rows of which what they belong to is lost; tell whether there were any."""
    column, of = key.parent, key.column
    gone = target.execute(
        f'delete from "{column.table.name}" where "{column.name}" is not null'  # noqa: S608
        f' and "{column.name}" not in (select "{of.name}" from "{of.table.name}")'
    )
    return gone.rowcount > 0


class _Reading:
    """A table of a damaged file, read from its first row on and, past damage, from its last."""

    def __init__(self, source: sqlite3.Connection, table: sa.Table, names: list[str]) -> None:
        has_rowid = table.dialect_options["sqlite"].get("with_rowid", True)
        keys = ["rowid"] if has_rowid else [f'"{key.name}"' for key in table.primary_key]
        self.source, self.is_broken = source, False
        self.forwards, self.backwards = (
            f'select {", ".join(names)} from "{table.name}"'  # noqa: S608 - our own names
            f" order by {', '.join(f'{key} {direction}' for key in keys)}"
            for direction in ("asc", "desc")
        )

    def blocks(self) -> Iterator[list[tuple[Any, ...]]]:
        """Give the rows that can be read; a row may come twice where both ways meet."""
        yield from self._until_damage(self.forwards)
        if self.is_broken:
            yield from self._until_damage(self.backwards)

    def _until_damage(self, query: str) -> Iterator[list[tuple[Any, ...]]]:
        rows: list[tuple[Any, ...]] = []
        try:
            for row in self.source.execute(query):
                rows.append(row)
                if len(rows) == TOGETHER:
                    yield rows
                    rows = []
        except sqlite3.DatabaseError:
            self.is_broken = True
        if rows:
            yield rows


def _read_sources_again(engine: Engine, lost: set[str]) -> None:
    """Have sources read anew where some of their rows are lost: a part is no source."""
    of_sources = {
        table.name
        for table in METADATA.sorted_tables
        if "load_id" in table.columns and table.name != "run_load"
    }
    if lost & of_sources:
        with writing(engine) as connection:
            connection.execute(sa.update(LOAD).values(complete=False))


def _take_damaged_away(engine: Engine) -> list[int]:
    """Remove runs whose rows are not those that they wrote, and those that had not ended."""
    sealed = sa.select(checksums.CHECKSUM.c.run_id).distinct()
    with reading(engine) as connection:
        sealed_runs = set(connection.execute(sealed).scalars())
        runs_there = connection.execute(sa.select(RUN.c.run_id, RUN.c.status)).all()
        shown_runs = set(connection.execute(sa.select(PUBLISHED.c.run_id)).scalars())
    damaged = set(checksums.verify_all(engine))
    published = {run.run_id for run in runs_there if run.status == "published"}
    ended = {run.run_id for run in runs_there if run.status != "running"}
    gone = (
        damaged
        | (sealed_runs - published)
        | (published - sealed_runs)
        | (shown_runs - published)
    )
    gone |= {run.run_id for run in runs_there} - ended
    with writing(engine) as connection:
        connection.execute(sa.delete(PUBLISHED).where(PUBLISHED.c.run_id.in_(gone)))
    for run_id in gone:
        runs.remove(engine, run_id)
    return sorted(gone & (damaged | published | shown_runs))


def _show_whole(engine: Engine) -> tuple[list[str], dict[str, int]]:
    """Show the newest whole run of data sets that show none; name those that have none."""
    with reading(engine) as connection:
        hidden = connection.execute(
            sa.select(DATASET.c.name, sa.func.max(RUN.c.run_id))
            .join(
                RUN,
                sa.and_(RUN.c.dataset_id == DATASET.c.dataset_id, RUN.c.status == "published"),
                isouter=True,
            )
            .where(DATASET.c.dataset_id.not_in(sa.select(PUBLISHED.c.dataset_id)))
            .group_by(DATASET.c.name)
            .order_by(DATASET.c.name)
        ).all()
    unshown, earlier = [], {}
    for name, run_id in hidden:
        try:
            if run_id is None:
                raise NoSuchRun(name)
            runs.publish_again(engine, name, run_id)
            earlier[name] = run_id
        except NoSuchRun:
            unshown.append(name)
    return unshown, earlier
