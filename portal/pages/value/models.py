"""How the models of value did on what was held out, and what was fitted."""

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.kit.drawing.tiles import explained
from portal.pages.value.figures import missing, name_of
from portal.pages.value.queries import NAIVE
from portal.pages.value.weeks_aside import not_held_out
from portal.reading.rows import each_row
from portal.words import wording

METRIC_HEADS = (
    ("total", "Total", ""),
    ("total_error", "Error of the total", "value_total_error"),
    ("bias", "Bias", "value_bias"),
    ("mean_absolute_error", "Mean error", "value_mean_absolute_error"),
    ("rmse", "RMSE", "value_rmse"),
    ("coverage", "Coverage of the 90 % interval", "value_coverage"),
)
FIT_HEADS = (
    ("Model", ""), ("Of", ""), ("Use", ""), ("Parameters", ""), ("Log-likelihood", "number"),
    ("AIC", "number"), ("Log loss in checks", "number"), ("Single orders", "number"),
    ("What the fit says", ""),
)  # fmt: skip


def metrics(rows: pd.DataFrame, scope: Scope) -> Panel:
    """Write how the model and its rivals did on the check."""
    if rows.empty:
        return Panel([html.P(not_held_out(rows, scope), className="quiet")])
    return Panel([html.P(verdict(rows)), _metric_table(rows, scope.currency)])


def fits(rows: pd.DataFrame, scope: Scope) -> Panel:
    """Write which models were fitted, with what result."""
    if rows.empty:
        return Panel([html.P(missing(scope.has, is_valued=False), className="quiet")])
    return Panel([html.P(in_use(rows)), _fit_table(rows)])


def held_out(rows: pd.DataFrame) -> dict[str, float]:
    """Give how the model in use did on revenue; empty where nothing was held out."""
    if rows.empty:
        return {}
    some = rows[(rows["measure"] == "revenue") & ~rows["model"].isin(NAIVE)]
    return {} if some.empty else {str(name): some.iloc[0][name] for name in some.columns[2:]}


def verdict(rows: pd.DataFrame) -> str:
    """Say of orders and of revenue which model or rival erred least."""
    sentences = []
    for measure, some in rows[rows["model"] != "actual"].groupby("measure", sort=False):
        model = str(some[~some["model"].isin(NAIVE)]["model"].iloc[0])
        best = str(some.sort_values("mean_absolute_error")["model"].iloc[0])
        if best == model:
            sentences.append(f"On {measure} the model in use erred least per customer.")
        else:
            sentences.append(
                f"On {measure} “{name_of(best)}” erred less per customer than the model in use."
            )
    coverage = held_out(rows).get("coverage")
    if pd.notna(coverage):
        sentences.append(
            f"{wording.percent(coverage, 1)} of customers brought what lies in their 90 %"
            " interval."
        )
    return " ".join(sentences)


def in_use(rows: pd.DataFrame) -> str:
    """Name the models behind the figures, why the one of orders is, and which fits ran away."""
    sentences = []
    for part, some in rows.groupby("part", sort=False):
        chosen = some[some["chosen"].astype(bool)]
        names = [name_of(model) for model in chosen["model"]]
        failed = [
            name_of(model)
            for model in some[~some["converged"].astype(bool)]["model"]
            if name_of(model) not in names
        ]
        text = f"{str(part).capitalize()}: {wording.plain_list(names) or 'no model'} in use"
        if reason := _reason(some):
            text += f", {reason}"
        if failed:
            text += f"; {wording.plain_list(failed)} did not settle and can't be used"
        sentences.append(f"{text}.")
    return " ".join(sentences)


def _reason(some: pd.DataFrame) -> str:
    """Say how the fit in use compares with others that converged; nothing if it is alone."""
    usable = some[some["converged"].astype(bool)]
    if len(usable) <= 1 or not usable["chosen"].any():
        return ""
    is_held_out = usable["holdout_loss"].notna().all()
    score = usable["aic"] / 2 + (usable["holdout_loss"] if is_held_out else 0.0)
    if score.isna().any():
        return ""
    by = "AIC and the checks together" if is_held_out else "AIC"
    first = usable.iloc[int(score.to_numpy(dtype=float).argmin())]
    if first["chosen"]:
        return f"the best of {len(usable)} by {by}"
    best = name_of(str(first["model"]))
    return f"since {best}, better by {by}, lets nobody leave after a single order"


def _metric_table(rows: pd.DataFrame, currency: str) -> Component:
    body = [
        html.Tr(
            [
                html.Th(name_of(str(row["model"])), scope="row"),
                html.Td(str(row["measure"]).capitalize()),
                *(
                    html.Td(_metric(row, name, currency), className="number")
                    for name, _, _ in METRIC_HEADS
                ),
            ]
        )
        for row in rows.to_dict("records")
    ]
    heads = [
        html.Th("Model or simple rule", scope="col"),
        html.Th("Of", scope="col"),
        *(
            html.Th([title, explained(measure) if measure else None], className="number",
                    scope="col")
            for _, title, measure in METRIC_HEADS
        ),
    ]  # fmt: skip
    return table(heads, body, "How the model and simple rules did on the check")


def _metric(row: dict[Any, Any], name: str, currency: str) -> str:
    value = row.get(name)
    if name in {"total_error", "coverage"}:
        return wording.percent(value, 1)
    if row["measure"] == "revenue":
        return wording.money(value, currency)
    return wording.number(value, 0 if name == "total" else 2)


def _fit_table(rows: pd.DataFrame) -> Component:
    body = [
        html.Tr(
            [
                html.Th(name_of(row.model), scope="row"),
                html.Td(str(row.part).capitalize()),
                html.Td("In use" if row.chosen else "Not used"),
                html.Td(_parameters(row.params)),
                html.Td(wording.number(row.log_likelihood, 1), className="number"),
                html.Td(wording.number(row.aic, 1), className="number"),
                html.Td(wording.number(row.holdout_loss, 1), className="number"),
                html.Td(wording.number(row.single_order_loss, 1), className="number"),
                html.Td(row.message),
            ]
        )
        for row in each_row(rows)
    ]
    heads = [html.Th(title, scope="col", className=side) for title, side in FIT_HEADS]
    return table(heads, body, "The models that were fitted")


def _parameters(text: str) -> str:
    values = json.loads(text)
    return ", ".join(f"{name} = {value:.4g}" for name, value in values.items()) or "–"


def table(heads: Sequence[Component], body: Sequence[Component], label: str) -> Component:
    """Write a small table that scrolls sideways where it is wider than its card."""
    return html.Div(
        html.Table(
            [html.Thead(html.Tr(list(heads))), html.Tbody(list(body))], className="plain-table"
        ),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **aria(label=label),
    )
