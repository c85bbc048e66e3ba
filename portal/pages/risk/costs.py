"""What a retention campaign costs and saves: the fields of the page, checked and filled up."""

from collections.abc import Collection, Mapping

from portal.kit.cards import Control
from portal.reading.contacting.economics import RetentionCosts, StrategyError, default_playbook
from portal.reading.predicting import risk
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import PublishedRun

COSTS = {
    "contact_cost": ("risk-contact-cost", "Contact cost", 1),
    "incentive": ("risk-incentive", "Incentive", 1),
    "success_rate": ("risk-success-rate", "Success rate, %", 100),
    "margin": ("risk-margin", "Margin, %", 100),
    "staying_accept": ("risk-staying-accept", "Staying take it, %", 100),
}
"""Cost, id of its input, what it is called there, and how many of its units make one."""
NOT_COUNTED = "–"
BUDGET = "budget"
BUDGET_FIELD = "risk-budget"
CONTROLS = (
    *(Control(name, control) for name, (control, _label, _scale) in COSTS.items()),
    Control(BUDGET, BUDGET_FIELD),
)

Entered = Mapping[str, float | None]
"""Costs in the units of their fields, `None` where a field is empty."""


def costs_of(run: PublishedRun, entered: Entered) -> RetentionCosts | None:
    """Give the costs in force, with those that were entered instead where they can be.

    `None` where the run has no risks weighed against what is at stake.
    """
    costs = risk.costs_in_force(run)
    if costs is None:
        return None
    try:
        check(entered)
    except StrategyError:
        return costs
    return costs.model_copy(update=_in_ones({**entered, **dict.fromkeys(fixed(run))}))


def budget_of(entered: Entered) -> float | None:
    """Give the budget that was entered; `None` for no limit, also where it can't be one."""
    budget = entered.get(BUDGET)
    return None if budget is None or budget < 0 else float(budget)


def check(entered: Entered) -> None:
    """Raise `StrategyError` where a cost or the budget can't be."""
    budget = entered.get(BUDGET)
    if budget is not None and budget < 0:
        raise StrategyError("The budget must be 0 or more; leave it empty for no limit.")
    usual = default_playbook().costs.retention.model_dump()
    RetentionCosts.of(usual | _in_ones(entered), subject="Costs")


def fixed(run: PublishedRun) -> tuple[str, ...]:
    """Name the costs that can't be changed: those that the run's formula doesn't have."""
    return reckoned(run).fixed


def in_fields(costs: RetentionCosts, *, without: Collection[str] = ()) -> list[str]:
    """Write costs in the units of their fields; those that don't count as a dash."""
    return [
        NOT_COUNTED
        if name in without and name != "margin"
        else f"{getattr(costs, name) * scale:g}"
        for name, (_id, _said, scale) in COSTS.items()
    ]


def _in_ones(entered: Entered) -> dict[str, float]:
    return {
        name: value / scale
        for name, (_id, _said, scale) in COSTS.items()
        if (value := entered.get(name)) is not None
    }
