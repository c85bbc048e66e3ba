"""Pictures of the evidence for the segments: indices, silhouettes, trials, sizes, overlaps."""

import json

import pandas as pd
import plotly.graph_objects as go

from portal.kit.chart import Chart, Scope
from portal.reading.rows import highest, lowest
from portal.words import theme
from portal.words.scores import algorithm_title
from portal.words.wording import MEASURES, count, number, percent

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
LOWER_IS_BETTER = frozenset({"davies_bouldin", "bic"})


def silhouette(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show the silhouette by number of segments."""
    return _by_index(rows, "silhouette")


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


def trials(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show every trial of every study."""
    finding = trial_finding(rows)
    return Chart(trial_history(rows), finding, f"Marks of trials by silhouette. {finding}.")


def importances(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show how much each setting mattered."""
    finding = importance_finding(rows)
    return Chart(importance_bars(rows), finding, f"Bars by setting. {finding}.")


def overlaps(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show who moves between two clusterings."""
    finding = overlap_finding(rows)
    return Chart(
        overlap_matrix(rows),
        finding,
        f"Matrix of customers by segment in two clusterings. {finding}.",
    )


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
    """Say how many customers lie nearer to another segment."""
    if silhouettes.empty:
        return "Silhouettes of the published segments"
    weights = silhouettes["customers"] / silhouettes.groupby("segment")["place"].transform(
        "size"
    )
    wrong = weights[silhouettes["silhouette"] < 0].sum() / weights.sum()
    return f"{percent(wrong)} of customers lie nearer to another segment than to their own"


def trial_history(trials: pd.DataFrame) -> go.Figure:
    """Draw every trial of every study, with the best so far; refused ones are crosses."""
    figure = go.Figure()
    for study, some in trials.groupby("study", sort=False):
        algorithm = str(study).partition(".")[2]
        colour, symbol = LOOKS.get(algorithm, (theme.QUIET, "circle"))
        for state, shape, name in (
            ("complete", symbol, algorithm_title(algorithm)),
            ("pruned", "x", f"{algorithm_title(algorithm)}, refused"),
        ):
            rows = some[some["state"] == state]
            if rows.empty:
                continue
            figure.add_scatter(
                x=rows["trial"],
                y=rows["value"],
                mode="markers",
                name=name,
                marker={"color": colour, "symbol": shape, "size": 8},
                text=[_settings(params) for params in rows["params"]],
                hovertemplate=f"{name}, trial %{{x}}: silhouette %{{y:.3f}}<br>%{{text}}"
                "<extra></extra>",
            )
        best = some["value"].where(some["state"] == "complete").cummax()
        figure.add_scatter(
            x=some["trial"],
            y=best,
            mode="lines",
            line={"color": colour, "width": 1.5, "shape": "hv"},
            showlegend=False,
            hoverinfo="skip",
        )
    figure.update_layout(
        xaxis={"title": {"text": "Trial"}}, yaxis={"title": {"text": "Silhouette"}}
    )
    return figure


def trial_finding(trials: pd.DataFrame) -> str:
    """Say how many trials there were and how many were refused."""
    if trials.empty:
        return "Nothing was tuned; refresh with --trials 15 to search each algorithm's settings"
    refused = int((trials["state"] == "pruned").sum())
    said = count(len(trials), "trial")
    if not refused:
        return f"{said}, none refused"
    return f"{said}, {number(refused)} refused for a segment that is too small"


def importance_bars(importances: pd.DataFrame) -> go.Figure:
    """Draw how much each setting mattered in each study."""
    figure = go.Figure()
    for study, some in importances.groupby("study", sort=False):
        algorithm = str(study).partition(".")[2]
        colour, _ = LOOKS.get(algorithm, (theme.QUIET, "circle"))
        rows = some.iloc[::-1]
        figure.add_bar(
            y=[f"{name.replace('_', ' ')}" for name in rows["parameter"]],
            x=rows["importance"],
            orientation="h",
            name=algorithm_title(algorithm),
            marker={"color": colour},
            hovertemplate=f"{algorithm_title(algorithm)}, %{{y}}: %{{x:.0%}}<extra></extra>",
        )
    figure.update_layout(
        barmode="group",
        xaxis={"title": {"text": "Share of what moved the silhouette"}, "tickformat": ".0%"},
        yaxis={"title": {"text": ""}},
    )
    return figure


def importance_finding(importances: pd.DataFrame) -> str:
    """Name the setting that mattered most."""
    if importances.empty:
        return "Which settings matter"
    mean = importances.groupby("parameter")["importance"].mean()
    return f"“{str(mean.idxmax()).replace('_', ' ')}” matters most: {percent(mean.max())}"


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


def overlap_matrix(overlaps: pd.DataFrame) -> go.Figure:
    """Draw how many customers two clusterings put into which pair of segments."""
    figure = go.Figure()
    if overlaps.empty:
        return figure
    table = overlaps.pivot_table(
        index="left_segment", columns="right_segment", values="customers", fill_value=0
    )
    rows = table.sum(axis=1).sort_values().index
    table = table.loc[rows]
    shares = table.div(table.sum(axis=1), axis=0)
    figure.add_heatmap(
        x=list(table.columns),
        y=list(table.index),
        z=shares.to_numpy(),
        zmin=0,
        zmax=1,
        colorscale=theme.SEQUENTIAL,
        text=[[number(value) if value else "" for value in row] for row in table.to_numpy()],
        texttemplate="%{text}",
        customdata=table.to_numpy(),
        hovertemplate="%{customdata:,} customers are %{y} in the first and %{x} in the second:"
        " %{z:.0%} of %{y}<extra></extra>",
        xgap=3,
        ygap=3,
        showscale=False,
    )
    figure.update_layout(
        xaxis={
            "title": {"text": "Second"},
            "tickangle": 0,
            "showgrid": False,
            "tickvals": list(table.columns),
            "ticktext": [name.replace(" ", "<br>") for name in table.columns],
        },
        yaxis={
            "title": {"text": "First"},
            "showgrid": False,
            "tickvals": list(table.index),
            "ticktext": [name.replace(" ", "<br>") for name in table.index],
        },
    )
    return figure


def overlap_finding(overlaps: pd.DataFrame) -> str:
    """Say how many customers keep the name of their segment."""
    if overlaps.empty:
        return "Choose two different clusterings"
    same = overlaps.loc[
        overlaps["left_segment"] == overlaps["right_segment"], "customers"
    ].sum()
    total = overlaps["customers"].sum()
    return (
        f"{percent(same / total)} of customers are in a segment of the same name in both;"
        f" {count(total - same, 'customer moves', 'customers move')}"
    )


def _settings(params: str) -> str:
    found = json.loads(params)
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in found.items())
