"""Write the records of a made-up shop of any size to a file.

Exit 0 written; 2 the arguments are bad; 4 disk or permission; 130 interrupted. A file appears
once it is whole; until then one that was there stays as it was.
"""

import argparse
import datetime as dt
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from pipeline.base.checked import problems
from pipeline.base.errors import PipelineError, SettingsError
from pipeline.run.progress import Progress
from pipeline.samples.behaviour import BEHAVIOUR_CUSTOMERS, made_up_behaviour
from pipeline.samples.draws import counted
from pipeline.samples.files import checked, checked_together, write, write_together
from pipeline.samples.ledger import ledger
from pipeline.samples.lines import COLUMNS, lines_of
from pipeline.samples.market_activity import (
    MARKET_CUSTOMERS,
    MARKET_FILES,
    made_up_market,
    market_files,
)
from pipeline.samples.marketing import MARKETING_CUSTOMERS, made_up_marketing
from pipeline.samples.settings import MADE_UP_SHOP, ShopSettings
from pipeline.samples.subscribers import SUBSCRIBERS, made_up_subscribers
from pipeline.samples.truth import CANCELLATIONS, CUSTOMERS, cancellations_of, truth_of
from pipeline.sources.forms import NAMES, has
from scripts.arguments import Parser

ONE_ROW_A_CUSTOMER = {
    "marketing": (made_up_marketing, MARKETING_CUSTOMERS),
    "customers": (made_up_subscribers, SUBSCRIBERS),
    "behaviour": (made_up_behaviour, BEHAVIOUR_CUSTOMERS),
}


class Lines:
    """Progress in plain lines, one per stage and tenth."""

    def __init__(self) -> None:
        self._tenth = 0

    def stage(self, name: str) -> None:
        """Begin the stage `name`."""
        self._tenth = 0
        print(name, file=sys.stderr, flush=True)

    def step(self, done: float, of: float | None = None, detail: str = "") -> None:
        """Say where it is whenever another tenth is done."""
        tenth = int(10 * done / of) if of else 0
        if tenth > self._tenth:
            self._tenth = tenth
            print(f"  {done:,.0f} of {of:,.0f} {detail}", file=sys.stderr, flush=True)


class Bar:
    """Progress as a bar on a terminal."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._task = bars.add_task("", total=None)

    def stage(self, name: str) -> None:
        """Begin the stage `name`."""
        self._bars.reset(self._task, description=name, total=None)

    def step(self, done: float, of: float | None = None, detail: str = "") -> None:
        """Move the bar."""
        del detail
        self._bars.update(self._task, completed=done, total=of)


def main(arguments: list[str] | None = None) -> int:
    """Write the files that the command line asks for and return the exit code."""
    try:
        options = parser().parse_args(arguments)
        console = Console(stderr=True)
        if not console.is_terminal:
            _write(options, Lines())
            return 0
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        with Bars(*columns, console=console) as bars:
            _write(options, Bar(bars))
    except PipelineError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Interrupted; the file was not written.", file=sys.stderr)
        return 130
    return 0


def _write(options: argparse.Namespace, progress: Progress) -> None:
    if has(options.form).orders:
        _sample(options, progress)
        return
    for name in ("lines", "until", "truth"):
        if getattr(options, name) is not None:
            raise SettingsError(f"--{name} is for order lines; the form is {options.form}.")
    if options.form in ONE_ROW_A_CUSTOMER:
        _customers(options, progress)
    else:
        _market(options, progress)


def _market(options: argparse.Namespace, progress: Progress) -> None:
    many = counted(MARKET_CUSTOMERS if options.customers is None else options.customers)
    seed = _seed(options)
    checked_together(options.out, MARKET_FILES, force=options.force)
    progress.stage("Making up customers")
    files = market_files(made_up_market(many, seed=seed))
    progress.stage(f"Writing {options.out}")
    write_together(options.out, files)


def _customers(options: argparse.Namespace, progress: Progress) -> None:
    make, usual = ONE_ROW_A_CUSTOMER[options.form]
    many = counted(usual if options.customers is None else options.customers)
    seed = _seed(options)
    checked(options.out, many, force=options.force)
    progress.stage("Making up customers")
    table = make(many, seed=seed)
    progress.stage(f"Writing {options.out}")
    write(options.out, table.schema, [table])


def _seed(options: argparse.Namespace) -> int:
    seed = MADE_UP_SHOP.seed if options.seed is None else int(options.seed)
    if seed < 0:
        raise SettingsError(f"--seed {seed}: give a number from 0 on.")
    return seed


def _sample(options: argparse.Namespace, progress: Progress) -> None:
    settings = _settings(options)
    files = [options.out, *([options.truth, _beside(options.truth)] if options.truth else [])]
    if len({file.absolute() for file in files}) < len(files):
        raise SettingsError(f"{options.truth}: the truth needs a file of its own.")
    for file in files:
        checked(file, 0, force=options.force)
    progress.stage("Making up customers")
    shop = ledger(settings)
    checked(options.out, shop.rows, force=options.force)
    if options.truth:
        checked(options.truth, len(shop.customers.rate), force=options.force)
    progress.stage(f"Writing {options.out}")
    write(options.out, COLUMNS, _watched(lines_of(shop), shop.rows, progress))
    if options.truth:
        progress.stage(f"Writing {options.truth}")
        write(options.truth, CUSTOMERS, [truth_of(shop)])
        progress.stage(f"Writing {_beside(options.truth)}")
        write(_beside(options.truth), CANCELLATIONS, [cancellations_of(shop)])


def _watched(tables: Iterable[pa.Table], rows: int, progress: Progress) -> Iterator[pa.Table]:
    done = 0
    for table in tables:
        yield table
        done += len(table)
        progress.step(done, rows, "rows")


def _beside(truth: Path) -> Path:
    name, *suffixes = truth.name.split(".")
    return truth.with_name(".".join([f"{name}-cancellations", *suffixes]))


def _settings(options: argparse.Namespace) -> ShopSettings:
    names = ("lines", "customers", "seed", "until")
    option_values = {name: getattr(options, name) for name in names}
    shop_values: dict[str, Any] = {
        name: value for name, value in option_values.items() if value is not None
    }
    if options.lines is None and options.customers is None:
        shop_values = MADE_UP_SHOP.model_dump() | shop_values
    try:
        return ShopSettings(**shop_values)
    except ValidationError as error:
        raise SettingsError(f"{problems(ShopSettings, error)[0].said}.") from error


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        problem = f"{text} is no date like {MADE_UP_SHOP.until}"
        raise argparse.ArgumentTypeError(problem) from None


def parser() -> Parser:
    """Describe the command's arguments."""
    arguments = Parser(
        prog="sample.py",
        description="Write made-up records of one of the forms to a file.",
        epilog="Exit codes: 0 written; 2 the arguments are bad; 4 disk or permission; 130"
        " interrupted.",
    )
    arguments.add_argument(
        "out",
        metavar="OUT",
        type=Path,
        help="the file; its name ends in .csv, .csv.gz, .parquet, .xlsx or .zip; for market "
        "activity a folder or a .zip of four files",
    )
    size = arguments.add_mutually_exclusive_group()
    size.add_argument("--lines", type=int, metavar="N", help="size: this many order lines")
    size.add_argument(
        "--customers",
        type=int,
        metavar="N",
        help="size: this many customers (without a size: the built-in shop)",
    )
    arguments.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help=f"another number, another shop (default: {MADE_UP_SHOP.seed})",
    )
    arguments.add_argument(
        "--until",
        type=_date,
        metavar="DATE",
        help=f"the last day, like {MADE_UP_SHOP.until} (the default)",
    )
    arguments.add_argument(
        "--truth",
        type=Path,
        metavar="FILE",
        help="also write what is true of each customer, and beside it, with -cancellations in "
        "the name, what cancels what",
    )
    arguments.add_argument(
        "--form",
        choices=NAMES,
        default=NAMES[0],
        help=f"what to make up (default: {NAMES[0]})",
    )
    arguments.add_argument("--force", action="store_true", help="replace files that are there")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
