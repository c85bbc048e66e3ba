"""Pictures of customers in the space of recency, frequency and monetary."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import NOTHING_LEFT, Chart, Scope
from portal.pages.segments.measures import TITLES, axis, axis_title, title_of
from portal.pages.segments.queries import CELLS
from portal.reading.rows import highest
from portal.words import praise, theme, wording
from portal.words.wording import number, percent, symbol

MOST_ARROWS = 6
RFM = ("recency_days", "frequency", "monetary")
CAMERA = {"eye": {"x": 1.35, "y": -1.35, "z": 0.6}, "center": {"x": 0, "y": 0, "z": -0.12}}


def cloud(
    rows: pd.DataFrame, scope: Scope, *, counts: pd.DataFrame, shares: pd.DataFrame
) -> Chart:
    """Draw the customers in three dimensions, or all of them as cells."""
    as_cells = scope.choices.get("kind") == CELLS
    unknown = _unknown(counts, list(TITLES))
    if unknown or (as_cells and rows.empty):
        title = "Customers in three dimensions"
        return Chart(go.Figure(), title, "", unknown or NOTHING_LEFT)
    finding = cloud_finding(shares)
    drawing, segments = rfm_cells if as_cells else rfm_cloud, list(scope.segments)
    figure = drawing(rows, segments=segments, currency=scope.currency)
    sample_note = (
        f"Cells hold all {wording.number(rows['customers'].sum())} customers."
        if as_cells
        else shown_of(len(rows), _many(counts))
    )
    figure.add_annotation(
        text=sample_note, x=0, y=0, xref="paper", yref="paper", xanchor="left", yanchor="bottom"
    )
    form = "Cells" if as_cells else "Cloud"
    alternative = f"{form} of customers in three dimensions. {finding}. {sample_note}"
    return Chart(figure, finding, alternative)


def recency_monetary(
    rows: pd.DataFrame, scope: Scope, *, counts: pd.DataFrame, together: pd.DataFrame
) -> Chart:
    """Draw recency against monetary."""
    return _plane(rows, scope, counts, "recency_days", together)


def frequency_monetary(
    rows: pd.DataFrame, scope: Scope, *, counts: pd.DataFrame, together: pd.DataFrame
) -> Chart:
    """Draw frequency against monetary."""
    return _plane(rows, scope, counts, "frequency", together)


def components(
    rows: pd.DataFrame, scope: Scope, *, counts: pd.DataFrame, loadings: pd.DataFrame
) -> Chart:
    """Draw the customers on the plane in which they differ most."""
    finding, sample_note = projection_finding(loadings), shown_of(len(rows), _many(counts))
    figure = projection(rows, loadings, segments=scope.segments)
    return Chart(figure, finding, f"One mark per customer. {finding}. {sample_note}")


def _plane(
    rows: pd.DataFrame, scope: Scope, counts: pd.DataFrame, x: str, together: pd.DataFrame
) -> Chart:
    y = "monetary"
    if unknown := _unknown(counts, [x, y]):
        return Chart(go.Figure(), f"{TITLES[x]} and {TITLES[y].lower()}", "", unknown)
    sample_note, finding = shown_of(len(rows), _many(counts)), plane_finding(together, x=x)
    figure = rfm_plane(rows, x=x, y=y, segments=scope.segments, currency=scope.currency)
    return Chart(figure, finding, f"One mark per customer. {finding}. {sample_note}")


def _many(counts: pd.DataFrame) -> int:
    return int(counts["customers"].iloc[0])


def _unknown(counts: pd.DataFrame, measures: Sequence[str]) -> str:
    """Say which measure the source knows of nobody; empty where it knows all."""
    for measure in measures:
        if _many(counts) and not counts[measure].iloc[0]:
            return wording.needs_measure(TITLES[measure])
    return ""


def rfm_cloud(points: pd.DataFrame, *, segments: Sequence[str], currency: str) -> go.Figure:
    """Draw customers by recency, frequency and monetary in 3D, one trace per segment.

    `segments` gives the order of the traces, so that a filter takes none's colour away.
    """
    figure = go.Figure()
    for segment, some, mark in _by_segment(points, segments):
        figure.add_scatter3d(
            **_marks(segment, some, RFM),
            marker={
                "size": 3.2,
                "color": mark.colour,
                "symbol": mark.symbol.replace("circle", "square"),
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


def _by_segment(
    points: pd.DataFrame, segments: Sequence[str]
) -> Iterator[tuple[str, pd.DataFrame, theme.Mark]]:
    """Give each segment, its points, none maybe, and its look."""
    looks = theme.marks(segments)
    for segment in segments:
        yield segment, points[points["segment"] == segment], looks[segment]


def _marks(segment: str, points: pd.DataFrame, axes: Sequence[str]) -> dict[str, object]:
    """Give what every trace of marks has: where they stand and what it is called."""
    places = {
        axis: points[column].to_numpy(np.float32)
        for axis, column in zip("xyz", axes, strict=False)
    }
    return places | {"mode": "markers", "name": segment}


def _flat(
    segment: str, points: pd.DataFrame, axes: Sequence[str], look: theme.Mark
) -> dict[str, object]:
    """Give a trace of customers on a plane."""
    marker = {"size": 5, "color": look.colour, "symbol": look.symbol, "opacity": 0.6}
    opening = _opening(points, segment)
    return _marks(segment, points, axes) | {"marker": marker, "customdata": opening}


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


def rfm_cells(voxels: pd.DataFrame, *, segments: Sequence[str], currency: str) -> go.Figure:
    """Draw all customers as cells of a grid, the fuller the larger, one trace per segment."""
    figure = go.Figure()
    largest = float(voxels["customers"].max()) if len(voxels) else 1.0
    for segment, some, mark in _by_segment(voxels, segments):
        figure.add_scatter3d(
            **_marks(segment, some, RFM),
            marker={
                "size": (3 + 15 * np.cbrt(some["customers"] / largest)).to_numpy(np.float32),
                "color": mark.colour,
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
    points: pd.DataFrame, loadings: pd.DataFrame, *, segments: Sequence[str]
) -> go.Figure:
    """Draw customers on the plane in which they differ most, and where each measure points."""
    figure = go.Figure()
    for segment, some, mark in _by_segment(points, segments):
        figure.add_scatter(
            **_flat(segment, some, ("component_1", "component_2"), mark),
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
        f"Two directions hold {percent(explained)} of the variance of what segments are made"
        f" from; the first is mostly {title_of(str(most)).lower()}"
    )


def shown_of(drawn: int, total: int) -> str:
    """Say how many customers are drawn where not all are."""
    if drawn >= total:
        return f"Every one of {number(total)} customers is shown."
    return f"Showing {number(drawn)} of {number(total)}, every segment in proportion."


def rfm_plane(
    points: pd.DataFrame, *, x: str, y: str, segments: Sequence[str], currency: str
) -> go.Figure:
    """Draw customers by two of the three measures, one trace per segment."""
    figure = go.Figure()
    for segment, some, mark in _by_segment(points, segments):
        figure.add_scatter(
            **_flat(segment, some, (x, y), mark),
            hovertemplate=f"Customer %{{customdata[1]}} ({segment}):"
            f" {TITLES[x].lower()} %{{x:,}}, {TITLES[y].lower()} %{{y:,.2f}}<extra></extra>",
            showlegend=False,
        )
    figure.update_layout(xaxis=axis(x, currency), yaxis=axis(y, currency))
    return figure


def plane_finding(together: pd.DataFrame, *, x: str) -> str:
    """Say how a measure goes together with the monetary value, by their ranks (Spearman 1904).

    `together` is one row with the rank correlation in the column of the measure, of the
    `customers` that were ranked of those `kept`; drawn are fewer.
    """
    names = f"{TITLES[x]} and {TITLES['monetary'].lower()}"
    if together.empty or pd.isna(together[x].iloc[0]):
        return names
    row = together.iloc[0]
    value, customers = float(row[x]), int(row["customers"])
    relation = praise.correlation(value, customers)
    if not relation:
        return names
    of = (
        ""
        if customers >= row["kept"]
        else f" among {number(customers)} of {number(row['kept'])}"
    )
    return f"{names} {relation} (rank correlation {value:.2f}{of})".replace("-", "−")


def cloud_finding(shares: pd.DataFrame) -> str:
    """Say how far apart the best and the most silent segment lie."""
    shares = praise.enough(shares)
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
