"""What is known of a customer, what is predicted, and who is alike."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from db.customers.columns import ATTRIBUTES
from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.kit.states import empty_state
from portal.pages.customer import outline
from portal.reading.filters import customer_link
from portal.reading.predicting.reckoned import Reckoned
from portal.reading.predicting.value import knows_leaving
from portal.reading.rows import each_row
from portal.scoring.answers import reason_line
from portal.words import wording
from portal.words.titles import own_title, title

FLAGS = {"yes": "Yes", "no": "No"}
LISTED = (
    ("segment", "Segment", ""),
    ("recency_days", "Days silent", "count"),
    ("frequency", "Orders", "count"),
    ("monetary", "Spent", "money"),
)
"""Columns beside the identifier where customers are listed: name, title, kind of number."""
ALIKE = (
    "Nearest in recency, orders, spend and what else numbers tell, each on its own scale."
)  # fmt: skip
NO_PRODUCTS = (
    "No products of this customer are known: the source names none, or has too many lines to"
    " look through here."
)
NO_PREDICTIONS = (
    "No task of this run concerns the customer; the Models page says which tasks were refused"
    " and why."
)

Known = dict[str, Any]


def profile(
    rows: pd.DataFrame,
    scope: Scope,
    *,
    reasons: pd.DataFrame,
    is_there: bool,
    by: Reckoned,
    to_do: str,
) -> Panel:
    """Write three figures and a sentence of the customer, or who can be looked at."""
    customer = scope.choices["customer"]
    if is_there:
        return Panel(_outline(rows, scope, reasons=reasons, by=by, to_do=to_do))
    if customer is None:
        title, sentence = "Which customer?", "Some of those who spent most:"
    else:
        title = f"There is no customer “{customer}” in {scope.dataset}"
        sentence = "Those whose identifier holds what was entered:"
    if rows.empty:
        return Panel(empty_state(title, "No identifier holds what was entered either."))
    return Panel(html.Div([_title(title), html.P(sentence), customer_table(rows, scope)]))


def facts(
    rows: pd.DataFrame,
    scope: Scope,
    *,
    fits: pd.DataFrame,
    is_there: bool,
    greeting: str = "",
) -> Panel:
    """Write all that is known of the customer.

    `greeting` is what the playbook does with new customers.
    """
    if not is_there:
        return Panel(html.P("No customer is chosen.", className="quiet"))
    parts = _profile(rows, scope, tells_leaving=knows_leaving(fits), greeting=greeting)
    return Panel(html.Div(parts))


def products(rows: pd.DataFrame, scope: Scope) -> Panel:
    """Write what the customer bought and kept."""
    if rows.empty:
        return Panel(html.P(NO_PRODUCTS, className="quiet"))
    head = ("Product", "Pieces", "Orders", "Revenue", "Last bought")
    lines = [
        html.Tr(
            [
                html.Td(row.description or row.product),
                html.Td(wording.number(row.items), className="number"),
                html.Td(wording.number(row.orders), className="number"),
                html.Td(wording.money(row.revenue, scope.currency), className="number"),
                html.Td(wording.date(pd.Timestamp(str(row.last_ordered)).date())),
            ]
        )
        for row in each_row(rows)
    ]
    cells = [
        html.Th(name, scope="col", className="number" if name in head[1:4] else "")
        for name in head
    ]
    table = html.Table(
        [html.Thead(html.Tr(cells)), html.Tbody(lines)], className="plain-table wide"
    )
    return Panel(
        html.Div(
            table,
            className="table-scroll",
            tabIndex="0",
            role="region",
            **aria(label="Products"),
        )
    )


def scores(rows: pd.DataFrame, _scope: Scope, *, reasons: pd.DataFrame) -> Panel:
    """Write what is predicted of the customer, and why, where that beats a simple rule."""
    if rows.empty:
        return Panel(empty_state("No predictions", NO_PREDICTIONS))
    beats = rows["beats"].fillna(0).astype(bool)
    parts = [_score(row, reasons) for row in each_row(rows[beats])]
    omitted = rows["title"][~beats].tolist()
    if omitted:
        sentence = (
            f"Not shown: {wording.plain_list(omitted)}, which"
            f" {'is' if len(omitted) == 1 else 'are'} not surely better than a simple rule."
        )
        parts.append(html.P(sentence, className="quiet"))
    return Panel(parts)


def similar(rows: pd.DataFrame, scope: Scope) -> Panel:
    """Write who is most like the customer."""
    if rows.empty:
        return Panel(html.P("There is nobody to compare with.", className="quiet"))
    return Panel([html.P(ALIKE, className="quiet"), customer_table(rows, scope)])


def customer_table(rows: pd.DataFrame, scope: Scope) -> Component:
    """List customers, each with a link, in the columns of which anything is known."""
    columns = [column for column in LISTED if rows[column[0]].notna().any()]
    lines = [
        html.Tr(
            [
                html.Td(
                    dcc.Link(
                        row["customer_id"],
                        href=customer_link(row["customer_id"], scope.dataset),
                    )
                ),
                *(_cell(row[name], kind, scope.currency) for name, _head, kind in columns),
            ]
        )
        for row in rows.to_dict("records")
    ]
    head = [html.Th("Customer", scope="col")]
    head += [
        html.Th(head, scope="col", className="number" if kind else "")
        for _name, head, kind in columns
    ]
    return html.Div(
        html.Table(
            [html.Thead(html.Tr(head)), html.Tbody(lines)], className="plain-table wide"
        ),
        className="table-scroll",
        tabIndex="0",
        role="region",
        **aria(label="Customers"),
    )


def _cell(value: Any, kind: str, currency: str) -> Component:
    if pd.isna(value):
        return html.Td(wording.NOTHING, className="number" if kind else "")
    if not kind:
        return html.Td(value)
    text = wording.money(value, currency) if kind == "money" else wording.number(value)
    return html.Td(text, className="number")


def _title(title: str) -> Component:
    return html.H2(title, className="card-title")


def _known(rows: pd.DataFrame) -> Known:
    row = rows.astype(object).to_dict("records")[0]
    return {str(name): value for name, value in row.items() if pd.notna(value)}


def _outline(
    rows: pd.DataFrame, scope: Scope, *, reasons: pd.DataFrame, by: Reckoned, to_do: str
) -> Component:
    profile = _known(rows)
    why = outline.weightiest(reasons, by.task)
    sentence = outline.sentence(profile, scope.currency, by=by, why=why, action=to_do)
    segment = _segment(profile)
    return html.Div(
        [
            html.H2(f"Customer {profile['customer_id']}", className="card-title"),
            html.P(
                " · ".join(part for part in (segment, _last(profile)) if part),
                className="quiet",
            ),
            html.P(sentence, className="customer-sentence"),
            outline.figures(profile, scope.currency, by=by),
        ]
    )


def _last(profile: Known) -> str:
    parts = []
    if "recency_days" in profile:
        parts.append(f"last order {wording.days(float(profile['recency_days']))} ago")
    if profile.get("overdue_days"):
        parts.append(f"{wording.days(float(profile['overdue_days']))} overdue")
    if "moved" in profile:
        parts.append(f"{profile['moved']} since the last update")
    return ", ".join(parts)


def _profile(
    rows: pd.DataFrame, scope: Scope, *, tells_leaving: bool, greeting: str
) -> list[Component]:
    profile = _known(rows)
    more = [
        (title(name), _plain(profile[name]))
        for name in profile
        if name in ATTRIBUTES or own_title(name)
    ]
    parts = [
        _title(f"Customer {profile['customer_id']}"),
        _listed(_facts(profile, scope.currency, tells_leaving=tells_leaving)),
        html.P(f"New: the first order is recent. {greeting}")
        if profile.get("is_new") == "yes"
        else None,
        html.P(f"As seen on {wording.date(scope.as_of)}.", className="quiet")
        if scope.as_of
        else None,
        html.H3("Attributes", className="customer-heading") if more else None,
        _listed(more) if more else None,
    ]
    return [part for part in parts if part is not None]


def _facts(profile: Known, currency: str, *, tells_leaving: bool) -> list[tuple[str, str]]:
    """Give what every customer is told by, as far as it is known."""
    score = {
        letter: f" (score {profile[f'{letter}_score']:.0f})"
        if f"{letter}_score" in profile
        else ""
        for letter in "rfm"
    }

    def money(amount: float) -> str:
        return wording.money(amount, currency)

    facts = {
        "Segment": _segment(profile),
        "Recency": _said(profile, "recency_days", wording.days, score["r"]),
        "Orders": _said(profile, "frequency", wording.number, score["f"]),
        "Spent": _said(profile, "monetary", money, score["m"]),
        "Average basket": _said(profile, "average_basket", money),
        "Customer for": _said(profile, "tenure_days", wording.days),
        "Country": profile.get("country"),
        "Value, 12 months": _value(profile, currency),
        "Chance of leaving": _said(profile, "churn_probability", _percent),
        "Still a customer": _said(profile, "p_alive", _percent) if tells_leaving else None,
        "Risk group": profile.get("risk_value"),
        "Next order expected": _day(profile, "next_order_on"),
    }
    return [(term, str(value)) for term, value in facts.items() if value is not None]


def _segment(profile: Known) -> str | None:
    """Name the segment, and beside it that the customer is new."""
    segment = profile.get("segment")
    return f"{segment}, new" if segment and profile.get("is_new") == "yes" else segment


def _listed(facts: list[tuple[str, str]]) -> Component:
    return html.Dl(
        [html.Div([html.Dt(term), html.Dd(value)]) for term, value in facts],
        className="customer-facts",
    )


def _said(
    profile: Known, name: str, write: Callable[[float], str], more: str = ""
) -> str | None:
    return f"{write(float(profile[name]))}{more}" if name in profile else None


def _percent(share: float) -> str:
    return wording.percent(share, 1)


def _day(profile: Known, name: str) -> str | None:
    day = profile.get(name)
    return wording.date(dt.date.fromisoformat(str(day)[:10])) if day else None


def _value(profile: Known, currency: str) -> str | None:
    if "clv_12m" not in profile:
        return None
    amount = wording.money(float(profile["clv_12m"]), currency)
    if "clv_12m_low" in profile and "clv_12m_high" in profile:
        low, high = (
            wording.money_short(float(profile[f"clv_12m_{end}"]), currency)
            for end in ("low", "high")
        )
        return f"{amount} ({wording.interval(low, high)})"
    return amount


def _plain(value: Any) -> str:
    if isinstance(value, int | float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return FLAGS.get(value, str(value))


def _score(row: Any, reasons: pd.DataFrame) -> Component:
    class_name = row.positive if isinstance(row.positive, str) else row.predicted
    why = reasons[reasons["task"] == row.task].head(3)
    return html.Div(
        [
            html.H3(row.title, className="customer-heading"),
            html.P(row.question, className="quiet"),
            html.P([html.Strong(f"{class_name}: {wording.percent(row.probability, 1)}")]),
            html.Ul(
                [reason_line(reason.reason, reason.contribution) for reason in each_row(why)],
                className="score-reasons",
            )
            if len(why)
            else None,
        ]
    )
