"""A small table that is read as it stands: nothing sorts, nothing pages."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria


def plain_table(
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    label: str,
    words: Collection[str] = (),
) -> Component:
    """Write rows under their heads; the first cell names its row.

    Columns hold numbers, but for the first and those named in `words`. `label` is what readers
    of the screen are told the table is.
    """
    sides = ["" if not place or head in words else "number" for place, head in enumerate(heads)]
    head = html.Tr(
        [
            html.Th(title, scope="col", className=side)
            for title, side in zip(heads, sides, strict=True)
        ]
    )
    body = [
        html.Tr(
            [
                html.Th(first, scope="row"),
                *(
                    html.Td(cell, className=side)
                    for cell, side in zip(cells, sides[1:], strict=True)
                ),
            ]
        )
        for first, *cells in rows
    ]
    return html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="plain-table"),
        className="table-scroll",
        role="region",
        tabIndex=0,
        **aria(label=label),
    )
