"""The attributes as a table: of all customers, or the parts of a split side by side."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.kit.states import empty_state
from portal.pages.explore.figures import TOO_OLD
from portal.pages.explore.units import lowered, written
from portal.words.titles import title
from portal.words.wording import count, number, percent

NO_DEMOGRAPHY = (
    "This data set tells nothing of who its customers are; a marketing or a behaviour file"
    " would bring age, income, education and the like."
)


def table(rows: pd.DataFrame, scope: Scope) -> Panel:
    """Write the overview of the attributes, or the parts of a split side by side."""
    if rows.empty:
        return Panel(empty_state(TOO_OLD, "Attributes are kept by every refresh."))
    if "part" in rows:
        return Panel(_compared(rows, scope.currency))
    return Panel(_overview(rows, customers=scope.customers, currency=scope.currency))


def missing_finding(described: pd.DataFrame, *, customers: int) -> str:
    """Say how many attributes there are and which is missing most."""
    if described.empty:
        return "Nothing is known of these customers"
    gaps = customers - described["filled"]
    text = f"{count(len(described), 'attribute')} of {count(customers, 'customer')}"
    if gaps.max() <= 0:
        return f"{text}, none with gaps"
    worst = title(str(described["attribute"].iloc[int(gaps.argmax())]))
    share = percent(gaps.max() / customers, 1)
    return f"{text}; most often missing: {lowered(worst)}, {share}"


def _overview(described: pd.DataFrame, *, customers: int, currency: str) -> Component:
    heads = (
        "Attribute", "Type", "Role", "Known of", "Distinct", "Lowest", "Median", "Mean",
        "Highest", "Skew", "Outliers",
    )  # fmt: skip
    body = [
        _described(row, customers=customers, currency=currency)
        for row in described.to_dict("records")
    ]
    has_people = (described["role"] == "demography").any()
    return html.Div(
        [
            html.P(missing_finding(described, customers=customers) + "."),
            None if has_people else html.P(NO_DEMOGRAPHY, className="quiet"),
            _scrolling(heads, body, texts=3, label="Attributes"),
        ]
    )


def _described(row: dict[Any, Any], *, customers: int, currency: str) -> Component:
    share = row["filled"] / customers if customers else 0
    if row["kind"] == "number":
        measured = [
            written(row[name], row["unit"], currency)
            for name in ("lowest", "median", "mean", "highest")
        ]
        measured += [number(row["skew"], 1), number(row["outliers"])]
    else:
        most = f"mostly {row['most_frequent']}"
        return html.Tr(
            [
                *_who(row, share),
                html.Td(most, colSpan=6),
            ]
        )
    return html.Tr(
        [*_who(row, share), *(html.Td(text, className="number") for text in measured)]
    )


def _who(row: dict[Any, Any], share: float) -> list[Component]:
    return [
        html.Th(title(row["attribute"]), scope="row"),
        html.Td(row["kind"]),
        html.Td(row["role"]),
        html.Td(
            [
                html.Span(
                    html.Span(style={"width": f"{100 * share:.1f}%"}),
                    className="share-bar",
                    **aria(hidden="true"),
                ),
                percent(share, 1),
            ],
            className="number",
        ),
        html.Td(number(row["distinct_values"]), className="number"),
    ]


def _compared(parts: pd.DataFrame, currency: str) -> Component:
    names = list(dict.fromkeys(parts["part"]))
    body = []
    for name, rows in parts.groupby("attribute", sort=False):
        by_part = {row["part"]: row for row in rows.to_dict("records")}
        word = rows["word"].iloc[0]
        texts = [
            percent(by_part[part]["share"])
            if word
            else written(by_part[part]["mean"], rows["unit"].iloc[0], currency)
            for part in names
        ]
        head = f"{title(str(name))}: {word}" if word else title(str(name))
        statistic = "share" if word else "mean"
        cells = [html.Td(text, className="number") for text in texts]
        body.append(html.Tr([html.Th(head, scope="row"), html.Td(statistic), *cells]))
    return _scrolling(("Attribute", "Shown", *names), body, texts=2, label="Attributes by part")


def _scrolling(
    heads: tuple[str, ...], body: Sequence[Component], *, texts: int, label: str
) -> Component:
    head = html.Tr(
        [
            html.Th(name, className="" if place < texts else "number", scope="col")
            for place, name in enumerate(heads)
        ]
    )
    table = html.Table([html.Thead(head), html.Tbody(body)], className="plain-table wide")
    return html.Div(
        table,
        className="table-scroll tall",
        tabIndex=0,
        role="region",
        **aria(label=label),
    )
