"""What the Runs page asks: runs, and what one of them was told, took and found."""

import json
from typing import Any

import pandas as pd

from db.frames import read_frame
from portal.reading.filters import Filters
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, Value, of_database

RUNS = """
select
    run.run_id,
    run.status,
    case when published.run_id is null then 0 else 1 end as is_published,
    run.as_of,
    run.rows_read,
    run.rows_kept,
    run.customers,
    run.seconds,
    run.started_at,
    run.published_at,
    run.seed,
    run.version,
    run.form,
    run.message
from run
join dataset on dataset.dataset_id = run.dataset_id
left join published on published.run_id = run.run_id
where dataset.name = :dataset and {condition}
order by run.run_id desc
"""
PART_OF_RUNS = RUNS.replace("{condition}", "true") + "limit :rows offset :start\n"
ONE_RUN = RUNS.replace("{condition}", "run.run_id = :run_id")
COUNT = """
select count(*) as runs
from run
join dataset on dataset.dataset_id = run.dataset_id
where dataset.name = :dataset
"""

STAGES = """
select stage, seconds, cpu_seconds, peak_bytes
from stage_timing
where run_id = :run_id
order by position
"""

FINDINGS = """
select position, stage, rule, title, explanation, rows, removes, amount, examples
from finding
where run_id = :run_id
order by position
"""

SOURCES = """
select load.name, load.form, load.rows_read, load.checksum, run_load.batch
from run_load
join load on load.load_id = run_load.load_id
where run_load.run_id = :run_id
order by run_load.position
"""

BEFORE = """
select max(run.run_id) as run_id
from run
join dataset on dataset.dataset_id = run.dataset_id
where dataset.name = :dataset and run.run_id < :run_id
"""
SETTINGS = """
select settings from run
join dataset on dataset.dataset_id = run.dataset_id
where run.run_id = :run_id and dataset.name = :dataset
"""


BUSINESS = """
select run_id, segment, count(*) as customers, sum(monetary) as revenue, sum(clv_12m) as value
from customer_result
where run_id in (:first, :second)
group by run_id, segment
order by run_id, segment
"""


def business(run: PublishedRun, *, first: int, second: int) -> Statement:
    """One row per update and segment: customers, revenue so far, value of 12 months."""
    del run  # both are named
    return of_database(BUSINESS, first=first, second=second)


def count(run: PublishedRun) -> int:
    """Count the runs of the data set, those that failed too."""
    return int(_asked_anew(run, COUNT, dataset=run.dataset)["runs"].iloc[0])


def runs(run: PublishedRun, *, start: int, rows: int) -> pd.DataFrame:
    """One row per run of the data set, the newest first, from the place `start`."""
    return _asked_anew(run, PART_OF_RUNS, dataset=run.dataset, start=start, rows=rows)


def one_run(run: PublishedRun, *, run_id: int) -> pd.DataFrame:
    """One row of a run of the data set, none where it is not one."""
    return _asked_anew(run, ONE_RUN, dataset=run.dataset, run_id=run_id)


def run_before(run: PublishedRun, *, run_id: int) -> int | None:
    """Give the number of the run before, `None` where there is none."""
    earlier = _asked_anew(run, BEFORE, dataset=run.dataset, run_id=run_id)["run_id"].iloc[0]
    return None if pd.isna(earlier) else int(earlier)


def stages(run: PublishedRun, _filters: Filters, *, number: int | None) -> Statement:
    """One row per stage of a run, in their order."""
    return of_database(STAGES, run_id=run.run_id if number is None else number)


def findings(run: PublishedRun, *, run_id: int) -> pd.DataFrame:
    """One row per finding of a run, in the order in which the rules ran."""
    return run.ask(of_database(FINDINGS, run_id=run_id))


def sources(run: PublishedRun, *, run_id: int) -> pd.DataFrame:
    """One row per source of a run."""
    return run.ask(of_database(SOURCES, run_id=run_id))


def settings(run: PublishedRun, *, run_id: int) -> dict[str, Any]:
    """Give the settings of a run, sections as dictionaries."""
    rows = run.ask(of_database(SETTINGS, run_id=run_id, dataset=run.dataset))
    return dict(json.loads(rows["settings"].iloc[0])) if len(rows) else {}


def _asked_anew(run: PublishedRun, sql: str, **parameters: Value) -> pd.DataFrame:
    """Ask without a memory: runs come and end while another one is published."""
    return read_frame(run.connection, sql, **parameters)
