"""What is asked of one customer, and who is like that customer.

A customer of whom nothing is known is answered with others: those whose identifier holds what
was asked for, or some of those who spent most.
"""

import datetime as dt

from db.customers.columns import ATTRIBUTES
from portal.reading.contacting import economics
from portal.reading.contacting.actions import suggested
from portal.reading.contacting.contact_terms import costs_bound, profit
from portal.reading.contacting.playbook import in_force
from portal.reading.customer_table import GROUP
from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.predicting import value
from portal.reading.predicting.reckoned import Reckoned, reckoned
from portal.reading.published import ORDER_LINES, PublishedRun
from portal.reading.statements import Statement, of_database, quoted
from portal.reading.trade import baskets
from portal.words.titles import own_title
from portal.words.wording import plain_list

TOLD = (
    "customer_id", "segment", "recency_days", "frequency", "monetary", "average_basket",
    "tenure_days", "country", "clv_12m", "clv_12m_low", "clv_12m_high", "churn_probability",
    "p_alive", "risk_value", "expected_next_order_days", "r_score", "f_score", "m_score",
)  # fmt: skip
"""What every customer is told by, beside attributes."""
MORE_TOLD = (
    "risk_band", "value_at_stake", "answer_probability", "contact_reason", "value_band",
    "first_order_on", "last_order_on", "next_order_on", "overdue_days", "moved",
    "segment_before",
)  # fmt: skip
KNOWN = """
select {columns}, {profit} as contact_profit
from customers
where customer_id = :customer
"""
TO_DO = "select {action} as action from customers where customer_id = :customer"
LISTED = """
select customer_id, segment, recency_days, frequency, monetary
from customers
where {filters}
order by monetary desc nulls last, customer_id
limit 20
"""
ORDERS = """
select invoice, ordered_at, net, gross, items
from order_state
where run_id = :run_id and customer_id = :customer and from_day <= :day and to_day > :day
order by ordered_day, invoice
"""
SEGMENTS = """
select as_of, segment, r_score, f_score, m_score
from customer_snapshot
where run_id = :run_id and customer_id = :customer
order by as_of
"""
PREDICTIONS = """
select t.task, t.title, t.question, t.positive, p.predicted, p.probability,
    (select max(case when r.low > 0 then 1 else 0 end) from paired_test r
        where r.run_id = p.run_id and r.task = p.task and r.role = 'naive') as beats
from customer_prediction p
join task_result t on t.run_id = p.run_id and t.task = p.task
where p.run_id = :run_id and p.customer_id = :customer
order by t.position
"""
REASONS = """
select task, place, reason, contribution
from customer_reason
where run_id = :run_id and customer_id = :customer
order by task, place
"""
PRODUCTS = """
select
    product, max(description) as description, sum(quantity) as items,
    sum(quantity * unit_price) as revenue, count(distinct invoice) as orders,
    max(ordered_at) as last_ordered
from order_line
where load_id in (select load_id from run_load where run_id = :run_id)
    and customer_id = :customer and product is not null
group by product
having sum(quantity) > 0
order by revenue desc, product
limit 15
"""
LINES = "select rows_read from run where run_id = :run_id"
MOST_LINES = 3_000_000
"""Lines of a source that are looked through for one customer."""
EPOCH = dt.date(1970, 1, 1)
LIKENESS = (
    "recency_days", "frequency", "monetary", "average_basket", "tenure_days", "age", "income",
    "children",
)  # fmt: skip
"""Columns in which customers are compared, each standardised; unknown counts as usual."""
SIMILAR = """
with scaled as (
    select
        customer_id, segment, recency_days, frequency, monetary, churn_probability,
        {scaled}
    from customers
),
usual as (
    select
        {usual}
    from scaled
),
placed as (
    select
        customer_id, segment, recency_days, frequency, monetary, churn_probability,
        {placed}
    from scaled
    cross join usual
)
select
    other.customer_id, other.segment, other.recency_days, other.frequency, other.monetary,
    other.churn_probability,
    {distance} as distance
from placed other
cross join (select * from placed where customer_id = :customer) this
where other.customer_id <> :customer
order by distance, other.customer_id
limit 6
"""
SCALED = "sign({0}) * ln(1 + abs({0})) as log_{0}"
USUAL = "avg(log_{0}) as mean_{0}, stddev_pop(log_{0}) as spread_{0}"
PLACED = "coalesce((log_{0} - mean_{0}) / nullif(spread_{0}, 0), 0) as place_{0}"
DISTANCE = "(other.place_{0} - this.place_{0}) * (other.place_{0} - this.place_{0})"


def known(run: PublishedRun, customer: str) -> Statement:
    """Everything that is told of a customer in one row; no row of nobody."""
    own = [name for name in run.table.rows.schema.names if own_title(name)]
    own = [name for name in own if not name.endswith(GROUP)]
    candidates = dict.fromkeys((*TOLD, *MORE_TOLD, *ATTRIBUTES, *own))
    names = [name for name in candidates if name in run.table]
    text = KNOWN.replace("{columns}", ", ".join(map(quoted, names)))
    text = text.replace("{profit}", profit(run))
    return run.of_customers(
        text, NO_FILTERS, columns=None, customer=customer, **costs_bound(run)
    )


def is_there(
    run: PublishedRun, _filters: Filters = NO_FILTERS, *, customer: str | None
) -> bool:
    """Tell whether there is such a customer."""
    return customer is not None and not run.ask(known(run, customer)).empty


def profile(run: PublishedRun, _filters: Filters, *, customer: str | None) -> Statement:
    """Give the row of a customer, or who can be looked at instead."""
    if customer is not None and is_there(run, customer=customer):
        return known(run, customer)
    return run.of_customers(LISTED, Filters(text=customer or ""))


def greeting(run: PublishedRun, _filters: Filters = NO_FILTERS, **_choices: str | None) -> str:
    """Say what the playbook in force does with new customers, whatever their segment."""
    welcome = economics.welcome(in_force(run).playbook)
    return f"{welcome.strategy}: {'; '.join(welcome.actions)} ({plain_list(welcome.channels)})."


def fits(run: PublishedRun, _filters: Filters, **_choices: str | None) -> Statement:
    """One row per model of value: whether the one in use lets customers leave."""
    return value.fits(run)


def orders(
    run: PublishedRun, _filters: Filters = NO_FILTERS, *, customer: str | None
) -> Statement | None:
    """One row per order as it stands on the day of the snapshot, the oldest first."""
    if customer is None or run.as_of is None or run.form != ORDER_LINES:
        return None
    day = (run.as_of - EPOCH).days
    return of_database(ORDERS, run_id=run.run_id, customer=customer, day=day)


def segments(
    run: PublishedRun, _filters: Filters = NO_FILTERS, *, customer: str | None
) -> Statement | None:
    """One row per snapshot: the segment that the customer was in, the oldest first."""
    if customer is None or run.form != ORDER_LINES:
        return None
    return of_database(SEGMENTS, run_id=run.run_id, customer=customer)


def products(
    run: PublishedRun, _filters: Filters = NO_FILTERS, *, customer: str | None
) -> Statement | None:
    """One row per product that the customer kept, the one with most revenue first.

    Nothing where the source has so many lines that looking through them takes too long.
    """
    if customer is None or run.form != ORDER_LINES:
        return None
    lines = run.ask(of_database(LINES, run_id=run.run_id))["rows_read"].iloc[0]
    if lines > MOST_LINES:
        return None
    return of_database(PRODUCTS, run_id=run.run_id, customer=customer)


def next_products(
    run: PublishedRun, _filters: Filters = NO_FILTERS, *, customer: str | None
) -> Statement | None:
    """One row per product that the customer is likely to buy next, with what speaks for it."""
    return None if customer is None else baskets.next_of(run, customer)


def knows_next(run: PublishedRun, _filters: Filters = NO_FILTERS, **_choices: object) -> bool:
    """Tell whether anybody's likely next product is told."""
    return run.table.knows("next_product")


def next_checks(
    run: PublishedRun, _filters: Filters = NO_FILTERS, **_choices: object
) -> Statement:
    """One row per month and way to suggest: how many bought one of ten suggestions."""
    return baskets.next_checks(run)


def by(run: PublishedRun, _filters: Filters = NO_FILTERS, **_choices: object) -> Reckoned:
    """Give what contacting is reckoned by."""
    return reckoned(run)


def to_do(run: PublishedRun, _filters: Filters = NO_FILTERS, *, customer: str | None) -> str:
    """Say what the playbook does first with the customer; empty of nobody."""
    sql, bound = suggested(run)
    text = TO_DO.replace("{action}", sql)
    rows = run.ask(run.of_customers(text, NO_FILTERS, columns=None, customer=customer, **bound))
    return "" if rows.empty else str(rows["action"].iloc[0] or "")


def predictions(
    run: PublishedRun, _filters: Filters = NO_FILTERS, *, customer: str | None
) -> Statement | None:
    """One row per task that concerns the customer."""
    if customer is None:
        return None
    return of_database(PREDICTIONS, run_id=run.run_id, customer=customer)


def reasons(
    run: PublishedRun, _filters: Filters = NO_FILTERS, *, customer: str | None
) -> Statement | None:
    """One row per task and reason, the weightiest first."""
    if customer is None:
        return None
    return of_database(REASONS, run_id=run.run_id, customer=customer)


def similar(
    run: PublishedRun, _filters: Filters = NO_FILTERS, *, customer: str | None
) -> Statement | None:
    """One row per customer who is most like this one, the nearest first."""
    compared = [name for name in LIKENESS if run.table.knows(name)]
    if customer is None or not compared:
        return None
    text = SIMILAR
    for place, template, between in (
        ("{scaled}", SCALED, ",\n        "),
        ("{usual}", USUAL, ",\n        "),
        ("{placed}", PLACED, ",\n        "),
        ("{distance}", DISTANCE, "\n        + "),
    ):
        text = text.replace(place, between.join(template.format(name) for name in compared))
    return run.of_customers(text, customer=customer)
