"""All that is known of one task, and what two of its models said of each customer."""

import pandas as pd

from portal.pages.models import queries
from portal.pages.models.agreement import Seen
from portal.pages.models.drawings import with_flags
from portal.pages.models.model_table import NOBODY
from portal.pages.models.sentences import Told
from portal.reading.filters import NO_FILTERS
from portal.reading.published import PublishedRun, remember


def told(run: PublishedRun, task: str | None) -> Told:
    """Gather what is known of a task."""
    return remember(run, _told, queries.task_named(run, task))


def _told(run: PublishedRun, name: str) -> Told:
    every = queries.tasks(run)
    rows = every[every["task"] == name]
    return Told(
        name,
        {str(key): value for key, value in rows.iloc[0].items()} if len(rows) else None,
        with_flags(run.ask(queries.models(run, NO_FILTERS, task=name))),
        with_flags(run.ask(queries.scores(run, NO_FILTERS, task=name))),
        run.ask(queries.paired(run, NO_FILTERS, task=name)),
    )


def usual_pair(task: Told) -> tuple[str, str]:
    """Choose two models to compare: the chosen one and the next best."""
    rivals = [model for model in task.titles if model != task.chosen]
    second = task.paired.loc[task.paired["role"] == "second", "rival"]
    return task.chosen, str((*second, *rivals, "")[0])


def names_of(task: Told, first: str, second: str) -> Seen:
    """Give what two models are called."""
    return Seen(task.titles.get(first, "First"), task.titles.get(second, "Second"))


def probability_of(task: Told) -> str:
    """Say of what the probabilities of a task are."""
    positive = task.value("positive")
    return f"Probability of “{positive}”" if positive else "Probability of the true class"


def compared(
    run: PublishedRun, task: str | None, first: str | None, second: str | None
) -> pd.DataFrame:
    """One row per customer of the test: what happened and what either model said."""
    return remember(run, _compared, queries.task_named(run, task), first or "", second or "")


def _compared(run: PublishedRun, name: str, first: str, second: str) -> pd.DataFrame:
    answers = queries.answers(run, name, first, second, classes=told(run, name).classes)
    return NOBODY if answers is None else queries.compared(answers)
