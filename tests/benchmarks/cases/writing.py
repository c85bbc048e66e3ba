"""The bulk writer beside the driver alone, the standard library and pandas."""

from tests.benchmarks.bench_shops import Bench, clear, made_up
from tests.benchmarks.cases.beside import OURS, Way, beside
from tests.benchmarks.report import Section

WAYS = (OURS, "ADBC alone", "executemany", "pandas.to_sql")
AT_MOST = 500_000
HOW = """\
Typed order lines of the made-up shop into the product's table `order_line` in a new SQLite
file: `db.frames.append_rows`, which checks the columns and commits every 200,000 rows, beside
one transaction of the ADBC driver, of `sqlite3.executemany` with tuples at hand, and of
`DataFrame.to_sql` with its defaults. Writing alone, imports and conversions left out."""


def writers(bench: Bench) -> Section:
    """Write the same lines in every way."""
    lines, database = bench.folder / "lines.arrow", bench.folder / "writers.db"
    source = made_up(bench, bench.lines)
    bench.run(["tests.benchmarks.children.typed", str(source.path), str(lines), str(AT_MOST)])
    ways = [
        Way(
            name,
            bench.measured(
                "tests.benchmarks.children.write_one", name, str(lines), str(database),
                what=name,
                before=lambda: clear(database),
            ),
        )
        for name in WAYS
    ]  # fmt: skip
    return Section("Writers", HOW, [beside("Order lines into SQLite", ways)])
