"""What sets a group of customers apart: its name and a sentence, from any attributes."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.base.wording import percent
from pipeline.features.attributes import Known, attributes_of, known_of
from pipeline.segments.agreement import several
from pipeline.segments.profiles import compared

LEVELS = ((1.6, "Top Spenders"), (1.1, "Good Spenders"), (0.6, "Middle Spenders"))
LOWEST = "Low Spenders"
UNKNOWN = "Customers"
"""Where the source doesn't know what anybody spends."""
SENTENCES = 4
LEAST_DIFFERENCE = 0.2
"""In standard deviations: a small effect by Cohen (1988)."""
TRAITS = {
    "recency_days": ("Long Silent", "Recent"),
    "tenure_days": ("Long-standing", "New"),
    "discount_applied": ("at a Discount", "at Full Price"),
    "promotional_share": ("on Promotion", "at Full Price"),
}
"""What more and less of these is called."""
EXPLAINS = frozenset({"demography", "spend", "behaviour", "campaign", "channel", "target"})


class Difference(NamedTuple):
    """How a group differs from all customers in one attribute.

    `effect` is in standard deviations, or Cohen's h for the share of a level.
    """

    attribute: str
    level: str | None
    effect: float
    own: float
    overall: float


def name_by_profile(customers: pd.DataFrame, labels: np.ndarray) -> dict[int, str]:
    """Name clusters after how much they spend and, where that ties, what sets them apart."""
    overall = customers["monetary"].mean() or 1
    spend = {
        int(label): float(customers.loc[labels == label, "monetary"].mean())
        for label in np.unique(labels)
    }
    names = {
        label: UNKNOWN if np.isnan(overall) else _level(value / overall)
        for label, value in spend.items()
    }
    for label in sorted(names, key=lambda label: (-spend[label], label)):
        name = names[label]
        if list(names.values()).count(name) > 1:
            names[label] = _distinct(name, customers, labels == label, set(names.values()))
    return names


def personas(customers: pd.DataFrame) -> dict[str, str]:
    """Describe each segment in a sentence: what sets it apart most, against all customers."""
    return {
        str(segment): _sentence(customers, (customers["segment"] == segment).to_numpy())
        for segment in customers["segment"].unique()
    }


def differences(customers: pd.DataFrame, inside: np.ndarray) -> list[Difference]:
    """List how a group differs from all customers, the largest effect first."""
    all_differences = []
    for attribute in attributes_of(customers):
        if attribute.role not in EXPLAINS:
            continue
        column = customers[attribute.name]
        if several(column):
            all_differences.extend(
                [_of_number(column, inside, attribute)]
                if attribute.kind == "number"
                else _of_levels(column, inside, attribute)
            )
    clear = [
        difference
        for difference in all_differences
        if abs(difference.effect) >= LEAST_DIFFERENCE
    ]
    return sorted(clear, key=lambda difference: (-abs(difference.effect), difference.attribute))


def _level(ratio: float) -> str:
    return next((name for least, name in LEVELS if ratio >= least), LOWEST)


def _distinct(
    name: str, customers: pd.DataFrame, inside: np.ndarray, taken_names: set[str]
) -> str:
    sorted_differences = differences(customers, inside)
    sorted_differences.sort(
        key=lambda difference: known_of(difference.attribute).role != "behaviour"
    )
    for difference in sorted_differences:
        if known_of(difference.attribute).role in {"spend", "value"}:
            continue
        longer = f"{name}, {_trait(difference)}"
        if longer not in taken_names:
            return longer
    return next(f"{name} {n}" for n in range(2, 100) if f"{name} {n}" not in taken_names)


def _trait(difference: Difference) -> str:
    if difference.attribute in TRAITS:
        return TRAITS[difference.attribute][int(difference.effect < 0)]
    attribute, is_more = known_of(difference.attribute), difference.effect > 0
    title = attribute.within
    if difference.level is None:
        return f"{'more' if is_more else 'less'} {title}"
    if attribute.kind == "flag":
        return f"mostly {title}" if is_more else f"rarely {title}"
    return f"{title} {difference.level}" if is_more else f"not {difference.level}"


def _of_number(column: pd.Series, inside: np.ndarray, attribute: Known) -> Difference:
    values = column.astype(float)
    spread = values.std() or 1.0
    own, overall = values[inside].mean(), values.mean()
    return Difference(attribute.name, None, (own - overall) / spread, own, overall)


def _of_levels(column: pd.Series, inside: np.ndarray, attribute: Known) -> list[Difference]:
    answered = column.dropna().astype(str)
    levels = sorted(answered.unique())
    if set(levels) == {"no", "yes"}:
        levels = ["yes"]
    within = column[inside].dropna().astype(str)
    level_differences = []
    for level in levels:
        own, overall = float((within == level).mean()), float((answered == level).mean())
        effect = 2 * (np.arcsin(np.sqrt(own)) - np.arcsin(np.sqrt(overall)))
        level_differences.append(Difference(attribute.name, level, float(effect), own, overall))
    return level_differences


def _sentence(customers: pd.DataFrame, inside: np.ndarray) -> str:
    spend = customers["monetary"]
    how_much = compared(spend[inside].mean(), spend.mean(), "as much")
    parts = (
        [f"Spend {how_much} as the average customer"]
        if spend.notna().any()
        else [f"{int(inside.sum()):,} customers"]
    )
    told_attributes: set[str] = set()
    for difference in differences(customers, inside):
        is_spend = known_of(difference.attribute).role == "spend"
        if (
            difference.attribute not in told_attributes
            and not is_spend
            and len(told_attributes) < SENTENCES
        ):
            told_attributes.add(difference.attribute)
            parts.append(_told(difference))
    return "; ".join(parts) + "."


def _told(difference: Difference) -> str:
    title = known_of(difference.attribute).within
    own, overall = difference.own, difference.overall
    if difference.level is None:
        return f"{title} {_number(own)} on average ({_number(overall)} over all)"
    of = "" if known_of(difference.attribute).kind == "flag" else f" “{difference.level}”"
    return f"{title}{of}: {percent(own)} ({percent(overall)} of all)"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"
