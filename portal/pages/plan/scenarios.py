"""Scenarios: what the return calculator and the budget say, saved, shared and compared.

A scenario's whole state fits into an address, so that it can be opened where nothing is saved:
`scenario=2~698~5500~1_1_1~8_10_12~…~VIP Champions~Careful` (its version, customers, budget,
the five ranges, the segment, the name).
"""

import datetime as dt
import math
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from sqlalchemy.engine import Engine

from db.workspace import is_there, scenarios
from db.workspace.undo import Deleted
from portal.pages.plan.planned import MOST as MOST_BUDGET
from portal.reading.contacting import contact_plan, economics
from portal.reading.contacting.contact_plan import BEST, SHARED, ContactPlan
from portal.reading.contacting.economics import (
    Assumptions,
    Listed,
    RetentionCosts,
    Returns,
    StrategyError,
)
from portal.reading.filters import DATASET, LONGEST_QUERY, Filters
from portal.reading.predicting import risk
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import PublishedRun
from portal.words import wording

AS_ENTERED = 1e-7
KIND = "return"
PARAMETER = "scenario"
FORMAT = "2"
MOST = 4
SEED = 0
ENDS = ("low", "likely", "high")
RANGES = economics.COSTS
SHARES = frozenset(economics.SHARES)
EVERYBODY = "All segments"
"""What is chosen where a campaign is not of one segment."""
EARLIER = "it was made with an earlier calculator, which asked for responses and uplifts"
LONGEST_NAME = 100
MOST_CUSTOMERS = 1_000_000_000
NUMBER = re.compile(r"\d{1,15}(\.\d{1,10})?")


class Entered(NamedTuple):
    """What is in the fields: shares in per cent, money; `ranges` as `RANGES` by `ENDS`.

    `budget` is `None` for no limit.
    """

    segment: str
    customers: int
    ranges: tuple[float, ...]
    budget: float | None = None
    name: str = ""

    @property
    def by_range(self) -> dict[str, tuple[float, ...]]:
        """The ranges by their names."""
        return {
            name: self.ranges[3 * place : 3 * place + 3] for place, name in enumerate(RANGES)
        }


class Shared(NamedTuple):
    """The scenarios that an address carries, or what is wrong with it."""

    entered: tuple[Entered, ...]
    problem: str = ""


class Kept(NamedTuple):
    """A saved scenario; `entered` is `None` where it can't be read any more."""

    scenario_id: int
    name: str
    saved_at: dt.datetime
    entered: Entered | None


class Campaign(NamedTuple):
    """One campaign for the formulas; `losing` of its customers cost more than they bring."""

    assumed: Assumptions
    losing: int


class Outcome(NamedTuple):
    """What comes of a scenario: the campaign's figures, and the budget's, parted either way."""

    entered: Entered
    returns: Returns
    break_even: float | None
    best: ContactPlan | None
    shared: ContactPlan | None


def entered(
    values: Sequence[float | None],
    *,
    segment: str | None,
    customers: float | None,
    budget: float | None,
    name: str = "",
) -> Entered | None:
    """Read the fields of the page; `None` where one that is needed is empty."""
    if not segment or customers is None or any(value is None for value in values):
        return None
    return Entered(
        segment, int(customers), tuple(float(value or 0) for value in values), budget, name
    )


def to_text(scenario: Entered) -> str:
    """Write a scenario for an address."""
    ranges = (
        "_".join(_written(value) for value in values) for values in scenario.by_range.values()
    )
    return "~".join(
        (
            FORMAT,
            str(scenario.customers),
            "" if scenario.budget is None else _written(scenario.budget),
            *ranges,
            _quoted(scenario.segment),
            _quoted(scenario.name),
        )
    )


def from_text(text: str) -> Entered:
    """Read a scenario from an address; raises `StrategyError` that says what is wrong."""
    parts = text.split("~")
    if parts[0] == "1":
        raise StrategyError(EARLIER)
    if parts[0] != FORMAT or len(parts) != 5 + len(RANGES):
        raise StrategyError("it is not written as this page writes it")
    _, customers, budget, *ranges, segment, name = parts
    if not re.fullmatch(r"\d{1,10}", customers) or int(customers) > MOST_CUSTOMERS:
        raise StrategyError("its number of customers is none")
    if budget and not 1 <= _number(budget, "budget") <= MOST_BUDGET:
        raise StrategyError("its budget is none")
    scenario = Entered(
        segment=_name(_unquoted(segment), "segment"),
        customers=int(customers),
        ranges=tuple(
            value
            for title, range_text in zip(RANGES, ranges, strict=True)
            for value in _three(range_text, title.replace("_", " "))
        ),
        budget=_number(budget, "budget") if budget else None,
        name=_name(_unquoted(name) or "Shared", "name"),
    )
    try:
        check(scenario)
    except StrategyError as error:
        reason = str(error).removeprefix("The calculator: ").rstrip(".")
        raise StrategyError(f"in it {reason}") from error
    return scenario


def check(scenario: Entered) -> None:
    """Raise `StrategyError` where a range of a scenario can't be."""
    economics.assumptions(economics.NOBODY, _in_ones(scenario))


def listed(run: PublishedRun, filters: Filters, scenario: Entered) -> Campaign | None:
    """Give the campaign of a scenario: the highest of its segment at its likeliest costs.

    `None` where no profit is known; raises `StrategyError` where a range can't be.
    """
    check(scenario)
    usual_costs, ranges = risk.costs_in_force(run), _in_ones(scenario)
    if usual_costs is None:
        return None
    for name in reckoned(run).fixed:
        ranges[name] = dict.fromkeys(ENDS, float(getattr(usual_costs, name)))
    # fields hold six digits: what equals a cost in force in these is that cost
    likely = {
        name: usual if abs((usual := getattr(usual_costs, name)) - three["likely"]) < AS_ENTERED
        else three["likely"]
        for name, three in ranges.items()
    }  # fmt: skip
    costs = RetentionCosts.of(usual_costs.model_dump() | likely, subject="The calculator")
    if scenario.segment != EVERYBODY:
        filters = filters._replace(segments=(scenario.segment,))
    row = contact_plan.group(run, filters, most=scenario.customers, costs=costs)
    if row is None:
        return None
    sums = Listed(
        customers=int(row["customers"]),
        leavers=(row["leavers_low"], row["leavers"], row["leavers_high"]),
        at_risk=(row["at_risk_low"], row["at_risk"], row["at_risk_high"]),
        cost=float(row["cost"]),
        profit=float(row["profit"]),
    )
    return Campaign(economics.assumptions(sums, ranges), int(row["losing"]))


def to_query(many: Sequence[Entered], dataset: str) -> str:
    """Write a URL's query that carries scenarios."""
    pairs = [(DATASET, dataset), *((PARAMETER, to_text(scenario)) for scenario in many)]
    return f"?{urlencode(pairs)}"


def from_query(search: str | None) -> Shared:
    """Read the scenarios that a URL's query carries."""
    if not search or f"{PARAMETER}=" not in search:
        return Shared(())
    if len(search) > LONGEST_QUERY:
        return Shared((), _unreadable("it is too long"))
    pairs = parse_qsl(
        search.removeprefix("?"), keep_blank_values=True, encoding="utf-8", errors="replace"
    )
    texts = [value for field, value in pairs if field == PARAMETER]
    if len(texts) > MOST:
        return Shared((), _unreadable(f"it carries more than {MOST} scenarios"))
    try:
        return Shared(tuple(from_text(text) for text in texts))
    except StrategyError as error:
        return Shared((), _unreadable(str(error)))


def free_name(scenario: Entered, taken_names: Collection[str]) -> str:
    """Name a scenario by its segment and customers, with a number where that is taken."""
    about = scenario.segment or "Campaign"
    proposal = f"{about[: LONGEST_NAME - 30]}, {wording.count(scenario.customers, 'customer')}"
    names = (proposal, *(f"{proposal} ({number})" for number in range(2, len(taken_names) + 3)))
    return next(name for name in names if name not in taken_names)


def save(engine: Engine, scenario: Entered, *, dataset: str, at: dt.datetime) -> None:
    """Save a scenario under its name; one of the same name is replaced."""
    check(scenario)
    inputs: Mapping[str, Any] = {"state": to_text(scenario)}
    scenarios.save(
        engine,
        dataset=dataset,
        kind=KIND,
        name=scenario.name,
        inputs=inputs,
        token=secrets.token_urlsafe(12),
        at=at,
    )


def delete(
    engine: Engine, run: PublishedRun, scenario_id: int, *, at: dt.datetime
) -> str | None:
    """Delete a scenario of the data set and give its name; `None` where it is gone already."""
    for saved in every(run):
        if saved.scenario_id == scenario_id:
            scenarios.delete(engine, scenario_id, at=at)
            return saved.name
    return None


def restore(engine: Engine, scenario_id: int) -> str:
    """Bring a deleted scenario back; raises what `db.workspace.scenarios.restore` does."""
    return scenarios.restore(engine, scenario_id)


def deleted(run: PublishedRun) -> list[Deleted]:
    """List the scenarios of the data set that can be brought back, the latest first."""
    if not is_there(run.connection):
        return []
    return scenarios.deleted(run.connection, run.dataset, kind=KIND)


def every(run: PublishedRun) -> list[Kept]:
    """List the saved scenarios of the data set, the latest first."""
    if not is_there(run.connection):
        return []
    stored = scenarios.of(run.connection, run.dataset, kind=KIND)
    return [
        Kept(scenario.scenario_id, scenario.name, scenario.saved_at, _read(scenario))
        for scenario in stored
    ]


def outcome(run: PublishedRun, filters: Filters, text: str) -> Outcome:
    """Work out what comes of a scenario, written as for an address."""
    scenario = from_text(text)
    campaign = listed(run, filters, scenario)
    if campaign is None:
        raise StrategyError("no expected profit is known in this data set")
    plans = (
        contact_plan.plan(run, filters, budget=scenario.budget, allocation=allocation)
        for allocation in (BEST, SHARED)
    )
    return Outcome(
        scenario,
        economics.simulate(campaign.assumed, seed=SEED),
        economics.break_even_success(campaign.assumed),
        *plans,
    )


def _in_ones(scenario: Entered) -> dict[str, dict[str, float]]:
    """Give the ranges with shares from 0 to 1."""
    return {
        name: {
            end: value / 100 if name in SHARES else value
            for end, value in zip(ENDS, values, strict=True)
        }
        for name, values in scenario.by_range.items()
    }


def _read(scenario: scenarios.Scenario) -> Entered | None:
    try:
        return from_text(str(scenario.inputs.get("state", "")))._replace(name=scenario.name)
    except StrategyError:
        return None


def _unreadable(why: str) -> str:
    return (
        f"The scenario in this address can't be read: {why}; the page begins with the"
        " playbook's figures instead."
    )


def _three(text: str, title: str) -> tuple[float, ...]:
    values = text.split("_")
    if len(values) != len(ENDS):
        raise StrategyError(f"its {title} is not three numbers")
    return tuple(_number(value, title) for value in values)


def _number(text: str, title: str) -> float:
    if not NUMBER.fullmatch(text):
        raise StrategyError(f"its {title} is not made of numbers")
    return float(text)


def _name(text: str, title: str) -> str:
    if not text.strip() or len(text) > LONGEST_NAME or not text.isprintable():
        raise StrategyError(f"its {title} is not a line of at most {LONGEST_NAME} characters")
    return text


def _written(value: float) -> str:
    """Write a number in the fewest digits that keep six behind the point."""
    if not math.isfinite(value):
        raise StrategyError("The calculator: every range must be made of numbers.")
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _quoted(text: str) -> str:
    return text.replace("%", "%25").replace("~", "%7E")


def _unquoted(text: str) -> str:
    return text.replace("%7E", "~").replace("%25", "%")
