"""Customers scored live and from files: as trained, everything assumed is said."""

import datetime as dt
import subprocess
import sys
import time
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.features.customers import derived
from pipeline.features.days import day_number
from pipeline.features.history import history
from pipeline.features.orders import order_states
from pipeline.quality.cleaning import clean
from pipeline.scoring.customer_base import with_silence
from pipeline.scoring.given import (
    AddedOrder,
    Given,
    NotScorable,
    Waited,
    changed,
    states_of_orders,
)
from pipeline.scoring.score import (
    ModelUnusable,
    Scorer,
    by_demography,
    inputs,
    load,
    of_orders,
    of_rows,
    score,
    score_frame,
    what_if,
    what_if_orders,
)
from pipeline.scoring.store import unpack_segmentation, unpack_served
from pipeline.settings import Settings
from tests.quality.order_lines import as_lines
from tests.scoring.shop_models import (
    DAY,
    SETTINGS,
    orders,
    people,
    seen,
    stored_of_orders,
    stored_of_people,
)

NUMBER = day_number(DAY)


def shop(**how: str) -> Scorer:
    return load(stored_of_orders(**how), form="order-lines", settings=SETTINGS)


def market() -> Scorer:
    return load(stored_of_people(), form="market-activity", settings=SETTINGS)


def test_orders_become_the_features_that_models_are_trained_on():
    """Order lines, cleaned and rolled up, and the same orders as a request gives them."""
    table = as_lines(
        [
            line("1", "CUP", 4, 2, 10.0, "c1", "France"),
            line("1", "TEA", 4, 1, 5.0, "c1", "France"),
            line("2", "CUP", 60, 3, 10.0, "c1", "Spain"),
            line("C3", "CUP", 68, -1, 10.0, "c1", "Spain"),
            line("4", "CUP", 60, 1, 7.5, "c2", "Peru"),
            line("5", "CUP", 152, 4, 7.5, "c2", "Peru"),
        ]
    )
    known = history(order_states(clean(table, Settings().cleaning)), NUMBER)
    trained = with_silence(known, None)
    request = pd.DataFrame(
        [
            ("c1", "France", dt.date(2024, 1, 5), 25.0, 3, None),
            ("c1", "Spain", dt.date(2024, 3, 1), 30.0, 2, 10.0),
            ("c2", "Peru", dt.date(2024, 3, 1), 7.5, 1, None),
            ("c2", "Peru", dt.date(2024, 6, 1), 30.0, 4, None),
        ],
        columns=["customer_id", "country", "ordered_on", "value", "items", "returned"],
    )
    given = of_orders(shop(), request, NUMBER)
    pd.testing.assert_frame_equal(given.features, trained, check_dtype=False)


def line(*values: object) -> dict[str, object]:
    names = ("invoice", "product", "day", "quantity", "unit_price", "customer_id", "country")
    return {**dict(zip(names, values, strict=True)), "description": values[1]}


@pytest.mark.parametrize("churn", ["xgboost", "random_forest", "logistic_regression"])
def test_scores_are_those_of_the_stored_models(churn: str):
    scorer = shop(churn=churn)
    given = of_orders(scorer, orders(), NUMBER)
    found = score_frame(scorer, given)
    assert list(found["customer_id"]) == list(given.features["customer_id"])
    stored = stored_of_orders(churn=churn)
    segmentation = unpack_segmentation(stored["segmentation"])
    np.testing.assert_array_equal(found["segment"], segmentation.segments(given.features))
    for task in ("churn", "activity_drop", "high_value"):
        served = unpack_served(stored[f"model.{task}"])
        told = served.probabilities(given.features)[:, 1]
        expected = np.where(given.is_asked[task], told, np.nan)
        np.testing.assert_allclose(found[f"{task}_probability"], expected, atol=1e-6)
    assert 0 < found["activity_drop_probability"].isna().sum() < len(found)


def test_one_customer_is_told_what_a_file_is_told():
    scorer = shop()
    given = of_orders(scorer, orders(), NUMBER)
    table = score_frame(scorer, given).set_index("customer_id")
    for told in score(scorer, given)[:40]:
        row = table.loc[told.customer_id]
        assert row["segment"] == told.segment.name
        assert row["segment_probability"] == pytest.approx(told.segment.probability, abs=1e-6)
        for answer in told.answers:
            probability = row[f"{answer.task}_probability"]
            assert probability == pytest.approx(answer.probability, abs=1e-6)
            assert answer.family == scorer.models[answer.task].served.family
        said = {answer.task for answer in told.answers}
        unsaid = {"churn", "activity_drop", "high_value"} - said
        assert all(np.isnan(row[f"{task}_probability"]) for task in unsaid)
        for answer in told.answers:
            outcome = scorer.models[answer.task].served.classes[1]
            assert answer.reasons
            for place, reason in enumerate(answer.reasons, start=1):
                speaks = "for" if reason.contribution > 0 else "against"
                expected = f"{reason.reason} (speaks {speaks} “{outcome}”)"
                assert row[f"{answer.task}_reason_{place}"] == expected


@pytest.mark.parametrize("churn", ["xgboost", "random_forest", "logistic_regression"])
@settings(max_examples=15, deadline=None)
@given(rows=st.lists(st.integers(0, 299), min_size=1, max_size=60))
def test_customers_are_told_together_what_each_is_told_alone(churn: str, rows: list[int]):
    """Whoever is asked about at once, in whatever order and however often."""
    scorer, known = shop(churn=churn), of_orders_of_all()
    places = np.array(rows) % len(known.features)
    together = score(scorer, taken(known, places))
    alone = [score(scorer, taken(known, places[[row]]))[0] for row in range(len(places))]
    assert together == alone


@settings(max_examples=15, deadline=None)
@given(rows=st.lists(st.integers(0, 199), min_size=1, max_size=60))
def test_people_are_told_together_what_each_is_told_alone(rows: list[int]):
    scorer = market()
    gaps = people().where(np.random.default_rng(3).random(people().shape) > 0.2)
    some = gaps.assign(customer_id=people()["customer_id"]).iloc[np.array(rows) % len(people())]
    together = score(scorer, of_rows(scorer, some))
    alone = (some.iloc[[row]] for row in range(len(some)))
    assert together == [score(scorer, of_rows(scorer, each))[0] for each in alone]


@cache
def of_orders_of_all() -> Given:
    return of_orders(shop(), orders(), NUMBER)


def taken(known: Given, places: np.ndarray) -> Given:
    """Give some of the customers."""
    return known._replace(
        features=known.features.iloc[places].reset_index(drop=True),
        is_asked={task: rows[places] for task, rows in known.is_asked.items()},
    )


def test_outcomes_are_told_of_those_whom_they_concern():
    long_ago = pd.DataFrame(
        [("x", dt.date(2022, 1, 1), 10.0), ("y", dt.date(2024, 1, 1), 10.0)],
        columns=["customer_id", "ordered_on", "value"],
    )
    scorer = shop()
    gone, silent = score(scorer, of_orders(scorer, long_ago, NUMBER))
    assert gone.answers == ()
    assert "Churn is told of customers with an order in the last 365 days" in gone.remarks[-3]
    assert [each.task for each in silent.answers] == ["churn", "high_value"]
    assert "spent in the last 90 days" in silent.remarks[-1]


def test_what_is_assumed_is_said():
    new = orders()[orders()["customer_id"] == "c001"].assign(country="Atlantis", items=np.nan)
    scorer = shop()
    (told,) = score(scorer, of_orders(scorer, new, NUMBER))
    assert any("Atlantis” is new and counts as" in each for each in told.remarks)
    (items,) = [each for each in told.remarks if each.startswith("Items per order")]
    assert "not given" in items
    table = score_frame(scorer, of_orders(scorer, new, NUMBER))
    assert "Atlantis" in table["remarks"][0]
    known = orders()[orders()["customer_id"] == "c001"]
    assert score_frame(scorer, of_orders(scorer, known, NUMBER))["remarks"][0] == ""


def test_a_segment_comes_with_its_probability():
    few = seen(orders()[:6])
    by_distance = score(shop(), few)[0].segment
    assert by_distance.probability == by_distance.probabilities[by_distance.name]
    assert sum(by_distance.probabilities.values()) == pytest.approx(1, abs=1e-5)
    assert "reproduce the segments (logistic_regression)" in by_distance.how
    by_mixture = score(shop(algorithm="gaussian_mixture"), few)[0].segment
    assert by_mixture.probability == max(by_mixture.probabilities.values())
    assert "mixture" in by_mixture.how
    without = {k: v for k, v in stored_of_orders().items() if k != "model.segment_replication"}
    alone = load(without, form="order-lines", settings=SETTINGS)
    nearest = score(alone, few)[0].segment
    assert (nearest.name, nearest.probability) == (by_distance.name, None)
    assert nearest.how == "the nearest segment"


def test_nothing_stored_tells_nothing():
    empty = load({}, form="order-lines", settings={})
    (first, *_) = score(empty, seen(orders()[:6]))
    assert (first.segment, first.answers) == (None, ())
    assert list(score_frame(empty, seen())["segment"].unique()) == [None]


def test_what_is_not_there_can_not_be_scored():
    scorer = shop()
    sent_back = orders().iloc[:1].assign(returned=orders()["value"][0])
    late = orders().iloc[:1].assign(ordered_on=DAY + dt.timedelta(days=1))
    for nothing in (sent_back, late, orders().iloc[:0]):
        with pytest.raises(NotScorable, match="no order"):
            of_orders(scorer, nothing, NUMBER)
    with pytest.raises(NotScorable, match="no customer"):
        of_rows(market(), people().iloc[:0])


def test_damaged_models_are_refused():
    stored = stored_of_orders()
    other = stored | {"model.churn": stored["model.churn"]._replace(content=b"PK")}
    with pytest.raises(ModelUnusable, match="damaged"):
        load(other, form="order-lines", settings=SETTINGS)


def test_another_order_and_time_move_the_answer_as_if_they_had_happened():
    scorer = shop()
    mine = orders()[orders()["customer_id"] == "c002"]
    states = states_of_orders(mine)
    before, after = what_if_orders(
        scorer, states, NUMBER, [Waited(30), AddedOrder(99.0, 7), Waited(10)]
    )
    assert [before] == score(scorer, of_orders(scorer, mine, NUMBER))
    later = DAY + dt.timedelta(days=30)
    added = mine.iloc[[-1]].assign(ordered_on=later, value=99.0, items=7.0, returned=0.0)
    whole = pd.concat([mine, added])
    later_still = of_orders(scorer, whole, NUMBER + 40)
    assert later_still.features["recency_days"][0] == 10
    assert [after] == score(scorer, later_still)
    assert before.answers != after.answers


def test_an_order_without_items_has_as_many_as_usual():
    mine = states_of_orders(orders()[orders()["customer_id"] == "c002"])
    before, after = what_if_orders(shop(), mine, NUMBER, [AddedOrder(10.0)])
    usual = changed(mine, NUMBER, [AddedOrder(10.0)])[0]
    items = mine["items"].mean()
    assert usual["items"].iloc[-1] == pytest.approx(items)
    stated = what_if_orders(shop(), mine, NUMBER, [AddedOrder(10.0, items)])
    assert (before, after) == stated


def test_customers_without_orders_are_scored_by_attributes():
    scorer = market()
    given = of_rows(scorer, people())
    expected = derived("market-activity", people())
    np.testing.assert_allclose(given.features["monetary"], expected["monetary"])
    found = score_frame(scorer, given)
    assert list(found) == [
        "customer_id", "segment", "segment_probability", "activity_drop_probability",
        "activity_drop_reason_1", "activity_drop_reason_2", "activity_drop_reason_3", "remarks",
    ]  # fmt: skip
    assert found["activity_drop_probability"].notna().all()
    assert found["activity_drop_reason_1"].notna().all()


def test_the_segment_is_predicted_where_its_inputs_are_not_known():
    scorer = market()
    row = pd.DataFrame({"customer_id": ["new"], "service_type": ["premium"]})
    (told,) = score(scorer, of_rows(scorer, row))
    assert "predicted from demography and channels (decision_tree)" in told.segment.how
    assert any(each.startswith("Spend: not given, €") for each in told.remarks)
    assert set(told.segment.probabilities) == set(
        unpack_served(stored_of_people()["model.segment"]).classes
    )
    both = pd.concat([row, people().iloc[:2]], ignore_index=True)
    others = score(scorer, of_rows(scorer, both))
    assert others[0].segment == told.segment
    assert "mixture" in others[1].segment.how
    table = score_frame(scorer, of_rows(scorer, both))
    assert list(table["segment"]) == [each.segment.name for each in others]
    np.testing.assert_allclose(
        table["segment_probability"], [each.segment.probability for each in others], atol=2e-6
    )


def test_changing_an_attribute_moves_the_answer():
    scorer = market()
    row = people().iloc[[3]]
    before, after = what_if(scorer, row, {"promotional_share": 0.95})
    assert after.answers[0].probability > before.answers[0].probability
    spent, more = what_if(scorer, row, {"revenue_this_month": 9_999.0})
    whole = of_rows(scorer, row.assign(revenue_this_month=9_999.0))
    assert whole.features["monetary"][0] > of_rows(scorer, row).features["monetary"][0] + 5_000
    assert [more] == score(scorer, whole)
    assert [before] == [spent] == score(scorer, of_rows(scorer, row))


def test_demography_alone_tells_a_segment_whatever_else_is_known():
    scorer = market()
    row = people().iloc[[3]]
    before = of_rows(scorer, row).features
    after = of_rows(scorer, row.assign(revenue_this_month=9_999.0)).features
    told = [by_demography(scorer, each) for each in (before, after)]
    assert told[0] == told[1]
    served = unpack_served(stored_of_people()["model.segment"])
    expected = served.probabilities(before)[0]
    assert told[0].probability == pytest.approx(expected.max(), abs=1e-5)
    assert told[0].name == served.classes[int(expected.argmax())]
    assert by_demography(scorer._replace(models={}), before) is None


def test_every_input_is_asked_and_none_invented():
    entries = {each.name: each for each in inputs(market())}
    assert next(iter(entries)) == "customer_id"
    assert "monetary" not in entries
    assert {"revenue_before_last_month", "revenue_last_month", "revenue_this_month"} <= set(
        entries
    )
    assert set(entries) <= set(people())
    assert entries["service_type"].choices == ("premium", "standard")
    assert entries["service_type"].kind == "choice"
    share = entries["promotional_share"]
    assert (share.kind, share.unit, share.low, share.high) == ("number", "share", 0.0, 1.0)
    assert share.required
    assert not entries["pages_per_visit"].required
    assert 5 < entries["pages_per_visit"].typical < 15
    whole = people()[list(entries)].dropna().iloc[:5]
    assert all(not each.remarks for each in score(market(), of_rows(market(), whole)))


def test_inputs_of_orders():
    entries = inputs(shop())
    of_order = [each.name for each in entries if each.of == "order"]
    assert of_order == ["ordered_on", "value", "items", "returned"]
    by_name = {each.name: each for each in entries}
    assert by_name["country"].choices == ("France", "Peru", "Spain")
    required = {each.name for each in entries if each.required}
    assert required == {"customer_id", "as_of", "ordered_on", "value"}


def test_a_hundred_thousand_customers_are_scored_in_time():
    many = pd.concat([seen().features] * 334, ignore_index=True).iloc[:100_000]
    many = many.assign(customer_id=np.arange(100_000).astype(str))
    given = seen()._replace(
        features=many,
        is_asked={k: np.tile(v, 334)[:100_000] for k, v in seen().is_asked.items()},
    )
    scorer = shop(churn="random_forest")
    began = time.process_time()
    found = score_frame(scorer, given)
    assert time.process_time() - began < 10
    assert len(found) == 100_000
    named = found["churn_reason_1"].notna()
    assert named.sum() > 10_000
    told = found["churn_probability"]
    assert told[named].min() >= told[~named].max() or named.sum() == told.notna().sum()


def test_scoring_loads_no_tuning_and_no_boosting():
    program = (
        "import sys; import pipeline.scoring.score;"
        "print(sorted({'xgboost', 'optuna', 'db', 'dash'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
