"""What parts of the customers are worth, beside what such parts brought on the hold-outs."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

FORETOLD = ["as_of_day", "customer_id", "first_day", "expected", "revenue"]
PARTS = [
    "part", "position", "level", "customers", "expected", "holdout_customers",
    "holdout_expected", "holdout_revenue",
]  # fmt: skip
DECILES = 10


def parts(foretold: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    """Add up value by segment, decile of value and quarter of the first order.

    `foretold` has a row per day and customer with the columns `FORETOLD`; the newest day's
    revenue is still to come, the others are the hold-outs, which are added up. `assignments`
    says by `as_of` and `customer_id` who was in which segment; at a hold-out, the segment of
    the last such day before it counts, so that nothing of what then came tells it.
    """
    if foretold.empty:
        return pd.DataFrame(columns=PARTS)
    newest = foretold["as_of_day"].max()
    labelled = foretold.assign(
        segment=_segments(foretold, assignments),
        decile=_deciles(foretold),
        cohort=pd.PeriodIndex(
            pd.to_datetime(foretold["first_day"].to_numpy(), unit="D"), freq="Q"
        ),
    )
    now, before = (
        labelled[labelled["as_of_day"] == newest],
        labelled[labelled["as_of_day"] < newest],
    )
    tables = [
        _by(now, before, "segment", by_value=True),
        _by(now, before, "decile", by_value=False),
        _by(now, before, "cohort", by_value=False),
    ]
    return pd.concat(tables, ignore_index=True)[PARTS]


def _by(now: pd.DataFrame, before: pd.DataFrame, name: str, *, by_value: bool) -> pd.DataFrame:
    """Add one part up; ordered by value or by itself."""
    expected = now.dropna(subset=[name]).groupby(name, observed=True)["expected"]
    holdouts = before.dropna(subset=[name]).groupby(name, observed=True)
    table = pd.DataFrame({"customers": expected.size(), "expected": expected.sum().round(2)})
    table = table.join(
        pd.DataFrame(
            {
                "holdout_customers": holdouts.size(),
                "holdout_expected": holdouts["expected"].sum().round(2),
                "holdout_revenue": holdouts["revenue"].sum().round(2),
            }
        )
    )
    if by_value:
        table = table.sort_values("expected", ascending=False, kind="stable")
    whole = table["holdout_customers"].fillna(0).astype("int64")
    levels = [_level(level) for level in table.index]
    return table.assign(
        part=name, level=levels, position=range(len(table)), holdout_customers=whole
    ).reset_index(drop=True)


def _level(value: object) -> str:
    if isinstance(value, pd.Period):
        return f"{value.year} Q{value.quarter}"
    return str(value)


def _deciles(foretold: pd.DataFrame) -> pd.Series:
    """Give each customer's tenth of the day's customers by what was expected, 1 the best."""
    day = foretold.groupby("as_of_day")["expected"]
    place = day.rank(method="first", ascending=False) - 1
    return (place * DECILES // day.transform("size")).astype(int) + 1


def _segments(foretold: pd.DataFrame, assignments: pd.DataFrame) -> np.ndarray:
    """Give the segment of the last day that is not later than the row's."""
    times = pd.to_datetime(assignments["as_of"]).to_numpy()
    looked = times.astype("datetime64[D]").astype(np.int64)
    days: Sequence[int] = np.unique(looked).tolist()
    place = np.searchsorted(days, foretold["as_of_day"], side="right") - 1
    on = np.where(place >= 0, np.array([*days, 0])[place], -1)
    segments = pd.Series(
        assignments["segment"].to_numpy(),
        index=pd.MultiIndex.from_arrays([looked, assignments["customer_id"].astype(str)]),
    )
    keys = pd.MultiIndex.from_arrays([on, foretold["customer_id"].astype(str)])
    return segments.reindex(keys).to_numpy()
