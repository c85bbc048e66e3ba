"""Whether models are due to be trained again, and why."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.base.wording import counted
from pipeline.quality import drift

APART = frozenset(
    {"baskets", "forecast", "layouts", "runs", "sales", "stock", "strategy", "watch"}
)
"""Sections of settings that no model looks at."""
SCHEDULE = frozenset({"retrain", "retrain_days"})
LEAST_CUSTOMERS = 100
"""Of fewer customers distributions are not compared: chance alone moves them."""
MOST_NAMED = 3
MUCH = drift.level_of(float("inf"))
"""The level of what has drifted."""
NO_ATTRIBUTES = frozenset({"customer_id", "segment", "churn_probability", "answer_probability"})
"""What is told of customers, not known of them: what models say can't make them due."""


class Circumstances(NamedTuple):
    """What a run's models were trained under.

    `settings` are those of the run as JSON has them, `day` is the newest day that it knew,
    `customers` has the attributes of its customers.
    """

    version: str
    form: str
    layout: str | None
    currency: str
    seed: int
    settings: Mapping[str, Any]
    day: dt.date | None
    customers: pd.DataFrame


def why_due(
    then: Circumstances, now: Circumstances, *, oldest_day: dt.date | None, days: int
) -> str:
    """Say why models trained under `then` are to be trained again; empty where they serve on.

    Models are due when they are older than `days`, counted from the `oldest_day` that one of
    them knew last, and when an attribute of customers drifted: its population stability index
    says that much has changed (`pipeline.quality.drift`).
    """
    return (
        _changed(then, now)
        or _aged(oldest_day, now.day, days)
        or _drifted(then.customers, now.customers)
    )


def _changed(then: Circumstances, now: Circumstances) -> str:
    if then.version != now.version:
        return f"they were trained by version {then.version} of Clientele"
    if (then.form, then.layout) != (now.form, now.layout):
        return "the source changed"
    if then.currency != now.currency:
        return "the currency changed"
    if then.seed != now.seed:
        return "the seed changed"
    if relevant(then.settings) != relevant(now.settings):
        return "settings changed"
    return ""


def _aged(oldest_day: dt.date | None, day: dt.date | None, days: int) -> str:
    if oldest_day is None or day is None:
        return ""
    age = (day - oldest_day).days
    if age < 0:
        return "they knew later days than there are now"
    return f"they are {counted(age, 'day', 'days')} old" if age > days else ""


def _drifted(before: pd.DataFrame, now: pd.DataFrame) -> str:
    names = drifted_attributes(before, now)
    if not names:
        return ""
    more = len(names) - MOST_NAMED
    further = f" and {more} more" if more > 0 else ""
    return f"customers drifted ({', '.join(names[:MOST_NAMED])}{further})"


def relevant(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what models depend on of a run's settings."""
    sections = {name: section for name, section in settings.items() if name not in APART}
    models = sections.get("models")
    if isinstance(models, Mapping):
        sections["models"] = {k: v for k, v in models.items() if k not in SCHEDULE}
    return sections


def drifted_attributes(before: pd.DataFrame, now: pd.DataFrame) -> list[str]:
    """Name the attributes of customers that are distributed quite otherwise than before."""
    if min(len(before), len(now)) < LEAST_CUSTOMERS:
        return []
    return [name for name in _compared(before, now) if _has_drifted(before, now, name)]


def _compared(before: pd.DataFrame, now: pd.DataFrame) -> Iterable[str]:
    """Name what both know of customers; days are left out, since they move on by themselves."""
    return (
        str(name)
        for name in before.columns
        if name not in NO_ATTRIBUTES
        and name in now
        and before[name].notna().any()
        and now[name].notna().any()
        and not (_is_day(before[name]) or _is_day(now[name]))
    )


def _is_day(values: pd.Series) -> bool:
    first = values.dropna().iloc[0]
    return isinstance(first, dt.date | pd.Timestamp | np.datetime64)


def _has_drifted(before: pd.DataFrame, now: pd.DataFrame, name: str) -> bool:
    was, is_now = _in_words(before, name), _in_words(now, name)
    are_numbers = all(pd.api.types.is_numeric_dtype(frame[name]) for frame in (was, is_now))
    if are_numbers:
        return drift.numbers(was, is_now, name).level == MUCH
    levels = pd.concat([was[name], is_now[name]]).nunique()
    return levels <= drift.MOST_LEVELS and drift.mix(was, is_now, name).level == MUCH


def _in_words(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Write true and false as tables of customers have them, which keep words."""
    values = frame[name]
    if not pd.api.types.is_bool_dtype(values):
        return frame[[name]]
    return pd.DataFrame({name: values.map({True: "yes", False: "no"})})
