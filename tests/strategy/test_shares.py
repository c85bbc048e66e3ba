"""Budget shares: 100 % exactly over any segments, within bounds where these allow it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.base.errors import StrategyError
from pipeline.strategy.campaigns.groups import GROUPS
from pipeline.strategy.playbook import default_playbook, play_for
from pipeline.strategy.shares import check_shares, group_shares, segment_shares
from pipeline.strategy.sharing import level, whole_parts

FIVE = (
    "VIP Champions", "Potential Loyalists", "Average Customers", "At Risk",
    "Lost or Hibernating",
)  # fmt: skip
NAMES = [*FIVE, "Big Spenders", "Loyal Customers", "New Customers", "Group 1", "Low Spenders"]


def test_the_five_segments_get_their_targets() -> None:
    shares = segment_shares(default_playbook(), FIVE)
    assert shares.rows["share"].tolist() == [34, 27, 21, 12, 6]
    assert shares.note is None


@given(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
def test_any_segments_share_exactly_100(segments: list[str]) -> None:
    playbook = default_playbook()
    shares = segment_shares(playbook, segments)
    rows = shares.rows
    assert sum(round(share * 10) for share in rows["share"]) == 1_000
    assert math.isclose(rows["share"].sum(), 100)
    assert set(rows["segment"]) == set(segments)
    assert rows["priority"].is_monotonic_increasing
    assert (rows["least"] <= rows["share"]).all()
    assert (rows["share"] <= rows["most"]).all()
    plays = [play_for(playbook, segment).play.budget_share for segment in segments]
    bounds_hold = sum(p.least for p in plays) <= 100 <= sum(p.most for p in plays)
    assert (shares.note is None) == bounds_hold
    for row in rows.itertuples():
        bounds = play_for(playbook, row.segment).play.budget_share
        if bounds_hold:
            assert (row.least, row.most) == (bounds.least, bounds.most)
    check_shares(dict(zip(rows["segment"], rows["share"], strict=True)), rows)


def test_bounds_that_can_not_hold_are_scaled_with_their_targets() -> None:
    found = segment_shares(default_playbook(), FIVE[:1] + FIVE[2:])
    assert str(found.note).startswith("For these segments the playbook's bounds add up to 90 %")
    rows = found.rows.set_index("segment")
    # of 34 + 21 + 12 + 6 = 73
    assert rows["share"].tolist() == [46.6, 28.8, 16.4, 8.2]
    assert rows.loc["VIP Champions", ["least", "most"]].tolist() == [41.0, 54.8]
    assert (rows["most"] - rows["least"] > 5).all()


def test_groups_share_100_too() -> None:
    rows = group_shares(default_playbook(), GROUPS[::-1]).rows
    assert rows["segment"].tolist() == list(GROUPS)
    assert rows["share"].sum() == 100


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"At Risk": 9}, "The share of At Risk must be from 10 to 15 %, not 9 %"),
        ({"At Risk": 13}, "The shares add up to 101 %; lower them by 1."),
        ({"At Risk": 11.5}, "The shares add up to 99.5 %; raise them by 0.5."),
        ({"Nobody": 5}, "Give one share for each of VIP Champions"),
    ],
)
def test_shares_by_hand_are_checked(change: dict[str, float], said: str) -> None:
    rows = segment_shares(default_playbook(), FIVE).rows
    shares = {**dict(zip(rows["segment"], rows["share"], strict=True)), **change}
    with pytest.raises(StrategyError, match=said):
        check_shares(shares, rows)


def test_no_segment_is_refused() -> None:
    with pytest.raises(StrategyError, match="no segment"):
        segment_shares(default_playbook(), [])


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.integers(0, 10_000))
def test_whole_parts_are_each_exact_share_rounded(weights: list[float], total: int) -> None:
    parts = whole_parts(weights, total)
    if sum(weights) == 0:
        assert not parts.any()
        return
    exact = np.array(weights) / sum(weights) * total
    assert parts.sum() == total
    assert (np.abs(parts - exact) < 1 + 1e-6).all()


@given(
    st.lists(
        st.tuples(st.floats(-10, 10), st.floats(0.1, 10), st.floats(0, 50), st.floats(0, 50)),
        min_size=1,
        max_size=8,
    ),
    st.floats(0, 1),
)
def test_the_level_gives_the_total(
    rows: list[tuple[float, float, float, float]], where: float
) -> None:
    start, slope, low, room = np.array(rows).T
    high = low + room
    total = low.sum() + where * room.sum()
    parts = np.clip(start + slope * level(start, slope, low, high, total), low, high)
    assert parts.sum() == pytest.approx(total, abs=1e-6)
