"""What a rule took or a stage remarked, in words that the portal shows."""

from typing import Any, NamedTuple

import pandas as pd

from pipeline.quality.rules import JOINED

EXAMPLES = 5
SHOWN = (
    "source_row",
    "invoice",
    "product",
    "description",
    "ordered_at",
    "quantity",
    "unit_price",
    "customer_id",
)


class Finding(NamedTuple):
    """One rule or remark: how many rows it took or concerns, why, and some of them."""

    stage: str
    rule: str
    title: str
    explanation: str
    rows: int
    removes: bool = False
    amount: float | None = None
    examples: tuple[dict[str, Any], ...] = ()


def joined_rows(rows: int) -> tuple[Finding, ...]:
    """Count rows of tables that were joined to the lines; none where there are none.

    With them the rows that were read are those that are kept and those that rules took.
    """
    name, title, explanation = JOINED
    finding = Finding("cleaning", name, title, explanation, rows, removes=True)
    return (finding,) if rows else ()


def examples(lines: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    """Give the first few rows as plain values, empty cells as None."""
    first = lines[list(SHOWN)].head(EXAMPLES)
    return tuple(
        {
            str(column): None
            if pd.isna(value)
            else str(value)
            if column == "ordered_at"
            else value
            for column, value in row.items()
        }
        for row in first.astype(object).to_dict("records")
    )
