"""From sources to loads: what is new is written, and what a run reads is recorded."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy.engine import Engine

from db import runs
from db.runs import LoadInRun
from pipeline import recorder
from pipeline.base.errors import SettingsError, SourceError
from pipeline.preparation.known import Loaded, NewLines
from pipeline.preparation.request import Request
from pipeline.run.progress import Progress
from pipeline.sources.arrival import (
    Arrival,
    Reading,
    arrivals,
)
from pipeline.sources.layouts.reading import known_layouts
from pipeline.sources.mappings import read_mapping, read_outcomes
from pipeline.sources.orders.currencies import disagreeing, refuse_several
from pipeline.sources.orders.rates import read_rates
from pipeline.sources.parts import TypedPart
from pipeline.sources.telling.remarks import Remark, merged


def load(
    engine: Engine,
    request: Request,
    *,
    dataset: int,
    run_id: int,
    today: dt.date,
    progress: Progress,
) -> Loaded:
    """Write the rows of new sources, and record what the run reads."""
    written: NewLines = {}
    loads = (
        _published_again(engine, request, dataset)
        if request.again
        else _arrived(engine, request, dataset, written, progress)
    )
    numbers = [load.load_id for load in loads]
    rows = runs.rows_read(engine, numbers)
    runs.name_loads(engine, run_id, loads)
    form = _one_form(engine, loads)
    runs.set_form(engine, run_id, form)
    currencies = runs.load_currencies(engine, numbers)
    if request.settings.currency is None:
        refuse_several(currencies)
    return Loaded(
        form,
        loads,
        rows,
        written,
        currency=request.settings.currency or next(iter(currencies), None),
        remarks=merged(
            [
                *(Remark(**remark) for remark in runs.load_remarks(engine, numbers)),
                *disagreeing(request.settings.currency, currencies),
            ]
        ),
        today=today,
    )


def _arrived(
    engine: Engine, request: Request, dataset: int, written: NewLines, progress: Progress
) -> list[LoadInRun]:
    """Write the rows of new sources; order lines stay in `written` too."""
    loads = runs.published_loads(engine, dataset) if request.append else []
    earlier = runs.last_mapping(engine, [load.load_id for load in loads]) if loads else {}
    how = Reading(
        form=request.form,
        names=request.names,
        mapping=read_mapping(request.mapping) if request.mapping else {},
        remembered={} if request.mapping else earlier,
        unusable_share=request.settings.cleaning.unusable_share,
        own_name=request.own_name,
        outcomes=read_outcomes(request.mapping) if request.mapping else (),
        layouts=known_layouts(request.settings.layouts.folder),
        layout=request.layout,
        rates=read_rates(request.rates, request.settings.currency) if request.rates else None,
    )
    batch = max((load.batch for load in loads), default=-1) + 1
    load_ids = {load.load_id for load in loads}
    for arrival in arrivals(request.sources, how):
        load_id, is_there = runs.begin_load(
            engine,
            dataset=dataset,
            checksum=arrival.checksum,
            name=arrival.name,
        )
        if not is_there:
            stored = recorder.write_lines(engine, load_id, _told(arrival, progress))
            if stored.rows == 0:
                raise SourceError(
                    "holds no data rows",
                    remedy="give a file with rows below its header",
                    file=arrival.name,
                )
            runs.complete_load(
                engine,
                load_id,
                form=stored.form,
                rows_read=stored.rows,
                currency=stored.currency,
                mapping=how.mapping or how.remembered,
                remarks=[remark._asdict() for remark in stored.remarks],
            )
            written[load_id] = stored.lines
        if load_id not in load_ids:
            load_ids.add(load_id)
            loads.append(LoadInRun(load_id, batch))
    return loads


def _published_again(engine: Engine, request: Request, dataset: int) -> list[LoadInRun]:
    """Give the loads of the published run."""
    if request.sources:
        raise SettingsError("--again reads no sources; leave them out, or leave --again out.")
    loads = runs.published_loads(engine, dataset)
    if not loads:
        raise SettingsError(
            "--again needs a published data set and there is none of that name;"
            " give a source, or another --dataset."
        )
    return loads


def _told(arrival: Arrival, progress: Progress) -> Iterator[TypedPart]:
    """Report rows while they are read."""
    rows = 0
    for part in arrival.lines():
        rows += len(part.rows)
        progress.step(rows, detail=f"{arrival.name}: {rows:,} rows")
        yield part


def _one_form(engine: Engine, loads: list[LoadInRun]) -> str:
    forms = runs.forms(engine, [load.load_id for load in loads])
    if len(forms) > 1:
        raise SourceError(
            f"the sources are of several forms ({' and '.join(forms)})",
            remedy="give each form a data set of its own with --dataset",
        )
    return forms[0]
