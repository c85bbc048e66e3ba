"""What the campaigns ask of the database: an audience, members' figures, orders since."""

import datetime as dt
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from db.frames import read_frame
from portal.reading.columns import kept, names, read, stored
from portal.reading.customers import where
from portal.reading.filters import Filters
from portal.reading.published import ORDER_LINES, PublishedRun

AUDIENCE = """
select c.customer_id, c.segment, c.value_band, c.risk_value, c.country, c.recency_days,
    c.frequency, c.monetary, c.churn_probability, c.clv_12m
from customer_result c
where c.run_id = :run_id and {filters}
order by c.customer_id
"""

COLUMNS = (
    "segment", "risk_value", "value_band", "country", "recency_days", "frequency", "monetary",
    "average_basket", "churn_probability", "clv_12m", "p_alive", "expected_orders_90d",
)  # fmt: skip
"""What a list can hold of each customer beside its identifier and group."""

MEMBERS = f"""
select m.customer_id, m.contacted, m.stratum, {", ".join(f"c.{name}" for name in COLUMNS)}
from campaign_member m
left join customer_result c on c.run_id = :run_id and c.customer_id = m.customer_id
where m.campaign_id = :campaign_id
order by m.contacted desc, c.clv_12m desc nulls last, m.customer_id
"""  # noqa: S608 - names of this module only

KEPT_RUN = "select count(*) from run where run_id = :run_id and status = 'published'"

CHURN_MODEL = "select chosen from task_result where run_id = :run_id and task = 'churn'"
SEED = "select seed from run where run_id = :run_id"

SINCE = """
select o.customer_id,
    sum(case when o.ordered_day >= :first and o.ordered_day <= :last
        and o.from_day <= :seen and o.to_day > :seen then 1 else 0 end) as orders,
    sum(case when o.ordered_day >= :first and o.ordered_day <= :last
        and o.from_day <= :seen and o.to_day > :seen then o.net else 0 end) as revenue,
    sum(case when o.ordered_day < :first and o.ordered_day >= :year_before
        and o.from_day < :first and o.to_day >= :first then o.net else 0 end) as revenue_before
from campaign_member m
join order_state o on o.run_id = :run_id and o.customer_id = m.customer_id
where m.campaign_id = :campaign_id and o.net > 0
group by o.customer_id
"""

SPENT = """
select o.customer_id,
    sum(case when o.ordered_day >= :first and o.ordered_day <= :last
        and o.from_day <= :last and o.to_day > :last then o.net else 0 end) as revenue,
    sum(case when o.ordered_day < :first and o.ordered_day >= :year_before
        and o.from_day < :first and o.to_day >= :first then o.net else 0 end) as revenue_before
from order_state o
where o.run_id = :run_id and o.customer_id in :names and o.net > 0
group by o.customer_id
"""
LOOKED_AT = 10_000
"""Customers at most from whom is told how much revenue differs between customers."""

EPOCH = dt.date(1970, 1, 1)
YEAR = 365


class Window(NamedTuple):
    """The first and last day of orders that count for a campaign."""

    first: dt.date
    last: dt.date


def figures(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """One row: how many customers the filters keep and what is known of them together."""
    keep = kept(run, filters)
    names = ("monetary", "churn_probability", "clv_12m", "order_probability_90d")
    there = stored(run, *names)
    monetary, churn, value, order = (
        there[name].values[keep] if name in there else np.zeros(0) for name in names
    )
    at_risk = churn * value if len(churn) == len(value) else np.zeros(0)
    return pd.DataFrame(
        {
            "customers": [int(keep.sum())],
            "revenue": [_sum(monetary)],
            "churn_probability": [_mean(churn)],
            "scored": [_known(churn)],
            "clv_12m": [_sum(value)],
            "at_risk": [_sum(at_risk)],
            "order_probability": [_mean(order)],
        }
    )


def audience(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """One row per customer that the filters keep, with what strata and balance need."""
    condition, parameters = where(filters)
    query = AUDIENCE.format(filters=condition)
    found = read_frame(run.connection, query, run_id=run.run_id, **parameters)
    return found.astype({"customer_id": "str"})


def members(run: PublishedRun, campaign_id: int, *, run_id: int) -> pd.DataFrame:
    """One row per member with its figures in a run, customers to contact first."""
    asked = {"run_id": run_id}
    kept = run.connection.execute(sa.text(KEPT_RUN), asked).scalar_one()
    found = read_frame(
        run.connection,
        MEMBERS,
        run_id=run_id if kept else run.run_id,
        campaign_id=campaign_id,
    )
    return found.astype({"customer_id": "str", "contacted": bool, "stratum": "str"})


def churn_model(run: PublishedRun) -> str | None:
    """Name the model whose churn probabilities the run holds."""
    rows = run.connection.execute(sa.text(CHURN_MODEL), {"run_id": run.run_id}).scalars()
    return next((str(name) for name in rows if name), None)


def orders_since(run: PublishedRun, campaign_id: int, window: Window) -> pd.DataFrame:
    """One row per member who ever ordered: orders and revenue in the window, and before it.

    As they stood on the day that the published run saw; the year before as it stood on the
    eve of the campaign, so that nothing that the campaign brought about can leak into it.
    """
    assert run.form == ORDER_LINES, run.form  # noqa: S101 - callers ask this first
    seen = run.as_of or window.last
    first = _day(window.first)
    found = read_frame(
        run.connection,
        SINCE,
        run_id=run.run_id,
        campaign_id=campaign_id,
        first=first,
        last=_day(window.last),
        seen=_day(seen),
        year_before=first - YEAR,
    )
    return found.astype({"customer_id": "str"})


def spent(run: PublishedRun, filters: Filters, *, days: int) -> pd.DataFrame:
    """One row per customer that the filters keep, of many a random part: what each spent.

    `revenue` in the last days, and `revenue_before` in the year before them as it stood then.
    """
    nothing = pd.DataFrame({"revenue": [], "revenue_before": []}, dtype=float)
    there = np.flatnonzero(kept(run, filters))
    if run.form != ORDER_LINES or run.as_of is None or not len(there):
        return nothing
    places = read(run, "sample_position").get("sample_position")
    if places is not None and len(there) > LOOKED_AT:
        there = there[np.argpartition(places.values[there], LOOKED_AT)[:LOOKED_AT]]
    listed = names(run).of(there)
    last = _day(run.as_of)
    first = last - days + 1
    found = read_frame(
        run.connection,
        SPENT,
        run_id=run.run_id,
        names=listed,
        first=first,
        last=last,
        year_before=first - YEAR,
    ).set_index("customer_id")
    whole = found.reindex(listed).fillna(0.0).reset_index(drop=True)
    return whole[["revenue", "revenue_before"]].astype(float)


def _known(values: NDArray[Any]) -> int:
    return int((~np.isnan(values)).sum())


def _sum(values: NDArray[Any]) -> float | None:
    return float(np.nansum(values, dtype=float)) if _known(values) else None


def _mean(values: NDArray[Any]) -> float | None:
    return float(np.nansum(values, dtype=float)) / _known(values) if _known(values) else None


def _day(day: dt.date) -> int:
    return (day - EPOCH).days
