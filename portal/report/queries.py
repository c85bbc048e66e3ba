"""What the report and the summaries ask of the database beyond what pages ask."""

import pandas as pd

from db.frames import read_frame
from portal.reading.published import PublishedRun

TASKS = """
select task, title, question, status, message, design, chosen, reason, warning, base_rate_test,
    rows_train, rows_test
from task_result
where run_id = :run_id
order by position
"""

SCORES = """
select s.task, s.metric, m.title, s.value, s.low, s.high, s.baseline, s.chosen
from model_score s
join model_result m on m.run_id = s.run_id and m.task = s.task and m.model = s.model
where s.run_id = :run_id and s.metric = :metric
order by s.task, s.baseline, m.position
"""

GROUPS = """
select risk_value, customers, churn_probability, clv_12m, at_risk
from risk_value_group
where run_id = :run_id
order by position
"""

CUT = """
select cut, profit, customers, contact_cost, incentive, success_rate, margin
from retention_cut
where run_id = :run_id
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


def read(run: PublishedRun, query: str, **parameters: object) -> pd.DataFrame:
    """Run one of these queries for the snapshot's run."""
    return read_frame(run.connection, query, run_id=run.run_id, **parameters)
