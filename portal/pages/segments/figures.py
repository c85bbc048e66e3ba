"""Pictures of segments: profiles, spreads, moves, and what tells them apart."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from portal.kit.chart import NOTHING_LEFT, Chart, Scope
from portal.kit.move_matrix import move_matrix, wrapped
from portal.pages.segments.measures import TITLES, axis, title_of
from portal.reading.rows import each_row, highest, lowest
from portal.words import theme, wording
from portal.words.wording import MEASURES, money, money_short, number, percent

MOST_ATTRIBUTES = 14
SAME_COLUMN = 0.9


def profile(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Draw the segments against the average customer."""
    finding = profile_finding(rows)
    told = f"Table of means by segment, coloured against the average customer. {finding}."
    return Chart(profile_heat(rows, currency=scope.currency), finding, told)


def agreement(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Draw how far each attribute alone tells the segment."""
    finding = agreement_finding(rows)
    return Chart(
        agreement_bars(rows),
        finding,
        f"Bars of how far each attribute tells the segment. {finding}.",
        "Too few customers to group: nothing tells segments apart.",
    )


def moves(rows: pd.DataFrame, scope: Scope, *, knows_moves: bool) -> Chart:
    """Draw the moves between segments."""
    segments = list(scope.segments)
    finding = move_finding(rows, segments=segments)
    return Chart(
        move_matrix(rows, segments=segments),
        finding,
        f"Matrix of customers by segment 30 days earlier and now. {finding}.",
        NOTHING_LEFT if knows_moves else wording.NEEDS_DAYS,
    )


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
            y=[title_of(each) for each in some["attribute"]],
            x=some["mutual_information"],
            orientation="h",
            name=name,
            marker={"color": theme.MAIN if is_input else theme.QUIET},
            hovertemplate="%{y}: %{x:.2f} of 1<extra></extra>",
        )
    figure.add_vline(x=SAME_COLUMN, line={"dash": "dot", "color": theme.SECOND})
    return figure.update_layout(
        xaxis={
            "title": {"text": "Share of what sets segments apart that it tells"},
            "range": [0, 1],
        },
        yaxis={
            "title": {"text": ""},
            "categoryorder": "array",
            "categoryarray": [title_of(each) for each in rows["attribute"]],
        },
    )


def agreement_finding(agreements: pd.DataFrame) -> str:
    """Say whether one attribute alone tells the segment."""
    if agreements.empty:
        return "What tells the segments"
    first = agreements.iloc[0]
    title, value = title_of(str(first["attribute"])), float(first["mutual_information"])
    if value > SAME_COLUMN:
        return f"Take care: the segments are “{title}” under other names ({value:.2f} of 1)"
    return f"No attribute alone tells the segment; {title.lower()} comes nearest ({value:.2f})"


def profile_heat(profiles: pd.DataFrame, *, currency: str) -> go.Figure:
    """Draw each segment's means against the average customer, the better the bluer.

    Colours follow the logarithm of the multiple; of recency, less is better.
    """
    figure = go.Figure()
    if profiles.empty:
        return figure
    written: dict[str, tuple[str, Callable[[float], str]]] = {
        "recency_days": ("Recency", lambda mean: f"{mean:,.0f} days"),
        "frequency": ("Orders", lambda mean: f"{mean:,.1f}"),
        "monetary": ("Monetary", lambda mean: money_short(mean, currency)),
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
        colorscale=theme.DIVERGING,
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
    best = highest(profiles, "monetary")
    times = best["monetary"] / average if average else 1
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
    rows = shapes[shapes["measure"] == measure]
    name = MEASURES[{"recency_days": "recency"}.get(measure, measure)].title
    if len(rows) < 2:
        return f"{name} within the segments"
    high, low = highest(rows, "median"), lowest(rows, "median")
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
    known = moves[moves["before"].isin(segments)]
    if known.empty:
        return "Moves between segments"
    stayed = known.loc[known["before"] == known["after"], "customers"].sum()
    moved = known[known["before"] != known["after"]]
    said = f"{percent(stayed / known['customers'].sum())} stayed in their segment for 30 days"
    if moved.empty:
        return said
    most = highest(moved, "customers")
    return (
        f"{said}; most who moved: {number(most['customers'])} from {most['before']}"
        f" to {most['after']}"
    )
