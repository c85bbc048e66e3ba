"""Whether the audience suffices to show the effect that is hoped for."""

from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import Input, Output, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.choices import choice
from portal.kit.states import error_state
from portal.pages.campaigns import queries, sizing
from portal.pages.campaigns.audience import FORM, SHARE, meant_by
from portal.pages.campaigns.declared import PAGE, percents
from portal.pages.campaigns.wanted import EVERYONE, Wanted, told
from portal.reading.contacting.economics import StrategyError
from portal.reading.filters import URL, Filters, from_query
from portal.reading.predicting import risk
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import ORDER_LINES, PublishedRun, published_run, remember
from portal.words import wording

MEANT = "campaigns-meant"
EFFECT = "campaigns-effect"
EFFECT_LABEL = "campaigns-effect-label"
POWER = "campaigns-power"
REACH = "campaigns-reach"
LINE = "campaigns-line"
POWERS = ("70", "80", "90", "95")
HOPES = {
    sizing.CONVERSION: "More customers who order, points",
    sizing.REVENUE: "More revenue per customer, %",
}
USUAL_EFFECT = 0.05
"""What is hoped for where nothing tells what is planned."""
Said = tuple[Component, list[Component]]
"""One line, and what stands behind it."""
NOBODY = "Nobody is in this audience; take a filter away or contact everyone."
NO_SPEND = (
    "Nobody of them spent anything in the last 90 days, so nothing tells how much is usual."
)
TEST = "Two-sided test at 95 %."


def audience_size() -> Component:
    """Lay out the effect that is hoped for and whether the audience shows it."""
    return html.Div(
        [
            html.Div(
                [
                    choice(
                        MEANT, "To raise",
                        [
                            {"label": "Orders", "value": sizing.CONVERSION},
                            {"label": "Revenue", "value": sizing.REVENUE},
                        ],
                        sizing.CONVERSION, show_label=True,
                    ),
                    html.Div(
                        [
                            html.Label(
                                HOPES[sizing.CONVERSION], id=EFFECT_LABEL, htmlFor=EFFECT,
                                className="quiet",
                            ),
                            dbc.Input(
                                id=EFFECT, type="number", min=0.1, max=1000, step=0.1,
                                size="sm", placeholder="as planned",
                            ),
                        ],
                        className="control",
                    ),
                    choice(
                        POWER, "Show it with probability", percents(POWERS), "80",
                        show_label=True,
                    ),
                ],
                className="campaign-fields narrow",
            ),
            html.Div(id=REACH, role="status", className="campaign-part"),
        ]
    )  # fmt: skip


@PAGE.callback(
    Output(LINE, "children"),
    Output(REACH, "children"),
    Output(EFFECT_LABEL, "children"),
    Input(URL, "search"),
    Input(SHARE, "value"),
    Input(MEANT, "value"),
    Input(EFFECT, "value"),
    Input(POWER, "value"),
    *FORM,
)
def show_reach(
    search: str | None, share: str, aim: str, effect: float | None, power: str, *form: Any
) -> tuple[Component, list[Component], str]:
    """Say whether the audience is large enough for the effect that is planned or entered."""
    filters = from_query(search)
    with published_run(search) as run:
        try:
            targeting = meant_by(run, form)
            figures = _figures(run, filters, targeting)
            customers = int(figures["customers"])
            hope = sizing.Hope(customers, int(share) / 100, int(power) / 100)
            hoped = None if effect is None else float(effect) / 100
            line, details = (
                _reach_in_revenue(run, filters, targeting, hope, hoped)
                if aim == sizing.REVENUE
                else _reach(run, figures, hope, hoped or _planned(run, figures, targeting))
            )
        except (StrategyError, ValueError) as error:
            line, details = error_state(str(error)), []
    return line, details, HOPES.get(aim, HOPES[sizing.CONVERSION])


def _planned(run: PublishedRun, figures: pd.Series, targeting: Wanted) -> float:
    """Give the rise of orders that a campaign's own costs assume: leavers times whom it keeps.

    Where the outcome is an answer, all who answer do so because they are asked.
    """
    by, costs = reckoned(run), targeting.costs or risk.costs_in_force(run)
    name = "answer_probability" if by.is_answer else "churn_probability"
    share = figures.get(name)
    if costs is None or share is None or pd.isna(share):
        return USUAL_EFFECT
    rate = 1.0 if by.is_answer else costs.success_rate
    return max(float(share) * rate, 0.001)


def _figures(run: PublishedRun, filters: Filters, targeting: Wanted) -> pd.Series:
    """Give the figures of an audience: of a list its number and who leaves or answers."""
    figures = run.ask(queries.figures(run, filters)).iloc[0]
    forecast = None if targeting.whom == EVERYONE else told(run, filters, targeting)
    if forecast is None:
        return figures
    mean = forecast.leavers / forecast.known if forecast.known else None
    changed = figures.astype(object)
    name = "answer_probability" if reckoned(run).is_answer else "churn_probability"
    changed["customers"], changed[name] = forecast.known, mean
    return changed


def _reach(run: PublishedRun, figures: pd.Series, hope: sizing.Hope, effect: float) -> Said:
    if hope.customers == 0:
        return html.P(NOBODY), []
    base, source = sizing.base_rate(figures, has_orders=run.has.orders)
    reach = sizing.reach(hope, base=base, effect=effect)
    baseline = (
        f"Without contact {wording.percent(base, 1)} are expected to order in {sizing.DAYS}"
        f" days ({source}). {TEST}"
    )
    return _suffices(reach), [html.P(reach.sentence), html.P(baseline, className="quiet")]


def _reach_in_revenue(
    run: PublishedRun,
    filters: Filters,
    targeting: Wanted,
    hope: sizing.Hope,
    effect: float | None,
) -> Said:
    if hope.customers == 0:
        return html.P(NOBODY), []
    usual = remember(run, sizing.usual_spend, filters, targeting)
    if usual is None:
        return html.P(NO_SPEND if run.form == ORDER_LINES else wording.NEEDS_ORDERS), []
    reach = sizing.reach_in_revenue(
        hope, usual=usual, effect=effect or USUAL_EFFECT, currency=run.currency
    )
    baseline = (
        f"In the last {sizing.DAYS} days these customers spent"
        f" {wording.money(usual.mean, run.currency)} on average (standard deviation"
        f" {wording.money(usual.deviation, run.currency)}, correlation with the year before"
        f" {wording.number(usual.correlation, 2)}). {TEST}"
    )
    return _suffices(reach), [html.P(reach.sentence), html.P(baseline, className="quiet")]


def _suffices(reach: sizing.Reach) -> Component:
    icon = "bi-check-circle tone-good" if reach.suffices else "bi-exclamation-triangle tone-bad"
    return html.P(
        [html.I(className=f"bi {icon}", **aria(hidden="true")), f" {reach.line}"],
        className="campaign-verdict",
    )
