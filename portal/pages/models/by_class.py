"""How a classifier tells each class by itself: a frame in, a small table out."""

import pandas as pd
from dash import html

from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.pages.models.sentences import Told
from portal.reading.rows import each_row
from portal.words.wording import NOTHING, number, percent

HEADS = ("Class", "Customers", "Precision", "Recall", "F1")


def by_class(rows: pd.DataFrame, scope: Scope, *, task: Told) -> Panel:
    """List the classes, the largest first, with how well a model tells each."""
    name = task.titles.get(str(scope.choices.get("model") or ""), "")
    if rows.empty:
        return Panel(html.P("Of this question no classes were counted.", className="card-text"))
    head = html.Tr(
        [
            html.Th(title, scope="col", className="number" if place else "")
            for place, title in enumerate(HEADS)
        ]
    )
    body = [
        html.Tr(
            [
                html.Th(row.class_, scope="row"),
                html.Td(number(row.customers), className="number"),
                *(
                    html.Td(_share(getattr(row, column)), className="number")
                    for column in ("precision", "recall", "f1")
                ),
            ]
        )
        for row in each_row(rows.rename(columns={"class": "class_"}))
    ]
    table = html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="plain-table"),
        className="table-scroll",
        role="region",
        tabIndex=0,
        **aria(label=f"Classes as {name} tells them"),
    )
    return Panel(table, by_class_finding(rows, name=name))


def by_class_finding(rows: pd.DataFrame, *, name: str) -> str:
    """Say which class a model finds least often."""
    with_recall = rows[rows["recall"].notna()]
    if with_recall.empty:
        return "How each class is told"
    least = with_recall.sort_values(["recall", "class"]).iloc[0]
    return f"{name} finds {percent(least['recall'])} of “{least['class']}”, the fewest"


def _share(value: float | None) -> str:
    return NOTHING if value is None or pd.isna(value) else percent(value, 1)
