"""Who changed segment between two runs, drawn and said."""

import pandas as pd

from portal.kit.drawing.chart import Chart, Scope
from portal.kit.drawing.move_matrix import move_matrix
from portal.words.wording import percent


def moves(rows: pd.DataFrame, scope: Scope, *, runs: tuple[int, int]) -> Chart:
    """Show customers by their segment in two runs."""
    first, second = runs
    other_segments = sorted({*rows["before"], *rows["after"]} - set(scope.segments))
    finding = moves_finding(rows)
    return Chart(
        move_matrix(
            rows,
            segments=[*scope.segments, *other_segments],
            before=f"Update {first}",
            after=f"Update {second}",
        ),
        finding,
        f"Matrix of customers by segment in two runs. {finding}.",
    )


def moves_finding(rows: pd.DataFrame) -> str:
    """Say how many are in a segment of the same name in both runs."""
    same = rows.loc[rows["before"] == rows["after"], "customers"].sum()
    return (
        f"{percent(same / max(rows['customers'].sum(), 1))} of customers are in a segment of"
        " the same name in both updates"
    )
