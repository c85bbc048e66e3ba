"""How well orders and revenue would have been foretold: the end of the records held out."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.value.backtest import CENT, Backtest
from pipeline.value.customers import DAYS_PER_WEEK, Known
from pipeline.value.cuts import Cut, Span
from pipeline.value.groups import MANY
from pipeline.value.history import Floats, Whole
from pipeline.value.lifetime import Revenue
from pipeline.value.models.order_model import OrderModel
from pipeline.value.models.posterior import Posterior, expected_orders, kinds

TRACKING = ["week", "is_holdout", "expected", "actual", "naive"]
BY_FREQUENCY = ["repeat_orders", "customers", "expected", "actual"]
METRICS = ["measure", "model", "metric", "value"]


class Holdout(NamedTuple):
    """What was foretold on an earlier day beside what then happened, by the model in use.

    Parameters
    ----------
    tracking : a row a week since the first order, the last that is no hold-out ending on the
        day: repeat orders so far, of everyone known on the day.
    by_frequency : a row per number of repeat orders up to the day, 7 for that many and more:
        mean orders per customer in what followed.
    metrics : a row per measure (orders, revenue), model or rule, and metric; errors are
        foretold less actual, per customer, `total_error` that of all as a share of the actual;
        the interval is that which is served.
    """

    tracking: pd.DataFrame
    by_frequency: pd.DataFrame
    metrics: pd.DataFrame

    def metric(self, measure: str, model: str, metric: str) -> float:
        """Give one value of `metrics`."""
        rows = self.metrics
        metric_rows = rows[
            (rows["measure"] == measure) & (rows["model"] == model) & (rows["metric"] == metric)
        ]
        return float(metric_rows["value"].iloc[0])


def holdout(test: Backtest, key: str, served: Revenue) -> Holdout:
    """Compare what a model and the rules foretold at a cut with what then happened.

    `served` is the interval of the customers that are checked.
    """
    foretold = test.foretold(key)
    model = test.fitted[key].model
    return Holdout(
        tracking=_tracking(
            test.cut, model, naive=float(test.rules["historic_rate"].orders.sum())
        ),
        by_frequency=_by_frequency(test.cut.people, foretold.orders, test.cut.came.orders),
        metrics=pd.concat(
            [
                _errors({key: foretold, **test.rules}, test.cut.came),
                _coverage(served, test.cut.came.revenue[test.some], model=key),
            ],
            ignore_index=True,
        ),
    )


def _errors(foretold: dict[str, Span], actual: Span) -> pd.DataFrame:
    rows = [
        (measure, "actual", "total", float(values.sum()))
        for measure, values in actual._asdict().items()
    ]
    for model, span in foretold.items():
        for measure, values in span._asdict().items():
            actual_values = getattr(actual, measure)
            error = values - actual_values
            metrics = {
                "total": values.sum(),
                "bias": error.mean(),
                "mean_absolute_error": np.abs(error).mean(),
                "rmse": np.sqrt(np.square(error).mean()),
            }
            if actual_values.sum() > 0:
                metrics["total_error"] = values.sum() / actual_values.sum() - 1
            rows += [(measure, model, name, float(value)) for name, value in metrics.items()]
    return pd.DataFrame(rows, columns=METRICS)


def _coverage(served: Revenue, came: Floats, *, model: str) -> pd.DataFrame:
    """Count how often revenue lay within the interval, below and above it."""
    below, above = (came < served.low - CENT).mean(), (came > served.high + CENT).mean()
    values = {
        "coverage": 1 - below - above,
        "below_interval": below,
        "above_interval": above,
        "interval_width": (served.high - served.low).mean(),
        "interval_customers": len(came),
    }
    rows = [("revenue", model, name, float(value)) for name, value in values.items()]
    return pd.DataFrame(rows, columns=METRICS)


def _tracking(cut: Cut, model: OrderModel, *, naive: float) -> pd.DataFrame:
    """Add up repeat orders week by week, as they were and as they were to be expected.

    `naive` are the orders of all by the historic rate.
    """
    people, day, days = cut.people, cut.day, cut.days
    belief = model.posterior(people.histories)
    first = day - np.round(people.histories.T * DAYS_PER_WEEK).astype(np.int64)
    weeks = np.arange(-int((day - first.min()) // DAYS_PER_WEEK), 1)
    past_days = day + weeks * DAYS_PER_WEEK
    repeats = cut.before.of(cut.before.day > first[cut.before.customer])
    past = pd.DataFrame(
        {
            "week": weeks,
            "expected": _expected_so_far(model, first, past_days),
            "actual": _count_until(repeats.day, past_days),
            "naive": np.nan,
        }
    )
    coming = np.arange(1, days // DAYS_PER_WEEK + 1)
    since = cut.after.of(cut.after.day > day)
    began = float(len(repeats.day))
    expected = _expected_by_week(belief, coming)
    future = pd.DataFrame(
        {
            "week": coming,
            "expected": began + expected,
            "actual": began + _count_until(since.day, day + coming * DAYS_PER_WEEK),
            "naive": began + naive * coming * DAYS_PER_WEEK / days,
        }
    )
    table = pd.concat([past, future], ignore_index=True)
    is_holdout = table["week"] > 0
    return table.assign(week=table["week"] - weeks[0] + 1, is_holdout=is_holdout)[TRACKING]


def _expected_by_week(belief: Posterior, weeks: Whole) -> Floats:
    """Add up everybody's expected orders by the end of each week."""
    alike = kinds(belief)
    alive = np.bincount(alike.place, weights=belief.alive)
    return np.array([alive @ expected_orders(alike.belief, float(week)) for week in weeks])


def _expected_so_far(model: OrderModel, first: Whole, days: Whole) -> Floats:
    """Add up what nobody's history had told: expected repeat orders by each of the days."""
    began, number = np.unique(first, return_counts=True)
    longest = int(days.max() - began.min())
    by_age = model.expected_after_first(np.arange(longest + 1) / DAYS_PER_WEEK)
    ages = np.maximum(days[:, None] - began[None, :], 0).astype(np.int64)
    return by_age[ages] @ number


def _count_until(days: Whole, until: Whole) -> Floats:
    return np.searchsorted(np.sort(days), until, side="right").astype(float)


def _by_frequency(people: Known, expected: Floats, actual: Floats) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "repeat_orders": np.minimum(people.histories.x, MANY),
            "expected": expected,
            "actual": actual,
        }
    )
    groups = frame.groupby("repeat_orders")
    means = groups[["expected", "actual"]].mean().assign(customers=groups.size())
    return means.reset_index()[BY_FREQUENCY]
