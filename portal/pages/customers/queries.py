"""What the list of customers asks: every customer with what is expected and what to do."""

from collections.abc import Sequence

from portal.reading.contacting.actions import suggested
from portal.reading.contacting.contact_terms import COLUMNS, costs_bound, profit
from portal.reading.contacting.economics import REASONS, RULE
from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, listed, of_database

LISTED = """
select
    customer_id,
    {segment} as segment,
    {risk_band} as risk_band,
    {probability} as probability,
    {value} as clv_12m,
    monetary,
    {profit} as contact_profit,
    {last} as last_order_on,
    {next} as next_order_on,
    {overdue} as overdue_days,
    {named} as contact_reason,
    {action} as action,
    {rank} as urgency
from customers
where {filters}
"""
WITHIN = """
select r.customer_id, r.reason
from customer_reason r
where r.run_id = :run_id and r.task = :task and r.customer_id in {names}
    and r.place = coalesce(
        (select min(o.place) from customer_reason o
            where o.run_id = r.run_id and o.task = r.task and o.customer_id = r.customer_id
                and o.contribution > 0), 1)
"""
NAMED = """
select customer_id, contact_reason as reason
from customers
where customer_id in {names}
"""
OPTIONAL = {
    "risk_band": ("risk_band", "varchar"),
    "last": ("last_order_on", "date"),
    "next": ("next_order_on", "date"),
    "overdue": ("overdue_days", "integer"),
    "named": ("contact_reason", "varchar"),
}
"""Columns that not every run has, with their types."""


def every(run: PublishedRun, filters: Filters) -> Statement:
    """One row per customer; `urgency` puts those first whom contacting pays most for.

    Where no profit is known, those whom a rule names come first, then who spent most.
    """
    action, bound = suggested(run)
    parts = {
        "segment": _segment(run),
        "probability": _probability(run),
        "value": "round(clv_12m, 2)" if run.table.knows("clv_12m") else _null("double"),
        "profit": profit(run),
        "action": action,
        "rank": _urgency(run),
    }
    parts |= {
        name: column if run.table.knows(column) else _null(kind)
        for name, (column, kind) in OPTIONAL.items()
    }
    sql = LISTED
    for name, text in parts.items():
        sql = sql.replace(f"{{{name}}}", text)
    return run.of_customers(sql, filters, **bound, **costs_bound(run))


def reasons(run: PublishedRun, names: Sequence[str]) -> Statement:
    """One row per customer: what raises the probability most, or why a rule names them."""
    text, bound = listed("name", tuple(names))
    by = reckoned(run)
    if by.basis == RULE and run.table.knows("contact_reason"):
        sql = NAMED.replace("{names}", text)
        return run.of_customers(sql, NO_FILTERS, columns=None, **bound)
    sql = WITHIN.replace("{names}", text)
    return of_database(sql, run_id=run.run_id, task=by.task, **bound)


def _segment(run: PublishedRun) -> str:
    if not run.table.knows("is_new"):
        return "segment"
    return "case when is_new = 'yes' then segment || ', new' else cast(segment as varchar) end"


def _probability(run: PublishedRun) -> str:
    columns = COLUMNS.get(reckoned(run).basis)
    if columns is None or not run.table.knows(columns.probability):
        return _null("double")
    return columns.probability


def _urgency(run: PublishedRun) -> str:
    by = reckoned(run)
    if by.basis == RULE and run.table.knows("contact_reason"):
        cases = " ".join(
            f"when '{reason}' then {1e15 * (len(REASONS) - place):.0f}"
            for place, reason in enumerate(REASONS)
        )
        return f"case contact_reason {cases} else 0 end + coalesce(monetary, 0)"
    if by.costs is None:
        return "monetary"
    return profit(run)


def _null(kind: str) -> str:
    return f"cast(null as {kind})"
