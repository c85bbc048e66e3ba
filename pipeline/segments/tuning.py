"""Searching the settings of each algorithm for the best silhouette."""

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import optuna
import pandas as pd

from pipeline.run.threads import learning
from pipeline.segments.algorithms import ALGORITHMS, Algorithm, Params, leads_to_the_same
from pipeline.segments.candidates import Candidate, Workbench, candidate
from pipeline.settings import SegmentSettings

MANY_CUSTOMERS = 10_000
COLUMNS = ["study", "trial", "state", "value", "seconds", "params"]
STATES = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed"}


class Tuned(NamedTuple):
    """The best candidate of each algorithm and number of clusters, and how it was found."""

    candidates: list[Candidate]
    trials: pd.DataFrame
    importances: pd.DataFrame


NOT_TUNED = Tuned(
    [],
    pd.DataFrame(columns=COLUMNS),
    pd.DataFrame(columns=["study", "parameter", "importance"]),
)


def tune(
    bench: Workbench,
    numbers: Sequence[int],
    settings: SegmentSettings,
    *,
    seed: int,
    fitted: Sequence[Candidate] = (),
) -> Tuned:
    """Run one study per algorithm, the trials of each in order; side by side where it pays.

    `numbers` are those that may be published; each of them is tried before any a second time,
    as far as there are trials. Trials that can only lead to a clustering that is already
    `fitted` are answered from it.
    """
    with ThreadPoolExecutor(max_workers=_workers(bench)) as workers:
        studies = list(
            workers.map(
                lambda name: _study(
                    bench, ALGORITHMS[name], numbers, settings, seed=seed, fitted=fitted
                ),
                bench.fits,
            )
        )
    return Tuned(
        candidates=[candidate for study in studies for candidate in study.candidates],
        trials=pd.concat([study.trials for study in studies], ignore_index=True),
        importances=pd.concat([study.importances for study in studies], ignore_index=True),
    )


def _workers(bench: Workbench) -> int:
    """Take two threads where the work outweighs what they cost each other."""
    return 2 if len(bench.points) > MANY_CUSTOMERS else 1


def _study(
    bench: Workbench,
    algorithm: Algorithm,
    numbers: Sequence[int],
    settings: SegmentSettings,
    *,
    seed: int,
    fitted: Sequence[Candidate],
) -> Tuned:
    """Search one algorithm; what can only lead to a known clustering is answered from memory.

    A split whose smallest cluster is under the least share is pruned: the silhouette alone
    would lead to one customer against all the others.
    """
    name = f"segments.{algorithm.name}"
    candidates = [clustering for clustering in fitted if clustering.algorithm is algorithm]
    tried: list[Candidate] = []
    values: list[float] = []
    rows: list[dict[str, Any]] = []

    def objective(trial: optuna.Trial) -> float:
        n_clusters = trial.suggest_int("n_clusters", min(numbers), max(numbers))
        params = algorithm.suggest(trial)
        same = _same(candidates, algorithm, n_clusters, params)
        if same is None:
            same = candidate(
                bench,
                algorithm,
                n_clusters,
                params,
                tuned=True,
                seed=seed,
                candidates=candidates,
            )
            candidates.append(same)
        tried.append(same._replace(tuned=True, params=params))
        evidence = same.evidence
        values.append(evidence.silhouette)
        if evidence.smallest_share < settings.least_share:
            raise optuna.TrialPruned
        return evidence.silhouette

    def note(_study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        rows.append(
            {
                "study": name,
                "trial": trial.number,
                "state": STATES[trial.state.name],
                "value": round(values[-1], 9),
                "seconds": round(time.perf_counter() - began, 4),
                "params": json.dumps(trial.params, sort_keys=True),
            }
        )

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed)
    )
    for n_clusters in numbers:  # chance alone would leave one out now and then
        study.enqueue_trial({"n_clusters": n_clusters})
    with learning():
        for _ in range(settings.trials):
            began = time.perf_counter()
            study.optimize(objective, n_trials=1, callbacks=[note])
    best: dict[int, Candidate] = {}
    for contender in tried:
        rival = best.get(contender.n_clusters)
        if rival is None or _rank(contender, settings) > _rank(rival, settings):
            best[contender.n_clusters] = contender
    ordered = [best[k] for k in sorted(best)]
    return Tuned(ordered, pd.DataFrame(rows, columns=COLUMNS), _importances(name, study, seed))


def _same(
    candidates: Sequence[Candidate], algorithm: Algorithm, n_clusters: int, params: Params
) -> Candidate | None:
    """Find the clustering to which these settings can only lead, too."""
    for clustering in candidates:
        if clustering.n_clusters == n_clusters and (
            clustering.params == params
            or leads_to_the_same(algorithm, clustering.params, clustering.steps, params)
        ):
            return clustering
    return None


def _rank(candidate: Candidate, settings: SegmentSettings) -> tuple[bool, float]:
    """Put what may be published before what may not, then the higher silhouette."""
    evidence = candidate.evidence
    return evidence.smallest_share >= settings.least_share, evidence.silhouette


def weighed(
    study: optuna.Study, evaluator: optuna.importance.FanovaImportanceEvaluator
) -> dict[str, float]:
    """Give the importance of each setting; none where trials differ by less than trees tell."""
    try:
        return optuna.importance.get_param_importances(study, evaluator=evaluator)
    except RuntimeError:  # “zero total variance in all trees”
        return {}


def _importances(name: str, study: optuna.Study, seed: int) -> pd.DataFrame:
    """Share the variance of the objective among the settings (fANOVA, Hutter et al. 2014)."""
    complete = [trial for trial in study.trials if trial.state.name == "COMPLETE"]
    if len({trial.value for trial in complete}) < 2:
        return pd.DataFrame(columns=["study", "parameter", "importance"])
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=seed)
    importances = weighed(study, evaluator)
    return pd.DataFrame(
        [
            {"study": name, "parameter": parameter, "importance": round(float(share), 6)}
            for parameter, share in importances.items()
        ],
        columns=["study", "parameter", "importance"],
    )
