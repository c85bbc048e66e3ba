"""Each case on a tiny shop: it runs and writes its tables; nothing here asserts a duration."""

import importlib
import io
import json
import re
import shutil
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing, redirect_stdout
from pathlib import Path

import pytest

from pipeline.run.progress import Silent
from scripts import bench as command
from tests.benchmarks import measuring
from tests.benchmarks.bench_shops import Bench, made_up
from tests.benchmarks.cases import callbacks as asking
from tests.benchmarks.cases import refreshing, scoring
from tests.benchmarks.cases.beside import OURS, Way, beside
from tests.benchmarks.measuring import (
    BenchError,
    ChildFailed,
    Cost,
    Disagreement,
    NotMeasurable,
    check_measurable,
    measured,
    run,
)
from tests.benchmarks.report import NOTE, Section, Table, page
from tests.shops import QUICK

LINES = 1_000
HEADS = {
    "refresh": [
        ("source", "lines", "customers", "wall", "CPU", "memory", "plain: wall", "plain: CPU",
         "plain: memory", "CPU, plain ÷ product"),
        ("source", "customers", "orders", "net revenue", "customers in all snapshots",
         "clusterings compared", "largest difference of silhouettes", "of associations"),
        ("stage", "made-up shop of 1,000 lines, .csv"),
        ("stage", "made-up shop of 1,000 lines, .csv"),
        ("source", "lines", "customers", "wall", "CPU", "memory"),
        ("stage", "made-up shop of 1,000 lines, .csv"),
    ],
    "readers": [
        ("way", "rows", "wall", "CPU", "rows per CPU second", "memory", "CPU ÷ product")
    ] * 2,
    "writers": [
        ("way", "rows", "wall", "CPU", "rows per CPU second", "memory", "CPU ÷ product")
    ],
    "rfm": [("way", "rows", "wall", "CPU", "rows per CPU second", "memory", "CPU ÷ product")],
    "scoring": [
        ("models of", "requests", "asked a second", "answered a second", "median",
         "95th percentile", "loading all models"),
        ("models of", "rows", "customers", "wall", "CPU", "memory"),
    ],
    "callbacks": [
        ("page", "answers", "cold: median", "cold: 95th", "cold CPU: median", "cold CPU: 95th",
         "warm: median", "warm: 95th"),
        ("callback", "page", "filter", "cold", "cold CPU", "warm"),
    ],
}  # fmt: skip


def here(arguments: Sequence[str]) -> Cost:
    """Run a module in this process: the same work without a start for each piece."""
    name, *rest = arguments
    if name.endswith(".ask_all"):
        return run(arguments)
    said, given = io.StringIO(), sys.argv
    began = time.perf_counter()
    sys.argv = [name, *rest]
    try:
        with redirect_stdout(said):
            code = importlib.import_module(name).main()
    finally:
        sys.argv = given
    if code:
        raise ChildFailed(arguments, code, said.getvalue())
    lines = said.getvalue().splitlines()
    seconds = time.perf_counter() - began
    return Cost(seconds, seconds, 2**20, json.loads(lines[-1]) if lines else {})


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Ask for the smallest shop, everything once."""
    folder = tmp_path_factory.mktemp("bench")
    settings = folder / "quick.yaml"
    settings.write_text(QUICK)
    return Bench(
        folder=folder,
        lines=LINES,
        real_data=None,
        repeats=1,
        progress=Silent(),
        settings=settings,
        run=here,
    )


@pytest.fixture(scope="module")
def refreshed_both_ways(tiny: Bench) -> Section:
    """Refresh the shop by the product and the plain way."""
    return refreshing.refresh(tiny)


@pytest.mark.parametrize("name", [name for name in command.CASES if name != "callbacks"])
def test_each_case_writes_its_tables(
    name: str, tiny: Bench, refreshed_both_ways: Section, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scoring, "SECONDS", 0.5)
    section = refreshed_both_ways if name == "refresh" else command.CASES[name](tiny)
    assert section.how
    assert_tables(section.tables, HEADS[name])
    written = page([section], Table("Machine", ("what", "which"), [("Processor", "any")]))
    assert all(f"| {' | '.join(head)} |" in written for head in HEADS[name])


@pytest.mark.soak
@pytest.mark.usefixtures("refreshed_both_ways")
def test_every_callback_of_every_page_is_asked(tiny: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(asking, "WARM_ROUNDS", 1)
    tables = asking.tables_of(tiny, made_up(tiny, LINES))
    assert_tables(tables, HEADS["callbacks"])
    assert "No answer came to" not in tables[0].after
    assert {"Today", "Segments", asking.EVERY_PAGE} <= {row[0] for row in tables[0].rows}


def assert_tables(tables: Sequence[Table], heads: list[tuple[str, ...]]) -> None:
    """Check that the tables have these heads and no empty cell."""
    assert [table.head for table in tables] == heads
    for table in tables:
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.head)}
        assert all(cell for row in table.rows for cell in row)


def test_the_plain_way_agrees_with_the_product(refreshed_both_ways: Section):
    table = refreshed_both_ways.tables[1]
    ((_, customers, orders, revenue, snapshots, clusterings, *differences),) = table.rows
    assert int(orders) > int(customers) > 0
    assert float(revenue.replace(",", "")) > 0
    assert int(snapshots.replace(",", "")) > int(customers)
    assert int(clusterings) == 9
    silhouettes, associations = map(float, differences)
    assert silhouettes <= 1e-6
    assert 0 < associations <= 1e-4


@pytest.mark.parametrize(
    "change",
    [
        "delete from customer where rowid = 1",
        "update customer set monetary = monetary + 1 where rowid = 1",
        "update customer_snapshot set frequency = frequency + 1 where rowid = 1",
        "update clustering set silhouette = silhouette + 0.00001 where n_clusters = 5",
        "update association set value = value + 0.001 where scope = 'all'",
    ],
)
@pytest.mark.usefixtures("refreshed_both_ways")
def test_a_difference_stops_the_benchmark(change: str, tiny: Bench, tmp_path: Path):
    product = tiny.folder / f"made-up-{LINES}.csv.without-predictions.db"
    plain = Path(shutil.copy(tiny.folder / f"made-up-{LINES}.csv.plain.db", tmp_path))
    refreshing.agreement(product, plain)
    with closing(sqlite3.connect(plain)) as connection, connection:
        connection.execute(change)
    with pytest.raises(Disagreement):
        refreshing.agreement(product, plain)


def test_ways_must_give_equally_many_rows():
    ours = Cost(1, 1, 1, {"rows": 5, "wall": 1.0, "cpu": 1.0})
    other = ours._replace(told={"rows": 4, "wall": 1.0, "cpu": 1.0})
    with pytest.raises(Disagreement, match="quick gives 4 rows, the product 5"):
        beside("Files", [Way(OURS, ours), Way("quick", other)])


def test_a_ratio_above_one_says_that_the_other_way_takes_more():
    ours = Cost(1, 1, 1, {"rows": 5, "wall": 1.0, "cpu": 2.0})
    slow = ours._replace(told={"rows": 5, "wall": 1.0, "cpu": 5.0})
    table = beside("Files", [Way(OURS, ours), Way("slow", slow)])
    assert [row[-1] for row in table.rows] == ["1.0", "2.5"]


def test_a_child_tells_what_it_cost(tmp_path: Path):
    cost = run(["tests.benchmarks.children.many", str(tmp_path / "shop.csv"), "100", "1.5"])
    assert (tmp_path / "shop.csv").stat().st_size > 0
    assert cost.cpu > 0
    assert cost.wall > 0
    assert cost.peak > 2**20
    assert cost.told == {}


def test_a_child_that_fails_says_why(tmp_path: Path):
    with pytest.raises(ChildFailed, match="could not convert string to float: 'few'") as caught:
        run(["tests.benchmarks.children.many", str(tmp_path / "shop.csv"), "100", "few"])
    assert caught.value.code == 1
    assert not list(tmp_path.iterdir())


def test_what_takes_long_is_measured_once():
    def taking(wall: float) -> list[Cost]:
        costs: list[Cost] = []

        def once(_: Sequence[str]) -> Cost:
            costs.append(Cost(wall + len(costs), 1.0, 1, {"rows": 1, "way": "a"}))
            return costs[-1]

        assert measured(once, [], repeats=3).told == {"rows": 1, "way": "a"}
        return costs

    assert len(taking(1.0)) == 3
    assert len(taking(measuring.CHEAP_SECONDS + 1)) == 1


def test_the_median_of_measurements():
    costs = [Cost(w, w, 1, {"stages": {"read": w}}) for w in (5.0, 1.0, 2.0)]
    assert measuring.median(costs) == Cost(2.0, 2.0, 1, {"stages": {"read": 2.0}})


def test_percentiles_are_values_that_occurred():
    values = list(range(1, 101))
    assert asking.percentile(values, 0.95) == 95
    assert asking.percentile([7.0], 0.95) == 7.0


def test_the_page_says_that_it_is_measured():
    section = Section("Readers", "How.", [Table("a|b", ("way",), [("x|y",)], after="Asked.")])
    written = page([section], Table("Machine", ("what", "which"), [("Memory", "1 GiB")]))
    assert written.startswith(f"# Benchmarks\n\n{NOTE}\n")
    assert "| x\\|y |" in written
    assert re.search(r"How\.\n\n### a\|b\n\n\| way \|\n\| --- \|\n", written)
    assert written.endswith("Asked.\n")


@pytest.mark.parametrize(
    ("wrong", "said"),
    {
        "--lines 10": "--lines must be from 1,000 up",
        "--repeats 0": "--repeats from 1 up",
        "--only everything": "invalid choice: 'everything'",
        "--real-data nowhere": "nowhere holds no folder online-retail; check --real-data",
    }.items(),
)
def test_bad_arguments(wrong: str, said: str, capsys: pytest.CaptureFixture[str]):
    assert command.main(wrong.split()) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("bench: ")
    assert said in printed.err
    assert len(printed.err.splitlines()) == 1
    assert printed.out == ""


def test_a_system_that_tells_no_costs(monkeypatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.delattr(measuring.os, "wait4")
    with pytest.raises(NotMeasurable):
        check_measurable()
    assert command.main([]) == 4
    assert "run it on Linux or macOS" in capsys.readouterr().err


def test_every_error_is_told_in_the_docstring():
    assert measuring.__doc__
    for error in BenchError.__subclasses__():
        assert f"x {error.__name__} " in measuring.__doc__
