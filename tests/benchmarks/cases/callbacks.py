"""Every callback of every page over HTTP: on a shop of usual size, on one of many customers."""

import math
import statistics
from collections.abc import Callable, Sequence
from typing import Any

from tests.benchmarks.bench_shops import (
    Bench,
    Source,
    made_up,
    many_customers,
    online_retail,
    refreshed,
)
from tests.benchmarks.measuring import BenchError
from tests.benchmarks.report import Section, Table, milliseconds, number

MEDIAN_BUDGET, LATE_BUDGET = 0.050, 0.150
WARM_ROUNDS = 5
SLOWEST = 8
EVERY_PAGE = "every page"

Measured = dict[str, Any]


HOW = """\
The portal in a process of its own behind Flask's test client: every callback that a page
registers or the frame shows with it, and the data and the explanation of every card, posted
to `/_dash-update-component` as a browser does, compressed answer included; without a filter,
with one segment, and where a page has filters with several lists (segment, country, value
band) and with a text that many identifiers hold. Tables are asked for their first rows by each
column and for some far down. *Cold* is the first answer after the start ({starts} starts),
*warm* every later one. Seconds are wall time on the server; *CPU* is what of it was work,
which differs where the machine does other things too."""


def callbacks(bench: Bench) -> Section:
    """Ask for everything on both databases."""
    usual = (online_retail(bench) or [made_up(bench, max(bench.lines // 10, 1_000))])[-1]
    tables: list[Table] = []
    for source in (usual, many_customers(bench)):
        tables += tables_of(bench, source)
    return Section("Callbacks", HOW.format(starts=bench.repeats), tables)


def percentile(values: Sequence[float], share: float) -> float:
    """Give the smallest value that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def tables_of(bench: Bench, source: Source) -> list[Table]:
    """Ask the portal over one source for everything: by page, and the slowest."""
    product = refreshed(bench, source, repeats=1)
    measured: list[Measured] = []
    problems: list[str] = []
    for time in range(bench.repeats):
        bench.progress.step(time, bench.repeats, f"asking: {source.name}")
        url = f"sqlite:///{product.database}"
        told = bench.run(["tests.benchmarks.children.ask_all", url, str(WARM_ROUNDS)]).told
        measured += told["measured"]
        problems = told["problems"]
    if not measured:
        raise BenchError(f"The portal answered nothing: {'; '.join(problems)}.")
    customers = number(product.cost.told["customers"])
    name = f"{source.name}: {customers} customers"
    return [_pages(name, measured, problems), _slowest(name, measured)]


def _pages(name: str, measured: Sequence[Measured], problems: Sequence[str]) -> Table:
    names = list(dict.fromkeys(each["page"] for each in measured))
    rows = [
        _page_row(page, [each for each in measured if each["page"] == page]) for page in names
    ]
    cold = [each["cold"][0] for each in measured]
    verdict = (
        f"Asked for: a median under {milliseconds(MEDIAN_BUDGET)} and a 95th percentile under"
        f" {milliseconds(LATE_BUDGET)}; cold it is"
        f" {_compared(statistics.median(cold), MEDIAN_BUDGET)} and"
        f" {_compared(_late(cold), LATE_BUDGET)}."
    )
    if problems:
        verdict += f" No answer came to: {'; '.join(problems)}."
    head = (
        "page", "answers", "cold: median", "cold: 95th", "cold CPU: median", "cold CPU: 95th",
        "warm: median", "warm: 95th",
    )  # fmt: skip
    return Table(name, head, [*rows, _page_row(EVERY_PAGE, measured)], after=verdict)


def _page_row(page: str, measured: Sequence[Measured]) -> tuple[str, ...]:
    walls = [each["cold"][0] for each in measured]
    work = [each["cold"][1] for each in measured]
    warm = [took[0] for each in measured for took in each["warm"]]
    columns: list[tuple[Callable[[Sequence[float]], float], list[float]]] = [
        (kind, values) for values in (walls, work, warm) for kind in (statistics.median, _late)
    ]
    return (
        page,
        number(len(measured)),
        *(milliseconds(kind(values)) for kind, values in columns),
    )


def _late(values: Sequence[float]) -> float:
    return percentile(values, 0.95)


def _compared(value: float, budget: float) -> str:
    return f"{milliseconds(value)} ({'within' if value < budget else 'over'} it)"


def _slowest(name: str, measured: Sequence[Measured]) -> Table:
    by_name: dict[tuple[str, str, str], list[Measured]] = {}
    for each in measured:
        by_name.setdefault((each["page"], each["callback"], each["kind"]), []).append(each)
    typical = {
        key: [
            statistics.median(each["cold"][0] for each in found),
            statistics.median(each["cold"][1] for each in found),
            statistics.median(took[0] for each in found for took in each["warm"]),
        ]
        for key, found in by_name.items()
    }
    slowest = sorted(typical, key=lambda key: -typical[key][1])[:SLOWEST]
    return Table(
        f"The slowest there ({name})",
        ("callback", "page", "filter", "cold", "cold CPU", "warm"),
        [(f"`{key[1]}`", key[0], key[2], *map(milliseconds, typical[key])) for key in slowest],
        before="Medians over the starts, by CPU of the first answer.",
    )
