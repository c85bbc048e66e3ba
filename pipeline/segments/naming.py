"""Names of segments, from where they lie and never from their number."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from pipeline.segments.space import segment_space

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
    More than five clusters draw on six further archetypes, and beyond those are numbered.
    Where clusters tie, the one of the customer who comes first goes first.
    """
    codes, numbers = pd.factorize(labels)
    return {int(numbers[code]): name for code, name in _names(customers, codes).items()}


def _names(customers: pd.DataFrame, labels: np.ndarray) -> dict[int, str]:
    profile = cluster_profile(customers, labels)
    means = customers.groupby(labels)[["recency_days", "monetary"]].mean()
    top = int(means["monetary"].to_numpy().argmax())
    is_champion = means["recency_days"][top] <= means["recency_days"].min()
    names = {top: CHAMPIONS if is_champion else BIG_SPENDERS}
    others = [int(label) for label in profile.index if label != top]
    pool = (
        ARCHETYPES[1:] if len(profile) <= len(ARCHETYPES) else ARCHETYPES[1:] + MORE_ARCHETYPES
    )
    centres = profile.loc[others, ["fresh", "value"]].to_numpy()
    prototypes = np.array([(each.fresh, each.value) for each in pool])
    cost = ((centres[:, None, :] - prototypes[None, :, :]) ** 2).sum(axis=2)
    rows, columns = linear_sum_assignment(cost)
    names.update(
        {others[row]: pool[column].name for row, column in zip(rows, columns, strict=True)}
    )
    unnamed = profile.loc[[label for label in others if label not in names]]
    for number, label in enumerate(
        unnamed.sort_values("value", ascending=False).index, start=1
    ):
        names[int(label)] = f"Group {number}"
    return names


def cluster_profile(customers: pd.DataFrame, labels: np.ndarray) -> pd.DataFrame:
    """Give `fresh` and `value` of each cluster's centre, in standard deviations."""
    logs = segment_space(customers)
    spread = logs.std(axis=0)
    standard = (logs - logs.mean(axis=0)) / np.where(spread == 0, 1, spread)
    recency, frequency, monetary = standard.T
    points = pd.DataFrame({"fresh": -recency, "value": (frequency + monetary) / 2})
    return points.groupby(labels).mean()
