"""A blend taken apart: its parts are those that it was made from."""

import numpy as np
import pytest

from pipeline.learning.backtesting.origins import outcome_materials
from pipeline.learning.backtesting.rankings import Ranking, blend_parts, blend_ranking
from pipeline.learning.tasks import Rolling
from pipeline.run.threads import learning
from pipeline.settings import ModelSettings, ValueSettings
from tests.learning.seasons import START, known_by, shop

SETTINGS = ModelSettings(trials=1, folds=2, bootstraps=100)


@pytest.fixture(scope="module")
def rolling() -> Rolling:
    states = shop(days=420, season=0.3, customers=800)
    with learning():
        (prepared,) = outcome_materials(
            known_by(states, START + 360), newest=START + 360, every_days=60, names=["churn"],
            settings=SETTINGS, value=ValueSettings(), seed=0,
        )  # fmt: skip
    assert isinstance(prepared, Rolling)
    return prepared


@pytest.mark.parametrize("with_base", [False, True])
def test_a_blend_comes_apart_into_what_it_was_made_of(rolling: Rolling, with_base: bool):
    newest = rolling.newest._replace(labels=np.arange(len(rolling.newest.labels)) % 2)
    with learning():
        ranking = blend_ranking(newest, rolling.features, SETTINGS, with_base=with_base, seed=0)
    apart = Ranking(ranking.model, ranking.features, parts=blend_parts(ranking.model))
    assert len(apart.parts) == (3 if with_base else 2)
    for part, whole in zip(apart.parts, ranking.parts, strict=True):
        np.testing.assert_allclose(
            part.predict_proba(newest.features), whole.predict_proba(newest.features), rtol=1e-9
        )
    np.testing.assert_allclose(
        apart.disagreement(newest), ranking.disagreement(newest), rtol=1e-6, atol=1e-9
    )


def test_any_other_model_has_no_parts(rolling: Rolling):
    newest = rolling.newest._replace(labels=np.arange(len(rolling.newest.labels)) % 2)
    with learning():
        ranking = blend_ranking(newest, rolling.features, SETTINGS, with_base=False, seed=0)
    assert blend_parts(ranking.parts[0]) == ()
    assert blend_parts(ranking.parts[1]) == ()
