"""Pictures of the models: scores, curves, confusions, where two differ, tuning, drivers."""

import json
import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from portal.pages.models.shapley import Shapley
from portal.reading.rows import each_row, highest, lowest
from portal.words import theme
from portal.words.titles import feature_title
from portal.words.wording import (
    MEASURES,
    MINUS,
    NOTHING,
    count,
    date,
    interval,
    number,
    percent,
    plain_list,
    seconds,
)

METRICS = (
    "roc_auc", "accuracy", "balanced_accuracy", "f1", "f1_macro", "average_precision",
    "lift_at_10", "log_loss", "brier", "ece",
)  # fmt: skip
LOWER_IS_BETTER = frozenset({"brier", "log_loss", "ece"})
CURVES = {
    "roc": "ROC",
    "precision_recall": "Precision and recall",
    "calibration": "Calibration",
    "gain": "Gain",
}
AXES = {
    "roc": ("Share of the others named by mistake", "Share of those sought that is found"),
    "precision_recall": (
        "Share of those sought that is found",
        "Share of those named that is right",
    ),
    "calibration": ("Probability as predicted", "Share that came true"),
    "gain": ("Share of customers, most probable first", "Share of those sought that is found"),
}
MODELS = {
    "logistic_regression": theme.Mark(theme.MAIN, "circle"),
    "k_nearest_neighbours": theme.Mark("#2b8a8a", "square"),
    "decision_tree": theme.Mark("#a0703c", "diamond"),
    "support_vector_machine": theme.Mark("#b0627f", "cross"),
    "random_forest": theme.Mark(theme.GOOD, "triangle-up"),
    "xgboost": theme.Mark(theme.SECOND, "x"),
}
BOTH, FIRST, SECOND, NEITHER = "Both right", "Only the first", "Only the second", "Both wrong"
MOST_SEEN = 3_000
MOST_FEATURES = 14
MOST_SETTINGS = 18


class Seen(NamedTuple):
    """The two models of a comparison, as they are called."""

    first: str
    second: str


def score(value: float | None, metric: str) -> str:
    """Write a score as its metric is read: 0.741, or for lift 1.62×."""
    if value is None or pd.isna(value):
        return NOTHING
    return f"{number(value, 2)}×" if metric == "lift_at_10" else number(value, 3)


def score_interval(low: float | None, high: float | None, metric: str) -> str:
    """Write the two ends of a score's interval."""
    return interval(score(low, metric), score(high, metric))


def sorted_scores(scores: pd.DataFrame, *, metric: str) -> pd.DataFrame:
    """Keep one metric, the best model first."""
    rows = scores[scores["metric"] == metric].dropna(subset=["value"])
    return rows.sort_values(
        ["value", "position"], ascending=[metric in LOWER_IS_BETTER, True], ignore_index=True
    )


def metric_bars(scores: pd.DataFrame, *, metric: str) -> go.Figure:
    """Draw one metric of every model with its interval; naive rivals are hatched."""
    figure = go.Figure()
    rows = sorted_scores(scores, metric=metric)
    for name, some, colour, shape in (
        ("Chosen model", rows["chosen"], theme.MAIN, ""),
        ("Other models", ~rows["chosen"] & ~rows["baseline"], "#9db4e0", ""),
        ("Naive rivals", rows["baseline"], theme.QUIET, "/"),
    ):
        mine = rows[some]
        if mine.empty:
            continue
        texts = [score_interval(row.low, row.high, metric) for row in each_row(mine)]
        figure.add_bar(
            y=mine["title"],
            x=mine["value"],
            orientation="h",
            name=name,
            marker={
                "color": colour,
                "pattern": {"shape": shape, "size": 5, "solidity": 0.35},
            },
            error_x={
                "type": "data",
                "symmetric": False,
                "array": (mine["high"] - mine["value"]).clip(lower=0),
                "arrayminus": (mine["value"] - mine["low"]).clip(lower=0),
                "thickness": 1.5,
                "width": 4,
                "color": theme.QUIET if shape else theme.SECOND,
            },
            customdata=texts,
            hovertemplate=f"%{{y}}: {MEASURES[metric].title} %{{x:.3f}}"
            " (95 % interval %{customdata})<extra></extra>",
        )
    figure.update_layout(
        barmode="overlay",
        xaxis={"title": {"text": MEASURES[metric].title}, "rangemode": "tozero"},
        yaxis={
            "categoryorder": "array",
            "categoryarray": list(rows["title"])[::-1],
            "ticktext": [
                f"{row.title}  <b>{score(row.value, metric)}</b>" for row in each_row(rows)
            ],
            "tickvals": list(rows["title"]),
            "showgrid": False,
        },
    )
    return figure


def metric_finding(scores: pd.DataFrame, *, metric: str) -> str:
    """Say which model and which naive rival are best by one metric."""
    rows = sorted_scores(scores, metric=metric)
    name = MEASURES[metric].title
    models, naive = rows[~rows["baseline"]], rows[rows["baseline"]]
    if models.empty:
        return f"{name} is not known for this task"
    best = models.iloc[0]
    said = f"{best['title']} has the best {_lower(name)} of the models: "
    said += score(best["value"], metric)
    if naive.empty:
        return said
    rival = naive.iloc[0]
    return f"{said}; the best naive rival, {_lower(rival['title'])}, has " + score(
        rival["value"], metric
    )


def curve_lines(curves: pd.DataFrame, *, curve: str, base_rate: float | None) -> go.Figure:
    """Overlay a curve of every model, the chosen one thick, naive rivals dashed."""
    figure = go.Figure()
    rows = curves[curves["curve"] == curve]
    if rows.empty:
        return figure
    _add_chance(figure, curve, base_rate)
    x_said, y_said = AXES[curve]
    for title, some in rows.groupby("title", sort=False):
        one = some.iloc[0]
        look = MODELS.get(str(one["model"]), theme.Mark(theme.QUIET, "circle"))
        with_marks = curve == "calibration"
        figure.add_scatter(
            x=some["x"],
            y=some["y"],
            mode="lines+markers" if with_marks else "lines",
            name=f"{title}, chosen" if one["chosen"] else str(title),
            line={
                "color": look.colour,
                "width": 3.5 if one["chosen"] else 1.75,
                "dash": _dash(int(one["position"])) if one["baseline"] else "solid",
            },
            marker={"symbol": look.symbol, "size": 7},
            hovertemplate=f"{title}<br>{x_said}: %{{x:.0%}}<br>{y_said}: %{{y:.0%}}"
            "<extra></extra>",
        )
    figure.update_layout(
        xaxis={"title": {"text": x_said}, "tickformat": ".0%", "range": [-0.01, 1.01]},
        yaxis={"title": {"text": y_said}, "tickformat": ".0%", "range": [-0.01, 1.03]},
        legend={"font": {"size": 11}},
    )
    return figure


def _add_chance(figure: go.Figure, curve: str, base_rate: float | None) -> None:
    if curve == "precision_recall":
        if base_rate is None:
            return
        y, name = [base_rate, base_rate], f"Base rate, {percent(base_rate)}"
    else:
        y = [0.0, 1.0]
        name = "As predicted" if curve == "calibration" else "Chance"
    figure.add_scatter(
        x=[0, 1],
        y=y,
        mode="lines",
        name=name,
        line={"color": theme.QUIET, "width": 1, "dash": "dot"},
        hoverinfo="skip",
    )


def _dash(position: int) -> str:
    return ("dash", "longdash", "dashdot", "longdashdot")[position % 4]


def curve_finding(curves: pd.DataFrame, *, curve: str) -> str:
    """Read one point off the chosen model's curve."""
    rows = curves[(curves["curve"] == curve) & curves["chosen"]]
    if rows.empty:
        return f"{CURVES[curve]}: no curve for this task"
    title, x, y = str(rows["title"].iloc[0]), rows["x"].to_numpy(), rows["y"].to_numpy()
    if curve == "gain":
        found = float(np.interp(0.2, x, y))
        return f"The 20 % whom {_lower(title)} puts first hold {percent(found)} of those sought"
    if curve == "roc":
        found = float(np.interp(0.2, x, y))
        return (
            f"At 20 % of the others named by mistake, {_lower(title)} finds {percent(found)}"
            " of those sought"
        )
    if curve == "precision_recall":
        found = float(np.interp(0.5, x, y))
        return f"When half of those sought are found, {percent(found)} of those named are right"
    gap = float(np.mean(x - y))
    side = "too high" if gap > 0 else "too low"
    points = number(100 * abs(gap), 1)
    return f"Probabilities of {_lower(title)} lie {points} points {side} on average"


def confusion_matrix(rows: pd.DataFrame, *, classes: Sequence[str], unit: str) -> go.Figure:
    """Draw actual against predicted class, coloured by share of the actual class."""
    figure = go.Figure()
    if rows.empty:
        return figure
    table = rows.pivot_table(
        index="actual", columns="predicted", values="customers", aggfunc="sum", fill_value=0
    ).reindex(index=list(classes), columns=list(classes), fill_value=0)
    shares = table.div(table.sum(axis=1).clip(lower=1), axis=0)
    texts = [
        [percent(share, 1) if unit == "share" else number(value) for share, value in pair]
        for pair in (
            list(zip(a, b, strict=True))
            for a, b in zip(shares.to_numpy(), table.to_numpy(), strict=True)
        )
    ]
    words = [each.replace(" ", "<br>") for each in classes]
    lines = ["<br>".join(textwrap.wrap(each, 16)) for each in classes]
    figure.add_heatmap(
        x=list(classes),
        y=list(classes),
        z=shares.to_numpy(),
        zmin=0,
        zmax=1,
        colorscale=theme.SEQUENTIAL,
        text=texts,
        texttemplate="%{text}",
        textfont={"size": 14},
        customdata=table.to_numpy(),
        hovertemplate="Of those who are “%{y}”, %{customdata:,} (%{z:.1%}) were taken for"
        " “%{x}”<extra></extra>",
        xgap=3,
        ygap=3,
        showscale=False,
    )
    figure.update_layout(
        xaxis={
            "title": {"text": "Predicted"}, "tickangle": 0, "showgrid": False,
            "tickvals": list(classes), "ticktext": words,
        },
        yaxis={
            "title": {"text": "What happened"}, "showgrid": False, "autorange": "reversed",
            "tickvals": list(classes), "ticktext": lines,
        },
    )  # fmt: skip
    return figure


def confusion_finding(rows: pd.DataFrame, *, title: str) -> str:
    """Say how many customers a model got right."""
    total = int(rows["customers"].sum()) if len(rows) else 0
    if not total:
        return f"{title}: no answers for this task" if title else "Choose a model"
    right = int(rows.loc[rows["actual"] == rows["predicted"], "customers"].sum())
    return f"{title} gets {number(right)} of {number(total)} right, {percent(right / total, 1)}"


def agreement(compared: pd.DataFrame) -> pd.Series:
    """Count customers whom both, one or neither of two models got right."""
    one, other = compared["first_right"], compared["second_right"]
    return pd.Series(
        {
            BOTH: int((one & other).sum()),
            FIRST: int((one & ~other).sum()),
            SECOND: int((~one & other).sum()),
            NEITHER: int((~one & ~other).sum()),
        }
    )


def agreement_bars(compared: pd.DataFrame, *, seen: Seen) -> go.Figure:
    """Draw how many customers both, one or neither of two models got right."""
    figure = go.Figure()
    if compared.empty:
        return figure
    counts = agreement(compared)
    names = [
        "Both right",
        f"Only {_lower(seen.first)}",
        f"Only {_lower(seen.second)}",
        "Both wrong",
    ]
    figure.add_bar(
        y=names,
        x=counts.to_numpy(),
        orientation="h",
        marker={"color": [theme.MAIN, "#9db4e0", theme.SECOND, theme.QUIET]},
        text=[f"{number(n)} · {percent(n / len(compared), 1)}" for n in counts],
        textposition="auto",
        hovertemplate="%{y}: %{x:,} customers<extra></extra>",
    )
    figure.update_layout(
        xaxis={"title": {"text": "Customers of the test"}},
        yaxis={"autorange": "reversed", "showgrid": False},
    )
    return figure


def agreement_finding(compared: pd.DataFrame, *, seen: Seen) -> str:
    """Say for how many customers two models name different classes."""
    if seen.first == seen.second or compared.empty:
        return "Choose two different models to see where they differ"
    differ = int((compared["first_says"] != compared["second_says"]).sum())
    counts = agreement(compared)
    return (
        f"They name different classes for {count(differ, 'customer')},"
        f" {percent(differ / len(compared), 1)} of the test: {_lower(seen.first)} alone is"
        f" right {number(counts[FIRST])} times, {_lower(seen.second)}"
        f" {number(counts[SECOND])} times"
    )


def probability_plane(compared: pd.DataFrame, *, seen: Seen, of: str) -> go.Figure:
    """Draw the probability of one model against that of another, a mark per customer."""
    figure = go.Figure()
    rows = spread_out(compared)
    names = sorted(set(rows["actual"]))
    two = dict(
        zip(
            names,
            (theme.Mark(theme.SECOND, "x"), theme.Mark(theme.MAIN, "circle")),
            strict=False,
        )
    )
    looks = two if len(names) <= len(two) else theme.marks(names)
    for actual, some in rows.groupby("actual", sort=True):
        colour, symbol = looks[str(actual)]
        figure.add_scatter(
            x=some["first"],
            y=some["second"],
            mode="markers",
            name=f"In truth “{actual}”",
            marker={"color": colour, "symbol": symbol, "size": 5, "opacity": 0.55},
            customdata=[("", str(customer)) for customer in some["customer_id"]],
            hovertemplate="Customer %{customdata[1]}: %{x:.0%} by the first, %{y:.0%} by the"
            " second<extra></extra>",
        )
    if figure.data:
        figure.add_scatter(
            x=[0, 1], y=[0, 1], mode="lines", showlegend=False, hoverinfo="skip",
            line={"color": theme.QUIET, "width": 1, "dash": "dot"},
        )  # fmt: skip
    figure.update_layout(
        xaxis={
            "title": {"text": f"{of}, by {_lower(seen.first)}"}, "tickformat": ".0%",
            "range": [-0.02, 1.02],
        },
        yaxis={
            "title": {"text": f"by {_lower(seen.second)}"}, "tickformat": ".0%",
            "range": [-0.02, 1.02],
        },
    )  # fmt: skip
    return figure


def spread_out(compared: pd.DataFrame) -> pd.DataFrame:
    """Take customers at equal steps where they are more than can be drawn."""
    step = max(1, -(-len(compared) // MOST_SEEN))
    return compared.iloc[::step]


def probability_finding(compared: pd.DataFrame) -> str:
    """Say how far apart the probabilities of two models are."""
    if compared.empty:
        return "Probability against probability"
    apart = (compared["first"] - compared["second"]).abs()
    shown = len(spread_out(compared))
    said = f"Probabilities lie {number(100 * float(apart.mean()), 1)} points apart on average"
    return said if shown == len(compared) else (
        f"{said}; showing {number(shown)} of {number(len(compared))}"
    )  # fmt: skip


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
        f" {number(best['value'], 3)}, by {_lower(title)}"
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
    return f"Of {_lower(title)}, “{_spaced(top['parameter'])}” matters most: " + percent(
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
        f" {_lower(top['title'])} most, {seconds(float(top['seconds']))}"
    )


def driver_bars(drivers: pd.DataFrame) -> go.Figure:
    """Draw by how much ROC-AUC falls when a feature is shuffled, the most important first."""
    figure = go.Figure()
    rows = drivers.head(MOST_FEATURES)
    if rows.empty:
        return figure
    figure.add_bar(
        y=[feature_title(name) for name in rows["feature"]],
        x=rows["importance"],
        orientation="h",
        marker={"color": theme.MAIN},
        hovertemplate="%{y}: ROC-AUC falls by %{x:.4f}<extra></extra>",
    )
    figure.update_layout(
        xaxis={"title": {"text": "Fall of ROC-AUC when shuffled"}, "zeroline": True},
        yaxis={"autorange": "reversed", "showgrid": False},
    )
    return figure


def driver_finding(drivers: pd.DataFrame) -> str:
    """Name the features that the model leans on most."""
    rows = drivers[drivers["importance"] > 0].head(3)
    if rows.empty:
        return "No single feature moves the test's ROC-AUC" if len(drivers) else (
            "What drives the predictions"
        )  # fmt: skip
    names = [_lower(feature_title(name)) for name in rows["feature"]]
    return f"The model leans most on {plain_list(names)}"


def shap_bars(columns: Sequence[Shapley]) -> go.Figure:
    """Draw the mean absolute Shapley value of each feature."""
    figure = go.Figure()
    some = columns[:MOST_FEATURES]
    if not some:
        return figure
    figure.add_bar(
        y=[feature_title(each.feature) for each in some],
        x=[each.importance for each in some],
        orientation="h",
        marker={"color": theme.MAIN},
        hovertemplate="%{y}: moves a prediction by %{x:.3f} on average<extra></extra>",
    )
    figure.update_layout(
        xaxis={"title": {"text": "Mean size of the Shapley value"}},
        yaxis={"autorange": "reversed", "showgrid": False},
    )
    return figure


def shap_swarm(columns: Sequence[Shapley]) -> go.Figure:
    """Draw a mark per customer and feature, coloured from that feature's low to high values."""
    figure = go.Figure()
    some = columns[:MOST_FEATURES]
    for place, each in enumerate(some):
        shown = slice(None, None, max(1, len(each.values) // 400))
        values, pushes = each.values[shown], each.contributions[shown]
        figure.add_scatter(
            x=pushes,
            y=place + _swarm(pushes),
            mode="markers",
            marker={
                "size": 5,
                "color": _ranked(values),
                "cmin": 0,
                "cmax": 1,
                "colorscale": theme.DIVERGING,
                "showscale": place == 0,
                "colorbar": {
                    "tickvals": [0, 1], "ticktext": ["low", "high"], "thickness": 8,
                    "title": {"text": "Value", "side": "right"}, "outlinewidth": 0,
                },
                "line": {"width": 0.5, "color": "rgba(127,127,127,0.6)"},
            },
            text=[_value_said(each, value) for value in values],
            hovertemplate=f"{feature_title(each.feature)} %{{text}}: %{{x:+.3f}}"
            "<extra></extra>",
            showlegend=False,
        )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": "Shapley value: lowers or raises"}, "zeroline": True},
        yaxis={
            "tickvals": list(range(len(some))),
            "ticktext": [feature_title(each.feature) for each in some],
            "range": [len(some) - 0.4, -0.6],
            "showgrid": False,
        },
    )
    return figure


def shap_finding(columns: Sequence[Shapley]) -> str:
    """Name the feature that moves predictions most, and which way."""
    if not columns:
        return "Shapley values: what moves one customer's prediction"
    top = columns[0]
    said = f"{feature_title(top.feature)} moves a customer's prediction most"
    if top.words:
        return said
    known = np.isfinite(top.values)
    if known.sum() < 3 or np.ptp(top.values[known]) == 0:
        return said
    ranks = pd.Series(top.values[known]).rank(), pd.Series(top.contributions[known]).rank()
    way = float(ranks[0].corr(ranks[1]))
    if not abs(way) >= 0.3:
        return said
    return f"{said}: high values {'raise' if way > 0 else 'lower'} the probability"


def dependence(column: Shapley | None) -> go.Figure:
    """Draw a feature's Shapley value by its value."""
    figure = go.Figure()
    if column is None or len(column.values) == 0:
        return figure
    if column.words:
        for code, word in enumerate(column.words):
            mine = column.values == code
            if mine.sum():
                figure.add_box(
                    x=column.contributions[mine], name=word, orientation="h",
                    marker={"color": theme.MAIN, "size": 3}, showlegend=False,
                )  # fmt: skip
        figure.update_layout(
            xaxis={"title": {"text": "Shapley value: lowers or raises"}, "zeroline": True}
        )
        return figure
    title = feature_title(column.feature)
    figure.add_scatter(
        x=column.values,
        y=column.contributions,
        mode="markers",
        marker={"color": theme.MAIN, "size": 5, "opacity": 0.6},
        hovertemplate=f"{title} %{{x:,.4~g}}: %{{y:+.3f}}<extra></extra>",
        showlegend=False,
    )
    figure.update_layout(
        xaxis={"title": {"text": title}},
        yaxis={"title": {"text": "Shapley value: lowers or raises"}, "zeroline": True},
    )
    return figure


def dependence_finding(column: Shapley | None) -> str:
    """Say over which span of contributions a feature reaches."""
    if column is None or len(column.contributions) == 0:
        return "How one feature moves the prediction"
    low, high = float(column.contributions.min()), float(column.contributions.max())
    title = feature_title(column.feature)
    return f"{title} moves predictions by {_signed(low)} to {_signed(high)}"


def check_lines(checks: pd.DataFrame) -> go.Figure:
    """Draw what earlier runs predicted on average against what then happened, by day."""
    figure = go.Figure()
    for column, name, colour, symbol in (
        ("mean_probability", "Predicted on average", theme.MAIN, "circle"),
        ("base_rate", "Came true", theme.SECOND, "square"),
    ):
        if checks.empty:
            break
        figure.add_scatter(
            x=[date(pd.Timestamp(day)) for day in checks["predicted_on"]],
            y=checks[column],
            mode="lines+markers",
            name=name,
            line={"color": colour, "width": 2},
            marker={"symbol": symbol, "size": 9},
            customdata=checks[["earlier_run", "customers"]].to_numpy(),
            hovertemplate=f"{name}: %{{y:.1%}} of %{{customdata[1]:,}} customers, run"
            " %{customdata[0]}<extra></extra>",
        )
    figure.update_layout(
        xaxis={"title": {"text": "Day of the prediction"}, "type": "category"},
        yaxis={
            "title": {"text": "Share of customers"}, "tickformat": ".0%", "range": [0, 1],
        },
    )  # fmt: skip
    return figure


def check_finding(checks: pd.DataFrame) -> str:
    """Say how the latest earlier prediction turned out."""
    if checks.empty:
        return "Earlier predictions against what then happened"
    last = checks.iloc[-1]
    ranked = last["roc_auc"]
    said = (
        f"Run {number(last['earlier_run'])} expected {percent(last['mean_probability'])} of"
        f" {count(last['customers'], 'customer')}; {percent(last['base_rate'])} came true"
    )
    return said if pd.isna(ranked) else f"{said}, ranked with ROC-AUC {number(ranked, 3)}"


def settings_said(params: str) -> str:
    """Write settings kept as JSON: “max depth 3, subsample 0.91”."""
    found: dict[str, Any] = json.loads(params or "{}")
    return ", ".join(f"{_spaced(name)} {_short(value)}" for name, value in found.items())


def _short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _spaced(name: str) -> str:
    return str(name).replace("_", " ")


def _signed(value: float) -> str:
    return f"{MINUS if value < 0 else '+'}{abs(value):.2f}"


def _lower(title: str) -> str:
    """Write a title within a sentence; names in capitals stay."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def _value_said(column: Shapley, value: float) -> str:
    if not np.isfinite(value):
        return "unknown"
    if column.words:
        place = int(value)
        return column.words[place] if 0 <= place < len(column.words) else "unknown"
    return f"{value:,.4g}"


def _ranked(values: np.ndarray) -> np.ndarray:
    """Put values between 0 for the lowest and 1 for the highest, by rank."""
    ranks = pd.Series(values).rank(pct=True).fillna(0.5)
    return ranks.to_numpy()


def _swarm(pushes: np.ndarray) -> np.ndarray:
    """Move marks that lie close to each other apart, up and down in turn."""
    span = float(np.ptp(pushes)) or 1.0
    bins = np.round((pushes - pushes.min()) / span * 60).astype(int)
    order = pd.Series(bins).groupby(bins).cumcount().to_numpy()
    most = max(int(order.max(initial=0)), 6)
    sides = np.where(order % 2 == 0, 1, -1)
    return sides * ((order + 1) // 2) / most * 0.75
