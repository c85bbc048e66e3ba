"""Names of segments, from where they lie and never from their number."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from pipeline.segments.space import segment_space
from pipeline.strategy.names import LEAVING, SILENT_DAYS

CHAMPIONS = "VIP Champions"
BIG_SPENDERS = "Big Spenders"


class Archetype(NamedTuple):
    """A name and where its customers lie, in standard deviations from the average customer.

    `fresh` is minus the standardised log recency, `value` the mean of the standardised log
    frequency and log monetary.
    """

    name: str
    fresh: float
    value: float


UNLIKE = 1e6
"""A distance that no centre has from an archetype that fits it."""
ARCHETYPES = (
    Archetype(CHAMPIONS, 1.5, 1.8),
    Archetype("Potential Loyalists", 0.8, 0.6),
    Archetype("Average Customers", 0.5, -0.6),
    Archetype("At Risk", -0.5, 0.2),
    Archetype("Lost or Hibernating", -0.9, -0.9),
)
MORE_ARCHETYPES = (
    Archetype("Loyal Customers", 0.2, 1.0),
    Archetype("New Customers", 1.2, -0.9),
    Archetype("Cannot Lose Them", -0.9, 1.1),
    Archetype("Promising", 1.2, 0.1),
    Archetype("About to Sleep", -0.2, -0.7),
    Archetype("Occasional Customers", -0.2, -0.1),
)


def name_clusters(customers: pd.DataFrame, labels: np.ndarray) -> dict[int, str]:
    """Name each cluster after the archetype nearest to its centre, all names distinct.

    The cluster that spends most is VIP Champions where it is also the most recent, else
    Big Spenders; the others follow by the assignment of least total squared distance.
    More than five clusters draw on six further archetypes, and beyond those are numbered; fewer
    do where one would else be said to be leaving though its customers ordered in the last 30
    days on average. Where clusters tie, the one of the customer who comes first goes first.
    """
    codes, numbers = pd.factorize(labels)
    return {int(numbers[code]): name for code, name in _names(customers, codes).items()}


def _names(customers: pd.DataFrame, labels: np.ndarray) -> dict[int, str]:
    profile = cluster_profile(customers, labels)
    means = customers.groupby(labels)[["recency_days", "monetary"]].mean()
    top = int(means["monetary"].to_numpy().argmax())
    is_champion = means["recency_days"][top] <= means["recency_days"].min()
    names = {top: CHAMPIONS if is_champion else BIG_SPENDERS}
    other_labels = [int(label) for label in profile.index if label != top]
    centres = profile.loc[other_labels, ["fresh", "value"]].to_numpy()
    is_silent = (means["recency_days"].loc[other_labels] >= SILENT_DAYS).to_numpy()
    name_by_place = (
        _assigned(centres, is_silent, ARCHETYPES[1:]) if len(profile) <= len(ARCHETYPES) else {}
    )
    if len(name_by_place) < len(other_labels):
        name_by_place = _assigned(centres, is_silent, ARCHETYPES[1:] + MORE_ARCHETYPES)
    names.update({other_labels[place]: name for place, name in name_by_place.items()})
    unnamed = profile.loc[[label for label in other_labels if label not in names]]
    for number, label in enumerate(
        unnamed.sort_values("value", ascending=False).index, start=1
    ):
        names[int(label)] = f"Group {number}"
    return names


def _assigned(
    centres: np.ndarray, is_silent: np.ndarray, pool: Sequence[Archetype]
) -> dict[int, str]:
    """Give places of clusters the names of the nearest archetypes, as far as these suffice."""
    prototypes = np.array([(archetype.fresh, archetype.value) for archetype in pool])
    cost = ((centres[:, None, :] - prototypes[None, :, :]) ** 2).sum(axis=2)
    speaks_of_leaving = np.array([archetype.name in LEAVING for archetype in pool])
    may = is_silent[:, None] | ~speaks_of_leaving[None, :]
    rows, columns = linear_sum_assignment(np.where(may, cost, UNLIKE))
    return {
        int(row): pool[column].name
        for row, column in zip(rows, columns, strict=True)
        if may[row, column]
    }


def cluster_profile(customers: pd.DataFrame, labels: np.ndarray) -> pd.DataFrame:
    """Give `fresh` and `value` of each cluster's centre, in standard deviations."""
    logs = segment_space(customers)
    spread = logs.std(axis=0)
    standard = (logs - logs.mean(axis=0)) / np.where(spread == 0, 1, spread)
    recency, frequency, monetary = standard.T
    points = pd.DataFrame({"fresh": -recency, "value": (frequency + monetary) / 2})
    return points.groupby(labels).mean()
