"""The cards of the models page, declared once each."""

from typing import Any

import pandas as pd

from portal.kit.cards import Control, Panel
from portal.kit.choices import choice
from portal.kit.drawing.chart import Scope
from portal.kit.page import Page
from portal.pages.models import drawings, figures, queries
from portal.pages.models import model_table as tables
from portal.pages.models import told as known
from portal.pages.models.agreement import Seen
from portal.pages.models.by_class import by_class
from portal.pages.models.sentences import Told
from portal.pages.models.shapley import Shapley
from portal.reading.filters import Filters, task_from
from portal.reading.published import PublishedRun, remember
from portal.words.measures import MEASURES

FIRST, SECOND, UNIT = "models-first", "models-second", "models-unit"
METRIC, FEATURE = "models-metric", "models-feature"
MOST_DIFFERENT = 20
ON_TEST = (
    "Scores are those on customers whom no model had seen: of the newest closed window, or of a"
    " part of one day's customers. Intervals say where the next window's score is expected:"
    " they hold what windows differ by; where there is one day, what its customers do. The test"
    " had no say in which model serves."
)
PACKED = (
    "What every model answered for every customer of the test lies packed in test_outcome; the"
    " rows tell of how many. The table of disagreements lists those on whom the two are"
    " furthest apart."
)
SHAPLEY = (
    "Exact Shapley values for trees and linear models, of a random sample of the newest"
    " snapshot's customers, in log odds, or in probability where the model averages votes."
    " Their packed values stand in shap_column as float32; the rows are their mean sizes."
)
PAGE = Page(
    path="/models",
    title="Models · Clientele",
    name="Models",
    group="Evidence",
    order=10,
    icon="bullseye",
    lead="How well each question about a customer is answered, beside rules without a model.",
)
OF_TASK: dict[str, Any] = {"reads": {"task": task_from}}


def task_of(run: PublishedRun, _filters: Filters, *, task: str | None, **_choices: Any) -> Told:
    """Give all that is known of the task that the address names."""
    return known.told(run, task)


def compared_of(
    run: PublishedRun,
    _filters: Filters,
    *,
    task: str | None,
    first: str | None,
    second: str | None,
) -> pd.DataFrame:
    """Give what the two models chosen answered for every customer of the test."""
    return known.compared(run, task, first, second)


def names_of(
    run: PublishedRun,
    _filters: Filters,
    *,
    task: str | None,
    first: str | None,
    second: str | None,
) -> Seen:
    """Give what the two models chosen are called."""
    return known.names_of(known.told(run, task), first or "", second or "")


def probability_of(
    run: PublishedRun, _filters: Filters, *, task: str | None, **_choices: Any
) -> str:
    """Say of what the probabilities of the task are."""
    return known.probability_of(known.told(run, task))


def columns_of(
    run: PublishedRun, _filters: Filters, *, task: str | None, **_choices: Any
) -> list[Shapley]:
    """Give the Shapley values of the task."""
    return remember(run, queries.shapley, queries.task_named(run, task))


def disagreements(
    _rows: pd.DataFrame, scope: Scope, *, compared: pd.DataFrame, names: Seen, of: str
) -> Panel:
    """List the customers on whom two models disagree most."""
    rows = tables.most_different(compared, MOST_DIFFERENT)
    return Panel(tables.difference_table(rows, titles=names, of=of, dataset=scope.dataset))


def table(_rows: pd.DataFrame, scope: Scope, *, task: Told) -> Panel:
    """Write the models side by side."""
    return Panel(tables.score_table(task, sort=scope.choices.get("sort") or ""))


def _offered(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "value": value} for value, label in values.items()]


def _metrics() -> dict[str, str]:
    return {metric: MEASURES[metric].title for metric in figures.METRICS}


def _control(name: str, place: str, label: str, offered: dict[str, str], first: str) -> Control:
    return Control(name, place, choice(place, label, _offered(offered), first))


TABLE = PAGE.panel(
    "models-table",
    query=queries.scores,
    draw=table,
    knowing={"task": task_of},
    source="published_model",
    measures=figures.METRICS,
    note=ON_TEST,
    title="Models side by side, simple rules below",
    columns=12,
    controls=(
        _control(
            "sort", "models-sort", "Sort by",
            {"order": "order of training", **_metrics()}, "order",
        ),
    ),
    **OF_TASK,
)  # fmt: skip
SCORES = PAGE.chart(
    "models-scores",
    query=queries.scores,
    draw=drawings.scores,
    source="published_model",
    measures=figures.METRICS,
    note=ON_TEST,
    subject="On the test, with where the next one is expected; hatched bars are rules",
    height=380,
    controls=(_control("metric", METRIC, "Metric", _metrics(), "roc_auc"),),
    **OF_TASK,
)
CURVES = PAGE.chart(
    "models-curves",
    query=queries.curves,
    draw=drawings.curves,
    knowing={"task": task_of},
    source="published_curve",
    measures=("roc_auc", "average_precision", "ece", "lift_at_10"),
    note="Where classes are many, each customer and class is one case: in the class or not.",
    subject="On the test, curves over each other",
    height=380,
    controls=(
        _control("curve", "models-curve", "Curve", figures.CURVES, "roc"),
        _control(
            "models", "models-shown", "Models shown",
            {"few": "Chosen and rivals", "all": "All"}, "few",
        ),
    ),
    **OF_TASK,
)  # fmt: skip


def _confusion(card: str, model: str, place: str) -> Any:
    return PAGE.chart(
        card,
        query=queries.confusion,
        draw=drawings.confusion,
        knowing={"task": task_of},
        source="published_confusion",
        measures=("accuracy",),
        subject=f"{place}: confusion matrix",
        height=340,
        controls=(Control("model", model), Control("unit", UNIT)),
        **OF_TASK,
    )


FIRST_CONFUSION = _confusion("models-first-confusion", FIRST, "First")
SECOND_CONFUSION = _confusion("models-second-confusion", SECOND, "Second")


def _classes(card: str, model: str, place: str) -> Any:
    return PAGE.panel(
        card,
        query=queries.by_class,
        draw=by_class,
        knowing={"task": task_of},
        source="published_confusion",
        note="Precision: of those put into a class, how many are of it. Recall: of those of a"
        " class, how many are found. F1 is their harmonic mean.",
        title=f"{place}: each class",
        controls=(Control("model", model),),
        **OF_TASK,
    )


FIRST_CLASSES = _classes("models-first-classes", FIRST, "First")
SECOND_CLASSES = _classes("models-second-classes", SECOND, "Second")
OF_TWO: dict[str, Any] = {
    "query": queries.tested,
    "source": "test_outcome",
    "note": PACKED,
    "controls": (Control("first", FIRST), Control("second", SECOND)),
    **OF_TASK,
}
TWO = {"compared": compared_of, "names": names_of}
AGREEMENT = PAGE.chart(
    "models-agreement",
    draw=drawings.agreement,
    knowing=TWO,
    measures=("accuracy",),
    subject="Whom both got right, one of them, neither",
    height=380,
    **OF_TWO,
)
PLANE = PAGE.chart(
    "models-plane",
    draw=drawings.plane,
    knowing={**TWO, "of": probability_of},
    subject="Probability against probability; click a customer to see more",
    height=380,
    click="customer",
    **OF_TWO,
)
DIFFERENT = PAGE.panel(
    "models-different",
    draw=disagreements,
    knowing={**TWO, "of": probability_of},
    title="Where the two disagree most",
    columns=12,
    **OF_TWO,
)
TRIALS = PAGE.chart(
    "models-trials",
    query=queries.trials,
    draw=drawings.trials,
    knowing={"task": task_of},
    source="published_trial",
    measures=("log_loss",),
    note="Optuna's tree-structured Parzen estimator proposes settings; a trial that falls"
    " behind after some folds is stopped early.",
    subject="Loss by trial, lines the best so far, thin crosses stopped early",
    height=380,
    **OF_TASK,
)
SETTINGS = PAGE.chart(
    "models-settings",
    query=queries.importances,
    draw=drawings.settings,
    knowing={"task": task_of},
    source="tuning_importance",
    note="Share of the loss's variance over the trials that a setting explains (fANOVA).",
    subject="What the loss depends on",
    height=380,
    **OF_TASK,
)
TIMES = PAGE.chart(
    "models-times",
    query=queries.models,
    draw=drawings.times,
    source="model_result",
    measures=("cpu_seconds",),
    subject="Processor time of tuning and fitting",
    columns=12,
    **OF_TASK,
)
DRIVERS = PAGE.chart(
    "models-drivers",
    query=queries.drivers,
    draw=drawings.drivers,
    source="published_driver",
    measures=("permutation_importance",),
    subject="Permutation importance on the test",
    height=420,
    **OF_TASK,
)
SHAP = PAGE.chart(
    "models-shap",
    query=queries.shap_sizes,
    draw=drawings.shap,
    knowing={"columns": columns_of},
    source="shap_column",
    measures=("shapley",),
    note=SHAPLEY,
    subject="Shapley values of a sample of customers",
    height=420,
    controls=(
        _control(
            "kind", "models-shap-kind", "Drawn as",
            {"swarm": "Customer by customer", "bar": "Mean size"}, "swarm",
        ),
    ),
    **OF_TASK,
)  # fmt: skip
DEPENDENCE = PAGE.chart(
    "models-dependence",
    query=queries.shap_sizes,
    draw=drawings.dependence,
    knowing={"columns": columns_of},
    source="shap_column",
    measures=("shapley",),
    note=SHAPLEY,
    subject="Shapley value by value of one feature",
    height=360,
    controls=(Control("feature", FEATURE, choice(FEATURE, "Feature", [])),),
    **OF_TASK,
)
WINDOWS = PAGE.chart(
    "models-windows",
    query=queries.windows,
    draw=drawings.windows,
    source="published_window",
    note="Every window that had closed by the training is forecast by what was known on its"
    " day, trained on windows closed before it alone. Ranges come from what the level's rule"
    " missed in windows closed by then. The last mark is the day that is served.",
    subject="Expected share of the outcome in each window, and what came",
    height=380,
    **OF_TASK,
)
CALIBRATIONS = PAGE.chart(
    "models-calibrations",
    query=queries.calibrations,
    draw=drawings.calibrations,
    source="published_calibration",
    measures=("ece",),
    note="Of the newest window that had closed by the training, which no model had seen; groups"
    " are those of its day.",
    subject="What was expected of groups of customers, and what came",
    height=380,
    controls=(_control("by", "models-calibrations-by", "By", queries.GROUPED_BY, "segment"),),
    **OF_TASK,
)
CHECKS = PAGE.chart(
    "models-checks",
    query=queries.checks,
    draw=drawings.checks,
    source="prediction_check",
    measures=("roc_auc", "brier", "ece"),
    note="Each later refresh compares what earlier runs predicted with what then happened, once"
    " the days they spoke of have passed.",
    subject="Earlier predictions against what then happened",
    height=360,
    **OF_TASK,
)
