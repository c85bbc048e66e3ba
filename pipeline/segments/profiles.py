"""Who is in each segment, in figures and in a sentence."""

import numpy as np
import pandas as pd

from pipeline.base.wording import percent
from pipeline.features.rfm import MEASURES

QUANTILES = {"low": 0.05, "quarter": 0.25, "median": 0.5, "three_quarters": 0.75, "high": 0.95}


def profiles(
    customers: pd.DataFrame, stability: dict[str, float | None], personas: dict[str, str]
) -> pd.DataFrame:
    """One row per segment, the one that spends most per customer first."""
    means = customers.groupby("segment").agg(
        customers=("customer_id", "size"),
        revenue=("monetary", "sum"),
        recency_days=("recency_days", "mean"),
        frequency=("frequency", "mean"),
        monetary=("monetary", "mean"),
        average_basket=("average_basket", "mean"),
    )
    table = means.reset_index().assign(
        share=lambda frame: frame["customers"] / frame["customers"].sum(),
        revenue_share=lambda frame: frame["revenue"] / (frame["revenue"].sum() or 1),
        stability=lambda frame: frame["segment"].map(stability),
    )
    table = table.sort_values(
        ["monetary", "segment"], ascending=[False, True], ignore_index=True
    )
    table["position"] = np.arange(len(table))
    table["persona"] = table["segment"].map(personas)
    places = {
        "revenue": 2,
        "recency_days": 4,
        "frequency": 4,
        "monetary": 4,
        "average_basket": 4,
    }
    return table.round({**places, "share": 6, "revenue_share": 6, "stability": 6})


def rfm_personas(customers: pd.DataFrame) -> dict[str, str]:
    """Describe each segment by its recency, frequency and monetary."""
    means = customers.groupby("segment")[MEASURES].mean()
    average = customers[MEASURES].mean()
    return {str(segment): persona(row, average) for segment, row in means.iterrows()}


def persona(segment: pd.Series, average: pd.Series) -> str:
    """Describe a segment against the average customer in one sentence."""
    orders = compared(segment["frequency"], average["frequency"], "as many orders")
    spend = compared(segment["monetary"], average["monetary"], "as much")
    days = round(segment["recency_days"])
    return (
        f"Last ordered {days:,} day{'' if days == 1 else 's'} ago on average,"
        f" place {orders} and spend {spend} as the average customer."
    )


def compared(value: float, average: float, phrase: str) -> str:
    """Say how much more or less a value is than the average, as “half as much”."""
    ratio = value / average if average else 1.0
    if 0.9 <= ratio <= 1.1:
        return f"about {phrase}"
    if ratio > 1:
        return f"{ratio:.1f} times {phrase}"
    return f"{percent(ratio)} {phrase}" if ratio < 0.1 else f"{_fraction(ratio)} {phrase}"


def _fraction(ratio: float) -> str:
    words = {0.1: "a tenth", 0.2: "a fifth", 0.25: "a quarter", 0.33: "a third", 0.5: "half",
             0.67: "two thirds", 0.75: "three quarters", 0.85: "almost"}  # fmt: skip
    nearest = min(words, key=lambda fraction: abs(fraction - ratio))
    return words[nearest]


def shapes(customers: pd.DataFrame) -> pd.DataFrame:
    """One row per segment and measure: quantiles and mean."""
    measures = [measure for measure in MEASURES if customers[measure].notna().any()]
    if not measures:
        return pd.DataFrame()
    long = customers.melt(id_vars="segment", value_vars=measures, var_name="measure")
    long["value"] = long["value"].astype(float)
    by = long.groupby(["segment", "measure"])["value"]
    table = by.quantile(np.array(list(QUANTILES.values()))).unstack()
    table.columns = pd.Index(QUANTILES.keys())
    return table.assign(mean=by.mean()).round(4).reset_index()


def moves(before: pd.DataFrame, after: pd.DataFrame, *, newcomers: str) -> pd.DataFrame:
    """Count customers by their segment in two snapshots; some are new in the later one."""
    joined = after[["customer_id", "segment"]].merge(
        before[["customer_id", "segment"]],
        on="customer_id",
        how="left",
        suffixes=("_after", "_before"),
    )
    joined["before"] = joined["segment_before"].fillna(newcomers)
    counts = joined.groupby(["before", "segment_after"]).size().reset_index(name="customers")
    return counts.rename(columns={"segment_after": "after"})
