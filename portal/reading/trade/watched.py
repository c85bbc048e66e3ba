"""What was unusual, what drifted and which rules for alerts fired, as a run published it."""

from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database

ALERTS = """
select position, rule, figure, subject, value, before, threshold, sentence
from alert
where run_id = :run_id
order by position
"""
DRIFT = """
select kind, name, before, now, stability_index, level
from drift
where run_id = :run_id
order by stability_index desc, kind, name
"""
UNUSUAL = """
select p.step, p.figure, p.period_start, p.value, p.expected, p.score, p.came_back,
    part.by as explained_by, part.level as explained, part.share as explained_share
from sales_period p
left join sales_period_part part on part.run_id = p.run_id and part.step = p.step
    and part.figure = p.figure and part.period_start = p.period_start and part.is_main
where p.run_id = :run_id and p.is_unusual
order by p.period_start desc, p.step, p.figure desc
"""


def alerts(run: PublishedRun) -> Statement:
    """One row per rule for alerts that fired."""
    return of_database(ALERTS, run_id=run.run_id)


def drift(run: PublishedRun) -> Statement:
    """One row per attribute, score and base rate compared with the update before."""
    return of_database(DRIFT, run_id=run.run_id)


def unusual(run: PublishedRun) -> Statement:
    """One row per unusual day or week of sales, the newest first."""
    return of_database(UNUSUAL, run_id=run.run_id)
