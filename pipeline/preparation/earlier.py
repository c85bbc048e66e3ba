"""Customers as they were known before: by the last update that saw less, or an earlier day."""

import datetime as dt

import pandas as pd
from sqlalchemy.engine import Engine

from pipeline import recorder
from pipeline.features.days import day_number
from pipeline.preparation.known import Known
from pipeline.sales.movement import DAYS, RUNS, Before, is_comparable
from pipeline.value.stage import Valued


def before_of(
    engine: Engine,
    customers: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    dataset: int,
    run_id: int,
    prepared: Known,
    worth: Valued | None,
) -> Before | None:
    """Give what today's customers are compared with; None with one day only, or no orders.

    That is the newest kept update with values whose last day lies before today's, as long as
    most of its customers are still there; otherwise this run's snapshot before the newest.
    `assignments` has the segment of every customer on every snapshot.
    """
    if prepared.as_of is None or prepared.selling is None:
        return None
    day, earlier = recorder.earlier_customers(engine, dataset, run_id, prepared.as_of)
    if day is not None and is_comparable(earlier, customers):
        return Before(RUNS, day, earlier)
    return _day_before(assignments, prepared, worth)


def _day_before(
    assignments: pd.DataFrame, prepared: Known, worth: Valued | None
) -> Before | None:
    days: list[dt.date] = sorted(assignments["as_of"].unique())
    if len(days) < 2:
        return None
    day = days[-2]
    customers = assignments.loc[
        assignments["as_of"] == day, ["customer_id", "segment", "recency_days", "monetary"]
    ]
    if worth is not None:
        value = prepared.value_on(worth, day_number(day))
        customers = customers.merge(
            value[["customer_id", "clv_12m"]], on="customer_id", how="left"
        )
    return Before(DAYS, day, customers)
