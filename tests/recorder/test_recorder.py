"""The recorder itself: the same code answers the same, and a changed answer is seen."""

import base64
import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.forks import FORKS
from tests.recorder.__main__ import main
from tests.recorder.book import Book, Writer
from tests.recorder.comparing import Way, compared
from tests.recorder.plain import plain
from tests.shops import Shop, refreshed, write_shop

PAGES = ("/", "/segments", "/explore", "/risk")
SMALL = """
segments: {algorithm: kmeans, tuning: false, bootstraps: 2}
models: {tasks: []}
value: {draws: 200}
"""


def recorded(shop: Shop, to: Path) -> None:
    pages = [part for path in PAGES for part in ("--page", path)]
    where = ["--db", shop.url, "--dataset", shop.dataset, "--to", str(to)]
    sys.exit(main(["record", *where, *pages]))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Publish a tiny shop."""
    folder = tmp_path_factory.mktemp("recordings")
    (folder / "small.yaml").write_text(SMALL)
    lines = write_shop(folder / "shop.csv", customers=60, days=120)
    return refreshed(folder / "portal.db", lines, "--settings", folder / "small.yaml")


def recording_of(shop: Shop, to: Path) -> Path:
    """Record a shop in a process of its own."""
    child = FORKS.Process(target=recorded, args=(shop, to))
    child.start()
    child.join()
    assert child.exitcode == 0
    return to


@pytest.fixture(scope="module")
def recording(tiny: Shop) -> Path:
    """Record it once."""
    return recording_of(tiny, tiny.path.with_name("one.json.gz"))


def altered(path: Path, to: Path, key: str, change: Callable[[Any], Any]) -> Path:
    """Write a recording anew with another answer to one question."""
    book = Book(path)
    assert key in book.answers
    writer = Writer(to)
    for each in book.answers:
        writer.put(each, change(book.value(each)) if each == key else book.value(each))
    writer.close()
    return to


@pytest.mark.soak
def test_what_is_recorded_twice_is_equal(
    tiny: Shop, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = recording_of(tiny, tiny.path.with_name("two.json.gz"))
    assert main(["compare", "--strict", str(recording), str(other)]) == 0
    assert capsys.readouterr().out.endswith("answers differ: none\n")


def test_a_recording_holds_pages_tables_evidence_and_downloads(recording: Path) -> None:
    answers = Book(recording).answers
    for key in (
        "/ ?dataset=shop later today-tiles.children",
        "/segments ?dataset=shop #segments-tabs-map rows [monetary asc]"
        " segments-customers.children",
        "/segments ?dataset=shop how of segments-profile evidence-body.children",
        "download /export/segments/summary.csv?dataset=shop",
        "download /export/report.html?dataset=shop",
    ):
        assert key in answers
    for part in ("customer=", "where=", " [explore-by=", "export/today-months.csv"):
        assert any(part in key for key in answers), part


def first_cell(value: Any) -> Any:
    head, first, *others = value["text"].splitlines()
    name, _, cells = first.partition(",")
    return value | {"text": "\n".join([head, f"{name}x,{cells}", *others])}


def first_point(value: Any) -> Any:
    trace = next(each for each in value["data"] if each.get("y"))
    trace["y"] = [trace["y"][0] * (1 + 1e-6), *trace["y"][1:]]
    return value


@pytest.mark.parametrize(
    "alteration",
    [
        (
            "download /export/segments-customers.csv?dataset=shop",
            first_cell,
            "at row 1, customer_id",
        ),
        ("/ ?dataset=shop later today-months.figure", first_point, "at .data[0].y[0]"),
        ("/ ?dataset=shop later today-months-title.children", lambda _: "Else", "+ Else"),
        ("/ ?dataset=shop page-body.children", lambda _: {"failed": 500}, "500"),
    ],
)
def test_a_changed_answer_is_seen(
    recording: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    alteration: tuple[str, Callable[[Any], Any], str],
) -> None:
    key, change, said = alteration
    other = altered(recording, tmp_path / "other.json.gz", key, change)
    assert main(["compare", str(recording), str(other)]) == 1
    told = capsys.readouterr().out
    assert key in told
    assert said in told
    assert "\n1 of " in told
    assert main(["compare", "--only", "/no", str(recording), str(other)]) == 0


def test_what_is_no_longer_answered_is_seen(tmp_path: Path) -> None:
    one, two = Writer(tmp_path / "one.json.gz"), Writer(tmp_path / "two.json.gz")
    for writer in (one, two):
        writer.put("/ kept", 1)
    one.put("/ gone", "x")
    one.close()
    two.close()
    books = Book(tmp_path / "one.json.gz"), Book(tmp_path / "two.json.gz")
    (found,) = compared(*books)
    assert (found.key, found.left, found.right) == ("/ gone", "x", "– not there")


def test_arrays_are_numbers_and_clocks_are_masked() -> None:
    values = np.array([[1.5, np.nan], [2, 3]])
    packed = {
        "dtype": "f8",
        "bdata": base64.b64encode(values.tobytes()).decode(),
        "shape": "2, 2",
    }
    assert plain({"x": packed}) == {"x": [[1.5, None], [2.0, 3.0]]}
    assert plain(["Saved 15 Jan 2026, 09:30 UTC", "9 Dec 2011"]) == [
        "Saved «moment»",
        "9 Dec 2011",
    ]


def test_how_long_it_took_can_be_passed_over(tmp_path: Path) -> None:
    for name, text in (("one", "Fitted in 1.2 s"), ("two", "Fitted in 3 s")):
        writer = Writer(tmp_path / f"{name}.json.gz")
        writer.put("/models text", text)
        writer.close()
    books = Book(tmp_path / "one.json.gz"), Book(tmp_path / "two.json.gz")
    assert len(list(compared(*books))) == 1
    assert not list(compared(*books, way=Way(anew=True)))


def test_a_broken_off_recording_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.json.gz"
    with gzip.open(path, "wt") as opened:
        opened.write(json.dumps({"name": "a" * 20, "value": 1}) + "\n")
    with pytest.raises(SystemExit, match="no whole recording"):
        Book(path)
