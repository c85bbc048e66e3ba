"""What the segments page asks of the database: customers in the RFM space, profiles, moves."""

import numpy as np
import pandas as pd

from db.frames import read_frame
from portal.reading.columns import COLUMNS, kept, names, stored
from portal.reading.filters import Filters
from portal.reading.published import Snapshot

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


def points(at: Snapshot, filters: Filters, *, at_most: int) -> tuple[pd.DataFrame, int]:
    """Give about `at_most` customers, segments in proportion, and how many there are."""
    keep = kept(at, filters)
    total = int(keep.sum())
    share = min(1.0, at_most / total) if total else 1.0
    there = stored(at, "sample_position", "segment", *MEASURES)
    if "sample_position" in there:
        keep &= there["sample_position"].values <= share
    found = np.flatnonzero(keep)
    cells = {
        name: there[name].cells(found) if name in there else np.full(len(found), np.nan)
        for name in ("segment", *MEASURES)
    }
    return pd.DataFrame({"customer_id": names(at).of(found), **cells}), total


def voxels(at: Snapshot) -> pd.DataFrame:
    """One row per filled cell of the grid over all customers."""
    return read_frame(at.connection, VOXELS, run_id=at.run_id)


def loadings(at: Snapshot) -> pd.DataFrame:
    """One row per principal component and measure."""
    return read_frame(at.connection, LOADINGS, run_id=at.run_id)


def profiles(at: Snapshot) -> pd.DataFrame:
    """One row per segment, the one that spends most per customer first."""
    return read_frame(at.connection, PROFILES, run_id=at.run_id)


def shapes(at: Snapshot) -> pd.DataFrame:
    """One row per segment and measure: quantiles and mean."""
    return read_frame(at.connection, SHAPES, run_id=at.run_id)


def order(at: Snapshot) -> list[str]:
    """Name the segments, the one that spends most per customer first."""
    return list(profiles(at)["segment"])


def agreements(at: Snapshot) -> pd.DataFrame:
    """One row per attribute, the one that tells most of the segment first."""
    return read_frame(at.connection, AGREEMENTS, run_id=at.run_id)


def moves(at: Snapshot) -> pd.DataFrame:
    """One row per pair of segments: customers by the previous and the newest snapshot."""
    return read_frame(at.connection, MOVES, run_id=at.run_id)
