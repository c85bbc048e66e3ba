"""What is to be known of the models of value, as sentences that a run keeps."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.base.wording import percent
from pipeline.quality.findings import Finding
from pipeline.settings import ValueSettings
from pipeline.value.backtest import Backtest
from pipeline.value.customers import Known
from pipeline.value.holdout import Holdout
from pipeline.value.lifetime import DAYS_PER_YEAR
from pipeline.value.models.bg_nbd import BgNbd
from pipeline.value.models.family import Choice
from pipeline.value.models.fitting import Fit
from pipeline.value.models.gamma_gamma import FittedSpend
from pipeline.value.models.nbd import Nbd
from pipeline.value.models.pareto_nbd import ParetoNbd
from pipeline.value.now import Now, history_days
from pipeline.value.rules import RULES
from pipeline.value.serving import Served

STAGE = "value"
ENOUGH_CUTS = 3


def on_models(
    people: Known, choice: Choice, spend: FittedSpend, settings: ValueSettings
) -> tuple[Finding, ...]:
    """Name the models behind the figures, and what is to be known of them."""
    customers = len(people.customers)
    loose = [
        f"{name} did not converge either ({_inside(fit)}): its figures are those of the most"
        " likely parameters within bounds."
        for name, fit in (
            (choice.model.name, choice.chosen.fit),
            ("Gamma-Gamma", spend.fit),
        )
        if not fit.converged
    ]
    fell = "".join(
        f" {fitted.model.name} did not converge ({_inside(fitted.fit)})."
        for fitted in choice.tried
        if not fitted.fit.converged and fitted is not choice.chosen
    )
    sample = (
        f" The models are fitted to {settings.fit_customers:,} customers, drawn at random."
        if settings.fit_customers < customers
        else ""
    )
    only = choice.model.key == Nbd.key and bool(fell)
    remarks = [
        Finding(
            STAGE,
            "fallback" if only else "order_model",
            f"Orders are foretold by {choice.model.name}",
            f"{_why(choice)}{fell} {_of_silence(people, choice)}{sample}",
            customers,
        ),
        _remark_on_spend(people),
    ]
    if loose:
        remarks.append(
            Finding(STAGE, "not_converged", "A fit ran to a bound", " ".join(loose), customers)
        )
    return tuple(remarks)


def _why(choice: Choice) -> str:
    """Say what speaks for the model in use."""
    name = choice.model.name
    usable = [fitted for fitted in choice.tried if fitted.fit.converged]
    if len(usable) <= 1:
        return f"{name} stands in."
    by = "AIC and the log loss on the hold-outs" if choice.evidence else "AIC"
    if choice.chosen is usable[0]:
        return f"{name} is the best of {len(usable)} by {by} together."
    return (
        f"{usable[0].model.name} is better by {by}, but takes everyone with a single order for"
        f" a customer for ever, which nothing bears out: {name} comes next."
    )


def _inside(fit: Fit) -> str:
    return f"{fit.message[0].lower()}{fit.message[1:]}"


def _of_silence(people: Known, choice: Choice) -> str:
    """Say how the model that is used reads the silence of a customer."""
    once = int((people.histories.x == 0).sum())
    if choice.model.key == Nbd.key:
        return (
            "It knows no leaving: silence lowers the expected orders through the customer's"
            " rate alone. P(alive), where it is published, is MBG/NBD's with the least drop-out"
            " that is searched, which these orders can't tell from none."
        )
    if choice.model.key == ParetoNbd.key:
        return "It lets customers leave at any time."
    if choice.model.key != BgNbd.key:
        return "It lets customers leave after any order, the first included."
    return (
        f"It takes all {once:,} customers with a single order for still with the shop"
        " (P(alive) 1), however long ago that was."
    )


def on_serving(
    now: Now, served: Served, totals: pd.DataFrame, tests: Sequence[Backtest]
) -> list[Finding]:
    """Say what rule, season or short history the values rest on."""
    customers, days = len(now.people.customers), history_days(now.people)
    findings = []
    if served.rule:
        findings.append(
            Finding(
                STAGE,
                "rule",
                f"Values are foretold by a rule: {_named(served.rule)}",
                f"On the hold-outs it came nearer to the revenue of each customer than"
                f" {served.choice.model.name}.",
                customers,
            )
        )
    if days < DAYS_PER_YEAR:
        findings.append(
            Finding(
                STAGE,
                "short_history",
                "Less than a year of orders",
                f"There are orders of {days:,} days: no season has been seen whole, and a value"
                " of 12 months looks further ahead than anything could be checked.",
                customers,
            )
        )
    if 0 < len(tests) < ENOUGH_CUTS:
        findings.append(
            Finding(
                STAGE,
                "few_holdouts",
                f"Only {len(tests)} hold-out{'s' if len(tests) > 1 else ''}",
                f"The {days:,} days of orders leave room for no more; {ENOUGH_CUTS} would tell"
                " chance from season.",
                customers,
            )
        )
    if served.season and now.stretch != 1:
        side = "more" if now.stretch > 1 else "fewer"
        findings.append(
            Finding(
                STAGE,
                "season",
                "Expected orders follow last year's season",
                f"It brought {percent(abs(now.stretch - 1))} {side} orders a day than the year"
                " as a whole, and on the hold-outs such a season came nearer to what was"
                " ordered.",
                customers,
            )
        )
    total = totals[totals["chosen"].astype(bool)].iloc[0]
    if total["method"] in RULES and total["method"] != served.rule:
        findings.append(
            Finding(
                STAGE,
                "total_rule",
                f"The total rests on a rule: {_named(str(total['method']))}",
                f"On {len(tests)} hold-outs, corrected by the others, it missed the revenue of"
                f" all by {percent(float(np.expm1(total['error'])))};"
                f" {served.choice.model.name} by"
                f" {percent(float(np.expm1(totals['error'].iloc[0])))}.",
                customers,
            )
        )
    return findings


def _named(rule: str) -> str:
    return rule.replace("_", " ")


def _remark_on_spend(people: Known) -> Finding:
    orders, mean = people.repeat_spend
    together = pd.Series(orders).rank().corr(pd.Series(mean).rank())
    correlation = "can't be told" if pd.isna(together) else f"is {together:.2f}"
    return Finding(
        STAGE,
        "spend",
        "Spend is foretold by Gamma-Gamma",
        "What customers spend on an order is taken as independent of how often they order;"
        f" among {len(mean):,} repeat buyers the rank correlation of the two {correlation}"
        " (0 were ideal).",
        len(mean),
    )


def on_holdout(
    holdout: Holdout | None,
    tests: Sequence[Backtest],
    served: Served,
    people: Known,
    settings: ValueSettings,
) -> Finding:
    """Say how the model did on the newest hold-out, or that nothing could be held out."""
    if holdout is None:
        return Finding(
            STAGE,
            "no_holdout",
            "Nothing could be held out to check these figures",
            f"A hold-out needs {2 * settings.holdout_least_days:,} days of orders and, on its"
            " first day, enough customers for the models.",
            len(people.customers),
        )
    model, newest = served.choice.model, tests[0].cut
    off, *rule_errors = (
        holdout.metric("orders", method, "mean_absolute_error")
        for method in (model.key, *RULES)
    )
    best, rule = min(zip(rule_errors, RULES, strict=True))
    chosen = served.checks[served.checks["chosen"].astype(bool)]
    covered = np.average(chosen["coverage"].astype(float), weights=chosen["customers"])
    many = f"{len(tests)} hold-outs" if len(tests) > 1 else "that hold-out"
    return Finding(
        STAGE,
        "holdout",
        f"The last {newest.days} days were held out to check these figures",
        f"{model.name}, fitted to what was known before, foretold"
        f" {holdout.metric('orders', model.key, 'total'):,.0f} order days of"
        f" {len(newest.people.customers):,} customers; there were"
        f" {holdout.metric('orders', 'actual', 'total'):,.0f}. Per customer it was off by"
        f" {off:.2f} on average, the best simple rule ({_named(rule)}) by {best:.2f}."
        f" On {many} the {percent(settings.interval)} interval held the revenue of"
        f" {percent(float(covered), 1)} of the customers.",
        len(newest.people.customers),
    )
