"""What to do today: whom to contact, who moved, what the next 12 months bring."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.reading import customers
from portal.reading.contacting import costs_said
from portal.reading.contacting.contact_plan import BEST, LIST
from portal.reading.contacting.contacts import Chosen
from portal.reading.contacting.economics import RULE
from portal.reading.filters import YES, Filters, to_query
from portal.reading.predicting import risk, value
from portal.reading.predicting.reckoned import Reckoned, reckoned
from portal.reading.predicting.value import Foretold
from portal.reading.published import PublishedRun
from portal.reading.rows import each_row
from portal.reading.trade.movement import Between, between_of
from portal.words import wording

WAYS = {"slipped": "Slipped", "risen": "Rose", "new": "New", "lost": "Lost"}
"""Ways to move, the one to look at first before the others."""


def whom(run: PublishedRun, filters: Filters, **_choices: Any) -> Chosen | None:
    """Give what contacting whoever pays means at the costs in force."""
    costs = risk.costs_in_force(run)
    return None if costs is None else risk.chosen(run, filters, costs)


def by(run: PublishedRun, _filters: Filters, **_choices: Any) -> Reckoned:
    """Give what contacting is reckoned by."""
    return reckoned(run)


def costs(run: PublishedRun, _filters: Filters, **_choices: Any) -> str:
    """Say with which costs is counted."""
    costs_in_force = risk.costs_in_force(run)
    if costs_in_force is None:
        return ""
    changed = costs_said.in_force(run)
    contact, offer = (
        wording.money(amount, run.currency).removesuffix(".00")
        for amount in (costs_in_force.contact_cost, costs_in_force.incentive)
    )
    if reckoned(run).is_answer:
        return changed or f"Counted with {contact} a contact and an offer of {offer}."
    success_rate = wording.percent(costs_in_force.success_rate, 1).replace(".0 %", " %")
    return changed or (
        f"Counted with {contact} a contact, an offer of {offer} and {success_rate} of"
        " leavers kept."
    )


def why_unknown(run: PublishedRun, _filters: Filters, **_choices: Any) -> str:
    """Say why no profit of a contact is known."""
    reckoning, task = reckoned(run), risk.task(run)
    if reckoning.note:
        return reckoning.note
    if task is not None and task.status != "done" and task.message:
        return task.message
    return "Nothing tells yet who leaves and what is at stake; a full update brings it."


def twelve_months(run: PublishedRun, filters: Filters, **_choices: Any) -> Foretold | None:
    """Give the 12 months' value with its range."""
    return value.foretold(run, filters)


def answer(run: PublishedRun, filters: Filters) -> str:
    """Say whom to contact today and what that should bring."""
    chosen, named = whom(run, filters), reckoned(run)
    many = customers.named(run, filters)
    if many is not None:
        return (
            f"Offer loyalty to the {wording.count(many, 'customer')} whom a rule names; what"
            " that brings is not known for this data set."
        )
    if chosen is None:
        return f"Whom to contact is not known yet. {why_unknown(run, filters)}"
    return told(chosen, run.currency, by=named)


def told(chosen: Chosen, currency: str, *, by: Reckoned) -> str:
    """Say whom to contact and what that should bring, within which range."""
    if not chosen.known:
        return wording.NOBODY_WEIGHED
    if not chosen.customers:
        return (
            f"Contact nobody today: of {wording.count(chosen.known, 'customer')} none is"
            " expected to bring more than the contact and the offer cost."
        )
    low, high = (wording.money_short(amount, currency) for amount in (chosen.low, chosen.high))
    whom = wording.count(chosen.customers, "customer")
    answering = (
        f"; {wording.number(chosen.leavers)} of them should answer" if by.is_answer else ""
    )
    return (
        f"Contact {whom} today: that should bring"
        f" {wording.money_short(chosen.profit, currency)} ({low} to {high}) after costs of"
        f" {wording.money_short(chosen.cost, currency)}{answering}."
    )


def contact_card(
    rows: pd.DataFrame,
    scope: Scope,
    *,
    chosen: Chosen | None,
    by: Reckoned,
    costs: str,
    why: str,
) -> Panel:
    """Write how many are worth contacting, what it brings, and the two ways on."""
    if by.basis == RULE and "contact_reason" in rows:
        many = int(rows["customers"].sum())
        reasons = [
            f"{row.contact_reason} {wording.number(row.customers)}" for row in each_row(rows)
        ]
        sentence = f"{'; '.join(reasons)}." if reasons else "Nobody of these customers."
        return Panel(
            _card(wording.number(many), "named by a rule", sentence, _ways(scope, many))
        )
    if chosen is None:
        return Panel(_card(wording.NOTHING, "", why, None))
    if not chosen.customers:
        link = dcc.Link(
            "Try other costs",
            href=f"/plan{to_query(scope.filters, scope.dataset)}",
            className="button",
        )
        return Panel(_card("Nobody", f"of {wording.number(chosen.known)}", costs, link))
    ends = [wording.money_short(amount, scope.currency) for amount in (chosen.low, chosen.high)]
    profit = wording.money_short(chosen.profit, scope.currency)
    sentence = f"Expected profit {profit} ({wording.interval(*ends)})."
    return Panel(
        _card(
            wording.number(chosen.customers),
            f"of {wording.count(chosen.known, 'customer')}",
            sentence,
            _ways(scope, chosen.customers, weighed=True),
            costs,
        )
    )


def moved_card(rows: pd.DataFrame, scope: Scope, *, days: pd.DataFrame) -> Panel:
    """Write who slipped, rose, came and left between two `days`, each leading to them."""
    compared = between_of(days)
    if compared is None or rows.columns.empty:
        return Panel(
            _card(
                wording.NOTHING,
                "",
                "One day is known so far; the next update shows who slipped or rose.",
                None,
            )
        )
    many = {row.moved: row for row in each_row(rows)}
    lines = [
        html.Li(_moved(direction, title, many[direction], scope))
        for direction, title in WAYS.items()
        if direction in many
    ]
    return Panel(
        html.Div(
            [
                html.Ul(lines, className="moved")
                if lines
                else html.P("Nobody of these customers moved."),
                html.P(between_said(compared), className="quiet"),
            ],
            className="acting",
        ),
        since_said(compared),
    )


def since_said(days: Between) -> str:
    """Head the card by what is compared: updates, or days of this one."""
    if days.of_updates:
        return "What changed since the last update"
    return f"What changed in the last {wording.days((days.last - days.first).days)}"


def between_said(days: Between) -> str:
    """Say which two days are compared, and whether an update stood on the first."""
    opening = "Between the updates of" if days.of_updates else "Between"
    return f"{opening} {wording.date(days.first)} and {wording.date(days.last)}."


def moved_value(direction: str, row: Any, currency: str) -> str:
    """Say what those who moved one way are worth now, and were before where that is known."""
    now = wording.money_short(row.value, currency)
    if pd.isna(row.value):
        return ""
    if direction == "new" or pd.isna(row.value_before):
        return f"worth {now}"
    return f"worth {now}, was {wording.money_short(row.value_before, currency)}"


def next_card(_rows: pd.DataFrame, scope: Scope, *, foretold: Foretold | None) -> Panel:
    """Write what the next 12 months should bring, with its range, and how that is known."""
    if foretold is None:
        return Panel(
            _card(
                wording.NOTHING,
                "",
                "Orders over time would foretell revenue; this data set has none.",
                None,
            )
        )
    link = dcc.Link(
        "Where it comes from",
        href=f"/value{to_query(scope.filters, scope.dataset)}",
        className="button",
    )
    total = wording.money_short(foretold.total, scope.currency)
    return Panel(_card(total, "expected revenue", range_said(foretold, scope.currency), link))


def range_said(foretold: Foretold, currency: str) -> str:
    """Say how far off the sum must be reckoned to be, and by what."""
    of = f"Of {wording.count(foretold.customers, 'customer')}"
    if foretold.low is None or foretold.high is None:
        return f"{of}; no earlier period is long enough to tell how far off that may be."
    ends = [wording.money_short(amount, currency) for amount in (foretold.low, foretold.high)]
    corrected = (
        f"{wording.money_short(foretold.corrected, currency)} corrected, "
        if foretold.is_corrected
        else ""
    )
    return (
        f"{of}; {corrected}{wording.interval(*ends)}, as far off as earlier totals turned out."
    )


def _moved(direction: str, title: str, row: Any, scope: Scope) -> Component:
    filters = scope.filters._replace(moved=(direction,))
    return dcc.Link(
        [
            html.Strong(f"{title} {wording.number(row.customers)}"),
            html.Span(moved_value(direction, row, scope.currency)),
        ],
        href=f"/customers{to_query(filters, scope.dataset)}",
    )


def _ways(scope: Scope, customers: int, *, weighed: bool = False) -> Component | None:
    """Lead to the list and to a campaign of it."""
    if not customers:
        return None
    chosen = to_query(scope.filters._replace(contact=(YES,)), scope.dataset)
    plain = to_query(scope.filters, scope.dataset)
    campaign = f"{plain}&{LIST}={BEST}" if weighed else chosen
    return html.Div(
        [
            dcc.Link("See the list", href=f"/customers{chosen}", className="button primary"),
            dcc.Link("Make a campaign", href=f"/campaigns{campaign}#new", className="button"),
        ],
        className="button-row",
    )


def _card(
    figure: str, of: str, sentence: str, ways: Component | None, note: str = ""
) -> Component:
    parts: Sequence[Component | None] = [
        html.P(
            [html.Strong(figure), html.Span(of, className="quiet")], className="acting-figure"
        ),
        html.P(sentence),
        html.P(note, className="quiet") if note else None,
        ways,
    ]
    return html.Div([part for part in parts if part is not None], className="acting")
