"""From prepared tasks to models that serve, with the evidence for each."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from pipeline.features.days import day_of
from pipeline.learning import evaluation
from pipeline.learning.candidates import FAMILIES
from pipeline.learning.evaluation import measured
from pipeline.learning.examples import Examples
from pipeline.learning.folds import inner_folds
from pipeline.learning.nested import nested
from pipeline.learning.rivals import CUSTOMER_BASE, Rival
from pipeline.learning.tasks import ORDER, Material, Prepared, Refused
from pipeline.learning.training import (
    IMPORTANCE_COLUMNS,
    TRIAL_COLUMNS,
    Tuned,
    fit,
    losses,
    out_of_fold,
    prepare_folds,
    tune,
)
from pipeline.quality.findings import Finding
from pipeline.run.progress import Progress
from pipeline.scoring.calibration import Calibration, calibrate
from pipeline.scoring.plain import plain
from pipeline.scoring.reference import reference
from pipeline.scoring.served import Served, decided
from pipeline.settings import ModelSettings
from pipeline.wording import percent

MOVED = 0.03
"""A base rate that moved by more than this between training and test is warned of."""
CHUNK = 100_000
ACTUAL, CUSTOMER = "(actual)", "(customer)"


class Predicted(NamedTuple):
    """One frame per result table, without the run; the models that serve; remarks."""

    tasks: pd.DataFrame
    models: pd.DataFrame
    scores: pd.DataFrame
    paired: pd.DataFrame
    confusions: pd.DataFrame
    curves: pd.DataFrame
    outcomes: pd.DataFrame
    trials: pd.DataFrame
    importances: pd.DataFrame
    predictions: pd.DataFrame
    served: tuple[Served, ...]
    evaluated: tuple["Evaluated", ...]
    findings: tuple[Finding, ...]


class Evaluated(NamedTuple):
    """A task's chosen model as it was tested, and what it was tested on; for explanations."""

    served: Served
    test: Examples
    newest: pd.DataFrame


class _Candidate(NamedTuple):
    """A tuned family, fitted on all training rows: its recalibrated answers for the test.

    `selection` is its log loss on training rows that it had not seen.
    """

    tuned: Tuned
    selection: float
    pipeline: Pipeline
    calibration: Calibration
    raw: np.ndarray
    probabilities: np.ndarray
    seconds: float


def predicted(
    prepared: Sequence[Prepared], settings: ModelSettings, *, seed: int, progress: Progress
) -> Predicted:
    """Tune, compare, choose and refit the models of every task.

    Each family is tuned on inner folds of the training rows; the best of them there serves.
    The test is looked at once, by all candidates and naive rivals alike. The model that serves
    is fitted again on all rows that may be learned from.
    """
    ordered = sorted(prepared, key=lambda each: ORDER.index(each.task.name))
    done = []
    for place, each in enumerate(ordered):
        if isinstance(each, Refused):
            done.append(_refused(each, place))
        else:
            done.append(_answered(each, place, settings, seed=seed, progress=progress))
    frames = {
        name: pd.concat([rows for one in done if not (rows := one.frames[name]).empty] or
                        [pd.DataFrame()], ignore_index=True)
        for name in FRAMES
    }  # fmt: skip
    return Predicted(
        **frames,
        served=tuple(one.served for one in done if one.served),
        evaluated=tuple(one.evaluated for one in done if one.evaluated),
        findings=tuple(one.finding for one in done if one.finding),
    )


FRAMES = (
    "tasks", "models", "scores", "paired", "confusions", "curves", "outcomes", "trials",
    "importances", "predictions",
)  # fmt: skip


class _Done(NamedTuple):
    frames: Mapping[str, pd.DataFrame]
    served: Served | None = None
    evaluated: Evaluated | None = None
    finding: Finding | None = None


def _refused(refused: Refused, place: int) -> _Done:
    task = refused.task
    row = {
        "task": task.name,
        "position": place,
        "title": task.title,
        "question": task.question,
        "status": "refused",
        "message": refused.message,
        "classes": json.dumps(task.classes),
        "features": "[]",
        "design": "",
        "train_days": "[]",
    }
    nothing = pd.DataFrame()
    finding = Finding(
        "models", f"refused_{task.name}", f"{task.title} is not predicted", refused.message, 0
    )
    return _Done(
        {name: pd.DataFrame([row]) if name == "tasks" else nothing for name in FRAMES},
        finding=finding,
    )


def _answered(
    material: Material, place: int, settings: ModelSettings, *, seed: int, progress: Progress
) -> _Done:
    began = time.process_time()
    task = material.task
    candidates = _candidates(material, settings, seed=seed, progress=progress)
    chosen = min(candidates.values(), key=lambda each: each.selection)
    name = chosen.tuned.family.name
    rivals = {each.name: each for each in material.rivals()}
    answers = {
        **{key: each.probabilities for key, each in candidates.items()},
        **{key: each.probabilities for key, each in rivals.items()},
    }
    weights = evaluation.resamples(len(material.test.labels), settings.bootstraps, seed=seed)
    scores = {
        key: measured(each, material.test.labels, weights) for key, each in answers.items()
    }
    served = _serving(material, chosen, settings, seed=seed)
    predictions = _predictions(served, material.newest, is_binary=task.is_binary)
    outer = nested(material, chosen.tuned.family, settings, seed=seed)
    row = {
        "task": task.name,
        "position": place,
        "title": task.title,
        "question": task.question,
        "status": "done",
        "message": "",
        "classes": json.dumps(task.classes, ensure_ascii=False),
        "positive": task.classes[1] if task.is_binary else None,
        "features": json.dumps([each.name for each in material.features]),
        "horizon_days": material.horizon_days,
        "design": material.design,
        "train_days": json.dumps([str(day_of(day)) for day in material.train_days]),
        "test_day": None if material.test_day is None else day_of(material.test_day),
        "rows_train": len(material.train.labels),
        "rows_test": len(material.test.labels),
        "rows_scored": len(material.newest),
        **_rates(material),
        "chosen": name,
        "chosen_by": "log_loss",
        "reason": _reason(candidates, name),
        "ece_before": _ece(chosen.raw, material, weights),
        "ece_after": float(scores[name]["ece"][0]),
        "lift_words": _lift(scores[name], material),
        **outer._asdict(),
        "seconds": round(time.process_time() - began, 4),
    }
    tuned = [each.tuned for each in candidates.values()]
    return _Done(
        {
            "tasks": pd.DataFrame([row]),
            "models": _models(task.name, candidates, rivals, name, material),
            "scores": _scores(task.name, scores, set(rivals), name),
            "paired": _paired(task.name, scores, candidates, rivals, name),
            "confusions": _of_each(task.name, answers, lambda p: evaluation.confusion(
                p, material.test.labels, task.classes)),
            "curves": _of_each(task.name, answers, lambda p: evaluation.curves(
                p, material.test.labels)),
            "outcomes": _outcomes(material, answers),
            "trials": _stacked([each.trials for each in tuned], TRIAL_COLUMNS),
            "importances": _stacked([each.importances for each in tuned], IMPORTANCE_COLUMNS),
            "predictions": predictions,
        },
        served=served,
        evaluated=Evaluated(
            Served(task.name, name, task.classes, material.features, chosen.pipeline,
                   chosen.calibration),
            material.test,
            material.newest,
        ),
    )  # fmt: skip


def _candidates(
    material: Material, settings: ModelSettings, *, seed: int, progress: Progress
) -> dict[str, _Candidate]:
    """Tune and fit every family; recalibrate each on rows that it had not seen."""
    train, task = material.train, material.task
    folds = inner_folds(material.groups, train.labels, settings.folds, seed=seed)
    ready = prepare_folds(train, material.features, folds)
    found: dict[str, _Candidate] = {}
    for number, key in enumerate(settings.families):
        family = FAMILIES[key]
        progress.step(number, len(settings.families), f"{task.title}: {family.title}")
        began = time.process_time()
        tuned = tune(
            family,
            ready,
            settings,
            study=f"{task.name}.{key}",
            trials=settings.trials,
            seed=seed,
        )
        unseen = out_of_fold(
            family,
            tuned.params,
            ready,
            outside=[outside for _, outside in folds],
            shape=(len(train.labels), len(task.classes)),
            settings=settings,
            seed=seed,
        )
        calibration = calibrate(unseen, train.labels)
        pipeline = fit(family, tuned.params, train, material.features, settings, seed=seed)
        raw = np.asarray(pipeline.predict_proba(material.test.features), dtype=float)
        found[key] = _Candidate(
            tuned,
            float(losses(calibration(unseen), train.labels).mean()),
            pipeline,
            calibration,
            raw,
            calibration(raw),
            time.process_time() - began,
        )
    progress.step(len(settings.families), len(settings.families), task.title)
    return found


def _serving(
    material: Material, chosen: _Candidate, settings: ModelSettings, *, seed: int
) -> Served:
    """Fit the chosen settings again on all rows that may be learned from.

    On orders it is recalibrated by what the tested model said of the newest closed window;
    where there is one day, by the rows that training had held out of each fold.
    """
    task, family = material.task, chosen.tuned.family
    pipeline = fit(
        family, chosen.tuned.params, material.refit, material.features, settings, seed=seed
    )
    calibration = (
        chosen.calibration
        if material.test_day is None
        else calibrate(chosen.raw, material.test.labels)
    )
    rows = material.refit.features
    return Served(
        task.name,
        family.name,
        task.classes,
        material.features,
        plain(pipeline),
        calibration,
        reference(pipeline, material.features, rows),
    )


def _predictions(served: Served, newest: pd.DataFrame, *, is_binary: bool) -> pd.DataFrame:
    parts = []
    for start in range(0, len(newest), CHUNK):
        part = newest.iloc[start : start + CHUNK]
        told = served.probabilities(part)
        places = decided(told)
        parts.append(
            pd.DataFrame(
                {
                    "task": served.task,
                    "customer_id": part["customer_id"].astype(str).to_numpy(),
                    "predicted": np.asarray(served.classes, dtype=object)[places],
                    "probability": (told[:, 1] if is_binary else told.max(axis=1)).round(6),
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _rates(material: Material) -> dict[str, Any]:
    """Compare how frequent the positive class was when recalibrating and in the test."""
    if not material.task.is_binary:
        return {}
    last = material.train.days == material.train.days.max()
    before = float(material.train.labels[last].mean())
    after = float(material.test.labels.mean())
    warning = None
    if abs(after - before) > MOVED and material.test_day is not None:
        warning = (
            f"The share of “{material.task.classes[1]}” moved from {percent(before)} on the"
            f" last day trained on to {percent(after)} in the test: rankings hold, but"
            " probabilities learned before lie"
            f" too {'high' if after < before else 'low'}. The model that serves is"
            " recalibrated on the tested window."
        )
    return {"base_rate_train": before, "base_rate_test": after, "warning": warning}


def _ece(raw: np.ndarray, material: Material, weights: np.ndarray) -> float:
    return float(measured(raw, material.test.labels, weights[:1])["ece"][0])


def _lift(scores: Mapping[str, np.ndarray], material: Material) -> str | None:
    if "lift_at_10" not in scores:
        return None
    return evaluation.lift_words(
        float(scores["lift_at_10"][0]), float(material.test.labels.mean())
    )


def _reason(candidates: Mapping[str, _Candidate], name: str) -> str:
    ranked = sorted(candidates.values(), key=lambda each: each.selection)
    best = candidates[name]
    said = (
        f"{best.tuned.family.title} had the lowest log loss on training rows"
        f" that it had not seen ({best.selection:.4f}"
    )
    if len(ranked) > 1:
        said += f"; {ranked[1].tuned.family.title} {ranked[1].selection:.4f}"
    return f"{said}). The test had no say in it."


def _models(
    task: str,
    candidates: Mapping[str, _Candidate],
    rivals: Mapping[str, Rival],
    chosen: str,
    material: Material,
) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [
        {
            "task": task,
            "model": key,
            "title": each.tuned.family.title,
            "meaning": each.tuned.family.meaning,
            "baseline": False,
            "chosen": key == chosen,
            "selection": round(each.selection, 6),
            "rows": len(material.train.labels),
            "seconds": round(each.seconds, 4),
            "params": json.dumps(each.tuned.params, sort_keys=True),
        }
        for key, each in candidates.items()
    ]
    rows += [
        {
            "task": task,
            "model": key,
            "title": each.title,
            "meaning": each.meaning,
            "baseline": True,
            "chosen": False,
            "params": "{}",
        }
        for key, each in rivals.items()
    ]
    table = pd.DataFrame(rows)
    return table.assign(position=np.arange(len(table)), rows=table["rows"].astype("Int64"))


def _scores(
    task: str, scores: Mapping[str, dict[str, np.ndarray]], rivals: set[str], chosen: str
) -> pd.DataFrame:
    rows = []
    for model, found in scores.items():
        for metric, values in found.items():
            value, low, high = evaluation.interval(values)
            rows.append(
                {
                    "task": task, "model": model, "metric": metric, "value": round(value, 6),
                    "low": round(low, 6), "high": round(high, 6), "baseline": model in rivals,
                    "chosen": model == chosen,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def _paired(
    task: str,
    scores: Mapping[str, dict[str, np.ndarray]],
    candidates: Mapping[str, _Candidate],
    rivals: Mapping[str, Rival],
    chosen: str,
) -> pd.DataFrame:
    """Compare the chosen model with the second and with its rivals.

    The best naive rival is one of the rules; the customer-base model, which is none, is shown
    for itself.
    """
    metric = "roc_auc" if "lift_at_10" in scores[chosen] else "accuracy"
    others = {key: each for key, each in candidates.items() if key != chosen}
    opponents = []
    if others:
        second = min(others, key=lambda key: others[key].selection)
        opponents.append(("second", second))
    naive = {key: scores[key][metric] for key in rivals if key != CUSTOMER_BASE}
    opponents.append(("naive", evaluation.best(naive, metric)))
    if CUSTOMER_BASE in rivals:
        opponents.append(("customer_base", CUSTOMER_BASE))
    return pd.DataFrame(
        [
            {
                "task": task,
                "rival": rival,
                "role": role,
                "metric": metric,
                **evaluation.compared(scores[chosen][metric], scores[rival][metric])._asdict(),
            }
            for role, rival in opponents
        ]
    )


def _of_each(task: str, answers: Mapping[str, np.ndarray], make: Any) -> pd.DataFrame:
    return pd.concat(
        [make(each).assign(task=task, model=key) for key, each in answers.items()],
        ignore_index=True,
    )


def _outcomes(material: Material, answers: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Pack every answer for the test, beside what came true and of whom."""
    task, test = material.task, material.test
    rows = [
        (ACTUAL, test.labels.astype("<i2").tobytes()),
        (CUSTOMER, "\n".join(map(str, test.customers)).encode()),
        *(
            (key, (each[:, 1] if task.is_binary else each).astype("<f4").tobytes())
            for key, each in answers.items()
        ),
    ]
    return pd.DataFrame(
        [
            {"task": task.name, "model": key, "customers": len(test.labels), "data": data}
            for key, data in rows
        ]
    )


def _stacked(frames: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    full = [frame for frame in frames if len(frame)]
    return pd.concat(full, ignore_index=True) if full else pd.DataFrame(columns=list(columns))
