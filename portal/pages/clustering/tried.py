"""Pictures of what tuning tried, and of who moves between two clusterings."""

import json

import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import Chart, Scope
from portal.pages.clustering.figures import LOOKS
from portal.reading.rows import highest
from portal.words import theme
from portal.words.scores import algorithm_title
from portal.words.wording import count, number, percent


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
    trial_count = count(len(trials), "trial")
    if not refused:
        return f"{trial_count}, none refused"
    return f"{trial_count}, {number(refused)} refused for a segment that is too small"


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
    """Name the setting that mattered most, where an algorithm has more than one."""
    several = importances.groupby("study")["parameter"].transform("size") > 1
    if not several.any():
        return "Which settings matter"
    first = highest(importances[several], "importance")
    algorithm = algorithm_title(str(first["study"]).partition(".")[2])
    return (
        f"{algorithm}: “{str(first['parameter']).replace('_', ' ')}” matters most,"
        f" {percent(first['importance'])} of what moved the silhouette"
    )


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
        autocolorscale=True,
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
    settings = json.loads(params)
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in settings.items())
