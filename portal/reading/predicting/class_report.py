"""How well a classifier tells each class: the report that follows from its confusions."""

from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database

REPORT = """
with cells as (
    select actual, predicted, customers
    from confusion
    where run_id = :run_id and task = :task and model = :model
),
right_ones as (
    select actual as class, sum(customers) as hits from cells
    where actual = predicted group by actual
),
there as (select actual as class, sum(customers) as customers from cells group by actual),
said as (select predicted as class, sum(customers) as predicted from cells group by predicted)
select
    there.class,
    there.customers,
    coalesce(said.predicted, 0) as predicted,
    case when said.predicted > 0
        then coalesce(right_ones.hits, 0) * 1.0 / said.predicted end as precision,
    case when there.customers > 0
        then coalesce(right_ones.hits, 0) * 1.0 / there.customers end as recall,
    case when there.customers + coalesce(said.predicted, 0) > 0
        then coalesce(right_ones.hits, 0) * 2.0
            / (there.customers + coalesce(said.predicted, 0)) end as f1
from there
left join said on said.class = there.class
left join right_ones on right_ones.class = there.class
order by there.customers desc, there.class
"""


def class_report(run: PublishedRun, *, task: str, model: str) -> Statement:
    """One row per class: customers, precision (null if never said), recall and F1."""
    return of_database(REPORT, run_id=run.run_id, task=task, model=model)
