"""Refresh a data set: read its sources, compute everything, publish it."""

import gc

gc.disable()  # nothing of what is loaded here becomes garbage

import argparse
import datetime as dt
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import scripts  # noqa: F401 - settles what libraries read as they are loaded
from db.engine import DEFAULT_URL, open_writer
from db.errors import DatabaseError
from db.secrets import hide
from pipeline.base.errors import PipelineError, SettingsError
from pipeline.preparation.request import Request
from pipeline.refreshing.refresh import Outcome, refresh
from pipeline.run.threads import cores
from pipeline.settings import load_settings
from pipeline.sources.forms import AUTO
from scripts.arguments import (
    EXIT_ALERT,
    EXIT_ENVIRONMENT,
    EXIT_INTERRUPTED,
    FORMS,
    Parser,
    add_tables,
    day,
    form,
    names_of,
)
from scripts.terminal import PROGRESS, give_way, leave, shown_progress

gc.freeze()  # and it is not looked through again, not even at the end
gc.enable()


def parser() -> argparse.ArgumentParser:
    """Describe the command's arguments."""
    arguments = Parser(
        prog="refresh.py",
        description="Read a data set's sources, compute everything and publish it.",
        epilog="Exit codes: 0 published; 5 published, and a rule for alerts fired under"
        " --fail-on-alert; 1 a defect; 2 the source or the arguments are bad;"
        " 3 another refresh of that data set is running; 4 disk, lock or permission;"
        " 130 interrupted.",
    )
    add = arguments.add_argument
    add("sources", nargs="*", metavar="SOURCE",
        help="files (.csv, .csv.gz, .xlsx, .xls, .zip, .db, .sqlite, .parquet), a folder, or a"
        " database URL; none: made-up data of the form (default:"
        " orders)")  # fmt: skip
    add(
        "--dataset", metavar="NAME", help="name of the data set (default: from the file's name)"
    )
    add(
        "--form",
        type=form,
        choices=FORMS,
        default=AUTO,
        help="form of the source (default: told from its columns)",
    )
    add(
        "--layout",
        metavar="NAME",
        help="layout of the export, such as shopify, or none (default: told from its columns)",
    )
    add(
        "--map",
        type=Path,
        metavar="FILE",
        help="YAML file that says which column is which, field: column, and which say what"
        " customers did, outcome: column or a list",
    )
    add_tables(arguments)
    add(
        "--currency",
        type=_currency,
        metavar="CODE",
        help="ISO code of all amounts (default: what the source says)",
    )
    add(
        "--rates",
        type=Path,
        metavar="FILE",
        help="YAML file of lines CODE: rate, what one unit of a currency is worth in that of"
        " --currency; amounts of several currencies are converted",
    )
    add(
        "--append",
        action="store_true",
        help="merge with what is there; newer files replace whole invoices or customers",
    )
    add(
        "--again",
        action="store_true",
        help="compute the data set anew from its published records; takes no SOURCE",
    )
    add(
        "--quick-first",
        action="store_true",
        help="of a data set that shows no predictions yet, publish segments and sales first;"
        " the full run takes their place and is the same",
    )
    add("--own-name", metavar="NAME", help="what the file is called, where it is stored"
        " under another name")  # fmt: skip
    add(
        "--as-of",
        type=day,
        metavar="DATE",
        help="look at the data as known on that day",
    )
    add("--db", default=os.environ.get("PORTAL_DB", DEFAULT_URL), metavar="URL",
        help=f"database (default: PORTAL_DB, or {DEFAULT_URL})")  # fmt: skip
    add(
        "--settings",
        type=Path,
        metavar="FILE",
        help="YAML file with settings over the defaults",
    )
    add(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help="seed of everything random (default: 0)",
    )
    add(
        "--workers",
        type=_count,
        default=cores(),
        metavar="N",
        help="threads that learn at once (default: one a core); the results are the same",
    )
    add("--buckets", type=_count, metavar="N", help="parts that customers are gone through in"
        " where orders are cleaned and rolled up: more take less memory (default: one a million"
        " lines); the results are the same")  # fmt: skip
    add("--trials", type=_count, metavar="N", help="tune each algorithm with so many trials")
    add(
        "--fail-on-alert",
        action="store_true",
        help=f"exit with {EXIT_ALERT} after publishing where a rule for alerts fired",
    )
    add("--json", action="store_true", help="end with one line of JSON on standard output")
    add(
        "--progress",
        choices=PROGRESS,
        default="auto",
        help="json: one JSON object a line on standard error, for a program that watches;"
        " the command ends when its standard input is closed",
    )
    return arguments


def main(arguments: list[str] | None = None) -> int:
    """Run the command and give its exit code."""
    try:
        options = parser().parse_intermixed_args(arguments)
        with shown_progress(options.progress) as progress:
            outcome = refresh(
                open_writer(options.db),
                _request(options),
                clock=lambda: dt.datetime.now(dt.UTC),
                progress=progress,
            )
    except PipelineError as error:
        return _fail(str(error), error.exit_code)
    except (DatabaseError, OSError, MemoryError) as error:
        return _fail(str(error) or type(error).__name__, EXIT_ENVIRONMENT)
    except KeyboardInterrupt:
        return _fail("Interrupted; what was published before is unchanged.", EXIT_INTERRUPTED)
    _report(outcome, as_json=options.json)
    return EXIT_ALERT if options.fail_on_alert and outcome.alerts else 0


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is no number from 1 up")
    return int(text)


def _currency(text: str) -> str:
    if not re.fullmatch("[A-Za-z]{3}", text):
        raise argparse.ArgumentTypeError(f"“{text}” is no code of a currency, such as EUR")
    return text.upper()


def _request(options: argparse.Namespace) -> Request:
    if options.seed < 0 or options.seed >= 2**32:
        raise SettingsError("--seed must be from 0 to 4,294,967,295.")
    settings = load_settings(options.settings)
    if options.trials is not None:
        settings = settings.with_trials(options.trials)
    if options.currency is not None:
        settings = settings.model_copy(update={"currency": options.currency})
    return Request(
        sources=tuple(options.sources),
        dataset=options.dataset,
        form=options.form,
        layout=options.layout,
        names=names_of(options),
        mapping=options.map,
        rates=options.rates,
        append=options.append,
        again=options.again,
        quick_first=options.quick_first,
        own_name=options.own_name,
        as_of=options.as_of,
        seed=options.seed,
        workers=options.workers,
        buckets=options.buckets,
        settings=settings,
    )


def _report(outcome: Outcome, *, as_json: bool) -> None:
    print(
        f"Published “{outcome.dataset}” (run {outcome.run}): {outcome.rows_kept:,} of"
        f" {outcome.rows_read:,} rows kept, {outcome.customers:,} customers,"
        f" {outcome.seconds:.1f} s.",
        file=sys.stderr,
    )
    for warning in outcome.warnings:
        print(f"Warning: {warning.sentence}", file=sys.stderr)
    for alert in outcome.alerts:
        print(f"Alert: {alert['sentence']}", file=sys.stderr)
    if as_json:
        print(json.dumps(as_plain(outcome), default=str))


def as_plain(outcome: Outcome) -> dict[str, Any]:
    """Give what a refresh did as plain values, in the order of the contract."""
    remarks = {
        level: [
            {"code": remark.code, "sentence": remark.sentence, "rows": remark.rows}
            for remark in getattr(outcome, level)
        ]
        for level in ("warnings", "notes")
    }
    return outcome._asdict() | remarks


def _fail(sentence: str, code: int) -> int:
    print(f"refresh: {hide(sentence)}", file=sys.stderr)
    return code


if __name__ == "__main__":
    give_way()
    leave(main())
