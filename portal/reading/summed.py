"""Sums over customers whom no table by kind tells apart, from the packed columns of a run."""

from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from portal.reading.columns import Column, Flags, Floats, Longs, Stored, read, stored
from portal.reading.published import PublishedRun

ACTIVE_DAYS = 90
SNAPSHOT, MONTH = "snapshot", "month"
NOWHERE = "Not known"

PERIODS = """
select day, part, dtype, data
from period_column
where run_id = :run_id and period = :period
order by day
"""


def in_periods(run: PublishedRun, period: str, keep: Flags) -> pd.DataFrame:
    """Add up what the customers kept did, a row per month or per snapshot but the newest."""
    rows = []
    parts = run.connection.execute(
        sa.text(PERIODS),
        {"run_id": run.run_id, "period": period},
        execution_options={"yield_per": 4},
    )
    for day, group in groupby(parts, key=lambda row: row.day):
        there = {row.part: np.frombuffer(row.data, dtype=row.dtype) for row in group}
        some = keep[there["customer"]]
        many = int(some.sum())
        rows.append(
            {
                "day": day,
                "customers": many,
                "active_customers": _summed(there.get("active"), some),
                "orders": _summed(there["orders"], some) if "orders" in there else many,
                "revenue": _summed(there["revenue"], some),
            }
        )
    columns = ["day", "customers", "active_customers", "orders", "revenue"]
    return pd.DataFrame(rows, columns=columns)


def newest(run: PublishedRun, keep: Flags) -> dict[str, Any]:
    """Add up the customers kept as they are in the newest snapshot."""
    there = read(run, "recency_days", "frequency", "monetary")
    recency = there["recency_days"].values if "recency_days" in there else np.nan
    return {
        "customers": int(keep.sum()),
        "active_customers": int((keep & (recency < ACTIVE_DAYS)).sum()),
        "orders": _known_sum(there.get("frequency"), keep),
        "revenue": _known_sum(there.get("monetary"), keep),
    }


def by_segment(run: PublishedRun, keep: Flags) -> pd.DataFrame:
    """One row per segment: customers, revenue and means of the customers kept."""
    measures = ("monetary", "recency_days", "frequency", "average_basket")
    there = stored(run, "segment", *measures)
    if "segment" not in there:
        return pd.DataFrame(columns=["segment", "customers", "revenue", *measures])
    words = there["segment"].words
    codes = there["segment"].values[keep].astype(np.int64)
    means = {name: _added(there.get(name), keep, codes, len(words)) for name in measures}
    table = pd.DataFrame(
        {
            "segment": np.array(words, dtype=object),
            "customers": np.bincount(codes, minlength=len(words)),
            "revenue": means["monetary"].total,
            **{name: each.mean for name, each in means.items()},
        }
    )
    return table[table["customers"] > 0]


def by_country(run: PublishedRun, keep: Flags) -> pd.DataFrame:
    """One row per country: customers, orders and revenue of the customers kept."""
    there = stored(run, "country", "monetary", "frequency")
    words = there["country"].words if "country" in there else ()
    codes = there["country"].values[keep].astype(np.int64) if words else -np.ones(keep.sum())
    codes = np.where(codes < 0, len(words), codes).astype(np.int64)
    names = [*words, NOWHERE]
    table = pd.DataFrame(
        {
            "country": np.array(names, dtype=object),
            "customers": np.bincount(codes, minlength=len(names)),
            "orders": _added(there.get("frequency"), keep, codes, len(names)).total,
            "revenue": _added(there.get("monetary"), keep, codes, len(names)).total,
        }
    )
    return table[table["customers"] > 0]


class _Added(NamedTuple):
    """Sum and mean of what is known in each group; nan where nothing is."""

    total: Floats
    mean: Floats


def _added(column: Stored | None, keep: Flags, codes: Longs, many: int) -> _Added:
    if column is None:
        return _Added(np.full(many, np.nan), np.full(many, np.nan))
    values = column.values[keep].astype(float)
    known = ~np.isnan(values)
    count = np.bincount(codes[known], minlength=many).astype(float)
    total = np.bincount(codes[known], values[known], minlength=many)
    count[count == 0] = np.nan
    return _Added(np.where(np.isnan(count), np.nan, total), total / count)


def _summed(values: NDArray[Any] | None, some: Flags) -> float:
    return 0.0 if values is None else float(values[some].sum(dtype=float))


def _known_sum(column: Column | None, keep: Flags) -> float:
    """Add up what is known, nan where nothing is."""
    values = np.zeros(0) if column is None else column.values[keep]
    known = values[~np.isnan(values)]
    return float(known.sum()) if len(known) else np.nan
