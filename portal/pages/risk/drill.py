"""Drilling down: groups of any attribute, each narrowing the page or leading to its list."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import Input, Output, State, dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Control, Panel
from portal.kit.choices import choice
from portal.kit.drawing.chart import Scope
from portal.kit.page import Page
from portal.kit.states import empty_state
from portal.pages.risk import queries
from portal.reading.filters import URL, Filters, from_query, parts_of, to_query
from portal.reading.leading import (
    narrowed_to,
    of_attribute,
    to_customers,
)
from portal.reading.predicting.reckoned import Reckoned
from portal.reading.published import published_run
from portal.reading.rows import each_row
from portal.words import praise
from portal.words.titles import in_sentence, title
from portal.words.wording import count, money_short, number, percent

ATTRIBUTE = "risk-attribute"
SHOWN = 6
"""Groups in view; further ones stand behind a press."""
CONTROL = Control(
    "attribute", ATTRIBUTE, choice(ATTRIBUTE, "Customers by", [], show_label=True)
)


def follow_attributes(page: Page) -> None:
    """Fill the choice of attributes; what was chosen stays where it is still there."""
    page.callback(
        Output(ATTRIBUTE, "options"),
        Output(ATTRIBUTE, "value"),
        Input(URL, "search"),
        State(ATTRIBUTE, "value"),
    )(offer_attributes)


def offer_attributes(
    search: str | None, chosen: str | None
) -> tuple[list[dict[str, str]], str | None]:
    """Offer the attributes that the page is not narrowed to already."""
    filters = from_query(search)
    with published_run(search) as run:
        attributes = [
            attribute
            for attribute in queries.attributes(run)
            if not _is_narrowed(filters, attribute)
        ]
    value = chosen if chosen in attributes else next(iter(attributes), None)
    return [{"label": title(attribute), "value": attribute} for attribute in attributes], value


def _is_narrowed(filters: Filters, attribute: str) -> bool:
    own = {"segment": filters.segments, "country": filters.countries}.get(attribute, ())
    return len(own) == 1 or attribute in {parts_of(condition)[0] for condition in filters.where}


def groups(rows: pd.DataFrame, scope: Scope, *, by: Reckoned, missing: str) -> Panel:
    """Write the groups of the chosen attribute, those with most at risk first."""
    attribute = scope.choices.get("attribute")
    if rows.empty or not attribute:
        return Panel(empty_state("No groups", missing), "Who may leave, by group")
    first, further = rows.iloc[:SHOWN], rows.iloc[SHOWN:]
    parts = [
        _table(first, scope, attribute, by),
        _more(further, scope, attribute, by) if len(further) else None,
        _whole_list(scope, is_worth=bool(rows["paying"].sum())),
    ]
    return Panel(html.Div(parts), drill_finding(rows, attribute, scope.currency, by=by))


def drill_finding(rows: pd.DataFrame, attribute: str, currency: str, *, by: Reckoned) -> str:
    """Name the group with most at risk and the one with the highest chance of leaving."""
    named = in_sentence(title(attribute))
    large = praise.enough(rows)
    if large.empty:
        return f"Who may leave, by {named}"
    if not (by.is_leaving or by.is_answer):
        most = large.sort_values("paying", ascending=False).iloc[0]
        return f"By {named}, a rule names most in “{most['level']}”: {number(most['paying'])}"
    most = large.sort_values("at_risk", ascending=False).iloc[0]
    likely = large.sort_values("probability", ascending=False).iloc[0]
    predicate = "would be spent" if by.is_answer else "is at risk"
    does = "answer" if by.is_answer else "leave"
    if most["level"] == likely["level"]:
        return (
            f"By {named}, most {predicate} in “{most['level']}”"
            f" ({money_short(most['at_risk'], currency)}), where most are likely to {does}, too"
            f" ({percent(most['probability'])})"
        )
    return (
        f"By {named}, most {predicate} in “{most['level']}”"
        f" ({money_short(most['at_risk'], currency)}); most likely to {does} are those of"
        f" “{likely['level']}” ({percent(likely['probability'])})"
    )


def _table(rows: pd.DataFrame, scope: Scope, attribute: str, by: Reckoned) -> Component:
    heads = [title(attribute), *_heads(by), "List"]
    head = html.Tr(
        [
            html.Th(heading, scope="col", className="number" if place else "")
            for place, heading in enumerate(heads)
        ]
    )
    body = [_row(row, scope, attribute, by) for row in each_row(rows)]
    return html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="plain-table wide"),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **aria(label=f"Customers by {in_sentence(title(attribute))}"),
    )


def _heads(by: Reckoned) -> Sequence[str]:
    if by.is_answer:
        return ("Customers", "Chance of answering", "Would spend", "Worth contacting")
    if by.is_leaving:
        return ("Customers", "Chance of leaving", "Likely to leave", "At risk",
                "Worth contacting")  # fmt: skip
    return ("Customers", "Named by a rule")


def _row(row: Any, scope: Scope, attribute: str, by: Reckoned) -> Component:
    narrower = narrowed_to(scope.filters, attribute, row.level)
    cells: list[Component | str] = [number(row.customers)]
    if by.is_leaving or by.is_answer:
        cells += [percent(row.probability), money_short(row.at_risk, scope.currency)]
        if by.is_leaving:
            cells.insert(2, number(row.leaving))
    where = (of_attribute(attribute, row.level),)
    cells.append(_paying(row.paying, scope, where, by) if row.paying else number(row.paying))
    many = html.Span(f" of {count(row.customers, 'customer')}", className="visually-hidden")
    return html.Tr(
        [
            html.Th(dcc.Link(row.level, href=to_query(narrower, scope.dataset)), scope="row"),
            *(html.Td(cell, className="number") for cell in cells),
            html.Td(
                dcc.Link(
                    ["List", many],
                    href=to_customers(scope.filters, scope.dataset, where=where),
                ),
                className="number",
            ),
        ]
    )


def _paying(customers: int, scope: Scope, where: tuple[str, ...], by: Reckoned) -> Component:
    """Lead to those of a group that are worth contacting, or that a rule names."""
    last = in_sentence(_heads(by)[-1])
    return dcc.Link(
        [number(customers), html.Span(f" {last}", className="visually-hidden")],
        href=to_customers(scope.filters, scope.dataset, where=where, is_worth=True),
    )


def _more(rows: pd.DataFrame, scope: Scope, attribute: str, by: Reckoned) -> Component:
    return html.Details(
        [
            html.Summary(count(len(rows), "further group")),
            _table(rows, scope, attribute, by),
        ],
        className="more",
    )


def _whole_list(scope: Scope, *, is_worth: bool) -> Component:
    return html.P(
        dcc.Link(
            "List whom to contact" if is_worth else "List these customers",
            href=to_customers(scope.filters, scope.dataset, is_worth=is_worth),
            className="button",
        ),
        className="risk-list",
    )
