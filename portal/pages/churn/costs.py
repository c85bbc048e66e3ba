"""What a retention campaign costs and saves: the fields of the page, checked and filled up."""

from collections.abc import Mapping

from portal.kit.cards import Control
from portal.reading import risk
from portal.reading.economics import RetentionCosts, StrategyError, default_playbook
from portal.reading.published import PublishedRun

COSTS = {
    "contact_cost": ("churn-contact-cost", "Contact cost", 1),
    "incentive": ("churn-incentive", "Incentive", 1),
    "success_rate": ("churn-success-rate", "Success rate, %", 100),
    "margin": ("churn-margin", "Margin, %", 100),
    "months": ("churn-months", "Months of value", 1),
}
"""Cost, id of its input, what it is called there, and how many of its units make one."""
CONTROLS = tuple(Control(name, control) for name, (control, _label, _scale) in COSTS.items())

Entered = Mapping[str, float | None]
"""Costs in the units of their fields, `None` where a field is empty."""


def costs_of(run: PublishedRun, entered: Entered) -> RetentionCosts | None:
    """Give the costs to begin with, with those that were entered instead where they can be.

    `None` where the run has no risks weighed against values.
    """
    known = risk.defaults(run)
    if known is None:
        return None
    try:
        check(entered)
    except StrategyError:
        return known.costs
    return known.costs.model_copy(update=_in_ones(entered))


def check(entered: Entered) -> None:
    """Raise `StrategyError` where a cost can't be."""
    usual = default_playbook().costs.retention.model_dump()
    RetentionCosts.of(usual | _in_ones(entered), what="Costs")


def in_fields(costs: RetentionCosts) -> list[str]:
    """Write costs in the units of their fields."""
    return [f"{getattr(costs, name) * scale:g}" for name, (_id, _said, scale) in COSTS.items()]


def _in_ones(entered: Entered) -> dict[str, float]:
    return {
        name: value / scale
        for name, (_id, _said, scale) in COSTS.items()
        if (value := entered.get(name)) is not None
    }
