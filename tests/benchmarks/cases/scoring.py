"""Customers who are not in the data: one at a time over HTTP, and a file of them."""

import statistics
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.bench_shops import (
    DATASET,
    LINES_PER_ORDER,
    Bench,
    Source,
    made_up,
    online_retail,
    refreshed,
)
from tests.benchmarks.cases.callbacks import percentile
from tests.benchmarks.measuring import Cost
from tests.benchmarks.report import Section, Table, memory, milliseconds, number, seconds

RATE, SECONDS = 20, 30
MEDIAN_BUDGET, LOAD_BUDGET, FILE_BUDGET = 0.030, 0.200, 10.0
MOST_CUSTOMERS = 100_000

HOW = """\
*Over HTTP*: `scripts/serve.py` with its defaults in a process of its own, asked at even
distances by a client beside it for one customer with one to eight orders at a time
(`POST /api/v1/score`: segment, every outcome, reasons); time runs from the moment a request is
due, so that waiting counts. *Loading* reads every model of the run from the database and checks
it. *From a file* is `scripts/score.py` from CSV to CSV, reasons as it gives them, its start and
imports included."""


def scoring(bench: Bench) -> Section:
    """Score over HTTP and from a file with the models of a shop of usual size."""
    usual = (online_retail(bench) or [made_up(bench, max(bench.lines // 10, 1_000))])[-1]
    product = refreshed(bench, usual, repeats=1)
    url = f"sqlite:///{product.database}"
    return Section(
        "Scoring", HOW, [_over_http(bench, usual, url), _from_file(bench, usual, url)]
    )


def _over_http(bench: Bench, usual: Source, url: str) -> Table:
    bench.progress.step(0, None, f"asking for scores: {usual.name}")
    child = "tests.benchmarks.children.ask_scores"
    told = bench.run([child, url, DATASET, str(RATE), str(SECONDS)]).told
    took: Sequence[float] = told["took"]
    median, load = statistics.median(took), statistics.median(told["loads"])
    row = (
        usual.name,
        number(len(took)),
        f"{RATE}",
        f"{len(took) / told['seconds']:.1f}",
        milliseconds(median),
        milliseconds(percentile(took, 0.95)),
        milliseconds(load),
    )
    return Table(
        "One customer at a time, over HTTP",
        (
            "models of", "requests", "asked a second", "answered a second", "median",
            "95th percentile", "loading all models",
        ),
        [row],
        after=f"Asked for: a median under {milliseconds(MEDIAN_BUDGET)}"
        f" ({_verdict(median, MEDIAN_BUDGET)}) and models that load in under"
        f" {milliseconds(LOAD_BUDGET)} ({_verdict(load, LOAD_BUDGET)}).",
    )  # fmt: skip


def _from_file(bench: Bench, usual: Source, url: str) -> Table:
    customers = min(max(bench.lines // 10, 100), MOST_CUSTOMERS)
    path = bench.folder / f"to-score-{customers}.csv"
    if not path.exists():
        made = [str(path), str(customers), str(LINES_PER_ORDER)]
        bench.run(["tests.benchmarks.children.many", *made])
    cost = _scored(bench, path, url)
    row = (
        usual.name,
        number(cost.told["rows_read"]),
        number(cost.told["customers"]),
        seconds(cost.wall),
        seconds(cost.cpu),
        memory(cost.peak),
    )
    return Table(
        "A file of order lines",
        ("models of", "rows", "customers", "wall", "CPU", "memory"),
        [row],
        after=f"Asked for: {number(MOST_CUSTOMERS)} customers in under {seconds(FILE_BUDGET)}"
        f" ({_verdict(cost.cpu, FILE_BUDGET)}, by CPU).",
    )


def _scored(bench: Bench, path: Path, url: str) -> Cost:
    output = str(path.with_suffix(".scored.csv"))
    return bench.measured(
        "scripts.score", str(path), "--dataset", DATASET, "--db", url,
        "--output", output, "--json",
        what=f"scoring {path.name}",
    )  # fmt: skip


def _verdict(found: float, budget: float) -> str:
    return "within it" if found < budget else "not within it"
