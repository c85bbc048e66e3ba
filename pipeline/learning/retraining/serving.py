"""Serving on: today's answers by models of an earlier run, beside the evidence of that run."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.features.days import day_number
from pipeline.learning.backtesting.forecast_words import findings
from pipeline.learning.backtesting.today import (
    at_todays_level,
    level_fields,
    predictions,
    window_rows,
)
from pipeline.learning.candidates import FAMILIES
from pipeline.learning.done import Done, Evaluated, Fitting
from pipeline.learning.evaluation import measured
from pipeline.learning.examples import Examples
from pipeline.learning.predictions import known_predictions
from pipeline.learning.retraining.trained import Trained
from pipeline.learning.single import level_miss
from pipeline.learning.tasks import Material, Prepared, Refused, Rolling, Task
from pipeline.run.threads import spent
from pipeline.scoring.customer_base import QUIET
from pipeline.scoring.inputs import Feature
from pipeline.scoring.served import Served
from pipeline.settings import ModelSettings

REFUSED = "refused"


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
    ranges and the level are today's. `None` where that model can't answer it: there is none, it
    saw other columns, told other classes or another column of the source, the records no longer
    go back as far as its evidence, or it tells today's known answers worse than it was tested.
    """
    name = prepared.task.name
    served, row = trained.served.get(name), trained.row(name)
    if row is None or row["title"] != prepared.task.title:
        return None
    if row["status"] == REFUSED:
        return _refused_on(prepared, place, trained, row)
    if served is None:
        return None
    earlier = Earlier(served, row, trained.evidence(name))
    match prepared:
        case Rolling() if earlier.ranks(prepared):
            return _forecast_on(prepared, place, earlier)
        case Material() if earlier.answers(prepared):
            return _answered_on(prepared, place, earlier, settings, seed=seed, workers=workers)
        case _:
            return None


class Earlier(NamedTuple):
    """A task's model of an earlier run, the task's row there, and its evidence."""

    served: Served
    row: dict[str, Any]
    evidence: dict[str, pd.DataFrame]

    def ranks(self, rolling: Rolling) -> bool:
        """Tell whether the model can answer a task of windows as when it was trained.

        What it sees is known today, windows are learned from now as then, and the records go
        back to the first window of its evidence.
        """
        was_ranked = not self.row["message"]
        return (
            saw(self.row, rolling.features)
            and _can_rank(self.served, rolling)
            and rolling.is_ranked == was_ranked
            and self._is_within(rolling)
        )

    def _is_within(self, rolling: Rolling) -> bool:
        windows = self.evidence["windows"]
        closed = windows[windows["base_rate"].notna()]
        now = rolling.timeline.now
        began = now.day - now.history_days
        return closed.empty or day_number(min(closed["as_of"])) > began

    def answers(self, material: Material) -> bool:
        """Tell whether the model can answer a task of one day as when it was trained.

        The columns and classes are the same, and of the answers known today it tells as many
        as it did on its test: its ROC-AUC, or of several classes its accuracy, lies above the
        lower end of the 95 % interval then.
        """
        return (
            saw(self.row, material.features)
            and _tells_the_same(self.served, material.task)
            and self._holds(material)
        )

    def _holds(self, material: Material) -> bool:
        labels = _in_order_of(self.served.classes, material).everyone.labels
        is_known = labels >= 0
        if len(np.unique(labels[is_known])) < len(self.served.classes):
            return False
        metric = "roc_auc" if material.task.is_binary else "accuracy"
        scores = self.evidence["scores"]
        then = scores[scores["chosen"].astype(bool) & (scores["metric"] == metric)]
        if then.empty or pd.isna(then["low"].iloc[0]):
            return False
        once = np.ones((1, int(is_known.sum())))
        newest = material.newest[is_known]
        found = measured(self.served.probabilities(newest), labels[is_known], once)
        return bool(found[metric][0] >= then["low"].iloc[0])

    def params(self) -> dict[str, Any]:
        """Give the settings that the model was fitted with."""
        models = self.evidence["models"]
        chosen = models[models["chosen"].astype(bool)]
        params: dict[str, Any] = json.loads(chosen["params"].iloc[0])
        return params


def saw(row: dict[str, Any], features: Sequence[Feature]) -> bool:
    """Tell whether a task's models were shown the same columns; `row` is the task's."""
    return bool(json.loads(row["features"]) == [feature.name for feature in features])


def _refused_on(
    prepared: Prepared, place: int, trained: Trained, row: dict[str, Any]
) -> Done | None:
    """Carry on that nothing told customers apart; what was too thin then is tried again."""
    evidence = trained.evidence(prepared.task.name)
    if (
        not isinstance(prepared, Material)
        or evidence["models"].empty
        or not saw(row, prepared.features)
        or json.loads(row["classes"]) != list(prepared.task.classes)
    ):
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


def _tells_the_same(served: Served, task: Task) -> bool:
    """Tell whether classes are the same; of two the positive one too."""
    is_positive_the_same = not task.is_binary or served.classes == task.classes
    return set(served.classes) == set(task.classes) and is_positive_the_same


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
