"""Copies of the database: make one, check one, put one back."""

import argparse
import datetime as dt
import os
import sys
from contextlib import suppress
from pathlib import Path

from sqlalchemy.engine import URL

from db import checksums, copies, damage, saving
from db.damage import Damaged
from db.engine import DEFAULT_URL, open_writer, parse_url, sqlite_path
from db.errors import DatabaseError
from pipeline.base.errors import EnvironmentProblem, PipelineError, SettingsError
from scripts.arguments import EXIT_INTERRUPTED, USUAL_EXITS, Parser

FOLDER = "copies"
"""Where copies go unless told otherwise: a folder of this name beside the database."""
KEPT = 10
SHOWN_IN_URL = ("host", "port", "sslmode")
"""What of a URL's query is named in the commands of PostgreSQL; the rest may be secret."""


def parser() -> argparse.ArgumentParser:
    """Describe the command's arguments."""
    arguments = Parser(
        prog="backup.py",
        description="Make, check and put back copies of the database, also while it is in use;"
        " save what is left of a damaged one.",
        epilog=f"{USUAL_EXITS} Where something is damaged, check ends with 4 and names the"
        " table.",
    )
    commands = arguments.add_subparsers(dest="command", metavar="COMMAND", required=True)
    make = commands.add_parser(
        "make", help="make a copy, check it, and delete the oldest but N"
    )
    make.add_argument(
        "--to",
        type=Path,
        metavar="FOLDER",
        help=f"where copies go (default: the folder {FOLDER} beside the database)",
    )
    make.add_argument(
        "--keep",
        type=_count,
        default=KEPT,
        metavar="N",
        help="how many copies of the folder to keep, the newest (default: %(default)s)",
    )
    check = commands.add_parser(
        "check", help="tell whether the database, or a copy, is damaged"
    )
    check.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a copy to check")
    check.add_argument(
        "--published",
        action="store_true",
        help="look at the rows of what is published alone, as serve.py does when it starts",
    )
    restore = commands.add_parser(
        "restore", help="put a copy in the database's place; what was there is kept beside it"
    )
    restore.add_argument("file", type=Path, metavar="FILE", help="the copy")
    save = commands.add_parser(
        "save", help="write what can still be read of a damaged database into a new file"
    )
    save.add_argument(
        "--to",
        type=Path,
        metavar="FILE",
        help="the new file (default: one named after the database, beside it)",
    )
    for command in (make, check, restore, save):
        command.add_argument(
            "--db",
            default=os.environ.get("PORTAL_DB") or DEFAULT_URL,
            metavar="URL",
            help=f"database (default: PORTAL_DB, or {DEFAULT_URL})",
        )
    return arguments


def main(arguments: list[str] | None = None) -> int:
    """Run the command and give its exit code."""
    now = dt.datetime.now(dt.UTC)
    try:
        options = parser().parse_args(arguments)
        return DOES[options.command](options, now)
    except PipelineError as error:
        return _fail(str(error), error.exit_code)
    except (DatabaseError, OSError) as error:
        return _fail(str(error), EnvironmentProblem.exit_code)
    except KeyboardInterrupt:
        return _fail("Interrupted; the database is as it was.", EXIT_INTERRUPTED)


def _make(options: argparse.Namespace, now: dt.datetime) -> int:
    path = _database(options.db, now)
    folder = options.to or path.parent / FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The folder {folder} can't be made ({error.strerror}); give another with --to."
        ) from error
    copy = copies.copy_database(path, copies.free_name(folder, path.stem, now))
    damaged = damage.check_file(copy)
    if damaged:
        copy.unlink()
        return _damaged(
            damaged, f"The database {path} is damaged; earlier copies were left as they are."
        )
    gone = copies.rotate(folder, path.stem, keep=options.keep)
    also = f"; {len(gone)} older deleted" if gone else ""
    print(f"{copy} ({copy.stat().st_size / 1024**2:.1f} MiB, checked{also})")
    return 0


def _check(options: argparse.Namespace, now: dt.datetime) -> int:
    url = _url(options.db)
    if options.published:
        return _check_published(options, now)
    if options.file is not None:
        damaged, subject = damage.check_file(_there(options.file)), str(options.file)
    elif url.get_backend_name() == "sqlite":
        path = _there(sqlite_path(url))
        damaged, subject = damage.check_file(path), str(path)
    else:
        damaged, subject = damage.check_results(open_writer(options.db)), _without_secrets(url)
    if options.file is None:
        with suppress(DatabaseError):  # a damaged file may take no writing: it was said here
            checksums.remember(open_writer(options.db), damage.by_run(damaged), checked_at=now)
    if damaged:
        return _damaged(
            damaged,
            f"{subject} is damaged; put a copy back with restore, or refresh its data sets.",
        )
    print(f"{subject} is whole.")
    return 0


def _check_published(options: argparse.Namespace, now: dt.datetime) -> int:
    if options.file is not None:
        raise SettingsError("--published is of the database in use; leave FILE out.")
    url = _url(options.db)
    if url.get_backend_name() == "sqlite":
        _there(sqlite_path(url))
    engine = open_writer(options.db)
    tables_by_run = checksums.verify_published(engine)
    with suppress(DatabaseError):
        checksums.remember(engine, tables_by_run, checked_at=now)
    for run_id, tables in tables_by_run.items():
        print(
            f"Warning: the database is damaged: of run {run_id} {', '.join(tables)}. Put a copy"
            " back with scripts/backup.py restore, or refresh the data set.",
            file=sys.stderr,
        )
    return EnvironmentProblem.exit_code if tables_by_run else 0


def _restore(options: argparse.Namespace, now: dt.datetime) -> int:
    path = _database(options.db, now, restore=options.file)
    copy = _there(options.file)
    damaged = damage.check_file(copy)
    if damaged:
        return _damaged(
            damaged, f"{copy} is damaged, so {path} was left as it is; give another."
        )
    previous = copies.restore(copy, path, moment=now)
    also = f"; what was there is kept in {previous}" if previous else ""
    print(f"{path} is now the copy {copy}{also}.")
    return 0


def _save(options: argparse.Namespace, now: dt.datetime) -> int:
    url = _url(options.db)
    if url.get_backend_name() != "sqlite":
        raise SettingsError(
            "save is for SQLite; a damaged PostgreSQL is its server's business."
        )
    path = _there(sqlite_path(url))
    to = (options.to or copies.free_name(path.parent, f"{path.stem}-saved", now)).absolute()
    saved = saving.save(path, to)
    print(f"{to}: {saved.rows:,} rows that could be read.")
    if saved.tables:
        print(f"Rows were lost of {', '.join(saved.tables)}.")
    if saved.runs:
        print(f"Left out, as damaged: the results of run {', '.join(map(str, saved.runs))}.")
    for name, run_id in saved.earlier.items():
        print(f"“{name}” shows its earlier run {run_id}.")
    for name in saved.unshown:
        print(f"“{name}” has no whole run left: refresh it from its source.")
    print(f"Put it in the database's place with: python scripts/backup.py restore {to}")
    return 0


DOES = {"make": _make, "check": _check, "restore": _restore, "save": _save}


def _database(address: str, now: dt.datetime, *, restore: Path | None = None) -> Path:
    """Give the file of an SQLite database; of PostgreSQL say how it is copied instead."""
    url = _url(address)
    if url.get_backend_name() == "sqlite":
        path = sqlite_path(url).absolute()
        return path if restore is not None else _there(path)
    where = _without_secrets(url)
    command = (
        f'pg_dump --format=custom --file=clientele-{now:%Y%m%d-%H%M%S}.dump "{where}"'
        if restore is None
        else f'pg_restore --clean --if-exists --single-transaction --dbname="{where}" {restore}'
    )
    raise SettingsError(
        f"PostgreSQL has a command of its own for this: {command}"
        " (it asks for the password, or takes it from PGPASSWORD or ~/.pgpass)."
    )


def _url(address: str) -> URL:
    try:
        return parse_url(address)
    except DatabaseError as error:
        raise SettingsError(str(error)) from error


def _without_secrets(url: URL) -> str:
    shown_parameters = {
        name: value for name, value in url.query.items() if name in SHOWN_IN_URL
    }
    bare = URL.create(
        "postgresql",
        url.username,
        None,
        url.host,
        url.port,
        url.database,
        query=shown_parameters,
    )
    return bare.render_as_string()


def _there(path: Path) -> Path:
    if not path.is_file():
        raise SettingsError(f"There is no file {path}; give another.")
    return path.absolute()


def _damaged(damaged: list[Damaged], sentence: str) -> int:
    for line in damage.told(damaged):
        print(line, file=sys.stderr)
    return _fail(sentence, EnvironmentProblem.exit_code)


def _count(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"“{text}” is no number from 1 up")


def _fail(sentence: str, code: int) -> int:
    print(f"backup: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
