"""Pictures of segments: profiles, spreads, moves, and what tells them apart."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import NOTHING_LEFT, Chart, Scope
from portal.kit.drawing.flows import flow_diagram
from portal.kit.drawing.move_matrix import move_matrix, wrapped
from portal.pages.segments.measures import TITLES, axis, title_of
from portal.pages.segments.sentences import attribute_finding, value_finding
from portal.reading.rows import each_row, highest, lowest
from portal.words import praise, theme, wording
from portal.words.measures import MEASURES
from portal.words.wording import (
    NEEDS_ORDERS,
    count,
    money,
    money_short,
    number,
    percent,
)

MOST_ATTRIBUTES = 14
MOST_LEVELS = 8
"""Groups of an attribute that are drawn, the largest."""


def profile(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Draw the segments against the average customer."""
    finding = profile_finding(rows)
    alternative = (
        f"Table of means by segment, coloured against the average customer. {finding}."
    )
    return Chart(profile_heat(rows, currency=scope.currency), finding, alternative)


def agreement(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Draw how far each attribute alone tells the segment."""
    finding = agreement_finding(rows)
    return Chart(
        agreement_bars(rows),
        finding,
        f"Bars of how far each attribute tells the segment. {finding}.",
        "Too few customers to group: nothing tells segments apart.",
    )


def scores(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show how many customers have which scores of recency and frequency."""
    figure = go.Figure()
    if len(rows):
        table = rows.pivot_table(
            index="f_score", columns="r_score", values="customers", aggfunc="sum"
        ).reindex(index=range(1, 6), columns=range(1, 6))
        figure.add_heatmap(
            z=table.to_numpy(dtype=float),
            x=list(table.columns),
            y=list(table.index),
            autocolorscale=True,
            texttemplate="%{z:,.0f}",
            hovertemplate="Recency %{x}, frequency %{y}: %{z:,.0f} customers<extra></extra>",
            hoverongaps=False,
            xgap=2,
            ygap=2,
            showscale=False,
        )
        figure.update_layout(
            xaxis={"title": {"text": "Score of recency, 5 the latest"}, "dtick": 1},
            yaxis={"title": {"text": "Score of frequency, 5 the most"}, "dtick": 1},
        )
    finding = scores_finding(rows)
    return Chart(figure, finding, f"Grid of customers by two scores. {finding}.", NEEDS_ORDERS)


def scores_finding(rows: pd.DataFrame) -> str:
    """Say how many have the best of all three scores, and how many the lowest."""
    if rows.empty:
        return "Customers by their scores"
    of_three = rows[["r_score", "f_score", "m_score"]]
    best, least = (
        int(rows.loc[(of_three == score).all(axis=1), "customers"].sum()) for score in (5, 1)
    )
    everyone = count(int(rows["customers"].sum()), "customer")
    return (
        f"Of {everyone} {number(best)} have the best scores (555), {number(least)} the lowest"
    )


def moves(
    rows: pd.DataFrame, scope: Scope, *, knows_moves: bool, days: tuple[str, str]
) -> Chart:
    """Draw the moves between segments, in customers."""
    segments = list(scope.segments)
    finding = move_finding(rows, segments=segments)
    before, after = days
    return Chart(
        move_matrix(rows, segments=segments, before=before, after=after),
        finding,
        f"Matrix of customers by segment before and now. {finding}.",
        NOTHING_LEFT if knows_moves else wording.NEEDS_DAYS,
    )


def streams(
    rows: pd.DataFrame, scope: Scope, *, knows_moves: bool, days: tuple[str, str]
) -> Chart:
    """Draw the moves between segments as streams, those who stayed paler."""
    before, after = days
    finding = stream_finding(rows, scope.segments)
    return Chart(
        flow_diagram(rows, segments=list(scope.segments), before=before, after=after),
        finding,
        f"Streams of customers from segments before to segments now. {finding}.",
        NOTHING_LEFT if knows_moves else wording.NEEDS_DAYS,
    )


def stream_finding(moves: pd.DataFrame, segments: Sequence[str]) -> str:
    """Say how many of those who were in a segment before are in another one now."""
    from_segments = moves[moves["before"].isin(segments)]
    everyone = int(from_segments["customers"].sum())
    if not everyone:
        return "Streams between segments"
    changed = int(
        from_segments.loc[from_segments["before"] != from_segments["after"], "customers"].sum()
    )
    sentence = f"{number(changed)} of {count(everyone, 'customer')} came into another segment"
    new = int(moves["customers"].sum()) - everyone
    return f"{sentence}, {number(new)} are new" if new else sentence


def moves_of_value(
    rows: pd.DataFrame, scope: Scope, *, knows_moves: bool, days: tuple[str, str]
) -> Chart:
    """Draw the moves between segments, in what the customers are worth now."""
    segments, before, after = list(scope.segments), *days
    valued = rows.dropna(subset=["value"]) if len(rows) else rows
    finding = value_finding(valued, segments, scope.currency)
    figure = move_matrix(
        valued,
        segments=segments,
        before=before,
        after=after,
        measure="value",
        written=lambda value: money_short(value, scope.currency),
    )
    return Chart(
        figure,
        finding,
        f"Matrix of 12 months' value by segment before and now. {finding}.",
        "What those who moved are worth is not known; the next update brings it."
        if knows_moves
        else wording.NEEDS_DAYS,
    )


def attribute(rows: pd.DataFrame, scope: Scope, *, levels: Sequence[str], named: str) -> Chart:
    """Draw how each segment parts into the groups of an attribute."""
    finding = attribute_finding(rows, named)
    return Chart(
        attribute_heat(rows, segments=scope.segments, levels=levels),
        finding,
        f"Table of segments by {named}. {finding}.",
    )


def attribute_heat(
    rows: pd.DataFrame, *, segments: Sequence[str], levels: Sequence[str]
) -> go.Figure:
    """Draw the share of each segment's customers in each group; `levels` is their order."""
    figure = go.Figure()
    if rows.empty:
        return figure
    table = rows.pivot_table(
        index="segment", columns="level", values="customers", fill_value=0, aggfunc="sum"
    )
    many = table.sum(axis=0).sort_values(ascending=False)
    largest = set(many.head(MOST_LEVELS).index)
    down = [segment for segment in segments if segment in table.index][::-1]
    across = [level for level in levels if level in largest] or list(
        many.head(MOST_LEVELS).index
    )
    shares = table.div(table.sum(axis=1), axis=0).loc[down, across]
    figure.add_heatmap(
        x=across,
        y=down,
        z=shares.to_numpy(),
        zmin=0,
        autocolorscale=True,
        text=[[percent(value) for value in row] for row in shares.to_numpy()],
        texttemplate="%{text}",
        customdata=table.loc[down, across].to_numpy(),
        hovertemplate="%{text} of %{y} are “%{x}”: %{customdata:,} customers<extra></extra>",
        xgap=3,
        ygap=3,
        showscale=False,
    )
    across_axis = {"title": {"text": ""}, "showgrid": False, "type": "category"}
    return figure.update_layout(xaxis=across_axis, yaxis=wrapped(down))


def recency(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Draw how recency is spread within each segment."""
    return _spread(rows, scope, "recency_days")


def frequency(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Draw how frequency is spread within each segment."""
    return _spread(rows, scope, "frequency")


def monetary(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Draw how monetary is spread within each segment."""
    return _spread(rows, scope, "monetary")


def _spread(rows: pd.DataFrame, scope: Scope, measure: str) -> Chart:
    finding = distribution_finding(rows, measure=measure, currency=scope.currency)
    figure = distributions(rows, measure=measure, currency=scope.currency, order=scope.segments)
    unknown = wording.needs_measure(TITLES[measure])
    if scope.filters.segments:
        unknown = NOTHING_LEFT
    return Chart(figure, finding, f"Boxes by segment. {finding}.", unknown)


def agreement_bars(agreements: pd.DataFrame) -> go.Figure:
    """Draw how far each attribute tells the segment, those it was made from darker."""
    figure = go.Figure()
    if agreements.empty:
        return figure
    rows = agreements.head(MOST_ATTRIBUTES).iloc[::-1]
    for is_input, name in ((True, "Segments are made from it"), (False, "Not used for them")):
        some = rows[rows["is_input"].astype(bool) == is_input]
        figure.add_bar(
            y=[title_of(attribute) for attribute in some["attribute"]],
            x=some["mutual_information"],
            orientation="h",
            name=name,
            marker={"color": theme.MAIN if is_input else theme.QUIET},
            hovertemplate="%{y}: %{x:.2f} of 1<extra></extra>",
        )
    figure.add_vline(x=praise.SAME_COLUMN, line={"dash": "dot", "color": theme.SECOND})
    return figure.update_layout(
        xaxis={
            "title": {"text": "Share of what sets segments apart that it tells"},
            "range": [0, 1],
        },
        yaxis={
            "title": {"text": ""},
            "categoryorder": "array",
            "categoryarray": [title_of(attribute) for attribute in rows["attribute"]],
        },
    )


def agreement_finding(agreements: pd.DataFrame) -> str:
    """Say whether one attribute alone tells the segment."""
    if agreements.empty:
        return "What tells the segments"
    first = agreements.iloc[0]
    title, value = title_of(str(first["attribute"])), float(first["mutual_information"])
    if value > praise.SAME_COLUMN:
        return (
            f"Take care: “{title}” alone tells the segment ({value:.2f} of 1); the segments are"
            " its values under other names, one or several to a segment"
        )
    return f"No attribute alone tells the segment; {title.lower()} comes nearest ({value:.2f})"


def profile_heat(profiles: pd.DataFrame, *, currency: str) -> go.Figure:
    """Draw each segment's means against the average customer, the better the bluer.

    Colours follow the logarithm of the multiple; of recency, less is better.
    """
    figure = go.Figure()
    if profiles.empty:
        return figure
    written: dict[str, tuple[str, Callable[[float], str]]] = {
        "recency_days": ("Days silent", lambda mean: f"{mean:,.0f}"),
        "frequency": ("Orders", lambda mean: f"{mean:,.1f}"),
        "monetary": ("Spend", lambda mean: money_short(mean, currency)),
        "average_basket": ("Basket", lambda mean: money_short(mean, currency)),
    }
    measures = [name for name in written if profiles[name].notna().any()]
    titles = [written[name][0] for name in measures]
    weights = profiles["customers"] / profiles["customers"].sum()
    rows = profiles.iloc[::-1]
    means = rows[measures].to_numpy(dtype=float)
    average = (profiles[measures].mul(weights, axis=0)).sum().to_numpy(dtype=float)
    multiples = means / np.where(average == 0, 1, average)
    cells = [
        [
            f"{written[name][1](value)}<br>× {times:.1f}"
            for name, value, times in zip(measures, mean, row, strict=True)
        ]
        for mean, row in zip(means, multiples, strict=True)
    ]
    strength = np.log2(np.clip(multiples, 1 / 8, 8))
    strength *= [-1 if name == "recency_days" else 1 for name in measures]
    figure.add_heatmap(
        x=titles,
        y=rows["segment"],
        z=strength,
        zmid=0,
        zmin=-3,
        zmax=3,
        autocolorscale=True,
        text=cells,
        texttemplate="%{text}",
        textfont={"size": 12},
        customdata=multiples,
        hovertemplate="%{y}, %{x}: %{customdata:.2f} times the average customer<extra></extra>",
        xgap=3,
        ygap=3,
        showscale=False,
    )
    figure.update_layout(
        xaxis={"side": "top", "title": {"text": ""}, "showgrid": False, "tickangle": 0},
        yaxis=wrapped(list(rows["segment"])),
    )
    return figure


def profile_finding(profiles: pd.DataFrame) -> str:
    """Say how much more the first segment spends than the average customer."""
    if profiles.empty:
        return "What sets the segments apart"
    weights = profiles["customers"] / profiles["customers"].sum()
    average = float((profiles["monetary"] * weights).sum())
    large = praise.enough(profiles).dropna(subset=["monetary"])
    if large.empty or average <= 0:
        return "What sets the segments apart"
    best = highest(large, "monetary")
    times = best["monetary"] / average
    return f"{best['segment']} spend {times:.1f} times what the average customer does"


def distributions(
    shapes: pd.DataFrame, *, measure: str, currency: str, order: Sequence[str] = ()
) -> go.Figure:
    """Draw how one measure is spread within each segment: 5, 25, 50, 75 and 95 %."""
    figure = go.Figure()
    rows = shapes[shapes["measure"] == measure].iloc[::-1]
    if rows.empty:
        return figure
    for colour, row in zip(
        theme.colours(list(rows["segment"]), order), each_row(rows), strict=True
    ):
        figure.add_box(
            y=[row.segment],
            lowerfence=[row.low],
            q1=[row.quarter],
            median=[row.median],
            q3=[row.three_quarters],
            upperfence=[row.high],
            mean=[row.mean],
            orientation="h",
            name=row.segment,
            marker={"color": colour},
            line={"width": 1.5},
            boxpoints=False,
            showlegend=False,
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=[row.median],
            y=[row.segment],
            mode="markers",
            marker={"color": colour, "size": 14, "opacity": 0},
            customdata=[[row.quarter, row.three_quarters, row.low, row.high]],
            hovertemplate=f"{row.segment}: half lie between %{{customdata[0]:,.0f}} and"
            " %{customdata[1]:,.0f}, nine in ten between %{customdata[2]:,.0f} and"
            " %{customdata[3]:,.0f}; median %{x:,.0f}<extra></extra>",
            showlegend=False,
        )
    figure.update_layout(xaxis=axis(measure, currency), yaxis={"title": {"text": ""}})
    return figure


def distribution_finding(shapes: pd.DataFrame, *, measure: str, currency: str) -> str:
    """Say where the middle of the extreme segments lies."""
    rows = praise.enough(shapes[shapes["measure"] == measure])
    name = MEASURES[{"recency_days": "recency"}.get(measure, measure)].title
    if len(rows) < 2:
        return f"{name} within the segments"
    high, low = highest(rows, "median"), lowest(rows, "median")
    if high["median"] == low["median"]:
        same = high["median"]
        of_all = money(same, currency) if measure == "monetary" else number(same)
        return f"Median {name.lower()}: {of_all} in every segment"
    written = [
        money(row["median"], currency) if measure == "monetary" else number(row["median"])
        for row in (high, low)
    ]
    return (
        f"Median {name.lower()}: {written[0]} in {high['segment']},"
        f" {written[1]} in {low['segment']}"
    )


def move_finding(moves: pd.DataFrame, *, segments: list[str]) -> str:
    """Say how many stayed and where most of the others went."""
    from_segments = moves[moves["before"].isin(segments)]
    if from_segments.empty:
        return "Moves between segments"
    stayed = from_segments.loc[
        from_segments["before"] == from_segments["after"], "customers"
    ].sum()
    moved = from_segments[from_segments["before"] != from_segments["after"]]
    sentence = f"{percent(stayed / from_segments['customers'].sum())} stayed in their segment"
    if praise.enough(moved).empty:
        return sentence
    most = highest(moved, "customers")
    return (
        f"{sentence}; most who moved: {number(most['customers'])} from {most['before']}"
        f" to {most['after']}"
    )
