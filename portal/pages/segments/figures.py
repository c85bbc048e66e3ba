"""Pictures of segments: customers in the RFM space, profiles, distributions and moves."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from portal.kit.move_matrix import wrapped
from portal.reading.rows import each_row, highest, lowest
from portal.words import theme
from portal.words.wording import MEASURES, money, money_short, number, percent, symbol

TITLES = {"recency_days": "Recency", "frequency": "Frequency", "monetary": "Monetary"}
MOST_ARROWS = 6
MOST_ATTRIBUTES = 14
SAME_COLUMN = 0.9
CAMERA = {"eye": {"x": 1.35, "y": -1.35, "z": 0.6}, "center": {"x": 0, "y": 0, "z": -0.12}}


def title_of(measure: str) -> str:
    """Name a measure, or an attribute and its level, as people would."""
    return TITLES.get(measure, measure.replace("_", " ").capitalize())


def axis_title(measure: str, currency: str) -> str:
    """Name a measure with its unit."""
    units = {"recency_days": "days", "frequency": "orders", "monetary": currency}
    return f"{TITLES[measure]} ({units[measure]})"


def rfm_cloud(points: pd.DataFrame, *, segments: list[str], currency: str) -> go.Figure:
    """Draw customers by recency, frequency and monetary in 3D, one trace per segment.

    `segments` gives the order of the traces, so that a filter takes none's colour away.
    """
    figure = go.Figure()
    marks = theme.marks(segments)
    for segment in segments:
        some = points[points["segment"] == segment]
        figure.add_scatter3d(
            x=some["recency_days"].to_numpy(np.float32),
            y=some["frequency"].to_numpy(np.float32),
            z=some["monetary"].to_numpy(np.float32),
            mode="markers",
            name=segment,
            marker={
                "size": 3.2,
                "color": marks[segment].colour,
                "symbol": marks[segment].symbol.replace("circle", "square"),
                "line": {"width": 0},
                "opacity": 0.85,
            },
            customdata=_opening(some, segment),
            hovertemplate=f"Customer %{{customdata[1]}} ({segment}): last order %{{x:,}} days"
            f" ago, %{{y:,}} orders, {symbol(currency)}%{{z:,.2f}} in all<extra></extra>",
            showlegend=not some.empty,
        )
    figure.update_layout(_scene(currency))
    return figure


def _opening(points: pd.DataFrame, segment: str) -> list[tuple[str, str]]:
    """Give what a click on marks of customers needs: the segment and who each one is."""
    return [(segment, str(customer)) for customer in points["customer_id"]]


def _scene(currency: str) -> dict[str, object]:
    """Lay out the three axes; the camera is kept when filters change."""
    return {
        "scene": {
            "xaxis": {
                "title": {"text": axis_title("recency_days", currency)},
                "tickformat": ",",
            },
            "yaxis": {
                "title": {"text": axis_title("frequency", currency)},
                "type": "log",
                "dtick": 1,
                "tickformat": "~s",
            },
            "zaxis": {
                "title": {"text": axis_title("monetary", currency)},
                "type": "log",
                "dtick": 1,
                "tickprefix": symbol(currency),
                "tickformat": "~s",
            },
            "camera": CAMERA,
            "aspectmode": "cube",
            "dragmode": "orbit",
            "uirevision": "kept",
        },
        "legend": {"itemsizing": "constant", "y": 1.0},
        "dragmode": "orbit",
        "uirevision": "kept",
    }


def rfm_cells(voxels: pd.DataFrame, *, segments: list[str], currency: str) -> go.Figure:
    """Draw all customers as cells of a grid, the fuller the larger, one trace per segment."""
    figure = go.Figure()
    marks = theme.marks(segments)
    largest = float(voxels["customers"].max()) if len(voxels) else 1.0
    for segment in segments:
        some = voxels[voxels["segment"] == segment]
        figure.add_scatter3d(
            x=some["recency_days"].to_numpy(np.float32),
            y=some["frequency"].to_numpy(np.float32),
            z=some["monetary"].to_numpy(np.float32),
            mode="markers",
            name=segment,
            marker={
                "size": (3 + 15 * np.cbrt(some["customers"] / largest)).to_numpy(np.float32),
                "color": marks[segment].colour,
                "symbol": "square",
                "line": {"width": 0},
                "opacity": 0.8,
            },
            customdata=[segment] * len(some),
            text=some["customers"].to_numpy(),
            hovertemplate=f"%{{text:,}} customers, most of them {segment}:"
            f" about %{{x:,.0f}} days, %{{y:,.1f}} orders, {symbol(currency)}%{{z:,.0f}}"
            "<extra></extra>",
            showlegend=not some.empty,
        )
    figure.update_layout(_scene(currency))
    return figure


def projection(
    points: pd.DataFrame, loadings: pd.DataFrame, *, segments: list[str]
) -> go.Figure:
    """Draw customers on the plane in which they differ most, and where each measure points."""
    figure = go.Figure()
    marks = theme.marks(segments)
    for segment in segments:
        some = points[points["segment"] == segment]
        figure.add_scatter(
            x=some["component_1"].to_numpy(np.float32),
            y=some["component_2"].to_numpy(np.float32),
            mode="markers",
            name=segment,
            marker={
                "size": 5,
                "color": marks[segment].colour,
                "symbol": marks[segment].symbol,
                "opacity": 0.6,
            },
            customdata=_opening(some, segment),
            hovertemplate=f"Customer %{{customdata[1]}} ({segment})<extra></extra>",
        )
    reach = (
        float(points[["component_1", "component_2"]].abs().to_numpy().max())
        if len(points)
        else 1
    )
    table = loadings.pivot_table(index="measure", columns="component", values="loading")
    longest = (table**2).sum(axis=1).nlargest(MOST_ARROWS).index
    for measure, row in table.loc[longest].iterrows():
        tip = {"x": row[1] * reach * 0.7, "y": row[2] * reach * 0.7}
        figure.add_annotation(
            **tip,
            ax=0,
            ay=0,
            axref="x",
            ayref="y",
            text="",
            showarrow=True,
            arrowhead=2,
            arrowwidth=1.5,
            arrowcolor=theme.QUIET,
        )
        figure.add_annotation(**tip, text=title_of(str(measure)), showarrow=False, yshift=10)
    explained = loadings.drop_duplicates("component").set_index("component")["explained"]
    figure.update_layout(
        legend={"itemsizing": "constant"},
        xaxis={"title": {"text": f"First component ({percent(explained.get(1))} of variance)"}},
        yaxis={"title": {"text": f"Second component ({percent(explained.get(2))})"}},
    )
    return figure


def projection_finding(loadings: pd.DataFrame) -> str:
    """Say how much of the variance the plane shows, and what its first direction is."""
    if loadings.empty:
        return "Customers on a plane"
    explained = loadings.drop_duplicates("component")["explained"].sum()
    first = loadings[loadings["component"] == 1]
    most = highest(first.assign(size=first["loading"].abs()), "size")["measure"]
    return (
        f"Two directions hold {percent(explained)} of the variance;"
        f" the first is mostly {title_of(str(most)).lower()}"
    )


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
        xaxis={"title": {"text": "Normalised mutual information"}, "range": [0, 1]},
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


def shown_of(shown: int, total: int) -> str:
    """Say how many customers are drawn where not all are."""
    if shown >= total:
        return f"Every one of {number(total)} customers is shown."
    return f"Showing {number(shown)} of {number(total)}, every segment in proportion."


def rfm_plane(
    points: pd.DataFrame, *, x: str, y: str, segments: list[str], currency: str
) -> go.Figure:
    """Draw customers by two of the three measures, one trace per segment."""
    figure = go.Figure()
    marks = theme.marks(segments)
    for segment in segments:
        some = points[points["segment"] == segment]
        figure.add_scatter(
            x=some[x].to_numpy(np.float32),
            y=some[y].to_numpy(np.float32),
            mode="markers",
            name=segment,
            marker={
                "size": 5,
                "color": marks[segment].colour,
                "symbol": marks[segment].symbol,
                "opacity": 0.6,
            },
            customdata=_opening(some, segment),
            hovertemplate=f"Customer %{{customdata[1]}} ({segment}):"
            f" {TITLES[x].lower()} %{{x:,}}, {TITLES[y].lower()} %{{y:,.2f}}<extra></extra>",
            showlegend=False,
        )
    figure.update_layout(xaxis=_axis(x, currency), yaxis=_axis(y, currency))
    return figure


def plane_finding(points: pd.DataFrame, *, x: str, y: str) -> str:
    """Say how two measures go together, by their rank correlation (Spearman 1904)."""
    names = f"{TITLES[x]} and {TITLES[y].lower()}"
    ranks = points[[x, y]].rank()
    if len(ranks) < 3 or (ranks.std() == 0).any():
        return names
    together = float(np.corrcoef(ranks[x], ranks[y])[0, 1])
    strength = "hardly" if abs(together) < 0.2 else "" if abs(together) < 0.6 else "closely"
    way = "rise together" if together > 0 else "go against each other"
    said = " ".join(word for word in (names, strength, way) if word)
    return f"{said} (rank correlation {together:.2f})".replace("-", "−")


def _axis(measure: str, currency: str) -> dict[str, object]:
    axis: dict[str, object] = {"title": {"text": axis_title(measure, currency)}}
    if measure == "recency_days":
        return axis | {"rangemode": "tozero", "tickformat": ","}
    axis |= {"type": "log", "dtick": 1, "tickformat": "~s"}
    return axis | ({"tickprefix": symbol(currency)} if measure == "monetary" else {})


def cloud_finding(shares: pd.DataFrame) -> str:
    """Say how far apart the best and the most silent segment lie."""
    if len(shares) < 2:
        return "Customers by recency, frequency and spend"
    best = highest(shares, "monetary")
    silent = highest(shares, "recency_days")
    if best["segment"] == silent["segment"]:
        return f"{best['segment']} spend most and have been silent longest"
    return (
        f"{best['segment']} last ordered {round(best['recency_days']):,} days ago on average,"
        f" {silent['segment']} {round(silent['recency_days']):,}"
    )


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
    axis = _axis(measure, currency)
    figure.update_layout(xaxis=axis, yaxis={"title": {"text": ""}})
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
