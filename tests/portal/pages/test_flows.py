"""Streams between segments: as thick as the customers are many, named on both sides."""

import pandas as pd

from portal.kit.drawing.flows import MOVED, STAYED, flow_diagram
from portal.pages.segments.figures import stream_finding
from portal.pages.segments.segment_table import wanted_said

SEGMENTS = ["VIP Champions", "At Risk"]
MOVES = pd.DataFrame(
    [
        ("VIP Champions", "VIP Champions", 8),
        ("VIP Champions", "At Risk", 2),
        ("At Risk", "VIP Champions", 1),
        ("New since then", "At Risk", 3),
        ("At Risk", "At Risk", 0),
    ],
    columns=["before", "after", "customers"],
)


def test_streams_hold_everybody_once() -> None:
    (streams,) = flow_diagram(MOVES, segments=SEGMENTS, before="then", after="now").data
    assert sum(streams.link.value) == 14
    assert list(streams.node.label) == [
        "VIP Champions 10", "At Risk 1", "New since then 3", "VIP Champions 9", "At Risk 5",
    ]  # fmt: skip
    into = dict.fromkeys(range(5), 0.0)
    for source, target, many in zip(
        streams.link.source, streams.link.target, streams.link.value, strict=True
    ):
        into[source] += many
        into[target] += many
    assert list(into.values()) == [10, 1, 3, 9, 5]


def test_who_stayed_is_paler() -> None:
    (streams,) = flow_diagram(MOVES, segments=SEGMENTS, before="then", after="now").data
    for said, colour in zip(streams.link.customdata, streams.link.color, strict=True):
        assert colour.endswith(f",{STAYED if ' stayed in ' in said else MOVED})")


def test_new_ones_came_from_no_segment() -> None:
    told = "3 of 11 customers came into another segment, 3 are new"
    assert stream_finding(MOVES, SEGMENTS) == told
    there = MOVES[MOVES["before"].isin(SEGMENTS)]
    assert stream_finding(there, SEGMENTS) == "3 of 11 customers came into another segment"


def test_products_wanted_are_named_by_segment() -> None:
    wanted = pd.DataFrame(
        [("At Risk", "Tea", 9), ("At Risk", "Milk", 1), ("VIP Champions", "Tea", 2)],
        columns=["segment", "next_product", "customers"],
    )
    assert wanted_said(wanted) == {
        "At Risk": "Tea (9 customers), Milk (1 customer)",
        "VIP Champions": "Tea (2 customers)",
    }
    assert wanted_said(wanted[:0]) == {}


def test_without_moves_nothing_is_drawn() -> None:
    assert not flow_diagram(MOVES[:0], segments=SEGMENTS, before="then", after="now").data
    assert stream_finding(MOVES[:0], SEGMENTS) == "Streams between segments"
