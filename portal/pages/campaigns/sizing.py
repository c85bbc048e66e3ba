"""Whether an audience is large enough to show what is hoped for."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from portal.pages.campaigns import queries
from portal.pages.campaigns.wanted import EVERYONE, WHOLE, Wanted, profits
from portal.reading.contacting import economics
from portal.reading.filters import Filters
from portal.reading.published import PublishedRun
from portal.words import wording

DAYS = 90
SHARES = (0.05, 0.1, 0.2, 0.3, 0.5)
"""Shares that the page offers not to contact."""
CONVERSION, REVENUE = "conversion", "revenue"
"""What a campaign can be meant to raise."""


class Reach(NamedTuple):
    """Whether an audience is large enough: a line says so, and a sentence says why."""

    suffices: bool
    line: str
    sentence: str


class Spend(NamedTuple):
    """What customers of an audience spend in 90 days, and how that follows what came before."""

    mean: float
    deviation: float
    correlation: float


class Hope(NamedTuple):
    """What is asked of an audience: to show an effect with that power, a share held out."""

    customers: int
    share: float
    power: float


def base_rate(figures: pd.Series, *, has_orders: bool = True) -> tuple[float, str]:
    """Give the share expected to order in 90 days without contact, and where it is from.

    Without orders the probability of leaving is of another thing than no order.
    """
    for column, turned, source in (
        *((("churn_probability", True, "the churn model"),) if has_orders else ()),
        ("answer_probability", False, "as many as answer a campaign, by its model"),
        ("order_probability", False, "the value model"),
    ):
        value = figures.get(column)
        if value is not None and math.isfinite(float(value)):
            return (1 - float(value) if turned else float(value)), source
    return 0.1, "assumed, no model of this run tells it"


def usual_spend(run: PublishedRun, filters: Filters, targeting: Wanted = WHOLE) -> Spend | None:
    """Tell what customers spent in the last 90 days; `None` where nobody spent anything."""
    listed = None if targeting.whom == EVERYONE else profits(run, filters, targeting)
    names = None if listed is None else listed["customer_id"].tolist()
    spending = queries.spent(run, filters, days=DAYS, names=names)
    revenue, before = spending["revenue"].to_numpy(), spending["revenue_before"].to_numpy()
    if len(spending) < 2 or not revenue.any():
        return None
    deviation, deviation_before = float(revenue.std(ddof=1)), float(before.std())
    correlation = (
        float(np.corrcoef(revenue, before)[0, 1]) if deviation and deviation_before else 0.0
    )
    return Spend(float(revenue.mean()), deviation, correlation)


def reach(hope: Hope, *, base: float, effect: float) -> Reach:
    """Say whether an audience shows that more customers order.

    `base` and `effect` are shares; raises `StrategyError` on impossible figures.
    """
    assumptions = {"base": base, "held_share": hope.share}
    least = economics.smallest_conversion_effect(
        customers=hope.customers, power=hope.power, **assumptions
    )
    return _reach(
        hope,
        f"a rise of orders from {wording.percent(base, 1)} to"
        f" {wording.percent(base + effect, 1)}",
        economics.size_for_conversion(effect=effect, power=hope.power, **assumptions),
        lambda share: economics.power_for_conversion(
            customers=hope.customers, base=base, effect=effect, held_share=share
        ),
        f"{wording.number(100 * least, 1)} percentage points" if least is not None else "",
    )


def reach_in_revenue(hope: Hope, *, usual: Spend, effect: float, currency: str) -> Reach:
    """Say whether an audience shows that customers spend more, by a share of what is usual."""
    assumptions = {
        "deviation": usual.deviation,
        "correlation": usual.correlation,
        "held_share": hope.share,
    }
    money = usual.mean * effect
    least = economics.smallest_revenue_effect(
        customers=hope.customers, power=hope.power, **assumptions
    )
    return _reach(
        hope,
        f"a rise of revenue per customer from {wording.money(usual.mean, currency)} to"
        f" {wording.money(usual.mean + money, currency)}",
        economics.size_for_revenue(effect=money, power=hope.power, **assumptions),
        lambda share: economics.power_for_revenue(
            customers=hope.customers,
            deviation=usual.deviation,
            correlation=usual.correlation,
            effect=money,
            held_share=share,
        ),
        f"{wording.money(least, currency)} ({wording.percent(least / usual.mean)})",
    )


def _reach(
    hope: Hope,
    risen: str,
    size: economics.Size,
    power: Callable[[float], float],
    smallest: str,
) -> Reach:
    shows = wording.chance(power(hope.share))
    divided = f"{wording.number(size.contacted)} contacted, {wording.number(size.held_out)} not"
    apart = wording.number(round(hope.customers * hope.share))
    of = f"{apart} of {wording.number(hope.customers)} are not contacted"
    if hope.customers >= size.customers:
        return Reach(
            suffices=True,
            line=f"{of}: enough to show {risen}, with a probability of {shows}.",
            sentence=f"The audience suffices: {risen} shows with a probability of"
            f" {shows}; {wording.count(size.customers, 'customer')} would"
            f" do ({divided}).",
        )
    least = f" The smallest rise that it shows is {smallest}." if smallest else ""
    return Reach(
        suffices=False,
        line=f"{of}: too few to show {risen}; that would show with a probability of {shows}.",
        sentence=f"The audience is too small: {risen} needs"
        f" {wording.count(size.customers, 'customer')} ({divided}), and"
        f" {wording.number(hope.customers)} show it with a probability of only"
        f" {shows}.{least} {_better(hope, power)}",
    )


def _better(hope: Hope, power: Callable[[float], float]) -> str:
    """Say which share would do, or how far the largest one gets."""
    larger = {share: power(share) for share in SHARES if share > hope.share}
    if not larger:
        return "Widen the filters, or be content with less certainty."
    enough = [share for share, chance in larger.items() if chance >= hope.power]
    if enough:
        return (
            f"With {wording.percent(enough[0])} not contacted instead, it shows with"
            f" {wording.percent(larger[enough[0]])}."
        )
    most = max(larger, key=larger.__getitem__)
    return (
        f"With {wording.percent(most)} not contacted instead, it shows with"
        f" {wording.percent(larger[most])}; more needs wider filters."
    )
