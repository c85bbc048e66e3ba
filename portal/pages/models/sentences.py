"""What came out of a task of prediction, in words."""

import json
from typing import Any, NamedTuple

import pandas as pd

from portal.pages.models.marks import within
from portal.reading.rows import each_row, highest
from portal.words import praise, wording
from portal.words.measures import MEASURES
from portal.words.scores import score, score_interval
from portal.words.titles import GIVEN_OUTCOME

WHOM = {
    "churn": "leavers",
    "activity_drop": "customers whose activity drops",
    "high_value": "high-value customers",
}
ROLES = {
    "second": "the next best model",
    "naive": "the best naive rival",
    "customer_base": "the model of recency, frequency and age",
}
REPLICATION = (
    "The classes come from the clustering and the inputs are those of the clustering: accuracy"
    " then measures how well the clusters are reproduced, nothing more."
)


class Told(NamedTuple):
    """All that is known of one task: its row, its models, their scores, the paired tests."""

    name: str
    task: dict[str, Any] | None
    models: pd.DataFrame
    scores: pd.DataFrame
    paired: pd.DataFrame

    def value(self, column: str) -> Any:
        """Give a column of the task's row; `None` where that is not known."""
        value = self.task.get(column) if self.task else None
        return None if value is None or pd.isna(value) else value

    def score_of(self, model: str, metric: str) -> tuple[Any, Any, Any]:
        """Give a score with the ends of its interval."""
        rows = self.scores[(self.scores["model"] == model) & (self.scores["metric"] == metric)]
        if rows.empty:
            return None, None, None
        row = rows.iloc[0]
        return row["value"], row["low"], row["high"]

    @property
    def refused(self) -> bool:
        """Whether the task was refused for thin data."""
        return self.value("status") == "refused"

    @property
    def chosen(self) -> str:
        """The model that serves."""
        return str(self.value("chosen") or "")

    @property
    def is_rule(self) -> bool:
        """Whether a rule without a model serves."""
        rows = self.models[self.models["model"] == self.chosen]
        return bool(rows["baseline"].any())

    @property
    def titles(self) -> dict[str, str]:
        """What models and rivals are called, in the order shown."""
        return dict(
            zip(self.models["model"].astype(str), self.models["title"].astype(str), strict=True)
        )

    @property
    def classes(self) -> list[str]:
        """Names of the classes, in the order of their places."""
        return [str(class_name) for class_name in json.loads(self.value("classes") or "[]")]

    @property
    def metric(self) -> str:
        """The metric of the headline: of the paired tests, or what suits the classes."""
        if len(self.paired):
            return str(self.paired["metric"].iloc[0])
        return "roc_auc" if self.value("positive") else "accuracy"

    @property
    def is_given(self) -> bool:
        """Whether the source gives the outcome in a column."""
        return self.name.partition(":")[0] == GIVEN_OUTCOME

    @property
    def note(self) -> str:
        """What to mind beyond the warning that the run itself gave."""
        return REPLICATION if self.name == "segment_replication" else ""


def headline(task: Told) -> str:
    """Say how well the chosen model does beside the best naive rival."""
    value, low, high = task.score_of(task.chosen, task.metric)
    title = task.titles.get(task.chosen, task.chosen)
    if value is None:
        return f"{title} serves this task"
    naive = task.paired[task.paired["role"] == "naive"]
    ends = score_interval(low, high, task.metric)
    if task.value("positive"):
        whom = WHOM.get(task.name) or _whom(task)
        name = MEASURES[task.metric].title
        sentence = f"{title} ranks {whom} with {name} {score(value, task.metric)} ({ends})"
    else:
        share, least, most = (wording.percent(accuracy, 1) for accuracy in (value, low, high))
        of = f"class of {within(_title(task))}" if task.is_given else "segment"
        sentence = f"{title} puts {share} of customers into the right {of} ({least} to {most})"
    return sentence if naive.empty else f"{sentence}, {lead(naive.iloc[0], task.metric)}"


def _whom(task: Told) -> str:
    """Say who is ranked first of an outcome that the source gives."""
    return f"customers whose {within(_title(task))} is “{task.value('positive')}”"


def _title(task: Told) -> str:
    return str(task.value("title"))


def lead(row: Any, metric: str) -> str:
    """Say by how much the chosen model is better than a rival, and whether that is sure."""
    rival = within(str(row["title"]))
    if is_nothing(row["difference"], metric):
        return f"no better and no worse than {rival}"
    by = difference(abs(row["difference"]), metric)
    comparison = f"{by} {'better' if row['difference'] > 0 else 'worse'} than {rival}"
    is_sure = praise.is_sure(row["low"], row["high"], row.get("p_value"))
    return comparison if is_sure else f"{comparison}, which may be chance"


def paired_said(task: Told) -> list[str]:
    """Say of each rival how the paired test came out."""
    sentences = []
    for row in each_row(task.paired):
        role = ROLES.get(row.role, row.role)
        name = within(str(row.title))
        rival = role if row.role == "customer_base" else f"{role}, {name}"
        ends = wording.interval(signed(row.low, task.metric), signed(row.high, task.metric))
        metric = within(MEASURES[row.metric].title)
        chance = "< 0.001" if row.p_value < 0.001 else f"{row.p_value:.3f}"
        sentences.append(
            f"Against {rival}: {metric} {signed(row.difference, task.metric)}"
            f" ({ends}, p = {chance}), {_sure(row, task.metric)}.".replace("p = <", "p <")
        )
    return sentences


def _sure(row: Any, metric: str) -> str:
    """Say whether a difference is sure, and whether it is one."""
    if is_nothing(row.difference, metric):
        return "no difference to speak of"
    if not praise.is_sure(row.low, row.high, row.p_value):
        return "no sure difference"
    return "a sure lead" if row.low > 0 else "a sure lag"


def is_nothing(value: float, metric: str) -> bool:
    """Tell whether a difference is written as nothing."""
    return difference(abs(value), metric) == difference(0, metric)


def facts(task: Told) -> list[tuple[str, str]]:
    """List the figures that a reader asks for next."""
    figures = [
        ("Trained on", wording.count(task.value("rows_train"), "row")),
        ("Tested on", wording.count(task.value("rows_test"), "customer")),
    ]
    train, test = task.value("base_rate_train"), task.value("base_rate_test")
    if test is not None:
        figures.append(
            (
                f"Share of “{task.value('positive')}”",
                f"{wording.percent(train)} trained on, {wording.percent(test)} in the test",
            )
        )
    lift, low, high = task.score_of(task.chosen, "lift_at_10")
    if lift is not None and test is not None:
        ends = score_interval(low, high, "lift_at_10")
        lift_text = (
            f"{score(lift, 'lift_at_10')} ({ends}): {_lift_words(task, low, float(test))}"
        )
        figures.append(("Lift at 10 %", lift_text))
    if task.value("ece_before") is not None:
        figures.append(("Calibration error", _calibration(task)))
    if task.value("nested_value") is not None:
        metric = str(task.value("nested_metric"))
        ends = score_interval(task.value("nested_low"), task.value("nested_high"), metric)
        figures.append(
            (
                "Repeated nested cross-validation",
                f"{MEASURES[metric].title} {score(task.value('nested_value'), metric)}"
                f" ({ends}), tuned anew in every fold of the training rows; the score above is"
                " that of the test",
            )
        )
    decided = str(task.value("chosen_by") or "")
    if decided in MEASURES:
        where = "on inner folds" if task.value("windows") is None else "over windows"
        figures.append(("Decided by", f"{MEASURES[decided].title} {where}"))
    return figures


def _lift_words(task: Told, low: float | None, base_rate: float) -> str:
    """Say how good the lift is; no praise where a naive rule does as well within chance."""
    rules = task.scores[(task.scores["metric"] == "lift_at_10") & task.scores["baseline"]]
    rules = rules.dropna(subset=["value"])
    if low is None or pd.isna(low):
        return "how good it is is not known"
    if len(rules) and float(rules["value"].max()) >= low:
        best = highest(rules, "value")
        name, has = within(str(best["title"])), score(best["value"], "lift_at_10")
        return f"no better for sure than {name}, which has {has}"
    return praise.lift(float(low), base_rate)


def _calibration(task: Told) -> str:
    """Write the calibration error before and after; where it rose, why that can be."""
    before, after = task.value("ece_before"), task.value("ece_after")
    sentence = (
        f"{wording.number(before, 3)} before recalibration, {wording.number(after, 3)} after"
    )
    if after is None or after <= before:
        return sentence
    return f"{sentence}: it was learnt in training and did not carry over to the test"


def difference(value: float, metric: str) -> str:
    """Write a difference of scores: 0.018, or for accuracy 2.9 points."""
    if metric == "accuracy":
        return f"{wording.number(100 * value, 1)} points"
    return wording.number(value, 3)


def signed(value: float, metric: str) -> str:
    """Write a difference of scores with its sign."""
    sign = wording.MINUS if value < 0 else "+"
    return f"{sign}{difference(abs(value), metric)}"
