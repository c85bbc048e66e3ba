"""Customers of a file that a job has scored: the first rows, all of them, those to keep."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.compute as pc
import pyarrow.parquet as pq

from db.errors import NotPublished
from db.workspace import jobs, uploads
from db.workspace.jobs import Job
from db.workspace.scored import Answered, is_identifier
from db.workspace.uploads import Upload
from portal.reading.jobs import looking
from portal.reading.published import here
from portal.scoring.rows import FILE
from portal.words.titles import GIVEN_OUTCOME, task_title

OUTCOMES = ("churn", "activity_drop", "high_value")
PROBABILITY = "_probability"
PLACES = (1, 2, 3)
"""Of reasons."""
AT_ONCE = 5_000
LIKELY = 0.5
"""From here on something is more likely than not."""

Row = dict[str, Any]


class Looked(NamedTuple):
    """A file that somebody brought to be scored, and the job that scores it."""

    upload: Upload
    job: Job

    @property
    def is_scored(self) -> bool:
        """Tell whether the table of its customers is there, and what the job said of it."""
        is_done = self.job.state == "done" and self.upload.state == "scored"
        return is_done and _path(self.upload).exists()


class Summary(NamedTuple):
    """What a table of scored customers says as a whole.

    `likely` has for each outcome of how many it is asked and for how many it is more likely
    than not; `classes` of which class that is told, of outcomes that the source gives and of
    which a single class is told.
    """

    customers: int
    segment: str | None
    in_segment: int
    likely: Mapping[str, tuple[int, int]]
    classes: Mapping[str, str]


def looked_at(upload_id: int | None) -> Looked | None:
    """Give a file that was brought to be scored; none where the number is of another file."""
    if upload_id is None:
        return None
    try:
        with looking() as connection:
            if connection is None:
                return None
            upload = uploads.one(connection, upload_id)
            job = jobs.of_upload(connection, upload_id)
    except NotPublished:
        return None
    if upload is None or job is None or job.kind != "score":
        return None
    return Looked(upload, job)


def first_rows(upload: Upload, most: int) -> list[Row]:
    """Give the first rows of the table."""
    with pq.ParquetFile(_path(upload)) as table:
        rows: list[Row] = next(table.iter_batches(most)).to_pylist() if len_of(table) else []
    return rows


def len_of(table: pq.ParquetFile) -> int:
    """Count the rows of a table."""
    return int(table.metadata.num_rows)


def outcomes(upload: Upload) -> list[str]:
    """Name the outcomes that the table tells."""
    with pq.ParquetFile(_path(upload)) as table:
        return outcomes_among(table.schema.names)


def outcomes_among(columns: Sequence[str]) -> list[str]:
    """Name the outcomes of which columns of a table tell the probability.

    >>> outcomes_among(["segment_probability", "given_outcome:a_probability", "churn_model"])
    ['given_outcome:a']
    """
    names = [
        column.removesuffix(PROBABILITY) for column in columns if column.endswith(PROBABILITY)
    ]
    return [
        *(name for name in OUTCOMES if name in names),
        *(name for name in names if name.partition(":")[0] == GIVEN_OUTCOME),
    ]


def summary(upload: Upload) -> Summary:
    """Add up a table."""
    with pq.ParquetFile(_path(upload)) as file:
        names = outcomes_among(file.schema.names)
        probability_columns = [f"{name}{PROBABILITY}" for name in names]
        of = {name: f"{name}_class" for name in names if name not in OUTCOMES}
        table = file.read(["segment", *probability_columns, *of.values()])
    groups = sorted(
        (group for group in table["segment"].value_counts().to_pylist() if group["values"]),
        key=lambda group: (-group["counts"], group["values"]),
    )
    return Summary(
        len(table),
        groups[0]["values"] if groups else None,
        groups[0]["counts"] if groups else 0,
        {
            name.removesuffix(PROBABILITY): (
                len(table) - table[name].null_count,
                int(pc.sum(pc.greater_equal(table[name], LIKELY)).as_py() or 0),
            )
            for name in probability_columns
        },
        {
            name: classes[0]
            for name, column in of.items()
            if len(classes := table[column].unique().drop_null().to_pylist()) == 1
        },
    )


def every_row(upload: Upload) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Give the columns of the table and all rows, some thousand at a time."""
    table = pq.ParquetFile(_path(upload))
    return list(table.schema.names), _rows(table)


def kept(upload: Upload, most: int) -> tuple[list[Answered], int]:
    """Give at most so many customers to keep, and how many others can't be: bad identifiers."""
    answered, bad = list[Answered](), 0
    with pq.ParquetFile(_path(upload)) as table:
        for batch in table.iter_batches(AT_ONCE):
            for row in batch.to_pylist():
                name = str(row["customer_id"])
                if not is_identifier(name):
                    bad += 1
                elif len(answered) < most:
                    answered.append(Answered(name, {FILE: upload.name}, _answer(row)))
    return answered, bad


def reasons_of(row: Row, outcome: str) -> list[str]:
    """Give the reasons of a row for an outcome, in words."""
    reasons = [row.get(f"{outcome}_reason_{place}") for place in PLACES]
    return [reason for reason in reasons if reason]


def _rows(table: pq.ParquetFile) -> Iterator[tuple[Any, ...]]:
    with table:
        for batch in table.iter_batches(AT_ONCE):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _answer(row: Row) -> dict[str, Any]:
    answers = {
        outcome: {
            "probability": row[f"{outcome}{PROBABILITY}"],
            "model": row.get(f"{outcome}_model"),
            "reasons": [{"reason": reason} for reason in reasons_of(row, outcome)],
        }
        for outcome in outcomes_among(list(row))
        if row[f"{outcome}{PROBABILITY}"] is not None
    }
    given_outcomes = {
        outcome: {"title": task_title(outcome), "of": row[f"{outcome}_class"], **answer}
        for outcome, answer in answers.items()
        if outcome not in OUTCOMES
    }
    segment = row["segment"] and {
        "segment": row["segment"],
        "probability": row["segment_probability"],
    }
    usual = {
        outcome: answer for outcome, answer in answers.items() if outcome not in given_outcomes
    }
    remarks = [row["remarks"]] if row["remarks"] else []
    return {"segment": segment, **usual, "given_outcomes": given_outcomes, "remarks": remarks}


def _path(upload: Upload) -> Path:
    return uploads.result(upload, here().workspace.folder)
