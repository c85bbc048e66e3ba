"""What stands in the calculator: its fields, and what other tabs know of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import Input, State

from portal.pages.plan import scenarios
from portal.pages.plan.named import RANGES
from portal.pages.plan.planned import budget_from, is_valid
from portal.pages.plan.scenarios import EVERYBODY, Entered
from portal.reading.contacting import contact_plan
from portal.reading.contacting.playbook import in_force
from portal.reading.filters import Filters, dataset_from, from_query, to_query
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import PublishedRun

SEGMENT = "plan-segment"
CUSTOMERS = "plan-customers"
FILLED = "plan-filled"
ENTERED = "plan-entered"
"""The store, outside of the tabs, of what was entered."""
ENDS = scenarios.ENDS
FIELDS = tuple((name, end) for name in RANGES for end in ENDS)
NEEDS_RANGES = "Fill in the customers and every range to see what comes of it."


def field(name: str, end: str) -> str:
    """Name the input of one end of a range."""
    return f"plan-{name.replace('_', '-')}-{end}"


FIELD_INPUTS = [Input(field(name, end), "value") for name, end in FIELDS]
FIELD_STATES = [State(field(name, end), "value") for name, end in FIELDS]


def kept(
    search: str | None,
    segment: str | None,
    customers: float | None,
    ranges: Sequence[float | None],
    filled: Any,
) -> dict[str, Any] | None:
    """Write what stands in the fields for the store; nothing where nobody changed them."""
    if filled == [customers, *ranges]:
        return None
    return {
        "of": _place(search),
        "segment": segment,
        "customers": customers,
        "ranges": list(ranges),
    }


def own(data: Mapping[str, Any] | None, search: str | None) -> Entered | None:
    """Read what somebody entered at an address; `None` where that was another one."""
    if not data or data.get("of") != _place(search):
        return None
    return scenarios.entered(
        data["ranges"], segment=data["segment"], customers=data["customers"], budget=None
    )


def current(
    run: PublishedRun, search: str | None, data: Mapping[str, Any] | None, *, name: str
) -> Entered | None:
    """Give what stands in the calculator, opened or not, with the budget of the address."""
    scenario = own(data, search)
    if scenario is None and (shared := scenarios.from_query(search).entered):
        scenario = shared[0]
    if scenario is None:
        customers, *ranges = usual(run, from_query(search), EVERYBODY)
        scenario = scenarios.entered(
            ranges, segment=EVERYBODY, customers=customers, budget=None
        )
    budget = budget_from(search)
    if scenario is None:
        return None
    has_budget = budget is not None and is_valid(budget)
    return scenario._replace(name=name, budget=budget if has_budget else scenario.budget)


def offered(
    run: PublishedRun, filters: Filters, also: str | None = None
) -> tuple[list[dict[str, str]], str | None]:
    """Offer everybody and the segments at hand, and one that an address names."""
    plan = contact_plan.plan(run, filters)
    if plan is None:
        return [], None
    names = [EVERYBODY, *plan.rows["segment"].tolist()]
    options = [{"label": name, "value": name} for name in names]
    if also is not None and also not in names:
        options.append({"label": f"{also} (not at hand)", "value": also})
    return options, also or EVERYBODY


def usual(run: PublishedRun, filters: Filters, segment: str | None) -> list[float | None]:
    """Give of how many a segment's list is, and the costs in force as ranges."""
    plan = contact_plan.plan(run, filters)
    if plan is None or segment is None:
        return [None] * (len(FIELDS) + 1)
    rows = plan.rows if segment == EVERYBODY else plan.rows[plan.rows["segment"] == segment]
    rate, fixed = in_force(run).playbook.costs.success_rate.estimate, reckoned(run).fixed
    values = []
    for name, end in FIELDS:
        value = getattr(plan.costs, name)
        is_rate = name == "success_rate" and name not in fixed
        if is_rate and abs(rate.likely - value) < 1e-9:
            value = value if end == "likely" else round(getattr(rate, end), 4)
        values.append(round(value * (100 if name in scenarios.SHARES else 1), 6))
    return [int(rows["customers"].sum()), *values]


def _place(search: str | None) -> str:
    """Tell addresses apart as the calculator does: by data set, filters and scenarios."""
    texts = [scenarios.to_text(scenario) for scenario in scenarios.from_query(search).entered]
    return "|".join([to_query(from_query(search), dataset_from(search)), *texts])
