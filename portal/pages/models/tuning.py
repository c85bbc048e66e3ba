"""How models were tuned: trials, what the loss depends on, what it took."""

import json
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from portal.pages.models.marks import MODELS, within
from portal.reading.rows import each_row, highest, lowest
from portal.words import theme
from portal.words.wording import (
    count,
    number,
    percent,
    seconds,
)

MOST_SETTINGS = 18


def with_models(rows: pd.DataFrame) -> pd.DataFrame:
    """Tell the model of each study, which is called “models.task.model”."""
    return rows.assign(model=[str(study).rpartition(".")[2] for study in rows["study"]])


def trial_history(trials: pd.DataFrame, *, titles: dict[str, str], chosen: str) -> go.Figure:
    """Draw each trial's loss by model with the best so far; those stopped early are crosses."""
    figure = go.Figure()
    for model, some in trials.groupby("model", sort=False):
        look = MODELS.get(str(model), theme.Mark(theme.QUIET, "circle"))
        title = titles.get(str(model), str(model).replace("_", " "))
        for state, symbol in (("complete", look.symbol), ("pruned", "x-thin-open")):
            rows = some[some["state"] == state].dropna(subset=["value"])
            if rows.empty:
                continue
            figure.add_scatter(
                x=rows["trial"],
                y=rows["value"],
                mode="markers",
                name=title,
                legendgroup=str(model),
                showlegend=state == "complete",
                marker={"color": look.colour, "symbol": symbol, "size": 8},
                text=[settings_said(params) for params in rows["params"]],
                hovertemplate=f"{title}, trial %{{x}}"
                f"{', stopped early' if state == 'pruned' else ''}: log loss %{{y:.4f}}"
                "<br>%{text}<extra></extra>",
            )
        best = some["value"].where(some["state"] == "complete").cummin().ffill()
        figure.add_scatter(
            x=some["trial"],
            y=best,
            mode="lines",
            legendgroup=str(model),
            line={"color": look.colour, "width": 3 if model == chosen else 1.5, "shape": "hv"},
            showlegend=False,
            hoverinfo="skip",
        )
    figure.update_layout(
        xaxis={"title": {"text": "Trial"}, "dtick": _whole_step(trials)},
        yaxis={"title": {"text": "Log loss on inner folds, lower is better"}},
        legend={"font": {"size": 11}},
    )
    return figure


def _whole_step(trials: pd.DataFrame) -> int:
    return 1 if trials.empty else max(1, int(trials["trial"].max()) // 8)


def trial_finding(trials: pd.DataFrame, *, titles: dict[str, str]) -> str:
    """Say how many trials there were and which one came out lowest."""
    done = trials[trials["state"] == "complete"].dropna(subset=["value"])
    if done.empty:
        return "Nothing was tuned; refresh with --trials 8 to search each model's settings"
    best = lowest(done, "value")
    stopped = int((trials["state"] == "pruned").sum())
    title = titles.get(str(best["model"]), str(best["model"]))
    return (
        f"{count(len(trials), 'trial')}, {number(stopped)} stopped early; the lowest loss is"
        f" {number(best['value'], 3)}, by {within(title)}"
    )


def setting_bars(importances: pd.DataFrame, *, titles: dict[str, str]) -> go.Figure:
    """Draw how much each setting mattered in each model's search."""
    figure = go.Figure()
    rows = importances[importances.groupby("study")["parameter"].transform("size") > 1]
    rows = rows.sort_values("importance", ascending=False, kind="stable").head(MOST_SETTINGS)
    order = [f"{titles.get(row.model, row.model)}: {_spaced(row.parameter)}"
             for row in each_row(rows)]  # fmt: skip
    for model, some in rows.groupby("model", sort=False):
        look = MODELS.get(str(model), theme.Mark(theme.QUIET, "circle"))
        title = titles.get(str(model), str(model))
        figure.add_bar(
            y=[f"{title}: {_spaced(name)}" for name in some["parameter"]],
            x=some["importance"],
            orientation="h",
            marker={"color": look.colour},
            showlegend=False,
            hovertemplate="%{y}: %{x:.0%}<extra></extra>",
        )
    figure.update_layout(
        barmode="overlay",
        xaxis={"title": {"text": "Share of what moved the loss"}, "tickformat": ".0%"},
        yaxis={"categoryorder": "array", "categoryarray": order[::-1], "showgrid": False},
    )
    return figure


def setting_finding(importances: pd.DataFrame, *, titles: dict[str, str]) -> str:
    """Name the setting that mattered most where there was more than one."""
    rows = importances[importances.groupby("study")["parameter"].transform("size") > 1]
    if rows.empty:
        return "Which settings matter is known after some trials of each model"
    top = highest(rows, "importance")
    title = titles.get(str(top["model"]), str(top["model"]))
    return f"Of {within(title)}, “{_spaced(top['parameter'])}” matters most: " + percent(
        top["importance"]
    )


def time_bars(models: pd.DataFrame) -> go.Figure:
    """Draw the processor time of tuning and fitting each model."""
    figure = go.Figure()
    rows = models.dropna(subset=["seconds"]).sort_values("seconds")
    if rows.empty:
        return figure
    figure.add_bar(
        y=rows["title"],
        x=rows["seconds"],
        orientation="h",
        marker={"color": [theme.MAIN if chosen else "#9db4e0" for chosen in rows["chosen"]]},
        text=[seconds(value) for value in rows["seconds"]],
        textposition="auto",
        hovertemplate="%{y}: %{x:.2f} s<extra></extra>",
    )
    figure.update_layout(
        xaxis={"title": {"text": "Processor seconds"}}, yaxis={"showgrid": False}
    )
    return figure


def time_finding(models: pd.DataFrame) -> str:
    """Say what tuning and fitting all models cost and which one took longest."""
    rows = models.dropna(subset=["seconds"])
    if rows.empty:
        return "Time of tuning and fitting"
    top = highest(rows, "seconds")
    return (
        f"Tuning and fitting took {seconds(float(rows['seconds'].sum()))} of processor time;"
        f" {within(top['title'])} most, {seconds(float(top['seconds']))}"
    )


def settings_said(params: str) -> str:
    """Write settings kept as JSON: “max depth 3, subsample 0.91”."""
    settings: dict[str, Any] = json.loads(params or "{}")
    return ", ".join(f"{_spaced(name)} {_short(value)}" for name, value in settings.items())


def _short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _spaced(name: str) -> str:
    return str(name).replace("_", " ")
