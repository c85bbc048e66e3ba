"""How well orders and revenue would have been foretold: the end of the records held out."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.settings import ValueSettings
from pipeline.value.customers import DAYS_PER_WEEK, Known, Transactions, known, transactions
from pipeline.value.family import Choice, choose
from pipeline.value.gamma_gamma import FittedSpend, GammaGamma, Spend
from pipeline.value.history import Floats, Whole
from pipeline.value.lifetime import historic, revenue
from pipeline.value.posterior import Posterior, expected_orders, kinds

MOST_FREQUENT = 7
"""Customers with so many repeat orders or more are shown together."""
TRACKING = ["week", "is_holdout", "expected", "actual", "naive"]
BY_FREQUENCY = ["repeat_orders", "customers", "expected", "actual"]
METRICS = ["measure", "model", "metric", "value"]
RIVALS = ("historic_rate", "everybody_mean", "last_period")


class Holdout(NamedTuple):
    """What was foretold on an earlier day beside what then happened.

    Parameters
    ----------
    day, days : the day on which it was foretold and the length of what followed.
    people : what was known of each customer on that day.
    choice, spend : the models fitted to it.
    tracking : a row a week since the first order, the last that is no hold-out ending on the
        day: repeat orders so far, of everyone known on the day.
    by_frequency : a row per number of repeat orders up to the day, 7 for that many and more:
        mean orders per customer in what followed.
    metrics : a row per measure (orders, revenue), model or rival, and metric; errors are
        foretold less actual, per customer, `total_error` that of all as a share of the actual.
    """

    day: int
    days: int
    people: Known
    choice: Choice
    spend: FittedSpend
    tracking: pd.DataFrame
    by_frequency: pd.DataFrame
    metrics: pd.DataFrame

    def metric(self, measure: str, model: str, metric: str) -> float:
        """Give one value of `metrics`."""
        rows = self.metrics
        found = rows[
            (rows["measure"] == measure) & (rows["model"] == model) & (rows["metric"] == metric)
        ]
        return float(found["value"].iloc[0])


class _Span(NamedTuple):
    """What customers did in a span of days: transactions and money, one element each."""

    orders: Floats
    revenue: Floats


def holdout_days(first: int, newest: int, settings: ValueSettings) -> int | None:
    """Give the longest end that leaves as much before it; None where it is too short."""
    days = min((newest - first) // 2, settings.holdout_most_days)
    return days if days >= settings.holdout_least_days else None


def holdout(
    states: pd.DataFrame, *, newest: int, days: int, settings: ValueSettings, seed: int
) -> Holdout:
    """Fit to what was known `days` before `newest` and compare with what then happened.

    What happened is what stands at `newest` of the orders since; the interval is that of
    `revenue`, not discounted.
    """
    day = newest - days
    before = transactions(states, day)
    people = known(before, day)
    after = _same_customers(transactions(states, newest), people)
    choice = choose(people.histories, settings.models, seed=seed)
    spend = GammaGamma.fit(people.repeat_spend, seed=seed)
    belief = choice.model.posterior(people.histories)
    weeks = days / DAYS_PER_WEEK
    foretold = _Span(
        expected_orders(belief, weeks),
        expected_orders(belief, weeks) * spend.model.expected_spend(people.spend),
    )
    actual = _span(after, since=day, until=newest)
    rivals = _rivals(before, people, day=day, days=days, least=settings.horizon_days)
    return Holdout(
        day=day,
        days=days,
        people=people,
        choice=choice,
        spend=spend,
        tracking=_tracking(
            before, after, people, belief, choice,
            naive=float(rivals["historic_rate"].orders.sum()), day=day, days=days,
        ),
        by_frequency=_by_frequency(people, foretold.orders, actual.orders),
        metrics=pd.concat(
            [
                _errors(
                    {choice.model.key: foretold, **rivals}, actual
                ),
                _coverage(
                    belief, people, spend.model, actual.revenue,
                    model=choice.model.key, weeks=weeks, settings=settings, seed=seed,
                ),
            ],
            ignore_index=True,
        ),
    )  # fmt: skip


def _same_customers(later: Transactions, people: Known) -> Transactions:
    """Give the later transactions of those who were customers already."""
    place = pd.Index(people.customers).get_indexer(pd.Index(later.customers))
    customer = place[later.customer].astype(np.int64)
    return later._replace(customers=people.customers, customer=customer).of(customer >= 0)


def _span(seen: Transactions, *, since: int, until: int) -> _Span:
    """Add up what each customer did after the day `since`, up to `until`."""
    part = seen.of((seen.day > since) & (seen.day <= until))
    number = len(seen.customers)
    return _Span(
        np.bincount(part.customer, minlength=number).astype(float),
        np.bincount(part.customer, weights=part.net, minlength=number).astype(float),
    )


def _rivals(
    before: Transactions, people: Known, *, day: int, days: int, least: int
) -> dict[str, _Span]:
    """Foretell without a model: the historic rate, everyone the mean, the last period again."""
    last = _span(before, since=day - days, until=day)
    weeks = days / DAYS_PER_WEEK
    age = people.histories.T
    once = Spend(people.spend.orders, np.ones_like(people.spend.mean))
    rate, money = (
        historic(each, age, weeks=weeks, least_age=least / DAYS_PER_WEEK)
        for each in (once, people.spend)
    )
    everybody = np.ones_like(age)
    return {
        "historic_rate": _Span(rate, money),
        "everybody_mean": _Span(
            everybody * last.orders.mean(), everybody * last.revenue.mean()
        ),
        "last_period": last,
    }


def _errors(foretold: dict[str, _Span], actual: _Span) -> pd.DataFrame:
    rows = [
        (measure, "actual", "total", float(values.sum()))
        for measure, values in actual._asdict().items()
    ]
    for model, span in foretold.items():
        for measure, values in span._asdict().items():
            there = getattr(actual, measure)
            error = values - there
            found = {
                "total": values.sum(),
                "bias": error.mean(),
                "mean_absolute_error": np.abs(error).mean(),
                "rmse": np.sqrt(np.square(error).mean()),
            }
            if there.sum() > 0:
                found["total_error"] = values.sum() / there.sum() - 1
            rows += [(measure, model, name, float(value)) for name, value in found.items()]
    return pd.DataFrame(rows, columns=METRICS)


def _coverage(
    belief: Posterior,
    people: Known,
    spend: GammaGamma,
    actual: Floats,
    *,
    model: str,
    weeks: float,
    settings: ValueSettings,
    seed: int,
) -> pd.DataFrame:
    """Count how often revenue lay within the interval, below and above it."""
    everyone = len(actual)
    rng = np.random.default_rng([seed, everyone])
    some = np.sort(rng.permutation(everyone)[: settings.holdout_customers])
    found = revenue(
        belief.part(some),
        Spend(people.spend.orders[some], people.spend.mean[some]),
        spend,
        weeks=weeks,
        discount_rate=0.0,
        interval=settings.interval,
        draws=settings.draws,
        seed=seed,
    )
    cent = 0.005
    below, above = (
        (actual[some] < found.low - cent).mean(),
        (actual[some] > found.high + cent).mean(),
    )
    values = {
        "coverage": 1 - below - above,
        "below_interval": below,
        "above_interval": above,
        "interval_width": (found.high - found.low).mean(),
        "interval_customers": len(some),
    }
    rows = [("revenue", model, name, float(value)) for name, value in values.items()]
    return pd.DataFrame(rows, columns=METRICS)


def _tracking(
    before: Transactions,
    after: Transactions,
    people: Known,
    belief: Posterior,
    choice: Choice,
    *,
    naive: float,
    day: int,
    days: int,
) -> pd.DataFrame:
    """Add up repeat orders week by week, as they were and as they were to be expected.

    `naive` are the orders of all by the historic rate.
    """
    first = day - np.round(people.histories.T * DAYS_PER_WEEK).astype(np.int64)
    weeks = np.arange(-int((day - first.min()) // DAYS_PER_WEEK), 1)
    past_days = day + weeks * DAYS_PER_WEEK
    repeats = before.of(before.day > first[before.customer])
    past = pd.DataFrame(
        {
            "week": weeks,
            "expected": _expected_so_far(choice, first, past_days),
            "actual": _count_until(repeats.day, past_days),
            "naive": np.nan,
        }
    )
    coming = np.arange(1, days // DAYS_PER_WEEK + 1)
    since = after.of(after.day > day)
    alike = kinds(belief)
    alive = np.bincount(alike.place, weights=belief.alive)
    began = float(len(repeats.day))
    expected = [float(alive @ expected_orders(alike.belief, float(week))) for week in coming]
    future = pd.DataFrame(
        {
            "week": coming,
            "expected": began + np.array(expected),
            "actual": began + _count_until(since.day, day + coming * DAYS_PER_WEEK),
            "naive": began + naive * coming * DAYS_PER_WEEK / days,
        }
    )
    table = pd.concat([past, future], ignore_index=True)
    is_holdout = table["week"] > 0
    return table.assign(week=table["week"] - weeks[0] + 1, is_holdout=is_holdout)[TRACKING]


def _expected_so_far(choice: Choice, first: Whole, days: Whole) -> Floats:
    """Add up what nobody's history had told: expected repeat orders by each of the days."""
    began, number = np.unique(first, return_counts=True)
    longest = int(days.max() - began.min())
    by_age = choice.model.expected_after_first(np.arange(longest + 1) / DAYS_PER_WEEK)
    ages = np.maximum(days[:, None] - began[None, :], 0).astype(np.int64)
    return by_age[ages] @ number


def _count_until(days: Whole, until: Whole) -> Floats:
    return np.searchsorted(np.sort(days), until, side="right").astype(float)


def _by_frequency(people: Known, expected: Floats, actual: Floats) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "repeat_orders": np.minimum(people.histories.x, MOST_FREQUENT),
            "expected": expected,
            "actual": actual,
        }
    )
    groups = frame.groupby("repeat_orders")
    found = groups[["expected", "actual"]].mean().assign(customers=groups.size())
    return found.reset_index()[BY_FREQUENCY]
