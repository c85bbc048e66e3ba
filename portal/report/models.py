"""What the report tells of the models: of each task, and of lifetime value."""

from typing import Any, NamedTuple

import pandas as pd

from portal.reading.published import PublishedRun
from portal.reading.rows import each_row
from portal.report import drawings, queries
from portal.report.drawings import Bars
from portal.report.sections import colours
from portal.report.tables import Table, table
from portal.words import theme
from portal.words.wording import money, money_short, number, percent

RANKING = "roc_auc"
HELD_OUT = ["mean_absolute_error", "bias", "coverage"]
DEFAULT_METRIC = "accuracy"
METRIC_TITLES = {"roc_auc": "ROC-AUC", "accuracy": "Accuracy"}
NAMES = {
    "bg_nbd": "BG/NBD", "mbg_nbd": "MBG/NBD", "nbd": "negative binomial without drop-out",
    "pareto_nbd": "Pareto/NBD", "actual": "what came", "historic_rate": "own past rate",
    "everybody_mean": "everybody's mean", "last_period": "as in the last period",
}  # fmt: skip


class Task(NamedTuple):
    """A task: how its models did, or why there are none."""

    title: str
    question: str
    problem: str = ""
    metric: str = ""
    chart: Bars | None = None
    sentences: tuple[str, ...] = ()


class Model(NamedTuple):
    """A model of orders that is in use."""

    name: str
    message: str


class Value(NamedTuple):
    """What customers are expected to bring, by which models, and how these did before."""

    total: str
    chart: Bars
    models: list[Model]
    held_out: list[Table]


def tasks(run: PublishedRun) -> list[Task]:
    """Tell of every task in its order."""
    return [_task(run, row) for row in each_row(run.ask(queries.tasks(run)))]


def value(run: PublishedRun) -> Value | None:
    """Tell of lifetime value, `None` where the run has none."""
    segments = run.ask(queries.value(run)).dropna(subset=["clv_12m"])
    if segments.empty:
        return None
    segments = segments.sort_values("clv_12m", ascending=False)
    chart = drawings.bars(
        segments["segment"].tolist(),
        segments["clv_12m"].astype(float).tolist(),
        [money_short(amount, run.currency) for amount in segments["clv_12m"]],
        title="Expected revenue of the next 12 months by segment",
        colours=colours(segments, run),
    )
    fits, holdout = run.ask(queries.fits(run)), run.ask(queries.holdout(run))
    return Value(
        total=money_short(float(segments["clv_12m"].sum()), run.currency),
        chart=chart,
        models=[
            Model(name_of(row.model), row.message)
            for row in each_row(fits[fits["chosen"].astype(bool)])
        ],
        held_out=[
            _held_out(some, str(measure), run.currency)
            for measure, some in holdout.groupby("measure")
        ],
    )


def name_of(model: str) -> str:
    """Name a model of value or a naive rival in a sentence."""
    return NAMES.get(model, model.replace("_", " "))


def _task(run: PublishedRun, task: Any) -> Task:
    summary = Task(task.title, task.question)
    if task.status != "done":
        return summary._replace(problem=f"Refused: {task.message}")
    metric = RANKING if isinstance(task.positive, str) else DEFAULT_METRIC
    scores = run.ask(queries.scores(run, task.task, metric))
    scores = scores[scores["value"].notna()]
    if scores.empty:
        return summary._replace(problem="No score is known.")
    title = f"{METRIC_TITLES[metric]} on what the models had not seen, with its 95 % interval"
    chart = drawings.bars(
        scores["title"].tolist(),
        scores["value"].astype(float).tolist(),
        [_score(row) for row in each_row(scores)],
        title=f"{task.title}: {title}",
        colours=[
            theme.QUIET if row.baseline else theme.GOOD if row.chosen else theme.MAIN
            for row in each_row(scores)
        ],
    )
    remarks = (task.reason, task.warning, task.design)
    sentences = tuple(remark for remark in remarks if isinstance(remark, str) and remark)
    return summary._replace(metric=title, chart=chart, sentences=sentences)


def _score(row: Any) -> str:
    role = ", naive" if row.baseline else ", serves" if row.chosen else ""
    has_interval = pd.notna(row.low) and pd.notna(row.high)
    return (
        f"{row.value:.3f}{f' ({row.low:.3f} to {row.high:.3f})' if has_interval else ''}{role}"
    )


def _held_out(rows: pd.DataFrame, measure: str, currency: str) -> Table:
    """Write how the model and its rivals foretold one measure, the least error first."""
    wide = rows.pivot_table(index="model", columns="metric", values="value")
    wide = wide.reindex(columns=HELD_OUT).sort_values("mean_absolute_error").reset_index()
    wide = wide.dropna(subset=["mean_absolute_error"])

    def written(amount: float) -> str:
        return money(amount, currency) if measure == "revenue" else number(amount, 2)

    columns: dict[str, Any] = {
        "model": (f"{measure.capitalize()} per customer, foretold by", name_of),
        "mean_absolute_error": ("Mean absolute error", written),
        "bias": ("Bias", written),
        "coverage": ("Coverage of the 90 % interval", lambda share: percent(share, 1)),
    }
    return table(wide, columns)
