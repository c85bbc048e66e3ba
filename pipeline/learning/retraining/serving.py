"""Serving on: today's answers by models of an earlier run, beside the evidence of that run."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.learning.backtesting.forecast_words import findings
from pipeline.learning.backtesting.today import (
    at_todays_level,
    level_fields,
    predictions,
    window_rows,
)
from pipeline.learning.candidates import FAMILIES
from pipeline.learning.done import Done, Evaluated, Fitting
from pipeline.learning.examples import Examples
from pipeline.learning.predictions import known_predictions
from pipeline.learning.retraining.trained import Trained
from pipeline.learning.single import level_miss
from pipeline.learning.tasks import Material, Prepared, Refused, Rolling
from pipeline.run.threads import spent
from pipeline.scoring.customer_base import QUIET
from pipeline.scoring.inputs import Feature
from pipeline.scoring.served import Served
from pipeline.settings import ModelSettings


def served_on(
    prepared: Prepared,
    place: int,
    trained: Trained,
    settings: ModelSettings,
    *,
    seed: int,
    workers: int = 1,
) -> Done | None:
    """Answer a task by the model that an earlier run trained for it.

    Scores, trials, curves and windows that have closed are those of that run; predictions,
    ranges and the level are today's. `None` where that model can't answer it: there is none, or
    it saw other columns or told other classes.
    """
    name = prepared.task.name
    served, row = trained.served.get(name), trained.row(name)
    if row is None:
        return None
    if served is None:
        return _refused_on(prepared, place, trained, row)
    earlier = Earlier(served, row, trained.evidence(name))
    match prepared:
        case Rolling() if earlier.saw(prepared.features) and _can_rank(served, prepared):
            return _forecast_on(prepared, place, earlier)
        case Material() if earlier.saw(prepared.features) and _tells_the_same(served, prepared):
            return _answered_on(prepared, place, earlier, settings, seed=seed, workers=workers)
        case _:
            return None


class Earlier(NamedTuple):
    """A task's model of an earlier run, the task's row there, and its evidence."""

    served: Served
    row: dict[str, Any]
    evidence: dict[str, pd.DataFrame]

    def saw(self, features: Sequence[Feature]) -> bool:
        """Tell whether models were shown the same columns."""
        return bool(json.loads(self.row["features"]) == [feature.name for feature in features])

    def params(self) -> dict[str, Any]:
        """Give the settings that the model was fitted with."""
        models = self.evidence["models"]
        chosen = models[models["chosen"].astype(bool)]
        params: dict[str, Any] = json.loads(chosen["params"].iloc[0])
        return params


def _refused_on(
    prepared: Prepared, place: int, trained: Trained, row: dict[str, Any]
) -> Done | None:
    """Carry on that nothing told customers apart; what was too thin then is tried again."""
    evidence = trained.evidence(prepared.task.name)
    if not isinstance(prepared, Material) or evidence["models"].empty:
        return None
    refused = Refused(prepared.task, str(row["message"]))
    return Done(
        evidence | {"tasks": _row(row, place, {}, seconds=0.0)}, findings=(refused.finding,)
    )


def _can_rank(served: Served, rolling: Rolling) -> bool:
    """Tell whether all that a ranking sees is known today."""
    names = {feature.name for feature in rolling.features}
    if any(feature.name == QUIET for feature in served.features):
        return rolling.base is not None
    return all(feature.name in names for feature in served.features)


def _tells_the_same(served: Served, material: Material) -> bool:
    return set(served.classes) == set(material.task.classes)


def _forecast_on(rolling: Rolling, place: int, earlier: Earlier) -> Done:
    began = spent()
    served, today, ranking = at_todays_level(earlier.served, rolling)
    row, evidence = earlier.row, earlier.evidence
    windows = evidence["windows"]
    closed = windows[windows["base_rate"].notna()]
    now = pd.DataFrame(window_rows(rolling, served.family, today))
    fields = level_fields(rolling, today.level)
    return Done(
        evidence
        | {
            "tasks": _row(row, place, fields, seconds=spent() - began),
            "windows": pd.concat(
                [closed.astype(object), now.astype(object)], ignore_index=True
            ).infer_objects(),
            "predictions": predictions(served, ranking, today, rolling),
        },
        served,
        Evaluated(
            served,
            None,
            rolling.newest.features.assign(customer_id=rolling.newest.customers),
            evidence["drivers"],
        )
        if rolling.is_ranked
        else None,
        findings=findings(rolling, today.level),
    )


def _answered_on(
    material: Material,
    place: int,
    earlier: Earlier,
    settings: ModelSettings,
    *,
    seed: int,
    workers: int,
) -> Done:
    """Answer for customers of one day.

    Whoever's label is known is answered for by models that are fitted with the same settings
    on other customers, as when it was trained: see `predictions`.
    """
    began = spent()
    served, row, evidence = earlier
    material = _in_order_of(served.classes, material)
    fitting = Fitting(FAMILIES[served.family], earlier.params(), served.calibration)
    answers = known_predictions(served, fitting, material, settings, seed=seed, workers=workers)
    fields: dict[str, object] = {
        "rows_scored": len(material.newest),
        "level_miss": level_miss(material) if material.task.is_binary else None,
    }
    return Done(
        evidence
        | {
            "tasks": _row(row, place, fields, seconds=spent() - began),
            "predictions": answers,
        },
        served,
        Evaluated(served, None, material.newest, evidence["drivers"]),
    )


def _in_order_of(classes: tuple[str, ...], material: Material) -> Material:
    """Renumber labels by the places of classes in this order; -1 stays: not known."""
    places = np.array([*(classes.index(name) for name in material.task.classes), -1])

    def renumbered(rows: Examples) -> Examples:
        return rows._replace(labels=places[rows.labels])

    return material._replace(
        task=material.task._replace(classes=classes),
        train=renumbered(material.train),
        test=renumbered(material.test),
        refit=renumbered(material.refit),
        everyone=renumbered(material.everyone),
    )


def _row(
    row: dict[str, Any], place: int, fields: dict[str, object], *, seconds: float
) -> pd.DataFrame:
    """Give the row of a task with what is of today."""
    today = {"position": place, "seconds": round(seconds, 4)}
    return pd.DataFrame([row | fields | today])
