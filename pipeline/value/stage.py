"""From the states of orders to what each customer will do and be worth."""

import json
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.quality.findings import Finding
from pipeline.run.progress import Progress
from pipeline.settings import ValueSettings
from pipeline.value import posterior as beliefs
from pipeline.value.bg_nbd import BgNbd
from pipeline.value.customers import DAYS_PER_WEEK, Known, known, transactions
from pipeline.value.family import Choice, choose, with_the_rest
from pipeline.value.fitting import Fit
from pipeline.value.gamma_gamma import FittedSpend, GammaGamma
from pipeline.value.holdout import (
    BY_FREQUENCY,
    METRICS,
    RIVALS,
    TRACKING,
    Holdout,
    holdout,
    holdout_days,
)
from pipeline.value.lifetime import YEAR, historic, revenue
from pipeline.value.mbg_nbd import MbgNbd
from pipeline.value.nbd import Nbd
from pipeline.value.order_model import OrderModel
from pipeline.wording import percent

STAGE = "value"
CUSTOMERS = [
    "customer_id", "p_alive", "expected_orders_90d", "order_probability_90d", "clv_12m",
    "clv_12m_low", "clv_12m_high", "clv_historic_12m", "expected_next_order_days",
]  # fmt: skip
FITS = [
    "part", "model", "chosen", "converged", "customers", "log_likelihood", "aic", "iterations",
    "params", "errors", "message",
]  # fmt: skip
NO_FITS = pd.DataFrame(columns=FITS)
GAMMA_GAMMA = "gamma_gamma"
NEVER_DAYS = 3_650
"""A next order later than that is taken for none."""


class Valued(NamedTuple):
    """One frame per result table, without the run; the model of orders; remarks.

    Parameters
    ----------
    customers : a row per customer with a standing order; empty where the data is too thin.
    fits : a row per part (orders, spend) and model tried; `params` and `errors` (JSON) are
        empty where a fit did not converge and is not used.
    holdout_fits, tracking, by_frequency, metrics : of the hold-out, see `Holdout`; empty where
        there is none.
    model : the model of orders that is used.
    """

    customers: pd.DataFrame
    fits: pd.DataFrame
    holdout_fits: pd.DataFrame
    tracking: pd.DataFrame
    by_frequency: pd.DataFrame
    metrics: pd.DataFrame
    model: OrderModel | None
    findings: tuple[Finding, ...]


def value(
    states: pd.DataFrame,
    *,
    newest: int,
    settings: ValueSettings,
    seed: int,
    progress: Progress,
) -> Valued:
    """Foretell orders and revenue of everyone with a standing order at `newest`, a day number.

    `states` are those of `order_states`. Where there are too few customers, repeat buyers or
    days, nothing is foretold and a finding says so.
    """
    progress.step(0, 3, "models of orders and spend")
    people = known(transactions(states, newest), newest)
    if thin := _too_thin(people, settings):
        return _refused(thin, people)
    choice = choose(people.histories, settings.models, seed=seed)
    choice = with_the_rest(choice, people.histories, settings.models, seed=seed)
    spend = GammaGamma.fit(people.repeat_spend, seed=seed)
    progress.step(1, 3, f"lifetime values by {choice.model.name}")
    customers = _customers(people, choice.model, spend.model, settings, seed=seed)
    progress.step(2, 3, "hold-out")
    held = _held_out(states, people, newest=newest, settings=settings, seed=seed)
    return Valued(
        customers=customers,
        fits=_fits(choice, spend, people),
        holdout_fits=_fits(held.choice, held.spend, held.people) if held else NO_FITS,
        tracking=held.tracking if held else pd.DataFrame(columns=TRACKING),
        by_frequency=held.by_frequency if held else pd.DataFrame(columns=BY_FREQUENCY),
        metrics=held.metrics if held else pd.DataFrame(columns=METRICS),
        model=choice.model,
        findings=(
            *_remarks_on_models(people, choice, spend),
            _remark_on_holdout(held, people, settings),
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
    on the day alone. Fits the models to that day, unless one is given; where the data is too
    thin for that, the probabilities are missing.
    """
    people = known(transactions(states, day), day)
    if model is None and not _too_thin(people, settings):
        model = choose(people.histories, settings.models, seed=seed).model
    found = (
        np.full(len(people.customers), np.nan)
        if model is None
        else model.order_probability(people.histories, horizon_days / DAYS_PER_WEEK)
    )
    return pd.DataFrame(
        {"customer_id": pd.Series(people.customers, dtype="str"), "probability": found}
    )


def _too_thin(people: Known, settings: ValueSettings) -> str:
    """Say what is too little to fit models to; nothing where there is enough."""
    asked = (
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
        f"{there:,} {what} (at least {least:,})"
        for what, there, least in asked
        if there < least
    )


def _refused(thin: str, people: Known) -> Valued:
    return Valued(
        customers=pd.DataFrame(columns=CUSTOMERS),
        fits=NO_FITS,
        holdout_fits=NO_FITS,
        tracking=pd.DataFrame(columns=TRACKING),
        by_frequency=pd.DataFrame(columns=BY_FREQUENCY),
        metrics=pd.DataFrame(columns=METRICS),
        model=None,
        findings=(
            Finding(
                STAGE,
                "refused",
                "Too little to foretell orders and lifetime value",
                f"There are only {thin}; with less, the models would tell of chance alone.",
                len(people.customers),
            ),
        ),
    )


def _customers(
    people: Known, model: OrderModel, spend: GammaGamma, settings: ValueSettings, *, seed: int
) -> pd.DataFrame:
    """One row per customer, rounded as published; the interval stays in order."""
    belief = model.posterior(people.histories)
    horizon = settings.horizon_days / DAYS_PER_WEEK
    worth = revenue(
        belief,
        people.spend,
        spend,
        weeks=YEAR,
        discount_rate=settings.discount_rate,
        interval=settings.interval,
        draws=settings.draws,
        seed=seed,
    )
    wait = beliefs.weeks_to_next_order(belief, at_most=NEVER_DAYS / DAYS_PER_WEEK)
    before = historic(people.spend, people.histories.T, weeks=YEAR, least_age=horizon)
    return pd.DataFrame(
        {
            "customer_id": pd.Series(people.customers, dtype="str"),
            "p_alive": belief.alive.round(6),
            "expected_orders_90d": beliefs.expected_orders(belief, horizon).round(6),
            "order_probability_90d": beliefs.order_probability(belief, horizon).round(6),
            "clv_12m": worth.value.round(2),
            "clv_12m_low": worth.low.round(2),
            "clv_12m_high": worth.high.round(2),
            "clv_historic_12m": before.round(2),
            "expected_next_order_days": (wait * DAYS_PER_WEEK).round(1),
        }
    )


def _held_out(
    states: pd.DataFrame, people: Known, *, newest: int, settings: ValueSettings, seed: int
) -> Holdout | None:
    """Hold out the end of the records, unless what is left is too short or too thin."""
    first = newest - round(people.histories.T.max() * DAYS_PER_WEEK)
    days = holdout_days(first, newest, settings)
    if days is None:
        return None
    earlier = newest - days
    if _too_thin(known(transactions(states, earlier), earlier), settings):
        return None
    return holdout(states, newest=newest, days=days, settings=settings, seed=seed)


def _fits(choice: Choice, spend: FittedSpend, people: Known) -> pd.DataFrame:
    """One row per model that was tried."""
    customers, buyers = len(people.customers), int((people.histories.x > 0).sum())
    return pd.DataFrame(
        [
            *(
                _row(each.fit, chosen=each is choice.chosen)
                | {"part": "orders", "model": each.model.key, "customers": customers}
                for each in choice.tried
            ),
            _row(spend.fit, chosen=True)
            | {"part": "spend", "model": GAMMA_GAMMA, "customers": buyers},
        ]
    )[FITS]


def _row(fit: Fit, *, chosen: bool) -> dict[str, object]:
    """Give what a fit tells; its numbers only where they are to be used."""
    told = fit.converged or chosen
    return {
        "chosen": chosen,
        "converged": fit.converged,
        "log_likelihood": round(fit.log_likelihood, 4),
        "aic": round(fit.aic, 4),
        "iterations": fit.iterations,
        "params": json.dumps(fit.params if told else {}),
        "errors": json.dumps(fit.errors if told else {}),
        "message": fit.message,
    }


def _remarks_on_models(
    people: Known, choice: Choice, spend: FittedSpend
) -> tuple[Finding, ...]:
    """Name the models behind the figures, and what is to be known of them."""
    customers = len(people.customers)
    before = choice.tried[: choice.tried.index(choice.chosen)]
    fell = "".join(
        f" {each.model.name} did not converge ({_inside(each.fit)})." for each in before
    )
    loose = [
        f"{name} did not converge either ({_inside(fit)}): its figures are those of the most"
        " likely parameters within bounds."
        for name, fit in (
            (choice.model.name, choice.chosen.fit),
            ("Gamma-Gamma", spend.fit),
        )
        if not fit.converged
    ]
    remarks = [
        Finding(
            STAGE,
            "fallback" if before else "order_model",
            f"Orders are foretold by {choice.model.name}",
            f"{choice.model.name} {'stands in.' if before else 'is the first that converged.'}"
            f"{fell} {_of_silence(people, choice)}",
            customers,
        ),
        _remark_on_spend(people),
    ]
    if loose:
        remarks.append(
            Finding(STAGE, "not_converged", "A fit ran to a bound", " ".join(loose), customers)
        )
    return tuple(remarks)


def _inside(fit: Fit) -> str:
    return f"{fit.message[0].lower()}{fit.message[1:]}"


def _of_silence(people: Known, choice: Choice) -> str:
    """Say how the model that is used reads the silence of a customer."""
    once = int((people.histories.x == 0).sum())
    if choice.model.key == Nbd.key:
        return (
            "It knows no leaving: P(alive) is 1 for everyone, and silence lowers the expected"
            " orders through the customer's rate alone."
        )
    if choice.model.key != BgNbd.key:
        return "It lets customers leave after any order, the first included."
    aic = {each.model.key: each.fit.aic for each in choice.tried if each.fit.converged}
    better = (
        f" MBG/NBD, which mends that, describes these orders better (AIC lower by"
        f" {aic[BgNbd.key] - aic[MbgNbd.key]:,.1f}): name it first in value.models to use it."
        if aic.get(MbgNbd.key, np.inf) < aic[BgNbd.key]
        else ""
    )
    return (
        f"It takes all {once:,} customers with a single order for still with the shop"
        f" (P(alive) 1), however long ago that was.{better}"
    )


def _remark_on_spend(people: Known) -> Finding:
    orders, mean = people.repeat_spend
    together = pd.Series(orders).rank().corr(pd.Series(mean).rank())
    found = "can't be told" if pd.isna(together) else f"is {together:.2f}"
    return Finding(
        STAGE,
        "spend",
        "Spend is foretold by Gamma-Gamma",
        "What customers spend on an order is taken as independent of how often they order;"
        f" among {len(mean):,} repeat buyers the rank correlation of the two {found}"
        " (0 were ideal).",
        len(mean),
    )


def _remark_on_holdout(held: Holdout | None, people: Known, settings: ValueSettings) -> Finding:
    if held is None:
        return Finding(
            STAGE,
            "no_holdout",
            "Nothing could be held out to check these figures",
            f"A hold-out needs {2 * settings.holdout_least_days:,} days of orders and, on its"
            " first day, enough customers for the models.",
            len(people.customers),
        )
    model = held.choice.model
    off, *others = (
        held.metric("orders", each, "mean_absolute_error") for each in (model.key, *RIVALS)
    )
    best, rule = min(zip(others, RIVALS, strict=True))
    return Finding(
        STAGE,
        "holdout",
        f"The last {held.days} days were held out to check these figures",
        f"{model.name}, fitted to what was known before, foretold"
        f" {held.metric('orders', model.key, 'total'):,.0f} order days of"
        f" {len(held.people.customers):,} customers; there were"
        f" {held.metric('orders', 'actual', 'total'):,.0f}. Per customer it was off by"
        f" {off:.2f} on average, the best simple rule ({rule.replace('_', ' ')}) by {best:.2f}."
        f" The {percent(settings.interval)} interval held the revenue of"
        f" {percent(held.metric('revenue', model.key, 'coverage'), 1)} of them.",
        len(held.people.customers),
    )
