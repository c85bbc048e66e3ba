"""The expected profit of contacting a customer as SQL, and who is worth contacting by it."""

from typing import Any, NamedTuple

from portal.reading.at_run import AtRun
from portal.reading.contacting.economics import ANSWER, PROFIT, REVENUE, RULE
from portal.reading.predicting.reckoned import costs_in_force, reckoned


class Columns(NamedTuple):
    """Which columns of the customers hold the probability, what is at stake and the value.

    `profit` and `taking` are the formulas of `contact_profit` and of the probability with which
    the incentive is taken, where `{p}` and `{v}` stand for the first two.
    """

    probability: str
    at_stake: str
    value: str
    profit: str
    taking: str


LOST = """{p} * :success_rate * (:margin * {v} - :incentive)
        - (1 - {p}) * :staying_accept * :incentive - :contact_cost"""
KEPT = "{p} * :success_rate + (1 - {p}) * :staying_accept"
ANSWERED = "{p} * (:margin * {v} - :incentive) - :contact_cost"
COLUMNS = {
    REVENUE: Columns("churn_probability", "value_at_stake", "clv_12m", LOST, KEPT),
    PROFIT: Columns("churn_probability", "value_at_stake", "value_at_stake", LOST, KEPT),
    ANSWER: Columns("answer_probability", "average_basket", "monetary", ANSWERED, "{p}"),
}
"""The definition of `contact_profit` by what it is reckoned by."""
PENNIES = "round_even({money}, 2)"
"""Halves of a penny are rounded as `contact` does."""
NAMES = ("contact_cost", "incentive", "success_rate", "staying_accept", "margin")
"""The costs that the formulas name."""
IN_FORCE = "in_force_"
"""Before the names of the costs in force, where others may stand in the same statement."""
NOBODY = "false"


def pennies(money: str) -> str:
    """Round an amount as SQL to the penny."""
    return PENNIES.replace("{money}", money)


def are_known(run: AtRun) -> bool:
    """Tell whether a probability and what is at stake of anybody are known."""
    columns = COLUMNS.get(reckoned(run).basis)
    return columns is not None and all(
        run.table.knows(name) for name in (columns.probability, columns.at_stake)
    )


def is_worth_known(run: AtRun) -> bool:
    """Tell whether a run says of anybody that a contact is worth it, or a rule names them."""
    if reckoned(run).basis == RULE:
        return run.table.knows("contact_reason")
    return reckoned(run).costs is not None and are_known(run)


def profit(run: AtRun) -> str:
    """Write the expected profit of a contact at the costs in force; null where unknown.

    Its parameters are those of `costs_bound`.
    """
    by, costs = reckoned(run), costs_in_force(run)
    if costs is None or not are_known(run):
        return "cast(null as double)"
    if costs == by.costs:
        return "contact_profit"
    columns = COLUMNS[by.basis]
    text = columns.profit.replace("{p}", columns.probability)
    text = text.replace("{v}", columns.at_stake)
    for name in NAMES:
        text = text.replace(f":{name}", f":{IN_FORCE}{name}")
    return pennies(text)


def costs_bound(run: AtRun) -> dict[str, Any]:
    """Give the costs in force as `profit` names them."""
    costs = costs_in_force(run)
    if costs is None:
        return {}
    return {f"{IN_FORCE}{name}": getattr(costs, name) for name in NAMES}


def worth_contacting(run: AtRun) -> tuple[str, dict[str, Any]]:
    """Write who is worth contacting: an expected profit above 0 at the costs in force.

    Where no profit is known those whom a rule names, else nobody.
    """
    if not is_worth_known(run):
        return NOBODY, {}
    if reckoned(run).basis == RULE:
        return "contact_reason is not null", {}
    return f"{profit(run)} > 0", costs_bound(run)
