"""Which clustering is published, and what is said of the others."""

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.segments.candidates import Candidate
from pipeline.segments.evidence import Evidence
from pipeline.settings import SegmentSettings


class Judged(NamedTuple):
    """A candidate with its evidence and, for finalists, the stability of each cluster."""

    candidate: Candidate
    evidence: Evidence
    stabilities: tuple[float, ...] | None

    @property
    def stability(self) -> float | None:
        """Mean over the clusters, 0 to 1."""
        return sum(self.stabilities) / len(self.stabilities) if self.stabilities else None


class Choice(NamedTuple):
    """The published clustering and a verdict on each candidate, in the order given."""

    chosen: int
    verdicts: tuple[str, ...]


def is_finalist(candidate: Candidate, evidence: Evidence, settings: SegmentSettings) -> bool:
    """Tell whether a candidate may be published: k in range and no segment too small."""
    return (
        settings.k[0] <= candidate.n_clusters <= settings.k[1]
        and evidence.smallest_share >= settings.least_share
    )


def choose(judged: Sequence[Judged], settings: SegmentSettings) -> Choice:
    """Take the highest silhouette among the stable finalists, else the most stable finalist.

    Where every k in range has a segment under the least share, the range gives way: the
    candidate with the largest smallest share is taken, and its verdict says so.
    """
    finalists = [i for i, each in enumerate(judged) if each.stabilities is not None]
    stable = [i for i in finalists if (judged[i].stability or 0) >= settings.least_stability]
    if stable:
        chosen = max(stable, key=lambda i: judged[i].evidence.silhouette)
        reason = "chosen: the highest silhouette of those that are stable and large enough"
    elif finalists:
        chosen = max(finalists, key=lambda i: judged[i].stability or 0)
        reason = (
            f"chosen: none reaches a stability of {settings.least_stability:.2f};"
            " this is the most stable"
        )
    else:
        chosen = max(range(len(judged)), key=lambda i: judged[i].evidence.smallest_share)
        reason = (
            f"chosen: every number in range has a segment under {settings.least_share:.0%};"
            " this one has the largest smallest segment"
        )
    verdicts = [_verdict(each, settings) for each in judged]
    verdicts[chosen] = reason
    return Choice(chosen, tuple(verdicts))


def _verdict(judged: Judged, settings: SegmentSettings) -> str:
    low, high = settings.k
    if judged.evidence.smallest_share < settings.least_share:
        smallest = judged.evidence.smallest_share
        return f"refused: its smallest segment has {smallest:.1%} of customers"
    if not low <= judged.candidate.n_clusters <= high:
        return f"evidence only: outside the published range of {low} to {high}"
    if judged.stability is not None and judged.stability < settings.least_stability:
        asked = settings.least_stability
        return f"passed over: stability {judged.stability:.2f} is under {asked:.2f}"
    return "passed over: lower silhouette"
