"""The segments as a table: key, size, value, behaviour and how stable each is."""

from collections.abc import Sequence

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.chart import Scope
from portal.kit.tiles import explained
from portal.reading.filters import Filters, to_query
from portal.reading.rows import each_row
from portal.words import wording
from portal.words.theme import marks

HEADS = (
    ("Segment", "segment"),
    ("Customers", "customers"),
    ("Share", "share"),
    ("Revenue", "revenue"),
    ("Revenue share", "revenue_share"),
    ("Recency, days", "recency"),
    ("Orders", "frequency"),
    ("Monetary", "monetary"),
    ("Stability", "stability"),
)
STABLE = (
    (0.85, "highly stable"),
    (0.75, "stable"),
    (0.6, "doubtful"),
    (0.0, "not to be trusted"),
)


def segments(rows: pd.DataFrame, scope: Scope, *, personas: pd.DataFrame) -> Panel:
    """Write the segments as a table with a sentence on each."""
    rows = rows.merge(personas, on="segment", how="left")
    table = segment_table(
        rows,
        filters=scope.filters,
        dataset=scope.dataset,
        currency=scope.currency,
        order=scope.segments,
    )
    return Panel([table, told(rows)], "The segments, the most valuable first")


def segment_table(
    rows: pd.DataFrame,
    *,
    filters: Filters,
    dataset: str,
    currency: str,
    order: Sequence[str] = (),
) -> Component:
    """Write one row per segment; its name narrows the page down to it."""
    head = html.Tr(
        [
            html.Th(
                [title, explained(measure)], className="number" if place else "", scope="col"
            )
            for place, (title, measure) in enumerate(HEADS)
        ]
    )
    looks = marks([*order, *rows["segment"]])
    body = [
        html.Tr(
            [
                html.Th(
                    dcc.Link(
                        [
                            html.Span(
                                className="key",
                                style={"backgroundColor": looks[row.segment].colour},
                                **aria(hidden="true"),
                            ),
                            row.segment,
                        ],
                        href=to_query(filters.toggled("segment", row.segment), dataset) or "?",
                        className="segment-link",
                    ),
                    scope="row",
                ),
                *(
                    html.Td(text, className="number")
                    for text in (
                        wording.number(row.customers),
                        wording.percent(row.share, 1),
                        wording.money(row.revenue, currency),
                        wording.percent(row.revenue_share, 1),
                        wording.number(row.recency_days, 1),
                        wording.number(row.frequency, 1),
                        wording.money(row.monetary, currency),
                    )
                ),
                html.Td(_stability(row.stability), className="number"),
            ]
        )
        for row in each_row(rows)
    ]
    return html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="plain-table"),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **aria(label="Segments"),
    )


def told(rows: pd.DataFrame) -> Component:
    """Say of each segment who is in it, in a sentence."""
    return html.Dl(
        [html.Div([html.Dt(row.segment), html.Dd(row.persona)]) for row in each_row(rows)],
        className="personas",
    )


def _stability(value: float | None) -> str:
    if value is None or pd.isna(value):
        return wording.NOTHING
    word = next(word for least, word in STABLE if value >= least)
    return f"{value:.2f}, {word}"
