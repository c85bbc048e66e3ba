"""Pictures of the evidence for the segments: indices, stability, silhouettes, sizes."""

import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import Chart, Scope
from portal.reading.rows import highest, lowest
from portal.words import praise, theme
from portal.words.measures import MEASURES
from portal.words.scores import algorithm_title
from portal.words.wording import count, number, percent

LOOKS = {
    "kmeans": (theme.MAIN, "circle"),
    "agglomerative": (theme.SECOND, "square"),
    "gaussian_mixture": (theme.GOOD, "diamond"),
}
INDICES = (
    "silhouette",
    "davies_bouldin",
    "calinski_harabasz",
    "inertia",
    "gap",
    "bic",
    "stability",
    "smallest_share",
)
FIRST_INDEX = "inertia"
STABLE = 0.75
"""Stability from which on a clustering may be published."""
MOST_BARS = 12
LOWER_IS_BETTER = frozenset({"davies_bouldin", "bic"})


def silhouette(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show the silhouette by number of segments."""
    return _by_index(rows, "silhouette")


def stability(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show how stable the clusterings are whose stability was measured."""
    measured = rows.dropna(subset=["stability"])
    finding = stability_finding(measured)
    return Chart(
        stability_bars(measured), finding, f"Bars of stability by clustering. {finding}."
    )


def index(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show the index chosen by number of segments."""
    chosen = scope.choices.get("index")
    return _by_index(rows, chosen if chosen in INDICES else FIRST_INDEX)


def silhouettes(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show the silhouettes of the published segments."""
    finding = silhouette_finding(rows)
    return Chart(
        silhouette_plot(rows), finding, f"Areas of sorted silhouettes by segment. {finding}."
    )


def sizes(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show the sizes of the finalists' clusters."""
    finding = size_finding(rows)
    return Chart(size_bars(rows), finding, f"Stacked bars by finalist. {finding}.")


def _by_index(rows: pd.DataFrame, index: str) -> Chart:
    finding = index_finding(rows, index=index)
    return Chart(
        index_by_k(rows, index=index),
        finding,
        f"Lines of {MEASURES[index].title} by number of segments. {finding}.",
    )


def finalist_title(name: str) -> str:
    """Write a finalist's name: “k-means, tuned, 4 segments”."""
    algorithm, how, k = name.split(", ")
    return f"{algorithm_title(algorithm)}, {how}, {k} segments"


def index_by_k(candidates: pd.DataFrame, *, index: str) -> go.Figure:
    """Draw one index by number of segments, a line per algorithm, dashed where tuned."""
    figure = go.Figure()
    rows = candidates.dropna(subset=[index]).sort_values("n_clusters")
    for (algorithm, tuned), some in rows.groupby(["algorithm", "tuned"], sort=False):
        colour, symbol = LOOKS.get(str(algorithm), (theme.QUIET, "circle"))
        name = f"{algorithm_title(str(algorithm))}, {'tuned' if tuned else 'defaults'}"
        figure.add_scatter(
            x=some["n_clusters"],
            y=some[index],
            mode="lines+markers",
            name=name,
            line={"color": colour, "width": 2, "dash": "dot" if tuned else "solid"},
            marker={"size": 7, "symbol": f"{symbol}-open" if tuned else symbol},
            hovertemplate=f"{name}, %{{x}} segments: {MEASURES[index].title.lower()}"
            " %{y:,.3f}<extra></extra>",
        )
    chosen = rows[rows["chosen"].astype(bool)]
    figure.add_scatter(
        x=chosen["n_clusters"],
        y=chosen[index],
        mode="markers",
        name="Published",
        marker={
            "size": 15,
            "symbol": "circle-open",
            "color": theme.BAD,
            "line": {"width": 2.5},
        },
        hoverinfo="skip",
    )
    figure.update_layout(
        xaxis={"title": {"text": "Number of segments"}, "dtick": 1},
        yaxis={"title": {"text": MEASURES[index].title}},
    )
    return figure


def index_finding(candidates: pd.DataFrame, *, index: str) -> str:
    """Say which clustering this index alone would choose."""
    rows = candidates.dropna(subset=[index])
    name = MEASURES[index].title
    if rows.empty:
        return f"{name} by number of segments"
    if index in {"inertia", "smallest_share"}:
        return f"{name} by number of segments"
    best = lowest(rows, index) if index in LOWER_IS_BETTER else highest(rows, index)
    how = "tuned" if best["tuned"] else "with its defaults"
    return (
        f"{name} alone would choose {best['n_clusters']} segments by"
        f" {algorithm_title(best['algorithm'])} {how}"
    )


def why(candidates: pd.DataFrame) -> str:
    """Say which clustering is published and why, in one sentence."""
    chosen = candidates[candidates["chosen"].astype(bool)]
    if chosen.empty:
        return "No clustering is published."
    row = chosen.iloc[0]
    name = f"{count(int(row['n_clusters']), 'segment')} by {algorithm_title(row['algorithm'])}"
    sentence = f"{name} are published: silhouette {number(row['silhouette'], 3)}"
    if pd.isna(row["stability"]):
        return f"{sentence}; how stable they are was not measured."
    stability_clause = (
        f"stability {number(row['stability'], 2)}, {praise.stability(row['stability'])}"
    )
    if row["stability"] < STABLE:
        return (
            f"{sentence}, {stability_clause}: no finalist is stable, "
            "and this one is the most so."
        )
    rivals = candidates[candidates["stability"].notna() & ~candidates["chosen"].astype(bool)]
    higher = int((rivals["silhouette"] > row["silhouette"]).sum())
    if not higher:
        return f"{sentence}, the highest of the finalists, and {stability_clause}."
    passed = count(higher, "finalist has a higher one", "finalists have a higher one")
    return f"{sentence}, {stability_clause}; {passed} but did not meet every rule."


def stability_bars(measured: pd.DataFrame) -> go.Figure:
    """Draw the stability of each finalist; the published one stands out."""
    figure = go.Figure()
    if measured.empty:
        return figure
    rows = measured.sort_values("stability").tail(MOST_BARS)
    figure.add_bar(
        y=[_finalist(row) for _, row in rows.iterrows()],
        x=rows["stability"],
        orientation="h",
        marker={
            "color": [theme.MAIN if is_chosen else theme.QUIET for is_chosen in rows["chosen"]]
        },
        text=[number(value, 2) for value in rows["stability"]],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: stability %{x:.2f}<extra></extra>",
    )
    figure.add_vline(x=STABLE, line={"dash": "dot", "color": theme.QUIET, "width": 1.5})
    return figure.update_layout(
        xaxis={"title": {"text": "Stability"}, "range": [0, 1.08]},
        yaxis={"title": {"text": ""}},
    )


def stability_finding(measured: pd.DataFrame) -> str:
    """Say how stable the published clustering is, beside the others."""
    chosen = measured[measured["chosen"].astype(bool)]
    if chosen.empty:
        return "Stability of the finalists"
    value = float(chosen["stability"].iloc[0])
    stable = int((measured["stability"] >= STABLE).sum())
    return (
        f"The published segments are {praise.stability(value)};"
        f" {number(stable)} of {count(len(measured), 'finalist')} reach {STABLE:g}"
    )


def _finalist(row: pd.Series) -> str:
    how = "tuned" if row["tuned"] else "defaults"
    return f"{algorithm_title(row['algorithm'])}, {how}, {row['n_clusters']}"


def silhouette_plot(silhouettes: pd.DataFrame) -> go.Figure:
    """Draw the sorted silhouettes of each published segment, as wide as it is large."""
    figure = go.Figure()
    below = 0.0
    segments = list(dict.fromkeys(silhouettes["segment"]))
    total = silhouettes.drop_duplicates("segment")["customers"].sum() if segments else 1
    ticks = []
    for segment, colour in zip(segments, theme.colours(segments), strict=True):
        some = silhouettes[silhouettes["segment"] == segment]
        size = float(some["customers"].iloc[0]) / total
        figure.add_scatter(
            x=some["silhouette"],
            y=below + some["place"] * size,
            mode="lines",
            fill="tozerox",
            line={"color": colour, "width": 1},
            name=segment,
            hovertemplate=f"{segment}: %{{x:.2f}}<extra></extra>",
            showlegend=False,
        )
        ticks.append(below + size / 2)
        below += size + 0.02
    figure.update_layout(
        xaxis={"title": {"text": "Silhouette of the customer"}, "zeroline": True},
        yaxis={
            "title": {"text": ""},
            "tickvals": ticks,
            "ticktext": [segment.replace(" ", "<br>") for segment in segments],
            "showgrid": False,
        },
    )
    return figure


def silhouette_finding(silhouettes: pd.DataFrame) -> str:
    """Say how many customers lie nearer to another segment, as the run counted them.

    The curves are drawn through a few places of each segment, from which it isn't told exactly;
    runs of an earlier version counted nobody.
    """
    segments = silhouettes.drop_duplicates("segment").dropna(subset=["nearer_elsewhere"])
    if segments.empty:
        return "Silhouettes of the published segments"
    customers = segments["customers"]
    wrong = (segments["nearer_elsewhere"] * customers).sum() / customers.sum()
    if not wrong:
        return "No customer lies nearer to another segment than to their own"
    return f"{percent(wrong, 1)} of customers lie nearer to another segment than to their own"


def size_bars(sizes: pd.DataFrame) -> go.Figure:
    """Draw the sizes of the finalists' clusters, the largest first."""
    figure = go.Figure()
    if sizes.empty:
        return figure
    names = sizes.apply(
        lambda row: (
            f"{algorithm_title(row['algorithm'])}, {'tuned' if row['tuned'] else 'defaults'},"
            f" {row['n_clusters']}"
        ),
        axis=1,
    )
    totals = sizes.groupby(names)["customers"].transform("sum")
    shares = sizes["customers"] / totals
    for place in sorted(sizes["place"].unique()):
        at = sizes["place"] == place
        figure.add_bar(
            y=names[at],
            x=shares[at],
            orientation="h",
            marker={
                "color": theme.MAIN,
                "opacity": max(0.25, 1 - 0.16 * place),
                "line": {"width": 1, "color": "rgba(127,127,127,0.6)"},
            },
            text=[percent(share) for share in shares[at]],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            customdata=sizes["customers"][at],
            hovertemplate="%{y}: %{customdata:,} customers, %{x:.1%}<extra></extra>",
            showlegend=False,
        )
    figure.update_layout(
        barmode="stack",
        xaxis={"title": {"text": "Share of customers"}, "tickformat": ".0%"},
        yaxis={"title": {"text": ""}, "autorange": "reversed"},
    )
    return figure


def size_finding(sizes: pd.DataFrame) -> str:
    """Say how small the smallest cluster of the finalists is."""
    if sizes.empty:
        return "Sizes of the finalists' segments"
    keys = ["algorithm", "tuned", "n_clusters"]
    shares = sizes["customers"] / sizes.groupby(keys)["customers"].transform("sum")
    return f"The smallest segment of any finalist has {percent(shares.min(), 1)} of customers"
