"""What is shown of a forecast outcome: scores of the newest closed window, and the task."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.features.days import day_of
from pipeline.learning import evaluation, rivals, rows
from pipeline.learning.backtesting import backtest
from pipeline.learning.backtesting.backtest import Forecast, expected_next
from pipeline.learning.backtesting.choosing import Choice
from pipeline.learning.backtesting.forecast_words import design
from pipeline.learning.backtesting.rankings import BLEND, CUSTOMER_BASE, RULES, TITLES
from pipeline.learning.backtesting.today import level_fields
from pipeline.learning.candidates import FAMILIES
from pipeline.learning.evaluation import measured
from pipeline.learning.examples import Examples
from pipeline.learning.rows import Shown
from pipeline.learning.tasks import Rolling
from pipeline.learning.training import Tuned
from pipeline.scoring.calibration import Calibration

SILENCE = "silence_rule"
LEAST_TRAINED = 4
"""Windows whose forecast was trained on earlier ones that are enough to tell how they vary."""
UNBOUNDED = float("inf")
OF_ANY_SIZE = frozenset({"log_loss", "lift_at_10"})


class TunedFamily(NamedTuple):
    """A family as it was tuned, its calibration and its loss on rows that it had not seen."""

    tuned: Tuned
    calibration: Calibration
    selection: float
    seconds: float


class Evidence(NamedTuple):
    """Everything that was forecast of a task.

    Attributes
    ----------
    rolling, choice
        The task, and which model serves.
    tuned
        Families by name.
    over
        Forecasts of every closed window by name, oldest first.
    train
        What was learned from for the newest closed window; `None` where nothing was.
    test, tested
        Its customers, `None` where no window has closed, and every model's answers for them.
    """

    rolling: Rolling
    choice: Choice
    tuned: Mapping[str, TunedFamily]
    over: Sequence[Mapping[str, Forecast]]
    train: Examples | None
    test: Examples | None
    tested: Mapping[str, np.ndarray]

    def frames(self, weights: np.ndarray | None) -> dict[str, pd.DataFrame]:
        """Give the rows of every table; `weights` are resamples of the tested customers."""
        task, test, tested = self.rolling.task, self.test, self.tested
        frames = {"models": rows.models(task.name, self._shown(), self.choice.name)}
        if test is None or weights is None:
            return frames
        scores = {
            key: measured(probabilities, test.labels, weights)
            for key, probabilities in tested.items()
        }
        rules = [name for name in tested if is_rule(name)]
        return frames | {
            "scores": rows.scores(
                task.name,
                scores,
                rules=set(rules),
                chosen=self.choice.name,
                ends=self._next_window(),
            ),
            "paired": rows.paired(
                task.name,
                scores,
                chosen=self.choice.name,
                second=self._second(scores),
                rules=rules,
                customer_base=CUSTOMER_BASE if CUSTOMER_BASE in tested else None,
            ),
            "confusions": rows.of_each(
                task.name, tested, lambda p: evaluation.confusion(p, test.labels, task.classes)
            ),
            "curves": rows.of_each(
                task.name, tested, lambda p: evaluation.curves(p, test.labels)
            ),
            "outcomes": rows.outcomes(task, test, tested),
        }

    def _next_window(self) -> rows.MakesEnds:
        """Give the range of a score on the next window.

        A model that was not followed over the windows is taken to vary as the chosen one did.
        """
        by_window = self._by_window()

        def ends(model: str, metric: str, values: np.ndarray) -> rows.Ends:
            mine = by_window.get(model) or by_window.get(self.choice.name, {})
            window_scores = list(mine.get(metric, []))
            if model not in by_window and window_scores:
                moved = float(values[0]) - window_scores[-1]
                window_scores = [score + moved for score in window_scores]
            drawn = values[1:][np.isfinite(values[1:])]
            return expected_next(
                window_scores or [float(values[0])],
                float(values[0]),
                float(drawn.std()) if len(drawn) else 0.0,
                most=UNBOUNDED if metric in OF_ANY_SIZE else 1.0,
            )

        return ends

    def _by_window(self) -> dict[str, dict[str, list[float]]]:
        """Give each model's scores over the windows, oldest first.

        Of windows for which something was learned from earlier ones, where there are enough:
        what stood in before they had closed knew less.
        """
        scores_by_model: dict[str, dict[str, list[float]]] = {}
        pairs = list(zip(self.rolling.windows, self.over, strict=True))
        trained = [
            pair for pair in pairs if any(forecast.is_trained for forecast in pair[1].values())
        ]
        for window, forecasts in trained if len(trained) >= LEAST_TRAINED else pairs:
            for name, forecast in forecasts.items():
                for metric, value in backtest.metrics_of(
                    forecast.probabilities, window.labels
                ).items():
                    scores_by_model.setdefault(name, {}).setdefault(metric, []).append(value)
        return scores_by_model

    def _second(self, scores: Mapping[str, Mapping[str, np.ndarray]]) -> str | None:
        """Name the model that came second where models were chosen, else on the test."""
        candidates = [
            name for name in self.tested if not is_rule(name) and name != self.choice.name
        ]
        compared = [name for name in candidates if name in self.choice.means]
        if compared:
            return min(compared, key=lambda name: self.choice.means[name])
        return min(
            candidates, key=lambda name: float(scores[name]["log_loss"][0]), default=None
        )

    def _shown(self) -> list[Shown]:
        models = []
        for name in dict.fromkeys([*self.tested, self.choice.name]):
            title, meaning = self._told(name)
            family = self.tuned.get(name)
            learns = not is_rule(name) and name != CUSTOMER_BASE and self.train is not None
            models.append(
                Shown(
                    name,
                    title,
                    meaning,
                    is_rule(name),
                    selection=self.choice.means.get(name),
                    rows=len(self.train.labels) if learns and self.train else None,
                    seconds=family.seconds if family else None,
                    params=family.tuned.params if family else self._params(name),
                )
            )
        return models

    def _params(self, name: str) -> dict[str, Any]:
        base = self.rolling.base
        if name == CUSTOMER_BASE and base is not None:
            return dict(zip(base.names, base.values, strict=True))
        return {}

    def _told(self, name: str) -> tuple[str, str]:
        """Give a model's title and what it does."""
        base = self.rolling.base
        if name == CUSTOMER_BASE and base is not None:
            title, meaning = TITLES[name]
            return title, meaning.replace("MBG/NBD", base.title)
        if name == BLEND and not self.rolling.tells_silence:
            return (
                TITLES[BLEND][0],
                "averages the log odds of logistic regression and XGBoost, at fixed settings",
            )
        if name in TITLES:
            return TITLES[name]
        if name in FAMILIES:
            return FAMILIES[name].title, FAMILIES[name].meaning
        if name == SILENCE and self.train is not None and self.test is not None:
            silent = rivals.silence_rule(self.train, self.test)
            if silent is not None:
                return silent.title, silent.meaning
        return RULES[name]

    def row(self, place: int, today: Forecast) -> dict[str, Any]:
        """Give the task's row, but for its seconds."""
        rolling, timeline = self.rolling, self.rolling.timeline
        task, days, test = rolling.task, timeline.days(), self.test
        before = [
            window
            for window in timeline.closed
            if test is not None and window.outlook.day + timeline.horizon_days <= days[-1]
        ]
        mine = self.tested.get(self.choice.name)
        once = None if test is None or mine is None else rows.once(test.labels)
        scores = (
            {}
            if test is None or mine is None or once is None
            else measured(mine, test.labels, once)
        )
        return {
            "task": task.name,
            "position": place,
            "title": task.title,
            "question": task.question,
            "status": "done",
            "message": rolling.why_no_ranking,
            "classes": json.dumps(task.classes, ensure_ascii=False),
            "positive": task.classes[1],
            "features": json.dumps([feature.name for feature in rolling.features]),
            "horizon_days": timeline.horizon_days,
            "design": design(rolling),
            "train_days": json.dumps([str(day_of(window.outlook.day)) for window in before]),
            "test_day": None if test is None else day_of(days[-1]),
            "rows_train": 0 if self.train is None else len(self.train.labels),
            "rows_test": None if test is None else len(test.labels),
            "base_rate_train": before[-1].rate if before else None,
            "base_rate_test": None if test is None else timeline.closed[-1].rate,
            "chosen": self.choice.name,
            "chosen_by": "log_loss",
            "reason": self.choice.reason,
            "ece_after": float(scores["ece"][0]) if scores else None,
            "lift_words": rows.lift(scores, test.labels) if test is not None else None,
            "windows": len(days),
            **level_fields(rolling, today.level),
        }


def is_rule(name: str) -> bool:
    """Tell whether a name is a rule's and no model's."""
    return name in RULES or name == SILENCE
