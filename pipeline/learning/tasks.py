"""The tasks: what is predicted of whom, from what, and how that is tested."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.base.wording import percent
from pipeline.features.labels import ACTIVITY_DROP, CHURN, GIVEN_OUTCOME, HIGH_VALUE, OUTCOMES
from pipeline.learning.backtesting.levels import Timeline
from pipeline.learning.examples import Examples
from pipeline.learning.rivals import Rival
from pipeline.quality.findings import Finding
from pipeline.scoring.customer_base import CustomerBase
from pipeline.scoring.inputs import Feature
from pipeline.scoring.served import REPLICATION, SEGMENT

ORDER = (*OUTCOMES, GIVEN_OUTCOME, SEGMENT, REPLICATION)
"""In which tasks are shown; outcomes that the source gives stand in the mapping's order."""
MOST_NAMED = 6
"""Classes that a question names."""


class Task(NamedTuple):
    """What is predicted; of two classes the second is the positive one."""

    name: str
    title: str
    question: str
    classes: tuple[str, ...]
    is_binary: bool


class Material(NamedTuple):
    """Everything that a task on customers of one day is trained and tested on.

    Attributes
    ----------
    task, features
        What is predicted, and the columns that models see.
    train, test
        Disjoint rows.
    refit
        All rows that the model which serves may learn from.
    groups
        Of each training row, what inner folds may not part.
    newest
        Customers to score: `customer_id` and the features.
    everyone, everyone_groups
        The same rows in the same order as examples, with their groups; the label is -1 where
        it is not known.
    rivals
        Makes the naive rivals' answers for the test.
    design
        How it is trained and tested, in a sentence.
    """

    task: Task
    features: tuple[Feature, ...]
    train: Examples
    test: Examples
    refit: Examples
    groups: np.ndarray
    newest: pd.DataFrame
    everyone: Examples
    everyone_groups: np.ndarray
    rivals: Callable[[], list[Rival]]
    design: str


class Refused(NamedTuple):
    """A task that this data can't answer: why, and what would mend it."""

    task: Task
    message: str

    @property
    def finding(self) -> Finding:
        """What the run says of it."""
        title = f"{self.task.title} is not predicted"
        return Finding("models", f"refused_{self.task.name}", title, self.message, 0)


class Rolling(NamedTuple):
    """Everything that an outcome of orders is forecast from.

    Attributes
    ----------
    task, features
        What is predicted, and the columns that models see.
    windows
        Those that have closed, oldest first: the rows of whom the task is asked.
    timeline
        What is known of the level on their days, and today.
    newest
        Customers to score, `customer_id` and the features, as examples without a label.
    base
        The customer-base model of today; `None` where it can't be fitted.
    why_no_ranking
        Why nothing is learned from windows, in a sentence; empty where they are.
    """

    task: Task
    features: tuple[Feature, ...]
    windows: tuple[Examples, ...]
    timeline: Timeline
    newest: Examples
    base: CustomerBase | None
    why_no_ranking: str

    @property
    def tells_silence(self) -> bool:
        """Whether the customer-base model tells the outcome: that no order comes."""
        return self.base is not None and self.task.name == CHURN

    @property
    def is_ranked(self) -> bool:
        """Whether models are fitted to the windows."""
        return not self.why_no_ranking


Prepared = Material | Rolling | Refused


def outcome_task(
    name: str, horizon_days: int, *, drop_share: float = 0.5, high: float = 0.2
) -> Task:
    """Describe a task about what a customer does in the days to come."""
    words_by_task = {
        CHURN: (
            "Churn",
            f"Will the customer place no order in the next {horizon_days} days?",
            ("stays", "leaves"),
        ),
        ACTIVITY_DROP: (
            "Activity drop",
            f"Will spend in the next {horizon_days} days fall below {percent(drop_share)}"
            f" of that in the last {horizon_days}?",
            ("holds", "drops"),
        ),
        HIGH_VALUE: (
            "High value",
            f"Will the customer be in the top {percent(high)} by spend in the next"
            f" {horizon_days} days?",
            ("usual", "high value"),
        ),
    }
    title, question, classes = words_by_task[name]
    return Task(name, title, question, classes, is_binary=True)


def label_task() -> Task:
    """Describe the activity drop that a source labels itself."""
    return Task(
        ACTIVITY_DROP,
        "Activity drop",
        "Has the customer's activity dropped, by the source's own label?",
        ("holds", "drops"),
        is_binary=True,
    )


def place_of(task: str) -> int:
    """Give the place of a task's kind among those shown.

    >>> place_of("churn") < place_of("given_outcome:Churn") < place_of("segment")
    True
    """
    return ORDER.index(task.partition(":")[0])


def given_task(name: str, column: str, classes: tuple[str, ...]) -> Task:
    """Describe an outcome that a source gives in a column."""
    column_name = printable(column)
    named = [f"“{class_name}”" for class_name in classes[:MOST_NAMED]]
    more = len(classes) - len(named)
    either = f"{', '.join(named)} and {more} more" if more else " or ".join(
        [", ".join(named[:-1]), named[-1]] if len(named) > 1 else named
    )  # fmt: skip
    return Task(
        name,
        f"Outcome “{column_name}”",
        f"What does the source say of a customer in its column “{column_name}”: {either}?"
        if named
        else f"What does the source say of a customer in its column “{column_name}”?",
        classes,
        is_binary=len(classes) == 2,
    )


def printable(text: str, most: int = 60) -> str:
    r"""Cut a name that somebody made up, and leave out what can't be printed.

    >>> printable("Chu\x07rn "), printable("x" * 70) == "x" * 59 + "…"
    ('Churn', True)
    """
    printed = "".join(letter for letter in text if letter.isprintable()).strip()
    return printed if len(printed) <= most else f"{printed[: most - 1]}…"


def segment_task(name: str, segments: tuple[str, ...]) -> Task:
    """Describe a task that tells a customer's segment."""
    title, question = {
        SEGMENT: (
            "Segment from demography",
            "Which segment is a customer in, judged by demography and channels alone?",
        ),
        REPLICATION: (
            "Segment from its own inputs",
            "How well can the segmentation be reproduced from what it was made from?",
        ),
    }[name]
    return Task(name, title, question, segments, is_binary=False)
