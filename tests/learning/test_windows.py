"""Windows: which days, what was known on them, seasons and newcomers counted by hand."""

import numpy as np
import pandas as pd
import pytest

from pipeline.learning.backtesting.windows import Orders, share_of, window, window_days
from pipeline.learning.base_models import fitted_base
from pipeline.scoring.customer_base import QUIET
from pipeline.settings import ModelSettings, ValueSettings
from tests.learning.seasons import START, known_by, shop

SETTINGS = ModelSettings()


@pytest.fixture(scope="module")
def states() -> pd.DataFrame:
    return shop(season=0.5)


def looked_at(states: pd.DataFrame, day: int, *, is_closed: bool = True):
    return window(
        states, Orders.of(states), day, SETTINGS,
        base_model=lambda known: fitted_base(
            known, horizon_days=90, settings=ValueSettings(), seed=0
        ),
        is_closed=is_closed, at_most=None, seed=0,
    )  # fmt: skip


def test_days_have_history_and_have_closed():
    found = window_days(0, 390, every=30, horizon_days=90)
    assert found == [90, 120, 150, 180, 210, 240, 270, 300]
    assert window_days(0, 179, every=30, horizon_days=90) == []
    assert window_days(0, 240, every=30, horizon_days=90) == [30, 60, 90, 120, 150]
    assert window_days(0, 180, every=30, horizon_days=90) == [90]


def test_what_came_later_changes_nothing_that_was_known(states: pd.DataFrame):
    day = START + 500
    with_future, without = looked_at(states, day), looked_at(known_by(states, day), day)
    pd.testing.assert_frame_equal(with_future.customers, without.customers)
    assert with_future.base == without.base
    assert with_future.season == without.season


def test_the_share_of_a_closed_window_is_what_came(states: pd.DataFrame):
    day = START + 500
    found = looked_at(states, day)
    after = states[(states["ordered_day"] > day) & (states["ordered_day"] <= day + 90)]
    stays = found.customers["customer_id"].isin(after["customer_id"])
    assert share_of(found) == pytest.approx(1 - stays.mean())
    open_ = looked_at(known_by(states, day), day, is_closed=False)
    assert open_.labels["churn"].tolist() == [0.0] * len(open_.customers)


def test_a_season_is_counted_from_orders(states: pd.DataFrame):
    day = START + 600
    days = states["ordered_day"].to_numpy()

    def count(after: int, until: int) -> int:
        return int(((days > after) & (days <= until)).sum())

    then = count(day - 365, day - 275) / 90
    lately = count(day - 365, day) / 365
    growth = count(day - 90, day) / count(day - 455, day - 365)
    found = Orders.of(states).season(day, 90)
    assert found.factor == pytest.approx(then / lately * np.clip(growth, 0.5, 2) ** (138 / 365))
    assert found.is_gaining


def test_a_shop_that_gains_nobody_is_seen():
    states = shop(arriving=False)
    found = Orders.of(states).season(START + 400, 90)
    assert found.factor is not None
    assert not found.is_gaining


def test_a_season_is_unknown_before_most_of_last_year_is():
    states = shop(season=0.5)
    orders = Orders.of(states)
    first = int(states["ordered_day"].min())
    assert orders.season(first + 300, 90).factor is None
    assert orders.season(first + 364, 90).factor is not None


def test_the_feature_is_the_models_own_answer(states: pd.DataFrame):
    found = looked_at(states, START + 500)
    assert found.base is not None
    told = 1 / (1 + np.exp(-found.customers[QUIET]))
    assert told.to_numpy() == pytest.approx(
        np.clip(found.base.silence(found.customers), 1e-4, 1 - 1e-4)
    )
    assert told.mean() == pytest.approx(share_of(found), abs=0.15)
