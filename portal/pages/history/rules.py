"""Rules for alerts: which figure, which limit, on or off; deleted ones can be brought back."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import dash_bootstrap_components as dbc
from dash import ALL, Input, Output, State, ctx, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.engine import Engine

from db.errors import DatabaseError
from db.workspace import is_there
from db.workspace import rules as kept
from portal.kit.attributes import aria
from portal.kit.choices import choice
from portal.kit.page import Page
from portal.kit.states import error_state, text_card
from portal.kit.undo import asked_back, deleted_list, restoring, said_with_undo
from portal.reading.filters import URL
from portal.reading.jobs import now
from portal.reading.published import PublishedRun, here, published_run
from portal.words.wording import money, number, percent

LIST, SAID = "history-rules", "history-rules-said"
FIGURE, KIND, LIMIT, ADD = (
    "history-rule-figure", "history-rule-kind", "history-rule-limit", "history-rule-add",
)  # fmt: skip
SWITCH, DELETE, RESTORE = "history-rule-switch", "history-rule-delete", "history-rule-restore"
RISES, FALLS, ABOVE, BELOW, RANGE = "rises", "falls", "above", "below", "range"
KINDS = {
    FALLS: "falls by more than (%)", RISES: "rises by more than (%)", BELOW: "is below",
    ABOVE: "is above",
}  # fmt: skip
HUNDRED = 100.0


class Figure(NamedTuple):
    """A figure that rules may watch; `counts` is money, count, share or index."""

    title: str
    counts: str


FIGURES = {
    "revenue_30d": Figure("Revenue of the last 30 days", "money"),
    "orders_30d": Figure("Orders of the last 30 days", "count"),
    "customers_30d": Figure("Customers who ordered in the last 30 days", "count"),
    "new_customers_30d": Figure("New customers of the last 30 days", "count"),
    "customers": Figure("Customers", "count"),
    "worth_contacting": Figure("Customers worth contacting", "count"),
    "at_risk": Figure("Value at risk", "money"),
    "base_rate": Figure("Share of customers who left", "share"),
    "returned_share": Figure("Share of sales that came back", "share"),
    "unusual_days": Figure("Unusual days lately", "count"),
    "drift": Figure("Drift since the last update", "index"),
    "score": Figure("Score of a model", "index"),
}
"""As the pipeline names them in what fired."""


def layout() -> Component:
    """Lay out the rules and the line that adds one."""
    figures = [{"label": figure.title, "value": name} for name, figure in FIGURES.items()]
    kinds = [{"label": label, "value": kind} for kind, label in KINDS.items()]
    limit = html.Div(
        [
            html.Label("Limit", htmlFor=LIMIT, className="quiet"),
            dbc.Input(id=LIMIT, type="number", min=0, step="any", size="sm"),
        ],
        className="control",
    )
    added = html.Div(
        [
            choice(FIGURE, "Tell me when", figures, "revenue_30d", show_label=True),
            choice(KIND, "it", kinds, FALLS, show_label=True),
            limit,
            html.Button("Add the rule", id=ADD, type="button", className="button"),
        ],
        className="rule-line",
    )
    lead = html.P(
        "Looked at with every update. Shares and changes are in percent.", className="quiet"
    )
    return text_card(
        "Rules",
        html.Div(
            [lead, html.Div(id=LIST), added, html.Div(id=SAID, role="status")],
            className="card-text",
        ),
        columns=12,
    )


def follow_rules(page: Page) -> None:
    """Let the list follow what is added, switched, deleted and brought back."""
    page.callback(Output(LIST, "children"), Input(URL, "search"), Input(SAID, "children"))(
        show_rules
    )
    page.callback(
        Output(SAID, "children"),
        Input(ADD, "n_clicks"),
        Input({"type": SWITCH, "number": ALL}, "n_clicks"),
        Input({"type": DELETE, "number": ALL}, "n_clicks"),
        State(FIGURE, "value"),
        State(KIND, "value"),
        State(LIMIT, "value"),
        State(URL, "search"),
        prevent_initial_call=True,
    )(act)
    page.callback(
        Output(SAID, "children", allow_duplicate=True),
        restoring(RESTORE),
        prevent_initial_call=True,
    )(bring_back)


def show_rules(search: str | None, _said: Any = None) -> Component:
    """List the rules of the data set, and those that can be brought back."""
    with published_run(search) as run:
        if not is_there(run.connection):
            return html.P("Rules come with the next update.", className="quiet")
        rules = kept.of(run.connection, run.dataset)
        away = [
            deleted._replace(name=rule_said(rule, run.currency))
            for rule, deleted in kept.deleted(run.connection, run.dataset, at=now())
        ]
        rows = [_line(rule, run.currency) for rule in rules]
    listed = html.Ul(rows, className="plain-list") if rows else html.P("There is no rule.")
    return html.Div([listed, deleted_list(away, RESTORE, unnamed="A rule")])


def act(*arguments: Any) -> Component:
    """Add a rule, switch one on or off, or delete one."""
    figure, kind, limit, search = arguments[3:]
    pressed: Any = ctx.triggered_id
    if pressed is None or not any(trigger["value"] for trigger in ctx.triggered):
        raise PreventUpdate  # buttons that a new list brought, which nobody pressed
    try:
        with published_run(search) as run:
            engine, at = here().workspace.engine, now()
            if pressed == ADD:
                return _added(engine, run, entered(figure, kind, limit), at)
            rule = _mine(run, int(pressed["number"]))
            sentence = rule_said(rule, run.currency)
            if pressed["type"] == DELETE:
                kept.delete(engine, rule.number, at=at)
                return said_with_undo(f"“{sentence}” is deleted.", RESTORE, rule.number)
            kept.switch(engine, rule.number, is_on=not rule.is_on)
            return html.P(f"“{sentence}” is switched {'off' if rule.is_on else 'on'}.")
    except (DatabaseError, ValueError) as error:
        return error_state(str(error))


def bring_back(clicks: Sequence[int | None]) -> Component:
    """Bring a deleted rule back."""
    number_of = asked_back(clicks)
    try:
        kept.restore(here().workspace.engine, number_of)
    except DatabaseError as error:
        return error_state(str(error))
    return html.P("The rule is back.")


def entered(figure: str, kind: str, limit: float | None) -> kept.Rule:
    """Give the rule that is entered; raises `ValueError` with one sentence."""
    if figure not in FIGURES or kind not in KINDS:
        raise ValueError("Choose what is watched and how.")
    if limit is None or limit < 0:
        raise ValueError("Enter a limit, a number from 0 on.")
    if kind in {RISES, FALLS} and figure in {"drift", "unusual_days"}:
        raise ValueError(f"“{FIGURES[figure].title}” can only be above or below a limit.")
    in_percent = kind in {RISES, FALLS} or FIGURES[figure].counts == "share"
    return kept.Rule(figure, None, kind, limit / HUNDRED if in_percent else limit)


def rule_said(rule: kept.Rule, currency: str) -> str:
    """Say a rule in words."""
    figure = FIGURES.get(rule.figure, Figure(rule.figure, "count"))
    of_it = f" ({rule.subject.replace('_', ' ')})" if rule.subject else ""
    named = f"{figure.title}{of_it}"
    if rule.kind == RANGE:
        return f"{named} is below its range"
    if rule.kind in {RISES, FALLS}:
        return f"{named} {rule.kind} by more than {percent(rule.threshold)}"
    return f"{named} {rule.kind} {_written(figure.counts, rule.threshold, currency)}"


def _written(counts: str, value: float, currency: str) -> str:
    if counts == "money":
        return money(round(value), currency).removesuffix(".00")
    if counts == "share":
        return percent(value, 1)
    return number(value, 2) if counts == "index" else number(value)


def _added(engine: Engine, run: PublishedRun, rule: kept.Rule, at: dt.datetime) -> Component:
    kept.add(engine, run.dataset, rule, at=at)
    return html.P(f"Added: {rule_said(rule, run.currency)}. The next update looks at it.")


def _mine(run: PublishedRun, number_of: int) -> kept.Rule:
    """Give a rule of the data set shown; raises `NoRule` for any other."""
    for rule in kept.of(run.connection, run.dataset):
        if rule.number == number_of:
            return rule
    raise kept.NoRule("That rule was deleted meanwhile.")


def _line(rule: kept.Rule, currency: str) -> Component:
    sentence = rule_said(rule, currency)
    turn = "Switch off" if rule.is_on else "Switch on"
    return html.Li(
        [
            html.Span(
                sentence if rule.is_on else f"{sentence} (off)",
                className="" if rule.is_on else "quiet",
            ),
            html.Button(
                turn,
                id={"type": SWITCH, "number": rule.number},
                type="button",
                className="button",
                **aria(label=f"{turn}: {sentence}"),
            ),
            html.Button(
                "Delete",
                id={"type": DELETE, "number": rule.number},
                type="button",
                className="button",
                **aria(label=f"Delete: {sentence}"),
            ),
        ],
        key=str(rule.number),
        className="rule-line",
    )
