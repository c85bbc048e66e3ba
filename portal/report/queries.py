"""What the report and the summaries ask beyond what pages ask."""

from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database

MADE = """
select rows_read, rows_kept, seed
from run
where run_id = :run_id
"""

TASKS = """
select task, title, question, status, message, design, positive, chosen, reason, warning,
    base_rate_test, rows_train, rows_test
from task_result
where run_id = :run_id
order by position
"""

SCORES = """
select s.task, s.metric, m.title, s.value, s.low, s.high, s.baseline, s.chosen
from model_score s
join model_result m on m.run_id = s.run_id and m.task = s.task and m.model = s.model
where s.run_id = :run_id and s.task = :task and s.metric = :metric
order by s.baseline, m.position
"""

GROUPS = """
select risk_value, customers, churn_probability, clv_12m, at_risk
from risk_value_group
where run_id = :run_id
order by position
"""

NAMED_BY_RULE = """
select contact_reason, count(*) as customers
from customer_result
where run_id = :run_id and contact_reason is not null
group by contact_reason
order by customers desc, contact_reason
"""

VALUE = """
select segment, count(*) as customers, sum(clv_12m) as clv_12m,
    avg(clv_12m) as clv_per_customer, avg(churn_probability) as churn_probability
from customer_result
where run_id = :run_id
group by segment
"""

FITS = """
select model, chosen, converged, message
from value_fit
where run_id = :run_id and part = 'orders'
order by chosen desc, model
"""

HOLDOUT = """
select measure, model, metric, value
from value_metric
where run_id = :run_id and metric in ('mean_absolute_error', 'bias', 'coverage')
order by measure, metric, value
"""

SUMMARY = """
select s.segment, s.customers, s.share, s.revenue, s.revenue_share, s.recency_days,
    s.frequency, s.monetary, s.average_basket, s.stability, c.clv_12m, c.churn_probability,
    s.persona
from segment_result s
left join (
    select segment, sum(clv_12m) as clv_12m, avg(churn_probability) as churn_probability
    from customer_result
    where run_id = :run_id
    group by segment
) c on c.segment = s.segment
where s.run_id = :run_id
order by s.position
"""


def made(run: PublishedRun) -> Statement:
    """One row: rows read and kept, and the seed of the run."""
    return of_database(MADE, run_id=run.run_id)


def tasks(run: PublishedRun) -> Statement:
    """One row per task of prediction, whether done or refused."""
    return of_database(TASKS, run_id=run.run_id)


def scores(run: PublishedRun, task: str, metric: str) -> Statement:
    """One row per model of a task and rival, naive ones last."""
    return of_database(SCORES, run_id=run.run_id, task=task, metric=metric)


def groups(run: PublishedRun) -> Statement:
    """One row per group by risk and value."""
    return of_database(GROUPS, run_id=run.run_id)


def named_by_rule(run: PublishedRun) -> Statement:
    """One row per reason for which a rule names customers to contact."""
    return of_database(NAMED_BY_RULE, run_id=run.run_id)


def value(run: PublishedRun) -> Statement:
    """One row per segment: what its customers are expected to bring."""
    return of_database(VALUE, run_id=run.run_id)


def fits(run: PublishedRun) -> Statement:
    """One row per model of orders that was fitted, the one in use first."""
    return of_database(FITS, run_id=run.run_id)


def holdout(run: PublishedRun) -> Statement:
    """One row per measure, model of value or rival, and metric."""
    return of_database(HOLDOUT, run_id=run.run_id)


def summary(run: PublishedRun) -> Statement:
    """One row per segment: size, revenue, what is usual in it, value, risk, who they are."""
    return of_database(SUMMARY, run_id=run.run_id)
