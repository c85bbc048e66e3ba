"""Scenarios: what the return calculator and the budget say, saved, shared and compared.

A scenario's whole state fits into an address, so that it can be opened where nothing is saved:
`scenario=1~698~5500~8_15_25~45_60_75~…~VIP Champions~Careful` (its version, customers, budget,
the six ranges, the segment, the name).
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
from portal.pages.strategy import budgets
from portal.pages.strategy.budgets import DAYS, planned, start
from portal.pages.strategy.plan import Plan
from portal.reading import economics
from portal.reading.economics import Assumptions, Returns, StrategyError
from portal.reading.filters import DATASET, LONGEST_QUERY
from portal.reading.published import PublishedRun, remember
from portal.words import wording

KIND = "return"
PARAMETER = "scenario"
FORMAT = "1"
MOST = 4
SEED = 0
ENDS = ("low", "likely", "high")
RANGES = ("response", "uplift", "basket", "margin", "discount", "contact_cost")
SHARES = frozenset({"response", "uplift", "margin", "discount"})
LONGEST_NAME = 100
MOST_CUSTOMERS = 1_000_000_000
NUMBER = re.compile(r"\d{1,15}(\.\d{1,10})?")


class Entered(NamedTuple):
    """What is in the fields: shares in per cent, money; `ranges` as `RANGES` by `ENDS`.

    `budget` is `None` where it was left to the page.
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


class Outcome(NamedTuple):
    """What comes of a scenario: the campaign's figures, and the budget's."""

    entered: Entered
    returns: Returns
    break_even: float | None
    budget: float | None
    plan: Plan | None


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
    if parts[0] != FORMAT or len(parts) != 5 + len(RANGES):
        raise StrategyError("it is not written as this page writes it")
    _, customers, budget, *ranges, segment, name = parts
    if not re.fullmatch(r"\d{1,10}", customers) or int(customers) > MOST_CUSTOMERS:
        raise StrategyError("its number of customers is none")
    if budget and not 1 <= _number(budget, "budget") <= budgets.MOST:
        raise StrategyError("its budget is none")
    found = Entered(
        segment=_name(_unquoted(segment), "segment"),
        customers=int(customers),
        ranges=tuple(
            value
            for title, each in zip(RANGES, ranges, strict=True)
            for value in _three(each, title.replace("_", " "))
        ),
        budget=_number(budget, "budget") if budget else None,
        name=_name(_unquoted(name) or "Shared", "name"),
    )
    try:
        assumed(found)
    except StrategyError as error:
        said = str(error).removeprefix("The calculator: ").rstrip(".")
        raise StrategyError(f"in it {said}") from error
    return found


def assumed(scenario: Entered) -> Assumptions:
    """Give a scenario as the formulas need it; raises `StrategyError` where they can't."""
    content: dict[str, Any] = {"customers": scenario.customers, "days": DAYS}
    for name, values in scenario.by_range.items():
        scale = 100 if name in SHARES else 1
        content[name] = {end: value / scale for end, value in zip(ENDS, values, strict=True)}
    return Assumptions.of(content, what="The calculator")


def to_query(many: Sequence[Entered], dataset: str) -> str:
    """Write a URL's query that carries scenarios."""
    pairs = [(DATASET, dataset), *((PARAMETER, to_text(each)) for each in many)]
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


def free_name(scenario: Entered, taken: Collection[str]) -> str:
    """Name a scenario by its segment and customers, with a number where that is taken."""
    about = scenario.segment or "Campaign"
    said = f"{about[: LONGEST_NAME - 30]}, {wording.count(scenario.customers, 'customer')}"
    names = (said, *(f"{said} ({number})" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def save(engine: Engine, scenario: Entered, *, dataset: str, at: dt.datetime) -> None:
    """Save a scenario under its name; one of the same name is replaced."""
    assumed(scenario)
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


def delete(engine: Engine, run: PublishedRun, scenario_id: int) -> str | None:
    """Delete a scenario of the data set and give its name; `None` where it is gone already."""
    for each in every(run):
        if each.scenario_id == scenario_id:
            scenarios.delete(engine, scenario_id)
            return each.name
    return None


def every(run: PublishedRun) -> list[Kept]:
    """List the saved scenarios of the data set, the latest first."""
    if not is_there(run.connection):
        return []
    found = scenarios.of(run.connection, run.dataset, kind=KIND)
    return [Kept(each.scenario_id, each.name, each.saved_at, _read(each)) for each in found]


def outcome(run: PublishedRun, text: str) -> Outcome:
    """Work out what comes of a scenario, written as for an address."""
    scenario = from_text(text)
    campaign = assumed(scenario)
    begun = remember(run, start)
    budget = scenario.budget or (begun.amount if begun else None)
    return Outcome(
        scenario,
        economics.simulate(campaign, seed=SEED),
        economics.break_even_response(campaign),
        budget,
        planned(run, budget or 0),
    )


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
