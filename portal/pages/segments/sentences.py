"""What the page of segments says of itself: its answer, and how customers moved."""

import pandas as pd

from portal.words import praise
from portal.words.wording import count, money_short, percent

MOVES = {
    "risen": "Rose into a better segment",
    "slipped": "Slipped into a lesser one",
    "new": "New: first order since",
    "lost": "Lost: no order in the year any more",
}


def answer(rows: pd.DataFrame, worth: pd.DataFrame) -> str:
    """Say how many segments there are, which brings most, and where contacting pays."""
    if rows.empty:
        return "Too few customers to group, or none passes the filters."
    sentence = f"{count(len(rows), 'segment')} of customers who buy alike"
    large = praise.enough(rows)
    if large.empty or not large["revenue"].notna().any():
        return f"{sentence}."
    best = large.sort_values("revenue_share", ascending=False).iloc[0]
    sentence += (
        f": {best['segment']} are {percent(best['share'])} of customers and bring"
        f" {percent(best['revenue_share'])} of revenue."
    )
    if worth.empty or not worth["paying"].sum():
        return sentence
    most = worth.sort_values(["paying", "level"], ascending=[False, True]).iloc[0]
    who = count(most["paying"], "customer")
    if worth["probability"].isna().all():
        return f"{sentence} A rule names most to contact among {most['level']}: {who}."
    return f"{sentence} Most worth contacting are among {most['level']}: {who}."


def changed_finding(rows: pd.DataFrame, currency: str) -> str:
    """Say how many rose and slipped, and what they are worth."""
    by_move = rows.set_index("moved") if len(rows) else pd.DataFrame()
    risen, slipped = (
        (int(by_move["customers"].get(name, 0)), float(by_move["value"].get(name, 0) or 0))
        if len(by_move)
        else (0, 0.0)
        for name in ("risen", "slipped")
    )
    if not risen[0] and not slipped[0]:
        return "Nobody rose or slipped"
    return (
        f"{count(risen[0], 'customer')} rose ({money_short(risen[1], currency)} of 12 months'"
        f" value), {count(slipped[0], 'customer')} slipped"
        f" ({money_short(slipped[1], currency)})"
    )


def value_finding(moves: pd.DataFrame, segments: list[str], currency: str) -> str:
    """Say how much value stayed in its segment, and where most of the rest went."""
    from_segments = moves[moves["before"].isin(segments)] if len(moves) else moves
    if from_segments.empty or not from_segments["value"].sum():
        return "Value that moved"
    stayed = from_segments.loc[from_segments["before"] == from_segments["after"], "value"].sum()
    sentence = (
        f"{percent(stayed / from_segments['value'].sum())} of the value stayed in its segment"
    )
    moved = praise.enough(from_segments[from_segments["before"] != from_segments["after"]])
    if moved.empty:
        return sentence
    most = moved.sort_values("value", ascending=False).iloc[0]
    return (
        f"{sentence}; most that moved: {money_short(most['value'], currency)} from"
        f" {most['before']} to {most['after']}"
    )


def attribute_finding(rows: pd.DataFrame, named: str) -> str:
    """Name the group in which one segment differs most from all customers."""
    large = rows.groupby("segment")["customers"].sum()
    rows = rows[rows["segment"].isin(large[large >= praise.LEAST_CUSTOMERS].index)]
    if rows.empty:
        return f"Segments by {named}"
    of_segment = rows["customers"] / rows.groupby("segment")["customers"].transform("sum")
    by_level = rows.groupby("level")["customers"].sum()
    of_all = rows["level"].map(by_level / by_level.sum())
    first = rows.assign(share=of_segment, usual=of_all).assign(
        apart=(of_segment - of_all).abs()
    )
    most = first.sort_values("apart", ascending=False).iloc[0]
    return (
        f"By {named}: {percent(most['share'])} of {most['segment']} are “{most['level']}”, of"
        f" all customers {percent(most['usual'])}"
    )
