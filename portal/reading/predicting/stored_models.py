"""The model that serves a task as a file: plain numbers and words in a ZIP archive."""

import hashlib
from typing import NamedTuple

from db.frames import read_frame
from portal.reading.published import PublishedRun

TASKS = """
select task, title from task_result
where run_id = :run_id and chosen is not null order by position
"""
ONE = """
select format, sha256, content from artifact where run_id = :run_id and name = :name
"""


class NoModelFile(Exception):
    """There is no such model to hand out; `str()` is one sentence for a person."""


class ModelFile(NamedTuple):
    """A model as it was stored; `sha256` is that of `content`, as hexadecimal digits."""

    task: str
    format: str
    sha256: str
    content: bytes


def tasks(run: PublishedRun) -> dict[str, str]:
    """Name the tasks that a model serves, with their titles."""
    rows = read_frame(run.connection, TASKS, run_id=run.run_id)
    return dict(zip(rows["task"], rows["title"], strict=True))


def model_file(run: PublishedRun, task: str) -> ModelFile:
    """Give the model that serves a task.

    Raises
    ------
    NoModelFile
        If no model serves it, or its bytes are not those that were stored.
    """
    titles_by_task = tasks(run)
    rows = read_frame(run.connection, ONE, run_id=run.run_id, name=f"model.{task}")
    if rows.empty:
        names = ", ".join(titles_by_task) or "none in this data set"
        raise NoModelFile(f"“{run.dataset}” has no model for “{task}”; there are: {names}.")
    model = ModelFile(task, *rows.iloc[0])
    if hashlib.sha256(model.content).hexdigest() != model.sha256:
        raise NoModelFile(f"The model for “{task}” is damaged; refresh the data set.")
    return model
