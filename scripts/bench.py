"""Measure the product beside its peers in one run and write the figures to a page.

Exit 0 written; 1 a process failed or two ways disagree; 2 the arguments are bad; 4 this system
or its disk does not allow it; 130 interrupted.
"""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from pipeline.base.errors import SettingsError
from scripts.arguments import EXIT_ENVIRONMENT, EXIT_INTERRUPTED, Parser
from scripts.terminal import terminal_progress

# The cases stand beside their tests, which are not installed.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.benchmarks.bench_shops import ONLINE_RETAIL, Bench
from tests.benchmarks.cases.callbacks import callbacks
from tests.benchmarks.cases.reading import readers
from tests.benchmarks.cases.refreshing import refresh
from tests.benchmarks.cases.rfm import rfm
from tests.benchmarks.cases.scoring import scoring
from tests.benchmarks.cases.writing import writers
from tests.benchmarks.machine import machine_table
from tests.benchmarks.measuring import (
    ROOT,
    BenchError,
    NotMeasurable,
    check_measurable,
)
from tests.benchmarks.report import Section, page

CASES: dict[str, Callable[[Bench], Section]] = {
    case.__name__: case for case in (refresh, readers, writers, rfm, callbacks, scoring)
}
PAGE = ROOT / "docs" / "benchmarks.md"
LEAST_LINES = 1_000
EXIT_FAILED = 1


def parser() -> Parser:
    """Describe the command's arguments."""
    arguments = Parser(
        prog="bench.py", description="Measure the product beside its peers in one run."
    )
    add = arguments.add_argument
    add(
        "--lines",
        type=int,
        default=10_000_000,
        metavar="N",
        help="lines of the made-up shop (default: 10,000,000)",
    )
    add(
        "--real-data",
        type=Path,
        default=os.environ.get("PORTAL_REAL_DATA") or None,
        metavar="DIR",
        help="folder with the real data sets (default: PORTAL_REAL_DATA; none: made-up lines)",
    )
    add(
        "--only",
        nargs="+",
        choices=list(CASES),
        metavar="NAME",
        help=f"cases to measure: {', '.join(CASES)} (default: all)",
    )
    add(
        "--repeats",
        type=int,
        default=3,
        metavar="N",
        help="measurements of what takes at most 20 seconds (default: 3)",
    )
    add(
        "--out",
        type=Path,
        metavar="FILE",
        help="page to write (default: docs/benchmarks.md; with --only: printed)",
    )
    return arguments


def main(arguments: list[str] | None = None) -> int:
    """Measure, write the page and give the exit code."""
    try:
        options = parser().parse_args(arguments)
        _check(options)
        check_measurable()
        written = _measured(options)
        out = options.out or (None if options.only else PAGE)
        if out is None:
            print(written, end="")
        else:
            out.write_text(written, encoding="utf-8")
    except SettingsError as error:
        return _fail(str(error), error.exit_code)
    except BenchError as error:
        code = EXIT_ENVIRONMENT if isinstance(error, NotMeasurable) else EXIT_FAILED
        return _fail(str(error), code)
    except OSError as error:
        return _fail(f"{error}.", EXIT_ENVIRONMENT)
    except KeyboardInterrupt:
        return _fail("Interrupted; no page was written.", EXIT_INTERRUPTED)
    return 0


def _check(options: argparse.Namespace) -> None:
    if options.lines < LEAST_LINES or options.repeats < 1:
        raise SettingsError(f"--lines must be from {LEAST_LINES:,} up and --repeats from 1 up.")
    if options.real_data and not (Path(options.real_data) / ONLINE_RETAIL).is_dir():
        raise SettingsError(
            f"{options.real_data} holds no folder {ONLINE_RETAIL}; check --real-data."
        )


def _measured(options: argparse.Namespace) -> str:
    with (
        _ended_cleanly(),
        tempfile.TemporaryDirectory(prefix="clientele-bench-") as folder,
        terminal_progress() as progress,
    ):
        bench = Bench(
            folder=Path(folder),
            lines=options.lines,
            real_data=options.real_data and Path(options.real_data).absolute(),
            repeats=options.repeats,
            progress=progress,
        )
        sections = []
        for name in options.only or CASES:
            progress.stage(name)
            sections.append(CASES[name](bench))
    return page(sections, machine_table())


@contextmanager
def _ended_cleanly() -> Iterator[None]:
    """Take a request to end as an interruption: the child and the scratch folder go too."""

    def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _fail(sentence: str, code: int) -> int:
    print(f"bench: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
