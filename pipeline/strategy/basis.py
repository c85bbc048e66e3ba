"""What a contact is reckoned by: whoever leaves, whoever answers, or nothing but a rule."""

from typing import NamedTuple

import pandas as pd

REVENUE = "revenue"
PROFIT = "profit"
ANSWER = "answer"
RULE = "rule"
LEAVING = frozenset({REVENUE, PROFIT})
"""Bases by which a customer is kept who would leave."""
DONE = "done"
GIVEN = "given_outcome"
"""What names of tasks on outcomes of a source's own begin with."""


class Basis(NamedTuple):
    """What contacting is reckoned by, the task whose probability it takes, and what to mind.

    `REVENUE` is what leavers would order in the months to come, `PROFIT` the source's own of
    customers whose activity drops, `ANSWER` an order of whoever answers a campaign. By `RULE`
    nobody's profit is known: then no task counts either.
    """

    kind: str
    task: str | None
    note: str | None


BY_PROFIT = (
    "Leaving is the drop of activity that the source labels; at stake is the source's profit,"
    " so that the margin is 1 and no months count."
)
BY_ANSWERS = (
    "Reckoned by the answers to a campaign: probability of answering × (mean spend of an order"
    " × margin − incentive) − contact cost. Nobody is said to leave, so that there is no"
    " success rate, nobody who stays anyway and no months."
)
UNTOLD = Basis(
    RULE,
    None,
    "The source tells neither orders over time nor who leaves or answers a campaign, so that"
    " no expected profit is known. Lists go by rule: unsatisfied, or silent for long.",
)


FOLLOWING = Basis(
    RULE,
    None,
    "Predictions follow with the full update of this data; until it is there, no expected"
    " profit is known.",
)


BY_RISK = Basis(
    RULE,
    None,
    "The source says who left, so that it is predicted who is likely to leave; what a customer"
    " would take along it doesn't say, so that no expected profit is known. Lists go by rule:"
    " likely to leave, unsatisfied, or silent for long.",
)


def basis_of(
    customers: pd.DataFrame,
    tasks: pd.DataFrame,
    *,
    has_orders: bool,
    leaving: str,
    answer: str | None,
) -> Basis:
    """Tell what contacting can be reckoned by.

    Parameters
    ----------
    customers
        One row each; asked for `value_at_stake`, `clv_12m`, `profit` and `average_basket`.
    tasks
        `task`, `status` and `message` of what was predicted or refused.
    has_orders
        Whether there are orders over time, which tell themselves who leaves.
    leaving
        The task on who leaves: no order, or what a source labels itself (the drop of activity,
        or an outcome of its own).
    answer
        The task on the answer to a campaign, `None` where the source tells of none.
    """
    if has_orders:
        is_known = {"churn_probability", "value_at_stake", "clv_12m"} <= set(customers)
        if _is_done(tasks, leaving) and is_known:
            return Basis(REVENUE, leaving, None)
        return _by_rule(tasks, leaving, "who leaves")
    if leaving.partition(":")[0] == GIVEN:
        return BY_RISK if _is_done(tasks, leaving) else _by_rule(tasks, leaving, "who leaves")
    return _of_labels(customers, tasks, leaving=leaving, answer=answer)


def _of_labels(
    customers: pd.DataFrame, tasks: pd.DataFrame, *, leaving: str, answer: str | None
) -> Basis:
    """Tell the basis where a source labels falling activity, or who answered a campaign."""
    if _is_done(tasks, leaving) and _is_known(customers, "profit"):
        return Basis(PROFIT, leaving, BY_PROFIT)
    if answer is None:
        is_asked = _is_known(customers, "activity")
        return _by_rule(tasks, leaving, "whose activity drops") if is_asked else UNTOLD
    if _is_done(tasks, answer) and _is_known(customers, "average_basket"):
        return Basis(ANSWER, answer, BY_ANSWERS)
    return _by_rule(tasks, answer, "who answers a campaign")


def _is_done(tasks: pd.DataFrame, task: str) -> bool:
    if tasks.empty:
        return False
    return bool(((tasks["task"] == task) & (tasks["status"] == DONE)).any())


def _is_known(customers: pd.DataFrame, column: str) -> bool:
    return column in customers and bool(customers[column].notna().any())


def _by_rule(tasks: pd.DataFrame, task: str, subject: str) -> Basis:
    """Say why nothing is predicted, in the task's own words where it was asked."""
    note = f"No expected profit is known, since {subject} is not predicted."
    if tasks.empty:
        return Basis(RULE, None, note)
    message = tasks.loc[(tasks["task"] == task) & (tasks["status"] != DONE), "message"]
    return Basis(RULE, None, f"{note} {message.iloc[0]}" if len(message) else note)
