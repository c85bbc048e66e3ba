"""What the plan says: whom a budget reaches, what it brings, the playbook followed."""

from collections.abc import Sequence

from portal.pages.plan.planned import Shown
from portal.pages.plan.scenarios import Entered
from portal.reading.contacting.contact_plan import ContactPlan
from portal.reading.contacting.playbook import saved
from portal.reading.published import PublishedRun
from portal.words import wording

PARTED = (
    "At risk is a churn probability from which on leaving is more likely than not, by default;"
    " valuable is above the median customer of the data set's first run. Both borders are kept"
    " from run to run, whatever a campaign costs."
)


BY_RULE = "The list goes by the playbook's priority, without amounts."
BY_REASON = "The list goes by rule, whoever is the most urgent first, without amounts."


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
        f"{note}, is in force on this page, on the risk page, in the action plan and in the"
        " report."
    )


def came(many: Sequence[Entered]) -> str:
    """Say which scenarios an address carries."""
    names = wording.plain_list([f"“{scenario.name}”" for scenario in many])
    return f"{names} came with this address."


def nobody(group: str) -> str:
    """Say that a group is empty."""
    return f"Nobody belongs to “{group}”."


def reaches(plan_shown: Shown, currency: str) -> str:
    """Say in one sentence whom a budget reaches, and what that should bring with its range."""
    plan = plan_shown.plan
    if plan is None:
        if not plan_shown.is_by_rule:
            return plan_shown.problem
        return BY_REASON if plan_shown.are_named else BY_RULE
    if not plan.customers:
        return _nobody(plan, currency)
    ends = (wording.money_short(plan.total(end), currency) for end in ("low", "high"))
    brings = (
        f"should bring {wording.money(plan.total('profit'), currency)}"
        f" ({wording.interval(*ends)})"
    )
    many = wording.count(plan.customers, "customer")
    if plan.budget is None:
        are = "is" if plan.customers == 1 else "are"
        cost = wording.money(plan.total("cost"), currency)
        return f"{many} {are} worth contacting: that costs {cost} and {brings}."
    budget = wording.money(plan.budget, currency).removesuffix(".00")
    return f"{budget} reaches {many} and {brings}."


def rest(plan_shown: Shown, currency: str) -> list[str]:
    """Say what is left over and why, and whom the budget leaves out."""
    plan = plan_shown.plan
    if plan is None:
        return [plan_shown.problem] if plan_shown.is_by_rule else []
    if not plan.paying:
        return []
    out, sentences = plan.paying - plan.customers, []
    if plan.budget is not None and plan.customers:
        sentences.append(f"They cost {wording.money(plan.total('cost'), currency)}.")
    if plan.left is not None and plan.left >= 0.005:
        sentences.append(f"{wording.money(plan.left, currency)} is left over{_why(plan, out)}.")
    if out:
        sentences.append(f"{wording.count(out, 'more customer')} would be worth contacting.")
    return [*sentences, *([plan.note] if plan.note else [])]


def _why(plan: ContactPlan, out: int) -> str:
    if not out:
        return ": nobody else is worth contacting"
    if plan.parts:
        return (
            ": each segment's share goes to its own customers, and stops where the next one"
            " would lose or cost more than the share still holds"
        )
    return ": it does not pay for the next customer"


def _nobody(plan: ContactPlan, currency: str) -> str:
    if not plan.rows["known"].sum():
        return wording.NOBODY_WEIGHED
    if not plan.paying:
        return (
            "Nobody is worth contacting at these costs: each would cost more than they bring."
        )
    budget = wording.money(plan.budget, currency)
    parting = "parted by the playbook " if plan.parts else ""
    return f"{budget} {parting}pays for nobody: the first customer costs more."
