"""Compare runs: what two runs were told, how they score, and who changed segment."""

from typing import Any

import dash
import pandas as pd
from dash import Input, Output, callback, html
from dash.development.base_component import Component

from portal import wording
from portal.components import (
    Chart,
    Drawn,
    Evidence,
    chart_card,
    chart_outputs,
    choice,
    drawn,
    empty_state,
    frame_table,
    grid,
    text_card,
)
from portal.figures import segments as figures
from portal.filters import URL, Filters
from portal.queries import comparison as queries
from portal.queries import segments
from portal.rows import each_row
from portal.snapshot import Snapshot, remember, snapshot

FIRST = "compare-first"
SECOND = "compare-second"
FIGURES = "compare-figures"
SETTINGS = "compare-settings"
MOVES = "compare-moves"

Choices = tuple[list[dict[str, Any]], str, list[dict[str, Any]], str]


def move_rows(at: Snapshot, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the moves between the two newest runs."""
    runs = queries.comparable(at)["run_id"].tolist()
    second, first = (*runs, *runs)[:2]
    return queries.moves(at, int(first), int(second))


EVIDENCE = {
    MOVES: Evidence(
        "attribute_column",
        move_rows,
        queries.MOVES,
        ("segment",),
        "Customers are matched by their identifier; the rows are those of the two newest runs.",
    )
}

dash.register_page(
    __name__,
    path="/compare",
    title="Compare runs · Clientele",
    name="Compare runs",
    group="Operate",
    order=15,
    icon="arrow-left-right",
    lead="What two runs of this data set were told, how they score and who changed segment.",
    evidence=EVIDENCE,
)


def layout(**_query: str) -> Component:
    """Lay out the page; callbacks fill it."""
    return html.Div(
        [
            html.Div(
                [
                    choice(FIRST, "First run", [], show_label=True),
                    choice(SECOND, "Second run", [], show_label=True),
                ],
                className="pair",
            ),
            grid(
                text_card("Figures", html.Div(id=FIGURES, className="keep-6"), columns=6),
                text_card(
                    "Settings that differ", html.Div(id=SETTINGS, className="keep-6"), columns=6
                ),
                chart_card(
                    MOVES,
                    evidence=EVIDENCE[MOVES],
                    subject="Customers by segment in the first run and in the second",
                    columns=12,
                    height=420,
                ),
            ),
        ]
    )


@callback(
    Output(FIRST, "options"),
    Output(FIRST, "value"),
    Output(SECOND, "options"),
    Output(SECOND, "value"),
    Input(URL, "search"),
)
def show_choices(search: str | None) -> Choices:
    """Offer the published runs, the newest beside the one before it."""
    with snapshot(search) as at:
        runs = queries.comparable(at)
    options: list[dict[str, Any]] = [
        {
            "label": f"Run {row.run_id}, {wording.moment(pd.Timestamp(row.started_at))}",
            "value": str(row.run_id),
        }
        for row in each_row(runs)
    ]
    newest = options[0]["value"]
    before = options[1]["value"] if len(options) > 1 else newest
    return options, before, options, newest


@callback(
    Output(FIGURES, "children"),
    Output(SETTINGS, "children"),
    Input(FIRST, "value"),
    Input(SECOND, "value"),
    Input(URL, "search"),
)
def show_tables(
    first: str | None, second: str | None, search: str | None
) -> tuple[Component, Component]:
    """Write the figures and the settings that differ."""
    with snapshot(search) as at:
        one, other = _known(at, first, second)
        found = remember(at, queries.figures, one, other)
        changed = remember(at, queries.changed_settings, one, other)
    names = {"first": f"Run {one}", "second": f"Run {other}{', again' if one == other else ''}"}
    return (
        frame_table(found.rename(columns=names), label="Figures of both runs"),
        frame_table(changed.rename(columns=names), label="Settings that differ")
        if len(changed)
        else empty_state(
            "No setting differs",
            "Both runs were told the same; differences come from their sources or the seed.",
        ),
    )


@callback(
    *chart_outputs(MOVES),
    Input(FIRST, "value"),
    Input(SECOND, "value"),
    Input(URL, "search"),
)
def show_moves(first: str | None, second: str | None, search: str | None) -> Drawn:
    """Draw who changed segment."""
    with snapshot(search) as at:
        return drawn(at, _moves, *_known(at, first, second))


def _known(at: Snapshot, first: str | None, second: str | None) -> tuple[int, int]:
    """Fall back to the published run where a run is not of this data set."""
    runs = {str(run): int(run) for run in queries.comparable(at)["run_id"]}
    return runs.get(first or "", at.run_id), runs.get(second or "", at.run_id)


def _moves(at: Snapshot, first: int, second: int) -> Chart:
    moves = queries.moves(at, first, second)
    order = list(segments.profiles(at)["segment"])
    names = [*order, *sorted({*moves["before"], *moves["after"]} - set(order))]
    same = moves.loc[moves["before"] == moves["after"], "customers"].sum()
    finding = (
        f"{wording.percent(same / max(moves['customers'].sum(), 1))} of customers are in a"
        " segment of the same name in both runs"
    )
    return Chart(
        figures.move_matrix(
            moves, segments=names, before=f"Run {first}", after=f"Run {second}"
        ),
        finding,
        f"Matrix of customers by segment in two runs. {finding}.",
    )
