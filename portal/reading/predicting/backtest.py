"""What forecasts were worth: each closed window of the back-test, and groups of the newest."""

from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database

WINDOWS = """
select w.task, w.as_of, w.model, m.title, w.baseline, w.chosen, w.customers, w.base_rate,
       w.expected_rate, w.expected_low, w.expected_high, w.roc_auc, w.brier, w.log_loss, w.ece
from forecast_window w
left join model_result m on m.run_id = w.run_id and m.task = w.task and m.model = w.model
where w.run_id = :run_id and w.task = :task
order by w.as_of, w.chosen desc, w.model
"""
CALIBRATIONS = """
select task, model, "by", level, customers, expected, actual, low, high
from calibration_level
where run_id = :run_id and task = :task and "by" = :by
order by
    case
        when "by" = 'all' then cast(level as integer)
        when level = 'low' then 1 when level = 'middle' then 2 when level = 'high' then 3
        else 0
    end,
    level
"""


def windows(run: PublishedRun, task: str | None) -> Statement:
    """One row per window and model, the day that is published last: it has no outcome yet."""
    return of_database(WINDOWS, run_id=run.run_id, task=task or "")


def calibrations(run: PublishedRun, task: str | None, *, by: str) -> Statement:
    """One row per group of the newest closed window, by `all`, `segment` or `value_band`."""
    return of_database(CALIBRATIONS, run_id=run.run_id, task=task or "", by=by)
