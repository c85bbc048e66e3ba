"""Fields to change a customer in: orders and days, or attributes with today's values."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from portal.scoring.answers import unit_said
from portal.scoring.schema import Input
from portal.scoring.what_if import DAYS, FIRST, NEXT, NOT_KNOWN, written
from portal.words import wording


class Usual(NamedTuple):
    """What a customer with orders is like today, as far as it is known."""

    summary: str
    basket: float | None
    pieces: float | None


def order_fields(kind: str, usual: Usual, currency: str) -> Component:
    """Lay out an order today, days without one, and another order; all empty.

    `kind` is the type of the fields' ids.
    """
    money = wording.symbol(currency).strip()
    value = f"Value, {money}" if money else "Value"
    basket = f"usually {written(round(usual.basket, 2))}" if usual.basket else ""
    pieces = f"usually {written(round(usual.pieces))}" if usual.pieces else "as usual"

    def order(title: str, names: tuple[str, str]) -> Component:
        return _group(
            title,
            _text_field(kind, names[0], value, placeholder=basket),
            _text_field(kind, names[1], "Pieces", placeholder=pieces),
        )

    return html.Div(
        [
            html.P(usual.summary, className="quiet"),
            order("An order today", FIRST),
            _group(
                "Then time without an order",
                _text_field(kind, DAYS, "Days", placeholder="none"),
            ),
            order("Then another order", NEXT),
            html.P("Fields that stay empty change nothing.", className="quiet"),
        ],
        className="form-stack",
    )


def attribute_fields(
    kind: str,
    attributes: Sequence[Input],
    today: Mapping[str, float | str | None],
    currency: str,
) -> Component:
    """Lay out a field per attribute, holding today's value."""
    return html.Div(
        [
            _attribute(kind, attribute, written(today.get(attribute.name)), currency)
            for attribute in attributes
        ],
        className="attribute-fields",
    )


def _group(title: str, *fields: Component) -> Component:
    return html.Fieldset(
        [
            html.Legend(title, className="what-if-legend"),
            html.Div(fields, className="what-if-row"),
        ]
    )


def _text_field(kind: str, name: str, label: str, *, placeholder: str = "", value: str = "",
                note: str = "") -> Component:  # fmt: skip
    return html.Label(
        [
            html.Span(label, className="quiet"),
            dbc.Input(
                id={"type": kind, "name": name},
                type="text",
                inputmode="decimal",
                autocomplete="off",
                debounce=True,
                size="sm",
                value=value,
                placeholder=placeholder,
                maxlength=40,
            ),
            html.Span(note, className="what-if-today") if note else None,
        ],
        className="attribute-field",
    )


def _attribute(kind: str, attribute: Input, value: str, currency: str) -> Component:
    label = f"{attribute.title}{unit_said(attribute, currency)}"
    note = f"today {value or NOT_KNOWN}"
    if attribute.choices is None:
        return _text_field(
            kind, attribute.name, label, value=value, placeholder=NOT_KNOWN, note=note
        )
    words = list(attribute.choices)
    words += [value] if value and value not in words else []
    words += [] if attribute.required and value else [NOT_KNOWN]
    return html.Label(
        [
            html.Span(label, className="quiet"),
            dbc.Select(
                id={"type": kind, "name": attribute.name},
                options=[{"label": word, "value": word} for word in words],
                value=value or NOT_KNOWN,
                size="sm",
            ),
            html.Span(note, className="what-if-today"),
        ],
        className="attribute-field",
    )
