"""What the strategy page says: the playbook followed, the cut, what a budget brings."""

from db.workspace.playbooks import BUILT_IN
from portal.pages.strategy.plan import Plan, missing
from portal.reading.playbook import saved
from portal.reading.published import PublishedRun
from portal.words import wording


def followed(run: PublishedRun) -> str:
    """Say which playbook is in force, and what the refresh counted with."""
    version = saved(run)
    if version is None:
        return (
            "The built-in playbook is in force: nobody has saved another one for this data set."
        )
    note = f" (“{version.note}”)" if version.note else ""
    return (
        f"Version {version.version} of the playbook, saved {wording.moment(version.saved_at)}"
        f"{note}, is in force on this page, on the churn page, in the action plan and in the"
        " report."
    )


def nobody(group: str) -> str:
    """Say that a group is empty."""
    return f"At this cut nobody belongs to “{group}”."


def parted(run: PublishedRun, cut: float | None) -> str:
    """Say at which costs the groups are parted, and which the refresh used."""
    if cut is None:
        said = "Parted at the costs that the refresh counted with"
        if run.playbook == BUILT_IN:
            return f"{said}."
        return f"{said}; those of version {run.playbook} of the playbook are the same."
    return (
        f"Parted at a churn probability of {wording.percent(cut, 1)}, the best cut at the costs"
        f" of version {run.playbook} of the playbook. The refresh used its own costs (the"
        " built-in playbook's unless its settings say otherwise): filters by churn risk,"
        " campaigns, customer lists and published_customer keep the groups that it made."
    )


def brought(plan: Plan | None, amount: float, currency: str) -> str:
    """Say what a budget should bring, and what the next unit of money would."""
    if plan is None:
        return missing(amount)
    division = plan.division
    most = division.by_profit.profit
    price = division.sensitivity.shadow_price
    said = [
        f"By the playbook it should bring a profit of"
        f" {wording.money(division.by_playbook.profit, currency)}, divided for the most profit"
        f" {wording.money(most, currency)}.",
        f"The next {wording.money(1, currency)} brings"
        f" {wording.money(price, currency)}; above"
        f" {wording.money(division.sensitivity.best_budget, currency)} no more can pay.",
    ]
    if most < 0:
        said.append("Within the playbook's bounds it loses money, however it is divided.")
    notes = (division.shares.note, division.by_playbook.note, division.by_profit.note)
    return " ".join([*said, *dict.fromkeys(note for note in notes if note)])
