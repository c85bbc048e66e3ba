"""What ranks customers by an outcome, fitted to windows that have closed.

Every ranking here is told in plain numbers at once, since the same object is tested, serves and
is explained.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

from pipeline.learning.candidates import FAMILIES, Params
from pipeline.learning.examples import Examples
from pipeline.learning.rivals import FREQUENCY, MONETARY, RECENCY
from pipeline.learning.training import fit
from pipeline.scoring.calibration import AS_IS, EDGE, Calibration
from pipeline.scoring.customer_base import QUIET, QUIET_FEATURE
from pipeline.scoring.inputs import Feature
from pipeline.scoring.machines import Blend, Linear
from pipeline.scoring.plain import Numbers, Plain, Preparation, plain
from pipeline.scoring.trees import Trees
from pipeline.settings import ModelSettings

BLEND, CUSTOMER_BASE, CONSTANT = "blend", "customer_base", "majority"
LINEAR, GROWN = "logistic_regression", "xgboost"
ALONE = {
    "recency_alone": RECENCY,
    "frequency_alone": FREQUENCY,
    "monetary_alone": MONETARY,
}
"""Rules that look at one number: the rule's name to the feature's."""
TITLES = {
    BLEND: (
        "Blend",
        "averages the log odds of logistic regression, XGBoost and the customer-base model, at"
        " fixed settings",
    ),
    CUSTOMER_BASE: (
        "Customer-base model",
        "knows a customer's order days alone: the probability of no order by MBG/NBD",
    ),
}


RULES = {
    CONSTANT: ("Majority class", "says of everyone what is most frequent"),
    "recency_alone": ("Recency alone", "looks at the days since the last order only"),
    "frequency_alone": ("Frequency alone", "looks at the number of orders only"),
    "monetary_alone": ("Spend alone", "looks at what was spent so far only"),
}
"""Rules that are forecast over windows, and can serve: title and meaning."""


def title_of(name: str) -> str:
    """Call a ranking as people do."""
    if name in TITLES:
        return TITLES[name][0]
    return FAMILIES[name].title if name in FAMILIES else RULES[name][0]


class Ranking(NamedTuple):
    """A fitted ranking.

    Attributes
    ----------
    model
        In plain numbers; it sees `features`.
    calibration
        Of its probabilities on rows that it had not seen, before any level.
    parts
        Of a blend: its parts, to see how far they agree.
    """

    model: Plain
    features: tuple[Feature, ...]
    calibration: Calibration = AS_IS
    parts: tuple[Plain, ...] = ()

    def positive(self, rows: Examples) -> np.ndarray:
        """Give the probability of the positive class, before any level."""
        probabilities = self.calibration(self.model.predict_proba(rows.features))
        positive: np.ndarray = probabilities[:, 1]
        return positive

    def disagreement(self, rows: Examples) -> np.ndarray:
        """Give the standard error of the parts' mean log odds; 0 where there is one part."""
        if len(self.parts) < 2:
            return np.zeros(len(rows.labels))
        odds = np.stack(
            [
                logit(np.clip(part.predict_proba(rows.features)[:, 1], EDGE, 1 - EDGE))
                for part in self.parts
            ]
        )
        errors: np.ndarray = odds.std(axis=0, ddof=1) / np.sqrt(len(odds))
        return errors


def customer_base_ranking() -> Ranking:
    """Take the customer-base model's answer as it stands in its feature."""
    prepare = Preparation((_as_they_are(QUIET),))
    return Ranking(Plain(prepare, Linear(np.ones((1, 1)), np.zeros(1))), (QUIET_FEATURE,))


def constant_ranking(train: Examples, features: Sequence[Feature]) -> Ranking:
    """Say the same of everyone."""
    share = float(np.clip(train.labels.mean(), EDGE, 1 - EDGE)) if train else 0.5
    first = next(feature for feature in features if feature.is_number)
    prepare = Preparation((_as_they_are(first.name),))
    return Ranking(
        Plain(prepare, Linear(np.zeros((1, 1)), np.array([float(logit(share))]))), (first,)
    )


def alone_ranking(
    name: str, train: Examples, features: Sequence[Feature], settings: ModelSettings
) -> Ranking | None:
    """Rank by one number; `None` where the task has it not."""
    mine = tuple(feature for feature in features if feature.name == ALONE[name])
    if not mine:
        return None
    rows = train._replace(features=train.features[[mine[0].name]])
    pipeline = fit(FAMILIES[LINEAR], {"C": 10.0}, rows, mine, settings, seed=0)
    return Ranking(plain(pipeline), mine)


def family_ranking(
    key: str,
    params: Params,
    train: Examples,
    features: Sequence[Feature],
    settings: ModelSettings,
    *,
    calibration: Calibration = AS_IS,
    seed: int,
) -> Ranking:
    """Fit a family with these settings."""
    pipeline = fit(FAMILIES[key], params, train, features, settings, seed=seed)
    return Ranking(plain(pipeline), tuple(features), calibration)


def blend_ranking(
    train: Examples,
    features: Sequence[Feature],
    settings: ModelSettings,
    *,
    with_base: bool,
    seed: int,
) -> Ranking:
    """Average the log odds of logistic regression, XGBoost and the customer-base model.

    The first two have the same settings in every window, so that a window of the back-test
    tries exactly what serves. The customer-base model is a part where it tells the outcome.
    """
    fitted = {
        key: plain(
            fit(FAMILIES[key], FAMILIES[key].defaults, train, features, settings, seed=seed)
        )
        for key in (LINEAR, GROWN)
    }
    prepare = fitted[LINEAR].prepare
    linear, grown = fitted[LINEAR].model, fitted[GROWN].model
    if not isinstance(linear, Linear) or not isinstance(grown, Trees):
        raise TypeError("a blend is made of a linear model and of trees")
    parts = [fitted[LINEAR], fitted[GROWN]]
    weights, intercept = linear.weights, linear.intercepts
    if with_base:
        alone = _of_column(prepare, QUIET)
        parts.append(Plain(prepare, alone))
        weights, intercept = weights + alone.weights, intercept + alone.intercepts
    share = 1 / len(parts)
    blend = Blend(Linear(weights * share, intercept * share), grown, share)
    return Ranking(Plain(prepare, blend), tuple(features), parts=tuple(parts))


def blend_parts(model: Plain) -> tuple[Plain, ...]:
    """Take a blend apart into what `blend_ranking` made it from; nothing of another model.

    The customer-base model is a part where there are three, since its share of the linear part
    is known from the column that tells it.
    """
    blend = model.model
    if not isinstance(blend, Blend):
        return ()
    weights = blend.linear.weights / blend.share
    intercepts = blend.linear.intercepts / blend.share
    bases: list[Plain] = []
    if round(1 / blend.share) > len((LINEAR, GROWN)):
        alone = _of_column(model.prepare, QUIET)
        weights, intercepts = weights - alone.weights, intercepts - alone.intercepts
        bases.append(Plain(model.prepare, alone))
    linear = Plain(model.prepare, Linear(weights, intercepts))
    return (linear, Plain(model.prepare, blend.trees), *bases)


def leveled(probabilities: np.ndarray, shift: float) -> np.ndarray:
    """Move log odds; give n × 2 probabilities."""
    moved = expit(logit(np.clip(probabilities, EDGE, 1 - EDGE)) + shift)
    return np.column_stack([1 - moved, moved])


def _as_they_are(name: str) -> Numbers:
    return Numbers((name,), (0.0,), (), is_logged=False, means=(0.0,), scales=(1.0,))


def _of_column(prepare: Preparation, name: str) -> Linear:
    """Give the linear model that undoes what `prepare` does to one of its numbers."""
    weights, intercept, before = np.zeros((1, prepare.width)), 0.0, 0
    for part in prepare.parts:
        if isinstance(part, Numbers) and name in part.names:
            place = part.names.index(name)
            weights[0, before + place] = part.scales[place]
            intercept = part.means[place]
        before += len(part.owners)
    return Linear(weights, np.array([intercept]))
