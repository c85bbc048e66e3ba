"""What a run took."""

import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import Chart, Scope
from portal.words import wording
from portal.words.theme import MAIN, QUIET


def stages(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show what each stage of a run took."""
    return Chart(stage_bars(rows), stage_finding(rows), stage_text(rows))


def stage_bars(stages: pd.DataFrame) -> go.Figure:
    """Draw seconds by stage, the first stage on top, processor seconds beside them."""
    seconds = stages["seconds"].astype(float)
    figure = go.Figure()
    for column, name, colour in (
        ("cpu_seconds", "Processor seconds", QUIET),
        ("seconds", "Seconds on the clock", MAIN),
    ):
        figure.add_bar(
            x=stages[column].astype(float),
            y=stages["stage"],
            orientation="h",
            name=name,
            marker_color=colour,
            hovertemplate="%{y}: %{x:,.2f} " + name.lower() + "<extra></extra>",
        )
    figure.data[-1].update(
        text=[wording.seconds(value) for value in seconds],
        textposition="outside",
        cliponaxis=False,
    )
    figure.update_layout(
        barmode="group",
        bargap=0.35,
        bargroupgap=0.1,
        xaxis={
            "title": {"text": "Seconds"},
            "rangemode": "tozero",
            "range": [0, 1.18 * _widest(stages)],
        },
        yaxis={"autorange": "reversed", "ticksuffix": "  "},
        legend={"traceorder": "reversed"},
    )
    return figure


def stage_finding(stages: pd.DataFrame) -> str:
    """Say in one sentence where the time went."""
    total = float(stages["seconds"].sum())
    if stages.empty or total <= 0:
        return "No stage times were recorded"
    place = int(stages["seconds"].to_numpy().argmax())
    share = wording.percent(float(stages["seconds"].iloc[place]) / total)
    return f"“{stages['stage'].iloc[place]}” took {share} of {wording.seconds(total)}"


def stage_text(stages: pd.DataFrame) -> str:
    """Say what the bars show, stage by stage."""
    pairs = zip(stages["stage"], stages["seconds"].astype(float), strict=True)
    times = [f"{stage} {wording.seconds(value)}" for stage, value in pairs]
    return f"Bars of seconds by stage: {wording.plain_list(times)}." if times else "No stages."


def _widest(stages: pd.DataFrame) -> float:
    return float(stages[["seconds", "cpu_seconds"]].max().max()) if len(stages) else 1.0
