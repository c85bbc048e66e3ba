"""Scored customers as rows: what a table shows and a CSV holds."""

from collections.abc import Iterable, Iterator
from typing import Any

from db.workspace.scored import Scored

MARK, FROM_FILE = "scored by hand", "scored from a file"
FILE = "file"
"""Among what was entered: the name of the file that a customer came with."""
COLUMNS = (
    "customer_id", "origin", "segment", "churn_probability", "churn_reasons",
    "activity_drop_probability", "high_value_probability", "run", "as_of", "saved_at",
)  # fmt: skip


def origin(each: Scored) -> str:
    """Say how a saved customer came to be scored."""
    return FROM_FILE if FILE in each.inputs else MARK


def saved_rows(saved: Iterable[Scored]) -> Iterator[list[Any]]:
    """Give one row per saved customer, as `COLUMNS` says."""
    for each in saved:
        churn = each.answer.get("churn") or {}
        yield [
            each.customer_id,
            origin(each),
            (each.answer.get("segment") or {}).get("segment"),
            churn.get("probability"),
            "; ".join(reason["reason"] for reason in churn.get("reasons", ())),
            (each.answer.get("activity_drop") or {}).get("probability"),
            (each.answer.get("high_value") or {}).get("probability"),
            each.scored_by_run,
            each.as_of,
            each.saved_at.isoformat(timespec="seconds"),
        ]
