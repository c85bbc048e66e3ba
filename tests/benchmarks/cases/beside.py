"""A table of several ways to do the same thing, the product first."""

from collections.abc import Sequence
from typing import NamedTuple

from tests.benchmarks.measuring import Cost, Disagreement
from tests.benchmarks.report import Table, memory, number, ratio, seconds

OURS = "product"


class Way(NamedTuple):
    """One way, and what its process told: rows, wall and processor seconds of the work."""

    name: str
    cost: Cost


def beside(title: str, ways: Sequence[Way], *, after: str = "") -> Table:
    """Compare ways that must give equally many rows; raise `Disagreement` where they don't."""
    ours = next(way for way in ways if way.name == OURS).cost
    for way in ways:
        if way.cost.told["rows"] != ours.told["rows"]:
            raise Disagreement(
                f"{title}: {way.name} gives {way.cost.told['rows']} rows,"
                f" the product {ours.told['rows']}."
            )
    rows = [
        (
            way.name,
            number(way.cost.told["rows"]),
            seconds(way.cost.told["wall"]),
            seconds(way.cost.told["cpu"]),
            number(way.cost.told["rows"] / max(way.cost.told["cpu"], 1e-6)),
            memory(way.cost.peak),
            ratio(way.cost.told["cpu"], ours.told["cpu"]),
        )
        for way in ways
    ]
    head = ("way", "rows", "wall", "CPU", "rows per CPU second", "memory", "CPU ÷ product")
    return Table(title, head, rows, after=after)
