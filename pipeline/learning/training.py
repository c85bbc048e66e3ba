"""Tuning one family on inner folds and fitting it with what was found."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import optuna
import pandas as pd
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline

from pipeline.learning.candidates import Family, Params, build, preparation
from pipeline.learning.examples import Examples, sample
from pipeline.learning.folds import Fold
from pipeline.scoring.calibration import EDGE, calibrate
from pipeline.scoring.inputs import Feature
from pipeline.segments.tuning import STATES, weighed
from pipeline.settings import ModelSettings

TRIAL_COLUMNS = ["study", "trial", "state", "value", "seconds", "params"]
IMPORTANCE_COLUMNS = ["study", "parameter", "importance"]
LEVEL_COLUMN = 10.0
HOPELESS = 1.02
"""A trial is pruned where its log loss on the first fold is so many times the best one's."""


class Prepared(NamedTuple):
    """One inner fold after the first step of every pipeline: arrays, labels and days."""

    train: np.ndarray
    train_labels: np.ndarray
    train_days: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray


class Tuned(NamedTuple):
    """Settings found for a family, and every trial."""

    family: Family
    params: dict[str, Any]
    trials: pd.DataFrame
    importances: pd.DataFrame
    seconds: float


def prepare_folds(
    train: Examples, features: Sequence[Feature], folds: Sequence[Fold]
) -> list[Prepared]:
    """Fit the first step on the training part of each fold and apply it to both parts."""
    prepared_folds = []
    for inside, outside in folds:
        step = preparation(features)
        prepared_folds.append(
            Prepared(
                step.fit_transform(train.features.iloc[inside]),
                train.labels[inside],
                train.days[inside],
                step.transform(train.features.iloc[outside]),
                train.labels[outside],
            )
        )
    return prepared_folds


def tune(
    family: Family,
    folds: Sequence[Prepared],
    settings: ModelSettings,
    *,
    study: str,
    trials: int,
    seed: int,
) -> Tuned:
    """Search a family's settings on prepared folds; its defaults are the first trial.

    What is searched for is the least log loss of recalibrated probabilities: they are what
    money is reckoned with, so a ranking alone would not do. Of the trials within one standard
    error of the least, the least flexible is taken (Breiman et al. 1984): rows to come differ
    from those at hand more than folds do from each other. What was tried is not tried again.
    """
    began = time.thread_time()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    search = optuna.create_study(
        direction="minimize", sampler=optuna.samplers.TPESampler(seed=seed)
    )
    search.enqueue_trial(dict(family.defaults))
    losses_by_params: dict[str, np.ndarray] = {}
    rows: list[dict[str, Any]] = []
    best_first = np.inf

    def objective(trial: optuna.Trial) -> float:
        nonlocal best_first
        params = family.suggest(trial)
        key = json.dumps(params, sort_keys=True)
        if key in losses_by_params:
            return float(losses_by_params[key].mean())
        fold_losses: list[np.ndarray] = []
        for fold in folds:
            fold_losses.append(_losses(family, params, fold, settings, seed=seed))
            first = float(fold_losses[0].mean())
            trial.report(float(fold_losses[-1].mean()), len(fold_losses))
            if len(fold_losses) == 1 and first > best_first * HOPELESS:
                raise optuna.TrialPruned
        best_first = min(best_first, first)
        losses_by_params[key] = np.concatenate(fold_losses)
        return float(losses_by_params[key].mean())

    for _ in range(trials):
        spent = time.thread_time()
        search.optimize(objective, n_trials=1)
        trial = search.trials[-1]
        value = trial.value if trial.value is not None else trial.intermediate_values.get(1)
        rows.append(
            {
                "study": study,
                "trial": trial.number,
                "state": STATES[trial.state.name],
                "value": None if value is None else round(value, 9),
                "seconds": round(time.thread_time() - spent, 4),
                "params": json.dumps(trial.params, sort_keys=True),
            }
        )
    return Tuned(
        family=family,
        params=_simplest(family, losses_by_params),
        trials=pd.DataFrame(rows, columns=TRIAL_COLUMNS),
        importances=_importances(study, search, seed),
        seconds=time.thread_time() - began,
    )


def fit(
    family: Family,
    params: Params,
    examples: Examples,
    features: Sequence[Feature],
    settings: ModelSettings,
    *,
    seed: int,
) -> Pipeline:
    """Fit a family with these settings; slow families on a stratified sample of the rows."""
    rows = examples.take(sample(examples.labels, _most(family, settings), seed=seed))
    pipeline = build(family, params, features, seed=seed)
    points = pipeline["prepare"].fit_transform(rows.features)
    _learned(pipeline["model"], points, rows.labels, rows.days)
    return pipeline


def out_of_fold(
    family: Family,
    params: Params,
    folds: Sequence[Prepared],
    *,
    outside: Sequence[np.ndarray],
    shape: tuple[int, int],
    settings: ModelSettings,
    seed: int,
) -> np.ndarray:
    """Give each row's probabilities by the model that had not seen it; n × k."""
    probabilities = np.zeros(shape)
    for fold, places in zip(folds, outside, strict=True):
        model = _fitted(family.build(params, seed), fold, _most(family, settings), seed=seed)
        probabilities[np.ix_(places, model.classes_)] = model.predict_proba(fold.test)
    return probabilities


def _simplest(family: Family, losses_by_params: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Take the least flexible settings within one standard error of the least loss."""
    best = min(losses_by_params.values(), key=lambda losses: float(losses.mean()))
    limit = best.mean() + best.std() / np.sqrt(len(best))
    near = [
        json.loads(key) for key, losses in losses_by_params.items() if losses.mean() <= limit
    ]
    simplest: dict[str, Any] = min(near, key=family.flexibility)
    return simplest


def _losses(
    family: Family, params: Params, fold: Prepared, settings: ModelSettings, *, seed: int
) -> np.ndarray:
    """Give the log loss of rows outside the fold, recalibrated as every model will be."""
    make = family.sketch or family.build
    most = settings.tune_rows if family.is_costly else settings.train_rows
    model = _fitted(make(params, seed), fold, most, seed=seed)
    judged = sample(fold.test_labels, most, seed=seed)
    labels = fold.test_labels[judged]
    probabilities = _told(model, fold.test[judged], int(fold.train_labels.max()) + 1)
    return losses(calibrate(probabilities, labels)(probabilities), labels)


def losses(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Give the log loss of each row of n × k probabilities."""
    right = probabilities[np.arange(len(labels)), labels]
    loss: np.ndarray = -np.log(np.clip(right, EDGE, 1))
    return loss


def _told(model: Any, points: np.ndarray, classes: int) -> np.ndarray:
    """Give probabilities of every class; of margins, by the logistic function."""
    if hasattr(model, "predict_proba"):
        probabilities = np.zeros((len(points), classes))
        probabilities[:, model.classes_] = model.predict_proba(points)
        return probabilities
    margins = model.decision_function(points)
    if margins.ndim == 1:
        return np.column_stack([expit(-margins), expit(margins)])
    shares: np.ndarray = softmax(margins, axis=1)
    return shares


def _fitted(model: Any, fold: Prepared, at_most: int, *, seed: int) -> Any:
    places = sample(fold.train_labels, at_most, seed=seed)
    if isinstance(model, KNeighborsClassifier):
        model.set_params(n_neighbors=min(model.n_neighbors, len(places)))
    return _learned(
        model, fold.train[places], fold.train_labels[places], fold.train_days[places]
    )


def _learned(model: Any, points: np.ndarray, labels: np.ndarray, days: np.ndarray) -> Any:
    """Fit a model; logistic regression with a level of its own for each day.

    Windows differ in how many leave. Where their levels are not told apart, features that
    happen to differ between windows are taken for their cause. For the next window, whose level
    nobody knows yet, the levels are averaged. They are hardly penalised: their columns are
    large, so that their weights are small.
    """
    distinct_days, numbers = np.unique(days, return_inverse=True)
    if not isinstance(model, LogisticRegression) or len(distinct_days) < 2:
        return model.fit(points, labels)
    levels = np.eye(len(distinct_days))[numbers] * LEVEL_COLUMN
    model.set_params(fit_intercept=False).fit(np.hstack([points, levels]), labels)
    width = points.shape[1]
    model.intercept_ = LEVEL_COLUMN * model.coef_[:, width:].mean(axis=1)
    model.coef_ = model.coef_[:, :width]
    model.n_features_in_ = width
    return model.set_params(fit_intercept=True)


def _most(family: Family, settings: ModelSettings) -> int:
    return settings.slow_rows if family.is_slow else settings.train_rows


def _importances(study: str, search: optuna.Study, seed: int) -> pd.DataFrame:
    """Share the variance of the metric among the settings (fANOVA, Hutter et al. 2014)."""
    done = [trial for trial in search.trials if trial.state.name == "COMPLETE"]
    if len({trial.value for trial in done}) < 3:
        return pd.DataFrame(columns=IMPORTANCE_COLUMNS)
    evaluator = optuna.importance.FanovaImportanceEvaluator(n_trees=16, seed=seed)
    share_by_parameter = weighed(search, evaluator)
    return pd.DataFrame(
        [
            {"study": study, "parameter": name, "importance": round(float(share), 6)}
            for name, share in share_by_parameter.items()
        ],
        columns=IMPORTANCE_COLUMNS,
    )
