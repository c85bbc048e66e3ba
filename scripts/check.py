"""Look at a file before it is refreshed: its form, its columns, what cleaning would leave.

Ends standard output with one line of JSON, the report; exit codes stand in its help.
"""

import argparse
import datetime as dt
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy.engine import Engine

from db import runs
from db.engine import DEFAULT_URL, open_writer, reading
from db.errors import DatabaseError
from db.secrets import hide
from db.workspace import is_there
from db.workspace.mappings import remembered, shape
from pipeline import recorder
from pipeline.base.errors import PipelineError
from pipeline.refreshing.inspection import Look, inspect
from pipeline.run.progress import Progress
from pipeline.settings import load_settings
from pipeline.sources.arrival import dataset_name
from pipeline.sources.files.databases import is_url
from pipeline.sources.files.heads import beginning
from pipeline.sources.files.scratch import scratch_folder
from pipeline.sources.forms import AUTO, has
from pipeline.sources.mappings import read_mapping, read_outcomes
from pipeline.sources.orders.rates import read_rates
from scripts.arguments import (
    EXIT_ENVIRONMENT,
    EXIT_INTERRUPTED,
    FORMS,
    USUAL_EXITS,
    Parser,
    add_tables,
    day,
    form,
    names_of,
)
from scripts.terminal import PROGRESS, shown_progress


def main(arguments: list[str] | None = None) -> int:
    """Run the command and give its exit code."""
    try:
        options = parser().parse_args(arguments)
        with shown_progress(options.progress) as progress:
            today = dt.datetime.now(dt.UTC).date()
            look = _look(options)
            if options.sample:
                _say_sample(look, size=options.sample, today=today, progress=progress)
            report = inspect(look, today=today, progress=progress)
    except PipelineError as error:
        return _fail(str(error), error.exit_code)
    except (DatabaseError, OSError, MemoryError) as error:
        return _fail(str(error) or type(error).__name__, EXIT_ENVIRONMENT)
    except KeyboardInterrupt:
        return _fail("Interrupted.", EXIT_INTERRUPTED)
    _say(report)
    return 0


def _say(report: dict[str, Any]) -> None:
    report["shape"] = shape(report["header"])
    print(json.dumps(report, default=str), flush=True)


def _say_sample(look: Look, *, size: int, today: dt.date, progress: Progress) -> None:
    """Say what the first rows of a long text tell, on a line of its own; nothing elsewhere."""
    if look.more or is_url(str(look.path)):
        return
    with scratch_folder() as folder:
        path = Path(look.path)
        first = beginning(path, folder, file=look.own_name, size=size)
        if first is None:
            return
        try:
            report = inspect(replace(look, path=first), today=today, progress=progress)
        except PipelineError:
            return  # what is wrong is said of the whole
        _say(report | {"sample": {"rows": report["rows"]}})


def parser() -> argparse.ArgumentParser:
    """Describe the command's arguments."""
    arguments = Parser(
        prog="check.py",
        description=(__doc__ or "").splitlines()[0],
        epilog=f"The report is one line of JSON on standard output. {USUAL_EXITS}",
    )
    add = arguments.add_argument
    add(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="files, a folder or a database URL, as refresh.py takes them",
    )
    add("--own-name", metavar="NAME", help="what the file is called by its owner")
    add("--dataset", metavar="NAME", help="compare with what is published of that data set")
    add(
        "--form",
        type=form,
        choices=FORMS,
        default=AUTO,
        help="form of the file (default: told from its columns)",
    )
    add(
        "--layout",
        metavar="NAME",
        help="layout of the export, such as shopify, or none (default: told from its columns)",
    )
    add_tables(arguments)
    add(
        "--append",
        action="store_true",
        help="give the figures of what is published with the file added to it, as `after`",
    )
    add("--json", action="store_true", help="accepted, and always so")
    add(
        "--map",
        type=Path,
        metavar="FILE",
        help="YAML file that says which column is which (default: what was remembered)",
    )
    add("--currency", type=str.upper, metavar="CODE", help="ISO code of all amounts")
    add(
        "--rates", type=Path, metavar="FILE", help="rates of currencies, as refresh.py has them"
    )
    add("--as-of", type=day, metavar="DATE", help="look at the data as known on that day")
    add("--db", default=os.environ.get("PORTAL_DB", DEFAULT_URL), metavar="URL",
        help=f"database (default: PORTAL_DB, or {DEFAULT_URL})")  # fmt: skip
    add("--settings", type=Path, metavar="FILE", help="YAML file with settings")
    add(
        "--sample",
        type=_bytes,
        metavar="BYTES",
        help="of a longer text say first, on a line of its own, what so many bytes tell",
    )
    add("--progress", choices=PROGRESS, default="auto", help="as refresh.py has it")
    return arguments


def _bytes(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is no number from 1 up")
    return int(text)


def _look(options: argparse.Namespace) -> Look:
    engine = open_writer(options.db)
    settings = load_settings(options.settings)
    if options.currency:
        settings = settings.model_copy(update={"currency": options.currency})
    return Look(
        path=options.sources[0],
        more=tuple(options.sources[1:]),
        own_name=options.own_name or _name(options.sources),
        form=options.form,
        layout=options.layout,
        names=names_of(options),
        mapping=read_mapping(options.map) if options.map else None,
        outcomes=read_outcomes(options.map) if options.map else (),
        settings=settings,
        rates=read_rates(options.rates, settings.currency) if options.rates else None,
        as_of=options.as_of,
        remembered=lambda columns: _remembered(engine, columns),
        before=lambda: _published(engine, options.dataset) if options.dataset else None,
        append=options.append,
    )


def _name(sources: list[str]) -> str:
    """Call sources by the first one's name, without a password."""
    first = sources[0]
    name = dataset_name((first,)) if is_url(first) else Path(first).name
    return f"{name} and {len(sources) - 1} more" if len(sources) > 1 else name


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
