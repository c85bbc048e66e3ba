"""The blend and the customer-base model: averages by hand, sums of contributions, storing."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from pipeline.learning.backtesting.rankings import (
    Ranking,
    blend_ranking,
    constant_ranking,
    customer_base_ranking,
)
from pipeline.learning.examples import Examples
from pipeline.scoring.customer_base import QUIET, QUIET_FEATURE, CustomerBase, with_silence
from pipeline.scoring.explanation import LOG_ODDS, explainer
from pipeline.scoring.inputs import prepared
from pipeline.scoring.reference import reference
from pipeline.scoring.served import Served
from pipeline.scoring.store import pack_served, unpack_served
from pipeline.settings import ModelSettings
from pipeline.value.models.mbg_nbd import MbgNbd
from tests.scoring.fitted import FEATURES, TWO, customers, labels

BASE = CustomerBase.of(MbgNbd(0.525, 6.183, 0.891, 1.614), 90)
WITH_QUIET = (*FEATURES, QUIET_FEATURE)


def known(number: int = 400, seed: int = 3) -> pd.DataFrame:
    frame = customers(number, seed=seed)
    chance = np.random.default_rng(seed)
    days = 1 + chance.poisson(2, number)
    age = frame["recency_days"] + (days > 1) * chance.integers(30, 300, number)
    return with_silence(frame.assign(order_days=days, tenure_days=age), BASE)


def examples(number: int = 400) -> Examples:
    frame = known(number)
    rows = prepared(frame, WITH_QUIET)
    days = np.repeat([100, 130], number // 2)
    return Examples(rows, labels(frame, 2), np.arange(number), days)


@pytest.fixture(scope="module")
def blend() -> Ranking:
    return blend_ranking(examples(), WITH_QUIET, ModelSettings(), with_base=True, seed=0)


def served(ranking: Ranking) -> Served:
    rows = examples().features
    return Served(
        "churn", "blend", TWO, ranking.features, ranking.model,
        reference=reference(ranking.model, ranking.features, rows), base=BASE,
    )  # fmt: skip


def test_the_feature_is_the_probability_of_no_order_as_published():
    """X 2, t_x 30.43, T 38.86 weeks of the CDNOW sample, MBG/NBD as lifetimes publishes it."""
    frame = pd.DataFrame(
        {"order_days": [3], "recency_days": [(38.86 - 30.43) * 7], "tenure_days": [38.86 * 7]}
    )
    silence = BASE.silence(frame)
    assert silence == pytest.approx(expit(BASE.log_odds(frame)))
    longer = BASE.silence(frame, stretched=2.0)
    assert 0 < longer[0] < silence[0] < 1


def test_a_blend_is_the_mean_of_its_parts_log_odds(blend: Ranking):
    rows = examples().features
    parts = [logit(part.predict_proba(rows)[:, 1]) for part in blend.parts]
    assert len(parts) == 3
    assert parts[2] == pytest.approx(rows[QUIET].to_numpy())
    mean = np.mean(parts, axis=0)
    assert blend.model.predict_proba(rows)[:, 1] == pytest.approx(expit(mean), abs=1e-6)
    spread = np.std(parts, axis=0, ddof=1) / np.sqrt(3)
    assert blend.disagreement(examples()) == pytest.approx(spread, abs=1e-5)


def test_contributions_of_a_blend_add_up(blend: Ranking):
    model = served(blend)
    rows = known(50, seed=8)
    found = explainer(model).contributions(rows)
    assert found.unit == LOG_ODDS
    assert found.is_exact
    told = logit(model.probabilities(rows)[:, 1])
    assert found.base + found.values.sum(axis=1) == pytest.approx(told, abs=1e-5)
    quiet = [each.name for each in WITH_QUIET].index(QUIET)
    assert np.abs(found.values[:, quiet]).max() > 0


@pytest.mark.parametrize("which", ["blend", "base", "constant"])
def test_what_serves_is_stored_and_loaded(blend: Ranking, which: str):
    ranking = {
        "blend": blend,
        "base": customer_base_ranking(),
        "constant": constant_ranking(examples(), WITH_QUIET),
    }[which]
    model = served(ranking)
    again = unpack_served(pack_served(model))
    rows = known(60, seed=9)
    assert again.probabilities(rows) == pytest.approx(model.probabilities(rows))
    assert again.base == BASE


def test_the_customer_base_model_answers_by_its_feature():
    rows = examples()
    told = customer_base_ranking().positive(rows)
    assert logit(told) == pytest.approx(rows.features[QUIET].to_numpy(), abs=1e-5)


def test_a_constant_is_the_same_for_everyone():
    rows = examples()
    told = constant_ranking(rows, WITH_QUIET).positive(rows)
    assert np.ptp(told) == 0
    assert told[0] == pytest.approx(rows.labels.mean())


def test_without_a_model_the_feature_is_missing():
    assert with_silence(customers(5), None)[QUIET].isna().all()
