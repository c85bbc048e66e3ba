"""How customers, scores and outcomes differ from those of the published update before."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from pipeline.base.wording import percent
from pipeline.quality import drift
from pipeline.trade_settings import WatchSettings

ATTRIBUTE, SCORE, BASE_RATE = "attribute", "score", "base_rate"
SCORES = ("churn_probability", "answer_probability")
IDENTIFIER = "customer_id"
COLUMNS = ["kind", "name", "position", "before", "now", "stability_index", "level"]


class Watched(NamedTuple):
    """What of an update is compared with another: customers, and figures by name.

    `customers` has the columns of the table `customers` that tell of people, `figures` the
    figures that rules may name, by figure and subject; `least` has the lower ends of the ranges
    that scores were expected in, by task.
    """

    run: int
    customers: pd.DataFrame
    figures: Mapping[tuple[str, str | None], float]
    least: Mapping[str, float]


def drifted(before: Watched | None, now: Watched, settings: WatchSettings) -> pd.DataFrame:
    """Compare attributes, scores and base rates with those of the update before.

    One row each, with the population stability index (`pipeline.quality.drift`); none where
    there is no update before, or one of both has fewer customers than the setting says.
    """
    if before is None:
        return pd.DataFrame(columns=COLUMNS)
    enough = min(len(before.customers), len(now.customers)) >= settings.drift_customers
    rows = _of_customers(before.customers, now.customers) if enough else []
    rows += _of_rates(before, now)
    table = pd.DataFrame(rows, columns=[name for name in COLUMNS if name != "position"])
    return table.assign(position=range(len(table)), earlier_run=before.run)


def _of_customers(was: pd.DataFrame, now: pd.DataFrame) -> list[dict[str, object]]:
    rows = []
    for name in now.columns:
        if name == IDENTIFIER or name not in was or _are_empty(was[name], now[name]):
            continue
        if pd.api.types.is_numeric_dtype(now[name]) and pd.api.types.is_numeric_dtype(
            was[name]
        ):
            comparison = drift.numbers(was, now, name)
        else:
            comparison = drift.mix(was, now, name)
        kind = SCORE if name in SCORES else ATTRIBUTE
        rows.append(_row(kind, name, comparison.before, comparison.now, comparison.psi or 0.0))
    return rows


def _of_rates(before: Watched, now: Watched) -> list[dict[str, object]]:
    rows = []
    for (figure, task), rate in now.figures.items():
        earlier = before.figures.get((figure, task))
        if figure != BASE_RATE or earlier is None:
            continue
        index = drift.stability_index([earlier, 1 - earlier], [rate, 1 - rate])
        rows.append(_row(BASE_RATE, task or "", percent(earlier, 1), percent(rate, 1), index))
    return rows


def _row(kind: str, name: str, before: str, now: str, index: float) -> dict[str, object]:
    return {
        "kind": kind,
        "name": name,
        "before": before,
        "now": now,
        "stability_index": round(index, 4),
        "level": drift.level_of(index),
    }


def _are_empty(was: pd.Series, now: pd.Series) -> bool:
    return bool(was.isna().all() or now.isna().all())
