"""What the value page asks: expected values of customers, and how the model did before.

Sums over customers are taken from the packed columns of the run, read at once.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from db.frames import read_frame
from portal.reading import ordered
from portal.reading.columns import COLUMNS, Flags, Floats, groups, kept, read, stored
from portal.reading.customers import Sort
from portal.reading.filters import Filters
from portal.reading.ordered import MOST_ROWS
from portal.reading.published import PublishedRun

PACKED = COLUMNS
TRACKING = """
select week, is_holdout, expected, actual, naive
from value_tracking
where run_id = :run_id
order by week
"""
BY_FREQUENCY = """
select repeat_orders, customers, expected, actual
from value_by_frequency
where run_id = :run_id
order by repeat_orders
"""
METRICS = """
select measure, model, metric, value
from value_metric
where run_id = :run_id
"""
FITS = """
select part, model, chosen, converged, log_likelihood, iterations, params, message
from value_fit
where run_id = :run_id
order by part, chosen desc, model
"""
CUSTOMER_COLUMNS = (
    "customer_id", "segment", "risk_value", "clv_12m", "clv_12m_low", "clv_12m_high", "p_alive",
    "expected_orders_90d", "expected_next_order_days", "churn_probability", "clv_historic_12m",
)  # fmt: skip
CUSTOMERS = f"""
select {", ".join(f"c.{column}" for column in CUSTOMER_COLUMNS)}
from customer_result c
where c.run_id = :run_id and c.customer_id in :names
"""  # noqa: S608 - names of this module
BEST = "clv_12m"
ACTUAL = "actual"
RIVALS = ("historic_rate", "everybody_mean", "last_period")
NAIVE = (ACTUAL, *RIVALS)
"""What a metric can be of besides the model in use."""
NOBODY_LEAVES = "nbd"
"""The model of orders that stands in where none that knows leaving could be fitted."""

BINS = 40
RISK_BINS, VALUE_BINS = 20, 24
POINTS = 101
RECENCY = (0, 15, 31, 61, 91, 181, 366, 731)
FREQUENCY = (1, 2, 3, 4, 5, 7, 10, 15, 25)


class Headline(NamedTuple):
    """What the customers that the filters keep are worth together."""

    customers: int
    total: float
    historic: float
    orders: float
    alive: float
    top_fifth: float


def headline(run: PublishedRun, filters: Filters) -> Headline | None:
    """Add up the values; `None` where the run has none, or the filters keep nobody with one."""
    there = read(run, "clv_12m", "clv_historic_12m", "expected_orders_90d", "p_alive")
    if "clv_12m" not in there:
        return None
    some = kept(run, filters) & ~np.isnan(there["clv_12m"].values)
    if not some.any():
        return None
    sums = {name: float(np.nansum(column.values[some])) for name, column in there.items()}
    return Headline(
        int(some.sum()),
        sums["clv_12m"],
        sums.get("clv_historic_12m", np.nan),
        sums.get("expected_orders_90d", np.nan),
        sums.get("p_alive", np.nan),
        _share_of_best(there["clv_12m"].values[some], 0.2),
    )


def distribution(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Count customers in bins of their value, equal on a log scale; under 1 is the first bin.

    Columns `low, high, customers, value`.
    """
    values = _values(run, filters)
    if not len(values):
        return pd.DataFrame(columns=["low", "high", "customers", "value"])
    most = max(float(values.max()), 10.0)
    edges = np.concatenate([[0.0], np.geomspace(1.0, most * 1.000001, BINS)])
    places = np.searchsorted(edges, values, side="right") - 1
    return pd.DataFrame(
        {
            "low": edges[:-1],
            "high": edges[1:],
            "customers": np.bincount(places, minlength=BINS),
            "value": np.bincount(places, values, minlength=BINS),
        }
    )


def concentration(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give which share of the value the best customers bring: `customers, value`, shares."""
    values = np.sort(_values(run, filters))[::-1]
    if not values.sum() > 0:
        return pd.DataFrame(columns=["customers", "value"])
    shares = np.linspace(0, 1, POINTS)
    summed = np.concatenate([[0.0], np.cumsum(values)])
    reached = np.interp(shares * len(values), np.arange(len(summed)), summed)
    return pd.DataFrame({"customers": shares, "value": reached / summed[-1]})


def by_segment(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Add up values by segment, the most valuable first; the sums add up to the whole.

    Columns `segment, customers, value, historic, share, mean, orders`.
    """
    across = groups(run, "segment")
    there = read(run, "clv_12m", "clv_historic_12m", "expected_orders_90d")
    columns = ["segment", "customers", "value", "historic", "share", "mean", "orders"]
    if across is None or "clv_12m" not in there:
        return pd.DataFrame(columns=columns)
    some = kept(run, filters) & ~np.isnan(there["clv_12m"].values)
    codes = np.where(across.codes[some] < 0, len(across.names), across.codes[some])
    names = [*across.names, "Without a segment"]
    many = np.bincount(codes, minlength=len(names))

    def summed(name: str) -> Floats:
        if name not in there:
            return np.full(len(names), np.nan)
        found = np.nan_to_num(there[name].values[some])
        return np.asarray(np.bincount(codes, found, minlength=len(names)), dtype=float)

    value = summed("clv_12m")
    rows = pd.DataFrame(
        {
            "segment": names,
            "customers": many,
            "value": value,
            "historic": summed("clv_historic_12m"),
            "share": value / value.sum() if value.sum() else np.nan,
            "mean": value / np.maximum(many, 1),
            "orders": summed("expected_orders_90d"),
        }
    )
    there_is = rows[rows["customers"] > 0]
    return there_is.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def matrix(run: PublishedRun, filters: Filters, *, measure: str) -> pd.DataFrame:
    """Average a measure over customers by orders so far and days since the last.

    One row per cell with a customer: `recency, recency_place, frequency, frequency_place,
    customers, mean`.
    """
    there = read(run, "recency_days", "frequency", measure)
    columns = ["recency", "recency_place", "frequency", "frequency_place", "customers", "mean"]
    if len(there) < 3:
        return pd.DataFrame(columns=columns)
    values, recency, orders = (
        there[name].values for name in (measure, "recency_days", "frequency")
    )
    some = kept(run, filters) & ~np.isnan(values) & (recency >= 0) & (orders >= 1)
    rows = np.searchsorted(RECENCY, recency[some], side="right") - 1
    cells = rows * len(FREQUENCY) + np.searchsorted(FREQUENCY, orders[some], side="right") - 1
    size = len(RECENCY) * len(FREQUENCY)
    many = np.bincount(cells, minlength=size)
    sums = np.bincount(cells, values[some], minlength=size)
    full = np.flatnonzero(many)
    down, across = full // len(FREQUENCY), full % len(FREQUENCY)
    return pd.DataFrame(
        {
            "recency": [_band(RECENCY, int(place)) for place in down],
            "recency_place": down,
            "frequency": [_band(FREQUENCY, int(place)) for place in across],
            "frequency_place": across,
            "customers": many[full],
            "mean": sums[full] / many[full],
        },
        columns=columns,
    )


def risk_and_value(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Count customers by churn probability and value, one row per cell that is not empty.

    Columns `risk_low, risk_high, value_low, value_high, customers, value`.
    """
    there = read(run, "churn_probability", "clv_12m")
    columns = ["risk_low", "risk_high", "value_low", "value_high", "customers", "value"]
    if len(there) < 2:
        return pd.DataFrame(columns=columns)
    risk, value = there["churn_probability"].values, there["clv_12m"].values
    some = kept(run, filters) & ~np.isnan(risk) & ~np.isnan(value)
    if not some.any():
        return pd.DataFrame(columns=columns)
    edges = np.geomspace(1.0, max(float(value[some].max()), 10.0) * 1.000001, VALUE_BINS + 1)
    across = np.minimum((risk[some] * RISK_BINS).astype(np.int64), RISK_BINS - 1)
    down = np.maximum(np.searchsorted(edges, value[some], side="right") - 1, 0)
    cells = across * VALUE_BINS + down
    many = np.bincount(cells, minlength=RISK_BINS * VALUE_BINS)
    sums = np.bincount(cells, value[some], minlength=RISK_BINS * VALUE_BINS)
    full = np.flatnonzero(many)
    across, down = full // VALUE_BINS, full % VALUE_BINS
    return pd.DataFrame(
        {
            "risk_low": across / RISK_BINS,
            "risk_high": (across + 1) / RISK_BINS,
            "value_low": np.where(down == 0, 0.0, edges[down]),
            "value_high": edges[down + 1],
            "customers": many[full],
            "value": sums[full],
        }
    )


def tracking(run: PublishedRun) -> pd.DataFrame:
    """Give repeat orders so far week by week, expected and actual."""
    return read_frame(run.connection, TRACKING, run_id=run.run_id)


def by_frequency(run: PublishedRun) -> pd.DataFrame:
    """Give orders in the hold-out by repeat orders before it, expected and actual."""
    return read_frame(run.connection, BY_FREQUENCY, run_id=run.run_id)


def metrics(run: PublishedRun) -> pd.DataFrame:
    """Give how the model and its naive rivals did: per measure what came, the model, rivals.

    Columns `measure, model, total, bias, mean_absolute_error, rmse, total_error, coverage` and
    what else was measured.
    """
    found = read_frame(run.connection, METRICS, run_id=run.run_id)
    if found.empty:
        return found
    wide = found.pivot_table(index=["measure", "model"], columns="metric", values="value")
    rows = wide.reset_index()
    place = rows["model"].map({ACTUAL: 0, **dict.fromkeys(NAIVE[1:], 2)}).fillna(1)
    ordered = rows.assign(place=place).sort_values(["measure", "place", "model"])
    return ordered.drop(columns="place").reset_index(drop=True)


def fits(run: PublishedRun) -> pd.DataFrame:
    """Give every model that was fitted, the one in use first."""
    return read_frame(run.connection, FITS, run_id=run.run_id)


def knows_leaving(rows: pd.DataFrame) -> bool:
    """Tell by the models that were fitted whether the one in use lets customers leave."""
    return not (rows["chosen"].astype(bool) & (rows["model"] == NOBODY_LEAVES)).any()


def customers(
    run: PublishedRun, filters: Filters, *, sort: Sort, start: int = 0, end: int = 100
) -> pd.DataFrame:
    """Give customers with a value from place `start` up to `end`, at most 1,000."""
    found = ordered.places(
        run,
        _valued(run, filters),
        sort.column if sort.column in CUSTOMER_COLUMNS else BEST,
        descending=sort.descending,
        start=start,
        end=min(end, max(start, 0) + MOST_ROWS),
    )
    return ordered.rows(run, CUSTOMERS, found)


def count(run: PublishedRun, filters: Filters) -> int:
    """Count the customers with a value that the filters keep."""
    return int(_valued(run, filters).sum())


def _valued(run: PublishedRun, filters: Filters) -> Flags:
    """Tell of each customer whether the filters keep it and its value is known."""
    value = stored(run, BEST).get(BEST)
    if value is None:
        return np.zeros(run.customers, dtype=bool)
    return kept(run, filters) & ~np.isnan(value.values)


def _values(run: PublishedRun, filters: Filters) -> Floats:
    there = read(run, "clv_12m")
    if "clv_12m" not in there:
        return np.zeros(0)
    values = there["clv_12m"].values
    some: Flags = kept(run, filters) & ~np.isnan(values)
    return np.maximum(values[some], 0.0)


def _share_of_best(values: Floats, share: float) -> float:
    total = float(values.sum())
    best = np.sort(values)[::-1][: max(round(share * len(values)), 1)]
    return float(best.sum()) / total if total > 0 else np.nan


def _band(edges: tuple[int, ...], place: int) -> str:
    low = edges[place]
    if place == len(edges) - 1:
        return f"{low:,} +"
    high = edges[place + 1] - 1
    return f"{low}" if low == high else f"{low} to {high}"
