"""From prepared tasks to models that serve, with the evidence for each."""

import json
import time
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.learning import evaluation, rows
from pipeline.learning.backtesting.forecasting import forecasted
from pipeline.learning.candidates import FAMILIES
from pipeline.learning.done import Candidate, Done, Evaluated, Predicted, stacked
from pipeline.learning.evaluation import measured
from pipeline.learning.folds import inner_folds
from pipeline.learning.nested import nested
from pipeline.learning.predictions import known_predictions
from pipeline.learning.retraining.serving import served_on
from pipeline.learning.retraining.trained import Trained
from pipeline.learning.rivals import MAJORITY
from pipeline.learning.rows import Shown
from pipeline.learning.single import level_miss
from pipeline.learning.tasks import Material, Prepared, Refused, Rolling, place_of
from pipeline.learning.training import (
    IMPORTANCE_COLUMNS,
    TRIAL_COLUMNS,
    fit,
    losses,
    out_of_fold,
    prepare_folds,
    tune,
)
from pipeline.run.progress import Parts, Progress
from pipeline.run.threads import mapped, side_by_side, spent
from pipeline.scoring.calibration import calibrate
from pipeline.scoring.inputs import Feature
from pipeline.scoring.plain import plain
from pipeline.scoring.reference import reference
from pipeline.scoring.served import Served
from pipeline.settings import ModelSettings


def predicted(
    prepared: Sequence[Prepared],
    settings: ModelSettings,
    *,
    seed: int,
    progress: Progress,
    workers: int = 1,
    trained: Trained | None = None,
) -> Predicted:
    """Tune, compare, choose and refit the models of every task.

    Outcomes of orders are forecast over windows (see `forecasting`). Of tasks on one day each
    family is tuned on inner folds of the training rows, and the best of them there serves; the
    test is looked at once, by all candidates and naive rivals alike. The model that serves is
    fitted again on all rows that may be learned from. The same on any number of `workers`.

    What was `trained` by an earlier run goes on serving the tasks that it can answer; `None`
    trains all.
    """
    ordered = sorted(prepared, key=lambda material: place_of(material.task.name))
    parts = progress if isinstance(progress, Parts) else Parts(progress)

    def done(placed: tuple[int, Prepared]) -> Done:
        place, material = placed
        lane = parts.lane()
        earlier = trained and served_on(
            material, place, trained, settings, seed=seed, workers=workers
        )
        if earlier:
            lane.finish()
            return earlier
        match material:
            case Refused():
                finished = _refused(material, place)
            case Rolling():
                finished = forecasted(
                    material, place, settings, seed=seed, progress=lane, workers=workers
                )
            case _:
                finished = _answered(
                    material, place, settings, seed=seed, progress=lane, workers=workers
                )
        lane.finish()
        return finished

    return Predicted.of(side_by_side(done, enumerate(ordered), workers=workers))


def parts_of(prepared: Sequence[Prepared]) -> int:
    """Count the parts in which `predicted` reports how far it is: forecasts have two each."""
    counts = {Refused: 0, Rolling: 2}
    return sum(counts.get(type(material), 1) for material in prepared)


def _refused(
    refused: Refused,
    place: int,
    tried: Mapping[str, pd.DataFrame] | None = None,
    features: Sequence[Feature] = (),
) -> Done:
    """Write that a task is not predicted.

    `tried` are tables of what was tried in vain, `features` the columns that models saw there.
    """
    task = refused.task
    row = {
        "task": task.name,
        "position": place,
        "title": task.title,
        "question": task.question,
        "status": "refused",
        "message": refused.message,
        "classes": json.dumps(task.classes, ensure_ascii=False),
        "features": json.dumps([feature.name for feature in features]),
        "design": "",
        "train_days": "[]",
    }
    return Done({"tasks": pd.DataFrame([row]), **(tried or {})}, findings=(refused.finding,))


def _answered(
    material: Material,
    place: int,
    settings: ModelSettings,
    *,
    seed: int,
    progress: Progress,
    workers: int,
) -> Done:
    began = spent()
    task, test = material.task, material.test
    candidates = _candidates(material, settings, seed=seed, progress=progress, workers=workers)
    chosen = min(candidates.values(), key=lambda candidate: candidate.selection)
    name = chosen.tuned.family.name
    rivals = {rival.name: rival for rival in material.rivals()}
    answers = {
        **{key: candidate.probabilities for key, candidate in candidates.items()},
        **{key: rival.probabilities for key, rival in rivals.items()},
    }
    weights = evaluation.resamples(len(test.labels), settings.bootstraps, seed=seed)
    scores = {
        key: measured(probabilities, test.labels, weights)
        for key, probabilities in answers.items()
    }
    ranking = float(scores[name]["roc_auc"][0])
    is_refused = ranking < settings.least_score
    best = MAJORITY if is_refused else name
    compared = {
        "models": rows.models(
            task.name,
            [
                *(
                    _shown(candidate, len(material.train.labels))
                    for candidate in candidates.values()
                ),
                *(
                    Shown(rival.name, rival.title, rival.meaning, is_rule=True)
                    for rival in rivals.values()
                ),
            ],
            best,
        ),
        "scores": rows.scores(task.name, scores, rules=set(rivals), chosen=best),
    }
    if is_refused:
        refused = Refused(task, _no_better(task.title, ranking, settings))
        return _refused(refused, place, compared, material.features)
    served = _serving(material, chosen, settings, seed=seed)
    outer = nested(material, chosen.tuned.family, settings, seed=seed)
    shares = np.bincount(material.train.labels, minlength=len(task.classes))
    row = {
        "task": task.name,
        "position": place,
        "title": task.title,
        "question": task.question,
        "status": "done",
        "message": "",
        "classes": json.dumps(task.classes, ensure_ascii=False),
        "positive": task.classes[1] if task.is_binary else None,
        "features": json.dumps([feature.name for feature in material.features]),
        "design": material.design,
        "train_days": "[]",
        "rows_train": len(material.train.labels),
        "rows_test": len(test.labels),
        "rows_scored": len(material.newest),
        "level_miss": level_miss(material) if task.is_binary else None,
        "base_rate_train": shares[1] / shares.sum() if task.is_binary else None,
        "base_rate_test": float(test.labels.mean()) if task.is_binary else None,
        "chosen": name,
        "chosen_by": "log_loss",
        "reason": _reason(candidates, name),
        "ece_before": rows.calibration_error(chosen.raw, test.labels),
        "ece_after": float(scores[name]["ece"][0]),
        "lift_words": rows.lift(scores[name], test.labels),
        **outer._asdict(),
        "seconds": round(spent() - began, 4),
    }
    tuned = [candidate.tuned for candidate in candidates.values()]
    other_losses = {
        key: candidate.selection for key, candidate in candidates.items() if key != name
    }
    return Done(
        {
            "tasks": pd.DataFrame([row]),
            **compared,
            "paired": rows.paired(
                task.name,
                scores,
                chosen=name,
                second=min(other_losses, key=lambda key: other_losses[key])
                if other_losses
                else None,
                rules=list(rivals),
            ),
            "confusions": rows.of_each(
                task.name,
                answers,
                lambda p: evaluation.confusion(p, test.labels, task.classes),
            ),
            "curves": rows.of_each(
                task.name, answers, lambda p: evaluation.curves(p, test.labels)
            ),
            "outcomes": rows.outcomes(task, test, answers),
            "trials": stacked([study.trials for study in tuned], TRIAL_COLUMNS),
            "importances": stacked([study.importances for study in tuned], IMPORTANCE_COLUMNS),
            "predictions": known_predictions(
                served, chosen.fitting, material, settings, seed=seed, workers=workers
            ),
        },
        served=served,
        evaluated=Evaluated(
            Served(
                task.name,
                name,
                task.classes,
                material.features,
                chosen.pipeline,
                chosen.calibration,
                title=task.title,
            ),
            test,
            material.newest,
        ),
    )


def _no_better(title: str, ranking: float, settings: ModelSettings) -> str:
    return (
        f"{title} can't be told from what is known: the best model's ROC-AUC on customers that"
        f" it had not seen is {ranking:.3f}, where chance has 0.5 and"
        f" {settings.least_score:g} is asked for (setting models.least_score). So the share"
        " of all stands for everybody."
    )


def _candidates(
    material: Material,
    settings: ModelSettings,
    *,
    seed: int,
    progress: Progress,
    workers: int,
) -> dict[str, Candidate]:
    """Tune and fit every family; recalibrate each on rows that it had not seen."""
    train, task = material.train, material.task
    folds = inner_folds(material.groups, train.labels, settings.folds, seed=seed)
    ready = prepare_folds(train, material.features, folds)

    def found(key: str) -> Candidate:
        family = FAMILIES[key]
        began = time.thread_time()
        tuned = tune(
            family,
            ready,
            settings,
            study=f"models.{task.name}.{key}",
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
        return Candidate(
            tuned,
            float(losses(calibration(unseen), train.labels).mean()),
            pipeline,
            calibration,
            raw,
            calibration(raw),
            time.thread_time() - began,
        )

    done = mapped(
        found,
        settings.families,
        workers=workers,
        progress=progress,
        label=lambda key: f"{task.title}: {FAMILIES[key].title}",
    )
    return dict(zip(settings.families, done, strict=True))


def _serving(
    material: Material, chosen: Candidate, settings: ModelSettings, *, seed: int
) -> Served:
    """Fit the chosen settings again on all rows that may be learned from.

    Its answers are recalibrated as those were that it gave to rows held out of each fold.
    """
    task, family = material.task, chosen.tuned.family
    pipeline = fit(
        family, chosen.tuned.params, material.refit, material.features, settings, seed=seed
    )
    return Served(
        task.name,
        family.name,
        task.classes,
        material.features,
        plain(pipeline),
        chosen.calibration,
        reference(pipeline, material.features, material.refit.features),
        title=task.title,
    )


def _shown(candidate: Candidate, count: int) -> Shown:
    family = candidate.tuned.family
    return Shown(
        family.name,
        family.title,
        family.meaning,
        is_rule=False,
        selection=candidate.selection,
        rows=count,
        seconds=candidate.seconds,
        params=candidate.tuned.params,
    )


def _reason(candidates: Mapping[str, Candidate], name: str) -> str:
    ranked = sorted(candidates.values(), key=lambda candidate: candidate.selection)
    best = candidates[name]
    reason = (
        f"{best.tuned.family.title} had the lowest log loss on training rows"
        f" that it had not seen ({best.selection:.4f}"
    )
    if len(ranked) > 1:
        reason += f"; {ranked[1].tuned.family.title} {ranked[1].selection:.4f}"
    return f"{reason}). The test had no say in it."
