"""Value foretold without a model: what a shop would reckon by hand, to be beaten or used."""

import numpy as np
from scipy.stats import nbinom

from pipeline.value.customers import DAYS_PER_WEEK, Known, Transactions
from pipeline.value.cuts import Span, span
from pipeline.value.groups import group_of
from pipeline.value.history import Floats
from pipeline.value.lifetime import Revenue, Unforeseen, historic
from pipeline.value.models.gamma_gamma import Spend

RULES = ("historic_rate", "everybody_mean", "last_period")


def by_rules(
    before: Transactions, people: Known, *, day: int, days: int, least: int
) -> dict[str, Span]:
    """Foretell the coming `days` thrice: the historic rate, everyone the mean, the last again.

    The last period is as long as the coming one; where the record is shorter, what it has is
    taken at the same rate.
    """
    age = people.histories.T
    back = int(min(days, max(round(age.max(initial=0) * DAYS_PER_WEEK), 1)))
    last = span(before, since=day - back, until=day)
    last = Span(last.orders * (days / back), last.revenue * (days / back))
    weeks = days / DAYS_PER_WEEK
    once = Spend(people.spend.orders, np.ones_like(people.spend.mean))
    rate, money = (
        historic(spend, age, weeks=weeks, least_age=least / DAYS_PER_WEEK)
        for spend in (once, people.spend)
    )
    everybody = np.ones_like(age)
    means = (everybody * amounts.mean() for amounts in last)
    return dict(zip(RULES, (Span(rate, money), Span(*means), last), strict=True))


def with_interval(
    foretold: Span, people: Known, *, interval: float, unforeseen: Unforeseen
) -> Revenue:
    """Put an interval round a rule's revenue: so many orders, each worth what it says.

    Orders are Poisson at the rule's rate times the gamma of what is unforeseen: a negative
    binomial. Whoever has ordered once may bring nothing.
    """
    variance = np.array(unforeseen)[group_of(people.histories.x)]
    order_value = np.divide(
        foretold.revenue, foretold.orders, out=np.zeros_like(foretold.revenue),
        where=foretold.orders > 0,
    )  # fmt: skip
    low, high = (
        _orders_at(share, foretold.orders, variance) * order_value
        for share in ((1 - interval) / 2, (1 + interval) / 2)
    )
    low = np.where(people.histories.x > 0, low, 0.0)
    return Revenue(
        foretold.revenue, np.minimum(low, foretold.revenue), np.maximum(high, foretold.revenue)
    )


def _orders_at(share: float, mean: Floats, variance: Floats) -> Floats:
    orders = nbinom.ppf(share, 1 / variance, 1 / (1 + variance * np.maximum(mean, 1e-12)))
    return np.asarray(orders, dtype=float)
