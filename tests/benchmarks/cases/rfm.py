"""Recency, frequency and monetary: the view in SQLite, in DuckDB, and pandas from lines."""

from tests.benchmarks.bench_shops import (
    DATASET,
    Bench,
    Source,
    made_up,
    online_retail,
    refreshed,
    without_predictions,
)
from tests.benchmarks.cases.beside import OURS, Way, beside
from tests.benchmarks.measuring import Disagreement
from tests.benchmarks.report import Section, Table

DUCKDB, FROM_LINES = "DuckDB", "pandas from lines"
LINES_FOR_PANDAS = 2_000_000
HOW = """\
Every snapshot of the published run: `db/views/customer_rfm.sql` in SQLite, as the refresh
runs it, beside the same file in DuckDB over the same tables (held in its memory, loading left
out) and pandas, which groups the cleaned lines anew for each snapshot. Up to the frame,
imports left out; all give the same frequencies and, to the penny, the same monetary."""


def rfm(bench: Bench) -> Section:
    """Compute the snapshots of the real shop and of the made-up one."""
    sources = [*online_retail(bench)[-1:], made_up(bench, bench.lines)]
    tables = [_table(bench, each) for each in sources]
    return Section("Recency, frequency, monetary", HOW, tables)


def _table(bench: Bench, source: Source) -> Table:
    product = refreshed(without_predictions(bench), source, repeats=1)
    too_many = product.cost.told["rows_read"] > LINES_FOR_PANDAS
    ways = [
        Way(
            name,
            bench.measured(
                "tests.benchmarks.children.rfm_one", name, str(product.database), DATASET,
                what=f"{name}: {source.name}",
            ),
        )
        for name in ((OURS, DUCKDB) if too_many else (OURS, DUCKDB, FROM_LINES))
    ]  # fmt: skip
    _check(ways)
    after = f"pandas is left out above {LINES_FOR_PANDAS:,} lines." if too_many else ""
    return beside(source.name, ways, after=after)


def _check(ways: list[Way]) -> None:
    ours = ways[0].cost.told
    for way in ways:
        told = way.cost.told
        money = abs(told["monetary"] - ours["monetary"])
        if told["frequency"] != ours["frequency"] or money > 0.01:
            raise Disagreement(f"{way.name} finds {told}, the product {ours}.")
