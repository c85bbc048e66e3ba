"""Predictions that are still to come: of a quick run, which the full one will replace."""

import sqlalchemy as sa

from db.workspace import jobs
from db.workspace.jobs import Job
from portal.reading.jobs import looking
from portal.reading.published import PublishedRun
from portal.words import wording

PREDICTING = "predict"
"""The stage of a refresh that computes them."""
MISSING = (
    "Predictions are missing: the update that was to compute them did not come to its end."
    " Refresh the data set."
)

RUNNING = sa.text(
    "select 1 from run join dataset on dataset.dataset_id = run.dataset_id"
    " where dataset.name = :dataset and run.status = 'running' limit 1"
)


def awaited(run: PublishedRun) -> str:
    """Say how far the predictions are that a run lacks; empty where it lacks none."""
    if not run.is_quick:
        return ""
    with looking() as connection:
        job = None if connection is None else jobs.active(connection, run.dataset)
    if job is not None and job.is_active:
        return f"Predictions are being computed ({wording.percent(share_done(job))})."
    running = run.connection.execute(RUNNING, {"dataset": run.dataset}).first()
    return MISSING if running is None else "Predictions are being computed."


def share_done(job: Job) -> float:
    """Give which share of the predictions a refresh has computed; 0 before it begins them."""
    stage = job.stages[-1] if job.stages else {}
    if stage.get("name") != PREDICTING or not stage.get("total"):
        return 0.0
    return min(max(float(stage["done"]) / float(stage["total"]), 0.0), 1.0)
