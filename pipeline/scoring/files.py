"""A file of customers scored with the models of a data set's published run, top to bottom."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.base.errors import EnvironmentProblem, SettingsError, SourceError
from pipeline.features.customers import known_customers
from pipeline.features.days import day_of
from pipeline.features.orders import newest_day, order_states
from pipeline.quality import rules
from pipeline.quality.cleaning import clean
from pipeline.quality.findings import Finding, examples
from pipeline.quality.mending import mend
from pipeline.run.progress import Progress, Silent
from pipeline.run.threads import one_thread
from pipeline.run.timing import Stopwatch
from pipeline.scoring.score import (
    Given,
    ModelUnusable,
    Scorer,
    load,
    of_rows,
    of_states,
    score_frame,
)
from pipeline.scoring.stored import Kept
from pipeline.settings import Settings
from pipeline.sources.arrival import Arrival, Reading, arrivals
from pipeline.sources.forms import AUTO
from pipeline.sources.layouts.reading import known_layouts
from pipeline.sources.mappings import read_mapping
from pipeline.sources.order_lines import as_lines
from pipeline.sources.parts import TypedPart
from pipeline.sources.telling.faults import Fault, Tell

UNREADABLE = rules.UNREADABLE.name
EXAMPLES = 10
"""Cells that can't be read that are named."""


@dataclass(frozen=True)
class Request:
    """What to score: sources of the data set's form, and how to read them."""

    sources: tuple[str, ...]
    mapping: Path | None = None
    names: tuple[str, ...] = ()
    as_of: dt.date | None = None
    own_name: str | None = None


class Oddity(NamedTuple):
    """What a rule left out of a file, or took for unknown: how many rows, and the first few.

    `places` say each where and what, like “row 12, column “Age”: “old” is not a number”.
    """

    title: str
    explanation: str
    rows: int
    removes: bool
    places: tuple[str, ...]


class Outcome(NamedTuple):
    """What a scoring did; `customers` is the table, one row each."""

    dataset: str
    run: int
    form: str
    as_of: dt.date | None
    rows_read: int
    seconds: float
    customers: pd.DataFrame
    oddities: tuple[Oddity, ...]


def score_sources(
    published: Kept, request: Request, *, progress: Progress | None = None
) -> Outcome:
    """Read customers, clean them as the published run did, and score them with its models.

    Raises `PipelineError`, with a sentence for the person who asked. The table has the columns
    of `score_frame`, and with each row the run and the models that said so.
    """
    watch, faults = Stopwatch(progress or Silent()), list[Fault]()
    with one_thread():
        scorer = _loaded(published)
        with watch.stage("read"):
            parts = _read(request, published, faults.append)
        with watch.stage("features"):
            prepare = _of_orders if scorer.takes_orders else _of_customers
            customers, day, findings = prepare(scorer, parts, published, request.as_of)
        with watch.stage("score") as scoring_progress:
            scored = _named(
                score_frame(scorer, customers, progress=scoring_progress), scorer, published
            )
    return Outcome(
        dataset=published.dataset,
        run=published.run_id,
        form=published.form,
        as_of=day,
        rows_read=sum(len(part.rows) for part in parts),
        seconds=round(watch.seconds, 3),
        customers=scored,
        oddities=_oddities(findings, faults),
    )


def _loaded(published: Kept) -> Scorer:
    if not published.models:
        raise SettingsError(
            "The published run keeps no models; refresh the data set, and see its findings for"
            " why nothing could be predicted."
        )
    try:
        return load(published.models, form=published.form, settings=published.settings)
    except ModelUnusable as error:
        raise EnvironmentProblem(str(error)) from error


def _read(request: Request, published: Kept, tell: Tell) -> list[TypedPart]:
    """Read every part; all must be of the data set's form."""
    how = Reading(
        form=published.form if request.mapping or request.names else AUTO,
        names=request.names,
        mapping=read_mapping(request.mapping) if request.mapping else {},
        unusable_share=_settings(published).cleaning.unusable_share,
        own_name=request.own_name,
        tell=tell,
        layouts=known_layouts(_settings(published).layouts.folder),
    )
    parts = [
        part
        for arrival in arrivals(request.sources, how)
        for part in _parts(arrival, published)
    ]
    if not sum(len(part.rows) for part in parts):
        raise SourceError(
            "holds no data rows",
            remedy="give a file with rows below its header",
            file=request.own_name or request.sources[0],
        )
    return [part._replace(place=place) for place, part in enumerate(parts)]


def _parts(arrival: Arrival, published: Kept) -> list[TypedPart]:
    parts = list(arrival.lines())
    for part in parts:
        if part.form != published.form:
            raise SourceError(
                f"is of the form {part.form}, and the data set is of {published.form}",
                remedy="give a file of that form, or another --dataset",
                file=arrival.name,
            )
    return parts


def _settings(published: Kept) -> Settings:
    return Settings.model_validate(published.settings)


Prepared = tuple[Given, dt.date | None, Sequence[Finding]]
"""Customers, the day on which they are seen, and what cleaning did."""


def _of_orders(
    scorer: Scorer, parts: Sequence[TypedPart], published: Kept, as_of: dt.date | None
) -> Prepared:
    """Clean order lines and look at their customers on a day, or that of the last order."""
    cleaned = clean(as_lines(parts), _settings(published).cleaning, as_of=as_of)
    states = order_states(cleaned)
    day = newest_day(states, as_of)
    nobody = cleaned.purchases[cleaned.purchases["customer_id"].isna()]
    findings = [*cleaned.findings, _anonymous(nobody)]
    return of_states(scorer, states, day), day_of(day), findings


def _anonymous(lines: pd.DataFrame) -> Finding:
    """Tell of purchases that belong to nobody who could be scored."""
    why = "They belong to nobody who could be scored."
    return Finding(
        "cleaning", rules.ANONYMOUS.name, rules.ANONYMOUS.title, why, len(lines),
        removes=True, examples=examples(lines),
    )  # fmt: skip


def _of_customers(
    scorer: Scorer, parts: Sequence[TypedPart], published: Kept, as_of: dt.date | None
) -> Prepared:
    """Mend rows of customers and bring their attributes under common names."""
    settings = _settings(published)
    mended = mend(_records(parts), settings.cleaning, as_of=as_of)
    customers = known_customers(
        published.form, mended.customers, settings.rules, as_of=mended.as_of
    )
    return of_rows(scorer, customers), mended.as_of, mended.findings


def _oddities(findings: Sequence[Finding], faults: Sequence[Fault]) -> tuple[Oddity, ...]:
    """Tell what was left out or taken for unknown, with the places in the file."""
    oddities = [
        Oddity(
            finding.title,
            finding.explanation,
            finding.rows,
            finding.removes,
            _places(finding, faults),
        )
        for finding in findings
        if finding.rows
        and (finding.removes or any("source_row" in row for row in finding.examples))
    ]
    return tuple(sorted(oddities, key=lambda oddity: not oddity.removes))


def _places(finding: Finding, faults: Sequence[Fault]) -> tuple[str, ...]:
    if finding.rule == UNREADABLE and faults:
        several = len({fault.part for fault in faults}) > 1
        return tuple(
            f"{f'{fault.part}, ' if several else ''}row {fault.row:,},"
            f" column “{fault.column}”: {fault.problem}"
            for fault in faults[:EXAMPLES]
        )
    column = finding.title.partition(": ")[2]
    where = f", column “{column}”" if column else ""
    return tuple(
        f"row {int(row['source_row']):,}{where}"
        for row in finding.examples
        if row.get("source_row") is not None
    )


def _records(parts: Sequence[TypedPart]) -> pd.DataFrame:
    """Give parts as the records that mending takes: as read back from the database."""
    frames = [part.rows.to_pandas().assign(part=part.place) for part in parts]
    whole = pd.concat(frames, ignore_index=True)
    texts = whole[["customer_id", "form", "fields"]].astype(object)
    return whole.assign(**texts.where(texts.notna(), None), batch=0)


def _named(table: pd.DataFrame, scorer: Scorer, published: Kept) -> pd.DataFrame:
    """Say with each row which run and which models told it."""
    families = {f"{task}_model": scorer.models[task].served.family for task in scorer.outcomes}
    return table.assign(**families, run=np.int64(published.run_id))
