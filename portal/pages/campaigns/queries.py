"""What the campaigns ask: an audience, members' figures, what they ordered since and before.

Customers are asked in the run's table of customers, campaigns and orders in the database.
"""

import datetime as dt
from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa

from db.frames import read_frame
from db.workspace.campaigns import Campaign
from portal.reading.contacting.economics import REVENUE
from portal.reading.filters import Filters
from portal.reading.predicting import risk
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import ORDER_LINES, PublishedRun
from portal.reading.statements import Statement, of_database
from portal.reading.trade.favourites import GIVEN as FAVOURITE
from portal.reading.trade.favourites import favourite

FIGURES = """
select
    count(*) as customers,
    sum(monetary) as revenue,
    avg(churn_probability) as churn_probability,
    count(churn_probability) as scored,
    avg(order_probability_90d) as order_probability,
    avg(answer_probability) as answer_probability,
    count(answer_probability) as answering
from customers
where {filters}
"""

AUDIENCE = """
select
    customer_id, segment, spend_band, risk_value, country, recency_days, frequency, monetary,
    churn_probability, clv_12m
from customers
where {filters}
order by customer_id
"""

COLUMNS = (
    "segment", "risk_value", "spend_band", "country", "recency_days", "frequency", "monetary",
    "average_basket", "churn_probability", "clv_12m", "p_alive", "expected_orders_90d",
    "answer_probability", "contact_profit", "contact_reason", "next_product",
    "favourite_category", "action",
)  # fmt: skip
"""What a list can hold of each customer beside its identifier and group."""

WHERE_KNOWN = frozenset(COLUMNS[-6:])
"""Those that only some data sets know: a list leaves them out where nothing is known."""
STORED = tuple(name for name in COLUMNS if name not in {FAVOURITE, "action"})
MEMBERS = f"""
select m.customer_id, m.contacted, m.stratum, {", ".join(f"c.{name}" for name in STORED)},
    c.{{p}} as probability, c.{{v}} as at_stake, c.risk_band,
    {{favourite}} as favourite_category, a.is_new
from campaign_member m
left join customer_result c on c.run_id = :run_id and c.customer_id = m.customer_id
left join customer_attribute a on a.run_id = :run_id and a.customer_id = m.customer_id
where m.campaign_id = :campaign_id
order by m.contacted desc, c.clv_12m desc nulls last, m.customer_id
"""  # noqa: S608 - names of this module only

KEPT_RUN = "select count(*) from run where run_id = :run_id and status = 'published'"
CHURN_MODEL = "select chosen from task_result where run_id = :run_id and task = 'churn'"

OUTCOMES = """
select
    m.customer_id,
    m.contacted,
    m.stratum,
    sum(
        case when o.ordered_day >= :first and o.ordered_day <= :last
            and o.from_day <= :seen and o.to_day > :seen then 1 else 0 end
    ) as orders,
    sum(
        case when o.ordered_day >= :first and o.ordered_day <= :last
            and o.from_day <= :seen and o.to_day > :seen then o.net else 0.0 end
    ) as revenue,
    sum(
        case when o.ordered_day < :first and o.ordered_day >= :year_before
            and o.from_day < :first and o.to_day >= :first then o.net else 0.0 end
    ) as revenue_before
from campaign_member m
left join order_state o
    on o.run_id = :run_id and o.customer_id = m.customer_id and o.net > 0
where m.campaign_id = :campaign_id
group by m.customer_id, m.contacted, m.stratum
order by m.customer_id
"""

SAMPLE = """
select customer_id
from customers
where {filters}
order by sample_position, customer_id
limit :most
"""
SPENT = """
select o.customer_id,
    sum(case when o.ordered_day >= :first and o.ordered_day <= :last
        and o.from_day <= :last and o.to_day > :last then o.net else 0 end) as revenue,
    sum(case when o.ordered_day < :first and o.ordered_day >= :year_before
        and o.from_day < :first and o.to_day >= :first then o.net else 0 end) as revenue_before
from order_state o
where o.run_id = :run_id and o.customer_id in :names and o.net > 0
group by o.customer_id
"""
LOOKED_AT = 10_000
"""Customers at most from whom is told how much revenue differs between customers."""

EPOCH = dt.date(1970, 1, 1)
YEAR = 365


class Window(NamedTuple):
    """The first and last day of orders that count for a campaign."""

    first: dt.date
    last: dt.date


def figures(run: PublishedRun, filters: Filters) -> Statement:
    """One row: how many customers the filters keep and what is known of them together."""
    return run.of_customers(FIGURES, filters)


def audience(run: PublishedRun, filters: Filters) -> Statement:
    """One row per customer that the filters keep, with what strata and balance need."""
    return run.of_customers(AUDIENCE, filters)


def members(run: PublishedRun, campaign: Campaign) -> Statement:
    """One row per member, customers to contact first, with its figures when it was made.

    Where that run is gone, with the figures of the published one. `probability` and `at_stake`
    are those that contacting is reckoned by.
    """
    columns = risk.COLUMNS.get(reckoned(run).basis, risk.COLUMNS[REVENUE])
    text = MEMBERS.replace("{p}", columns.probability).replace("{v}", columns.at_stake)
    made_by = {"run_id": campaign.made_by_run}
    is_kept = run.connection.execute(sa.text(KEPT_RUN), made_by).scalar_one()
    return of_database(
        text.replace("{favourite}", favourite(run, of="a.") or "cast(null as varchar)"),
        run_id=campaign.made_by_run if is_kept else run.run_id,
        campaign_id=campaign.campaign_id,
    )


def read(run: PublishedRun, statement: Statement) -> pd.DataFrame:
    """Run a statement of which nothing is kept: a list may be of all customers."""
    columns, rows = run.stream(statement)
    return pd.DataFrame.from_records(list(rows), columns=columns)


def churn_model(run: PublishedRun) -> str | None:
    """Name the model whose churn probabilities the run holds."""
    rows = run.ask(of_database(CHURN_MODEL, run_id=run.run_id))
    return next((str(name) for name in rows["chosen"] if name), None)


def outcomes(run: PublishedRun, campaign: Campaign, window: Window) -> Statement:
    """One row per member: orders and revenue in the window, and revenue of the year before it.

    As they stood on the day that the published run saw; the year before as it stood on the
    eve of the campaign, so that nothing that the campaign brought about can leak into it.
    """
    assert run.form == ORDER_LINES, run.form  # noqa: S101 - callers ask this first
    first = _day(window.first)
    comment = f"-- Campaign {campaign.campaign_id}, made {campaign.created_at.isoformat()}"
    return of_database(
        f"{comment}{OUTCOMES}",  # a later campaign may have the number of one that was deleted
        run_id=run.run_id,
        campaign_id=campaign.campaign_id,
        first=first,
        last=_day(window.last),
        seen=_day(run.as_of or window.last),
        year_before=first - YEAR,
    )


def sample(run: PublishedRun, filters: Filters) -> Statement:
    """Name the customers that the filters keep; of many a random part."""
    return run.of_customers(SAMPLE, filters, most=LOOKED_AT)


def spent(
    run: PublishedRun, filters: Filters, *, days: int, names: list[str] | None = None
) -> pd.DataFrame:
    """One row per customer that the filters keep, of many a random part: what each spent.

    `names` are those whom a list names instead, of whom the first are looked at.

    `revenue` in the last days, and `revenue_before` in the year before them as it stood then.
    """
    nothing = pd.DataFrame({"revenue": [], "revenue_before": []}, dtype=float)
    if run.form != ORDER_LINES or run.as_of is None:
        return nothing
    if names is None:
        names = run.ask(sample(run, filters))["customer_id"].tolist()
    names = names[:LOOKED_AT]
    if not names:
        return nothing
    last = _day(run.as_of)
    first = last - days + 1
    spending = read_frame(
        run.connection,
        SPENT,
        run_id=run.run_id,
        names=names,
        first=first,
        last=last,
        year_before=first - YEAR,
    ).set_index("customer_id")
    whole = spending.reindex(names).fillna(0.0).reset_index(drop=True)
    return whole[["revenue", "revenue_before"]].astype(float)


def _day(day: dt.date) -> int:
    return (day - EPOCH).days
