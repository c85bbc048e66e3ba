"""What the hold-outs decide: season, rule, width of intervals, corrected totals."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.settings import ValueSettings
from pipeline.value.backtest import (
    FACTORS,
    PRIOR,
    Backtest,
    Scores,
    backtest,
    better_rule,
    deviance,
    follows_season,
    scores,
    widths,
)
from pipeline.value.correction import CAUTION, LEAST_MISS, totals_of_year
from pipeline.value.cuts import Cut, Span, cut
from pipeline.value.groups import GROUPS, group_of
from pipeline.value.history import histories
from pipeline.value.lifetime import Revenue, Unforeseen
from pipeline.value.models.gamma_gamma import Spend
from pipeline.value.rules import RULES, by_rules, with_interval
from pipeline.value.season import stretch_of
from tests.value.populations import FIRST_DAY, shop_states

NEWEST = FIRST_DAY + 499


class Made:
    """A hold-out of which only totals are asked."""

    def __init__(self, came: float, stretch: float | None = None, **expected: float) -> None:
        """Say what came in all, and what each method had expected."""
        self.cut: Any = type("Cut", (), {"came": Span(np.array([came]), np.array([came]))})
        self.expected, self.stretch = expected, stretch

    def foretold(self, key: str, *, season: bool = False) -> Span:
        """Give what was expected, bent by the season where that is asked."""
        found = np.array([self.expected[key] * ((self.stretch or 1.0) if season else 1.0)])
        return Span(found, found)


@pytest.fixture(scope="module")
def one() -> Backtest:
    states = shop_states(customers=1_500)
    return backtest(cut(states, NEWEST - 200, 200, newest=NEWEST), ValueSettings(), seed=0)


def test_groups_of_repeat_orders():
    x = np.array([0, 1, 2, 3, 6, 7, 300])
    assert [GROUPS[place] for place in group_of(x)] == [
        "0", "1-2", "1-2", "3-6", "3-6", "7+", "7+",
    ]  # fmt: skip


def test_a_score_is_width_and_twenty_times_the_miss(one: Backtest):
    few = one._replace(some=np.arange(3))
    came = few.cut.came.revenue[:3]
    x = few.cut.people.histories.x[:3]
    found = Revenue(came, came + np.array([1.0, -2.0, -5.0]), came + np.array([3.0, 2.0, -1.0]))
    told = scores(few, found, 0.9)
    each = np.array([2 + 20 * 1.0, 4.0, 4 + 20 * 1.0])
    within, above = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])
    for group in range(len(GROUPS)):
        mine = group_of(x) == group
        if not mine.any():
            assert np.isnan(told.winkler[group])
            continue
        assert told.winkler[group] == pytest.approx(each[mine].mean())
        assert told.coverage[group] == pytest.approx(within[mine].mean())
        assert told.above[group] == pytest.approx(above[mine].mean())


def scored(above: float, winkler: float) -> Scores:
    whole = np.ones(4)
    return Scores(whole * (1 - above), whole * above, whole * winkler)


def test_intervals_grow_where_the_other_hold_outs_say_so():
    """The second hold-out was missed: it widens what is served, and the first's check alone."""
    counts = [np.full(4, 200), np.full(4, 200)]
    tried = {
        1.0: [scored(0.04, 10), scored(0.2, 50)],
        1.5: [scored(0.03, 12), scored(0.1, 30)],
        2.0: [scored(0.02, 14), scored(0.05, 20)],
    }
    assert set(tried) == set(FACTORS)
    found = widths(tried, counts)
    assert found.served == Unforeseen(*(2 * each for each in PRIOR))
    assert found.checked[0] == Unforeseen(*(2 * each for each in PRIOR))
    assert found.checked[1] == PRIOR


def test_intervals_are_never_narrower_than_what_was_measured_before():
    assert widths({}, []).served == PRIOR
    counts = [np.full(4, 200)]
    fine = {each: [scored(0.0, 10 * each)] for each in FACTORS}
    found = widths(fine, counts)
    assert found.served == PRIOR
    assert found.checked == (PRIOR,)
    hopeless = {each: [scored(0.5, 10)] for each in FACTORS}
    assert widths(hopeless, counts).served == Unforeseen(*(max(FACTORS) * v for v in PRIOR))


def test_the_deviance_is_least_for_the_right_expectation():
    rng = np.random.default_rng(0)
    mean = rng.gamma(2.0, 50.0, 5_000)
    came = mean * rng.gamma(1.0, 1.0, 5_000) * (rng.random(5_000) < 0.5) * 2
    right = deviance(mean, came)
    for factor in (0.7, 1.4):
        assert deviance(mean * factor, came) > right
    assert deviance(np.full(5_000, mean.mean()), came) > right
    assert np.isfinite(deviance(np.zeros(3), np.array([0.0, 5.0, 1.0])))


def test_a_rule_serves_where_it_foretold_better_and_only_there(one: Backtest):
    assert better_rule([one], "bg_nbd") is None
    assert better_rule([], "bg_nbd") is None
    knowing = one._replace(rules=one.rules | {"last_period": one.cut.came})
    assert better_rule([knowing], "bg_nbd") == "last_period"


def test_rules_scale_what_they_know_to_the_coming_days(one: Backtest):
    before, people, day = one.cut.before, one.cut.people, one.cut.day
    short, long = (
        by_rules(before, people, day=day, days=days, least=90) for days in (100, 10_000)
    )
    assert list(short) == list(RULES)
    recent = before.of(before.day > day - 100)
    assert short["last_period"].revenue.sum() == pytest.approx(recent.net.sum())
    record = round(people.histories.T.max() * 7)
    later = before.of(before.day > day - record)
    assert long["last_period"].revenue.sum() == pytest.approx(later.net.sum() * 10_000 / record)


def test_the_interval_of_a_rule_is_in_order_and_starts_at_nothing_for_single_orders(
    one: Backtest,
):
    people = one.cut.people
    narrow, wide = (
        with_interval(
            one.rules["historic_rate"], people, interval=0.9,
            unforeseen=Unforeseen(*(factor * each for each in PRIOR)),
        )
        for factor in (1.0, 4.0)
    )  # fmt: skip
    for found in (narrow, wide):
        assert (found.low <= found.value).all()
        assert (found.value <= found.high).all()
        assert (found.low[people.histories.x == 0] == 0).all()
    assert wide.high.sum() > 1.1 * narrow.high.sum()
    twenty = Span(np.full(2, 20.0), np.full(2, 200.0))
    nobody = Span(np.zeros(2), np.zeros(2))
    few = people._replace(
        histories=histories([0, 2], [0.0, 1.0], [3.0, 3.0]),
        spend=Spend(np.array([1, 3]), np.array([5.0, 5.0])),
    )
    low = with_interval(twenty, few, interval=0.9, unforeseen=PRIOR).low
    assert low[0] == 0
    assert low[1] >= 20
    assert with_interval(nobody, few, interval=0.9, unforeseen=PRIOR).high.tolist() == [0, 0]


def year(*factors: float, growth: float = 1.0, days: int = 800) -> np.ndarray:
    """Give days of orders, so many a day by quarter of the year, times growth a year."""
    found = []
    for day in range(days):
        rate = 40 * factors[day % 365 * len(factors) // 365] * growth ** (day / 365)
        found += [day] * round(rate)
    return np.array(found)


def newcomers(ordered: np.ndarray) -> np.ndarray:
    """Let every order be a new customer's."""
    return np.arange(len(ordered))


def test_last_years_season_stretches_what_comes():
    ordered = year(1.0, 1.0, 1.0, 2.0)
    day = 365 + 273
    seen = ordered[ordered <= day]
    found = stretch_of(seen, newcomers(seen), day=day, days=91)
    assert found == pytest.approx(2 / 1.25, rel=0.05)
    quiet = ordered[ordered <= 365 + 91]
    low = stretch_of(quiet, newcomers(quiet), day=365 + 91, days=91)
    assert low == pytest.approx(1 / 1.25, rel=0.05)


def test_growth_alone_is_no_season():
    ordered = year(1.0, growth=2.0, days=1_000)
    found = stretch_of(ordered, newcomers(ordered), day=999, days=90)
    assert found == pytest.approx(1.0, abs=0.06)


def test_no_season_is_told_from_one_year_or_from_those_who_never_came_new():
    ordered = year(1.0, 2.0)
    young = ordered[ordered <= 330]
    assert stretch_of(young, newcomers(young), day=330, days=90) is None
    assert stretch_of(ordered, newcomers(ordered), day=799, days=90) is not None
    assert stretch_of(ordered, newcomers(ordered) % 40, day=799, days=90) is None


def test_a_season_must_have_foretold_at_least_two_hold_outs_better():
    better = [Made(120, 1.2, m=100), Made(80, 0.8, m=100)]
    assert follows_season(better, "m")
    assert not follows_season(better[:1], "m")
    assert not follows_season([Made(80, 1.2, m=100), Made(120, 0.8, m=100)], "m")
    assert not follows_season([Made(120, None, m=100), Made(80, 0.8, m=100)], "m")
    assert not follows_season([Made(100, 1.001, m=100), Made(100, 1.001, m=100)], "m")


def test_a_total_is_corrected_by_its_misses_and_ranges_over_them():
    tests: Any = [Made(120, m=100, last_period=60), Made(110, m=100, last_period=300)]
    table = totals_of_year({"m": 1_000.0, "last_period": 500.0}, tests, "m", season=False)
    first = table.iloc[0]
    misses = np.log([1.2, 1.1])
    shift = misses.sum() / (2 + CAUTION)
    error = np.sqrt(np.square(misses - misses[::-1] / (1 + CAUTION)).mean())
    assert first["chosen"]
    assert first["corrected"] == pytest.approx(1_000 * np.exp(shift), abs=0.01)
    assert first["error"] == pytest.approx(error, abs=1e-6)
    assert first["high"] == pytest.approx(1_000 * np.exp(shift + 2 * error), abs=0.01)
    exact: Any = [Made(100, m=100), Made(100, m=100)]
    sure = totals_of_year({"m": 1_000.0}, exact, "m", season=False).iloc[0]
    assert sure["corrected"] == 1_000
    assert sure["high"] == pytest.approx(1_000 * np.exp(2 * LEAST_MISS), abs=0.01)


def test_a_rule_takes_the_total_only_where_it_misses_clearly_less():
    for (first, second), chosen in (((100, 140), "last_period"), ((72, 72), "m")):
        tests: Any = [Made(100, m=70, last_period=first), Made(140, m=70, last_period=second)]
        table = totals_of_year({"m": 1_000.0, "last_period": 900.0}, tests, "m", season=False)
        assert table.loc[table["chosen"], "method"].tolist() == [chosen]


def test_the_season_bends_the_model_and_no_rule():
    tests: Any = [Made(120, 1.2, m=100, last_period=100)] * 2
    table = totals_of_year({"m": 1_000.0, "last_period": 1_000.0}, tests, "m", season=True)
    assert table["corrected"].tolist()[0] == 1_000
    assert table["corrected"].tolist()[1] > 1_000


def test_a_cut_knows_the_same_customers_before_and_after(one: Backtest):
    held: Cut = one.cut
    assert len(held.came.orders) == len(held.people.customers)
    assert held.after.day.max() <= held.day + held.days
    assert pd.Index(held.people.customers).is_monotonic_increasing
