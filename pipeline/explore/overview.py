"""One row per attribute that a source fills: how much is known, and what it looks like."""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.features.attributes import Known, attributes_of

WHISKER = 1.5
"""Interquartile ranges beyond the middle half from which a number is an outlier (Tukey)."""


def filled(customers: pd.DataFrame) -> list[Known]:
    """List the attributes of which anything is known, but for what our own rules say."""
    return [
        attribute
        for attribute in attributes_of(customers)
        if attribute.role != "rule" and customers[attribute.name].notna().any()
    ]


def overview(customers: pd.DataFrame) -> pd.DataFrame:
    """Describe every filled attribute; columns are those of the table `attribute`.

    An attribute with a single value has the role constant. Skew is the adjusted Fisher-Pearson
    coefficient, deviation that of a sample.
    """
    rows = [
        {"position": position, **_row(customers[attribute.name], attribute)}
        for position, attribute in enumerate(filled(customers))
    ]
    return pd.DataFrame(rows)


def numbers(column: pd.Series) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Give a column of numbers as floats, nan where one is missing."""
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _row(column: pd.Series, attribute: Known) -> dict[str, Any]:
    values = column.dropna()
    distinct = int(values.nunique())
    description = {
        "attribute": attribute.name,
        "kind": attribute.kind,
        "role": attribute.role if distinct > 1 else "constant",
        "unit": attribute.unit,
        "filled": len(values),
        "distinct_values": distinct,
    }
    if attribute.kind != "number":
        counts = values.astype(str).value_counts()
        first = counts[counts == counts.max()].index.min()
        return description | dict.fromkeys(NUMERIC, None) | {"most_frequent": first}
    return description | _numeric(numbers(values)) | {"most_frequent": None}


NUMERIC = (
    "lowest", "quarter", "median", "three_quarters", "highest", "mean", "deviation", "skew",
    "outliers",
)  # fmt: skip


def _numeric(values: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, Any]:
    lowest, quarter, median, three_quarters, highest = np.quantile(
        values, [0, 0.25, 0.5, 0.75, 1]
    )
    reach = WHISKER * (three_quarters - quarter)
    beyond = (values < quarter - reach) | (values > three_quarters + reach)
    varies = highest > lowest
    series = pd.Series(values)
    return dict(
        zip(
            NUMERIC,
            (
                lowest, quarter, median, three_quarters, highest, values.mean(),
                series.std() if len(values) > 1 else None,
                series.skew() if varies and len(values) > 2 else None,
                int(beyond.sum()),
            ),
            strict=True,
        )
    )  # fmt: skip
