"""Whom a campaign contacts and at which costs, and what that should bring.

The arithmetic is that of Churn's list and of Strategy's plan; a campaign with an offer or a
cost of its own is computed anew with them.
"""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

import pandas as pd

from portal.pages.campaigns import queries
from portal.reading.contacting import contact_plan, costs_said, economics
from portal.reading.contacting.contact_plan import BEST, LIST, PLAN_BUDGET, SHARED
from portal.reading.contacting.economics import Expected, RetentionCosts, StrategyError
from portal.reading.filters import LONGEST_QUERY, Filters
from portal.reading.predicting import risk
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import PublishedRun
from portal.words import wording

EVERYONE = "everyone"
WHOM = {
    EVERYONE: "Everyone that the filters keep",
    BEST: "Those worth contacting, the highest first",
    SHARED: "Those worth contacting, as the playbook parts it",
}
MOST_BUDGET = 1e12
EVERY_NUMBER = 10**15
OWN = {
    "incentive": 1, "contact_cost": 1, "success_rate": 100, "margin": 100,
    "staying_accept": 100,
}  # fmt: skip
"""Costs that a campaign may have of its own, and how many units of their fields make one."""


class Wanted(NamedTuple):
    """Whom a campaign contacts; `costs` are `None` where they are those in force."""

    whom: str = EVERYONE
    budget: float | None = None
    costs: RetentionCosts | None = None


WHOLE = Wanted()
"""Everyone that the filters keep, at the costs in force."""


class Told(NamedTuple):
    """What contacting a whole audience means: `known` customers have an expected profit.

    Money; `low` and `high` are the ends of the range of the profit, `losing` those who cost
    more than they bring.
    """

    known: int
    losing: int
    leavers: float
    cost: float
    profit: float
    low: float
    high: float


def wanted(
    run: PublishedRun,
    whom: str | None,
    budget: float | None,
    own: Mapping[str, float | None],
) -> Wanted:
    """Read what the form says; raises `StrategyError` where a budget or a cost can't be."""
    if budget is not None and not 1 <= budget <= MOST_BUDGET:
        raise StrategyError("The budget must be 1 or more; leave it empty for no limit.")
    audience = whom if whom in offered(run) else EVERYONE
    costs_in_force, fixed = risk.costs_in_force(run), reckoned(run).fixed
    entered = {
        name: value / OWN[name]
        for name, value in own.items()
        if value is not None and name not in fixed
    }
    if costs_in_force is None or not entered:
        return Wanted(audience, budget)
    costs = RetentionCosts.of(costs_in_force.model_dump() | entered, subject="The campaign")
    return Wanted(audience, budget, costs)


class Led(NamedTuple):
    """What an address leads to: a list, its budget, and costs in the units of the fields."""

    whom: str
    budget: float | None
    own: dict[str, float | None]


def from_address(search: str | None) -> Led | None:
    """Read which list an address leads to; `None` where it names none.

    What is no amount there is passed over.
    """
    parameters = dict(parse_qsl((search or "")[:LONGEST_QUERY].removeprefix("?")))
    if parameters.get(LIST) not in (BEST, SHARED):
        return None
    own = {name: _amount(parameters.get(name), least=0) for name in OWN}
    return Led(parameters[LIST], _amount(parameters.get(PLAN_BUDGET), least=1), own)


def _amount(text: str | None, *, least: float) -> float | None:
    try:
        amount = float(text or "")
    except ValueError:
        return None
    return amount if least <= amount <= MOST_BUDGET else None


def offered(run: PublishedRun) -> dict[str, str]:
    """Give whom a campaign can contact in this data set, with what that is called."""
    if risk.costs_in_force(run) is None or not risk.are_known(run):
        return {EVERYONE: WHOM[EVERYONE]}
    return WHOM


def told(run: PublishedRun, filters: Filters, targeting: Wanted) -> Told | None:
    """Say what contacting all of an audience means; `None` where no profit is known."""
    costs = targeting.costs or risk.costs_in_force(run)
    if costs is None:
        return None
    if targeting.whom == EVERYONE:
        row = contact_plan.group(run, filters, most=EVERY_NUMBER, costs=costs)
        if row is None or not row["customers"]:
            return None
        return Told(
            int(row["customers"]), int(row["losing"]),
            *(float(row[name]) for name in ("leavers", "cost", "profit", "low", "high")),
        )  # fmt: skip
    plan = contact_plan.plan(
        run, filters, budget=targeting.budget, allocation=targeting.whom, costs=targeting.costs
    )
    if plan is None:
        return None
    leavers = float(plan.rows["leavers"].sum())
    sums = [plan.total(name) for name in ("cost", "profit", "low", "high")]
    return Told(plan.customers, 0, leavers, *sums)


def profits(run: PublishedRun, filters: Filters, targeting: Wanted) -> pd.DataFrame | None:
    """One row per customer of the audience whose profit is known; `None` where none is."""
    statement = (
        contact_plan.everyone(run, filters, costs=targeting.costs)
        if targeting.whom == EVERYONE
        else contact_plan.members(
            run,
            filters,
            budget=targeting.budget,
            allocation=targeting.whom,
            costs=targeting.costs,
        )
    )
    if statement is None:
        return None
    return queries.read(run, statement).astype({"customer_id": "str"})


def expected(
    run: PublishedRun,
    filters: Filters,
    targeting: Wanted,
    *,
    rows: pd.DataFrame | None,
    contacted: set[str],
) -> Expected | None:
    """Keep what contacting an audience was expected to bring; `rows` are those of `profits`."""
    costs, forecast = targeting.costs or risk.costs_in_force(run), told(run, filters, targeting)
    if rows is None or costs is None or forecast is None:
        return None
    part = rows.loc[rows["customer_id"].isin(contacted), "contact_profit"].sum()
    return Expected(
        **costs.model_dump(),
        known=forecast.known,
        losing=forecast.losing,
        cost=forecast.cost,
        profit=forecast.profit,
        low=forecast.low,
        high=forecast.high,
        contacted_profit=round(float(part), 2),
        said=said_costs(run, targeting),
    )


def said_costs(run: PublishedRun, targeting: Wanted) -> str:
    """Say which costs are not the update's; empty where all are."""
    if targeting.costs is None:
        return costs_said.in_force(run)
    return costs_said.differing(run, targeting.costs, whose="this campaign's")


def brings(forecast: Told | Expected, currency: str) -> str:
    """Say what contacting a whole audience should bring with its range, and what it costs."""
    ends = (wording.money_short(bound, currency) for bound in (forecast.low, forecast.high))
    lose = (
        f" {wording.count(forecast.losing, 'customer')} of them"
        f" {'costs' if forecast.losing == 1 else 'cost'} more than they bring."
        if forecast.losing
        else ""
    )
    return (
        f"Contacting all {wording.number(forecast.known)} should bring"
        f" {wording.money(forecast.profit, currency)} ({wording.interval(*ends)}) and costs"
        f" {wording.money(forecast.cost, currency)}.{lose}"
    )


def list_said(targeting: Wanted, currency: str) -> dict[str, str]:
    """Write whom a campaign contacts for its stamp, beside its filters."""
    if targeting.whom == EVERYONE:
        return {}
    text_by_title = {"List": WHOM[targeting.whom]}
    if targeting.budget is None:
        return text_by_title
    return text_by_title | {"Budget": wording.money(targeting.budget, currency)}


def at_its_costs(run: PublishedRun, members: pd.DataFrame, expectation: Expected) -> pd.Series:
    """Give each member's expected profit at the costs of a campaign.

    `members` have the `probability` and what is `at_stake` by which contacting is reckoned.
    """
    by_answers = reckoned(run).is_answer
    formula = economics.answer_profit if by_answers else economics.contact_profit
    return formula(members["probability"], members["at_stake"], costs=expectation.costs)
