"""What the strategy page says: the playbook followed, what a budget brings."""

from portal.pages.strategy.plan import Plan, missing
from portal.reading.playbook import saved
from portal.reading.published import PublishedRun
from portal.words import wording

PARTED = (
    "At risk is a churn probability from which on leaving is more likely than not, by default;"
    " valuable is above the median customer of the data set's first run. Both borders are kept"
    " from run to run, whatever a campaign costs."
)


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
