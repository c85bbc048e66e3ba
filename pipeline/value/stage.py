"""From the states of orders to what each customer will do and be worth."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.quality.findings import Finding
from pipeline.run.progress import Progress
from pipeline.settings import ValueSettings
from pipeline.value import remarks, tables
from pipeline.value.backtest import Backtest, backtest, evidence, interval_at, sample_of
from pipeline.value.correction import TOTALS, totals_of_year
from pipeline.value.customers import DAYS_PER_WEEK, Known, Transactions, known, transactions
from pipeline.value.cuts import Span, cut, cut_days
from pipeline.value.history import Floats
from pipeline.value.holdout import BY_FREQUENCY, METRICS, TRACKING, Holdout, holdout
from pipeline.value.lifetime import (
    DAYS_PER_YEAR,
    YEAR,
    Revenue,
    discounted_orders,
    historic,
    revenue,
)
from pipeline.value.models import posterior as beliefs
from pipeline.value.models.family import Choice, choose, fit_all
from pipeline.value.models.gamma_gamma import GammaGamma
from pipeline.value.models.mbg_nbd import MbgNbd
from pipeline.value.models.nbd import Nbd
from pipeline.value.models.order_model import OrderModel
from pipeline.value.models.pareto_nbd import ParetoNbd
from pipeline.value.models.posterior import Posterior, kinds
from pipeline.value.now import Now
from pipeline.value.parts import FORETOLD
from pipeline.value.rules import by_rules, with_interval
from pipeline.value.season import stretch_of
from pipeline.value.serving import CHECKS, Served, serve

CUSTOMERS = [
    "customer_id", "p_alive", "expected_orders_90d", "order_probability_90d", "clv_12m",
    "clv_12m_low", "clv_12m_high", "clv_historic_12m", "expected_next_order_days",
    "value_at_stake",
]  # fmt: skip
STAKE_DAYS = 3 * 365 / 12
LEAST_PROBABILITY = 1e-9
NEVER_DAYS = 3_650
"""A next order later than that is taken for none."""
TOTAL_RULES = ("historic_rate", "last_period")
"""Rules that foretell a total; “everybody the mean” has the same as the last period."""


class Valued(NamedTuple):
    """One frame per result table, without the run; the model of orders; remarks.

    Parameters
    ----------
    customers : a row per customer with a standing order; empty where the data is too thin.
    fits : a row per part (orders, spend) and model tried; `params` and `errors` (JSON) are
        empty where a fit did not converge and is not used; `holdout_loss` is the mean log loss
        of who ordered on the hold-outs, `single_order_loss` that of customers with one order.
    tracking, by_frequency, metrics : of the newest hold-out, see `Holdout`; empty where there
        is none.
    checks : intervals on every hold-out, see `Served`.
    totals : what all will bring in a year by each method, see `totals_of_year`.
    basis : one row of what the values rest on.
    foretold : expected revenue of everyone on the hold-outs and now, see `parts`.
    model, spend : the models of orders and of spend that are used.
    """

    customers: pd.DataFrame
    fits: pd.DataFrame
    tracking: pd.DataFrame
    by_frequency: pd.DataFrame
    metrics: pd.DataFrame
    checks: pd.DataFrame
    totals: pd.DataFrame
    basis: pd.DataFrame
    foretold: pd.DataFrame
    model: OrderModel | None
    spend: GammaGamma | None
    findings: tuple[Finding, ...]


EMPTY = {
    "customers": CUSTOMERS, "fits": tables.FITS, "tracking": TRACKING,
    "by_frequency": BY_FREQUENCY, "metrics": METRICS, "checks": CHECKS, "totals": TOTALS,
    "basis": tables.BASIS, "foretold": FORETOLD,
}  # fmt: skip


def value(
    states: pd.DataFrame,
    *,
    newest: int,
    settings: ValueSettings,
    stake_days: float = STAKE_DAYS,
    seed: int,
    progress: Progress,
) -> Valued:
    """Foretell orders and revenue of everyone with a standing order at `newest`, a day number.

    `states` are those of `order_states`; the revenue of `stake_days` is at stake where a
    customer leaves. The models and naive rules compete on what was known
    and on several hold-outs; where there are too few customers, repeat buyers or days, nothing
    is foretold and a finding says so.
    """
    progress.step(0, 3, "models of orders and spend")
    order_days = transactions(states, newest)
    people = known(order_days, newest)
    if thin := _too_thin(people, settings):
        return _refused(thin, people)
    fitted = fit_all(sample_of(people, settings, seed=seed), settings.models, seed=seed)
    spend = GammaGamma.fit(people.repeat_spend, seed=seed)
    progress.step(1, 3, "hold-outs")
    tests = _held_out(states, people, newest=newest, settings=settings, seed=seed)
    choice = choose(fitted, evidence(tests))
    served = serve(choice, tests, settings, seed=seed)
    progress.step(2, 3, f"lifetime values by {choice.model.name}")
    now = Now(newest, order_days, people, _stretch(order_days, newest, served, settings))
    rules = by_rules(
        order_days, people, day=newest, days=DAYS_PER_YEAR, least=settings.horizon_days
    )
    customers = _customers(
        now, served, spend.model, rules, settings, stake_days=stake_days, seed=seed
    )
    yearly = {served.rule or choice.model.key: float(customers["clv_12m"].sum())}
    for rule in TOTAL_RULES:
        yearly.setdefault(rule, float(rules[rule].revenue.sum()))
    totals = totals_of_year(yearly, tests, choice.model.key, season=served.season)
    newest_holdout = _newest_holdout(tests, served, settings, seed=seed)
    frames = {
        "customers": customers,
        "fits": tables.fits(choice, spend, people),
        "checks": served.checks,
        "totals": totals,
        "basis": tables.basis(now, served, tests),
        "foretold": tables.foretold(now, customers, served, tests),
    } | ({} if newest_holdout is None else newest_holdout._asdict())
    return Valued(
        **{
            name: frames.get(name, pd.DataFrame(columns=columns))
            for name, columns in EMPTY.items()
        },
        model=choice.model,
        spend=spend.model,
        findings=(
            *remarks.on_models(people, choice, spend, settings),
            *remarks.on_serving(now, served, totals, tests),
            remarks.on_holdout(newest_holdout, tests, served, people, settings),
        ),
    )


def order_probability(
    states: pd.DataFrame,
    day: int,
    horizon_days: int,
    *,
    settings: ValueSettings,
    seed: int,
    model: OrderModel | None = None,
) -> pd.DataFrame:
    """Give each customer's probability of an order in the `horizon_days` after `day`.

    One row per customer with a standing order (`customer_id`, `probability`), by what was known
    on the day alone. Fits the models to that day, unless one is given, and takes the likeliest
    (but Pareto/NBD, which takes ten times as long); where the data is too thin for that, the
    probabilities are missing.
    """
    people = known(transactions(states, day), day)
    if model is None and not _too_thin(people, settings):
        quick = [key for key in settings.models if key != ParetoNbd.key]
        model = choose(fit_all(sample_of(people, settings, seed=seed), quick, seed=seed)).model
    probability = (
        np.full(len(people.customers), np.nan)
        if model is None
        else model.order_probability(people.histories, horizon_days / DAYS_PER_WEEK)
    )
    return pd.DataFrame(
        {"customer_id": pd.Series(people.customers, dtype="str"), "probability": probability}
    )


def _too_thin(people: Known, settings: ValueSettings) -> str:
    """Say what is too little to fit models to; nothing where there is enough."""
    requirements = (
        ("customers with orders", len(people.customers), settings.least_customers),
        (
            "customers with more than one order day",
            int((people.histories.x > 0).sum()),
            settings.least_repeat_buyers,
        ),
        (
            "days since the first order",
            round(people.histories.T.max(initial=0) * DAYS_PER_WEEK),
            settings.least_days,
        ),
    )
    return ", ".join(
        f"{count:,} {description} (at least {least:,})"
        for description, count, least in requirements
        if count < least
    )


def _refused(thin: str, people: Known) -> Valued:
    return Valued(
        **{name: pd.DataFrame(columns=columns) for name, columns in EMPTY.items()},
        model=None,
        spend=None,
        findings=(
            Finding(
                remarks.STAGE,
                "refused",
                "Too little to foretell orders and lifetime value",
                f"There are only {thin}; with less, the models would tell of chance alone.",
                len(people.customers),
            ),
        ),
    )


def _held_out(
    states: pd.DataFrame, people: Known, *, newest: int, settings: ValueSettings, seed: int
) -> list[Backtest]:
    """Hold out several ends of the records, but those before which there is too little."""
    first = newest - round(people.histories.T.max() * DAYS_PER_WEEK)
    days, length = cut_days(first, newest, settings)
    cuts = (cut(states, day, length, newest=newest) for day in days)
    return [
        backtest(holdout_cut, settings, seed=seed)
        for holdout_cut in cuts
        if not _too_thin(holdout_cut.people, settings)
    ]


def _stretch(
    order_days: Transactions, day: int, served: Served, settings: ValueSettings
) -> float:
    """Give the season's stretch of the horizon, where the hold-outs speak for it."""
    if not served.season:
        return 1.0
    stretch = stretch_of(
        order_days.day, order_days.customer, day=day, days=settings.horizon_days
    )
    return stretch if stretch is not None and settings.horizon_days < DAYS_PER_YEAR else 1.0


def _customers(
    now: Now,
    served: Served,
    spend: GammaGamma,
    rules: Mapping[str, Span],
    settings: ValueSettings,
    *,
    stake_days: float,
    seed: int,
) -> pd.DataFrame:
    """One row per customer, rounded as published; the interval stays in order."""
    people = now.people
    belief = served.choice.model.posterior(people.histories)
    horizon = settings.horizon_days / DAYS_PER_WEEK
    season = horizon * now.stretch
    worth = (
        _worth_by_rule(people, served, rules, settings)
        if served.rule
        else revenue(
            belief,
            people.spend,
            spend,
            weeks=YEAR,
            discount_rate=settings.discount_rate,
            interval=settings.interval,
            draws=settings.draws,
            seed=seed,
            unforeseen=served.unforeseen,
        )
    )
    orders = beliefs.expected_orders(belief, season)
    if served.rule:
        orders = by_rules(
            now.order_days, people, day=now.day, days=settings.horizon_days,
            least=settings.horizon_days,
        )[served.rule].orders  # fmt: skip
    wait = beliefs.weeks_to_next_order(belief, at_most=NEVER_DAYS / DAYS_PER_WEEK)
    before = historic(people.spend, people.histories.T, weeks=YEAR, least_age=horizon)
    return pd.DataFrame(
        {
            "customer_id": pd.Series(people.customers, dtype="str"),
            "p_alive": _alive(people, served.choice).round(6),
            "expected_orders_90d": orders.round(6),
            "order_probability_90d": beliefs.order_probability(belief, season).round(6),
            "clv_12m": worth.value.round(2),
            "clv_12m_low": worth.low.round(2),
            "clv_12m_high": worth.high.round(2),
            "clv_historic_12m": before.round(2),
            "expected_next_order_days": (wait * DAYS_PER_WEEK).round(1),
            "value_at_stake": _at_stake(
                belief, spend.expected_spend(people.spend), stake_days * now.stretch
            ).round(2),
        }
    )


def _alive(people: Known, choice: Choice) -> Floats:
    """Give the probability that each customer is still with the shop.

    NBD, which serves where no model with drop-out converged, has nobody leave. Then MBG/NBD
    tells it within its bounds: with the least drop-out that is searched, which the orders can't
    tell from none.
    """
    model = choice.model
    if model.key == Nbd.key:
        bounded = (fitted.model for fitted in choice.tried if fitted.model.key == MbgNbd.key)
        model = next(bounded, model)
    return model.p_alive(people.histories)


def _at_stake(belief: Posterior, spend: Floats, days: float) -> Floats:
    """Give the revenue of so many days from a customer who orders in them at all.

    The expected orders over the probability of one: nobody who orders places fewer than one.
    """
    weeks = days / DAYS_PER_WEEK
    some = np.maximum(beliefs.order_probability(belief, weeks), LEAST_PROBABILITY)
    at_stake: Floats = np.maximum(beliefs.expected_orders(belief, weeks) / some, 1.0) * spend
    return at_stake


def value_on(
    states: pd.DataFrame, day: int, worth: Valued, settings: ValueSettings
) -> pd.DataFrame:
    """Give each customer's expected revenue of the 12 months after a day, by what was known.

    One row per customer with a standing order (`customer_id`, `clv_12m`), by today's models and
    without intervals; no row where there are no models.
    """
    if worth.model is None or worth.spend is None:
        return pd.DataFrame(columns=["customer_id", "clv_12m"])
    people = known(transactions(states, day), day)
    belief = worth.model.posterior(people.histories)
    alike = kinds(belief)
    _, discounted = discounted_orders(alike, weeks=YEAR, discount_rate=settings.discount_rate)
    orders = belief.alive * discounted[alike.place]
    return pd.DataFrame(
        {
            "customer_id": pd.Series(people.customers, dtype="str"),
            "clv_12m": orders * worth.spend.expected_spend(people.spend),
        }
    )


def _worth_by_rule(
    people: Known, served: Served, rules: Mapping[str, Span], settings: ValueSettings
) -> Revenue:
    """Give a year's revenue of everyone by the rule that beat the model."""
    by_rule = rules[str(served.rule)]
    middle = (1 + settings.discount_rate) ** -0.5
    return with_interval(
        Span(by_rule.orders, by_rule.revenue * middle),
        people,
        interval=settings.interval,
        unforeseen=served.unforeseen,
    )


def _newest_holdout(
    tests: Sequence[Backtest], served: Served, settings: ValueSettings, *, seed: int
) -> Holdout | None:
    """Tell the newest hold-out in detail, by the model in use."""
    if not tests:
        return None
    key = served.choice.model.key
    foretold = interval_at(tests[0], key, served.unforeseen, settings, seed=seed)
    return holdout(tests[0], key, foretold)
