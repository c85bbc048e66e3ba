"""Outcomes of orders: candidates compared over windows, the newest one tested once.

Which model serves is decided by the log loss of the back-test on every closed window but the
newest. The blend serves unless another candidate, or a rule, was clearly better there; the
newest window is looked at once, by all of them.
"""

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.features.days import day_of
from pipeline.learning import evaluation, rivals
from pipeline.learning.backtesting import backtest, choosing
from pipeline.learning.backtesting.backtest import Forecast, forecast, trained_before
from pipeline.learning.backtesting.forecast_evidence import SILENCE, Evidence, TunedFamily
from pipeline.learning.backtesting.forecast_words import findings
from pipeline.learning.backtesting.rankings import (
    ALONE,
    BLEND,
    CONSTANT,
    CUSTOMER_BASE,
    RULES,
    Ranking,
    alone_ranking,
    blend_ranking,
    constant_ranking,
    customer_base_ranking,
    family_ranking,
)
from pipeline.learning.backtesting.today import (
    base_of,
    predictions,
    shifted,
    window_rows,
)
from pipeline.learning.candidates import FAMILIES
from pipeline.learning.done import Done, Evaluated, stacked
from pipeline.learning.examples import Examples, sample
from pipeline.learning.folds import inner_folds
from pipeline.learning.monitoring.calibrations import Tested
from pipeline.learning.tasks import Rolling
from pipeline.learning.training import (
    IMPORTANCE_COLUMNS,
    TRIAL_COLUMNS,
    losses,
    out_of_fold,
    prepare_folds,
    tune,
)
from pipeline.run.progress import Progress
from pipeline.run.threads import mapped, spent
from pipeline.scoring.calibration import calibrate
from pipeline.scoring.customer_base import QUIET
from pipeline.scoring.reference import reference
from pipeline.scoring.served import Served
from pipeline.settings import ModelSettings


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
        began = spent()
        rolling, last = self.rolling, len(self.rolling.windows) - 1
        tuned = self._tuned()
        best = min(tuned, key=lambda key: tuned[key].selection) if tuned else None
        over = self._over_windows(tuned, best)
        chosen = choosing.choice(rolling, over, [*self._competing, *([best] if best else [])])
        served, today, ranking = self._serving(chosen.name, tuned)
        is_tested = last >= 0 and chosen.name in over[last]
        evidence = Evidence(
            rolling,
            chosen,
            tuned,
            over,
            train=self._train(last) if rolling.is_ranked and is_tested else None,
            test=self._test() if is_tested else None,
            tested=self._tested(over, tuned) if is_tested else {},
        )
        test, tested = evidence.test, evidence.tested
        frames = {
            "windows": self._windows(over, chosen.name, today),
            "predictions": predictions(served, ranking, today, rolling),
            "trials": stacked(
                [family.tuned.trials for family in tuned.values()], TRIAL_COLUMNS
            ),
            "importances": stacked(
                [family.tuned.importances for family in tuned.values()], IMPORTANCE_COLUMNS
            ),
            **evidence.frames(self._weights() if is_tested else None),
        }
        seconds = round(spent() - began, 4)
        frames["tasks"] = pd.DataFrame([evidence.row(place, today) | {"seconds": seconds}])
        evaluated = None
        if test is not None and rolling.is_ranked:
            evaluated = Evaluated(
                self._as_tested(chosen.name, tuned, over),
                test,
                rolling.newest.features.assign(customer_id=rolling.newest.customers),
            )
        compared = None
        if test is not None and chosen.name in tested:
            compared = Tested(
                rolling.task.name,
                chosen.name,
                rolling.timeline.closed[-1].outlook.day,
                test.customers,
                tested[chosen.name][:, 1],
                test.labels,
            )
        return Done(frames, served, evaluated, compared, findings(rolling, today.level))

    # What is compared

    def _tuned(self) -> dict[str, TunedFamily]:
        """Tune every family on the windows that had closed by the newest closed one's day."""
        rolling, settings = self.rolling, self.settings
        train = self._train(len(rolling.windows) - 1) if rolling.is_ranked else None
        if train is None or np.bincount(train.labels).min() < settings.least_in_class:
            return {}
        folds = inner_folds(train.customers, train.labels, settings.folds, seed=self.seed)
        ready = prepare_folds(train, rolling.features, folds)

        def of(key: str) -> TunedFamily:
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
            return TunedFamily(tuned, calibration, loss, time.thread_time() - began)

        families = mapped(
            of, settings.families, workers=self.workers, progress=self.progress,
            label=lambda key: f"{rolling.task.title}: {FAMILIES[key].title}",
        )  # fmt: skip
        return dict(zip(settings.families, families, strict=True))

    def _train(self, place: int | None) -> Examples | None:
        rolling = self.rolling
        return trained_before(
            rolling.windows, rolling.timeline, place, self.settings, seed=self.seed
        )

    def _ranking(
        self, name: str, train: Examples | None, tuned: Mapping[str, TunedFamily]
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
        self, tuned: Mapping[str, TunedFamily], best: str | None
    ) -> list[dict[str, Forecast]]:
        """Forecast every closed window by all that compete, oldest first."""
        names = [*self._competing, *([best] if best else [])]

        def of(place: int) -> dict[str, Forecast]:
            train = self._train(place) if self.rolling.is_ranked else None
            forecasts: dict[str, Forecast] = {}
            for name in names:
                ranking = self._ranking(name, train, tuned)
                window_forecast = (
                    None if ranking is None else self._forecast(ranking, place, train)
                )
                if window_forecast is not None:
                    forecasts[name] = window_forecast
            return forecasts

        return mapped(
            of, range(len(self.rolling.windows)), workers=self.workers, progress=self.progress,
            label=lambda place: (
                f"{self.rolling.task.title}: as of"
                f" {day_of(self.rolling.timeline.closed[place].outlook.day)}"
            ),
        )  # fmt: skip

    def _forecast(
        self,
        ranking: Ranking,
        place: int,
        train: Examples | None,
        some: np.ndarray | None = None,
    ) -> Forecast | None:
        """Forecast a window, or `some` of its customers; `None` where it can't be."""
        window = self.rolling.windows[place]
        window = window if some is None else window.take(some)
        if ranking.features[0].name == QUIET and window.features[QUIET].isna().any():
            return None  # no customer-base model could be fitted to that day
        return forecast(
            ranking, window, self.rolling.timeline, place, is_trained=train is not None
        )

    # What serves

    def _serving(
        self, name: str, tuned: Mapping[str, TunedFamily]
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
        learned = (train or rolling.newest).features
        served = Served(
            rolling.task.name,
            name,
            rolling.task.classes,
            ranking.features,
            ranking.model,
            shifted(ranking.calibration, today.shift),
            reference(ranking.model, ranking.features, learned),
            base_of(rolling, ranking),
            title=rolling.task.title,
            level_shift=today.shift,
        )
        return served, today, ranking

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
        rows = []
        for window, closed, forecasts in zip(
            rolling.windows, rolling.timeline.closed, over, strict=True
        ):
            rows += [
                backtest.window_row(
                    task, name, is_rule=name in RULES, is_chosen=name == chosen,
                    day=closed.outlook.day, horizon_days=horizon,
                    probabilities=forecasts[name].probabilities, level=forecasts[name].level,
                    labels=window.labels,
                )
                for name in names
                if name in forecasts
            ]  # fmt: skip
        return pd.DataFrame([*rows, *window_rows(rolling, chosen, today)])

    def _best_rule(self, over: Sequence[Mapping[str, Forecast]]) -> str | None:
        """Name the rule with the least mean log loss on the windows before the newest."""
        losses_of: dict[str, list[float]] = {}
        pairs = list(zip(self.rolling.windows, over, strict=True))
        for window, forecasts in pairs[:-1] or pairs:
            for name in RULES:
                if name in forecasts:
                    metrics = backtest.metrics_of(forecasts[name].probabilities, window.labels)
                    losses_of.setdefault(name, []).append(metrics["log_loss"])
        if not losses_of:
            rules = [name for name in RULES for forecasts in over if name in forecasts]
            return rules[0] if rules else None
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
        self, over: Sequence[Mapping[str, Forecast]], tuned: Mapping[str, TunedFamily]
    ) -> dict[str, np.ndarray]:
        """Give every model's and rule's answers for the newest closed window."""
        last = len(self.rolling.windows) - 1
        some = self._tested_rows()
        probabilities = {
            name: window_forecast.probabilities[some]
            for name, window_forecast in over[last].items()
        }
        train = self._train(last) if self.rolling.is_ranked else None
        for name in tuned:
            if name not in probabilities:
                ranking = self._ranking(name, train, tuned)
                window_forecast = (
                    None if ranking is None else self._forecast(ranking, last, train, some)
                )
                if window_forecast is not None:
                    probabilities[name] = window_forecast.probabilities
        if train is not None:
            silent = rivals.silence_rule(train, self._test())
            if silent is not None:
                probabilities[SILENCE] = silent.probabilities
        order = [BLEND, CUSTOMER_BASE, *tuned, *RULES, SILENCE]
        return {name: probabilities[name] for name in order if name in probabilities}

    def _as_tested(
        self,
        name: str,
        tuned: Mapping[str, TunedFamily],
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
            shifted(ranking.calibration, over[last][name].shift),
        )
