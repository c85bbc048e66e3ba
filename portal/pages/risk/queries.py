"""What the risk page asks: bands, groups, profit by number contacted, the model's record."""

import pandas as pd

from db.frames import read_frame
from portal.pages.risk.costs import costs_of
from portal.reading.contacting.economics import VALUABLE_AT_RISK
from portal.reading.filters import Filters
from portal.reading.predicting import backtest, risk, risk_bands
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database
from portal.words.titles import title

POINTS = 400
"""Points of the curve at most; every number of customers up to as many."""
BINS = """
with {known},
counted as (
    select
        cast(least(floor(probability * 50), 49) as integer) as bin,
        count(*) as customers,
        count(*) filter (where profit > 0) as paying
    from known
    group by bin
)
select
    bin / 50 as least, coalesce(customers, 0) as customers, coalesce(paying, 0) as paying
from unnest(range(50)) as bins(bin)
left join counted using (bin)
order by bin
"""
CURVE = """
select number, running_profit as profit, running_cost as cost
from listed
where number % greatest(1, (select count(*) from known) // :points) = 0
    or number = 1 or number = (select count(*) from known)
    or number = (select count(*) from known where profit > 0)
order by number
"""
CROSSED = """
with {known}
select
    risk_band, value_band, count(*) as customers, sum(at_risk) as at_risk,
    count(*) filter (where profit > 0) as paying,
    coalesce(sum(profit) filter (where profit > 0), 0) as profit
from known
where risk_band is not null and value_band is not null
group by risk_band, value_band
order by risk_band, value_band
"""
PROMOTIONAL = """
with {known}
select
    customer_id, at_risk, probability as churn_probability, at_stake, favourite_category,
    case when favourite_category is null then 'A promotion of their own'
        else concat('A promotion in ', favourite_category) end
        || ', and the loyalty card' as offer,
    segment
from known
where promotional and risk_value = :group
"""
EXPECTED = """
select
    count({probability}) as customers, avg({probability}) as probability,
    max({at_stake}) as most, sum(case when contact_profit > 0 then 1 else 0 end) as paying
from customers
where {filters}
"""
REASONS = """
with weightiest as (
    select
        feature,
        contribution > 0 as raises,
        reason,
        row_number() over (
            partition by feature, contribution > 0
            order by abs(contribution) desc, customer_id
        ) as place
    from customer_reason
    where run_id = :run_id and task = :task and place = 1
)
select
    feature,
    raises,
    count(*) as customers,
    sum(count(*)) over () as everyone,
    max(case when place = 1 then reason end) as example
from weightiest
group by feature, raises
order by customers desc, feature
"""
REASONS_COUNTED = """
select contact_reason, count(*) as customers
from customers
where {filters} and contact_reason is not null
group by contact_reason
order by cast(contact_reason as varchar)
"""
RIVALS = """
select p.role, m.title, p.metric, p.difference, p.low, p.high, s.value as rival_score,
    (select c.value from model_score c where c.run_id = p.run_id and c.task = p.task
        and c.metric = p.metric and c.chosen) as score
from paired_test p
join model_result m on m.run_id = p.run_id and m.task = p.task and m.model = p.rival
left join model_score s on s.run_id = p.run_id and s.task = p.task and s.model = p.rival
    and s.metric = p.metric
where p.run_id = :run_id and p.task = :task
order by case p.role when 'naive' then 0 when 'customer_base' then 1 else 2 end
"""
DRIVERS = """
select d.feature, d.importance, d.low, d.high,
       (select count(*) from driver o where o.run_id = d.run_id and o.task = d.task
            and o.model = d.model and o.together = d.together) as alike
from driver d
join task_result t on t.run_id = d.run_id and t.task = d.task and t.chosen = d.model
where d.run_id = :run_id and d.task = :task
    and (d.together is null or d.together = d.feature)
order by d.importance desc, d.feature
limit 15
"""


def bins(run: PublishedRun, filters: Filters, **entered: float | None) -> Statement | None:
    """One row per bin of two points of probability: where it starts, how many are in it."""
    return risk.of_known(run, BINS, filters, costs=costs_of(run, entered))


def curve(run: PublishedRun, filters: Filters, **entered: float | None) -> Statement | None:
    """One row per number of customers contacted, the best first: what they bring and cost."""
    counted = costs_of(run, entered)
    if counted is None:
        return None
    return risk.of_known(run, risk.LISTED + CURVE, filters, costs=counted, points=POINTS)


def groups(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per group by risk and value."""
    return risk.totals(run, filters)


def crossed(run: PublishedRun, filters: Filters, **entered: float | None) -> Statement | None:
    """One row per band of risk and of value."""
    return risk.of_known(run, CROSSED, filters, costs=costs_of(run, entered))


def promotional(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per promotional buyer among the valuable at risk, with the offer for them."""
    if not run.has.promotional:
        return None
    return risk.of_known(run, PROMOTIONAL, filters, group=VALUABLE_AT_RISK)


def expected(run: PublishedRun) -> Statement:
    """One row: of how many a probability is known, its mean, the most at stake, who pays."""
    names = risk.COLUMNS[reckoned(run).basis]
    columns = {"probability": names.probability, "at_stake": names.at_stake}
    return run.of_customers(EXPECTED, columns=columns)


def reasons_counted(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per reason for which a rule names customers."""
    if not run.table.knows("contact_reason"):
        return None
    return run.of_customers(REASONS_COUNTED, filters)


def reasons(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per feature and direction: whose weightiest reason it is, an example in words."""
    return of_database(REASONS, run_id=run.run_id, task=reckoned(run).task)


def drivers(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per feature of the model that serves, the most important first."""
    return of_database(DRIVERS, run_id=run.run_id, task=reckoned(run).task)


def rivals(run: PublishedRun) -> pd.DataFrame:
    """One row per rival of the model that serves, the best simple rule first."""
    return read_frame(run.connection, RIVALS, run_id=run.run_id, task=reckoned(run).task)


FIRST = ("segment", "country", "value_band")
"""What customers are looked at by first."""
BARRED = frozenset({"risk_value", "contact_reason"})
"""Attributes that are groups of risk already."""


def attributes(run: PublishedRun) -> list[str]:
    """Name the attributes in whose groups customers can be looked at, by their titles."""
    offered = [name for name in FIRST if name in run.table.attributes]
    remaining = set(run.table.attributes) - BARRED - set(offered)
    return [*offered, *sorted(remaining, key=title)]


def by_group(run: PublishedRun, filters: Filters, *, attribute: str | None) -> Statement | None:
    """One row per group of the attribute, the first one offered where none is chosen."""
    chosen = attribute or next(iter(attributes(run)), "")
    return risk_bands.by_group(run, filters, chosen)


def windows(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per window of the back-test and model, and one of the newest day."""
    return backtest.windows(run, reckoned(run).task)


def calibration(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per tenth of the tested customers by probability."""
    return backtest.calibrations(run, reckoned(run).task, by="all")


def calibration_of_segments(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per segment of the tested customers."""
    return backtest.calibrations(run, reckoned(run).task, by="segment")


def calibration_of_values(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per value band of the tested customers."""
    return backtest.calibrations(run, reckoned(run).task, by="value_band")
