"""What drives a model, and what came of earlier predictions."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from portal.pages.models.shapley import Shapley
from portal.words import drivers as drivers_said
from portal.words import praise, theme
from portal.words.titles import feature_title
from portal.words.wording import (
    MINUS,
    count,
    date,
    number,
    percent,
)

MOST_FEATURES = 14


def driver_bars(drivers: pd.DataFrame) -> go.Figure:
    """Draw by how much ROC-AUC falls when a feature is shuffled, the most important first."""
    figure = go.Figure()
    rows = drivers.head(MOST_FEATURES)
    if rows.empty:
        return figure
    figure.add_bar(
        y=drivers_said.names_of(rows),
        x=rows["importance"],
        orientation="h",
        marker={"color": theme.MAIN},
        error_x=theme.whiskers(rows["importance"], rows["low"], rows["high"]),
        hovertemplate="%{y}: ROC-AUC falls by %{x:.4f}<extra></extra>",
    )
    figure.update_layout(
        xaxis={"title": {"text": "Fall of ROC-AUC when shuffled"}, "zeroline": True},
        yaxis={"autorange": "reversed", "showgrid": False},
    )
    return figure


def driver_finding(drivers: pd.DataFrame) -> str:
    """Name the features that the model leans on most, where that is sure."""
    if drivers.empty:
        return "What drives the predictions"
    return drivers_said.finding(drivers, "the outcome")


def shap_bars(columns: Sequence[Shapley]) -> go.Figure:
    """Draw the mean absolute Shapley value of each feature."""
    figure = go.Figure()
    some = columns[:MOST_FEATURES]
    if not some:
        return figure
    figure.add_bar(
        y=[feature_title(column.feature) for column in some],
        x=[column.importance for column in some],
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
    for place, column in enumerate(some):
        sample = slice(None, None, max(1, len(column.values) // 400))
        values, pushes = column.values[sample], column.contributions[sample]
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
            text=[_value_said(column, value) for value in values],
            hovertemplate=f"{feature_title(column.feature)} %{{text}}: %{{x:+.3f}}"
            "<extra></extra>",
            showlegend=False,
        )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": "Shapley value: lowers or raises"}, "zeroline": True},
        yaxis={
            "tickvals": list(range(len(some))),
            "ticktext": [feature_title(column.feature) for column in some],
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
    sentence = f"{feature_title(top.feature)} moves a customer's prediction most"
    if top.words:
        return sentence
    finite = np.isfinite(top.values)
    if finite.sum() < praise.LEAST_CUSTOMERS or np.ptp(top.values[finite]) == 0:
        return sentence
    ranks = pd.Series(top.values[finite]).rank(), pd.Series(top.contributions[finite]).rank()
    correlation = float(ranks[0].corr(ranks[1]))
    if not abs(correlation) >= praise.TELLING:
        return sentence
    return f"{sentence}: high values {'raise' if correlation > 0 else 'lower'} the probability"


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
    sentence = (
        f"Run {number(last['earlier_run'])} expected {percent(last['mean_probability'])} of"
        f" {count(last['customers'], 'customer')}; {percent(last['base_rate'])} came true"
    )
    return (
        sentence if pd.isna(ranked) else f"{sentence}, ranked with ROC-AUC {number(ranked, 3)}"
    )


def _signed(value: float) -> str:
    return f"{MINUS if value < 0 else '+'}{abs(value):.2f}"


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
