"""What the run reckons contacting by, and what contacting costs: its own or the playbook's."""

import json
from typing import NamedTuple

import sqlalchemy as sa

from db.workspace.playbooks import BUILT_IN
from portal.reading.at_run import AtRun, remember
from portal.reading.contacting.economics import ANSWER, PROFIT, REVENUE, RULE, RetentionCosts
from portal.reading.contacting.playbook import in_force

SETTINGS = "select settings from run where run_id = :run_id"
COSTS = """
select contact_cost, incentive, success_rate, staying_accept, margin, months, basis, task, note
from contact_cost
where run_id = :run_id
"""
CHURN = "churn"
ALL_ANSWERS = {"success_rate": 1.0, "staying_accept": 0.0}
"""The costs with which the formula of whoever leaves is that of whoever answers."""


class Reckoned(NamedTuple):
    """What contacting is reckoned by, whose task's probability it takes, what to mind."""

    basis: str
    task: str | None
    note: str
    costs: RetentionCosts | None

    @property
    def is_leaving(self) -> bool:
        """Whether somebody is said to leave."""
        return self.basis in (REVENUE, PROFIT)

    @property
    def is_answer(self) -> bool:
        """Whether what counts is who answers a campaign."""
        return self.basis == ANSWER

    @property
    def fixed(self) -> tuple[str, ...]:
        """Name the costs that can't be changed: those that the formula doesn't have.

        Where the source's own profit is at stake its margin is taken off already; where answers
        count nobody is kept, and nobody stays anyway.
        """
        if self.is_answer:
            return ("success_rate", "staying_accept")
        return ("margin",) if self.basis == PROFIT else ()

    @property
    def counted(self) -> str:
        """Name the measure of how many of the contacted leave, or answer."""
        return "expected_answers" if self.is_answer else "expected_leavers"

    @property
    def money(self) -> str:
        """Name the measure of the money that they would take along, or bring."""
        return "expected_spend" if self.is_answer else "money_at_risk"

    @property
    def profit(self) -> str:
        """Name the measure of what contacting brings."""
        return "answer_profit" if self.is_answer else "contact_profit"


def measures(run: AtRun) -> tuple[str, ...]:
    """Name the measures by which contacting is reckoned."""
    by = reckoned(run)
    if by.is_answer:
        return ("answer_probability", "average_basket", by.profit, "contact_cost")
    return ("churn_probability", "value_at_stake", by.profit, "contact_cost")


def reckoned(run: AtRun) -> Reckoned:
    """Give what a run reckons by; one that says nothing by the revenue of who leaves."""
    return remember(run, _read)


def _read(run: AtRun) -> Reckoned:
    row = run.connection.execute(sa.text(COSTS), {"run_id": run.run_id}).one_or_none()
    if row is None:
        return Reckoned(REVENUE, CHURN, "", None)
    cost_fields = row._asdict()
    basis, task, note = (cost_fields.pop(name) for name in ("basis", "task", "note"))
    if basis == RULE:
        return Reckoned(RULE, None, note or "", None)
    costs = RetentionCosts(**cost_fields)
    if basis == ANSWER:
        costs = costs.model_copy(update=ALL_ANSWERS)
    return Reckoned(basis or REVENUE, task or CHURN, note or "", costs)


def of_run(run: AtRun) -> RetentionCosts | None:
    """Give the costs that the run reckoned with, `None` where no profit is known."""
    return reckoned(run).costs


def costs_in_force(run: AtRun) -> RetentionCosts | None:
    """Give the costs of the playbook that someone saved, else those of the run.

    The months whose revenue is at stake are the run's: what is at stake was reckoned with them.
    So are those that the run's formula doesn't have.
    """
    usual, followed = reckoned(run), in_force(run)
    if usual.costs is None or followed.version == BUILT_IN:
        return usual.costs
    names = ("months", "staying_accept", *usual.fixed)
    fixed_costs = {name: getattr(usual.costs, name) for name in names}
    return followed.playbook.costs.retention.model_copy(update=fixed_costs)


def band_ends(run: AtRun) -> tuple[float, ...]:
    """Give the probabilities that part the run's bands of risk; none where it kept none."""
    if not reckoned(run).is_leaving:
        return ()
    settings_json = run.connection.execute(sa.text(SETTINGS), {"run_id": run.run_id}).scalar()
    return tuple(json.loads(settings_json or "{}").get("strategy", {}).get("risk_bands", ()))
