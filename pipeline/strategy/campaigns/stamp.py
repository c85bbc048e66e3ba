"""What a campaign's list was made from, so that it can be made again and read back.

A stamp travels in every export, as lines or as JSON, and back.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from pipeline.base.errors import StrategyError
from pipeline.strategy.checked import Checked
from pipeline.strategy.retention import RetentionCosts

MARK = "Clientele campaign"
TITLES = {
    "name": "Campaign",
    "dataset": "Data set",
    "run": "Run",
    "as_of": "As of",
    "model": "Model",
    "filters": "Filters",
    "strata": "Strata",
    "customers": "Customers",
    "audience": "Audience",
    "seed": "Seed",
    "share": "Held out",
    "expected": "Expected",
    "version": "Version",
}


def _one_line(text: str) -> str:
    if len(f"{text}.".splitlines()) > 1 or "\0" in text:
        raise ValueError("must be one line of text")
    return text


Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_one_line)]


class Expected(Checked):
    """What contacting the whole audience was expected to bring, and at which costs.

    Money, shares from 0 to 1. `low` and `high` are the ends of the range of `profit`;
    `contacted_profit` is that of those who are contacted, without the held out; `known` is how
    many customers have a profit known, `losing` how many of them cost more than they bring,
    `said` which costs were not the update's.
    """

    contact_cost: float = Field(ge=0)
    incentive: float = Field(ge=0)
    success_rate: float = Field(ge=0, le=1)
    margin: float = Field(gt=0, le=1)
    staying_accept: float = Field(ge=0, le=1)
    months: float = Field(gt=0, le=36)
    known: int = Field(ge=0)
    losing: int = Field(ge=0)
    cost: float
    profit: float
    low: float
    high: float
    contacted_profit: float
    said: Annotated[str, StringConstraints(max_length=600), AfterValidator(_one_line)] = ""

    @property
    def costs(self) -> RetentionCosts:
        """The costs alone."""
        names = set(RetentionCosts.model_fields)
        return RetentionCosts(**self.model_dump(include=names))


class Stamp(Checked):
    """Where a campaign's list comes from.

    `filters` are the filters of the page by name, `strata` the columns within which customers
    were held out, `audience` the digest of who was in it (`audience_digest`), `share` the share
    held out, from 0 to 1, `expected` what contacting was expected to bring, if that is known,
    `version` that of this format.
    """

    name: Line = Field(min_length=1)
    dataset: Line = Field(min_length=1)
    run: int = Field(ge=0)
    as_of: dt.date | None
    model: Line | None
    filters: dict[Line, Line]
    strata: tuple[Line, ...]
    customers: int = Field(ge=0)
    audience: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    seed: int = Field(ge=0)
    share: float = Field(ge=0, lt=1)
    expected: Expected | None = None
    version: Literal[1] = 1

    def to_json(self) -> str:
        """Write it as one line of JSON."""
        return self.model_dump_json()

    def to_lines(self) -> list[str]:
        """Write it as lines “title: value”, for the head of an export."""
        values = self.model_dump(mode="json")
        return [MARK, *(f"{title}: {_text(values[name])}" for name, title in TITLES.items())]

    def is_of(self, customer_ids: Iterable[str]) -> bool:
        """Tell whether these are the customers of the campaign, in any order."""
        return audience_digest(customer_ids) == self.audience


def stamp_from_json(text: str) -> Stamp:
    """Read a stamp from JSON; raises `StrategyError` where it is none."""
    try:
        values = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise StrategyError("The stamp is not JSON; use the export as it was made.") from error
    return Stamp.of(values, subject="The stamp")


def stamp_from_lines(lines: Iterable[str]) -> Stamp:
    """Read a stamp from the lines of an export, whatever stands round them."""
    names = {title: name for name, title in TITLES.items()}
    values: dict[str, Any] = {}
    for line in lines:
        title, separator, text = line.rstrip("\r\n").partition(": ")
        if separator and title in names and names[title] not in values:
            values[names[title]] = _value(names[title], text)
    if not values:
        raise StrategyError("There is no stamp in this text; use the export as it was made.")
    return Stamp.of(values, subject="The stamp")


def audience_digest(customer_ids: Iterable[str]) -> str:
    """Give the SHA-256 of who is in an audience, whatever their order."""
    return hashlib.sha256(json.dumps(sorted(customer_ids)).encode()).hexdigest()


def _text(value: Any) -> str:
    if value is None or isinstance(value, Mapping | list | tuple | float):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _value(name: str, text: str) -> Any:
    if name in {"filters", "strata", "expected"} or text == "null":
        try:
            return json.loads(text)
        except (json.JSONDecodeError, RecursionError):
            return text
    return int(text) if name == "version" and text.isdigit() else text
