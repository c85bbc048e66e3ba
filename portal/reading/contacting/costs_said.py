"""With which costs figures are computed, where those are not the last update's."""

from typing import NamedTuple

from portal.reading.contacting.economics import RetentionCosts
from portal.reading.predicting import risk
from portal.reading.published import PublishedRun
from portal.words import wording


class Named(NamedTuple):
    """A cost as sentences call it, and whether it is money or a share."""

    title: str
    is_money: bool


NAMES = {
    "incentive": Named("offer", is_money=True),
    "contact_cost": Named("contact cost", is_money=True),
    "success_rate": Named("success rate", is_money=False),
    "margin": Named("margin", is_money=False),
    "staying_accept": Named("takers among those staying", is_money=False),
}


SAVED_COSTS = "the saved playbook's"


def differing(run: PublishedRun, costs: RetentionCosts, *, whose: str) -> str:
    """Say which costs are not the update's; empty where all are, or none are known.

    `whose` says whose they are, like “this campaign's”.
    """
    usual = risk.of_run(run)
    if usual is None:
        return ""
    changed = [name for name in NAMES if getattr(costs, name) != getattr(usual, name)]
    if not changed:
        return ""
    changed_costs = [
        f"{NAMES[name].title} of {_written(name, costs, run.currency)}" for name in changed
    ]
    usual_costs = [_written(name, usual, run.currency) for name in changed]
    return (
        f"Computed with {whose} {wording.plain_list(changed_costs)}, not the update's"
        f" {wording.plain_list(usual_costs)}."
    )


def in_force(run: PublishedRun) -> str:
    """Say which costs that someone saved hold instead of the update's; empty where none do."""
    costs = risk.costs_in_force(run)
    return "" if costs is None else differing(run, costs, whose=SAVED_COSTS)


def _written(name: str, costs: RetentionCosts, currency: str) -> str:
    value = getattr(costs, name)
    if NAMES[name].is_money:
        return wording.money(value, currency).removesuffix(".00")
    return wording.percent(value, 1).replace(".0 %", " %")
