"""What stages tell of customers, put beside one another: frames in, frames out."""

import datetime as dt

import pandas as pd

from pipeline.features.customers import (
    labels,
    newcomers,
)
from pipeline.preparation.known import Known
from pipeline.quality.findings import Finding
from pipeline.sales.kinds import outlier_reasons
from pipeline.segments.renaming import renamed
from pipeline.segments.stage import Segments, finalist_key
from pipeline.settings import Settings
from pipeline.strategy import names
from pipeline.strategy.basis import ANSWER, PROFIT, Basis
from pipeline.strategy.stage import Contacts
from pipeline.value.bands import BandStarts, bands, tercile_starts
from pipeline.value.next_order import next_orders
from pipeline.value.stage import Valued


def published_customers(
    grouped: Segments, as_of: dt.date | None, settings: Settings, *, has_orders: bool
) -> pd.DataFrame:
    """Give every customer of the newest snapshot, rounded, with the labels of the rules."""
    everyone = grouped.customers
    whole = {
        name: everyone[name].round().astype("Int64")
        for name in ("recency_days", "frequency", "tenure_days")
    }
    customers = everyone.assign(
        **whole,
        as_of=as_of,
        average_basket=everyone["average_basket"].round(4),
        **labels(everyone, settings.rules),
    )
    if not has_orders:
        return customers
    return customers.assign(is_new=newcomers(customers, settings.rules))


def with_value(
    customers: pd.DataFrame, worth: Valued | None, starts: BandStarts | None
) -> pd.DataFrame:
    """Put what customers are worth beside them."""
    if worth is None or starts is None:
        return customers
    worth_by_customer = worth.customers.set_index("customer_id")
    ordered = worth_by_customer.reindex(customers["customer_id"].astype(str))
    valued = customers.assign(**{str(name): ordered[name].to_numpy() for name in ordered})
    return valued.assign(value_band=bands(valued["clv_12m"], starts))


def with_next_order(
    customers: pd.DataFrame, as_of: dt.date | None, *, has_orders: bool
) -> pd.DataFrame:
    """Put the day of the next order beside customers of orders."""
    if not has_orders:
        return customers
    return customers.assign(next_order_on=next_orders(customers, as_of))


def band_starts(worth: Valued | None, earlier: BandStarts | None) -> BandStarts | None:
    """Give the amounts of value bands: those of earlier runs, else today's terciles."""
    if worth is None or worth.customers.empty:
        return None
    return earlier or tercile_starts(worth.customers["clv_12m"])


def with_churn(customers: pd.DataFrame, predictions: pd.DataFrame, task: str) -> pd.DataFrame:
    """Put the probability of leaving beside the customers that it was told of."""
    if predictions.empty or not (predictions["task"] == task).any():
        return customers
    mine = _told(customers, predictions, task)
    return customers.assign(
        churn_probability=mine["probability"].to_numpy(),
        churn_low=mine["low"].to_numpy(),
        churn_high=mine["high"].to_numpy(),
    )


def with_stakes(
    customers: pd.DataFrame, basis: Basis, predictions: pd.DataFrame
) -> pd.DataFrame:
    """Put what a contact is reckoned by beside customers, where no orders tell it."""
    if basis.kind == PROFIT:
        return customers.assign(value_at_stake=customers["profit"].astype(float))
    if basis.kind == ANSWER and basis.task:
        predicted = _told(customers, predictions, basis.task)
        return customers.assign(answer_probability=predicted["probability"].to_numpy())
    return customers


def level_miss(basis: Basis, tasks: pd.DataFrame) -> float:
    """Give what the level of the probabilities may be off by, in log odds; 0: not known."""
    if tasks.empty:
        return 0.0
    rows = tasks.loc[tasks["task"] == basis.task]
    return float(rows["level_miss"].fillna(0.0).iloc[0]) if len(rows) else 0.0


def banded_by_profit(
    customers: pd.DataFrame, risk: Contacts, earlier: BandStarts | None
) -> tuple[pd.DataFrame, Contacts]:
    """Band customers by profit, where that is at stake: its terciles of the first run."""
    starts = earlier or tercile_starts(customers["value_at_stake"])
    costs = risk.costs.assign(middle_from=starts.middle, high_from=starts.high)
    return (
        customers.assign(value_band=bands(customers["value_at_stake"], starts)),
        risk._replace(costs=costs),
    )


def with_lines(customers: pd.DataFrame, preparation: Known) -> pd.DataFrame:
    """Put beside customers what their order lines tell, and say why outliers are unusual."""
    if preparation.selling is not None:
        lines_by_customer = preparation.selling.customers.set_index("customer_id")
        mine = lines_by_customer.reindex(customers["customer_id"].astype(str))
        customers = customers.assign(
            is_wholesale=mine["is_wholesale"].fillna(value=False).to_numpy(dtype=bool),
            returned_share=mine["returned_share"].to_numpy(),
            pieces_per_line=mine["pieces_per_line"].to_numpy(),
            next_product=mine["next_product"].to_numpy(),
        )
    return customers.assign(outlier_reason=outlier_reasons(customers))


def named_by_prediction(
    grouped: Segments,
    customers: pd.DataFrame,
    before: pd.Series,
    *,
    horizon_days: int,
) -> tuple[Segments, pd.DataFrame, tuple[Finding, ...]]:
    """Have segments keep their names from run to run and agree with who may leave."""
    now = customers.set_index(customers["customer_id"].astype(str))["segment"]
    carried = names.carried(now, before)
    if not _predicts_leaving(customers):
        recency = customers["recency_days"].astype(float).groupby(customers["segment"]).mean()
        carried = names.known_silent(
            carried, {str(k): float(v) for k, v in recency.dropna().items()}
        )
    segment_by_customer = customers["segment"].replace(carried)
    means = _leaving(customers, horizon_days).groupby(segment_by_customer).mean().dropna()
    leaving = {str(segment): float(mean) for segment, mean in means.items()}
    changed = names.agreed(leaving)
    both = names.joined(carried, changed)
    sentence = names.said(changed, leaving)
    findings = (
        (
            Finding(
                "segments",
                "named_by_prediction",
                "Names of segments follow who is expected to leave",
                f"By where they lie alone they were called otherwise: {sentence}",
                len(customers),
            ),
        )
        if changed
        else ()
    )
    key = None
    if len(grouped.clusterings):
        chosen = grouped.clusterings[grouped.clusterings["chosen"].astype(bool)]
        key = None if chosen.empty else finalist_key(chosen.iloc[0])
    return (
        renamed(grouped, both, published=key),
        customers.assign(segment=customers["segment"].replace(both)),
        findings,
    )


def _leaving(customers: pd.DataFrame, horizon_days: int) -> pd.Series:
    """Give each customer's probability of leaving, or whether silent for the horizon."""
    if _predicts_leaving(customers):
        return customers["churn_probability"]
    silent = customers["recency_days"].astype(float)
    return (silent >= horizon_days).astype(float).where(silent.notna())


def _predicts_leaving(customers: pd.DataFrame) -> bool:
    return "churn_probability" in customers and bool(
        customers["churn_probability"].notna().any()
    )


def _told(customers: pd.DataFrame, predictions: pd.DataFrame, task: str) -> pd.DataFrame:
    """Give what was predicted of each customer, in their order."""
    predicted = predictions[predictions["task"] == task].set_index("customer_id")
    return predicted.reindex(customers["customer_id"].astype(str))
