"""Which rules for alerts fire, and what is said of it.

A rule looks at a figure as it is published: by a limit (above, below), by its change since the
published update before (rises, falls), or by the range that the update before expected a score
in (range). A rule whose figure this data set or the update before lacks does not fire.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import pandas as pd

from pipeline.base.wording import counted, money, number, percent
from pipeline.watch.drifting import Watched

ABOVE, BELOW, RISES, FALLS, RANGE = "above", "below", "rises", "falls", "range"
DRIFT, SCORE, UNUSUAL_DAYS, BASE_RATE = "drift", "score", "unusual_days", "base_rate"
MONEY, COUNT, SHARE, INDEX = "money", "count", "share", "index"
FIGURES: dict[str, tuple[str, str]] = {
    "revenue_30d": ("Revenue of the last 30 days", MONEY),
    "orders_30d": ("Orders of the last 30 days", COUNT),
    "customers_30d": ("Customers who ordered in the last 30 days", COUNT),
    "new_customers_30d": ("New customers of the last 30 days", COUNT),
    "customers": ("Customers", COUNT),
    "worth_contacting": ("Customers worth contacting", COUNT),
    "at_risk": ("Value at risk", MONEY),
    "base_rate": ("Share of customers who left", SHARE),
    "returned_share": ("Share of sales that came back", SHARE),
    "unusual_days": ("Unusual days lately", COUNT),
    "drift": ("Drift since the last update", INDEX),
    "score": ("Score of a model", INDEX),
}
"""What rules may watch: its name in a sentence and what it counts."""
COLUMNS = [
    "position", "rule", "figure", "subject", "kind", "value", "before", "threshold", "sentence",
]  # fmt: skip


class Ruled(Protocol):
    """A rule as the workspace keeps it."""

    @property
    def figure(self) -> str:
        """The figure that is watched."""

    @property
    def subject(self) -> str | None:
        """Attribute or task, where the figure has several; None: any."""

    @property
    def kind(self) -> str:
        """How it is judged."""

    @property
    def threshold(self) -> float:
        """Its limit."""


class Facts(NamedTuple):
    """What rules are judged by; `unusual` has a row per lately unusual day, as sentences."""

    now: Watched
    before: Watched | None
    drift: pd.DataFrame
    unusual: Sequence[str]
    currency: str


class Fired(NamedTuple):
    """A rule that fired: of what, at which value, and what is said of it."""

    subject: str | None
    value: float
    before: float | None
    threshold: float
    sentence: str


def fired(rules: Sequence[Ruled], facts: Facts) -> pd.DataFrame:
    """Give one row per rule that fires, in the order of the rules."""
    rows = []
    for rule in rules:
        strongest = next(_judged(rule, facts), None)
        if strongest is not None:
            rows.append(
                strongest._asdict()
                | {
                    "rule": rule_said(rule, facts.currency),
                    "figure": rule.figure,
                    "kind": rule.kind,
                }
            )
    table = pd.DataFrame(rows, columns=[name for name in COLUMNS if name != "position"])
    return table.assign(position=range(len(table)))


def rule_said(rule: Ruled, currency: str) -> str:
    """Say a rule in words: Revenue of the last 30 days falls by more than 30 %."""
    title = named(rule.figure, rule.subject)
    if rule.kind == RANGE:
        return f"{title} is below its range"
    if rule.kind in {RISES, FALLS}:
        return f"{title} {rule.kind} by more than {percent(rule.threshold)}"
    return f"{title} {rule.kind} {written(rule.figure, rule.threshold, currency)}"


def named(figure: str, subject: str | None) -> str:
    """Name a figure, and what of it."""
    title = FIGURES[figure][0]
    return f"{title} ({subject.replace('_', ' ')})" if subject else title


def written(figure: str, value: float, currency: str) -> str:
    """Write a value as its figure is written."""
    unit = FIGURES[figure][1]
    if unit == MONEY:
        return money(round(value), currency)
    if unit == SHARE:
        return percent(value, 1)
    return f"{value:,.2f}" if unit == INDEX else number(value)


def _judged(rule: Ruled, facts: Facts) -> Iterator[Fired]:
    """Give what fires by a rule, the strongest first."""
    if rule.figure == UNUSUAL_DAYS:
        many = float(len(facts.unusual))
        if _is_beyond(rule, many):
            yield Fired(None, many, None, rule.threshold, _days_said(facts.unusual))
        return
    if rule.figure == DRIFT:
        yield from _drifted(rule, facts)
        return
    for (figure, subject), value in facts.now.figures.items():
        if figure == rule.figure and rule.subject in {None, subject}:
            alert = (
                _out_of_range(rule, subject, value, facts)
                if rule.kind == RANGE
                else _by_value(rule, subject, value, facts)
            )
            if alert is not None:
                yield alert


def _is_beyond(rule: Ruled, value: float) -> bool:
    if rule.kind == ABOVE:
        return value > rule.threshold
    return rule.kind == BELOW and value < rule.threshold


def _days_said(unusual: Sequence[str]) -> str:
    if not unusual:
        return "No day was unusual lately."
    more = len(unusual) - 1
    tail = f" So {counted(more, 'was another day', 'were other days')}." if more else ""
    return f"{unusual[0]}{tail}"


def _drifted(rule: Ruled, facts: Facts) -> Iterator[Fired]:
    table = facts.drift.sort_values(["stability_index", "name"], ascending=[False, True])
    for row in table.to_dict("records"):
        name, index = str(row["name"]), float(row["stability_index"])
        if rule.subject in {None, name} and _is_beyond(rule, index):
            plain = name.replace("_", " ")
            yield Fired(
                name,
                index,
                None,
                rule.threshold,
                f"“{plain}” is spread otherwise than in the last update: {row['before']} then,"
                f" {row['now']} now (stability index {index:.2f}).",
            )


def _out_of_range(rule: Ruled, subject: str | None, value: float, facts: Facts) -> Fired | None:
    least = None if facts.before is None else facts.before.least.get(subject or "")
    if least is None or value >= least:
        return None
    return Fired(
        subject,
        value,
        facts.before.figures.get((rule.figure, subject)) if facts.before else None,
        least,
        f"{named(rule.figure, subject)} is {value:.2f}, below the {least:.2f} that the last"
        " update expected at least.",
    )


def _by_value(rule: Ruled, subject: str | None, value: float, facts: Facts) -> Fired | None:
    now = written(rule.figure, value, facts.currency)
    title = named(rule.figure, subject)
    if rule.kind in {ABOVE, BELOW}:
        limit = written(rule.figure, rule.threshold, facts.currency)
        sentence = f"{title}: {now}, {rule.kind} the limit of {limit}."
        return (
            Fired(subject, value, None, rule.threshold, sentence)
            if _is_beyond(rule, value)
            else None
        )
    before = None if facts.before is None else facts.before.figures.get((rule.figure, subject))
    if not before or before < 0:
        return None
    change = value / before - 1
    if (change if rule.kind == RISES else -change) <= rule.threshold:
        return None
    verb = "rose" if rule.kind == RISES else "fell"
    earlier = written(rule.figure, before, facts.currency)
    return Fired(
        subject,
        value,
        before,
        rule.threshold,
        f"{title} {verb} by {percent(abs(change))} since the last update: {now}, was"
        f" {earlier}.",
    )
