"""What a run took."""

import pandas as pd
import plotly.graph_objects as go

from portal import wording
from portal.theme import MAIN, QUIET


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
        text=[wording.seconds(value) for value in seconds], textposition="outside", cliponaxis=False
    )
    figure.update_layout(
        barmode="group",
        bargap=0.35,
        bargroupgap=0.1,
        xaxis={"title": {"text": "Seconds"}, "rangemode": "tozero", "range": [0, 1.18 * _widest(stages)]},
        yaxis={"autorange": "reversed", "ticksuffix": "  "},
        legend={"traceorder": "reversed"},
    )
    return figure


def stage_finding(stages: pd.DataFrame) -> str:
    """Say in one sentence where the time went."""
    total = float(stages["seconds"].sum())
    if stages.empty or total <= 0:
        return "No stage times were recorded"
    longest = stages.loc[stages["seconds"].idxmax()]
    share = wording.percent(float(longest["seconds"]) / total)
    return f"“{longest['stage']}” took {share} of {wording.seconds(total)}"


def stage_text(stages: pd.DataFrame) -> str:
    """Say what the bars show, stage by stage."""
    said = [f"{row.stage} {wording.seconds(row.seconds)}" for row in stages.itertuples()]
    return f"Bars of seconds by stage: {wording.plain_list(said)}." if said else "No stages."


def _widest(stages: pd.DataFrame) -> float:
    return float(stages[["seconds", "cpu_seconds"]].max().max()) if len(stages) else 1.0
