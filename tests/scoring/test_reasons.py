"""Reasons are sentences about the customer's own values, the weightiest first."""

import re

import numpy as np
import pandas as pd
import pytest

from pipeline.base.wording import money, number, percent
from pipeline.features.attributes import ATTRIBUTES
from pipeline.features.history import HISTORY
from pipeline.learning.candidates import FAMILIES
from pipeline.scoring.explanation import Contributions, explainer
from pipeline.scoring.inputs import Feature, columns
from pipeline.scoring.phrases import FLAGS, PHRASES, kin_of
from pipeline.scoring.reasons import reasons, reasons_by_row, teller
from pipeline.scoring.reference import Reference
from pipeline.scoring.served import Served
from portal.words import wording as portal_wording
from tests.scoring.fitted import FEATURES, THREE, TWO, customers, served

EVERY = [
    *(Feature(each.name, each.title, each.unit) for each in HISTORY),
    *(Feature(each.name, each.title, each.unit, each.kind == "number") for each in ATTRIBUTES),
]
LEVELS = np.array([[0.0, 5.0, 40.0, 100.0, 400.0]])
KNOWN = Reference(np.zeros(1), LEVELS, ("yes",), np.zeros((0, 1)))


def told(feature: Feature, value, known: Reference | None = KNOWN) -> str:
    return teller(feature, known, 0, "GBP")(value)


@pytest.mark.parametrize("feature", EVERY, ids=lambda each: each.name)
def test_every_feature_is_told_in_a_sentence(feature: Feature):
    if feature.is_number:
        assert feature.name in PHRASES
        values = (0.0, 0.004, 1.0, 3.4, 40.0, 143.0, 1e6, np.nan)
    else:
        values = ("yes", "no", "Gold", "unknown")
    said = {value: told(feature, value) for value in values}
    assert len(set(said.values())) > 2
    for each in said.values():
        assert re.fullmatch(r"[A-Z][^{}_]+[^ ,;:{}_]", each), each
        assert "nan" not in each
        assert "None" not in each
    if feature.is_number:
        assert "than usual (" in said[143.0]
        assert "usual" not in said[values[-1]]
    elif feature.name in FLAGS:
        assert said["yes"].split(",")[0] != said["no"].split(",")[0]


def feature_named(name: str) -> Feature:
    return next(each for each in EVERY if each.name == name)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("recency_days", 143, "Last ordered 143 days ago, far longer than usual (40 days)"),
        ("recency_days", 41, "Last ordered 41 days ago, longer than usual (40 days)"),
        ("recency_days", 3, "Last ordered 3 days ago, far more recently than usual (40 days)"),
        ("recency_days", 40, "Last ordered 40 days ago, as is usual"),
        ("recency_days", 1, "Last ordered 1 day ago, far more recently than usual (40 days)"),
        ("children", 0, "Has no children, far fewer than usual (40 children)"),
        ("spend_90d", 0, "Spent nothing in the last 90 days, far less than usual (£40)"),
        ("spend_90d", 1234.5, "Spent £1,234 in the last 90 days, far more than usual (£40)"),
        ("spend_90d", 12.4, "Spent £12.40 in the last 90 days, less than usual (£40)"),
        ("gap_days", np.nan, "Has ordered on one day only"),
        ("age", np.nan, "Age: not known"),
        ("age", 57, "Is 57 years old, older than usual (40 years)"),
        ("children", 1, "Has 1 child, far fewer than usual (40 children)"),
        ("discount_applied", "no", "Has not used a discount, unlike most"),
        ("discount_applied", "yes", "Has used a discount, like most"),
        ("gender", "Female", "Gender: Female; the commonest is yes"),
        ("gender", "unknown", "Gender: not known"),
    ],
)  # fmt: skip
def test_values_are_told_with_unit_and_direction(name: str, value, expected: str):
    assert told(feature_named(name), value) == expected


def test_shares_and_times_have_their_own_units():
    shares = Reference(np.zeros(1), np.array([[0, 0.1, 0.5, 0.9, 1]]), ("",), np.zeros((0, 1)))
    assert told(feature_named("returned_share"), 0.62, shares) == (
        "Sent back 62 % of what it bought, more than usual (50 %)"
    )
    assert told(feature_named("lateness"), 2.43, shares) == (
        "Silent for 2.4 times its usual gap between orders, far longer than usual (0.50 times)"
    )


def test_a_value_is_told_alone_where_nothing_is_known_to_compare_it_with():
    assert told(feature_named("age"), 57.0, None) == "Is 57 years old"
    empty = KNOWN._replace(levels=np.full((1, 5), np.nan), words=("",))
    assert told(feature_named("age"), 57.0, empty) == "Is 57 years old"
    assert told(feature_named("gender"), "Female", None) == "Gender: Female"


def test_features_without_a_phrase_are_told_by_their_title():
    new = Feature("weight", "Weight of parcels", "count")
    assert told(new, 99.5) == "Weight of parcels: 99.5, more than usual (40)"


@pytest.mark.parametrize("classes", [TWO, THREE])
@pytest.mark.parametrize("family", FAMILIES)
def test_reasons_are_the_weightiest_contributions(family: str, classes):
    model = served(family, classes)
    frame = customers(60, seed=11).assign(customer_id=[f"c{each}" for each in range(60)])
    explained = explainer(model).contributions(frame)
    found = reasons(model, frame, explained, currency="EUR")
    assert list(found) == [
        "task", "customer_id", "place", "feature", "contribution", "reason",
    ]  # fmt: skip
    assert not found.duplicated(["customer_id", "place"]).any()
    names = [each.name for each in FEATURES]
    for customer, mine in found.groupby("customer_id", sort=False):
        weights = np.abs(explained.values[int(customer[1:])])
        assert list(mine["place"]) == list(range(1, len(mine) + 1))
        chosen = [names.index(name) for name in mine["feature"]]
        expected = [
            each for each in np.argsort(-weights, kind="stable") if weights[each] > 1e-9
        ]
        assert chosen == expected[:3]
    one = frame.iloc[[17]]
    why = explainer(model).contributions(one)
    (alone,) = reasons_by_row(model, columns(one, FEATURES), why, currency="EUR")
    mine = found[found["customer_id"] == "c17"]
    assert [each.reason for each in alone] == list(mine["reason"])
    np.testing.assert_allclose(
        [each.contribution for each in alone], mine["contribution"], atol=2e-6
    )


def test_features_of_one_kin_give_one_reason():
    features = tuple(
        Feature(name, name) for name in ("spend_30d", "spend_90d", "recency_days", "monetary")
    )
    assert [kin_of(each) for each in features] == [
        "spend lately", "spend lately", "recency_days", "spend",
    ]  # fmt: skip
    model = Served("churn", "x", TWO, features, served("decision_tree").pipeline)
    frame = pd.DataFrame(
        [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]], columns=[each.name for each in features]
    ).assign(customer_id=["a", "b"])
    values = np.array([[0.9, -1.0, 0.3, 0.1], [0.2, 0.1, 0.0, 0.0]])
    explained = Contributions(values, np.zeros(2), np.ones(2), "log odds", is_exact=True)
    found = reasons(model, frame, explained, currency="GBP")
    assert [tuple(row) for row in found[["customer_id", "place", "feature"]].to_numpy()] == [
        ("a", 1, "spend_90d"), ("a", 2, "recency_days"), ("a", 3, "monetary"),
        ("b", 1, "spend_30d"),
    ]  # fmt: skip


def test_nobody_has_no_reasons():
    model = served("decision_tree")
    none = customers(3).iloc[:0].assign(customer_id=[])
    explained = explainer(model).contributions(none)
    assert len(reasons(model, none, explained, currency="GBP")) == 0


def test_currencies_are_written_as_the_portal_writes_them():
    for code in [*portal_wording.SYMBOLS, "PEN", ""]:
        assert money(1234.0, code) == portal_wording.money(1234.0, code).removesuffix(".00")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (number(3), "3"), (number(3.44), "3.4"), (number(1234.5), "1,234"),
        (number(-2.5), "−2.5"), (number(2.999), "3"), (number(0.04), "0.04"),
        (number(0.001), "0"), (number(2.04), "2"), (number(0.5), "0.50"),
        (percent(0.62), "62 %"), (percent(0.001), "under 1 %"), (percent(0), "0 %"),
        (money(-3, "GBP"), "−£3"), (money(99.5, "EUR"), "€99.50"), (money(5, "CHF"), "CHF 5"),
    ],
)  # fmt: skip
def test_numbers_are_written_short(written: str, expected: str):
    assert written == expected
