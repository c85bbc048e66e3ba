"""What came back and what a source's codes are, as small tables."""

from collections.abc import Sequence

import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.reading.rows import each_row
from portal.words.wording import count, money, number, percent

KIND_NAMES = {"yes": "Wholesale", "no": "Retail"}


def rules(rows: pd.DataFrame, _scope: Scope) -> Panel:
    """List the rules by which rows count as returns, with how many rows each took."""
    if rows.empty:
        return Panel(html.P("The source tells of no returns.", className="card-text"))
    terms = [
        part
        for row in each_row(rows)
        for part in (
            html.Dt(f"{row.title}: {count(row.rows, 'row')}"),
            html.Dd(row.explanation),
        )
    ]
    returned_rows = int(rows["rows"].sum())
    return Panel(
        html.Dl(terms, className="card-text"),
        f"{count(returned_rows, 'row')} tell of what came back",
    )


def kinds(rows: pd.DataFrame, scope: Scope) -> Panel:
    """List wholesale and retail customers side by side."""
    if rows.empty:
        return Panel(
            html.P("Nothing is known of how these customers buy.", className="card-text")
        )
    heads = ("Who", "Customers", "Revenue", "Orders", "Average order", "Pieces a line")
    body = [
        html.Tr(
            [
                html.Th(KIND_NAMES.get(_yes(row.kind), str(row.kind)), scope="row"),
                html.Td(number(row.customers), className="number"),
                html.Td(money(row.revenue, scope.currency), className="number"),
                html.Td(number(row.orders), className="number"),
                html.Td(money(row.average_basket, scope.currency), className="number"),
                html.Td(number(row.pieces_per_line, 1), className="number"),
            ]
        )
        for row in each_row(rows)
    ]
    return Panel(_table(heads, body, "Wholesale and retail"), kinds_finding(rows))


def kinds_finding(rows: pd.DataFrame) -> str:
    """Say which share of customers buys in bulk and which share of revenue they bring."""
    bulk = rows[[_yes(kind) == "yes" for kind in rows["kind"]]]
    if bulk.empty or not rows["customers"].sum():
        return "Nobody buys like a wholesaler"
    many, revenue = int(bulk["customers"].sum()), float(rows["revenue"].sum())
    share = percent(float(bulk["revenue"].sum()) / revenue) if revenue > 0 else "none"
    return f"{count(many, 'customer')} buy like wholesalers and bring {share} of revenue"


def _yes(kind: object) -> str:
    return {"True": "yes", "False": "no"}.get(str(kind), str(kind))


def item_classes(rows: pd.DataFrame, scope: Scope) -> Panel:
    """List the classes of codes in the source, most rows first."""
    if rows.empty:
        return Panel(html.P("The source names no products.", className="card-text"))
    heads = ("What they are", "Rows", "Codes", "Amount", "Such as")
    body = [
        html.Tr(
            [
                html.Th(row.item_class.capitalize(), scope="row"),
                html.Td(number(row.rows), className="number"),
                html.Td(number(row.codes), className="number"),
                html.Td(money(row.amount, scope.currency), className="number"),
                html.Td(row.examples),
            ]
        )
        for row in each_row(rows)
    ]
    return Panel(_table(heads, body, "Classes of codes"), item_finding(rows))


def item_finding(rows: pd.DataFrame) -> str:
    """Say which share of rows sells products."""
    everything = int(rows["rows"].sum())
    products = int(rows.loc[rows["item_class"] == "product", "rows"].sum())
    if not everything:
        return "What the source's codes are"
    other_classes = len(rows) - 1
    if products == everything or other_classes < 1:
        return "Every row sells a product"
    return (
        f"{percent(products / everything, 1)} of rows sell products;"
        f" {count(other_classes, 'other class', 'other classes')} of codes the rest"
    )


def _table(heads: tuple[str, ...], body: Sequence[Component], label: str) -> Component:
    words = {heads[0], "Such as"}
    head = html.Tr(
        [
            html.Th(title, scope="col", className="" if title in words else "number")
            for title in heads
        ]
    )
    return html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="plain-table"),
        className="table-scroll",
        role="region",
        tabIndex=0,
        **aria(label=label),
    )
