"""Customers of a file that a job has scored: the first rows, all of them, those to keep."""

from collections.abc import Iterator, Mapping
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

OUTCOMES = ("churn", "activity_drop", "high_value")
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
    than not.
    """

    customers: int
    segment: str | None
    in_segment: int
    likely: Mapping[str, tuple[int, int]]


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
        found: list[Row] = next(table.iter_batches(most)).to_pylist() if len_of(table) else []
    return found


def len_of(table: pq.ParquetFile) -> int:
    """Count the rows of a table."""
    return int(table.metadata.num_rows)


def outcomes(upload: Upload) -> list[str]:
    """Name the outcomes that the table tells."""
    with pq.ParquetFile(_path(upload)) as table:
        return [name for name in OUTCOMES if f"{name}_probability" in table.schema.names]


def summary(upload: Upload) -> Summary:
    """Add up a table."""
    told = [f"{name}_probability" for name in outcomes(upload)]
    with pq.ParquetFile(_path(upload)) as file:
        table = file.read(["segment", *told])
    groups = sorted(
        (each for each in table["segment"].value_counts().to_pylist() if each["values"]),
        key=lambda each: (-each["counts"], each["values"]),
    )
    return Summary(
        len(table),
        groups[0]["values"] if groups else None,
        groups[0]["counts"] if groups else 0,
        {
            name.removesuffix("_probability"): (
                len(table) - table[name].null_count,
                int(pc.sum(pc.greater_equal(table[name], LIKELY)).as_py() or 0),
            )
            for name in told
        },
    )


def every_row(upload: Upload) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Give the columns of the table and all rows, some thousand at a time."""
    table = pq.ParquetFile(_path(upload))
    return list(table.schema.names), _rows(table)


def kept(upload: Upload, most: int) -> tuple[list[Answered], int]:
    """Give at most so many customers to keep, and how many others can't be: bad identifiers."""
    found, bad = list[Answered](), 0
    with pq.ParquetFile(_path(upload)) as table:
        for batch in table.iter_batches(AT_ONCE):
            for row in batch.to_pylist():
                name = str(row["customer_id"])
                if not is_identifier(name):
                    bad += 1
                elif len(found) < most:
                    found.append(Answered(name, {FILE: upload.name}, _answer(row)))
    return found, bad


def reasons_of(row: Row, outcome: str) -> list[str]:
    """Give the reasons of a row for an outcome, in words."""
    names = [name for name in row if name.startswith(f"{outcome}_reason_")]
    return [row[name] for name in names if row[name]]


def _rows(table: pq.ParquetFile) -> Iterator[tuple[Any, ...]]:
    with table:
        for batch in table.iter_batches(AT_ONCE):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _answer(row: Row) -> dict[str, Any]:
    told = {
        outcome: {
            "probability": row[f"{outcome}_probability"],
            "model": row.get(f"{outcome}_model"),
            "reasons": [{"reason": each} for each in reasons_of(row, outcome)],
        }
        for outcome in OUTCOMES
        if row.get(f"{outcome}_probability") is not None
    }
    segment = row["segment"] and {
        "segment": row["segment"],
        "probability": row["segment_probability"],
    }
    return {"segment": segment, **told, "remarks": [row["remarks"]] if row["remarks"] else []}


def _path(upload: Upload) -> Path:
    return uploads.result(upload, here().workspace.folder)
