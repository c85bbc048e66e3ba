"""Risk: who may leave, what is at risk, and the way down to the customers."""

from typing import Any

from dash import Input, Output, html
from dash.development.base_component import Component

from portal.kit.cards import grid
from portal.kit.states import empty_state
from portal.kit.tabs import Tab
from portal.pages.risk import bands, drill, figures, queries, rules, sentences
from portal.pages.risk.contacting import contacting, listed
from portal.pages.risk.declared import PAGE
from portal.pages.risk.reasons import reasons
from portal.pages.risk.sure import sure
from portal.reading.contacting.economics import PROFIT, RULE
from portal.reading.filters import URL, Filters
from portal.reading.predicting import risk, risk_bands
from portal.reading.predicting.reckoned import Reckoned, measures, reckoned
from portal.reading.published import PublishedRun, published_run

__all__ = ["PAGE", "listed"]

NOTE = "risk-note"
drill.follow_attributes(PAGE)


@PAGE.answer
def answer(run: PublishedRun, filters: Filters) -> str:
    """Say who may leave, with the range, and what is at risk."""
    return sentences.answer(run, filters)


def by(run: PublishedRun, _filters: Filters, **_choices: Any) -> Reckoned:
    """Give what contacting is reckoned by."""
    return reckoned(run)


def whole(run: PublishedRun, filters: Filters) -> risk_bands.Whole | None:
    """Add up everybody of whom a probability is known."""
    return risk_bands.whole(run, filters)


BANDS = PAGE.panel(
    "risk-bands",
    query=risk_bands.by_band,
    draw=bands.bands,
    knowing={"by": by, "whole": whole, "missing": sentences.missing_of},
    source="customers",
    measures=lambda run: ("risk_band", "money_at_risk", *measures(run)),
    note="Bands of risk are the chance of leaving alone; borders are the setting"
    " strategy.risk_bands. At risk is value at stake × chance of leaving.",
    title="Customers by risk",
    columns=12,
)
CROSSED = PAGE.panel(
    "risk-crossed",
    query=queries.crossed,
    draw=bands.crossed,
    knowing={"missing": sentences.missing_of},
    source="customers",
    measures=lambda run: ("risk_band", "value_band", "money_at_risk", *measures(run)),
    note="Bands of risk are the chance of leaving alone; those of value two amounts of the 12"
    " months' value, or of profit where that is at stake, set at the data set's first run and"
    " then kept.",
    title="Risk by value",
    subject="The stronger the colour, the more is at risk; a cell leads to its customers",
    columns=7,
)
TREND = PAGE.chart(
    "risk-trend",
    query=queries.windows,
    draw=figures.trend,
    source="published_window",
    note="Leaving is no order in the days that the question says, 90 by default.",
    subject="Share who left in the 90 days after each day. Of all customers, whatever the"
    " filters keep",
    columns=5,
    height=270,
)
SPREAD = PAGE.chart(
    "risk-spread",
    query=queries.bins,
    draw=figures.histogram,
    knowing={"listed": listed},
    source="customers",
    measures=measures,
    note="Customers are counted in bins of two points.",
    subject="Customers by their chance, and for whom of them contacting pays",
    columns=5,
    height=270,
)
RULES = PAGE.panel(
    "risk-rules",
    query=queries.reasons_counted,
    draw=rules.reasons,
    knowing={"missing": sentences.missing_of},
    source="customers",
    note="Likely to leave is whoever the model says it of with a probability in the highest"
    " band; unsatisfied is who says so; long silent the fifth whose last purchase is longest"
    " ago (r_score 1). What a contact brings is not known, so there are no amounts.",
    title="Loyalty offers by rule",
    subject="Whom a rule names, since nothing tells what a contact brings",
    columns=12,
)
DRILL = PAGE.panel(
    "risk-drill",
    query=queries.by_group,
    draw=drill.groups,
    knowing={"by": by, "missing": sentences.missing_of},
    controls=(drill.CONTROL,),
    source="customers",
    measures=lambda run: ("money_at_risk", *measures(run)),
    note="A press on a group narrows the page down to it, and the next attribute narrows"
    " further; “List” leads to its customers. Numbers are grouped in fifths of all customers.",
    title="Who may leave, by group",
    subject="Press a group to narrow the page down to it, then choose the next attribute",
    columns=12,
)


def first() -> Component:
    """Lay out the first screen."""
    return grid(BANDS, RULES, CROSSED, TREND, SPREAD, DRILL)


TABS = PAGE.tabs(
    "risk-tabs",
    Tab("risk", "Risk", first),
    Tab("reasons", "Reasons", reasons),
    Tab("contacting", "Whom contacting pays for", contacting),
    Tab("sure", "How sure", sure),
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; its cards fill themselves."""
    return html.Div([html.Div(id=NOTE, className="gate", role="status"), TABS.layout()])


@PAGE.callback(Output(NOTE, "children"), Input(URL, "search"))
def show_note(search: str | None) -> Component:
    """Tell what kind of risk is known, and what to mind; say why where there is none."""
    with published_run(search) as run:
        return _note(run)


def _note(run: PublishedRun) -> Component:
    by, task = reckoned(run), risk.task(run)
    if by.basis == RULE and run.table.knows("contact_reason"):
        return html.Div(html.P(by.note, className="quiet"), className="by-rule")
    if task is None or task.status != "done" or not risk.are_known(run):
        return empty_state("No chances of leaving", sentences.missing(run))
    kind = (
        "of-answers" if by.is_answer else "of-profit" if by.basis == PROFIT
        else "of-orders"
    )  # fmt: skip
    promotional = "" if run.has.promotional else " no-promotional"
    warning = html.P(task.warning, className="risk-warning") if task.warning else None
    return html.Div(warning, className=f"{kind}{promotional}")
