"""What the Score page is made of: orders and attributes to enter, answers, who is saved."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from db.workspace.scored import Scored
from portal.kit.attributes import aria
from portal.kit.evidence import download_link
from portal.reading.filters import Filters, to_query
from portal.scoring.checks import limits
from portal.scoring.rows import FILE, given_outcomes
from portal.scoring.schema import Answer, Answers, Input, Inputs, Outcome, Segment
from portal.words import wording
from portal.words.titles import TASKS, in_sentence, task_title

MEANINGS = {
    "churn": "probability of leaving",
    "activity_drop": "probability that activity drops",
    "high_value": "probability of being among the best customers",
}
FAR = 1e5
"""A limit from here on is not worth a place in a small field."""
UNITS = {"share": "0 to 1", "points": "points"}


def order_row(number: int, inputs: Inputs, names: Sequence[str]) -> Component:
    """Lay out the fields of one order; `names` are the types of their ids."""
    latest = inputs.as_of.isoformat() if inputs.as_of else None
    money = wording.symbol(inputs.currency).strip()
    fields: tuple[tuple[str, dict[str, Any]], ...] = (
        ("Day", {"type": "date", "max": latest}),
        (f"Value, {money}" if money else "Value", {"type": "number", "min": 0, "step": "any"}),
        ("Pieces", {"type": "number", "min": 0, "step": "any"}),
    )
    return html.Div(
        [
            html.Label(
                [
                    html.Span(f"{title} of order {number + 1}", className="visually-hidden"),
                    dbc.Input(id={"type": name, "row": number}, size="sm", **kind),
                ]
            )
            for name, (title, kind) in zip(names, fields, strict=True)
        ],
        className="order-row",
    )


def order_head(inputs: Inputs) -> Component:
    """Write what stands in the rows of orders."""
    money = wording.symbol(inputs.currency).strip()
    titles = ("Day", f"Value, {money}" if money else "Value", "Pieces")
    return html.Div(
        [html.Span(title, className="quiet") for title in titles],
        className="order-row order-head",
        **aria(hidden="true"),
    )


def attribute_controls(inputs: Inputs, kind: str, not_known: str) -> Component:
    """Lay out a field per attribute, none of them filled."""
    return html.Div(
        [
            _attribute(attribute, inputs.currency, kind, not_known)
            for attribute in inputs.attributes
        ],
        className="attribute-fields",
    )


def _attribute(attribute: Input, currency: str, kind: str, not_known: str) -> Component:
    name = {"type": kind, "name": attribute.name}
    label = f"{attribute.title}{unit_said(attribute, currency)}"
    return html.Label(
        [html.Span(label, className="quiet"), _field(attribute, name, not_known)],
        className="attribute-field",
    )


def _field(attribute: Input, name: dict[str, str], not_known: str) -> Component:
    if attribute.choices is None:
        return dbc.Input(
            id=name,
            type="number",
            min=attribute.least,
            max=attribute.most,
            step="any",
            size="sm",
            placeholder=_hint(attribute),
        )
    words = attribute.choices if attribute.required else [*attribute.choices, not_known]
    return dbc.Select(
        id=name,
        options=[{"label": word, "value": word} for word in words],
        placeholder="choose …",
        size="sm",
    )


def _hint(attribute: Input) -> str:
    """Write the limits of a number as far as somebody could come near them."""
    is_far = attribute.most is not None and attribute.most >= FAR
    return limits(attribute.model_copy(update={"most": None}) if is_far else attribute)


def unit_said(attribute: Input, currency: str) -> str:
    """Write the unit of an input behind its title, nothing where the title tells it."""
    if attribute.choices is not None or not attribute.unit or attribute.unit == "count":
        return ""
    money = wording.symbol(currency).strip()
    unit = money if attribute.unit == "money" else UNITS.get(attribute.unit, attribute.unit)
    return f", {unit}" if unit and unit not in attribute.title.lower() else ""


def answer_panel(answers: Answers) -> list[Component]:
    """Show what is said of the first customer, and what said so."""
    answer = answers.customers[0]
    parts = [
        html.P(headline(answer), className="score-headline"),
        _segment(answer.segment) if answer.segment else None,
        *(_outcome(name, outcome) for name, outcome in outcomes_of(answer).items()),
        remarks_part(answer.remarks),
        html.P(source(answers), className="quiet score-source"),
    ]
    return [part for part in parts if part is not None]


def outcomes_of(answer: Answer) -> dict[str, Outcome]:
    """Give the outcomes that are told of a customer, by their tasks in the order shown."""
    usual = {task: getattr(answer, task) for task in TASKS}
    return {
        **{task: outcome for task, outcome in usual.items() if outcome is not None},
        **answer.given_outcomes,
    }


def meaning(task: str, of: str) -> str:
    """Say of what the probability of an outcome is; `of` is the class."""
    return MEANINGS.get(task, f"probability of “{of}”")


def headline(answer: Answer) -> str:
    """Say the answer in a sentence."""
    parts = []
    if answer.segment:
        parts.append(f"belongs to the segment “{answer.segment.segment}”")
    if answer.churn:
        parts.append(f"is {wording.percent(answer.churn.probability)} likely to leave")
    elif answer.activity_drop:
        share = wording.percent(answer.activity_drop.probability)
        parts.append(f"is {share} likely to become less active")
    for outcome in answer.given_outcomes.values():
        share = wording.percent(outcome.probability)
        parts.append(f"is {share} likely to be “{outcome.of}” by {in_sentence(outcome.title)}")
    predicate = wording.plain_list(parts)
    return (
        f"This customer {predicate}."
        if predicate
        else "The models say nothing of this customer."
    )


def source(answers: Answers) -> str:
    """Say which run and models said so."""
    day = f" on {wording.date(answers.as_of)}" if answers.as_of else ""
    models = "; ".join(
        f"{_name(model.task)} by {_name(model.model)}" for model in answers.models
    )
    return (
        f"Run {answers.run} of “{answers.dataset}”, looked at{day}. Models: {models}."
        if day
        else (f"Run {answers.run} of “{answers.dataset}”. Models: {models}.")
    )


def _name(text: str) -> str:
    return text.replace("_", " ")


def _segment(segment: Segment) -> Component:
    shares = sorted(
        (segment.probabilities or {}).items(), key=lambda segment_share: -segment_share[1]
    )
    return html.Section(
        [
            html.H3("Segment", className="score-title"),
            html.P([html.Strong(segment.segment), f": {segment.how}."]),
            html.Dl(
                [part for name, share in shares for part in _bar(name, share)],
                className="score-bars",
            )
            if shares
            else None,
        ]
    )


def _bar(name: str, share: float) -> tuple[Component, Component]:
    filled = html.Div(className="bar-filled", style={"width": f"{100 * share:.1f}%"})
    return (
        html.Dt(name),
        html.Dd(
            [
                html.Div(filled, className="bar", **aria(hidden="true")),
                html.Span(wording.percent(share), className="number"),
            ]
        ),
    )


def _outcome(name: str, outcome: Outcome) -> Component:
    return html.Section(
        [
            html.H3(outcome.title, className="score-title"),
            html.Dl(
                [
                    part
                    for label, share in _shares(name, outcome)
                    for part in _bar(label, share)
                ],
                className="score-bars",
            ),
            html.Ul(
                [reason_line(reason.reason, reason.contribution) for reason in outcome.reasons],
                className="score-reasons",
            ),
        ]
    )


def _shares(name: str, outcome: Outcome) -> list[tuple[str, float]]:
    """Give what is drawn of an outcome: its probability, or that of each of many classes."""
    if outcome.probabilities is None:
        return [(meaning(name, outcome.of), outcome.probability)]
    return sorted(outcome.probabilities.items(), key=lambda class_share: -class_share[1])


def reason_line(reason: str, contribution: float) -> Component:
    """Write a reason with an arrow that says which way it moves the probability."""
    raises = contribution > 0
    icon = "bi-arrow-up-right" if raises else "bi-arrow-down-right"
    return html.Li(
        [
            html.I(className=f"bi {icon}", **aria(hidden="true")),
            html.Span(
                [
                    html.Span(
                        "Raises it: " if raises else "Lowers it: ", className="visually-hidden"
                    ),
                    reason,
                ]
            ),
        ]
    )


def remarks_part(remarks: Sequence[str]) -> Component | None:
    """List what was assumed, and what is not told and why."""
    if not remarks:
        return None
    return html.Section(
        [
            html.H3("To bear in mind", className="score-title"),
            html.Ul([html.Li(remark) for remark in remarks], className="score-remarks"),
        ]
    )


def saved_table(
    saved: Sequence[Scored], total: int, *, dataset: str, run: int, button: str
) -> Component:
    """List saved customers with what was said of them; `button` is the type of delete ids."""
    titles_by_task = _given_titles(saved)
    head = [
        html.Th(name, className="number" if is_number else "", scope="col")
        for name, is_number in (
            ("Customer", False),
            ("Segment", False),
            *((title, True) for title in (*TASKS.values(), *titles_by_task.values())),
            ("Scored by", False),
            ("Action", False),
        )
    ]
    body = [html.Tr(_cells(customer, run, button, list(titles_by_task))) for customer in saved]
    count = wording.count(total, "customer")
    listed = count if total == len(saved) else f"the latest {len(saved)} of {count}"
    return html.Div(
        [
            html.Div(
                [
                    html.P(
                        f"{listed}, scored here: no model learns from them.", className="quiet"
                    ),
                    download_link("/export/scored.csv", to_query(Filters(), dataset)),
                ],
                className="card-text button-row score-saved-head",
            ),
            html.Div(
                html.Table(
                    [html.Thead(html.Tr(head)), html.Tbody(body)], className="plain-table wide"
                ),
                className="table-scroll",
                tabIndex=0,
                role="region",
                **aria(label="Saved customers"),
            ),
        ],
        className="score-saved",
    )


def _given_titles(saved: Sequence[Scored]) -> dict[str, str]:
    """Give the outcomes that sources gave, as saved customers have them, with their titles."""
    return {
        task: str(outcome.get("title") or task_title(task))
        for customer in saved
        for task, outcome in given_outcomes(customer).items()
    }


def _given_cell(outcome: dict[str, Any]) -> str:
    if not outcome:
        return wording.NOTHING
    return f"“{outcome['of']}” {wording.percent(outcome['probability'])}"


def _cells(
    customer: Scored, run: int, button: str, given_tasks: Sequence[str]
) -> list[Component]:
    segment: dict[str, Any] = customer.answer.get("segment") or {}
    age = "" if customer.scored_by_run == run else ", an earlier one"
    by = f"run {customer.scored_by_run}{age}"
    by = f"{customer.inputs[FILE]}, {by}" if FILE in customer.inputs else f"by hand, {by}"
    return [
        html.Th(customer.customer_id, scope="row"),
        html.Td(segment.get("segment", wording.NOTHING)),
        *(
            html.Td(
                wording.percent((customer.answer.get(name) or {}).get("probability")),
                className="number",
            )
            for name in TASKS
        ),
        *(
            html.Td(_given_cell(given_outcomes(customer).get(task, {})), className="number")
            for task in given_tasks
        ),
        html.Td(f"{by}, {wording.moment(customer.saved_at)}", className="nowrap"),
        html.Td(
            html.Button(
                "Delete",
                id={"type": button, "customer": customer.customer_id},
                type="button",
                className="button",
                **aria(label=f"Delete {customer.customer_id}"),
            )
        ),
    ]


def inputs_address(dataset: str) -> str:
    """Give where the inputs of a data set are listed."""
    return f"/api/v1/score/inputs?dataset={quote(dataset)}"
