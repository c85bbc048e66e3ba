"""Progress: a bar in a terminal, plain lines elsewhere, JSON lines for programs."""

import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from pipeline.run.progress import Progress

LINE_SECONDS = 2.0
JSON_SECONDS = 0.3
GRACE_SECONDS = 10.0
PROGRESS = ("auto", "json")
NICE = 10
"""How far behind others long work stands in line for the processor."""


def give_way(process: int = 0) -> None:
    """Let others come first: somebody waits for a page, nobody for a refresh's last second.

    `process` is this one where it is 0. Systems without priorities are left as they are.
    """
    with suppress(AttributeError, OSError):
        if os.getpriority(os.PRIO_PROCESS, process) < NICE:
            os.setpriority(os.PRIO_PROCESS, process, NICE)


class PlainLines:
    """One line per stage, and one every two seconds while it goes on."""

    def __init__(self) -> None:
        self.began = self.spoke = time.monotonic()
        self.name = ""

    def stage(self, name: str) -> None:
        """Say that the stage begins."""
        self.name = name
        self._say(name)

    def step(self, done: float, of: float | None = None, detail: str = "") -> None:
        """Say how far it is, not more often than every two seconds."""
        if time.monotonic() - self.spoke >= LINE_SECONDS:
            share = f" {done / of:.0%}" if of else ""
            self._say(f"{self.name}{share} {detail}".rstrip())

    def _say(self, text: str) -> None:
        self.spoke = time.monotonic()
        print(f"[{self.spoke - self.began:7.1f} s] {text}", file=sys.stderr, flush=True)


class JsonLines:
    """One JSON object a line: `{"stage": …}` as one begins, `{"done", "of", "what"}` within."""

    def __init__(self) -> None:
        self.spoke = 0.0

    def stage(self, name: str) -> None:
        """Say that the stage begins."""
        self._say({"stage": name})

    def step(self, done: float, of: float | None = None, detail: str = "") -> None:
        """Say how far it is, a few times a second at most."""
        now = time.monotonic()
        if now - self.spoke >= JSON_SECONDS:
            self.spoke = now
            self._say({"done": done, "of": of, "what": detail})

    def _say(self, message: dict[str, object]) -> None:
        print(json.dumps(message), file=sys.stderr, flush=True)


class BarsPerStage:
    """A progress bar per stage on a terminal."""

    def __init__(self, bars: Bars) -> None:
        self.bars = bars
        self.task: int | None = None

    def stage(self, name: str) -> None:
        """Finish the bar of the stage before and begin one."""
        self.finish()
        self.task = self.bars.add_task(name, total=None, what="")

    def step(self, done: float, of: float | None = None, detail: str = "") -> None:
        """Move the bar of the stage."""
        if self.task is not None:
            self.bars.update(self.task, completed=done, total=of, what=detail)  # type: ignore[arg-type]

    def finish(self) -> None:
        """Fill the bar of the stage."""
        if self.task is not None:
            self.bars.update(self.task, total=1, completed=1, what="")  # type: ignore[arg-type]
            self.bars.stop_task(self.task)  # type: ignore[arg-type]


@contextmanager
def terminal_progress() -> Iterator[Progress]:
    """Show progress on standard error in the way that fits it."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield PlainLines()
        return
    with Bars(
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=30),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[what]}"),
        console=console,
    ) as bars:
        progress = BarsPerStage(bars)
        yield progress
        progress.finish()


@contextmanager
def shown_progress(form: str) -> Iterator[Progress]:
    """Show progress in the form that `--progress` asks for, and be interrupted by Ctrl-C."""
    hear_interruptions()
    if form == "json":
        end_with_input()
        yield JsonLines()
        return
    with terminal_progress() as progress:
        yield progress


def leave(code: int) -> NoReturn:
    """End the process with an exit code, all that was said being out.

    What it holds is not taken apart piece by piece: of a large table that takes its time, and
    the system frees it at once.
    """
    logging.shutdown()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        sys.exit(code)  # whoever listened is gone: Python deals with that
    os._exit(code)


def hear_interruptions() -> None:
    """Leave Ctrl-C to Python while Arrow's database drivers work.

    Their own way of it is to take the signal and to cancel what they do, which SQLite's can't:
    the work goes on and fails in the end as “not implemented”, or, where it ended just then,
    the signal is lost and the command goes on as if nobody had asked it to stop.
    """
    from adbc_driver_manager import dbapi  # noqa: PLC0415 - not every command needs it

    vars(dbapi)["_blocking_call"] = _call


def _call(
    call: Callable[..., object],
    positional: tuple[object, ...],
    named: dict[str, object],
    _: object,
) -> object:
    return call(*positional, **named)


def end_with_input() -> None:
    """Be interrupted when standard input is closed: the program that watched is gone."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_wait_for_the_end, daemon=True).start()


def _wait_for_the_end() -> None:
    while os.read(0, 4096):
        pass
    signal.raise_signal(signal.SIGINT)
    time.sleep(GRACE_SECONDS)
    os._exit(128 + signal.SIGINT)
