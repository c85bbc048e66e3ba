"""Revenue of a coming span: the expectation, the interval and what it holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.value.history import Histories, histories
from pipeline.value.lifetime import YEAR, Revenue, Unforeseen, historic, revenue
from pipeline.value.models.bg_nbd import BgNbd
from pipeline.value.models.gamma_gamma import GammaGamma, Spend
from pipeline.value.models.mbg_nbd import MbgNbd
from pipeline.value.models.nbd import Nbd
from pipeline.value.models.order_model import OrderModel
from pipeline.value.models.posterior import expected_orders
from tests.value.populations import drawn, known_customers

SPEND = GammaGamma(p=4.0, q=3.0, gamma=80.0)
ORDERS = [BgNbd(0.8, 6, 0.9, 3), MbgNbd(0.8, 6, 0.9, 3), Nbd(0.8, 6)]


def foretold(model: OrderModel, known: Histories, spend: Spend, **asked: Any) -> Revenue:
    how = {"weeks": YEAR, "discount_rate": 0.1, "interval": 0.9, "draws": 400, "seed": 1}
    return revenue(model.posterior(known), spend, SPEND, **(how | asked))


def money(known: Histories, seed: int = 0) -> tuple[Spend, np.ndarray]:
    """Draw what customers spent so far, and the rates by which they do."""
    rng = np.random.default_rng(seed)
    spending = rng.gamma(SPEND.q, 1 / SPEND.gamma, len(known.x))
    orders = known.x + 1
    return Spend(orders, rng.gamma(SPEND.p * orders) / spending / orders), spending


@settings(max_examples=30)
@given(st.sampled_from(ORDERS), known_customers(), st.floats(0.5, 0.99), st.integers(0, 9))
def test_the_interval_is_in_order_round_the_value(model, known, interval, seed):
    found = foretold(model, known, money(known)[0], interval=interval, seed=seed)
    assert (found.low >= 0).all()
    assert (found.low <= found.value).all()
    assert (found.value <= found.high).all()
    assert np.isfinite(found.high).all()


@pytest.mark.parametrize("model", ORDERS, ids=lambda each: each.name)
def test_the_interval_holds_what_comes(model):
    """Drawn customers' revenue lies above the interval in 5 %, within it in 90 % or more.

    Where nothing may come, the lower bound is 0 and nothing can lie below it: such an interval
    holds 95 % (or all, where an order is unlikelier than 5 %). Those whose lower bound is above
    0 get the 90 % that are asked for.
    """
    number, weeks = 30_000, 52.0
    rng = np.random.default_rng(3)
    people = drawn(
        number,
        rate=rng.gamma(0.8, 1 / 6.0, number),
        leaving=np.zeros(number) if model.key == "nbd" else rng.beta(0.9, 3.0, number),
        ahead=weeks,
        leave_after_first=model.key == "mbg_nbd",
    )
    spend, spending = money(people.known)
    comes = np.zeros(number)
    some = people.coming > 0
    comes[some] = rng.gamma(SPEND.p * people.coming[some]) / spending[some]
    found = foretold(model, people.known, spend, weeks=weeks, discount_rate=0.0, draws=1_000)
    above, below = comes > found.high, comes < found.low
    likely = model.order_probability(people.known, weeks) > 0.06
    assert above[likely].mean() == pytest.approx(0.05, abs=0.004)
    sure = found.low > 0
    assert sure.sum() > 150
    assert below[sure].mean() == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / sure.sum()) ** 0.5)
    assert 0.9 <= 1 - above.mean() - below.mean() <= 0.97
    error = 4 * (comes - found.value).std() / np.sqrt(number)
    assert comes.mean() == pytest.approx(found.value.mean(), abs=error)
    for x in range(4):
        group = likely & (people.known.x == x)
        assert above[group].mean() == pytest.approx(0.05, abs=0.015), x


def test_without_discount_the_value_is_orders_by_spend():
    known = drawn(200, rate=np.full(200, 0.1), leaving=np.full(200, 0.2), ahead=1).known
    spend, _ = money(known)
    found = foretold(ORDERS[0], known, spend, discount_rate=0.0)
    orders = expected_orders(ORDERS[0].posterior(known), YEAR)
    assert found.value == pytest.approx(orders * SPEND.expected_spend(spend))
    later = foretold(ORDERS[0], known, spend, discount_rate=0.1)
    assert (later.value < found.value).all()
    assert (later.value > found.value / 1.1).all()
    assert (later.high < found.high).all()


def test_discount_is_by_month():
    """At a constant rate a year is worth twelve months' middles, not its end."""
    known = drawn(1, rate=np.array([0.1]), leaving=np.array([0.0]), ahead=1).known
    spend, _ = money(known)
    plain, discounted = (
        foretold(ORDERS[2], known, spend, discount_rate=rate).value[0] for rate in (0, 0.1)
    )
    months = (np.arange(12) + 0.5) / 12
    assert discounted == pytest.approx(plain * (1.1**-months).mean())


def test_the_same_seed_gives_the_same_interval_and_another_hardly_differs():
    known = drawn(400, rate=np.full(400, 0.3), leaving=np.full(400, 0.1), ahead=1).known
    spend, _ = money(known)
    first, again, other = (
        foretold(ORDERS[0], known, spend, seed=seed, draws=4_000) for seed in (1, 1, 2)
    )
    for name in Revenue._fields:
        assert (getattr(first, name) == getattr(again, name)).all()
    assert (first.value == other.value).all()
    assert (first.high != other.high).any()
    assert other.high.sum() == pytest.approx(first.high.sum(), rel=0.02)


def test_a_wider_interval_holds_a_narrower():
    known = drawn(300, rate=np.full(300, 0.3), leaving=np.full(300, 0.1), ahead=1).known
    spend, _ = money(known)
    narrow, wide = (foretold(ORDERS[0], known, spend, interval=each) for each in (0.5, 0.95))
    assert (wide.low <= narrow.low).all()
    assert (wide.high >= narrow.high).all()
    assert wide.high.sum() > 1.3 * narrow.high.sum()


def test_a_single_order_may_stay_the_only_one():
    """However often others order: nothing tells of this customer but one order."""
    known = histories([0, 1], [0.0, 1.0], [2.0, 2.0])
    spend = Spend(known.x + 1, np.array([30.0, 30.0]))
    found = foretold(Nbd(8.0, 2.0), known, spend)
    assert found.low[0] == 0
    assert found.low[1] > 0


def test_what_is_unforeseen_widens_the_interval_of_its_own_group():
    x = np.repeat([0, 1, 4, 9], 50)
    known = histories(x, np.where(x > 0, 40.0, 0.0), np.full(200, 50.0))
    spend, _ = money(known)
    plain = foretold(ORDERS[2], known, spend, draws=40_000)
    for group, first in enumerate((0, 1, 4, 9)):
        variances = np.zeros(4)
        variances[group] = 2.0
        wide = foretold(ORDERS[2], known, spend, draws=4_000, unforeseen=Unforeseen(*variances))
        grown = wide.high / plain.high
        assert (wide.value == plain.value).all()
        assert grown[x == first].mean() > (1.1 if first else 1.01)
        assert grown[x != first].mean() == pytest.approx(1, abs=0.025)


def test_the_historic_formula():
    spend = Spend(np.array([4, 1]), np.array([50.0, 80.0]))
    found = historic(spend, np.array([26.0, 1.0]), weeks=52.0, least_age=13.0)
    assert found.tolist() == [400.0, 320.0]
