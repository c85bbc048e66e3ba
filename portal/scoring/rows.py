"""Scored customers as rows: what a table shows and a CSV holds."""

from collections.abc import Iterable, Iterator
from typing import Any

from db.workspace.scored import Scored

MARK, FROM_FILE = "scored by hand", "scored from a file"
FILE = "file"
"""Among what was entered: the name of the file that a customer came with."""
COLUMNS = (
    "customer_id", "origin", "segment", "churn_probability", "churn_reasons",
    "activity_drop_probability", "high_value_probability", "given_outcomes", "run", "as_of",
    "saved_at",
)  # fmt: skip


def origin(customer: Scored) -> str:
    """Say how a saved customer came to be scored."""
    return FROM_FILE if FILE in customer.inputs else MARK


def given_outcomes(customer: Scored) -> dict[str, dict[str, Any]]:
    """Give what was said of the outcomes that the source gives, by their tasks."""
    outcomes: dict[str, dict[str, Any]] = customer.answer.get("given_outcomes") or {}
    return outcomes


def _said(outcome: dict[str, Any]) -> str:
    return f"{outcome['title']}: “{outcome['of']}” {outcome['probability']}"


def saved_rows(saved: Iterable[Scored]) -> Iterator[list[Any]]:
    """Give one row per saved customer, as `COLUMNS` says."""
    for customer in saved:
        churn = customer.answer.get("churn") or {}
        yield [
            customer.customer_id,
            origin(customer),
            (customer.answer.get("segment") or {}).get("segment"),
            churn.get("probability"),
            "; ".join(reason["reason"] for reason in churn.get("reasons", ())),
            (customer.answer.get("activity_drop") or {}).get("probability"),
            (customer.answer.get("high_value") or {}).get("probability"),
            "; ".join(map(_said, given_outcomes(customer).values())),
            customer.scored_by_run,
            customer.as_of,
            customer.saved_at.isoformat(timespec="seconds"),
        ]
