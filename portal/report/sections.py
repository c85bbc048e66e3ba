"""What the sections of the report tell, written out; templates lay it out."""

from typing import Any, NamedTuple

import pandas as pd

from portal.pages.today import queries as figures
from portal.reading.contacting.economics import StrategyError
from portal.reading.filters import NO_FILTERS
from portal.reading.published import ORDER_LINES, PublishedRun
from portal.reading.rows import each_row
from portal.report import drawings, plans
from portal.report.drawings import Bars, Columns
from portal.report.tables import Table, table
from portal.words import theme, wording
from portal.words.measures import MEASURES
from portal.words.wording import money, money_short, number, percent

DEFINED = (
    "customers", "recency", "frequency", "monetary", "revenue", "segment", "stability",
    "churn_probability", "clv_12m", "concentration",
)  # fmt: skip


class Overview(NamedTuple):
    """How many customers there are and what they brought, `months` where there are orders."""

    customers: str
    revenue: str = ""
    missing: str = ""
    months: Columns | None = None
    best_fifth: str = ""


class Segments(NamedTuple):
    """The segments: revenue, size and what is usual, and who is in them by segment."""

    chart: Bars
    table: Table
    personas: dict[str, str]


class Play(NamedTuple):
    """What is done with a segment."""

    head: str
    details: dict[str, str]


class Strategy(NamedTuple):
    """What the playbook does with each segment; `problem` where it can't."""

    problem: str = ""
    version: int = 0
    note: str = ""
    chart: Bars | None = None
    plays: tuple[Play, ...] = ()


def colours(rows: pd.DataFrame, run: PublishedRun) -> list[str]:
    """Give the colour that each segment has on every page."""
    return theme.colours(rows["segment"].tolist(), run.segments)


def overview(run: PublishedRun) -> Overview:
    """Tell of everybody, of the months and of how concentrated revenue is."""
    history = run.ask(figures.totals(run, NO_FILTERS))
    summary = Overview(wording.count(run.customers, "customer"))
    if len(history) and pd.notna(history["revenue"].iloc[-1]):
        revenue = money_short(float(history["revenue"].iloc[-1]), run.currency)
        summary = summary._replace(revenue=revenue)
    months = run.ask(figures.months(run, NO_FILTERS))
    if run.form != ORDER_LINES or months.empty:
        return summary._replace(missing=wording.NEEDS_ORDERS)
    curve = run.ask(figures.concentration(run, NO_FILTERS))
    fifth = curve[curve["customer_share"] <= 0.2 + 1e-9]["revenue_share"]
    return summary._replace(
        months=_months(months, run.currency),
        best_fifth=percent(float(fifth.iloc[-1])) if len(fifth) else "",
    )


def segments(run: PublishedRun) -> Segments | None:
    """Tell of the segments, `None` where there are none."""
    rows = plans.summary(run)
    if rows.empty:
        return None
    chart = drawings.bars(
        rows["segment"].tolist(),
        rows["revenue_share"].fillna(0).astype(float).tolist(),
        [percent(share) for share in rows["revenue_share"]],
        title="Share of revenue by segment",
        colours=colours(rows, run),
    )
    columns: dict[str, Any] = {
        "segment": ("Segment", str),
        "customers": ("Customers", number),
        "share": ("Share", percent),
        "revenue": ("Revenue", lambda value: money_short(value, run.currency)),
        "recency_days": ("Recency, days", number),
        "frequency": ("Orders", lambda value: number(value, 1)),
        "monetary": ("Monetary", lambda value: money(value, run.currency)),
        "stability": ("Stability", lambda value: number(value, 2)),
    }
    personas = {str(row.segment): str(row.persona) for row in each_row(rows)}
    return Segments(chart, table(rows, columns), personas)


def strategy(run: PublishedRun) -> Strategy:
    """Tell what the playbook does with each segment."""
    try:
        plan = plans.action_plan(run)
    except StrategyError as error:
        return Strategy(problem=str(error))
    rows = plan.rows
    chart = drawings.bars(
        rows["segment"].tolist(),
        rows["budget_share_percent"].astype(float).tolist(),
        [f"{share:g} %" for share in rows["budget_share_percent"]],
        title="Share of the budget, by the playbook",
        colours=colours(rows, run),
    )
    plays = tuple(_play(row, run.currency) for row in each_row(rows))
    return Strategy(version=run.playbook, note=plan.note or "", chart=chart, plays=plays)


def quality(run: PublishedRun) -> Table | None:
    """Tell which rules left rows out, `None` where none did."""
    rules = run.ask(figures.quality(run, NO_FILTERS))
    rules = rules[rules["rows"].fillna(0) > 0]
    if rules.empty:
        return None
    columns: dict[str, Any] = {
        "title": ("Rule", str),
        "rows": ("Rows left out", number),
        "explanation": ("Why", str),
    }
    return table(rules, columns)


def definitions(_run: PublishedRun) -> dict[str, str]:
    """Give what measures mean by their titles."""
    return {MEASURES[name].title: MEASURES[name].meaning for name in DEFINED}


def _months(months: pd.DataFrame, currency: str) -> Columns:
    days = [pd.Timestamp(str(day)).date() for day in months["month"]]
    values = months["revenue"].astype(float).tolist()
    return drawings.columns(
        values,
        first=wording.month(days[0]),
        last=wording.month(days[-1]),
        most=money_short(max(values), currency),
        title="Revenue by month of the order",
    )


def _play(row: Any, currency: str) -> Play:
    details = {
        "Actions": row.actions,
        "Channels": row.channels,
        "Discount": row.discount or "none",
    }
    if row.expected_return:
        pays = wording.count(row.contacts, "customer")
        details["Worth contacting"] = (
            f"{pays}, who cost {money(row.cost, currency)} and should bring"
            f" {money(row.expected_profit, currency)}"
            if row.contacts
            else "nobody"
        )
    head = f"{row.segment}: {row.strategy}, {wording.count(row.customers, 'customer')}"
    return Play(head, details)
