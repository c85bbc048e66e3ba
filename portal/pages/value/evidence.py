"""What values rest on, what all will bring together, and what parts of them are worth."""

from typing import Any

import numpy as np
import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.pages.value.figures import missing, name_of
from portal.pages.value.models import table
from portal.pages.value.tiles import error_sentence
from portal.reading.rows import each_row
from portal.words import wording

YEAR = 365
TWO_YEARS = 730
ENOUGH_HOLDOUTS = 3
EARLIER = "This run is of an earlier version: the next update brings this."
FEW = 30
"""Customers on the checks below which a part's misses are chance."""
PARTS = {"segment": "Segment", "decile": "Tenth by value", "cohort": "First order in"}


def basis(rows: pd.DataFrame, scope: Scope, *, metrics: pd.DataFrame) -> Panel:
    """Write what the values rest on, and how far off the sum was before."""
    if rows.empty:
        return Panel([html.P(_missing(rows, scope), className="quiet")])
    sentences = [
        *basis_sentences(next(each_row(rows)), scope.currency),
        error_sentence(metrics),
    ]
    return Panel(
        html.Div(
            [html.P(sentence) for sentence in sentences if sentence], className="value-said"
        )
    )


def _missing(rows: pd.DataFrame, scope: Scope) -> str:
    """Say why there are no rows; those of a run without values have no columns either."""
    return missing(scope.has, is_valued=False) if rows.columns.empty else EARLIER


def basis_sentences(row: Any, currency: str) -> list[str]:
    """Say which model or rule is used, how much it has seen, and how it was checked."""
    sentences = [_used(row), _history(row), _season(row), _bands(row, currency)]
    return [sentence for sentence in sentences if sentence]


def _used(row: Any) -> str:
    model, rule = name_of(str(row.model)), row.rule
    if pd.notna(rule) and rule:
        return (
            f"Values are those of a rule, “{name_of(str(rule))}”: on the checks it foretold"
            f" revenue better than {model}, which still tells who is a customer."
        )
    if not row.holdouts:
        return (
            f"Values are foretold by {model}; the orders are too few to check that on earlier"
            " ones."
        )
    return (
        f"Values are foretold by {model}: no rule foretold the revenue of each customer better"
        f" on {wording.count(row.holdouts, 'check')} of"
        f" {wording.count(row.holdout_days, 'day')}."
    )


def _history(row: Any) -> str:
    if row.history_days < YEAR:
        text = (
            f"The orders span {wording.count(row.history_days, 'day')}, less than a year: no"
            " season has been seen whole, and nothing could be checked 12 months ahead."
        )
    elif row.holdouts and row.holdout_days < YEAR:
        text = (
            f"The orders span {wording.count(row.history_days, 'day')}: what was checked looks"
            f" {wording.count(row.holdout_days, 'day')} ahead, the values 12 months."
        )
    else:
        text = f"The orders span {wording.count(row.history_days, 'day')}."
    if 0 < row.holdouts < ENOUGH_HOLDOUTS:
        text += (
            f" They leave room for {wording.count(row.holdouts, 'check')} only, too few to"
            " tell a season from chance."
        )
    return text


def _season(row: Any) -> str:
    if row.is_seasonal and row.stretch != 1:
        side = "more" if row.stretch > 1 else "fewer"
        return (
            f"Expected orders follow last year's season, which brought"
            f" {wording.percent(abs(row.stretch - 1))} {side} orders a day than the year."
        )
    if row.history_days >= TWO_YEARS and not row.is_seasonal:
        return "Last year's season foretold the checks no better, and is left out."
    return ""


def _bands(row: Any, currency: str) -> str:
    return (
        f"Value bands: low below {wording.money(row.middle_from, currency)}, high from"
        f" {wording.money(row.high_from, currency)} on, as the data set's first run set them."
    )


def totals(rows: pd.DataFrame, scope: Scope) -> Panel:
    """Write what all will bring together by each method, corrected."""
    if rows.empty:
        return Panel([html.P(_missing(rows, scope), className="quiet")])
    body = [
        html.Tr(
            [
                html.Th(name_of(str(row.method)), scope="row"),
                html.Td("In use" if row.chosen else "Not used"),
                _cell(wording.money_short(row.expected, scope.currency)),
                _cell(wording.money_short(row.corrected, scope.currency)),
                _cell(_range(row, scope.currency)),
                _cell(wording.percent(row.error)),
            ]
        )
        for row in each_row(rows)
    ]
    heads = _heads(
        ("Method", ""), ("Use", ""), ("Expected", "number"), ("Corrected", "number"),
        ("Range", "number"), ("Typical miss", "number"),
    )  # fmt: skip
    sentence = html.P(total_sentence(rows, currency=scope.currency))
    return Panel([sentence, table(heads, body, "Revenue of the next 12 months by method")])


def total_sentence(rows: pd.DataFrame, *, currency: str) -> str:
    """Say what the next 12 months bring, corrected by the checks, and by which method."""
    chosen = next(each_row(rows[rows["chosen"].astype(bool)]))
    if pd.isna(chosen.low):
        return (
            f"The values add up to {wording.money_short(chosen.expected, currency)}; the orders"
            " are too few to check that on earlier ones."
        )
    amount = (
        f"{wording.money_short(chosen.corrected, currency)} ({_range(chosen, currency)}) in the"
        " next 12 months"
    )
    cuts = wording.count(chosen.holdouts, "check")
    if chosen.is_of_values:
        side = "more" if chosen.corrected >= chosen.expected else "less"
        share = wording.percent(abs(chosen.corrected / chosen.expected - 1))
        return (
            f"Corrected by what {cuts} missed, all customers together bring {amount}:"
            f" {share} {side} than the values add up to."
        )
    return (
        f"“{name_of(str(chosen.method))}” missed the totals of {cuts} clearly less than"
        f" what the values add up to: by it, corrected, all customers together bring {amount}."
    )


def _range(row: Any, currency: str) -> str:
    low, high = (wording.money_short(amount, currency) for amount in (row.low, row.high))
    return wording.interval(low, high)


def parts(rows: pd.DataFrame, scope: Scope) -> Panel:
    """Write what segments, tenths and first quarters are worth, and how such did before."""
    if rows.empty:
        return Panel([html.P(_missing(rows, scope), className="quiet")])
    body = [
        html.Tr(
            [
                html.Td(PARTS.get(str(row.part), str(row.part))),
                html.Th(str(row.level), scope="row"),
                _cell(wording.number(row.customers)),
                _cell(wording.money_short(row.expected, scope.currency)),
                _cell(wording.money_short(row.holdout_expected, scope.currency)),
                _cell(wording.money_short(row.holdout_revenue, scope.currency)),
                _cell(wording.number(row.ratio, 2)),
            ]
        )
        for row in each_row(rows)
    ]
    heads = _heads(
        ("By", ""), ("Part", ""), ("Customers", "number"), ("Expected, 12 months", "number"),
        ("Expected on checks", "number"), ("Came", "number"),
        ("Came ÷ expected", "number"),
    )  # fmt: skip
    name = "Value by segment, tenth of customers and quarter of the first order"
    return Panel([html.P(parts_sentence(rows)), table(heads, body, name)])


def parts_sentence(rows: pd.DataFrame) -> str:
    """Name the segment whose revenue was furthest from what was expected of it."""
    some = rows[(rows["part"] == "segment") & (rows["holdout_customers"] >= FEW)]
    some = some[some["ratio"].notna()]
    if some.empty:
        return "No segment had enough customers to check what was expected of it."
    off = np.abs(np.log(some["ratio"].clip(lower=0.01).to_numpy(dtype=float)))
    worst = some.iloc[int(off.argmax())]
    return (
        f"Of the segments, “{worst['level']}” was furthest off on the checks: it brought"
        f" {wording.number(worst['ratio'], 2)} times what was expected of it."
    )


def _cell(text: str) -> Component:
    return html.Td(text, className="number")


def _heads(*titles: tuple[str, str]) -> list[Component]:
    return [html.Th(title, scope="col", className=side) for title, side in titles]
