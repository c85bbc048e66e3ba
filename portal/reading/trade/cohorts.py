"""Who orders again: cohorts, time between orders, movement; all of it of all customers."""

from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database

KINDS = """
select by, count(distinct cohort) as cohorts
from cohort
where run_id = :run_id
group by by
order by by
"""
COHORTS = """
select cohort, month, customers, active, retention, orders, revenue,
    cumulative_revenue_per_customer,
    case when orders > 0 then revenue / orders end as average_order,
    complete
from cohort
where run_id = :run_id and by = :by
order by position, month
"""
WAITS = """
select by, level, day, ordered, low, high, at_risk
from order_wait
where run_id = :run_id and wait = :wait and by = :by
order by level, day
"""
WAIT_LEVELS = """
select by, level, customers, waits, came, quarter_days, quarter_days_low, quarter_days_high,
    median_days, median_days_low, median_days_high
from order_wait_level
where run_id = :run_id and wait = :wait and by = :by
order by customers desc, level
"""
MOVEMENT = """
select month, is_complete, new, kept, back, lapsed, new_revenue, kept_revenue, back_revenue
from monthly_movement
where run_id = :run_id
order by month
"""
FLOW_DAYS = """
select distinct from_day, to_day
from segment_flow
where run_id = :run_id
order by to_day desc, from_day desc
"""
FLOWS = """
select before, after, customers, value_before, value_after
from segment_flow
where run_id = :run_id and from_day = :from_day and to_day = :to_day
order by before, after
"""
FLOW_CUSTOMERS = """
select now.customer_id, now.segment as after, before.segment as before,
    now.monetary, now.frequency, now.recency_days
from customer_snapshot now
left join customer_snapshot before
    on before.run_id = now.run_id
    and before.customer_id = now.customer_id
    and before.as_of = :from_day
where now.run_id = :run_id and now.as_of = :to_day and now.segment = :after
    and coalesce(before.segment, 'New customers') = :before
order by now.monetary desc, now.customer_id
"""


def kinds(run: PublishedRun) -> Statement:
    """One row per kind of cohort that the source tells of, with how many there are."""
    return of_database(KINDS, run_id=run.run_id)


def cohorts(run: PublishedRun, by: str) -> Statement:
    """One row per cohort of a kind and month since the first order, in the order to show."""
    return of_database(COHORTS, run_id=run.run_id, by=by)


def waits(run: PublishedRun, *, wait: str = "second", by: str = "all") -> Statement:
    """One row per group and week: the share that had ordered by then, with its interval.

    `wait` is `second` (from the first order to the second) or `next`; `by` all, segment or
    first_product.
    """
    return of_database(WAITS, run_id=run.run_id, wait=wait, by=by)


def wait_levels(run: PublishedRun, *, wait: str = "second", by: str = "all") -> Statement:
    """One row per group: by when a quarter and half have ordered, with intervals."""
    return of_database(WAIT_LEVELS, run_id=run.run_id, wait=wait, by=by)


def monthly_movement(run: PublishedRun) -> Statement:
    """One row per month: customers new, kept, back and lapsed, and their revenue."""
    return of_database(MOVEMENT, run_id=run.run_id)


def flow_days(run: PublishedRun) -> Statement:
    """One row per pair of days between which flows are told, the newest first."""
    return of_database(FLOW_DAYS, run_id=run.run_id)


def flows(run: PublishedRun, from_day: str, to_day: str) -> Statement:
    """One row per segment before and after: customers, their value before and after."""
    return of_database(FLOWS, run_id=run.run_id, from_day=from_day, to_day=to_day)


def flow_customers(
    run: PublishedRun, *, from_day: str, to_day: str, before: str, after: str
) -> Statement:
    """One row per customer of one flow, who spends most first."""
    return of_database(
        FLOW_CUSTOMERS,
        run_id=run.run_id,
        from_day=from_day,
        to_day=to_day,
        before=before,
        after=after,
    )
