"""What may predict a segment, and what one column alone would answer."""

import numpy as np
import pandas as pd
import pytest

from pipeline.features.attributes import BY_NAME
from pipeline.learning import rivals
from pipeline.learning.single import segment_materials
from pipeline.learning.tasks import Refused
from pipeline.settings import ModelSettings
from tests.learning.told_by_age import separable

SETTINGS = ModelSettings()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("membership", lambda kind, _spend: np.array(["standard", "premium", "gold"])[kind]),
        ("gender", lambda kind, _spend: np.where(kind == 0, "M", "F")),
        ("children", lambda kind, _spend: kind),
        ("income", lambda _kind, spend: (spend * 12 + 3).round(2)),
        ("city", lambda _kind, spend: np.where(spend > 80, "Rome", "Oslo")),
    ],
)
def test_no_attribute_that_is_an_input_under_another_name_tells_the_segment(name, values):
    """Equal to it, a grouping of its levels, another scale of it, or a step of it."""
    customers = separable()
    kind = np.random.default_rng(1).integers(0, 3, len(customers))
    customers["service_type"] = np.array(["a", "b", "c"])[kind]
    customers[name] = values(kind, customers["spend_wines"].to_numpy())
    inputs = ["spend_wines", "service_type"]
    (material,) = segment_materials(
        customers, inputs, names=["segment"], settings=SETTINGS, seed=0
    )
    assert name not in {each.name for each in material.features}
    assert "age" in {each.name for each in material.features}
    assert BY_NAME[name].title in material.design
    assert "Left out, since segments were made from the same" in material.design


@pytest.mark.parametrize("name", ["membership", "income", "country"])
def test_what_only_goes_with_an_input_still_tells_the_segment(name: str):
    """Mostly the same, finer than it, or noisy: no input under another name."""
    rng = np.random.default_rng(1)
    customers = separable()
    kind = rng.integers(0, 2, len(customers))
    customers["service_type"] = np.where(kind == 0, "a", "b")
    strays = rng.random(len(customers)) < 0.1
    customers["membership"] = np.where(strays, "gold", customers["service_type"])
    customers["income"] = customers["spend_wines"] * rng.lognormal(0, 0.3, len(customers))
    customers["country"] = np.char.add(customers["service_type"].to_numpy(str), "").astype(
        object
    )
    customers["country"] += rng.integers(0, 4, len(customers)).astype(str)
    (material,) = segment_materials(
        customers, ["spend_wines", "service_type"], names=["segment"], settings=SETTINGS, seed=0
    )
    assert name in {each.name for each in material.features}
    assert "Left out" not in material.design


def test_a_refused_segment_says_what_was_left_out():
    customers = separable()[["customer_id", "segment", "spend_wines"]].assign(
        service_type=["a", "b"] * 300, membership=["a", "b"] * 300
    )
    (refused,) = segment_materials(
        customers, ["spend_wines", "service_type"], names=["segment"], settings=SETTINGS, seed=0
    )
    assert isinstance(refused, Refused)
    assert "Membership (follows from service type)" in refused.message


def test_one_column_is_looked_up_by_its_own_levels():
    """A depth of three sees seven words of thirty at most; the lookup sees them all."""
    rng = np.random.default_rng(0)
    words = pd.Series(rng.integers(0, 30, 3_000)).map("city {}".format)
    labels = words.str.split().str[1].astype(int).to_numpy() % 2
    answers = rivals.looked_up(words, labels, words, 2)
    assert (answers.argmax(axis=1) == labels).all()
    assert answers.sum(axis=1) == pytest.approx(np.ones(3_000))
    unheard = rivals.looked_up(words, labels, pd.Series(["nowhere"]), 2)
    assert unheard[0] == pytest.approx(np.bincount(labels) / 3_000)
    once = rivals.looked_up(
        pd.Series(["a", "b", "b"]), np.array([0, 1, 1]), pd.Series(["a"]), 2
    )
    assert once[0] == pytest.approx([(1 + 1 / 3) / 2, (0 + 2 / 3) / 2])


def test_the_best_column_of_words_is_a_rival_with_all_its_levels():
    rng = np.random.default_rng(0)
    customers = separable(1_200)
    city = rng.integers(0, 30, len(customers))
    customers["city"] = [f"city {each}" for each in city]
    customers["segment"] = np.where(city % 2 == 0, "Even", "Odd")
    (material,) = segment_materials(
        customers, ["spend_wines"], names=["segment"], settings=SETTINGS, seed=0
    )
    rival = material.rivals()[-1]
    assert rival.title == "City alone"
    assert (rival.probabilities.argmax(axis=1) == material.test.labels).mean() > 0.99
