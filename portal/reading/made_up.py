"""Data sets that are made up to look around: loading them, and telling that one is."""

import subprocess
from pathlib import Path

import sqlalchemy as sa

from db.engine import reading
from db.workspace import jobs, open_workspace
from portal.reading.jobs import now, start, supervise
from portal.reading.published import PublishedRun

SHOP = "order-lines"
DATASETS = {
    SHOP: "made-up-shop",
    "customers": "made-up-customers",
    "marketing": "made-up-marketing",
    "behaviour": "made-up-behaviour",
    "market-activity": "made-up-market-activity",
}
"""The data sets that can be made up, by their form."""
SAID = "Made up: this shop, its customers and its costs don't exist."

IS_MADE_UP = sa.text(
    "select 1 from run_remark where run_id = :run_id and code = 'made_up' limit 1"
)
SHOWN_IN_FULL = sa.text(
    "select 1 from published join run on run.run_id = published.run_id"
    " where run.kind is null limit 1"
)


def load(form: str) -> int:
    """Start to load the made-up data set of a form, and give the job's number."""
    return start("refresh", dataset=DATASETS[form], request={"made_up": form})


def ask(url: str, *, settings: Path | None) -> "subprocess.Popen[str] | None":
    """Load the shop by a supervisor of one's own; `None` where something is there in full.

    `settings` is a settings file for it.
    """
    engine = open_workspace(url)
    with reading(engine) as connection:
        if connection.execute(SHOWN_IN_FULL).first() is not None:
            return None
    job_request = {"made_up": SHOP} | (
        {"settings": str(settings.resolve())} if settings else {}
    )
    jobs.ask(engine, kind="refresh", dataset=DATASETS[SHOP], request=job_request, at=now())
    return supervise(url, engine)


def said(run: PublishedRun) -> str:
    """Say that a run is of the made-up shop, by what was noted as it was read; else nothing."""
    remark = run.connection.execute(IS_MADE_UP, {"run_id": run.run_id}).first()
    return "" if remark is None else SAID
