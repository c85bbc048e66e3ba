"""What the segments page asks of the database: customers in the RFM space, profiles, moves."""

import numpy as np
import pandas as pd

from db.frames import read_frame
from portal.reading.columns import COLUMNS, kept, names, stored
from portal.reading.filters import Filters
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement

POINTS = COLUMNS
MEASURES = ("recency_days", "frequency", "monetary", "component_1", "component_2")

VOXELS = """
select recency_days, frequency, monetary, segment, customers
from rfm_voxel
where run_id = :run_id
order by voxel
"""

LOADINGS = """
select component, measure, loading, explained
from projection_loading
where run_id = :run_id
order by component, measure
"""

PROFILES = """
select segment, position, customers, share, revenue, revenue_share, recency_days, frequency,
    monetary, average_basket, stability, persona
from segment_result
where run_id = :run_id
order by position
"""

SHAPES = """
select s.segment, s.measure, s.low, s.quarter, s.median, s.three_quarters, s.high, s.mean
from segment_shape s
join segment_result r on r.run_id = s.run_id and r.segment = s.segment
where s.run_id = :run_id
order by r.position, s.measure
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
where run_id = :run_id
"""


SHARES = """
select
    segment,
    count(*) as customers,
    sum(monetary) as revenue,
    avg(recency_days) as recency_days,
    avg(frequency) as frequency,
    avg(monetary) as monetary,
    avg(average_basket) as average_basket,
    count(*) / sum(count(*)) over () as share,
    sum(monetary) / coalesce(nullif(sum(sum(monetary)) over (), 0), 1) as revenue_share
from customers
where {filters} and segment is not null
group by segment
order by monetary desc nulls last, segment
"""


def shares(run: PublishedRun, filters: Filters) -> Statement:
    """One row per segment, the one that spends most per customer first, with its shares."""
    return run.of_customers(SHARES, filters)


def points(run: PublishedRun, filters: Filters, *, at_most: int) -> tuple[pd.DataFrame, int]:
    """Give about `at_most` customers, segments in proportion, and how many there are."""
    keep = kept(run, filters)
    total = int(keep.sum())
    share = min(1.0, at_most / total) if total else 1.0
    there = stored(run, "sample_position", "segment", *MEASURES)
    if "sample_position" in there:
        keep &= there["sample_position"].values <= share
    found = np.flatnonzero(keep)
    cells = {
        name: there[name].cells(found) if name in there else np.full(len(found), np.nan)
        for name in ("segment", *MEASURES)
    }
    return pd.DataFrame({"customer_id": names(run).of(found), **cells}), total


def voxels(run: PublishedRun) -> pd.DataFrame:
    """One row per filled cell of the grid over all customers."""
    return read_frame(run.connection, VOXELS, run_id=run.run_id)


def loadings(run: PublishedRun) -> pd.DataFrame:
    """One row per principal component and measure."""
    return read_frame(run.connection, LOADINGS, run_id=run.run_id)


def profiles(run: PublishedRun) -> pd.DataFrame:
    """One row per segment, the one that spends most per customer first."""
    return read_frame(run.connection, PROFILES, run_id=run.run_id)


def shapes(run: PublishedRun) -> pd.DataFrame:
    """One row per segment and measure: quantiles and mean."""
    return read_frame(run.connection, SHAPES, run_id=run.run_id)


def order(run: PublishedRun) -> list[str]:
    """Name the segments, the one that spends most per customer first."""
    return list(profiles(run)["segment"])


def agreements(run: PublishedRun) -> pd.DataFrame:
    """One row per attribute, the one that tells most of the segment first."""
    return read_frame(run.connection, AGREEMENTS, run_id=run.run_id)


def moves(run: PublishedRun) -> pd.DataFrame:
    """One row per pair of segments: customers by the previous and the newest snapshot."""
    return read_frame(run.connection, MOVES, run_id=run.run_id)
