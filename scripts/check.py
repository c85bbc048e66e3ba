"""Look at a file before it is refreshed: its form, its columns, what cleaning would leave.

Ends standard output with one line of JSON, the report; exit codes stand in its help.
"""

import argparse
import datetime as dt
import json
import os
import sys
from pathlib import Path

import pandas as pd
from sqlalchemy.engine import Engine

from db import runs
from db.engine import DEFAULT_URL, open_writer, reading
from db.errors import DatabaseError
from db.secrets import hide
from db.workspace import is_there
from db.workspace.mappings import remembered, shape
from pipeline import recorder
from pipeline.errors import PipelineError
from pipeline.inspection import Look, inspect
from pipeline.settings import load_settings
from pipeline.sources.columns import read_mapping, read_outcomes
from pipeline.sources.forms import AUTO, has
from scripts.arguments import (
    EXIT_ENVIRONMENT,
    EXIT_INTERRUPTED,
    FORMS,
    USUAL_EXITS,
    Parser,
    day,
)
from scripts.terminal import PROGRESS, shown_progress


def main(arguments: list[str] | None = None) -> int:
    """Run the command and give its exit code."""
    try:
        given = parser().parse_args(arguments)
        with shown_progress(given.progress) as progress:
            today = dt.datetime.now(dt.UTC).date()
            report = inspect(_look(given), today=today, progress=progress)
    except PipelineError as error:
        return _fail(str(error), error.exit_code)
    except (DatabaseError, OSError, MemoryError) as error:
        return _fail(str(error) or type(error).__name__, EXIT_ENVIRONMENT)
    except KeyboardInterrupt:
        return _fail("Interrupted.", EXIT_INTERRUPTED)
    report["shape"] = shape(report["header"])
    print(json.dumps(report, default=str))
    return 0


def parser() -> argparse.ArgumentParser:
    """Describe the command's arguments."""
    arguments = Parser(
        prog="check.py",
        description=(__doc__ or "").splitlines()[0],
        epilog=f"The report is one line of JSON on standard output. {USUAL_EXITS}",
    )
    add = arguments.add_argument
    add("source", metavar="FILE", type=Path, help="the file to look at")
    add("--own-name", metavar="NAME", help="what the file is called by its owner")
    add("--dataset", metavar="NAME", help="compare with what is published of that data set")
    add(
        "--form",
        choices=FORMS,
        default=AUTO,
        help="form of the file (default: told from its columns)",
    )
    add("--table", metavar="NAME", help="table of a SQLite file")
    add(
        "--map",
        type=Path,
        metavar="FILE",
        help="YAML file that says which column is which (default: what was remembered)",
    )
    add("--as-of", type=day, metavar="DATE", help="look at the data as known on that day")
    add("--db", default=os.environ.get("PORTAL_DB", DEFAULT_URL), metavar="URL",
        help=f"database (default: PORTAL_DB, or {DEFAULT_URL})")  # fmt: skip
    add("--settings", type=Path, metavar="FILE", help="YAML file with settings")
    add("--progress", choices=PROGRESS, default="auto", help="as refresh.py has it")
    return arguments


def _look(given: argparse.Namespace) -> Look:
    engine = open_writer(given.db)
    return Look(
        path=given.source,
        own_name=given.own_name or given.source.name,
        form=given.form,
        table=given.table,
        mapping=read_mapping(given.map) if given.map else None,
        outcomes=read_outcomes(given.map) if given.map else (),
        settings=load_settings(given.settings),
        as_of=given.as_of,
        remembered=lambda columns: _remembered(engine, columns),
        before=lambda: _published(engine, given.dataset) if given.dataset else None,
    )


def _remembered(engine: Engine, columns: list[str]) -> dict[str, str]:
    with reading(engine) as connection:
        return remembered(connection, shape(columns)) if is_there(connection) else {}


def _published(engine: Engine, name: str) -> pd.DataFrame | None:
    """Read the order lines, or the records, of a published run, if there is one."""
    loads = runs.published_loads_of(engine, name)
    if not loads:
        return None
    forms = runs.forms(engine, [load.load_id for load in loads])
    is_lines = all(has(form).orders for form in forms)
    read = recorder.stored_lines if is_lines else recorder.stored_records
    return read(engine, loads)


def _fail(sentence: str, code: int) -> int:
    print(f"check: {hide(sentence)}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
