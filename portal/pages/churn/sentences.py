"""What the churn page says of itself: why there is nothing to show, how far to believe it."""

from typing import Any

from portal.pages.churn import queries
from portal.reading import risk
from portal.reading.published import PublishedRun
from portal.reading.rows import each_row
from portal.words import wording


def missing(run: PublishedRun) -> str:
    """Say why there is nothing to show."""
    task = risk.task(run)
    if task is None:
        return (
            "Nobody was asked who leaves in this run. Order lines tell it: a data set of this"
            " form has no orders over time. What else is predicted stands under Models."
        )
    if task.status != "done":
        return task.message
    if risk.of_run(run) is None:
        return (
            "What customers have at stake is not known in this run, so risk can't be weighed"
            " against it. A refresh of the data set brings it."
        )
    return "Nothing to show: no customer with a churn probability passes the filters."


def drivers_missing(run: PublishedRun) -> str:
    """Say why no drivers are shown."""
    task = risk.task(run)
    if task is not None and task.status == "done":
        return "This run kept no drivers; the next refresh brings them."
    return missing(run)


def how_sure(run: PublishedRun, task: risk.Task) -> str:
    """Say what was asked of the model, how many may leave, and how it did against a rule."""
    return " ".join(
        [
            f"Data was seen up to {wording.date(run.as_of)}; leaving means no order in the"
            f" {wording.days(task.horizon_days)} after it.",
            *([] if task.expected_rate is None else [_how_many(task)]),
            *([task.message] if task.message else []),
            *(_against(row) for row in each_row(queries.rivals(run)) if row.role == "naive"),
        ]
    )


def _how_many(task: risk.Task) -> str:
    """Say how many are expected to leave, and within which range."""
    low, high = (wording.percent(each) for each in (task.expected_low, task.expected_high))
    return (
        f"Of {wording.count(task.rows_scored or 0, 'customer')} with an order in the last year"
        f" {wording.percent(task.expected_rate)} are expected to leave, {low} to {high} must be"
        " reckoned with; the page of models says what that rests on."
    )


def _against(row: Any) -> str:
    metric = "ROC-AUC" if row.metric == "roc_auc" else row.metric.replace("_", " ")
    sure = "" if row.low > 0 else ", which may be chance"
    return (
        f"In the test the model's {metric} was {row.score:.3f}; the best simple rule"
        f" ({row.title}) reached {row.rival_score:.3f}: a lead of {row.difference:.3f}"
        f" ({row.low:.3f} to {row.high:.3f}){sure}."
    )
