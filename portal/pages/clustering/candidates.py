"""The clusterings side by side, as a table: the first ones, each with its verdict."""

import json

import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.kit.drawing.tiles import explained
from portal.words.scores import algorithm_title
from portal.words.wording import count, number, percent, plain_list

HEADS = (
    ("Algorithm", ""),
    ("Segments", ""),
    ("Silhouette", "silhouette"),
    ("Davies-Bouldin", "davies_bouldin"),
    ("Calinski-Harabasz", "calinski_harabasz"),
    ("Stability", "stability"),
    ("Smallest", "smallest_share"),
)
SHOWN = 16
REPEATING = "repeating a column under other names"


def side_by_side(candidates: pd.DataFrame, _scope: Scope) -> Panel:
    """Write the first candidates; all of them stand under Data."""
    head = html.Tr(
        [
            html.Th(
                [title, explained(measure) if measure else None],
                className="number" if measure or title == "Segments" else "",
                scope="col",
            )
            for title, measure in HEADS
        ]
    )
    body = [_row(row) for _, row in candidates.head(SHOWN).iterrows()]
    table = html.Table([html.Thead(head), html.Tbody(body)], className="plain-table")
    return Panel(
        html.Div(
            [
                html.Div(
                    table,
                    className="table-scroll tall",
                    tabIndex=0,
                    role="region",
                    **aria(label="Clusterings"),
                ),
                html.P(summary(candidates), className="quiet"),
            ]
        )
    )


def summary(candidates: pd.DataFrame) -> str:
    """Say how many clusterings were fitted and refused, why, and how many are shown."""
    verdicts = candidates["verdict"].str
    small = int(verdicts.startswith("refused: its smallest").sum())
    repeating = int(verdicts.startswith("refused: it repeats").sum())
    refused = [
        f"{number(many)} refused for {why}"
        for many, why in ((small, "a segment that is too small"), (repeating, REPEATING))
        if many
    ] or ["none refused"]
    shown_clause = (
        "all of them are shown"
        if len(candidates) <= SHOWN
        else f"the published one and the {SHOWN - 1} others with the highest silhouette are"
        " shown, all of them under Data"
    )
    fitted = count(len(candidates), "clustering was", "clusterings were")
    return f"{fitted} fitted, {plain_list(refused)}; {shown_clause}."


def _row(row: pd.Series) -> Component:
    fitted = "tuned" if row["tuned"] else "defaults"
    settings = ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in json.loads(row["params"]).items()
    )
    cells = (
        number(row["n_clusters"]),
        number(row["silhouette"], 3),
        number(row["davies_bouldin"], 3),
        number(row["calinski_harabasz"]),
        number(row["stability"], 2),
        percent(row["smallest_share"], 1),
    )
    return html.Tr(
        [
            html.Th(
                [
                    f"{algorithm_title(row['algorithm'])}, {fitted}",
                    html.Div(row["verdict"], className="verdict"),
                    html.Div(settings, className="quiet settings"),
                ],
                scope="row",
            ),
            *(html.Td(text, className="number") for text in cells),
        ],
        className="is-chosen" if row["chosen"] else "",
    )
