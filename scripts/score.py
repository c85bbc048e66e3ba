"""Score a file of customers with the models of a published data set."""

import argparse
import gc
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from db import upgrades
from db.engine import DEFAULT_URL, open_reader
from db.errors import DatabaseError
from db.secrets import hide
from pipeline import recorder
from pipeline.base.errors import EnvironmentProblem, PipelineError, SettingsError
from pipeline.scoring.files import Outcome, Request, score_sources
from portal.kit.tables.csv_text import csv_columns
from scripts.arguments import (
    EXIT_ENVIRONMENT,
    EXIT_INTERRUPTED,
    Parser,
    add_tables,
    day,
    names_of,
)
from scripts.terminal import PROGRESS, leave, shown_progress

CSV, PARQUET = ".csv", ".parquet"
SHOWN = 3
"""Places in the file that are named of each rule."""


def parser() -> argparse.ArgumentParser:
    """Describe the command's arguments."""
    arguments = Parser(
        prog="score.py",
        description="Score a file of customers with the models of a published data set:"
        " segment, outcomes, reasons.",
        epilog="Exit codes: 0 scored; 1 a defect; 2 the source or the arguments are bad;"
        " 4 disk, lock, permission or a damaged model; 130 interrupted.",
    )
    add = arguments.add_argument
    add(
        "sources",
        nargs="+",
        metavar="FILE",
        help="files of the data set's form: order lines, or one row a customer",
    )
    add("--dataset", metavar="NAME", required=True, help="data set whose models score")
    add(
        "--map",
        type=Path,
        metavar="FILE",
        help="YAML file that says which column is which: field: column",
    )
    add_tables(arguments)
    add("--own-name", metavar="NAME", help="what the file is called by its owner")
    add(
        "--as-of",
        type=day,
        metavar="DATE",
        help="look at customers as known on that day (default: that of the last order)",
    )
    add(
        "--output",
        type=Path,
        metavar="FILE",
        help="a .csv or .parquet file to write (default: CSV to standard output)",
    )
    add(
        "--db",
        default=os.environ.get("PORTAL_DB", DEFAULT_URL),
        metavar="URL",
        help=f"database (default: PORTAL_DB, or {DEFAULT_URL})",
    )
    add(
        "--json",
        action="store_true",
        help="end with one line of JSON on standard output; needs --output",
    )
    add("--progress", choices=PROGRESS, default="auto", help="as refresh.py has it")
    return arguments


def main(arguments: list[str] | None = None) -> int:
    """Run the command and give its exit code."""
    try:
        options = parser().parse_intermixed_args(arguments)
        _check(options)
        with _uncollected():
            with shown_progress(options.progress) as progress:
                engine = open_reader(options.db)
                upgrades.refuse_behind(engine)
                stored_models = recorder.kept(engine, options.dataset)
                outcome = score_sources(stored_models, _request(options), progress=progress)
            _write(outcome.customers, options.output)
    except PipelineError as error:
        return _fail(str(error), error.exit_code)
    except (DatabaseError, OSError, MemoryError) as error:
        return _fail(str(error) or type(error).__name__, EXIT_ENVIRONMENT)
    except KeyboardInterrupt:
        return _fail("Interrupted; nothing was written.", EXIT_INTERRUPTED)
    _report(outcome, options)
    return 0


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no cycles of objects meanwhile: rows make none, and looking takes its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _check(options: argparse.Namespace) -> None:
    if options.output is None:
        if options.json:
            raise SettingsError("--json needs --output, so that both are not on one stream.")
    elif options.output.suffix.lower() not in {CSV, PARQUET}:
        raise SettingsError(f"--output {options.output} must end in {CSV} or {PARQUET}.")


def _request(options: argparse.Namespace) -> Request:
    return Request(
        sources=tuple(options.sources),
        mapping=options.map,
        names=names_of(options),
        as_of=options.as_of,
        own_name=options.own_name,
    )


def _write(customers: pd.DataFrame, output: Path | None) -> None:
    if output is None:
        sys.stdout.writelines(_csv(customers))
        return
    with _replacing(output) as path:
        if output.suffix.lower() == PARQUET:
            customers.to_parquet(path, index=False)
            return
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(_csv(customers))


def _csv(customers: pd.DataFrame) -> Iterator[str]:
    """Write rows as CSV, missing cells empty, what a spreadsheet would run made harmless."""
    return csv_columns({str(name): _cells(customers[name]) for name in customers})


def _cells(column: pd.Series) -> list[object]:
    return column.astype(object).where(column.notna(), None).tolist()


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Give a file beside the one asked for, and put it in its place once it is whole."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise EnvironmentProblem(
            f"{path} can't be written ({error.strerror}); check --output."
        ) from error
    os.close(handle)
    try:
        yield Path(name)
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


def _report(outcome: Outcome, options: argparse.Namespace) -> None:
    report = {
        **outcome._asdict(),
        "as_of": outcome.as_of and str(outcome.as_of),
        "customers": len(outcome.customers),
        "oddities": [oddity._asdict() for oddity in outcome.oddities],
        "output": options.output and str(options.output),
    }
    print(
        f"Scored {len(outcome.customers):,} customers with run {outcome.run} of"
        f" “{outcome.dataset}”, {outcome.seconds:.1f} s.",
        file=sys.stderr,
    )
    for oddity in outcome.oddities:
        where = "; ".join(oddity.places[:SHOWN])
        print(
            f"{oddity.title}: {oddity.rows:,}{f' ({where})' if where else ''}.", file=sys.stderr
        )
    if options.json:
        print(json.dumps(report))


def _fail(sentence: str, code: int) -> int:
    print(f"score: {hide(sentence)}", file=sys.stderr)
    return code


if __name__ == "__main__":
    leave(main())
