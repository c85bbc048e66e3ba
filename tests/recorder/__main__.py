"""Record every answer of a portal, or compare two recordings."""

import argparse
import logging
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy

import portal
from tests.recorder.book import Book, Writer
from tests.recorder.browser import Browser
from tests.recorder.comparing import Way, compared, told
from tests.recorder.recording import Recorder, datasets

SQLITE = "sqlite:///"


def main(arguments: list[str] | None = None) -> int:
    """Run the command and give its exit code."""
    given = parser().parse_args(arguments)
    return record(given) if given.what == "record" else compare(given)


def parser() -> argparse.ArgumentParser:
    """Describe the command's arguments."""
    whole = argparse.ArgumentParser(prog="tests.recorder", description=__doc__)
    parts = whole.add_subparsers(dest="what", required=True)
    one = parts.add_parser("record", help="ask a portal for everything and write it down")
    one.add_argument("--db", required=True, metavar="URL")
    one.add_argument("--to", required=True, type=Path, metavar="FILE", help="a .json.gz")
    one.add_argument("--dataset", metavar="NAME", help="default: every one, each to its file")
    one.add_argument("--page", action="append", metavar="PATH", help="only this page, and what"
        " it leads to; may be given again")  # fmt: skip
    two = parts.add_parser("compare", help="exit with 1 where two recordings differ")
    two.add_argument("left", type=Path)
    two.add_argument("right", type=Path)
    two.add_argument("--only", default="", metavar="PREFIX", help="answers that begin so")
    two.add_argument("--both", action="store_true", help="only answers that both have")
    two.add_argument("--most", type=int, default=10, metavar="N", help="shown of each page")
    two.add_argument("--strict", action="store_true", help="also how things look")
    two.add_argument("--anew", action="store_true", help="refreshed anew: not how long it took")
    return whole


def record(given: argparse.Namespace) -> int:
    """Record; what a portal writes goes into a copy of the database."""
    logging.disable(logging.CRITICAL)
    with copied(given.db) as url:
        browser = Browser(url)
        for name in [given.dataset] if given.dataset else datasets(browser):
            begun = time.monotonic()
            path = given.to if given.dataset else beside(given.to, name)
            book = Writer(path)
            Recorder(browser, name, book, given.page).record()
            book.close()
            sys.stderr.write(
                f"{len(book.answers):,} answers of {portal.__file__} in"
                f" {time.monotonic() - begun:.0f} s: {path}\n"
            )
    return 0


def beside(path: Path, dataset: str) -> Path:
    """Name the file of one data set of several."""
    return path.with_name(f"{path.name.removesuffix('.json.gz')}-{dataset}.json.gz")


def compare(given: argparse.Namespace) -> int:
    """Compare, and say where."""
    left, right = Book(given.left), Book(given.right)
    way = Way(strict=given.strict, anew=given.anew)
    found = list(compared(left, right, only=given.only, way=way))
    every = left.answers.keys() | right.answers.keys()
    if given.both:
        every = left.answers.keys() & right.answers.keys()
        found = [each for each in found if each.key in every]
    answers = sum(key.startswith(given.only) for key in every)
    sys.stdout.write("\n".join([*told(found, answers, most=given.most), ""]))
    return 1 if found else 0


@contextmanager
def copied(url: str) -> Iterator[str]:
    """Give the URL of a copy of an SQLite database; of another one its own."""
    if not url.startswith(SQLITE):
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="recorder-") as folder:
        path = Path(folder) / "portal.db"
        source = Path(url.removeprefix(SQLITE)).absolute()
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as one,
            closing(sqlite3.connect(path)) as other,
        ):
            one.backup(other)
        yield f"{SQLITE}{path}"


if __name__ == "__main__":
    sys.exit(main())
