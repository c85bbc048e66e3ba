"""The report's first page: what was found, whom to contact, and the plan."""

from typing import Any, NamedTuple

from portal.reading.contacting.economics import StrategyError
from portal.reading.published import PublishedRun
from portal.reading.rows import each_row
from portal.reading.trade import watched
from portal.report import contacts, models, plans, sections
from portal.report.tables import Table, table
from portal.words import wording
from portal.words.wording import money, number, percent


class FirstPage(NamedTuple):
    """Sentences of what was found and whom to contact, and the plan by segment."""

    findings: tuple[str, ...]
    contacting: tuple[str, ...]
    plan: Table | None = None
    problem: str = ""


def first_page(run: PublishedRun) -> FirstPage:
    """Tell on one page what a manager asks first; the rest is the appendix."""
    advice = contacts.contacts(run).sentences
    try:
        rows = plans.action_plan(run).rows
    except StrategyError as error:
        return FirstPage(findings(run), advice, problem=str(error))
    columns: dict[str, Any] = {
        "segment": ("Segment", str),
        "customers": ("Customers", number),
        "strategy": ("What to do", str),
        "channels": ("Channels", str),
    }
    if rows["contacts"].notna().any():
        columns |= {
            "contacts": ("Worth contacting", number),
            "cost": ("Cost", lambda value: money(value, run.currency)),
            "expected_profit": ("Expected profit", lambda value: money(value, run.currency)),
        }
    return FirstPage(findings(run), advice, table(rows, columns))


def findings(run: PublishedRun) -> tuple[str, ...]:
    """Say in a few sentences who the customers are and what they bring."""
    overview = sections.overview(run)
    brought = f", who brought {overview.revenue} so far" if overview.revenue else ""
    sentences = [f"{overview.customers} are known{brought}."]
    if overview.best_fifth:
        sentences.append(f"The best 20 % of customers bring {overview.best_fifth} of revenue.")
    segments = plans.summary(run)
    with_revenue = segments.dropna(subset=["revenue_share"])
    if len(with_revenue):
        top = with_revenue.sort_values("revenue_share", ascending=False).iloc[0]
        sentences.append(
            f"“{top['segment']}” is {percent(top['share'])} of customers and"
            f" {percent(top['revenue_share'])} of revenue, the most of"
            f" {wording.count(len(segments), 'segment')}."
        )
    value = models.value(run)
    if value is not None:
        sentences.append(
            f"Customers are expected to bring {value.total} in the next 12 months."
        )
    risky = segments.dropna(subset=["churn_probability"])
    if len(risky):
        rows = [(float(row.churn_probability), str(row.segment)) for row in each_row(risky)]
        share, name = max(rows)
        sentences.append(
            f"Of “{name}” {percent(share)} are expected to leave, the largest share."
        )
    fired = run.ask(watched.alerts(run))
    return (*(str(sentence) for sentence in fired["sentence"]), *sentences)
