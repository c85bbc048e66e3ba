"""From snapshots of customers to segments with names, profiles and evidence."""

import json
from collections.abc import Callable, Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from pipeline.base.wording import percent
from pipeline.features.rfm import spend_bands
from pipeline.quality.findings import Finding
from pipeline.run.progress import Progress
from pipeline.segments.agreement import agreements, coded, disguised_column, told_apart_by
from pipeline.segments.candidates import (
    Candidate,
    Workbench,
    numbers_of_clusters,
    numbers_to_publish,
    untuned,
    workbench,
)
from pipeline.segments.choice import Judged, Stabilities, choose
from pipeline.segments.evidence import gap_statistic
from pipeline.segments.outliers import capped, outliers
from pipeline.segments.profiles import moves, profiles, shapes
from pipeline.segments.projection import projection
from pipeline.segments.resamples import Resamples, space_refit
from pipeline.segments.sampling import sample_positions
from pipeline.segments.spaces import Space, rfm_space
from pipeline.segments.stability import jaccard_stability
from pipeline.segments.tuning import NOT_TUNED, Tuned, tune
from pipeline.segments.voxels import voxels
from pipeline.settings import OutlierSettings, SegmentSettings

NEWCOMERS = "New since then"
EVERYONE = "All Customers"
SILHOUETTE_POINTS = 41
LEAST_CUSTOMERS = 10


class Segments(NamedTuple):
    """One frame per result table, without the run; the model that made them; remarks.

    `assignments` has every snapshot, `customers` the newest alone. `model` looks at
    `inputs` and tells clusters, whose segments `cluster_names` names; an empty one has none.
    """

    assignments: pd.DataFrame
    customers: pd.DataFrame
    profiles: pd.DataFrame
    shapes: pd.DataFrame
    moves: pd.DataFrame
    clusterings: pd.DataFrame
    sizes: pd.DataFrame
    overlaps: pd.DataFrame
    trials: pd.DataFrame
    importances: pd.DataFrame
    silhouettes: pd.DataFrame
    loadings: pd.DataFrame
    voxels: pd.DataFrame
    agreements: pd.DataFrame
    model: Pipeline | None
    inputs: tuple[str, ...]
    cluster_names: tuple[str | None, ...]
    findings: tuple[Finding, ...]


def segments(
    snapshots: pd.DataFrame,
    settings: SegmentSettings,
    *,
    outlying: OutlierSettings,
    seed: int,
    progress: Progress,
    space_of: Callable[[pd.DataFrame], Space] = lambda _: rfm_space(),
) -> Segments:
    """Group the customers of the newest snapshot and assign those of earlier ones to groups.

    `snapshots` has one row per `as_of` and `customer_id` with what `space_of` makes its points
    from: recency (days), frequency and monetary, or any attributes. Fewer than ten customers,
    or customers all alike, are one segment, and a finding says so.
    """
    newest = snapshots[snapshots["as_of"] == snapshots["as_of"].max()].reset_index(drop=True)
    if len(newest) < LEAST_CUSTOMERS:
        return _ungrouped(snapshots, newest, seed=seed)
    space = space_of(newest)
    values = space.encode(newest)
    flags = outliers(values, outlying, seed=seed)
    unusual = 0 if flags is None else int(flags.sum())
    if flags is not None and outlying.method == "remove":
        newest, values = newest[~flags].reset_index(drop=True), values[~flags]
        flags = flags[~flags]
    numbers = numbers_of_clusters(values, settings)
    if len(newest) < LEAST_CUSTOMERS or not numbers:
        return _ungrouped(snapshots, newest, seed=seed)
    if flags is not None and outlying.method == "cap":
        values = capped(values, flags)
    bench = workbench(
        values, settings, scaler=space.scaler, seed=seed, inputs=_measured(space, newest)
    )
    candidates, tuned = _candidates(bench, numbers, settings, seed=seed, progress=progress)
    columns = coded(newest, told_apart_by(newest))
    judged = choose(
        candidates,
        settings,
        _watched(
            Resamples(
                bench.points,
                space_refit(newest, values, space, usual=None if flags is None else ~flags)
                if outlying.method == "cap"
                else space_refit(newest, values, space),
                bootstraps=settings.bootstraps,
                seed=seed,
            ),
            progress=progress,
        ),
        lambda candidate: disguised_column(candidate.labels, columns),
    )
    chosen = next(judgement for judgement in judged if judgement.chosen)
    names = space.name(newest, chosen.candidate.labels)
    assigned = snapshots.assign(segment=_named(chosen.candidate, space, snapshots, names))
    plane = projection(bench.points, space.axes, space.weights, inputs=bench.inputs)
    customers = newest.assign(
        segment=_names(chosen.candidate, names)[chosen.candidate.labels],
        average_basket=average_basket(newest),
        is_outlier=flags,
        spend_band=spend_bands(newest["monetary"]),
        component_1=plane.coordinates[:, 0],
        component_2=plane.coordinates[:, 1],
    )
    customers["sample_position"] = sample_positions(customers["segment"], seed=seed)
    return Segments(
        assignments=assigned,
        customers=customers,
        profiles=_profiles(customers, chosen, bench, names, space),
        shapes=shapes(customers),
        moves=_moves(assigned),
        clusterings=_table(judged, bench, numbers, seed=seed),
        sizes=_sizes(judged),
        overlaps=_overlaps(judged, newest, space),
        trials=tuned.trials,
        importances=tuned.importances,
        silhouettes=_silhouettes(chosen, bench, names),
        loadings=plane.loadings,
        voxels=voxels(customers),
        agreements=_agreements(chosen.candidate, columns, space),
        model=Pipeline([*space.steps, *chosen.candidate.model.steps]),
        inputs=tuple(space.inputs),
        cluster_names=tuple(_names(chosen.candidate, names)),
        findings=_remarks(newest, bench, chosen, settings, outlying, unusual=unusual),
    )


def _ungrouped(snapshots: pd.DataFrame, newest: pd.DataFrame, *, seed: int) -> Segments:
    """Put everyone into one segment where there is too little to group."""
    assigned = snapshots.assign(segment=EVERYONE)
    customers = newest.assign(
        segment=EVERYONE,
        average_basket=average_basket(newest),
        is_outlier=None,
        spend_band=spend_bands(newest["monetary"]),
        component_1=0.0,
        component_2=0.0,
    )
    customers["sample_position"] = sample_positions(customers["segment"], seed=seed)
    nothing = pd.DataFrame()
    return Segments(
        assignments=assigned,
        customers=customers,
        profiles=profiles(customers, {EVERYONE: None}, {EVERYONE: "Every customer."}),
        shapes=shapes(customers),
        moves=_moves(assigned),
        clusterings=nothing,
        sizes=nothing,
        overlaps=nothing,
        trials=nothing,
        importances=nothing,
        silhouettes=nothing,
        loadings=nothing,
        voxels=voxels(customers),
        agreements=nothing,
        model=None,
        inputs=(),
        cluster_names=(),
        findings=(
            Finding(
                "segments",
                "refused",
                "Too few customers to group",
                f"{len(newest):,} customers with orders, or all of them alike: at least"
                f" {LEAST_CUSTOMERS} who differ are needed, so all are one segment.",
                len(newest),
            ),
        ),
    )


def _candidates(
    bench: Workbench,
    numbers: Sequence[int],
    settings: SegmentSettings,
    *,
    seed: int,
    progress: Progress,
) -> tuple[list[Candidate], Tuned]:
    """Fit with the defaults, then with the settings that tuning finds."""
    progress.step(0, 3, "fitting with the defaults")
    candidates = untuned(bench, numbers, seed=seed)
    if not settings.tuning:
        return candidates, NOT_TUNED
    progress.step(1, 3, f"tuning {len(bench.fits)} algorithms")
    within = numbers_to_publish(numbers, settings)
    tuned = tune(bench, within, settings, seed=seed, fitted=candidates)
    return [*candidates, *tuned.candidates], tuned


def _measured(space: Space, customers: pd.DataFrame) -> np.ndarray | None:
    """Give what indices are measured on where that isn't what is clustered."""
    return None if space.measured is None else space.measured(customers)


def _watched(resamples: Resamples, *, progress: Progress) -> Callable[[Candidate], Stabilities]:
    """Give the way to measure the stability of a finalist, reporting each."""

    def stability(candidate: Candidate) -> Stabilities:
        progress.step(2, 3, f"stability of {finalist_name(candidate)}")
        return tuple(
            float(similarity) for similarity in jaccard_stability(candidate, resamples)
        )

    return stability


def average_basket(customers: pd.DataFrame) -> pd.Series:
    """Give money per order, as the source has it or as monetary over frequency."""
    if "average_basket" in customers:
        return customers["average_basket"].astype(float)
    return (customers["monetary"] / customers["frequency"]).astype(float)


def _named(
    candidate: Candidate, space: Space, customers: pd.DataFrame, names: dict[int, str]
) -> np.ndarray:
    return _names(candidate, names)[candidate.model.predict(space.encode(customers))]


def _agreements(
    candidate: Candidate, columns: dict[str, np.ndarray], space: Space
) -> pd.DataFrame:
    agreement_by_name = agreements(candidate.labels, columns)
    return pd.DataFrame(
        {
            "attribute": list(agreement_by_name),
            "mutual_information": [
                round(agreement, 6) for agreement in agreement_by_name.values()
            ],
            "is_input": [name in space.inputs for name in agreement_by_name],
        }
    )


def _names(candidate: Candidate, names: dict[int, str]) -> np.ndarray:
    """Give the names by label; an empty cluster has none."""
    return np.array([names.get(label) for label in range(candidate.n_clusters)], dtype=object)


def _stability_by_name(chosen: Judged, names: dict[int, str]) -> dict[str, float | None]:
    if chosen.stabilities is None:
        return dict.fromkeys(names.values())
    return {names[label]: value for label, value in enumerate(chosen.stabilities)}


def _moves(assigned: pd.DataFrame) -> pd.DataFrame:
    days = sorted(assigned["as_of"].unique())
    if len(days) == 1:
        return pd.DataFrame()
    after = assigned[assigned["as_of"] == days[-1]]
    before = assigned[assigned["as_of"] == days[-2]]
    return moves(before, after, newcomers=NEWCOMERS)


def _table(
    judged: Sequence[Judged], bench: Workbench, numbers: Sequence[int], *, seed: int
) -> pd.DataFrame:
    gaps = gap_statistic(bench.points, list(numbers), seed=seed)
    rows = []
    for judgement in judged:
        candidate = judgement.candidate
        rows.append(
            {
                **_key(candidate),
                "silhouette": candidate.evidence.silhouette,
                "davies_bouldin": candidate.evidence.davies_bouldin,
                "calinski_harabasz": candidate.evidence.calinski_harabasz,
                "inertia": candidate.evidence.inertia,
                "smallest_share": candidate.evidence.smallest_share,
                "bic": candidate.bic,
                "gap": gaps[candidate.n_clusters]
                if candidate.algorithm.name == "kmeans" and not candidate.tuned
                else None,
                "stability": judgement.stability,
                "chosen": judgement.chosen,
                "verdict": judgement.verdict,
                "params": json.dumps(candidate.params, sort_keys=True),
            }
        )
    table = pd.DataFrame(rows)
    numeric = ["silhouette", "davies_bouldin", "calinski_harabasz", "inertia", "bic", "gap"]
    table[[*numeric, "stability"]] = table[[*numeric, "stability"]].astype(float)
    return table.round(dict.fromkeys([*numeric, "smallest_share", "stability"], 6))


def _key(candidate: Candidate) -> dict[str, object]:
    return {
        "algorithm": candidate.algorithm.name,
        "tuned": candidate.tuned,
        "n_clusters": candidate.n_clusters,
    }


def _sizes(judged: Sequence[Judged]) -> pd.DataFrame:
    """One row per candidate and cluster, the largest first."""
    rows = []
    for judgement in judged:
        sizes = np.bincount(
            judgement.candidate.labels, minlength=judgement.candidate.n_clusters
        )
        for place, size in enumerate(sorted(sizes.tolist(), reverse=True)):
            rows.append({**_key(judgement.candidate), "place": place, "customers": size})
    return pd.DataFrame(rows)


def _overlaps(judged: Sequence[Judged], customers: pd.DataFrame, space: Space) -> pd.DataFrame:
    """One row per pair of finalists and pair of their segments that share customers."""
    named = {}
    for judgement in (judgement for judgement in judged if judgement.stabilities is not None):
        names = space.name(customers, judgement.candidate.labels)
        named[finalist_name(judgement.candidate)] = (judgement.candidate, names)
    rows = [
        {
            "left": left,
            "right": right,
            "left_segment": left_names[left_label],
            "right_segment": right_names[right_label],
            "customers": int(shared[left_label, right_label]),
        }
        for (left, (first, left_names)), (right, (second, right_names)) in permutations(
            named.items(), 2
        )
        for shared in [_together(first, second)]
        for left_label, right_label in zip(*shared.nonzero(), strict=True)
    ]
    columns = ["left", "right", "left_segment", "right_segment", "customers"]
    return pd.DataFrame(rows, columns=columns)


def _together(first: Candidate, second: Candidate) -> np.ndarray:
    """Count the customers in each pair of clusters of two candidates."""
    counts = np.zeros((first.n_clusters, second.n_clusters), dtype=np.int64)
    np.add.at(counts, (first.labels, second.labels), 1)
    return counts


def finalist_name(candidate: Candidate) -> str:
    """Name a clustering as a person would choose it from a list."""
    how = "tuned" if candidate.tuned else "defaults"
    return f"{candidate.algorithm.name}, {how}, {candidate.n_clusters}"


def finalist_key(row: pd.Series) -> str:
    """Name the clustering of a row of `clusterings` in the same way."""
    how = "tuned" if row["tuned"] else "defaults"
    return f"{row['algorithm']}, {how}, {row['n_clusters']}"


def _profiles(
    customers: pd.DataFrame,
    chosen: Judged,
    bench: Workbench,
    names: dict[int, str],
    space: Space,
) -> pd.DataFrame:
    """Describe each segment; of it lie nearer to another whose silhouette is below 0."""
    table = profiles(customers, _stability_by_name(chosen, names), space.describe(customers))
    labels = chosen.candidate.labels[bench.measure.places]
    is_nearer = pd.Series(chosen.candidate.evidence.silhouettes < 0)
    shares = is_nearer.groupby(_names(chosen.candidate, names)[labels]).mean().round(6)
    return table.assign(nearer_elsewhere=table["segment"].map(shares))


def _silhouettes(chosen: Judged, bench: Workbench, names: dict[int, str]) -> pd.DataFrame:
    """Sorted silhouettes of each segment at equal steps, enough to draw the silhouette plot."""
    places = np.linspace(0, 1, SILHOUETTE_POINTS).round(6)
    labels = chosen.candidate.labels[bench.measure.places]
    silhouettes = chosen.candidate.evidence.silhouettes
    rows = [
        pd.DataFrame(
            {
                "segment": names[label],
                "place": places,
                "silhouette": np.quantile(silhouettes[labels == label], places).round(6),
            }
        )
        for label in np.unique(labels)
    ]
    return pd.concat(rows, ignore_index=True)


def _remarks(
    newest: pd.DataFrame,
    bench: Workbench,
    chosen: Judged,
    settings: SegmentSettings,
    outlying: OutlierSettings,
    *,
    unusual: int,
) -> tuple[Finding, ...]:
    sampled = len(bench.measure.places) < len(newest)
    how = (
        f"on a random sample of {len(bench.measure.places):,} customers"
        if sampled
        else "exactly"
    )
    tree = (
        f" Agglomerative clustering grew its tree from a random {settings.tree_customers:,}"
        " customers; all others belong to the nearest centroid."
        if len(newest) > settings.tree_customers and "agglomerative" in bench.fits
        else ""
    )
    verdict = f"{chosen.verdict[0].upper()}{chosen.verdict[1:]}"
    remarks = [
        Finding(
            "segments",
            "choice",
            "How the published segmentation was chosen",
            f"{verdict}. Silhouettes were measured {how}.{tree}",
            len(newest),
        )
    ]
    if unusual:
        done = {"mark": "marked", "cap": "marked, their values cut for clustering"}
        remarks.append(
            Finding(
                "segments",
                "outliers",
                "Customers unlike all others",
                f"The {percent(outlying.share, 1)} that an isolation forest separates soonest:"
                f" {done.get(outlying.method, 'left out')}.",
                unusual,
            )
        )
    return tuple(remarks)
