"""Models of when customers order: properties, agreement with simulation, honest verdicts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, gamma

from pipeline.value.history import Histories, grouped, histories
from pipeline.value.models.bg_nbd import BgNbd
from pipeline.value.models.family import Evidence, choose, evidence_of, fit_all
from pipeline.value.models.mbg_nbd import MbgNbd
from pipeline.value.models.nbd import Nbd
from pipeline.value.models.order_model import OrderModel
from pipeline.value.models.pareto_nbd import ParetoNbd
from pipeline.value.models.posterior import (
    expected_orders,
    kinds,
    order_counts,
    order_probability,
)
from tests.value.populations import drawn, known_customers, parameters

WITH_DROP_OUT = [BgNbd, MbgNbd]
MODELS = [BgNbd, MbgNbd, Nbd]
AHEAD = 26.0
MIDDLES = (np.arange(1_500) + 0.5) / 1_500
FAMILY = ("bg_nbd", "mbg_nbd", "pareto_nbd", "nbd")


@st.composite
def models(draw: st.DrawFn) -> OrderModel:
    kind = draw(st.sampled_from(MODELS))
    number = 2 if kind is Nbd else 4
    return kind(*(draw(parameters()) for _ in range(number)))


@given(models(), known_customers(), st.floats(0.1, 200))
def test_probabilities_and_expectations_are_in_their_bounds(model, customers, weeks):
    for probability in (model.p_alive(customers), model.order_probability(customers, weeks)):
        assert ((probability >= 0) & (probability <= 1)).all()
    expected = model.expected_orders(customers, weeks)
    at_least_one = model.order_probability(customers, weeks)
    assert (expected >= at_least_one * (1 - 1e-9)).all()
    assert np.isfinite(expected).all()
    assert (model.order_probability(customers, weeks) <= model.p_alive(customers)).all()
    assert np.isfinite(model.log_likelihood(customers))


@given(models(), known_customers(), st.floats(0.1, 100))
def test_a_longer_time_brings_more(model, customers, weeks):
    for asked in (model.expected_orders, model.order_probability):
        assert (asked(customers, weeks) <= asked(customers, weeks * 1.5) + 1e-12).all()
    assert (model.expected_orders(customers, 0.0) == 0).all()


@given(st.sampled_from(WITH_DROP_OUT), st.tuples(*[parameters()] * 4), st.integers(1, 40))
def test_the_longer_the_silence_the_likelier_gone(kind, params, orders):
    """Of customers known equally long with equally many orders, the recent ones live."""
    last = np.linspace(0.5, 52, 30)
    customers = histories(np.full(30, orders), last, np.full(30, 52.0))
    alive = kind(*params).p_alive(customers)
    assert (np.diff(alive) >= 0).all()
    assert alive[0] < alive[-1]


def test_single_orders_bg_nbd_takes_for_alive_and_mbg_nbd_does_not():
    once = histories([0, 0], [0.0, 0.0], [4.0, 200.0])
    assert BgNbd(0.5, 6, 0.8, 2).p_alive(once).tolist() == [1.0, 1.0]
    young, old = MbgNbd(0.5, 6, 0.8, 2).p_alive(once)
    assert 1 > young > old
    assert Nbd(0.5, 6).p_alive(once).tolist() == [1.0, 1.0]


@settings(max_examples=50)
@given(models(), known_customers(at_most=8), st.floats(0.1, 60))
def test_expected_orders_are_the_sum_of_the_chances_of_each(model, customers, weeks):
    """E[N] = P(N ≥ 1) + P(N ≥ 2) + …, another way than the closed form."""
    belief = model.posterior(customers)
    expected = expected_orders(belief, weeks)
    some = expected < 150
    counts = order_counts(belief.part(some), weeks, most=2_000)
    assert counts[:, 1:].sum(axis=1) == pytest.approx(expected[some], rel=1e-6, abs=1e-9)
    assert counts[:, 1] == pytest.approx(order_probability(belief, weeks)[some], abs=1e-12)


@pytest.mark.parametrize("a", [1 - 1e-7, 1.0, 1 + 1e-7, 0.5 + 1e-9, 0.5])
def test_places_where_the_closed_form_is_nothing_by_nothing(a):
    """At a = 1, and at a + b = 1 for a single order, the neighbours tell."""
    customers = histories([0, 3], [0.0, 8.0], [10.0, 12.0])
    found = BgNbd(0.7, 6, a, 0.5).expected_orders(customers, 52)
    near = BgNbd(0.7, 6, a + 1e-4, 0.5).expected_orders(customers, 52)
    assert found == pytest.approx(near, rel=1e-3)


@given(models(), known_customers(), st.floats(0.4, 1))
def test_the_median_wait_is_where_an_order_is_as_likely_as_not(model, customers, share):
    at_most = 520.0 * share
    weeks = model.weeks_to_next_order(customers, at_most=at_most)
    for kind in range(len(weeks)):
        one = customers.part(slice(kind, kind + 1))
        if np.isnan(weeks[kind]):
            assert model.order_probability(one, at_most)[0] < 0.5 + 1e-9
        else:
            assert weeks[kind] <= at_most
            chance = model.order_probability(one, weeks[kind])[0]
            assert chance == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize("kind", MODELS)
def test_the_gradient_is_that_of_the_likelihood(kind):
    customers = grouped(population(kind).known.part(slice(0, 300)))
    place = kind.start(0.1) + 0.3
    value, slope = kind.likelihood(place, customers)
    assert value == pytest.approx(
        kind(*kind.space.parameters(place)).log_likelihood(customers), rel=1e-12
    )
    assert slope == pytest.approx(
        differences(lambda at: kind.likelihood(at, customers)[0], place), rel=1e-5, abs=1e-4
    )


@pytest.mark.parametrize("kind", MODELS)
def test_weights_count_as_repeated_customers(kind):
    known = population(kind).known.part(slice(0, 400))
    known = known._replace(
        t_x=known.t_x.round() * (known.x > 0), T=known.T.round() + 1, x=known.x // 3 * 3
    )
    known = known._replace(t_x=np.where(known.x > 0, known.t_x, 0.0))
    few = grouped(known)
    assert len(few.x) < 0.95 * len(known.x)
    assert few.customers == len(known.x)
    assert kind.fit(few).fit.params == pytest.approx(kind.fit(known).fit.params, rel=1e-9)
    doubled = few._replace(weight=2 * few.weight)
    model = kind.fit(known).model
    assert model.log_likelihood(doubled) == pytest.approx(2 * model.log_likelihood(known))
    assert kind.fit(doubled).fit.params == pytest.approx(kind.fit(few).fit.params, rel=1e-3)


def population(kind: type[OrderModel], number: int = 40_000):
    rng = np.random.default_rng(11)
    return drawn(
        number,
        rate=rng.gamma(0.8, 1 / 6.0, number),
        leaving=np.zeros(number) if kind is Nbd else rng.beta(0.9, 3.0, number),
        ahead=AHEAD,
        leave_after_first=kind is MbgNbd,
    )


def true_model(kind: type[OrderModel]) -> OrderModel:
    return kind(0.8, 6.0) if kind is Nbd else kind(0.8, 6.0, 0.9, 3.0)


@pytest.mark.parametrize("kind", MODELS)
def test_simulated_customers_do_what_the_model_says_of_them(kind):
    """By number of orders and by silence: orders to come, and whether any comes.

    The model knows its parameters and x, t_x, T alone; so this holds the conditional formulas
    — P(no order) is P(alive and silent) + P(gone) — to 4 standard errors in every group.
    """
    people = population(kind)
    model, known = true_model(kind), people.known
    expected = model.expected_orders(known, AHEAD)
    chance = model.order_probability(known, AHEAD)
    silent = (known.T - known.t_x) > 20
    for x in range(6):
        for group in (silent, ~silent):
            chosen = group & (np.minimum(known.x, 5) == x)
            assert chosen.sum() > 300
            for actual, foretold in (
                (people.coming[chosen], expected[chosen]),
                ((people.coming > 0)[chosen], chance[chosen]),
            ):
                error = 4 * (actual - foretold).std() / np.sqrt(chosen.sum())
                assert actual.mean() == pytest.approx(foretold.mean(), abs=error)


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize(
    ("x", "t_x", "age"), [(0, 0.0, 8.0), (0, 0.0, 60.0), (1, 2.0, 30.0), (6, 20.0, 22.0)]
)
def test_formulas_are_those_of_one_customer_averaged_over_all(kind, x, t_x, age):
    """One customer of known λ and p is simple; a grid of both replaces every integral."""
    rates = gamma.ppf(MIDDLES, 0.8, scale=1 / 6.0)[:, None]
    p = np.zeros(1) if kind is Nbd else beta.ppf(MIDDLES, 0.9, 3.0)[None, :]
    stayed = x + (kind is MbgNbd)
    here = (1 - p) ** stayed * rates**x * np.exp(-rates * age)
    gone = p * (1 - p) ** (stayed - 1) * rates**x * np.exp(-rates * t_x) if stayed else 0 * here
    likelihood = (here + gone).mean()
    leaving = np.maximum(p, 1e-12)
    coming = (here * -np.expm1(-rates * leaving * AHEAD) / leaving).mean() / likelihood
    any_order = (here * -np.expm1(-rates * AHEAD)).mean() / likelihood
    model, customer = true_model(kind), histories([x], [t_x], [age])
    assert model.log_likelihood(customer) == pytest.approx(np.log(likelihood), abs=2e-3)
    assert model.p_alive(customer)[0] == pytest.approx(here.mean() / likelihood, rel=2e-3)
    assert model.expected_orders(customer, AHEAD)[0] == pytest.approx(coming, rel=2e-3)
    assert model.order_probability(customer, AHEAD)[0] == pytest.approx(any_order, rel=2e-3)


@pytest.mark.parametrize("kind", MODELS)
def test_counts_of_orders_to_come_are_distributed_as_said(kind):
    people = population(kind)
    chances = order_counts(true_model(kind).posterior(people.known), AHEAD, most=12)
    found = [(people.coming >= n).mean() for n in range(13)]
    assert found == pytest.approx(chances.mean(axis=0), abs=4 * 0.5 / np.sqrt(40_000))
    assert (np.diff(chances, axis=1) <= 1e-12).all()


@pytest.mark.parametrize("kind", MODELS)
def test_a_fit_finds_the_parameters_again(kind):
    known = population(kind).known
    fit = kind.fit(known).fit
    assert fit.converged, fit.message
    true = true_model(kind)
    for name, value in fit.params.items():
        assert value == pytest.approx(getattr(true, name), abs=4 * fit.errors[name]), name
    assert fit.log_likelihood >= true.log_likelihood(known)
    assert "4 of 4 starts led there" in fit.message


@pytest.mark.parametrize("seed", range(5))
def test_any_seed_ends_at_the_same_peak(seed):
    known = population(BgNbd, 2_000).known
    first, other = BgNbd.fit(known, seed=0).fit, BgNbd.fit(known, seed=seed).fit
    assert other.converged
    assert other.params == pytest.approx(first.params, rel=1e-4)


def test_the_same_seed_gives_the_same_fit_to_the_last_digit():
    known = population(BgNbd, 2_000).known
    assert BgNbd.fit(known, seed=3) == BgNbd.fit(known, seed=3)


def test_where_nobody_leaves_drop_out_does_not_converge_and_nbd_stands_in():
    people = drawn(
        3_000,
        rate=np.random.default_rng(2).gamma(1.0, 0.2, 3_000),
        leaving=np.zeros(3_000),
        ahead=1,
    )
    fitted = fit_all(people.known, FAMILY, seed=0)
    assert list(fitted) == list(FAMILY)
    assert [each.fit.converged for each in fitted.values()] == [False, False, False, True]
    nothing = Evidence(0.0, 0.0)
    for evidence in ({}, dict.fromkeys(FAMILY[:3], nothing) | {"nbd": Evidence(1e6, 1e6)}):
        assert choose(fitted, evidence).model.key == "nbd"
    for failed in list(fitted.values())[:3]:
        assert "bound" in failed.fit.message
        assert set(failed.fit.errors.values()) == {None}


def test_customers_all_alike_are_a_model_too():
    """No difference between customers is the top of a bound, not a failure."""
    number = 3_000
    people = drawn(number, rate=np.full(number, 0.2), leaving=np.full(number, 0.1), ahead=AHEAD)
    fit = BgNbd.fit(people.known).fit
    assert fit.converged
    assert "alike for all" in fit.message
    found = BgNbd(**fit.params)
    assert found.r / found.alpha == pytest.approx(0.2, rel=0.05)
    assert found.a / (found.a + found.b) == pytest.approx(0.1, rel=0.05)
    expected = found.expected_orders(people.known, AHEAD).sum()
    assert expected == pytest.approx(people.coming.sum(), rel=0.05)


def test_the_likeliest_by_what_was_seen_and_by_what_came_serves():
    known = population(MbgNbd, 3_000).known
    fitted = fit_all(known, FAMILY, seed=0)
    assert all(each.fit.converged for each in fitted.values())
    choice = choose(fitted)
    assert choice.model.key == "mbg_nbd"
    losses = [each.fit.aic for each in choice.tried]
    assert losses == sorted(losses)
    gap = (fitted["nbd"].fit.aic - fitted["mbg_nbd"].fit.aic) / 2
    for more, serves in ((1.0, "nbd"), (-1.0, "mbg_nbd")):
        behind = {key: Evidence((gap + more) * (key != "nbd"), 100.0) for key in FAMILY}
        assert choose(fitted, behind).model.key == serves
    assert list(fit_all(known, ("mbg_nbd",), seed=0)) == ["mbg_nbd", "nbd"]


def test_everybody_once_a_customer_for_ever_must_be_borne_out():
    """BG/NBD is right here, and yet serves only where single orders on a hold-out say so."""
    fitted = fit_all(population(BgNbd, 3_000).known, FAMILY, seed=0)
    assert min(fitted, key=lambda key: fitted[key].fit.aic) == "bg_nbd"
    assert choose(fitted).model.key in {"mbg_nbd", "pareto_nbd"}
    said = {key: Evidence(900.0, 300.0) for key in FAMILY}
    assert choose(fitted, said | {"bg_nbd": Evidence(900.0, 299.0)}).model.key == "bg_nbd"
    assert choose(fitted, said | {"bg_nbd": Evidence(900.0, 301.0)}).model.key != "bg_nbd"
    alone = {key: fitted[key] for key in ("bg_nbd", "nbd")}
    assert choose(alone).model.key == "bg_nbd"


def test_the_log_loss_is_of_all_and_of_single_orders():
    chance, came = np.array([0.5, 0.8, 0.1]), np.array([0.0, 3.0, 0.0])
    found = evidence_of(chance, came, np.array([0, 2, 0]))
    assert found.log_loss == pytest.approx(-np.log(0.5 * 0.8 * 0.9))
    assert found.once == pytest.approx(-np.log(0.5 * 0.9))


@pytest.mark.parametrize(
    ("x", "age"), [([0] * 30, 10.0), ([300, 0, 0], 52.0), ([1] * 40, 1.0), ([5, 9], 700.0)]
)
@pytest.mark.parametrize("kind", MODELS)
def test_odd_customer_bases_end_without_a_warning(kind, x, age):
    customers = histories(x, np.where(np.array(x) > 0, age / 2, 0.0), np.full(len(x), age))
    model, fit = kind.fit(customers)
    assert np.isfinite(fit.log_likelihood)
    assert fit.message
    assert np.isfinite(model.expected_orders(customers, 52)).all()


def test_kinds_are_computed_once_and_given_to_all():
    known = population(MbgNbd, 500).known
    belief = MbgNbd(0.8, 6, 0.9, 3).posterior(known._replace(T=known.T.round() + 1))
    alike = kinds(belief)
    assert len(alike.first) < len(belief.alive)
    each = belief.alive * expected_orders(alike.belief, 30.0)[alike.place]
    assert each == pytest.approx(expected_orders(belief, 30.0))


@pytest.mark.parametrize(
    ("x", "t_x", "age", "said"),
    [
        ([-1], [1.0], [2.0], "whole numbers"),
        ([0.5], [1.0], [2.0], "whole numbers"),
        ([1], [3.0], [2.0], "t_x <= T"),
        ([1], [1.0], [np.inf], "finite"),
        ([0], [1.0], [2.0], "0 where x is 0"),
    ],
)
def test_impossible_histories_are_refused(x, t_x, age, said):
    with pytest.raises(ValueError, match=said):
        histories(x, t_x, age)


def test_customers_of_today_alone_can_not_be_fitted():
    with pytest.raises(ValueError, match="longer than a day"):
        BgNbd.fit(histories([0, 0], [0.0, 0.0], [0.0, 0.0]))


@pytest.fixture(scope="module")
def leavers() -> Histories:
    """Draw customers who may leave at any time."""
    rng = np.random.default_rng(4)
    number = 4_000
    rate, left = rng.gamma(0.6, 0.1, number), rng.exponential(1 / rng.gamma(0.8, 0.1, number))
    age = rng.uniform(5, 104, number)
    x = rng.poisson(rate * np.minimum(left, age))
    share = rng.beta(np.maximum(x, 1), 1)
    return histories(x, np.where(x > 0, share * np.minimum(left, age), 0.0), age)


def test_pareto_nbd_finds_its_parameters_again(leavers: Histories):
    model, fit = ParetoNbd.fit(leavers)
    assert fit.converged, fit.message
    for name, true in {"r": 0.6, "alpha": 10, "s": 0.8, "beta": 10}.items():
        assert fit.params[name] == pytest.approx(true, abs=4 * fit.errors[name]), name
    alive = model.p_alive(leavers)
    assert ((alive >= 0) & (alive <= 1)).all()


@pytest.mark.parametrize("s", [0.8, 1.0, 2.5])
@pytest.mark.parametrize(("x", "t_x", "age"), [(0, 0.0, 60.0), (1, 2.0, 30.0), (6, 20.0, 22.0)])
def test_who_leaves_at_any_time_is_one_customer_averaged_over_all(s, x, t_x, age):
    """A grid of both rates replaces the integrals, given that the customer is still there."""
    model, customer = ParetoNbd(0.6, 10.0, s, 12.0), histories([x], [t_x], [age])
    belief = model.posterior(customer)
    rates = gamma.ppf(MIDDLES, 0.6 + x, scale=1 / (10.0 + age))[:, None]
    leaving = gamma.ppf(MIDDLES, s, scale=1 / (12.0 + age))[None, :]
    coming = (rates * -np.expm1(-leaving * AHEAD) / leaving).mean()
    both = rates + leaving
    any_order = (rates / both * -np.expm1(-both * AHEAD)).mean()
    alive = belief.alive[0]
    assert expected_orders(belief, AHEAD)[0] == pytest.approx(alive * coming, rel=3e-3)
    assert order_probability(belief, AHEAD)[0] == pytest.approx(alive * any_order, rel=3e-3)


@given(known_customers(at_most=8), st.floats(0.2, 20), st.floats(0.2, 20))
def test_the_median_wait_of_who_leaves_at_any_time(customers, s, beta_):
    model = ParetoNbd(0.6, 10.0, s, beta_)
    weeks = model.weeks_to_next_order(customers, at_most=520.0)
    far = model.order_probability(customers, 520.0)
    for kind, wait in enumerate(weeks):
        if np.isnan(wait):
            assert far[kind] < 0.5 + 1e-4
        else:
            one = customers.part(slice(kind, kind + 1))
            assert model.order_probability(one, wait)[0] == pytest.approx(0.5, abs=1e-4)


def test_silence_and_time_to_come_move_pareto_nbd_the_right_way(leavers: Histories):
    model = ParetoNbd(0.6, 10.0, 0.8, 10.0)
    expected = [model.expected_orders(leavers, weeks) for weeks in (10.0, 20.0, 200.0)]
    assert (expected[0] < expected[1]).all()
    assert (expected[1] < expected[2]).all()
    assert (model.order_probability(leavers, 20.0) <= expected[1] + 1e-9).all()
    young, old = model.p_alive(histories([0, 0], [0.0, 0.0], [4.0, 200.0]))
    assert 1 > young > old


def test_pareto_nbd_gradient(leavers: Histories):
    few, place = leavers.part(slice(0, 200)), np.log([0.5, 9.0, 0.7, 13.0])
    slope = ParetoNbd.likelihood(place, few)[1]
    found = differences(lambda at: ParetoNbd.likelihood(at, few)[0], place)
    assert slope == pytest.approx(found, rel=1e-5)


def differences(function, place: np.ndarray) -> np.ndarray:
    axes = np.eye(len(place)) * 1e-5
    return np.array([(function(place + e) - function(place - e)) / 2e-5 for e in axes])
