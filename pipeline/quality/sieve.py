"""Lines that no rule has taken yet, and which lines each rule took."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from pipeline.quality.findings import Finding, examples
from pipeline.quality.rules import Rule


class Sieve:
    """Order lines, which of them are left, and what rules took of them.

    Attributes
    ----------
    lines
        All lines; their index tells each apart.
    left
        Whether a line is left, by its place in `lines`.
    taken
        Each rule that was asked, with the index of the lines that it took, maybe of none.
    """

    def __init__(self, lines: pd.DataFrame) -> None:
        self.lines = lines
        self.left = np.ones(len(lines), dtype=bool)
        self.taken: list[tuple[Rule, pd.Index]] = []

    def rest(self, columns: list[str] | None = None) -> pd.DataFrame:
        """Give the lines that are left."""
        lines = self.lines if columns is None else self.lines[columns]
        return lines if self.left.all() else lines[self.left]

    def take(self, rule: Rule, which: Callable[[pd.DataFrame], pd.Series]) -> None:
        """Take the rows for which `which`, a test of each row alone, holds from those left."""
        is_match = which(self.lines).to_numpy(dtype=bool)
        self.take_index(rule, self.lines.index[is_match & self.left])

    def take_index(self, rule: Rule, index: pd.Index) -> None:
        """Take rows by their index; the rule is told of even where there are none."""
        self.left[self.lines.index.get_indexer(index)] = False
        self.taken.append((rule, index))

    def findings(self) -> tuple[Finding, ...]:
        """Say of each rule how many rows it took, what they are worth, and the first few."""
        return tuple(_finding(rule, self.lines.loc[index]) for rule, index in self.taken)


def _finding(rule: Rule, taken_lines: pd.DataFrame) -> Finding:
    amount = float((taken_lines["quantity"] * taken_lines["unit_price"]).sum())
    return Finding(
        "cleaning",
        rule.name,
        rule.title,
        rule.explanation,
        len(taken_lines),
        removes=True,
        amount=round(amount, 2),
        examples=examples(taken_lines),
    )
