"""What the segments page asks: customers in the RFM space, profiles, spreads, moves."""

import json
from typing import Any

import pandas as pd

from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.predicting import risk_bands
from portal.reading.published import PublishedRun
from portal.reading.rows import each_row
from portal.reading.statements import Statement, listed, of_database
from portal.reading.trade import cohorts, sales
from portal.words.titles import title

CUSTOMERS, CELLS = "customers", "cells"
"""What a mark of the cloud stands for."""
MOST_IN_CLOUD = 10_000
MOST_IN_PLANE = 2_500
MOST_RANKED = 100_000
"""Customers above whom a rank correlation is that of a sample of so many."""
MEASURES = ("recency_days", "frequency", "monetary")

POINTS = """
with kept as (select * from customers where {filters}),
drawn as (select least(1, :at_most / count(*)) as share from kept)
select customer_id, segment, recency_days, frequency, monetary, component_1, component_2
from kept
cross join drawn
where sample_position is null or sample_position <= share
order by customer_id
"""
KEPT = """
select
    count(*) as customers,
    count(recency_days) as recency_days,
    count(frequency) as frequency,
    count(monetary) as monetary
from customers
where {filters}
"""
TOGETHER = """
with kept as (select * from customers where {filters}),
drawn as (select count(*) as kept, least(1, :at_most / count(*)) as share from kept),
ranked as (
    select
        rank() over (order by recency_days)
            + (count(*) over (partition by recency_days) - 1) / 2 as recency_days,
        rank() over (order by frequency)
            + (count(*) over (partition by frequency) - 1) / 2 as frequency,
        rank() over (order by monetary)
            + (count(*) over (partition by monetary) - 1) / 2 as monetary
    from kept
    cross join drawn
    where (sample_position is null or sample_position <= share)
        and recency_days is not null and frequency is not null and monetary is not null
)
select
    count(*) as customers,
    any_value(kept) as kept,
    corr(recency_days, monetary) as recency_days,
    corr(frequency, monetary) as frequency
from ranked
cross join drawn
"""
VOXELS = """
select recency_days, frequency, monetary, segment, customers
from rfm_voxel
where run_id = :run_id and {segments}
order by voxel
"""
LOADINGS = """
select component, measure, loading, explained
from projection_loading
where run_id = :run_id
order by component, measure
"""
NEXT_PRODUCTS = """
select segment, next_product, count(*) as customers
from customers
where {filters} and segment is not null and next_product is not null
group by segment, next_product
qualify row_number() over (
    partition by segment order by count(*) desc, next_product
) <= 3
order by segment, customers desc, next_product
"""
PERSONAS = """
select segment, stability, persona, nearer_elsewhere
from segment_result
where run_id = :run_id
order by position
"""
SHAPES = """
select s.segment, s.measure, s.low, s.quarter, s.median, s.three_quarters, s.high, s.mean,
    r.customers
from segment_shape s
join segment_result r on r.run_id = s.run_id and r.segment = s.segment
where s.run_id = :run_id and s.measure = :measure and {segments}
order by r.position
"""
AGREEMENTS = """
select attribute, mutual_information, is_input
from segment_agreement
where run_id = :run_id
order by mutual_information desc, attribute
"""
MOVES = """
select before, after, customers, cast(null as float) as value
from segment_move
where run_id = :run_id and {segments}
order by before, after
"""
MOVED = """
select
    coalesce(segment_before, 'New since then') as before,
    segment as after,
    count(*) as customers,
    coalesce(sum(clv_12m), 0) as value
from customers
where {filters} and segment is not null
group by before, after
order by before, after
"""
CHANGED = """
select
    moved,
    count(*) as customers,
    sum(clv_12m) as value,
    sum(clv_12m_before) as value_before
from customers
where {filters} and moved is not null
group by moved
order by moved
"""
BETWEEN = """
select from_day, to_day, basis
from movement
where run_id = :run_id
"""
LEVELS = """
select segment, cast({group} as varchar) as level, count(*) as customers
from customers
where {filters} and segment is not null and {group} is not null
group by segment, level
order by segment, level
"""

LISTED = """
select
    customer_id, segment, {new} as is_new, spend_band, recency_days, frequency, monetary,
    average_basket, tenure_days, country
from customers
where {filters}
"""


def cloud(run: PublishedRun, filters: Filters, *, kind: str | None) -> Statement:
    """One row per customer of a sample, or per filled cell of the grid over all customers.

    Of the filters only segments narrow cells down.
    """
    if kind != CELLS:
        return run.of_customers(POINTS, filters, at_most=MOST_IN_CLOUD)
    return _of_segments(run, VOXELS, filters, "segment")


def plane(run: PublishedRun, filters: Filters) -> Statement:
    """One row per customer of a sample, segments in proportion."""
    return run.of_customers(POINTS, filters, at_most=MOST_IN_PLANE)


def kept(run: PublishedRun, filters: Filters, **_choices: Any) -> Statement:
    """One row: how many customers the filters keep, and of how many each measure is known."""
    return run.of_customers(KEPT, filters)


def together(run: PublishedRun, filters: Filters) -> Statement:
    """One row: the rank correlations with the monetary value of all customers kept.

    Of more than 100,000 those of a sample; `customers` of `kept` were ranked.
    """
    return run.of_customers(TOGETHER, filters, at_most=MOST_RANKED)


def loadings(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per principal component and measure."""
    return of_database(LOADINGS, run_id=run.run_id)


def personas(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per segment: how sure it is, and who is in it."""
    return of_database(PERSONAS, run_id=run.run_id)


def recency(run: PublishedRun, filters: Filters) -> Statement:
    """One row per segment: quantiles and mean of the recency."""
    return _of_segments(run, SHAPES, filters, "s.segment", measure="recency_days")


def frequency(run: PublishedRun, filters: Filters) -> Statement:
    """One row per segment: quantiles and mean of the frequency."""
    return _of_segments(run, SHAPES, filters, "s.segment", measure="frequency")


def monetary(run: PublishedRun, filters: Filters) -> Statement:
    """One row per segment: quantiles and mean of the monetary value."""
    return _of_segments(run, SHAPES, filters, "s.segment", measure="monetary")


def agreements(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per attribute, the one that tells most of the segment first."""
    return of_database(AGREEMENTS, run_id=run.run_id)


def moves(run: PublishedRun, filters: Filters) -> Statement:
    """One row per pair of segments, before and now: customers, and what they are worth now."""
    if run.table.knows("segment_before"):
        return run.of_customers(MOVED, filters)
    return _of_segments(run, MOVES, filters, "after")


def next_products(run: PublishedRun, filters: Filters) -> Statement | None:
    """Three rows per segment at most: the products most often likely to be bought next."""
    if not run.table.knows("next_product"):
        return None
    return run.of_customers(NEXT_PRODUCTS, filters)


def changed(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per way of moving (risen, slipped, new, lost): customers and value."""
    return run.of_customers(CHANGED, filters) if run.table.knows("moved") else None


def between(run: PublishedRun, _filters: Filters) -> Statement:
    """One row: the days between which customers moved."""
    return of_database(BETWEEN, run_id=run.run_id)


def worth(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per segment: mean chance of leaving, at risk, whom contacting pays."""
    return risk_bands.by_group(run, filters, "segment")


def attributes(run: PublishedRun) -> list[str]:
    """Name the attributes by whose groups segments can be compared."""
    return sorted(set(run.table.attributes) - {"segment"}, key=title)


def levels(run: PublishedRun, filters: Filters, *, attribute: str | None) -> Statement | None:
    """One row per segment and group of an attribute, the first one where none is chosen."""
    chosen = attribute or next(iter(attributes(run)), "")
    column = run.table.group_column(chosen)
    if column is None:
        return None
    return run.of_customers(LEVELS, filters, columns={"group": column})


def knows_moves(run: PublishedRun, _filters: Filters) -> bool:
    """Tell whether there was a snapshot before."""
    return not run.ask(moves(run, NO_FILTERS)).empty


def listed_customers(run: PublishedRun, filters: Filters) -> Statement:
    """One row per customer that the filters keep."""
    new = "is_new" if "is_new" in run.table else "null"
    return run.of_customers(LISTED.replace("{new}", new), filters)


def _of_segments(
    run: PublishedRun, sql: str, filters: Filters, column: str, **parameters: str
) -> Statement:
    """Ask for the segments that the filters keep, all where they name none."""
    names, bound = listed("segment", filters.segments)
    condition = f"{column} in {names}" if filters.segments else "true"
    return of_database(
        sql.replace("{segments}", condition), run_id=run.run_id, **parameters, **bound
    )


def scores(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per three scores that somebody has: customers and revenue."""
    return sales.scores(run, filters) if "r_score" in run.table else None


def latest_flows(run: PublishedRun) -> pd.DataFrame:
    """Give the moves into another segment between the last two days, the largest first."""
    days = run.ask(cohorts.flow_days(run))
    if days.empty:
        return pd.DataFrame(columns=["before", "after", "customers"])
    first, last = str(days["from_day"].iloc[0]), str(days["to_day"].iloc[0])
    flows = run.ask(cohorts.flows(run, first, last))
    moved = flows[flows["before"] != flows["after"]].assign(from_day=first, to_day=last)
    return moved.sort_values(["customers", "before", "after"], ascending=[False, True, True])


def flow_named(before: str, after: str) -> str:
    """Name a move as the control that chooses it does."""
    return json.dumps([before, after], ensure_ascii=False)


def flowed(
    run: PublishedRun, _filters: Filters, *, flow: str | None = None
) -> Statement | None:
    """One row per customer of a move between the last two days."""
    flows = latest_flows(run)
    chosen = [row for row in each_row(flows) if flow_named(row.before, row.after) == flow]
    if not chosen:
        return None
    (row,) = chosen
    return cohorts.flow_customers(
        run, from_day=row.from_day, to_day=row.to_day, before=row.before, after=row.after
    )
