"""Models that an earlier run trained, where this one need not train its own."""

import datetime as dt
import json
from collections.abc import Iterable
from importlib.metadata import version
from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlmodel import SQLModel

from db.engine import reading
from db.frames import read_frame
from db.tables import core
from pipeline import recorder
from pipeline.learning.retraining.due import Circumstances, why_due
from pipeline.learning.retraining.trained import EVIDENCE, Trained
from pipeline.preparation.compared import watched
from pipeline.preparation.known import Known
from pipeline.preparation.model_tables import OF_EVIDENCE
from pipeline.preparation.request import Request
from pipeline.scoring.store import MODEL, ModelUnusable, unpack_served
from pipeline.scoring.stored import Stored
from pipeline.sources.layouts.laying import CODE as LAYOUT_CODE
from pipeline.sources.layouts.laying import named_by
from pipeline.sources.telling.remarks import Remark, note

OTHERWISE = "what is predicted, or what it is predicted from, is no longer the same"
NO_MODELS = "what was published has none that could serve on"
PUBLISHED = """
select p.run_id from published p where p.dataset_id = :dataset and p.run_id <> :run_id
"""
SERVING = """
select r.run_id, r.form, r.seed, r.settings, r.version, r.currency
from run r
join published p on p.run_id = r.run_id
where p.dataset_id = :dataset and r.run_id <> :run_id and r.kind is null
    and exists (
        select 1 from task_result t where t.run_id = r.run_id and t.trained_run is not null
    )
"""
NEAREST = """
select min(t.run_id) as run_id
from task_result t
join run r on r.run_id = t.run_id
where r.dataset_id = :dataset and r.status = 'published' and t.trained_run = :trained_run
"""
LAYOUT = """
select code from run_remark where run_id = :run_id and code like :code order by position
"""


class Retraining(NamedTuple):
    """What serves on, if anything does, or why what an earlier run trained does not."""

    trained: Trained | None = None
    why_again: str = ""

    def remarks(self, tasks: pd.DataFrame, run_id: int, days: int) -> tuple[Remark, ...]:
        """Say which models served on in a run, of whose `tasks` it is known who trained them.

        `days` is the age from which they would have been trained again.
        """
        if tasks.empty:
            return ()
        done = tasks[tasks["status"] == "done"]
        is_new = done["trained_run"] == run_id
        if self.trained is not None and not is_new.all():
            return (_serves_on(done[~is_new], list(done.loc[is_new, "title"]), days),)
        if is_new.any() and (self.why_again or self.trained is not None):
            why = self.why_again or OTHERWISE
            return (note("models_trained_again", f"Models were trained again, since {why}."),)
        return ()


def retraining(
    engine: Engine,
    request: Request,
    prepared: Known,
    customers: pd.DataFrame,
    *,
    form: str,
    currency: str,
    run: tuple[int, int],
) -> Retraining:
    """Find the models that serve on, unless they are due to be trained again.

    Those of the published run; the first run of a data set trains, and so does a run whose
    settings say that every refresh does. `run` is the number of the data set and of the run.
    """
    settings, (dataset, run_id) = request.settings.models, run
    if settings.retrain == "always":
        return Retraining()
    with reading(engine) as connection:
        is_first = read_frame(connection, PUBLISHED, dataset=dataset, run_id=run_id).empty
        serving_rows = read_frame(connection, SERVING, dataset=dataset, run_id=run_id)
        if serving_rows.empty:
            return Retraining() if is_first else Retraining(why_again=NO_MODELS)
        serving = serving_rows.iloc[0]
        trained = _trained(connection, int(serving["run_id"]))
        if isinstance(trained, str):
            return Retraining(why_again=trained)
        first_run = trained.first_run or trained.run
        nearest = read_frame(connection, NEAREST, dataset=dataset, trained_run=first_run)
        layout = read_frame(connection, LAYOUT, run_id=trained.run, code=f"{LAYOUT_CODE}%")
    then = Circumstances(
        version=str(serving["version"]),
        form=str(serving["form"]),
        layout=_layout(layout["code"]),
        currency=str(serving["currency"] or ""),
        seed=int(serving["seed"]),
        settings=json.loads(serving["settings"]),
        day=trained.oldest_day,
        customers=watched(engine, int(nearest["run_id"].iloc[0])).customers,
    )
    now = Circumstances(
        version=version("clientele"),
        form=form,
        layout=named_by(prepared.remarks),
        currency=currency,
        seed=request.seed,
        settings=request.settings.model_dump(mode="json"),
        day=prepared.as_of,
        customers=customers,
    )
    why = why_due(then, now, oldest_day=trained.oldest_day, days=settings.retrain_days)
    return Retraining(why_again=why) if why else Retraining(trained)


def _trained(connection: Connection, run_id: int) -> Trained | str:
    """Read the models of a run and their evidence; else say why they can't serve."""
    artifacts = read_frame(connection, recorder.KEPT_MODELS, run_id=run_id)
    try:
        served = [
            unpack_served(stored)
            for stored in (Stored(*row) for row in artifacts.itertuples(index=False))
            if stored.name.startswith(MODEL)
        ]
    except ModelUnusable as error:
        return f"those that served can't be used ({str(error).rstrip('.')})"
    frames = {name: _rows(connection, OF_EVIDENCE[name], run_id) for name in EVIDENCE}
    return Trained(run_id, frames, {model.task: model for model in served})


def _rows(connection: Connection, table: type[SQLModel], run_id: int) -> pd.DataFrame:
    """Read a run's rows of a table as they were written, in their order."""
    columns = core(table).columns
    keys = ", ".join(f'"{column.name}"' for column in core(table).primary_key)
    rows = read_frame(
        connection,
        f'select * from "{core(table).name}" where run_id = :run_id order by {keys}',  # noqa: S608
        run_id=run_id,
    ).drop(columns="run_id")
    for column in columns:
        if column.name in rows and isinstance(column.type, sa.Boolean):
            rows[column.name] = rows[column.name].astype("boolean").astype(object)
        elif column.name in rows and isinstance(column.type, sa.Integer):
            rows[column.name] = rows[column.name].astype("Int64")
        elif column.name in rows and isinstance(column.type, sa.Date):
            days = pd.to_datetime(rows[column.name])
            rows[column.name] = days.dt.date.astype(object).where(days.notna(), None)
    return rows


def _layout(codes: Iterable[str]) -> str | None:
    return next((code.removeprefix(LAYOUT_CODE) for code in codes), None)


def _serves_on(tasks: pd.DataFrame, trained_now: list[str], days: int) -> Remark:
    """Say of the tasks that models of earlier runs answer, and of those trained now."""
    runs = sorted({int(run) for run in tasks["trained_run"]})
    known_days = tasks["trained_on"].dropna()
    day = f"{min(known_days):%-d %B %Y}" if len(known_days) else ""
    if len(runs) == 1:
        models = f"Models that run {runs[0]} trained"
        models += f", on what was known on {day}," if day else ""
    else:
        models = f"Models that runs {', '.join(map(str, runs))} trained"
        models += f", the oldest on what was known on {day}," if day else ""
    but = f"; {', '.join(trained_now)}: trained now, since {OTHERWISE}" if trained_now else ""
    aged = f"after {days} days of new records, or " if day else ""
    return note(
        "models_serve_on",
        f"{models} scored today's customers{but}. They are trained again {aged}when customers"
        " drift or the source changes (settings models.retrain and models.retrain_days).",
    )


def stamped(tasks: pd.DataFrame, run_id: int, day: dt.date | None) -> pd.DataFrame:
    """Say of tasks that this run trained that it did."""
    if tasks.empty:
        return tasks
    of_old = tasks.reindex(columns=["trained_run", "trained_on"]).astype(object)
    is_new = of_old["trained_run"].isna()
    return tasks.assign(
        trained_run=of_old["trained_run"].mask(is_new, run_id).astype("Int64"),
        trained_on=of_old["trained_on"].mask(is_new, day),
    )
