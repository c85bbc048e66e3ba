"""What an earlier run trained: its models, and the evidence for each."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from pipeline.learning.done import FRAMES
from pipeline.scoring.served import Served

PREDICTIONS = "predictions"
EVIDENCE = (*(name for name in FRAMES if name != PREDICTIONS), "drivers")
"""Tables that tell how models did; of today are predictions, Shapley values and reasons."""
OF_STUDIES = frozenset({"trials", "importances"})
"""Tables whose rows are by study: `models.`, the task, a family."""


class Trained(NamedTuple):
    """The models that serve a data set, and how they did when they were trained.

    Attributes
    ----------
    run
        The published run that they serve in.
    frames
        Rows by the names of `EVIDENCE`, of all tasks; that of tasks tells by which run each
        was trained (`trained_run`) and the last day that it knew (`trained_on`, missing where
        sources have no days).
    served
        Models by task.
    """

    run: int
    frames: Mapping[str, pd.DataFrame]
    served: Mapping[str, Served]

    def row(self, task: str) -> dict[str, Any] | None:
        """Give the row of a task; `None` where there was no such task."""
        rows = self.frames["tasks"]
        mine = rows[rows["task"] == task]
        return None if mine.empty else {str(k): v for k, v in mine.iloc[0].items()}

    def evidence(self, task: str) -> dict[str, pd.DataFrame]:
        """Give the rows of a task in every table of evidence."""
        rows_by_table = {}
        for name, rows in self.frames.items():
            if rows.empty:
                rows_by_table[name] = rows
            elif name in OF_STUDIES:
                # after the last dot is the family; a task's name may hold dots
                belongs = rows["study"].str.rpartition(".")[0] == f"models.{task}"
                rows_by_table[name] = rows[belongs].reset_index(drop=True)
            else:
                rows_by_table[name] = rows[rows["task"] == task].reset_index(drop=True)
        return rows_by_table

    @property
    def served_tasks(self) -> pd.DataFrame:
        """The rows of tasks that a model answers."""
        tasks = self.frames["tasks"]
        return tasks[tasks["task"].isin(list(self.served))]

    @property
    def oldest_day(self) -> dt.date | None:
        """The last day that the model trained longest ago knew; `None` without days."""
        days = self.served_tasks["trained_on"].dropna()
        return None if days.empty else min(days)

    @property
    def first_run(self) -> int | None:
        """The run that trained the model trained longest ago; `None` without models."""
        runs = self.served_tasks["trained_run"]
        return None if runs.empty else int(runs.min())
