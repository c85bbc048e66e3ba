"""The whole refresh: the product, and the same work done the plain way beside it."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks.bench_shops import (
    DATASET,
    Bench,
    Refreshed,
    Source,
    clear,
    made_up,
    online_retail,
    refreshed,
    without_predictions,
)
from tests.benchmarks.measuring import Cost, Disagreement
from tests.benchmarks.report import (
    NOTHING,
    Section,
    Table,
    memory,
    number,
    ratio,
    seconds,
)

MONEY_TOLERANCE = 0.01
SILHOUETTE_TOLERANCE = 1e-6
ASSOCIATION_TOLERANCE = 1e-4
LEAST_LINES = 1_000

PLAIN_TOTALS = "select count(*), sum(frequency), sum(monetary) from customer"
TOTALS = (
    "select count(*), sum(frequency), sum(monetary) from published_customer where dataset = ?"
)
PLAIN_SNAPSHOTS = "select count(*), sum(frequency), sum(monetary) from customer_snapshot"
SNAPSHOTS = "select count(*), sum(frequency), sum(monetary) from vw_rfm where dataset = ?"
PLAIN_SILHOUETTES = """
select n_clusters, silhouette from clustering where algorithm = 'kmeans' and not tuned
"""
SILHOUETTES = """
select n_clusters, silhouette from published_clustering
where dataset = ? and algorithm = 'kmeans' and not tuned
"""
PLAIN_ASSOCIATIONS = """
select method, "left", "right", value from association where scope = 'all'
"""
ASSOCIATIONS = """
select method, "left", "right", value from association
join published_run on run = run_id where dataset = ? and scope = 'all'
"""


class Compared(NamedTuple):
    """One source refreshed by the product and, but for the largest, the plain way."""

    source: Source
    product: Refreshed
    plain: Cost | None
    agreement: "Agreement | None"


class Agreement(NamedTuple):
    """What both ways found alike, and by how much they differ at most.

    Compared are silhouettes of k-means, and the associations of any two attributes.
    """

    customers: int
    orders: int
    revenue: float
    snapshots: int
    clusterings: int
    silhouettes: float
    associations: float


HOW = """\
`scripts/refresh.py` into a new SQLite file with the default settings but neither predictions
(`models.tasks: []`) nor lifetime values, beside `tests/benchmarks/plain.py`: what an analyst
would write with pandas, openpyxl, `to_sql`, scikit-learn and phik's own package for the same
results, algorithms, trials and resamples (the same seeds, starts, trees and sizes; names,
personas and the cells of the cloud only the product makes). That way fits every trial anew,
grows a tree for each clustering, lets scikit-learn compute each silhouette from the points and
groups the lines anew for every snapshot. Whole processes, imports included.
The largest made-up shop is refreshed by the product alone; the plain way runs on a tenth of its
lines, the product beside it, and nothing is scaled up. With predictions and values, every task
and model tuned and compared, the product is measured alone."""


def refresh(bench: Bench) -> Section:
    """Refresh Online Retail and made-up lines, and compare; then with predictions."""
    grouping = without_predictions(bench)
    tenth = made_up(bench, max(bench.lines // 10, LEAST_LINES))
    found = [_compared(grouping, each) for each in (*online_retail(bench), tenth)]
    largest = made_up(bench, bench.lines)
    if largest != tenth:
        found.append(Compared(largest, refreshed(grouping, largest), None, None))
    predicted = [
        (each, refreshed(bench, each, repeats=1).cost)
        for each in dict.fromkeys((*online_retail(bench)[-1:], largest))
    ]
    return Section(
        "Refresh",
        HOW,
        [
            _totals(found),
            _agreements(found),
            _by_stage(
                "The product by stage",
                "Wall time as `--json` tells it; *the rest* is imports, tables, publishing.",
                [(each.source, each.product.cost) for each in found],
            ),
            _by_stage(
                "The plain way by stage",
                "Wall time; *write lines* is `to_sql` of what was read, a part of the product's"
                " *read*; *the rest* is imports.",
                [(each.source, each.plain) for each in found if each.plain],
            ),
            _predicted(predicted),
            _by_stage("With predictions, by stage", "Wall time.", predicted),
        ],
    )


def _predicted(found: Sequence[tuple[Source, Cost]]) -> Table:
    rows = [
        (
            source.name,
            number(cost.told["rows_read"]),
            number(cost.told["customers"]),
            seconds(cost.wall),
            seconds(cost.cpu),
            memory(cost.peak),
        )
        for source, cost in found
    ]
    return Table(
        "With predictions",
        ("source", "lines", "customers", "wall", "CPU", "memory"),
        rows,
        after="Asked for: training and comparing all models of all tasks of Online Retail in"
        " under 100 s of CPU.",
    )


def agreement(product: Path, plain: Path) -> Agreement:
    """Compare what both ways wrote; raise `Disagreement` where it is not the same."""
    with closing(sqlite3.connect(product)) as ours, closing(sqlite3.connect(plain)) as theirs:
        totals, plain_totals = (
            ours.execute(TOTALS, (DATASET,)).fetchone(),
            theirs.execute(PLAIN_TOTALS).fetchone(),
        )
        snapshots, plain_snapshots = (
            ours.execute(SNAPSHOTS, (DATASET,)).fetchone(),
            theirs.execute(PLAIN_SNAPSHOTS).fetchone(),
        )
        silhouettes = dict(ours.execute(SILHOUETTES, (DATASET,)))
        plain_silhouettes = dict(theirs.execute(PLAIN_SILHOUETTES))
        associations = _by_pair(ours.execute(ASSOCIATIONS, (DATASET,)))
        plain_associations = _by_pair(theirs.execute(PLAIN_ASSOCIATIONS))
    _same("customers, orders and net revenue", totals, plain_totals)
    _same("rows, orders and net revenue of all snapshots", snapshots, plain_snapshots)
    apart = _apart(
        "Silhouettes of k-means", silhouettes, plain_silhouettes, SILHOUETTE_TOLERANCE
    )
    associated = _apart("Associations", associations, plain_associations, ASSOCIATION_TOLERANCE)
    both = silhouettes.keys() & plain_silhouettes.keys()
    customers, orders, revenue = totals
    return Agreement(customers, orders, revenue, snapshots[0], len(both), apart, associated)


def _by_pair(rows: Iterable[tuple[str, str, str, float]]) -> dict[str, float]:
    """Give associations by method and pair, whichever of the two is named first."""
    return {
        f"{method} of {min(left, right)} and {max(left, right)}": value
        for method, left, right, value in rows
    }


def _apart(
    what: str, ours: Mapping[Any, float], theirs: Mapping[Any, float], tolerance: float
) -> float:
    """Give the largest difference of what both have; raise `Disagreement` where it is large."""
    gaps = {key: abs(ours[key] - theirs[key]) for key in ours.keys() & theirs.keys()}
    largest = max(gaps.values(), default=0.0)
    if largest > tolerance:
        key = max(gaps, key=gaps.__getitem__)
        raise Disagreement(
            f"{what} differ by {largest:.2g} between the product and the plain way:"
            f" {ours[key]} and {theirs[key]} for {key}."
        )
    return largest


def _same(what: str, ours: Sequence[float], theirs: Sequence[float]) -> None:
    if any(abs(a - b) > MONEY_TOLERANCE for a, b in zip(ours, theirs, strict=True)):
        raise Disagreement(f"The product finds {ours} for {what}, the plain way {theirs}.")


def _compared(bench: Bench, source: Source) -> Compared:
    product = refreshed(bench, source)
    database = bench.folder / f"{source.path.name}.plain.db"
    plain = bench.measured(
        "tests.benchmarks.plain", str(source.path), "--db", str(database),
        "--encoding", source.encoding, *bench.told_settings,
        what=f"the plain way: {source.name}",
        before=lambda: clear(database),
    )  # fmt: skip
    return Compared(source, product, plain, agreement(product.database, database))


def _totals(found: Sequence[Compared]) -> Table:
    rows = []
    for each in found:
        ours, plain = each.product.cost, each.plain
        rows.append(
            (
                each.source.name,
                number(ours.told["rows_read"]),
                number(ours.told["customers"]),
                seconds(ours.wall),
                seconds(ours.cpu),
                memory(ours.peak),
                seconds(plain.wall) if plain else NOTHING,
                seconds(plain.cpu) if plain else NOTHING,
                memory(plain.peak) if plain else NOTHING,
                ratio(plain.cpu, ours.cpu) if plain else NOTHING,
            )
        )
    return Table(
        "From the file to published results",
        (
            "source", "lines", "customers", "wall", "CPU", "memory",
            "plain: wall", "plain: CPU", "plain: memory", "CPU, plain ÷ product",
        ),
        rows,
        after="Asked for: on Online Retail from .xlsx at least 8 times the CPU, under 45 s of"
        " it and 1 GiB; ten million lines under 5 minutes and 4 GiB.",
    )  # fmt: skip


def _agreements(found: Sequence[Compared]) -> Table:
    rows = [
        (
            each.source.name,
            number(each.agreement.customers),
            number(each.agreement.orders),
            f"{each.agreement.revenue:,.2f}",
            number(each.agreement.snapshots),
            number(each.agreement.clusterings),
            f"{each.agreement.silhouettes:.1e}",
            f"{each.agreement.associations:.1e}",
        )
        for each in found
        if each.agreement
    ]
    return Table(
        "The same results",
        (
            "source", "customers", "orders", "net revenue", "customers in all snapshots",
            "clusterings compared", "largest difference of silhouettes", "of associations",
        ),
        rows,
        before="Read from what both wrote; a difference in customers, orders, a penny of net"
        " revenue, 1e-6 of a silhouette of k-means or 1e-4 of an association (Pearson,"
        " Spearman, phik) stops the benchmark.",
    )  # fmt: skip


def _by_stage(title: str, before: str, costs: Sequence[tuple[Source, Cost]]) -> Table:
    names = list(dict.fromkeys(name for _, cost in costs for name in cost.told["stages"]))
    rows = [
        (name, *(seconds(cost.told["stages"].get(name, 0)) for _, cost in costs))
        for name in names
    ]
    rest = (seconds(cost.wall - sum(cost.told["stages"].values())) for _, cost in costs)
    head = ("stage", *(source.name for source, _ in costs))
    return Table(title, head, [*rows, ("the rest", *rest)], before=before)
