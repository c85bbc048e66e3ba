"""The clusterings side by side, the published one first."""

import json

import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.chart import Scope
from portal.kit.tiles import explained
from portal.pages.clustering.figures import with_flags
from portal.words import wording
from portal.words.scores import algorithm_title

HEADS = (
    ("Algorithm", ""),
    ("Segments", ""),
    ("Silhouette", "silhouette"),
    ("Davies-Bouldin", "davies_bouldin"),
    ("Calinski-Harabasz", "calinski_harabasz"),
    ("Stability", "stability"),
    ("Smallest", "smallest_share"),
)
SHOWN_CANDIDATES = 16


def table(rows: pd.DataFrame, _scope: Scope) -> Panel:
    """Write the first clusterings; all of them stand under Data."""
    candidates = with_flags(rows)
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
    body = [_row(row) for _, row in candidates.head(SHOWN_CANDIDATES).iterrows()]
    refused = int(candidates["verdict"].str.startswith("refused").sum())
    said = (
        f"{wording.count(len(candidates), 'clustering')} were fitted,"
        f" {wording.number(refused)} refused for a segment that is too small; the"
        f" {min(SHOWN_CANDIDATES, len(candidates))} with the highest silhouette are shown,"
        " all of them under Data."
    )
    shown = html.Div(
        [
            html.Div(
                html.Table([html.Thead(head), html.Tbody(body)], className="plain-table"),
                className="table-scroll",
                tabIndex=0,
                role="region",
                **aria(label="Clusterings"),
            ),
            html.P(said, className="quiet"),
        ]
    )
    return Panel(shown)


def _row(row: pd.Series) -> Component:
    how = "tuned" if row["tuned"] else "defaults"
    settings = ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in json.loads(row["params"]).items()
    )
    written = (
        wording.number(row["n_clusters"]),
        wording.number(row["silhouette"], 3),
        wording.number(row["davies_bouldin"], 3),
        wording.number(row["calinski_harabasz"]),
        wording.number(row["stability"], 2),
        wording.percent(row["smallest_share"], 1),
    )
    return html.Tr(
        [
            html.Th(
                [
                    f"{algorithm_title(row['algorithm'])}, {how}",
                    html.Div(row["verdict"], className="verdict"),
                    html.Div(settings, className="quiet settings"),
                ],
                scope="row",
            ),
            *(html.Td(text, className="number") for text in written),
        ],
        className="is-chosen" if row["chosen"] else "",
    )
