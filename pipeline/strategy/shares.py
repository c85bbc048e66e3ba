"""How the playbook divides a budget over the segments at hand: to 100 %, within its bounds."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.base.errors import StrategyError
from pipeline.strategy.playbook import BudgetShare, Playbook, play_for
from pipeline.strategy.sharing import level, whole_parts

TENTHS = 1000
"""Shares are in tenths of a per cent."""


class Shares(NamedTuple):
    """One row per segment: `segment, follows, priority, least, share, most`, per cent.

    By priority, then as given. Where the bounds can't hold together for these segments, shares
    and bounds are those of the playbook in proportion, and `note` says so.
    """

    rows: pd.DataFrame
    note: str | None


def segment_shares(playbook: Playbook, segments: Iterable[str]) -> Shares:
    """Divide 100 % over segments: the targets in proportion, kept within their bounds."""
    followed = {segment: play_for(playbook, segment) for segment in segments}
    return _shares(
        pd.DataFrame(
            {
                "segment": list(followed),
                "follows": [followed_play.name for followed_play in followed.values()],
                "priority": [
                    followed_play.play.priority for followed_play in followed.values()
                ],
            }
        ),
        [followed_play.play.budget_share for followed_play in followed.values()],
    )


def group_shares(playbook: Playbook, groups: Iterable[str]) -> Shares:
    """Divide 100 % over groups by risk and value, as `segment_shares` does over segments."""
    plays = {group: playbook.groups[group] for group in groups}
    return _shares(
        pd.DataFrame(
            {
                "segment": list(plays),
                "follows": list(plays),
                "priority": [play.priority for play in plays.values()],
            }
        ),
        [play.budget_share for play in plays.values()],
    )


def check_shares(shares: Mapping[str, float], bounds: pd.DataFrame) -> None:
    """Refuse shares that leave their bounds or don't add up to 100 %.

    `bounds` are the rows of `Shares`. Raises `StrategyError` with the first thing to mend.
    """
    ends = zip(bounds["least"].tolist(), bounds["most"].tolist(), strict=True)
    limits = dict(zip(bounds["segment"].tolist(), ends, strict=True))
    if set(shares) != set(limits):
        raise StrategyError(f"Give one share for each of {', '.join(limits)}.")
    for segment, share in shares.items():
        least, most = limits[segment]
        if not least <= share <= most:
            raise StrategyError(
                f"The share of {segment} must be from {least:g} to {most:g} %, not {share:g} %;"
                " change it or the bounds in the playbook."
            )
    total = sum(shares.values())
    if abs(total - 100) > 1e-6:
        verb = "lower" if total > 100 else "raise"
        raise StrategyError(
            f"The shares add up to {total:g} %; {verb} them by {abs(total - 100):g}."
        )


def _shares(rows: pd.DataFrame, budget_shares: list[BudgetShare]) -> Shares:
    if not budget_shares:
        raise StrategyError("There is no segment to divide a budget over; refresh first.")
    rows["least"] = [budget_share.least for budget_share in budget_shares]
    rows["share"] = [budget_share.target for budget_share in budget_shares]
    rows["most"] = [budget_share.most for budget_share in budget_shares]
    rows = rows.sort_values("priority", kind="stable", ignore_index=True)
    least, most = rows["least"].to_numpy(float), rows["most"].to_numpy(float)
    target = np.maximum(rows["share"].to_numpy(float), 1e-6)
    note = None
    if not least.sum() <= 100 <= most.sum():
        is_little = most.sum() < 100
        says = f"{most.sum():g} % at most" if is_little else f"{least.sum():g} % at least"
        note = (
            f"For these segments the playbook's bounds add up to {says}; its shares and bounds"
            " were scaled in proportion."
        )
        scale = 100 / target.sum()
        least, target, most = least * scale, target * scale, most * scale
    x = level(np.zeros(len(rows)), target, least, most, 100.0)
    exact = np.clip(target * x, least, most)
    rows["share"] = whole_parts(exact, TENTHS) / 10
    rows["least"] = np.minimum(np.floor(least * 10 + 1e-6) / 10, rows["share"])
    rows["most"] = np.maximum(np.minimum(np.ceil(most * 10 - 1e-6) / 10, 100), rows["share"])
    return Shares(rows, note)
