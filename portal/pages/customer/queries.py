"""What is known of one customer, asked by key; and who is like that customer."""

import datetime as dt

import numpy as np
import pandas as pd

from db.frames import read_frame
from portal.reading import ordered
from portal.reading.columns import names, read
from portal.reading.published import PublishedRun

PROFILE = """
select r.*, s.r_score, s.f_score, s.m_score
from customer_result r
left join customer_snapshot s on s.run_id = r.run_id and s.as_of = r.as_of
    and s.customer_id = r.customer_id
where r.run_id = :run_id and r.customer_id = :customer
"""
ATTRIBUTES = (
    "select * from customer_attribute where run_id = :run_id and customer_id = :customer"
)
ORDERS = """
select invoice, ordered_day, net, gross, items
from order_state
where run_id = :run_id and customer_id = :customer and from_day <= :day and to_day > :day
order by ordered_day, invoice
"""
SEGMENTS = """
select as_of, segment, r_score, f_score, m_score
from customer_snapshot
where run_id = :run_id and customer_id = :customer
order by as_of
"""
PREDICTIONS = """
select t.task, t.title, t.question, t.positive, p.predicted, p.probability
from customer_prediction p
join task_result t on t.run_id = p.run_id and t.task = p.task
where p.run_id = :run_id and p.customer_id = :customer
order by t.position
"""
REASONS = """
select task, place, reason, contribution
from customer_reason
where run_id = :run_id and customer_id = :customer
order by task, place
"""
TOLD = """
select customer_id, segment, recency_days, frequency, monetary, churn_probability
from customer_result
where run_id = :run_id and customer_id in :names
"""
EPOCH = dt.date(1970, 1, 1)
LIKENESS = (
    "recency_days", "frequency", "monetary", "average_basket", "tenure_days", "age", "income",
    "children",
)  # fmt: skip
"""Columns in which customers are compared, each standardised; unknown counts as usual."""
MOST_SIMILAR = 6


def profile(run: PublishedRun, customer: str) -> pd.DataFrame:
    """Give the customer's published row, none where there is no such customer."""
    return read_frame(run.connection, PROFILE, run_id=run.run_id, customer=customer)


def attributes(run: PublishedRun, customer: str) -> pd.DataFrame:
    """Give the customer's attributes in one row, those that the form lacks empty."""
    return read_frame(run.connection, ATTRIBUTES, run_id=run.run_id, customer=customer)


def orders(run: PublishedRun, customer: str) -> pd.DataFrame:
    """One row per order as it stands on the day of the snapshot, the oldest first."""
    if run.as_of is None:
        return pd.DataFrame(columns=["invoice", "ordered_day", "net", "gross", "items"])
    day = (run.as_of - EPOCH).days
    found = read_frame(run.connection, ORDERS, run_id=run.run_id, customer=customer, day=day)
    return found.assign(ordered_day=pd.to_datetime(found["ordered_day"], unit="D"))


def segments(run: PublishedRun, customer: str) -> pd.DataFrame:
    """One row per snapshot: the segment that the customer was in, the oldest first."""
    return read_frame(run.connection, SEGMENTS, run_id=run.run_id, customer=customer)


def predictions(run: PublishedRun, customer: str) -> pd.DataFrame:
    """One row per task that concerns the customer."""
    return read_frame(run.connection, PREDICTIONS, run_id=run.run_id, customer=customer)


def reasons(run: PublishedRun, customer: str) -> pd.DataFrame:
    """One row per task and reason, the weightiest first."""
    return read_frame(run.connection, REASONS, run_id=run.run_id, customer=customer)


def similar(run: PublishedRun, customer: str) -> pd.DataFrame:
    """One row per customer who is most like this one, the nearest first."""
    place = names(run).place(customer)
    if place is None:
        return pd.DataFrame(columns=["customer_id"])
    nearest = _nearest([each.values for each in read(run, *LIKENESS).values()], place)
    return ordered.rows(run, TOLD, np.array(nearest, dtype=np.int64))


def _nearest(columns: list[np.ndarray], place: int) -> list[int]:
    if not columns:
        return []
    distance = np.zeros(len(columns[0]))
    for values in columns:
        scaled = np.sign(values) * np.log1p(np.abs(values))
        spread = float(np.nanstd(scaled))
        if spread > 0:
            scaled = np.nan_to_num((scaled - np.nanmean(scaled)) / spread)
            distance += (scaled - scaled[place]) ** 2
    distance[place] = np.inf
    most = min(MOST_SIMILAR, len(distance) - 1)
    chosen = np.argpartition(distance, most - 1)[:most] if most else np.empty(0, dtype=int)
    return [int(each) for each in chosen[np.lexsort((chosen, distance[chosen]))]]
