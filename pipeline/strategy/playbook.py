"""The playbook: what is done with each segment and each group by risk and value.

A YAML text that people edit. Every share, rate and discount in it is in per cent, every amount
in the data set's currency.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

import yaml
from pydantic import Field, StringConstraints, field_validator, model_validator
from scipy.special import betaincinv

from pipeline.base.errors import StrategyError
from pipeline.base.plain_yaml import NotPlain, Written, plain_yaml
from pipeline.strategy.campaigns.estimate import Estimate, Percent
from pipeline.strategy.campaigns.groups import GROUPS
from pipeline.strategy.checked import Checked, Misplaced
from pipeline.strategy.retention import RetentionCosts

DEFAULT = Path(__file__).with_name("playbook.yaml")
HEADER = """\
# What is done with each segment (or one named under “also”; any other follows “other”) and with
# each group by risk and value. Shares, rates and discounts are in per cent; amounts in the data
# set's currency. response: who of the contacted order; uplift: of these, who would not have
# ordered without it; these and expected_return are notes of the author, on which no figure
# rests. months: how much of the 12 months' value keeping a customer earns; 3,
# since leaving means no order in the next 90 days.
"""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1, max_length=20)]
Rating = Literal["very high", "high", "average", "medium to low", "low"]
Share = Annotated[float, Field(ge=0, le=100)]


class Discount(Checked):
    """A range of discounts, per cent."""

    least: Share
    most: Share

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.least > self.most:
            raise ValueError("must have its least not above its most")
        return self

    @property
    def share(self) -> Estimate:
        """The same as an estimate from 0 to 1, likeliest in the middle."""
        low, high = self.least / 100, self.most / 100
        return Estimate(low=low, likely=(low + high) / 2, high=high)


class BudgetShare(Checked):
    """A share of the budget: the target and its bounds, per cent with one decimal at most."""

    least: Share
    target: Share
    most: Share

    @field_validator("least", "target", "most")
    @classmethod
    def _one_decimal(cls, value: float) -> float:
        if abs(value * 10 - round(value * 10)) > 1e-9:
            raise ValueError("must have one decimal at most")
        return value

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.least <= self.target <= self.most:
            raise ValueError("must be in order: least, target, most")
        return self


class Play(Checked):
    """What is done with customers of a kind, and what it is expected to bring."""

    also: tuple[Name, ...] = Field(default=(), max_length=20)
    priority: int = Field(ge=1, le=9)
    strategy: Text
    actions: Texts
    channels: Texts
    discount: Discount | None = None
    budget_share: BudgetShare
    response: Percent
    uplift: Percent
    expected_return: Rating


class GroupPlay(Play):
    """A play for a group by risk and value: what it is sent, too."""

    promotions: Text
    email: Text
    push: Text
    promotional_buyers: tuple[Text, ...] = Field(default=(), max_length=20)


class Welcome(Checked):
    """What is done with customers whose first order is new, whatever segment they are in."""

    strategy: Text
    actions: Texts
    channels: Texts


class SuccessRate(Checked):
    """How many leavers stay once they are offered something: a Beta distribution."""

    alpha: float = Field(gt=0, le=100_000)
    beta: float = Field(gt=0, le=100_000)

    @property
    def mean(self) -> float:
        """The mean share, from 0 to 1."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def estimate(self) -> Estimate:
        """The same from its 5 % to its 95 % quantile, likeliest at the mean."""
        low, high = (float(betaincinv(self.alpha, self.beta, at)) for at in (0.05, 0.95))
        return Estimate(low=min(low, self.mean), likely=self.mean, high=max(high, self.mean))


class Costs(Checked):
    """What contacting costs and what is earned, unless someone says otherwise."""

    contact_cost: float = Field(ge=0)
    incentive: float = Field(ge=0)
    success_rate: SuccessRate
    margin: float = Field(gt=0, le=100)
    months: float = Field(gt=0, le=36)

    @field_validator("margin")
    @classmethod
    def _is_percent(cls, value: float) -> float:
        if value < 1:
            raise ValueError(f"is in per cent: write {value * 100:g} for {value:g}")
        return value

    @property
    def retention(self) -> RetentionCosts:
        """The same as a retention campaign needs it."""
        return RetentionCosts(
            contact_cost=self.contact_cost,
            incentive=self.incentive,
            success_rate=self.success_rate.mean,
            margin=self.margin / 100,
            months=self.months,
        )


class EngagementWeights(Checked):
    """How much each part counts in the engagement score; together 100."""

    recency: Share
    frequency: Share
    monetary: Share
    order_probability: Share

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = self.recency + self.frequency + self.monetary + self.order_probability
        if abs(total - 100) > 1e-9:
            raise ValueError(f"must add up to 100, not to {total:g}")
        return self


class Playbook(Checked):
    """Costs, a play for each segment, for each group, and for whatever has another name.

    `new` is what new customers get; one written before there was such a part has none, and
    follows the built-in one.
    """

    costs: Costs
    engagement: EngagementWeights
    segments: dict[Name, Play] = Field(min_length=1, max_length=50)
    other: Play
    new: Welcome | None = None
    groups: dict[Name, GroupPlay]

    @field_validator("segments")
    @classmethod
    def _divides_whole(cls, plays: dict[str, Play]) -> dict[str, Play]:
        names = set(plays)
        for name, play in plays.items():
            for alias in play.also:
                if alias in names:
                    raise Misplaced((name, "also"), f"names “{alias}” a second time")
                names.add(alias)
        _check_total(plays)
        return plays

    @field_validator("groups")
    @classmethod
    def _is_of_all_groups(cls, plays: dict[str, GroupPlay]) -> dict[str, GroupPlay]:
        if set(plays) != set(GROUPS):
            raise ValueError(f"must be exactly {', '.join(GROUPS)}")
        _check_total(plays)
        return plays


def _check_total(plays: Mapping[str, Play]) -> None:
    """Refuse targets that don't divide a budget to the last tenth of a per cent."""
    total = round(sum(play.budget_share.target for play in plays.values()), 1)
    if total != 100:
        verb = "lower" if total > 100 else "raise"
        raise ValueError(
            f"must have target shares that add up to 100 %, not to {total:g} %: {verb} them by"
            f" {abs(total - 100):.3g}"
        )


class Followed(NamedTuple):
    """The play for a segment, and the name under which it stands in the playbook."""

    name: str
    play: Play


OTHER = "other"


def play_for(playbook: Playbook, segment: str) -> Followed:
    """Give the play that a segment follows.

    By its name, else by one under `also`, else by what stands before its first comma or number
    (“Top Spenders, Recent”, “Good Spenders 2”), else the one for all others.
    """
    base = segment.split(",", maxsplit=1)[0]
    for name in (segment, base, re.sub(r"\s+\d+$", "", base)):
        for title, play in playbook.segments.items():
            if name == title or name in play.also:
                return Followed(title, play)
    return Followed(OTHER, playbook.other)


def welcome(playbook: Playbook) -> Welcome:
    """Give what new customers get, by the built-in playbook where this one doesn't say."""
    greeting = playbook.new or default_playbook().new
    if greeting is None:
        raise StrategyError("The built-in playbook must have a part “new”.")
    return greeting


@lru_cache(maxsize=1)
def default_playbook() -> Playbook:
    """Give the playbook that the product comes with."""
    return load_playbook(DEFAULT.read_text("utf-8"))


def load_playbook(text: str) -> Playbook:
    """Read a playbook; raises `StrategyError` that names the key and what is allowed."""
    return Playbook.of(written_values(text).content, subject="The playbook")


def written_values(text: str) -> Written:
    """Read the YAML of a playbook, whatever it says; raises `StrategyError` with the line."""
    try:
        written = plain_yaml(text)
    except NotPlain as error:
        raise StrategyError(f"The playbook can't be read: {error}; check it there.") from error
    if not isinstance(written.content, dict):
        raise StrategyError("The playbook must hold “name: value” lines, as the built-in one.")
    return written


def dump_playbook(playbook: Playbook) -> str:
    """Write a playbook as text, always in the same order and layout; comments are not kept."""
    content = _short(playbook.model_dump(mode="json", exclude_defaults=True))
    return HEADER + yaml.dump(
        content, Dumper=_Readable, sort_keys=False, allow_unicode=True, width=92
    )


class _Readable(yaml.SafeDumper):
    """Writes groups of numbers in one line and everything else one line each."""

    def represent_mapping(self, tag: str, mapping: Any, flow_style: Any = None) -> Any:
        are_numbers = all(isinstance(value, int | float) for value in mapping.values())
        is_short = are_numbers and len(mapping) < 4
        return super().represent_mapping(tag, mapping, is_short or flow_style)

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:  # noqa: FBT001, FBT002, ARG002
        return super().increase_indent(flow, False)  # noqa: FBT003


def _short(value: Any) -> Any:
    """Write whole numbers without a decimal point."""
    if isinstance(value, dict):
        return {key: _short(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_short(part) for part in value]
    if isinstance(value, float) and value == int(value):
        return int(value)
    return value
