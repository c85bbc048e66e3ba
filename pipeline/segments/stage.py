"""From snapshots of customers to segments with names, profiles and evidence."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from pipeline.errors import SourceError
from pipeline.progress import Progress
from pipeline.quality.findings import Finding
from pipeline.segments.candidates import Candidate, candidates
from pipeline.segments.choice import Judged, choose, is_finalist
from pipeline.segments.evidence import Evidence, Yardstick, evidence, yardstick
from pipeline.segments.naming import name_clusters
from pipeline.segments.profiles import moves, profiles, shapes
from pipeline.segments.sampling import sample_positions
from pipeline.segments.space import segment_space
from pipeline.segments.stability import jaccard_stability
from pipeline.settings import SegmentSettings

NEWCOMERS = "New since then"
SILHOUETTE_POINTS = 41
LEAST_CUSTOMERS = 10
BOOTSTRAP_CUSTOMERS = 20_000


class Segments(NamedTuple):
    """One frame per result table, without the run; the model that made them; remarks.

    `assignments` has every snapshot, `customers` the newest alone.
    """

    assignments: pd.DataFrame
    customers: pd.DataFrame
    profiles: pd.DataFrame
    shapes: pd.DataFrame
    moves: pd.DataFrame
    clusterings: pd.DataFrame
    silhouettes: pd.DataFrame
    model: Pipeline
    findings: tuple[Finding, ...]


def segments(
    snapshots: pd.DataFrame, settings: SegmentSettings, *, seed: int, progress: Progress
) -> Segments:
    """Group the customers of the newest snapshot and assign those of earlier ones to groups.

    `snapshots` has one row per `as_of` and `customer_id` with recency (days), frequency and
    monetary. Raises `SourceError` where there are too few customers to group.
    """
    newest = snapshots[snapshots["as_of"] == snapshots["as_of"].max()].reset_index(drop=True)
    space = segment_space(newest)
    found = candidates(space, settings, seed=seed)
    if len(newest) < LEAST_CUSTOMERS or not found:
        raise SourceError(
            f"{len(newest):,} customers with orders are too few to group",
            remedy=f"give a source with at least {LEAST_CUSTOMERS} customers who differ",
        )
    scaled = found[0].model[0].transform(space)
    measure = yardstick(scaled, at_most=settings.exact_customers, seed=seed)
    judged = []
    for done, candidate in enumerate(found, start=1):
        judged.append(_judge(candidate, space, scaled, measure, settings, seed=seed))
        progress.step(done, len(found), f"{candidate.n_clusters} clusters")
    choice = choose(judged, settings)
    chosen = judged[choice.chosen]
    names = name_clusters(newest, chosen.candidate.labels)
    assigned = snapshots.assign(segment=_named(chosen.candidate, snapshots, names))
    customers = assigned[assigned["as_of"] == assigned["as_of"].max()].reset_index(drop=True)
    customers["average_basket"] = customers["monetary"] / customers["frequency"]
    customers["sample_position"] = sample_positions(customers["segment"], seed=seed)
    return Segments(
        assignments=assigned,
        customers=customers,
        profiles=profiles(customers, _stability_by_name(chosen, names)),
        shapes=shapes(customers),
        moves=_moves(assigned),
        clusterings=_table(judged, choice.chosen, choice.verdicts),
        silhouettes=_silhouettes(chosen, measure, names),
        model=chosen.candidate.model,
        findings=_remarks(newest, measure, choice.verdicts[choice.chosen]),
    )


def _judge(
    candidate: Candidate,
    space: np.ndarray,
    scaled: np.ndarray,
    measure: Yardstick,
    settings: SegmentSettings,
    *,
    seed: int,
) -> Judged:
    measured = evidence(candidate, scaled, measure)
    if not is_finalist(candidate, measured, settings):
        return Judged(candidate, measured, None)
    stabilities = jaccard_stability(
        candidate, space, bootstraps=settings.bootstraps, at_most=BOOTSTRAP_CUSTOMERS, seed=seed
    )
    return Judged(candidate, measured, tuple(float(each) for each in stabilities))


def _named(candidate: Candidate, customers: pd.DataFrame, names: dict[int, str]) -> np.ndarray:
    labels = candidate.model.predict(segment_space(customers))
    named: np.ndarray = np.array([names[label] for label in range(len(names))], dtype=object)
    return named[labels]


def _stability_by_name(chosen: Judged, names: dict[int, str]) -> dict[str, float | None]:
    if chosen.stabilities is None:
        return dict.fromkeys(names.values())
    return {names[label]: value for label, value in enumerate(chosen.stabilities)}


def _moves(assigned: pd.DataFrame) -> pd.DataFrame:
    days = sorted(assigned["as_of"].unique())
    after = assigned[assigned["as_of"] == days[-1]]
    before = assigned[assigned["as_of"] == days[-2]] if len(days) > 1 else assigned.iloc[:0]
    return moves(before, after, newcomers=NEWCOMERS)


def _table(judged: list[Judged], chosen: int, verdicts: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "algorithm": each.candidate.algorithm,
                "tuned": each.candidate.tuned,
                "n_clusters": each.candidate.n_clusters,
                **_indices(each.evidence),
                "inertia": each.candidate.inertia,
                "stability": each.stability,
                "chosen": place == chosen,
                "verdict": verdicts[place],
            }
            for place, each in enumerate(judged)
        ]
    ).round({"inertia": 6, "stability": 6})


def _indices(measured: Evidence) -> dict[str, float]:
    return {
        "silhouette": round(measured.silhouette, 6),
        "davies_bouldin": round(measured.davies_bouldin, 6),
        "calinski_harabasz": round(measured.calinski_harabasz, 4),
        "smallest_share": round(measured.smallest_share, 6),
    }


def _silhouettes(chosen: Judged, measure: Yardstick, names: dict[int, str]) -> pd.DataFrame:
    """Sorted silhouettes of each segment at equal steps, enough to draw the silhouette plot."""
    places = np.linspace(0, 1, SILHOUETTE_POINTS).round(6)
    labels = chosen.candidate.labels[measure.places]
    rows = [
        pd.DataFrame(
            {
                "segment": names[label],
                "place": places,
                "silhouette": np.quantile(
                    chosen.evidence.silhouettes[labels == label], places
                ).round(6),
            }
        )
        for label in np.unique(labels)
    ]
    return pd.concat(rows, ignore_index=True)


def _remarks(newest: pd.DataFrame, measure: Yardstick, verdict: str) -> tuple[Finding, ...]:
    sampled = len(measure.places) < len(newest)
    how = f"on a random sample of {len(measure.places):,} customers" if sampled else "exactly"
    return (
        Finding(
            "segments",
            "choice",
            "How the published segmentation was chosen",
            f"{verdict[0].upper()}{verdict[1:]}. Silhouettes were measured {how}.",
            len(newest),
        ),
    )
