"""How engaged a customer is, 0 to 100, as a sum of parts that can be shown.

Recency, frequency and money count by their quintile scores (1 to 5, so 0, 25, 50, 75 or 100 of
100), the probability of an order by itself. Each part weighs what the playbook says; the weight
of a part that is not known is given to the others in proportion.
"""

import numpy as np
import pandas as pd

from pipeline.strategy.playbook import EngagementWeights

PROBABILITY = "order_probability"
COLUMNS = {
    "recency": "r_score",
    "frequency": "f_score",
    "monetary": "m_score",
    PROBABILITY: "order_probability_90d",
}
"""Where each part is read."""
PARTS = tuple(COLUMNS)
TITLES = {
    "recency": "how recently they ordered",
    "frequency": "how often they ordered",
    "monetary": "how much they spent",
    PROBABILITY: "how probable an order in the next 90 days is",
}


def engagement(customers: pd.DataFrame, weights: EngagementWeights) -> pd.DataFrame:
    """Score each customer: `engagement`, and the points of each part, which add up to it.

    Of `customers` are used, where they are there and known, `r_score`, `f_score`, `m_score` and
    `order_probability_90d` (0 to 1). For each part `name` there are `name_points` and
    `name_most`, the points it could have brought. Null where nothing is known.
    """
    reached = np.column_stack([_reached(customers, part) for part in PARTS])
    weight = np.array([getattr(weights, part) for part in PARTS])
    known_weight = np.where(np.isnan(reached), 0.0, weight)
    total = known_weight.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        most = 100 * known_weight / total
    points = most * np.nan_to_num(reached)
    parts = pd.DataFrame({"engagement": points.sum(axis=1)}, index=customers.index)
    for place, part in enumerate(PARTS):
        parts[f"{part}_points"], parts[f"{part}_most"] = points[:, place], most[:, place]
    return parts


def by_segment(parts: pd.DataFrame, segments: pd.Series) -> pd.DataFrame:
    """Average the score and its parts over the customers of each segment."""
    return parts.groupby(segments.rename("segment")).mean().reset_index()


def explained(row: pd.Series) -> str:
    """Say where a score comes from, the part that brings most first."""
    if np.isnan(row["engagement"]):
        return "No engagement score: neither orders nor their scores are known."
    parts = [part for part in PARTS if row[f"{part}_most"] > 0]
    parts.sort(key=lambda part: -row[f"{part}_points"])
    contributions = ", ".join(
        f"{row[f'{part}_points']:.0f} of {row[f'{part}_most']:.0f} for {TITLES[part]}"
        for part in parts
    )
    return f"{row['engagement']:.0f} of 100: {contributions}."


def _reached(customers: pd.DataFrame, part: str) -> np.ndarray:
    """Give how much of a part each customer reaches, 0 to 1; NaN where not known."""
    if COLUMNS[part] not in customers:
        return np.full(len(customers), np.nan)
    values = customers[COLUMNS[part]].to_numpy(dtype=float, na_value=np.nan)
    return values if part == PROBABILITY else (values - 1) / 4
