"""Outcomes of orders: candidates compared over windows, the newest one tested once.

Which model serves is decided by the log loss of the back-test on every closed window but the
newest. The blend serves unless another candidate, or a rule, was clearly better there; the
newest window is looked at once, by all of them.
"""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from pipeline.features.days import day_of
from pipeline.learning import backtest, evaluation, rivals, rows
from pipeline.learning.backtest import Forecast, expected_next, forecast, trained_before
from pipeline.learning.calibrations import Tested
from pipeline.learning.candidates import FAMILIES
from pipeline.learning.done import Done, Evaluated, stacked
from pipeline.learning.evaluation import measured
from pipeline.learning.examples import Examples, sample
from pipeline.learning.folds import inner_folds
from pipeline.learning.levels import CLOSED, SEASON, YEAR_AGO, Level
from pipeline.learning.rankings import (
    ALONE,
    BLEND,
    CONSTANT,
    CUSTOMER_BASE,
    GROWN,
    LINEAR,
    TITLES,
    Ranking,
    alone_ranking,
    blend_ranking,
    constant_ranking,
    customer_base_ranking,
    family_ranking,
)
from pipeline.learning.rows import Shown
from pipeline.learning.tasks import Rolling
from pipeline.learning.training import (
    IMPORTANCE_COLUMNS,
    TRIAL_COLUMNS,
    Tuned,
    losses,
    out_of_fold,
    prepare_folds,
    tune,
)
from pipeline.quality.findings import Finding
from pipeline.run.progress import Progress
from pipeline.run.threads import mapped
from pipeline.scoring.calibration import EDGE, Calibration, calibrate
from pipeline.scoring.customer_base import QUIET
from pipeline.scoring.reference import reference
from pipeline.scoring.served import Served, decided
from pipeline.settings import ModelSettings
from pipeline.wording import percent

SILENCE = "silence_rule"
LEAST_WINDOWS = 3
"""Windows of the back-test on which another model must be better for it to serve."""
LEAST_TRAINED = 4
"""Windows whose forecast was trained on earlier ones that are enough to tell how they vary."""
UNBOUNDED = float("inf")


class _Family(NamedTuple):
    """A family as it was tuned, its calibration and its loss on rows that it had not seen."""

    tuned: Tuned
    calibration: Calibration
    selection: float
    seconds: float


class _Choice(NamedTuple):
    """Which model serves, why, and the mean log losses by which it was chosen."""

    name: str
    reason: str
    means: Mapping[str, float]


def forecasted(
    rolling: Rolling,
    place: int,
    settings: ModelSettings,
    *,
    seed: int,
    progress: Progress,
    workers: int = 1,
) -> Done:
    """Compare candidates over windows, choose, test once, refit on all windows and serve."""
    return _Work(rolling, settings, seed, progress, workers).done(place)


class _Work(NamedTuple):
    """A task at work."""

    rolling: Rolling
    settings: ModelSettings
    seed: int
    progress: Progress
    workers: int

    def done(self, place: int) -> Done:
        """Do all of it."""
        began = time.process_time()
        rolling, last = self.rolling, len(self.rolling.windows) - 1
        tuned = self._tuned()
        best = min(tuned, key=lambda key: tuned[key].selection) if tuned else None
        over = self._over_windows(tuned, best)
        choice = self._choice(over, best)
        served, today, ranking = self._serving(choice.name, tuned)
        tested = self._tested(over, tuned) if last >= 0 else {}
        weights = self._weights() if last >= 0 else None
        test = self._test() if last >= 0 else None
        frames: dict[str, pd.DataFrame] = {
            "windows": self._windows(over, choice.name, today),
            "predictions": self._predictions(served, ranking, today),
            "trials": stacked([each.tuned.trials for each in tuned.values()], TRIAL_COLUMNS),
            "importances": stacked(
                [each.tuned.importances for each in tuned.values()], IMPORTANCE_COLUMNS
            ),
        }
        scores: dict[str, dict[str, np.ndarray]] = {}
        if test is not None and weights is not None:
            scores = {key: measured(each, test.labels, weights) for key, each in tested.items()}
            frames |= self._evidence(scores, tested, test, over, choice)
        frames["models"] = rows.models(
            rolling.task.name, self._shown(tuned, tested, choice), choice.name
        )
        frames["tasks"] = pd.DataFrame(
            [
                self._row(place, choice, today, test, scores)
                | {"seconds": round(time.process_time() - began, 4)}
            ]
        )
        evaluated = None
        if test is not None and rolling.is_ranked:
            evaluated = Evaluated(
                self._as_tested(choice.name, tuned, over),
                test,
                rolling.newest.features.assign(customer_id=rolling.newest.customers),
            )
        compared = None
        if test is not None and choice.name in tested:
            compared = Tested(
                rolling.task.name,
                choice.name,
                rolling.timeline.closed[-1].outlook.day,
                test.customers,
                tested[choice.name][:, 1],
                test.labels,
            )
        return Done(frames, served, evaluated, compared, self._findings(today))

    # What is compared

    def _tuned(self) -> dict[str, _Family]:
        """Tune every family on the windows that had closed by the newest closed one's day."""
        rolling, settings = self.rolling, self.settings
        train = self._train(len(rolling.windows) - 1) if rolling.is_ranked else None
        if train is None or np.bincount(train.labels).min() < settings.least_in_class:
            return {}
        folds = inner_folds(train.customers, train.labels, settings.folds, seed=self.seed)
        ready = prepare_folds(train, rolling.features, folds)

        def of(key: str) -> _Family:
            began = time.thread_time()
            family = FAMILIES[key]
            tuned = tune(
                family, ready, settings, study=f"models.{rolling.task.name}.{key}",
                trials=settings.trials, seed=self.seed,
            )  # fmt: skip
            unseen = out_of_fold(
                family, tuned.params, ready, outside=[outside for _, outside in folds],
                shape=(len(train.labels), 2), settings=settings, seed=self.seed,
            )  # fmt: skip
            calibration = calibrate(unseen, train.labels)
            loss = float(losses(calibration(unseen), train.labels).mean())
            return _Family(tuned, calibration, loss, time.thread_time() - began)

        found = mapped(
            of, settings.families, workers=self.workers, progress=self.progress,
            what=lambda key: f"{rolling.task.title}: {FAMILIES[key].title}",
        )  # fmt: skip
        return dict(zip(settings.families, found, strict=True))

    def _train(self, place: int | None) -> Examples | None:
        rolling = self.rolling
        return trained_before(
            rolling.windows, rolling.timeline, place, self.settings, seed=self.seed
        )

    def _ranking(
        self, name: str, train: Examples | None, tuned: Mapping[str, _Family]
    ) -> Ranking | None:
        """Fit a ranking by its name; `None` where it can't be."""
        rolling, features = self.rolling, self.rolling.features
        if name == CUSTOMER_BASE or (name == BLEND and train is None):
            return customer_base_ranking() if rolling.tells_silence else None
        if name == CONSTANT:
            return constant_ranking(train, features) if train else None
        if train is None:
            return None
        if name == BLEND:
            return blend_ranking(
                train, features, self.settings,
                with_base=rolling.tells_silence, seed=self.seed,
            )  # fmt: skip
        if name in ALONE:
            return alone_ranking(name, train, features, self.settings)
        return family_ranking(
            name, tuned[name].tuned.params, train, features, self.settings,
            calibration=tuned[name].calibration, seed=self.seed,
        )  # fmt: skip

    @property
    def _competing(self) -> tuple[str, ...]:
        """The candidates that every window is forecast by, but for single families."""
        blend = (BLEND,) if self.rolling.is_ranked else ()
        base = (CUSTOMER_BASE,) if self.rolling.tells_silence else ()
        return (*blend, *base, CONSTANT, *ALONE)

    def _over_windows(
        self, tuned: Mapping[str, _Family], best: str | None
    ) -> list[dict[str, Forecast]]:
        """Forecast every closed window by all that compete, oldest first."""
        names = [*self._competing, *([best] if best else [])]

        def of(place: int) -> dict[str, Forecast]:
            train = self._train(place) if self.rolling.is_ranked else None
            found: dict[str, Forecast] = {}
            for name in names:
                ranking = self._ranking(name, train, tuned)
                told = None if ranking is None else self._forecast(ranking, place, train)
                if told is not None:
                    found[name] = told
            return found

        return mapped(
            of, range(len(self.rolling.windows)), workers=self.workers, progress=self.progress,
            what=lambda place: (
                f"{self.rolling.task.title}: as of"
                f" {day_of(self.rolling.timeline.closed[place].outlook.day)}"
            ),
        )  # fmt: skip

    def _forecast(
        self, ranking: Ranking, place: int, train: Examples | None
    ) -> Forecast | None:
        window = self.rolling.windows[place]
        if ranking.features[0].name == QUIET and window.features[QUIET].isna().any():
            return None  # no customer-base model could be fitted to that day
        return forecast(
            ranking, window, self.rolling.timeline, place, is_trained=train is not None
        )

    def _choice(self, over: Sequence[Mapping[str, Forecast]], best: str | None) -> _Choice:
        """Choose by the mean log loss over all closed windows but the newest.

        Where the blend is a candidate, another takes its place only if it was better on three
        windows at least and by more than one standard error of the difference.
        """
        rolling = self.rolling
        usual = BLEND if rolling.is_ranked else CUSTOMER_BASE
        names = dict.fromkeys([usual, *self._competing, *([best] if best else [])])
        common = [
            (window, told)
            for window, told in zip(rolling.windows[:-1], over[:-1], strict=True)
            if all(name in told for name in names) and told[usual].is_trained
        ]
        loss = {
            name: np.array(
                [
                    backtest.metrics_of(told[name].probabilities, window.labels)["log_loss"]
                    for window, told in common
                ]
            )
            for name in names
        }
        means = {name: float(each.mean()) for name, each in loss.items() if len(each)}
        title = self._title(usual)
        if len(common) < LEAST_WINDOWS:
            few = f"{len(common)} window{'' if len(common) == 1 else 's'}"
            return _Choice(
                usual,
                f"{title} serves unless another model is clearly better on"
                f" {LEAST_WINDOWS} windows before the newest; {few} could be looked at."
                if rolling.is_ranked
                else f"{title} serves alone: {rolling.why_no_ranking}",
                means,
            )
        found = usual
        for name in names:
            lead = loss[usual] - loss[name]
            error = lead.std(ddof=1) / np.sqrt(len(lead))
            if lead.mean() > error and means[name] < means[found]:
                found = name
        second = min((each for each in names if each != found), key=lambda each: means[each])
        said = (
            f"{self._title(found)} had a mean log loss of {means[found]:.4f} on"
            f" {len(common)} windows before the newest, each trained on those closed before it;"
            f" {self._title(second)} {means[second]:.4f}."
        )
        if found == usual and means[second] < means[found]:
            said += " That lead lies within one standard error: the blend stays."
        if found == CONSTANT:
            said += " No ranking beat telling everyone the same, so everyone is told the same."
        return _Choice(found, f"{said} The newest window had no say in it.", means)

    def _title(self, name: str) -> str:
        if name in TITLES:
            return TITLES[name][0]
        if name in FAMILIES:
            return FAMILIES[name].title
        return RULES[name][0]

    # What serves

    def _serving(
        self, name: str, tuned: Mapping[str, _Family]
    ) -> tuple[Served, Forecast, Ranking]:
        """Fit the chosen ranking to all closed windows and bring it to today's level."""
        rolling = self.rolling
        train = self._train(None) if rolling.is_ranked else None
        ranking = self._ranking(name, train, tuned)
        if ranking is None:
            raise ValueError(f"{name} can't be fitted to all windows")
        today = forecast(
            ranking, rolling.newest, rolling.timeline, None, is_trained=train is not None
        )
        calibration = _moved(ranking.calibration, today.shift)
        learned = (train or rolling.newest).features
        served = Served(
            rolling.task.name,
            name,
            rolling.task.classes,
            ranking.features,
            ranking.model,
            calibration,
            reference(ranking.model, ranking.features, learned),
            rolling.base if any(each.name == QUIET for each in ranking.features) else None,
        )
        return served, today, ranking

    def _predictions(self, served: Served, ranking: Ranking, today: Forecast) -> pd.DataFrame:
        """Give every customer's probability and its range.

        The range is that of the level (its misses in the back-test) and of the blend's parts,
        whose log odds differ: twice the root of both squares.
        """
        newest = self.rolling.newest
        told = today.probabilities
        odds = logit(np.clip(told[:, 1], EDGE, 1 - EDGE))
        half = backtest.SURE * np.hypot(today.level.miss, ranking.disagreement(newest))
        return pd.DataFrame(
            {
                "task": served.task,
                "customer_id": newest.customers.astype(str),
                "predicted": np.asarray(served.classes, dtype=object)[decided(told)],
                "probability": told[:, 1].round(6),
                "low": expit(odds - half).round(6),
                "high": expit(odds + half).round(6),
                "known": False,
            }
        )

    def _windows(
        self, over: Sequence[Mapping[str, Forecast]], chosen: str, today: Forecast
    ) -> pd.DataFrame:
        """Give the rows of the chosen model, the customer-base model and the best rule."""
        rolling = self.rolling
        task, horizon = rolling.task.name, rolling.timeline.horizon_days
        rule = self._best_rule(over)
        names = dict.fromkeys(
            [
                chosen,
                *([CUSTOMER_BASE] if rolling.tells_silence else []),
                *([rule] if rule else []),
            ]
        )
        found = []
        for window, each, told in zip(
            rolling.windows, rolling.timeline.closed, over, strict=True
        ):
            found += [
                backtest.window_row(
                    task, name, is_rule=name in RULES, is_chosen=name == chosen,
                    day=each.outlook.day, horizon_days=horizon,
                    probabilities=told[name].probabilities, level=told[name].level,
                    labels=window.labels,
                )
                for name in names
                if name in told
            ]  # fmt: skip
        found.append(
            backtest.window_row(
                task, chosen, is_rule=chosen in RULES, is_chosen=True,
                day=rolling.timeline.now.day, horizon_days=horizon,
                probabilities=today.probabilities, level=today.level, labels=None,
            )
        )  # fmt: skip
        if rolling.tells_silence and chosen != CUSTOMER_BASE:
            base = forecast(
                customer_base_ranking(), rolling.newest, rolling.timeline, None,
                is_trained=False,
            )  # fmt: skip
            found.append(
                backtest.window_row(
                    task, CUSTOMER_BASE, is_rule=False, is_chosen=False,
                    day=rolling.timeline.now.day, horizon_days=horizon,
                    probabilities=base.probabilities, level=base.level, labels=None,
                )
            )  # fmt: skip
        return pd.DataFrame(found)

    def _best_rule(self, over: Sequence[Mapping[str, Forecast]]) -> str | None:
        """Name the rule with the least mean log loss on the windows before the newest."""
        losses_of: dict[str, list[float]] = {}
        pairs = list(zip(self.rolling.windows, over, strict=True))
        for window, told in pairs[:-1] or pairs:
            for name in RULES:
                if name in told:
                    found = backtest.metrics_of(told[name].probabilities, window.labels)
                    losses_of.setdefault(name, []).append(found["log_loss"])
        if not losses_of:
            there = [name for name in RULES for told in over if name in told]
            return there[0] if there else None
        return min(losses_of, key=lambda name: float(np.mean(losses_of[name])))

    # What is shown of the newest closed window

    def _test(self) -> Examples:
        window = self.rolling.windows[-1]
        return window.take(self._tested_rows())

    def _tested_rows(self) -> np.ndarray:
        labels = self.rolling.windows[-1].labels
        return sample(labels, self.settings.test_rows, seed=self.seed)

    def _weights(self) -> np.ndarray:
        count = len(self._tested_rows())
        return evaluation.resamples(count, self.settings.bootstraps, seed=self.seed)

    def _tested(
        self, over: Sequence[Mapping[str, Forecast]], tuned: Mapping[str, _Family]
    ) -> dict[str, np.ndarray]:
        """Give every model's and rule's answers for the newest closed window."""
        last = len(self.rolling.windows) - 1
        some = self._tested_rows()
        found = {name: told.probabilities[some] for name, told in over[last].items()}
        train = self._train(last) if self.rolling.is_ranked else None
        for name in tuned:
            if name not in found:
                ranking = self._ranking(name, train, tuned)
                told = None if ranking is None else self._forecast(ranking, last, train)
                if told is not None:
                    found[name] = told.probabilities[some]
        if train is not None:
            silent = rivals.silence_rule(train, self._test())
            if silent is not None:
                found[SILENCE] = silent.probabilities
        order = [BLEND, CUSTOMER_BASE, *tuned, *RULES, SILENCE]
        return {name: found[name] for name in order if name in found}

    def _evidence(
        self,
        scores: Mapping[str, Mapping[str, np.ndarray]],
        tested: Mapping[str, np.ndarray],
        test: Examples,
        over: Sequence[Mapping[str, Forecast]],
        choice: _Choice,
    ) -> dict[str, pd.DataFrame]:
        task = self.rolling.task
        by_window = self._by_window(over)

        def ends(model: str, metric: str, values: np.ndarray) -> rows.Ends:
            mine = by_window.get(model) or by_window.get(choice.name, {})
            known = list(mine.get(metric, []))
            if model not in by_window and known:
                moved = float(values[0]) - known[-1]
                known = [each + moved for each in known]
            drawn = values[1:][np.isfinite(values[1:])]
            sampling = float(drawn.std()) if len(drawn) else 0.0
            most = UNBOUNDED if metric in {"log_loss", "lift_at_10"} else 1.0
            return expected_next(
                known or [float(values[0])], float(values[0]), sampling, most=most
            )

        rules = [name for name in tested if name in RULES or name == SILENCE]
        others = [name for name in tested if name not in rules and name != choice.name]
        ranked = sorted(others, key=lambda name: float(scores[name]["log_loss"][0]))
        second = min(
            (name for name in others if name in choice.means),
            key=lambda name: choice.means[name],
            default=ranked[0] if ranked else None,
        )
        return {
            "scores": rows.scores(
                task.name, scores, rules=set(rules), chosen=choice.name, ends=ends
            ),
            "paired": rows.paired(
                task.name, scores, chosen=choice.name, second=second, rules=rules,
                customer_base=CUSTOMER_BASE if CUSTOMER_BASE in tested else None,
            ),
            "confusions": rows.of_each(
                task.name, tested, lambda p: evaluation.confusion(p, test.labels, task.classes)
            ),
            "curves": rows.of_each(
                task.name, tested, lambda p: evaluation.curves(p, test.labels)
            ),
            "outcomes": rows.outcomes(task, test, tested),
        }  # fmt: skip

    def _by_window(
        self, over: Sequence[Mapping[str, Forecast]]
    ) -> dict[str, dict[str, list[float]]]:
        """Give each model's scores over the windows, oldest first.

        Of windows for which something was learned from earlier ones, where there are enough:
        what stood in before they had closed knew less.
        """
        found: dict[str, dict[str, list[float]]] = {}
        pairs = list(zip(self.rolling.windows, over, strict=True))
        trained = [pair for pair in pairs if any(each.is_trained for each in pair[1].values())]
        for window, told in trained if len(trained) >= LEAST_TRAINED else pairs:
            for name, each in told.items():
                for metric, value in backtest.metrics_of(
                    each.probabilities, window.labels
                ).items():
                    found.setdefault(name, {}).setdefault(metric, []).append(value)
        return found

    def _as_tested(
        self,
        name: str,
        tuned: Mapping[str, _Family],
        over: Sequence[Mapping[str, Forecast]],
    ) -> Served:
        """Give the chosen model as it was tested, for what drives it."""
        last = len(self.rolling.windows) - 1
        ranking = self._ranking(name, self._train(last), tuned)
        if ranking is None:
            raise ValueError(f"{name} can't be fitted to the windows before the newest")
        return Served(
            self.rolling.task.name,
            name,
            self.rolling.task.classes,
            ranking.features,
            ranking.model,
            _moved(ranking.calibration, over[last][name].shift),
        )

    def _shown(
        self,
        tuned: Mapping[str, _Family],
        tested: Mapping[str, np.ndarray],
        choice: _Choice,
    ) -> list[Shown]:
        train = self._train(len(self.rolling.windows) - 1) if self.rolling.is_ranked else None
        count = None if train is None else len(train.labels)
        found = []
        for name in dict.fromkeys([*tested, choice.name]):
            is_rule = name in RULES or name == SILENCE
            title, meaning = self._told(name, train)
            family = tuned.get(name)
            params = (
                family.tuned.params
                if family
                else {key: dict(FAMILIES[key].defaults) for key in (LINEAR, GROWN)}
                if name == BLEND
                else self._base_params()
                if name == CUSTOMER_BASE
                else {}
            )
            found.append(
                Shown(
                    name, title, meaning, is_rule,
                    selection=choice.means.get(name),
                    rows=None if is_rule or name == CUSTOMER_BASE else count,
                    seconds=family.seconds if family else None,
                    params=params,
                )
            )  # fmt: skip
        return found

    def _base_params(self) -> dict[str, float]:
        base = self.rolling.base
        return dict(zip(base.names, base.values, strict=True)) if base else {}

    def _told(self, name: str, train: Examples | None) -> tuple[str, str]:
        if name == CUSTOMER_BASE and self.rolling.base:
            title, meaning = TITLES[name]
            return title, meaning.replace("MBG/NBD", self.rolling.base.title)
        if name in TITLES:
            return TITLES[name]
        if name in FAMILIES:
            return FAMILIES[name].title, FAMILIES[name].meaning
        if name == SILENCE and train is not None:
            silent = rivals.silence_rule(train, self._test())
            if silent is not None:
                return silent.title, silent.meaning
        return RULES[name]

    def _row(
        self,
        place: int,
        choice: _Choice,
        today: Forecast,
        test: Examples | None,
        scores: Mapping[str, Mapping[str, np.ndarray]],
    ) -> dict[str, Any]:
        rolling, timeline = self.rolling, self.rolling.timeline
        task, days = rolling.task, timeline.days()
        chosen = scores.get(choice.name, {})
        before = [
            each
            for each in timeline.closed
            if test is not None and each.outlook.day + timeline.horizon_days <= days[-1]
        ]
        train = self._train(len(days) - 1) if rolling.is_ranked and days else None
        return {
            "task": task.name,
            "position": place,
            "title": task.title,
            "question": task.question,
            "status": "done",
            "message": rolling.why_no_ranking,
            "classes": json.dumps(task.classes, ensure_ascii=False),
            "positive": task.classes[1],
            "features": json.dumps([each.name for each in rolling.features]),
            "horizon_days": timeline.horizon_days,
            "design": self._design(),
            "train_days": json.dumps([str(day_of(each.outlook.day)) for each in before]),
            "test_day": day_of(days[-1]) if test is not None else None,
            "rows_train": 0 if train is None else len(train.labels),
            "rows_test": None if test is None else len(test.labels),
            "rows_scored": len(rolling.newest.labels),
            "base_rate_train": before[-1].rate if before else None,
            "base_rate_test": timeline.closed[-1].rate if test is not None else None,
            "warning": None,
            "chosen": choice.name,
            "chosen_by": "back-test log loss",
            "reason": choice.reason,
            "ece_before": None,
            "ece_after": float(chosen["ece"][0]) if chosen else None,
            "lift_words": rows.lift(dict(chosen), test.labels)
            if chosen and test is not None
            else None,
            "level_rule": today.level.rule,
            "level_words": self._level_words(today.level),
            "level_miss": round(today.level.miss, 6),
            "expected_rate": round(today.level.rate, 6),
            "expected_low": round(today.level.low, 6),
            "expected_high": round(today.level.high, 6),
            "windows": len(days),
        }

    def _design(self) -> str:
        timeline = self.rolling.timeline
        days, horizon = timeline.days(), timeline.horizon_days
        if not self.rolling.is_ranked:
            return self.rolling.why_no_ranking
        count = f"{len(days)} window{'' if len(days) == 1 else 's'} of {horizon} days"
        return (
            f"Over {count} that have closed, from {day_of(days[0]):%-d %B %Y} to"
            f" {day_of(days[-1]):%-d %B %Y}, each forecast by what was known on its day and"
            " trained on the windows closed before it alone. Models were chosen on all but the"
            f" newest; that one, with what customers did until"
            f" {day_of(days[-1] + horizon):%-d %B %Y}, was tested once. What serves is fitted"
            " to all of them."
        )

    def _level_words(self, level: Level) -> str:
        timeline, task = self.rolling.timeline, self.rolling.task
        said = {
            SEASON: (
                "The level follows last year's season: in the same window a year ago orders"
                f" came {timeline.now.season or 1:.2f} times as fast as in the last year, and"
                " the customer-base model's horizon is stretched by that."
            ),
            YEAR_AGO: (
                "The level is the customer-base model's, moved by what it missed in the same"
                " window a year ago."
            ),
            CLOSED: (
                f"The level is the mean of {len(timeline.closed)} closed"
                f" window{'' if len(timeline.closed) == 1 else 's'} and of"
                + (
                    " the customer-base model, which knows who the customers are and counts as"
                    " two windows."
                    if timeline.knows_customers
                    else " what the model itself says, which counts as two windows."
                )
            ),
        }[level.rule]
        tried = (
            f" In {level.tried} closed windows"
            if level.tried > 1
            else " In one closed window"
            if level.tried
            else ""
        )
        missed = (
            f"{tried} that procedure's misses give a range from {percent(level.low)} to"
            f" {percent(level.high)} around {percent(level.rate)} “{task.classes[1]}”."
            if tried
            else f" No window has closed yet to try that: from {percent(level.low)} to"
            f" {percent(level.high)} around {percent(level.rate)} must be reckoned with."
        )
        return said + missed

    def _findings(self, today: Forecast) -> tuple[Finding, ...]:
        rolling = self.rolling
        if rolling.is_ranked:
            return ()
        return (
            Finding(
                "models",
                f"by_customer_base_{rolling.task.name}",
                f"{rolling.task.title} is told by the customer-base model alone",
                f"{rolling.why_no_ranking} {self._level_words(today.level)}",
                len(rolling.newest.labels),
            ),
        )


RULES = {
    CONSTANT: ("Majority class", "says of everyone what is most frequent"),
    "recency_alone": ("Recency alone", "looks at the days since the last order only"),
    "frequency_alone": ("Frequency alone", "looks at the number of orders only"),
    "monetary_alone": ("Spend alone", "looks at what was spent so far only"),
}
"""Rules that are forecast over windows, and can serve: title and meaning."""


def _moved(calibration: Calibration, shift: float) -> Calibration:
    """Put a shift of the log odds behind a calibration."""
    return calibration._replace(intercept=calibration.intercept + shift)
