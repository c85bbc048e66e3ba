"""How attributes hang together: every pair of them in a matrix."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import Chart, Scope
from portal.reading.rows import highest
from portal.words import praise
from portal.words.titles import title
from portal.words.wording import count, number

METHODS = {"pearson": "Pearson", "spearman": "Spearman", "phik": "Phik"}
FIRST_METHOD = "spearman"
MOST_WRITTEN = 12


def associations(pairs: pd.DataFrame, scope: Scope, *, described: pd.DataFrame) -> Chart:
    """Show the associations; `described` gives the attributes their order."""
    chosen = scope.choices.get("method")
    method = chosen if chosen in METHODS else FIRST_METHOD
    finding = association_finding(pairs, method=method)
    return Chart(
        association_heat(pairs, order=list(described["attribute"]), method=method),
        finding,
        f"Matrix of associations by {METHODS[method]}. {finding}.",
    )


def association_heat(pairs: pd.DataFrame, *, order: list[str], method: str) -> go.Figure:
    """Draw the association of every pair; a dot marks those that could be chance."""
    figure = go.Figure()
    names = [name for name in order if name in {*pairs["left"], *pairs["right"]}]
    if not names:
        return figure
    values, chances = _matrix(pairs, "value", names), _matrix(pairs, "p_value", names)
    doubtful = chances > praise.SIGNIFICANT / max(len(pairs), 1)
    text = np.where(doubtful, "·", "")
    if len(names) <= MOST_WRITTEN:
        written_values = np.array(
            [[f"{v:.2f}" if np.isfinite(v) else "" for v in row] for row in values]
        )
        text = np.where(doubtful, np.char.add(written_values, " ·"), written_values)
    titles = [title(name) for name in names]
    phik = method == "phik"
    figure.add_heatmap(
        x=titles,
        y=titles,
        z=np.round(values, 4),
        zmin=0 if phik else -1,
        zmax=1,
        autocolorscale=True,
        text=text,
        texttemplate="%{text}",
        customdata=np.where(doubtful, "could be chance", "more than chance"),
        hovertemplate="%{y} and %{x}: %{z:.2f}, %{customdata}<extra></extra>",
        hoverongaps=False,
        xgap=1,
        ygap=1,
        colorbar={"thickness": 10, "outlinewidth": 0, "len": 0.6},
    )
    plain = {"title": {"text": ""}, "showgrid": False, "dtick": 1}
    figure.update_layout(
        xaxis={**plain, "tickangle": -60},
        yaxis={**plain, "autorange": "reversed"},
    )
    return figure


def association_finding(pairs: pd.DataFrame, *, method: str) -> str:
    """Name the pair that hangs together most."""
    reliable_pairs = praise.enough(pairs)
    if reliable_pairs.empty:
        return f"No two attributes to compare by {METHODS[method]}"
    sure = int((reliable_pairs["p_value"] <= praise.SIGNIFICANT / len(pairs)).sum())
    if not sure:
        return f"None of {count(len(pairs), 'pair')} hangs together by more than chance"
    likely = reliable_pairs[reliable_pairs["p_value"] <= praise.SIGNIFICANT / len(pairs)]
    first = highest(likely.assign(size=likely["value"].abs()), "size")
    measure_name = "phik" if method == "phik" else "correlation"
    value = f"{first['value']:.2f}".replace("-", "−")
    return (
        f"{title(first['left'])} and {title(first['right']).lower()} hang together most"
        f" ({measure_name} {value}); {number(sure)} of {count(len(pairs), 'pair')} by more"
        " than chance"
    )


def _matrix(pairs: pd.DataFrame, column: str, names: list[str]) -> np.ndarray:
    places = {name: place for place, name in enumerate(names)}
    matrix = np.full((len(names), len(names)), np.nan)
    first, second = pairs["left"].map(places), pairs["right"].map(places)
    matrix[first, second] = matrix[second, first] = pairs[column].to_numpy(dtype=float)
    return matrix
