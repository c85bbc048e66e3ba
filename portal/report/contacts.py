"""What the report tells of contacts: groups by risk and value, whom it pays to contact."""

from typing import Any, NamedTuple

from portal.reading.contacting import costs_said
from portal.reading.contacting.contacts import Chosen
from portal.reading.contacting.economics import PROFIT, RetentionCosts
from portal.reading.filters import NO_FILTERS
from portal.reading.predicting import risk
from portal.reading.predicting.reckoned import Reckoned, reckoned
from portal.reading.published import PublishedRun
from portal.report import drawings, queries
from portal.report.drawings import Bars
from portal.report.tables import Table, table
from portal.words import wording
from portal.words.wording import money, money_short, number, percent

UNTOLD = "This run tells neither who leaves nor what is at stake with each."
BY_RULE = "The list goes by rule, without amounts."


class Contacts(NamedTuple):
    """The groups by risk and value, or whom a rule names, and sentences on whom to contact."""

    sentences: tuple[str, ...]
    chart: Bars | None = None
    table: Table | None = None


def contacts(run: PublishedRun) -> Contacts:
    """Tell whom it pays to contact, by whatever the run reckons it."""
    by, costs = reckoned(run), risk.costs_in_force(run)
    chosen = risk.chosen(run, NO_FILTERS, costs) if costs else None
    if chosen is None or costs is None:
        return _by_rule(run, by)
    sentences = (
        contacting(chosen, costs, by=by, currency=run.currency),
        costs_said.in_force(run),
    )
    return _groups(run, by)._replace(sentences=tuple(filter(None, sentences)))


def contacting(chosen: Chosen, costs: RetentionCosts, *, by: Reckoned, currency: str) -> str:
    """Say in a sentence what contacting whoever pays costs and should bring, at which costs."""
    at = (
        f"if a contact costs {money(costs.contact_cost, currency)}, an incentive"
        f" {money(costs.incentive, currency)}, and"
    )
    at += (
        f" {percent(costs.margin)} of what an order brings is kept"
        if by.is_answer
        else f" {percent(costs.success_rate)} of leavers who are offered it stay"
    )
    if not chosen.customers:
        known_count = wording.count(chosen.known, "customer")
        return (
            f"Nobody is worth contacting: of {known_count} whose expected profit is known each"
            f" would cost more than they bring, {at}."
        )
    whom = (
        "the one customer who is"
        if chosen.customers == 1
        else f"the {wording.count(chosen.customers, 'customer')} of whom each is"
    )
    ends = [money_short(amount, currency) for amount in (chosen.low, chosen.high)]
    return (
        f"Contacting {whom} expected to bring more than it costs costs"
        f" {money(chosen.cost, currency)} and should bring {money(chosen.profit, currency)}"
        f" ({ends[0]} to {ends[1]}), {at}."
    )


def _groups(run: PublishedRun, by: Reckoned) -> Contacts:
    """Draw the groups by risk and value; there are none where answers count."""
    groups = run.ask(queries.groups(run))
    if groups.empty:
        return Contacts(())
    is_profit = by.basis == PROFIT
    weighed = "Profit" if is_profit else "Money"
    chart = drawings.bars(
        groups["risk_value"].tolist(),
        groups["at_risk"].astype(float).tolist(),
        [money_short(value, run.currency) for value in groups["at_risk"]],
        title=f"{weighed} at risk: churn probability times what is at stake, by group",
    )
    columns: dict[str, Any] = {
        "risk_value": ("Group", str),
        "customers": ("Customers", number),
        "churn_probability": ("Mean churn probability", percent),
        "clv_12m": (
            "Profit" if is_profit else "Value",
            lambda value: money_short(value, run.currency),
        ),
        "at_risk": ("At risk", lambda value: money_short(value, run.currency)),
    }
    return Contacts((), chart, table(groups, columns))


def _by_rule(run: PublishedRun, by: Reckoned) -> Contacts:
    """Say why no profit is known, and how many customers a rule names."""
    task = risk.task(run)
    refused = task.message if task is not None and task.status != "done" else ""
    why = by.note or refused or UNTOLD
    rows = run.ask(queries.named_by_rule(run))
    if rows.empty:
        return _groups(run, by)._replace(sentences=(why,))
    columns: dict[str, Any] = {
        "contact_reason": ("Named by a rule", lambda name: str(name).capitalize()),
        "customers": ("Customers", number),
    }
    return Contacts((why, BY_RULE), None, table(rows, columns))
