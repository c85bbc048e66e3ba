"""Which clustering is published, and what is said of the others."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.base.wording import percent
from pipeline.segments.candidates import Candidate
from pipeline.settings import SegmentSettings

Stabilities = tuple[float, ...]


class Judged(NamedTuple):
    """A candidate, the stability of each of its clusters where looked at, and a verdict."""

    candidate: Candidate
    stabilities: Stabilities | None
    verdict: str
    chosen: bool = False

    @property
    def stability(self) -> float | None:
        """Mean over the clusters, 0 to 1."""
        return mean_stability(self.stabilities)


def mean_stability(stabilities: Stabilities | None) -> float | None:
    """Average the stabilities of a clustering's clusters."""
    return sum(stabilities) / len(stabilities) if stabilities else None


def choose(
    candidates: Sequence[Candidate],
    settings: SegmentSettings,
    stability: Callable[[Candidate], Stabilities],
    disguise: Callable[[Candidate], str | None] = lambda _: None,
) -> list[Judged]:
    """Judge every candidate, in the order given; one of them is chosen.

    Finalists have a number of clusters in the published range and no cluster under the least
    share. They are looked at from the highest silhouette down: so many as the settings say, the
    best of each algorithm at least, and on until one is stable. The first stable one is chosen;
    where none is, all were looked at, and the most stable one is. Where there is no finalist,
    the candidate with the largest smallest cluster is taken, and its verdict says so.

    `disguise` names the column that a clustering merely repeats; such a one is refused, and
    published only where every finalist is one, with a verdict that says so.
    """
    finalists = sorted(
        (i for i, candidate in enumerate(candidates) if _is_finalist(candidate, settings)),
        key=lambda i: (-candidates[i].evidence.silhouette, i),
    )
    hidden = {i: column for i in finalists if (column := disguise(candidates[i])) is not None}
    genuine = [i for i in finalists if i not in hidden]
    stabilities_by_index = _stabilities(candidates, genuine or finalists, settings, stability)
    chosen, reason = _chosen(candidates, stabilities_by_index, settings)
    if chosen in hidden:
        reason = f"{reason}; like every other in range it repeats the column {hidden[chosen]}"
    return [
        Judged(
            candidate,
            stabilities_by_index.get(i),
            reason
            if i == chosen
            else f"refused: it repeats the column {hidden[i]}"
            if i in hidden
            else _verdict(
                candidate,
                stabilities_by_index.get(i),
                settings,
                is_final=i in finalists,
                chosen=candidates[chosen],
            ),
            chosen=i == chosen,
        )
        for i, candidate in enumerate(candidates)
    ]


def _is_finalist(candidate: Candidate, settings: SegmentSettings) -> bool:
    low, high = settings.k
    return (
        low <= candidate.n_clusters <= high
        and candidate.evidence.smallest_share >= settings.least_share
    )


def _stabilities(
    candidates: Sequence[Candidate],
    finalists: Sequence[int],
    settings: SegmentSettings,
    stability: Callable[[Candidate], Stabilities],
) -> dict[int, Stabilities]:
    """Look at the finalists, best first, the same labels only once.

    None is passed over before a stable one was found: the definition of the published number
    asks for the highest silhouette of all stable ones, or else for the most stable of all.
    """
    stabilities_by_labels: dict[bytes, Stabilities] = {}
    stabilities_by_index: dict[int, Stabilities] = {}
    algorithm_names: set[str] = set()
    is_any_stable = False
    for place, i in enumerate(finalists):
        candidate = candidates[i]
        name = candidate.algorithm.name
        labels = candidate.labels.tobytes()
        is_enough = is_any_stable and place >= settings.finalists and name in algorithm_names
        if is_enough and labels not in stabilities_by_labels:
            continue
        algorithm_names.add(name)
        if labels not in stabilities_by_labels:
            stabilities_by_labels[labels] = stability(candidate)
        stabilities_by_index[i] = stabilities_by_labels[labels]
        is_any_stable = is_any_stable or _is_stable(stabilities_by_index[i], settings)
    return stabilities_by_index


def _is_stable(stabilities: Stabilities, settings: SegmentSettings) -> bool:
    return (mean_stability(stabilities) or 0) >= settings.least_stability


def _chosen(
    candidates: Sequence[Candidate],
    stabilities_by_index: dict[int, Stabilities],
    settings: SegmentSettings,
) -> tuple[int, str]:
    stable = [
        i
        for i, stabilities in stabilities_by_index.items()
        if _is_stable(stabilities, settings)
    ]
    if stable:
        return (
            max(stable, key=lambda i: (candidates[i].evidence.silhouette, -i)),
            "chosen: the highest silhouette of those that are stable and large enough",
        )
    if stabilities_by_index:
        return (
            max(
                stabilities_by_index,
                key=lambda i: (mean_stability(stabilities_by_index[i]) or 0, -i),
            ),
            f"chosen: none reaches a stability of {settings.least_stability:.2f};"
            " this is the most stable",
        )
    return (
        max(range(len(candidates)), key=lambda i: (candidates[i].evidence.smallest_share, -i)),
        f"chosen: every number in range has a segment under {percent(settings.least_share)};"
        " this one has the largest smallest segment",
    )


def _verdict(
    candidate: Candidate,
    stabilities: Stabilities | None,
    settings: SegmentSettings,
    *,
    is_final: bool,
    chosen: Candidate,
) -> str:
    smallest = candidate.evidence.smallest_share
    if smallest < settings.least_share:
        return f"refused: its smallest segment has {percent(smallest, 2)} of customers"
    if not is_final:
        low, high = settings.k
        return f"evidence only: outside the published range of {low} to {high}"
    stability = mean_stability(stabilities)
    if stability is not None and stability < settings.least_stability:
        least_stability = settings.least_stability
        return f"passed over: stability {stability:.2f} is under {least_stability:.2f}"
    if np.array_equal(candidate.labels, chosen.labels):
        return "passed over: it leads to the same segments as the one chosen"
    if round(candidate.evidence.silhouette - chosen.evidence.silhouette, 6) == 0:
        return "passed over: the same silhouette as the one chosen, which came first"
    return "passed over: lower silhouette"
