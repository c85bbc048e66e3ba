"""The second half of the plain way: clusterings, tuning, bootstraps, profiles.

Which algorithms, how many trials and resamples: from the product's settings, so that both do
the same work. What only the product does is left out here: names, personas, cells of the cloud.
"""

import json
from itertools import combinations
from typing import Any

import numpy as np
import optuna
import pandas as pd
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.metrics import (
    calinski_harabasz_score,
    davies_bouldin_score,
    silhouette_samples,
    silhouette_score,
)
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import NearestCentroid
from sklearn.preprocessing import RobustScaler

from pipeline.settings import SegmentSettings

EVERY_ALGORITHM = ("kmeans", "agglomerative", "gaussian_mixture")
MEASURES = ["recency_days", "frequency", "monetary"]
STARTS = 10
RESAMPLED = {"kmeans": 20_000, "agglomerative": 1_000, "gaussian_mixture": 2_000}
RESAMPLE_STARTS = 3
GAP_POINTS, GAP_REFERENCES = 1_000, 10
OUTLIER_SHARE, OUTLIER_TREES = 0.01, 100
SEEDS = 2**32


def algorithms(settings: SegmentSettings) -> tuple[str, ...]:
    """Give what the product clusters by."""
    asked = getattr(settings, "algorithm", "kmeans")
    return EVERY_ALGORITHM if asked == "best" else (asked,)


def trials(settings: SegmentSettings) -> int:
    """Give the tuning trials per algorithm, 0 where the product doesn't tune."""
    return getattr(settings, "trials", 0) if getattr(settings, "tuning", True) else 0


def defaults(algorithm: str, settings: SegmentSettings) -> dict[str, Any]:
    """Give the settings of an algorithm that is not tuned."""
    return {
        "kmeans": {"n_init": getattr(settings, "starts", STARTS)},
        "agglomerative": {"linkage": "ward"},
        "gaussian_mixture": {"covariance_type": "full", "max_iter": 200},
    }[algorithm]


def segments(
    snapshots: pd.DataFrame, settings: SegmentSettings, *, seed: int
) -> dict[str, pd.DataFrame]:
    """Compare clusterings of the newest snapshot and describe the best one."""
    newest = snapshots[snapshots["as_of"] == snapshots["as_of"].max()]
    newest = newest.sort_values("customer_id").reset_index(drop=True)
    scaler = RobustScaler()
    points = scaler.fit_transform(space(newest))
    low, high = settings.evidence
    wanted = {*range(low, high + 1), *range(settings.k[0], settings.k[1] + 1)}
    numbers = sorted(k for k in wanted if k < len(np.unique(points, axis=0)))
    found = [
        judged(
            points, algorithm, k, defaults(algorithm, settings), settings=settings, seed=seed
        )
        for algorithm in algorithms(settings)
        for k in numbers
    ]
    tried: list[dict[str, Any]] = []
    weighed: list[dict[str, Any]] = []
    if trials(settings):
        for algorithm in algorithms(settings):
            best, study = tune(points, algorithm, numbers, settings, seed)
            found += best
            tried += trial_rows(algorithm, study)
            weighed += importance_rows(algorithm, study, seed)
    finalists = [
        each
        for each in found
        if settings.k[0] <= each["n_clusters"] <= settings.k[1]
        and each["smallest_share"] >= settings.least_share
    ]
    finalists.sort(key=lambda each: -each["silhouette"])
    finalists = finalists[: getattr(settings, "finalists", None)]
    for each in finalists:
        each["stability"] = stability(points, each, settings, seed)
    chosen = choose(found, settings)
    newest["segment"] = chosen["labels"]
    forest = IsolationForest(
        n_estimators=OUTLIER_TREES, contamination=OUTLIER_SHARE, random_state=seed
    )
    newest["is_outlier"] = forest.fit_predict(space(newest)) == -1
    newest[["component_1", "component_2"]] = PCA(n_components=2).fit_transform(points)
    newest["average_basket"] = newest["monetary"] / newest["frequency"]
    snapshots = snapshots.copy()
    snapshots["segment"] = assigned(points, chosen, scaler.transform(space(snapshots)))
    table = pd.DataFrame(found).drop(columns="labels")
    table["params"] = table["params"].map(json.dumps)
    gaps = {k: gap(points, k, seed) for k in numbers}
    return {
        "customer": newest,
        "customer_snapshot": snapshots,
        "segment": profiles(newest),
        "segment_shape": shapes(newest),
        "segment_move": moves(snapshots),
        "clustering": table,
        "cluster_overlap": overlaps(finalists),
        "silhouette": silhouettes(points, chosen, settings, seed),
        "gap": pd.DataFrame(gaps.items(), columns=["n_clusters", "gap"]),
        "trial": pd.DataFrame(tried, columns=["study", "trial", "value", "params"]),
        "importance": pd.DataFrame(weighed, columns=["study", "parameter", "importance"]),
    }


def space(customers: pd.DataFrame) -> np.ndarray:
    """Give the logarithms of recency, frequency and monetary."""
    return np.log1p(customers[MEASURES].to_numpy(dtype=float).clip(min=0))


def drawn(points: np.ndarray, at_most: int | None, seed: int) -> np.ndarray:
    """Give all points, or so many of them at random where there are more."""
    if at_most is None or len(points) <= at_most:
        return points
    places = np.random.default_rng(seed).choice(len(points), at_most, replace=False)
    return points[np.sort(places)]


def fit(
    points: np.ndarray,
    algorithm: str,
    k: int,
    params: dict[str, Any],
    *,
    settings: SegmentSettings,
    seed: int,
) -> Any:
    """Fit one clustering; where there are many customers, on some of them."""
    if algorithm == "agglomerative":
        some = drawn(points, getattr(settings, "tree_customers", 5_000), seed)
        labels = AgglomerativeClustering(k, **params).fit_predict(some)
        return NearestCentroid().fit(some, labels)
    some = drawn(points, getattr(settings, "fit_customers", None), seed)
    if algorithm == "gaussian_mixture":
        return GaussianMixture(k, random_state=seed, **params).fit(some)
    return KMeans(k, random_state=seed, **params).fit(some)


def judged(
    points: np.ndarray,
    algorithm: str,
    k: int,
    params: dict[str, Any],
    *,
    settings: SegmentSettings,
    seed: int,
    tuned: bool = False,
) -> dict[str, Any]:
    """Fit one clustering and compute its indices, the silhouette from the points anew."""
    model = fit(points, algorithm, k, params, settings=settings, seed=seed)
    labels = model.predict(points)
    places = np.arange(len(points))
    if len(points) > settings.exact_customers:
        generator = np.random.default_rng(seed)
        places = np.sort(generator.choice(places, settings.exact_customers, replace=False))
    several = len(np.unique(labels[places])) > 1
    return {
        "algorithm": algorithm,
        "tuned": tuned,
        "n_clusters": k,
        "params": params,
        "silhouette": silhouette_score(points[places], labels[places]) if several else 0.0,
        "davies_bouldin": davies_bouldin_score(points, labels) if several else np.nan,
        "calinski_harabasz": calinski_harabasz_score(points, labels) if several else np.nan,
        "inertia": within(points, labels),
        "bic": model.bic(points) if algorithm == "gaussian_mixture" else np.nan,
        "smallest_share": min((labels == label).mean() for label in range(k)),
        "stability": np.nan,
        "labels": labels,
    }


def within(points: np.ndarray, labels: np.ndarray) -> float:
    """Add up the squared distances of points from the mean of their cluster."""
    clusters = [points[labels == label] for label in np.unique(labels)]
    return float(sum(((each - each.mean(axis=0)) ** 2).sum() for each in clusters))


def suggested(trial: optuna.Trial, algorithm: str) -> dict[str, Any]:
    """Draw the settings of an algorithm."""
    if algorithm == "agglomerative":
        linkages = ["ward", "complete", "average", "single"]
        return {"linkage": trial.suggest_categorical("linkage", linkages)}
    if algorithm == "gaussian_mixture":
        shapes = ["full", "tied", "diag", "spherical"]
        return {
            "covariance_type": trial.suggest_categorical("covariance_type", shapes),
            "max_iter": trial.suggest_int("max_iter", 100, 500, step=100),
        }
    return {
        "init": trial.suggest_categorical("init", ["k-means++", "random"]),
        "n_init": STARTS,
        "max_iter": trial.suggest_int("max_iter", 100, 1000, step=100),
        "algorithm": trial.suggest_categorical("algorithm", ["lloyd", "elkan"]),
    }


def tune(
    points: np.ndarray,
    algorithm: str,
    numbers: list[int],
    settings: SegmentSettings,
    seed: int,
) -> tuple[list[dict[str, Any]], optuna.Study]:
    """Search an algorithm's settings for the best silhouette; give the best of each k."""
    seen = []

    def objective(trial: optuna.Trial) -> float:
        k = trial.suggest_int("n_clusters", min(numbers), max(numbers))
        params = suggested(trial, algorithm)
        each = judged(points, algorithm, k, params, settings=settings, seed=seed, tuned=True)
        seen.append(each)
        if each["smallest_share"] < settings.least_share:
            raise optuna.TrialPruned
        return each["silhouette"]

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed)
    )
    study.optimize(objective, n_trials=trials(settings))
    best: dict[int, dict[str, Any]] = {}
    for each in sorted(seen, key=lambda each: each["silhouette"]):
        best[each["n_clusters"]] = each
    return list(best.values()), study


def trial_rows(algorithm: str, study: optuna.Study) -> list[dict[str, Any]]:
    """List the trials of a study."""
    return [
        {
            "study": algorithm,
            "trial": trial.number,
            "value": trial.value,
            "params": json.dumps(trial.params),
        }
        for trial in study.trials
    ]


def importance_rows(algorithm: str, study: optuna.Study, seed: int) -> list[dict[str, Any]]:
    """Say how much each setting mattered, where the trials differ."""
    if len({trial.value for trial in study.trials if trial.value is not None}) < 2:
        return []
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=seed)
    found = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return [
        {"study": algorithm, "parameter": parameter, "importance": share}
        for parameter, share in found.items()
    ]


def gap(points: np.ndarray, k: int, seed: int) -> float:
    """Compare k-means on some customers with k-means on uniform points in their box."""
    generator = np.random.default_rng(seed)
    some = drawn(points, GAP_POINTS, seed)
    rotated = PCA().fit_transform(some)
    low, high = rotated.min(axis=0), rotated.max(axis=0)
    uniform = [
        np.log(KMeans(k, n_init=1, random_state=seed).fit(box).inertia_)
        for box in (generator.uniform(low, high, some.shape) for _ in range(GAP_REFERENCES))
    ]
    inertia = KMeans(k, n_init=1, random_state=seed).fit(some).inertia_
    return float(np.mean(uniform) - np.log(inertia))


def stability(
    points: np.ndarray, found: dict[str, Any], settings: SegmentSettings, seed: int
) -> float:
    """Cluster bootstrap resamples anew and compare cluster by cluster (mean Jaccard)."""
    algorithm, k = found["algorithm"], found["n_clusters"]
    params = dict(found["params"])
    if algorithm == "kmeans":
        params["n_init"] = RESAMPLE_STARTS
    generator = np.random.default_rng(seed)
    size = min(len(points), RESAMPLED[algorithm])
    means = []
    for draw in range(settings.bootstraps):
        places = generator.integers(0, len(points), size)
        resample_seed = (seed + 1 + draw) % SEEDS
        again = fit(points[places], algorithm, k, params, settings=settings, seed=resample_seed)
        unique = np.unique(places)
        before, after = found["labels"][unique], again.predict(points[unique])
        for label in np.unique(before):
            members = set(unique[before == label])
            rivals = [set(unique[after == other]) for other in np.unique(after)]
            means.append(max(len(members & each) / len(members | each) for each in rivals))
    return float(np.mean(means))


def choose(found: list[dict[str, Any]], settings: SegmentSettings) -> dict[str, Any]:
    """Take the highest silhouette among the stable, else the most stable, else the evenest."""
    looked_at = [each for each in found if not np.isnan(each["stability"])]
    stable = [each for each in looked_at if each["stability"] >= settings.least_stability]
    if stable:
        return max(stable, key=lambda each: each["silhouette"])
    if looked_at:
        return max(looked_at, key=lambda each: each["stability"])
    return max(found, key=lambda each: each["smallest_share"])


def assigned(points: np.ndarray, chosen: dict[str, Any], others: np.ndarray) -> np.ndarray:
    """Put the customers of every snapshot into the segments, by the nearest centre."""
    return NearestCentroid().fit(points, chosen["labels"]).predict(others)


def overlaps(finalists: list[dict[str, Any]]) -> pd.DataFrame:
    """Count who is where in each two finalists."""
    tables = []
    for left, right in combinations(range(len(finalists)), 2):
        labels = {
            "left_segment": finalists[left]["labels"],
            "right_segment": finalists[right]["labels"],
        }
        counts = pd.DataFrame(labels).value_counts().reset_index(name="customers")
        tables.append(counts.assign(left=left, right=right))
    return pd.concat(tables) if tables else pd.DataFrame()


def silhouettes(
    points: np.ndarray, chosen: dict[str, Any], settings: SegmentSettings, seed: int
) -> pd.DataFrame:
    """Give the silhouettes of the customers of each published segment, in order."""
    places = np.arange(len(points))
    if len(points) > settings.exact_customers:
        generator = np.random.default_rng(seed)
        places = np.sort(generator.choice(places, settings.exact_customers, replace=False))
    labels = chosen["labels"][places]
    if len(np.unique(labels)) < 2:
        return pd.DataFrame()
    values = silhouette_samples(points[places], labels)
    table = pd.DataFrame({"segment": labels, "silhouette": values})
    return table.sort_values(["segment", "silhouette"], ascending=[True, False])


def profiles(customers: pd.DataFrame) -> pd.DataFrame:
    """Describe each segment by its means."""
    table = customers.groupby("segment").agg(
        customers=("customer_id", "count"),
        revenue=("monetary", "sum"),
        recency_days=("recency_days", "mean"),
        frequency=("frequency", "mean"),
        monetary=("monetary", "mean"),
        average_basket=("average_basket", "mean"),
    )
    table["share"] = table["customers"] / table["customers"].sum()
    table["revenue_share"] = table["revenue"] / table["revenue"].sum()
    return table.sort_values("monetary", ascending=False).reset_index()


def shapes(customers: pd.DataFrame) -> pd.DataFrame:
    """Give quantiles of each measure in each segment."""
    rows = [
        {"segment": segment, "measure": measure, "quantile": q, "value": group.quantile(q)}
        for measure in MEASURES
        for segment, group in customers.groupby("segment")[measure]
        for q in (0.05, 0.25, 0.5, 0.75, 0.95)
    ]
    return pd.DataFrame(rows)


def moves(snapshots: pd.DataFrame) -> pd.DataFrame:
    """Count the moves between segments in the two newest snapshots."""
    days = sorted(snapshots["as_of"].unique())[-2:]
    before, after = (snapshots[snapshots["as_of"] == day] for day in (days[0], days[-1]))
    joined = after.merge(
        before, on="customer_id", how="left", suffixes=("_after", "_before")
    ).fillna({"segment_before": -1})
    counts = joined.groupby(["segment_before", "segment_after"]).size()
    return counts.reset_index(name="customers")
