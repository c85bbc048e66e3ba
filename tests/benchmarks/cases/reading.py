"""The readers beside the fastest libraries alone."""

from tests.benchmarks.bench_shops import Bench, Source, made_up, made_up_workbook, online_retail
from tests.benchmarks.cases.beside import OURS, Way, beside
from tests.benchmarks.report import Section

SHEET_WAYS = (OURS, "fastexcel", "pandas with openpyxl")
TEXT_WAYS = (OURS, "pyarrow.csv", "pandas C engine")


def readers(bench: Bench) -> Section:
    """Read each file in every way that fits it."""
    real = online_retail(bench)
    sources = [*(real or [made_up_workbook(bench)]), made_up(bench, bench.lines)]
    tables = [beside(each.name, _ways(bench, each)) for each in sources]
    return Section("Readers", HOW, tables)


HOW = """\
The product's `read_parts` and the typing of its columns (separator, encoding, date order and
header found out, every cell checked) beside libraries that are told the encoding and check
nothing. Reading alone, imports left out; memory is that of the whole process."""


def _ways(bench: Bench, source: Source) -> list[Way]:
    names = SHEET_WAYS if source.path.suffix == ".xlsx" else TEXT_WAYS
    return [
        Way(
            name,
            bench.measured(
                "tests.benchmarks.children.read_one", name, str(source.path), source.encoding,
                what=f"{name}: {source.name}",
            ),
        )
        for name in names
    ]  # fmt: skip
