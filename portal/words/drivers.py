"""Which features a model leans on: groups that tell nearly the same, and who leads for sure."""

import pandas as pd

from portal.words.titles import feature_title
from portal.words.wording import plain_list

LIKE_IT = " like it"


def named(feature: str, alike: int) -> str:
    """Call a group of features by the one that stands for it."""
    title = feature_title(feature)
    return title if alike <= 1 else f"{title} and {alike - 1}{LIKE_IT}"


def names_of(drivers: pd.DataFrame) -> list[str]:
    """Call the groups of rows with `feature` and `alike` (how many are in the group)."""
    pairs = zip(drivers["feature"], drivers["alike"], strict=True)
    return [named(str(feature), int(alike)) for feature, alike in pairs]


def leading(drivers: pd.DataFrame) -> tuple[list[str], bool]:
    """Name the groups that may matter most, and tell whether one of them does for sure.

    A lead within the intervals is none. Rows have `importance`, `low` and `high`, missing where
    an earlier version kept none: then nothing is sure. No name where nothing matters at all.
    """
    rows = drivers.sort_values("importance", ascending=False, kind="stable")
    mattering = rows[(rows["importance"] > 0) & ~(rows["low"] <= 0)]
    if mattering.empty:
        return [], False
    first = mattering.iloc[0]
    if pd.isna(first["low"]):
        return names_of(mattering.head(3)), False
    near = mattering[mattering["high"] >= first["low"]]
    return names_of(near.head(3)), len(near) == 1


def finding(drivers: pd.DataFrame, outcome: str) -> str:
    """Say what tells most of an outcome, if anything does for sure."""
    names, is_sure = leading(drivers)
    if not names:
        return f"No single group of features tells {outcome} for sure"
    if is_sure:
        verb = "tell" if names[0].endswith(LIKE_IT) else "tells"
        return f"{names[0]} {verb} most of {outcome}"
    listed = plain_list([names[0], *(name[:1].lower() + name[1:] for name in names[1:])])
    return (
        f"{listed} tell about equally much of {outcome}"
        if len(names) > 1
        else (f"{listed} may tell most of {outcome}")
    )
