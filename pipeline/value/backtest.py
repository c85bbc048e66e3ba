"""The models of value tried on several hold-outs: what they foretold beside what came."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.settings import ValueSettings
from pipeline.value.customers import DAYS_PER_WEEK, Known
from pipeline.value.cuts import Cut, Span
from pipeline.value.groups import GROUPS, group_of, mean_by_group
from pipeline.value.history import Floats, Histories, Whole
from pipeline.value.lifetime import Revenue, Unforeseen, revenue
from pipeline.value.models import posterior as beliefs
from pipeline.value.models.family import Evidence, evidence_of, fit_all
from pipeline.value.models.gamma_gamma import FittedSpend, GammaGamma, Spend
from pipeline.value.models.order_model import Fitted, OrderModel
from pipeline.value.rules import RULES, by_rules
from pipeline.value.season import stretch_at

PRIOR = Unforeseen(0.3, 0.4, 0.5, 0.6)
"""Of no, 1 to 2, 3 to 6, 7 and more repeat orders, as measured on hold-outs of several shops;
no hold-out makes it smaller."""
FACTORS = (1.0, 1.5, 2.0)
"""By which hold-outs may raise it."""
MOST_ABOVE = 0.075
"""Share above the upper end beyond which an interval is too narrow, whatever its score."""
CHECK_DRAWS = 1_000
LEAST_EXPECTED = 0.01
"""A forecast of less than that share of the mean counts as so much when deviances are taken."""
LEAST_GAIN = 0.01
"""Scores nearer than that (as a share) are as good as each other: then the simpler stays."""
CENT = 0.005


class Backtest(NamedTuple):
    """One hold-out: the models as fitted at its cut, and what they and the rules foretold.

    Parameters
    ----------
    some : the customers on whom intervals are checked, places among all.
    stretch : of the season that came, where last year tells it.
    """

    cut: Cut
    fitted: dict[str, Fitted[OrderModel]]
    spend: FittedSpend
    rules: dict[str, Span]
    some: Whole
    stretch: float | None

    @property
    def weeks(self) -> float:
        """The length of the span that came, in weeks."""
        return self.cut.days / DAYS_PER_WEEK

    def foretold(self, key: str, *, season: bool = False) -> Span:
        """Give what a model or rule expected of each customer."""
        if key in self.rules:
            return self.rules[key]
        belief = self.fitted[key].model.posterior(self.cut.people.histories)
        weeks = self.weeks * ((self.stretch or 1.0) if season else 1.0)
        orders = beliefs.expected_orders(belief, weeks)
        return Span(orders, orders * self.spend.model.expected_spend(self.cut.people.spend))


class Scores(NamedTuple):
    """How an interval did in each group of repeat orders, an element each; NaN where empty."""

    coverage: Floats
    above: Floats
    winkler: Floats


def backtest(cut: Cut, settings: ValueSettings, *, seed: int) -> Backtest:
    """Fit everything to what was known at a cut."""
    people = cut.people
    rng = np.random.default_rng([seed, len(people.customers)])
    some = np.sort(rng.permutation(len(people.customers))[: settings.holdout_customers])
    return Backtest(
        cut=cut,
        fitted=fit_all(sample_of(people, settings, seed=seed), settings.models, seed=seed),
        spend=GammaGamma.fit(people.repeat_spend, seed=seed),
        rules=by_rules(
            cut.before, people, day=cut.day, days=cut.days, least=settings.horizon_days
        ),
        some=some,
        stretch=stretch_at(cut),
    )


def sample_of(people: Known, settings: ValueSettings, *, seed: int) -> Histories:
    """Give the customers to whom models are fitted: all, or so many at random."""
    number = len(people.customers)
    if number <= settings.fit_customers:
        return people.histories
    rng = np.random.default_rng([seed, number, settings.fit_customers])
    return people.histories.part(np.sort(rng.permutation(number)[: settings.fit_customers]))


def evidence(tests: Sequence[Backtest]) -> dict[str, Evidence]:
    """Give the mean log loss of each model over the hold-outs, by key."""
    evidence_by_model: dict[str, Evidence] = {}
    for key in tests[0].fitted if tests else ():
        by_test = [
            evidence_of(
                test.fitted[key].model.order_probability(test.cut.people.histories, test.weeks),
                test.cut.came.orders,
                test.cut.people.histories.x,
            )
            for test in tests
        ]
        evidence_by_model[key] = Evidence(
            *(float(np.mean(column)) for column in zip(*by_test, strict=True))
        )
    return evidence_by_model


def deviance(expected: Floats, came: Floats) -> float:
    """Give the mean Tweedie deviance (power 1.5) of revenue: 4 (√y − √μ)² / √μ.

    It is least for the right expectation, as squared errors are, yet not ruled by a few
    customers who spend a hundred times what others do.
    """
    floor = max(LEAST_EXPECTED * float(expected.mean()), CENT)
    root = np.sqrt(np.maximum(expected, floor))
    return float((4 * (np.sqrt(came) - root) ** 2 / root).mean())


def deviances(tests: Sequence[Backtest], key: str) -> dict[str, float]:
    """Give the mean deviance over the hold-outs, of a model and of the naive rules."""
    return {
        method: float(np.mean([_deviance_at(test, method) for test in tests]))
        for method in (key, *RULES)
    }


def _deviance_at(test: Backtest, key: str) -> float:
    return deviance(test.foretold(key).revenue, test.cut.came.revenue)


def better_rule(tests: Sequence[Backtest], key: str) -> str | None:
    """Name the naive rule that foretold revenue better than a model did, if any."""
    if not tests:
        return None
    deviance_by_method = deviances(tests, key)
    best = min(deviance_by_method, key=lambda method: deviance_by_method[method])
    return None if best == key else best


def follows_season(tests: Sequence[Backtest], key: str) -> bool:
    """Tell whether last year's season brought the orders of all nearer to what came.

    At least two hold-outs must know it, and it must bring more than a hundredth.
    """
    seasonal_tests = [test for test in tests if test.stretch is not None]
    if len(seasonal_tests) < 2:
        return False
    plain, seasonal = (
        np.mean(
            [
                abs(
                    _log_ratio(
                        test.cut.came.orders, test.foretold(key, season=is_seasonal).orders
                    )
                )
                for test in seasonal_tests
            ]
        )
        for is_seasonal in (False, True)
    )
    return bool(seasonal < plain - LEAST_GAIN)


def _log_ratio(came: Floats, expected: Floats) -> float:
    return float(np.log(max(came.sum(), 1.0) / max(expected.sum(), 1.0)))


def interval_at(
    test: Backtest,
    key: str,
    unforeseen: Unforeseen,
    settings: ValueSettings,
    *,
    seed: int,
    season: bool = False,
) -> Revenue:
    """Give a model's interval of what came after a cut, of the customers that are checked."""
    people = test.cut.people
    spend = Spend(people.spend.orders[test.some], people.spend.mean[test.some])
    return revenue(
        test.fitted[key].model.posterior(people.histories.part(test.some)),
        spend,
        test.spend.model,
        weeks=test.weeks * ((test.stretch or 1.0) if season else 1.0),
        discount_rate=0.0,
        interval=settings.interval,
        draws=min(settings.draws, CHECK_DRAWS),
        seed=seed,
        unforeseen=unforeseen,
    )


def scores(test: Backtest, foretold: Revenue, interval: float) -> Scores:
    """Compare intervals with what came; the Winkler score is width and penalty for misses."""
    came = test.cut.came.revenue[test.some]
    group = group_of(test.cut.people.histories.x[test.some])
    below, above = foretold.low - CENT > came, came > foretold.high + CENT
    missed = np.where(below, foretold.low - came, 0.0) + np.where(
        above, came - foretold.high, 0.0
    )
    winkler = foretold.high - foretold.low + 2 / (1 - interval) * missed
    within = ~below & ~above
    return Scores(
        *(mean_by_group(score.astype(float), group) for score in (within, above, winkler))
    )


class Widths(NamedTuple):
    """What is unforeseen: as all hold-outs have it, and for each by the others alone."""

    served: Unforeseen
    checked: tuple[Unforeseen, ...]


def widths(tried: Mapping[float, Sequence[Scores]], counts: Sequence[Whole]) -> Widths:
    """Choose how wide intervals are from how they did at each factor, hold-out and group.

    `tried` has the scores of each hold-out by factor, `counts` the customers of each hold-out
    by group. A group takes the least factor with as good a score as any among those with few
    enough above; none makes it narrower than `PRIOR`. Each hold-out is checked with what the
    others chose.
    """
    everyone = range(len(counts))
    return Widths(
        _chosen(tried, counts, everyone),
        tuple(
            _chosen(tried, counts, [k for k in everyone if k != holdout])
            for holdout in everyone
        ),
    )


def _chosen(
    tried: Mapping[float, Sequence[Scores]], counts: Sequence[Whole], some: Sequence[int]
) -> Unforeseen:
    factors = [_factor(tried, counts, some, group) for group in range(len(GROUPS))]
    return Unforeseen(*(float(v * f) for v, f in zip(PRIOR, factors, strict=True)))


def _factor(
    tried: Mapping[float, Sequence[Scores]],
    counts: Sequence[Whole],
    some: Sequence[int],
    group: int,
) -> float:
    weight = np.array([counts[holdout][group] for holdout in some], dtype=float)
    if not weight.sum():
        return FACTORS[0]
    pooled = {
        factor: tuple(
            float(
                np.nansum(
                    weight * [getattr(factor_scores[holdout], name)[group] for holdout in some]
                )
            )
            / weight.sum()
            for name in ("above", "winkler")
        )
        for factor, factor_scores in tried.items()
    }
    narrow = [factor for factor, (above, _) in pooled.items() if above <= MOST_ABOVE]
    if not narrow:
        return max(tried)
    best = min(pooled[factor][1] for factor in narrow)
    return min(factor for factor in narrow if pooled[factor][1] <= best * (1 + LEAST_GAIN))


def counts_of(test: Backtest) -> Whole:
    """Count the checked customers of each group."""
    group = group_of(test.cut.people.histories.x[test.some])
    return np.bincount(group, minlength=len(GROUPS))
