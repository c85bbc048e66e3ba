"""Pictures of the models: scores, curves, confusions, where two differ, tuning, drivers."""

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from portal.pages.models.marks import MODELS, within
from portal.reading.rows import each_row
from portal.words import praise, theme
from portal.words.measures import MEASURES
from portal.words.scores import score, score_interval
from portal.words.wording import (
    count,
    number,
    percent,
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
            error_x=theme.whiskers(
                mine["value"],
                mine["low"],
                mine["high"],
                color=theme.QUIET if shape else theme.SECOND,
            ),
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
    sentence = f"{best['title']} has the best {within(name)} of the models: "
    sentence += score(best["value"], metric)
    if naive.empty:
        return sentence
    rival = naive.iloc[0]
    has = f"{within(rival['title'])}, has {score(rival['value'], metric)}"
    lead = best["value"] - rival["value"]
    lead = -lead if metric in LOWER_IS_BETTER else lead
    if lead < 0:
        return f"{sentence}; a naive rival does better: {has}"
    ends = [(row["low"], row["high"]) for row in (best, rival)]
    doubt = ", within chance of it" if praise.overlap(*ends) else ""
    return f"{sentence}; the best naive rival, {has}{doubt}"


def curve_lines(curves: pd.DataFrame, *, curve: str, base_rate: float | None) -> go.Figure:
    """Overlay a curve of every model, the chosen one thick, naive rivals dashed."""
    figure = go.Figure()
    rows = curves[curves["curve"] == curve]
    if rows.empty:
        return figure
    _add_chance(figure, curve, base_rate)
    x_said, y_said = AXES[curve]
    for title, some in rows.groupby("title", sort=False):
        row = some.iloc[0]
        look = MODELS.get(str(row["model"]), theme.Mark(theme.QUIET, "circle"))
        with_marks = curve == "calibration"
        figure.add_scatter(
            x=some["x"],
            y=some["y"],
            mode="lines+markers" if with_marks else "lines",
            name=f"{title}, chosen" if row["chosen"] else str(title),
            line={
                "color": look.colour,
                "width": 3.5 if row["chosen"] else 1.75,
                "dash": _dash(int(row["position"])) if row["baseline"] else "solid",
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
        share = float(np.interp(0.2, x, y))
        return f"The 20 % whom {within(title)} puts first hold {percent(share)} of those sought"
    if curve == "roc":
        share = float(np.interp(0.2, x, y))
        return (
            f"At 20 % of the others named by mistake, {within(title)} finds {percent(share)}"
            " of those sought"
        )
    if curve == "precision_recall":
        share = float(np.interp(0.5, x, y))
        return f"When half of those sought are found, {percent(share)} of those named are right"
    gap = float(np.mean(x - y))
    points = number(100 * abs(gap), 1)
    if points == number(0, 1):
        return f"Probabilities of {within(title)} lie neither too high nor too low on average"
    side = "too high" if gap > 0 else "too low"
    return (
        f"Probabilities of {within(title)} lie {points} points {side}, averaged over the"
        f" {count(len(rows), 'group')} drawn"
    )


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
    words = [class_name.replace(" ", "<br>") for class_name in classes]
    lines = ["<br>".join(textwrap.wrap(class_name, 16)) for class_name in classes]
    figure.add_heatmap(
        x=list(classes),
        y=list(classes),
        z=shares.to_numpy(),
        zmin=0,
        zmax=1,
        autocolorscale=True,
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
