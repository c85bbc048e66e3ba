"""What the segments page asks: customers in the RFM space, profiles, spreads, moves."""

from typing import Any

from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, listed, of_database

CUSTOMERS, CELLS = "customers", "cells"
"""What a mark of the cloud stands for."""
MOST_IN_CLOUD = 10_000
MOST_IN_PLANE = 2_500
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
PERSONAS = """
select segment, stability, persona
from segment_result
where run_id = :run_id
order by position
"""
SHAPES = """
select s.segment, s.measure, s.low, s.quarter, s.median, s.three_quarters, s.high, s.mean
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
select before, after, customers
from segment_move
where run_id = :run_id and {segments}
order by before, after
"""
LISTED = """
select
    customer_id, segment, spend_band, recency_days, frequency, monetary, average_basket,
    tenure_days, country
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
    """One row per pair of segments: customers by the snapshot before and the newest one."""
    return _of_segments(run, MOVES, filters, "after")


def knows_moves(run: PublishedRun, _filters: Filters) -> bool:
    """Tell whether there was a snapshot before."""
    return not run.ask(moves(run, NO_FILTERS)).empty


def listed_customers(run: PublishedRun, filters: Filters) -> Statement:
    """One row per customer that the filters keep."""
    return run.of_customers(LISTED, filters)


def _of_segments(
    run: PublishedRun, sql: str, filters: Filters, column: str, **parameters: str
) -> Statement:
    """Ask for the segments that the filters keep, all where they name none."""
    names, bound = listed("segment", filters.segments)
    condition = f"{column} in {names}" if filters.segments else "true"
    return of_database(
        sql.replace("{segments}", condition), run_id=run.run_id, **parameters, **bound
    )
