"""Models learn what is there to learn and nothing that is not."""

from collections.abc import Sequence

import pandas as pd
import pytest

from pipeline.features.orders import order_states
from pipeline.learning.backtesting.backtest import trained_before
from pipeline.learning.backtesting.origins import FEATURES, outcome_materials
from pipeline.learning.done import Predicted
from pipeline.learning.examples import Examples
from pipeline.learning.folds import inner_folds
from pipeline.learning.single import segment_materials
from pipeline.learning.stage import predicted
from pipeline.learning.tasks import Refused, Rolling
from pipeline.quality.cleaning import clean
from pipeline.run.progress import Silent
from pipeline.run.threads import learning
from pipeline.settings import ModelSettings, ValueSettings
from pipeline.trade_settings import CleaningSettings
from tests.features.made_up_lines import made_up
from tests.learning.told_by_age import separable

SETTINGS = ModelSettings(
    families=("logistic_regression", "xgboost"), trials=2, bootstraps=200, folds=2,
    nested_repeats=0, least_customers=40, least_days=100, least_in_class=5, horizon_days=30,
    least_score=0.0,
)  # fmt: skip


def run(materials: list, settings: ModelSettings = SETTINGS, *, workers: int = 1) -> Predicted:
    with learning():
        return predicted(materials, settings, seed=0, progress=Silent(), workers=workers)


@pytest.fixture(scope="module")
def states() -> pd.DataFrame:
    return order_states(clean(made_up(), CleaningSettings()))


def prepared(
    states: pd.DataFrame,
    settings: ModelSettings = SETTINGS,
    *,
    names: Sequence[str] = ("churn",),
    newest: int | None = None,
) -> list:
    return outcome_materials(
        states,
        newest=int(states["ordered_day"].max()) if newest is None else newest,
        every_days=30,
        names=names,
        settings=settings,
        value=ValueSettings(),
        seed=0,
    )


@pytest.fixture(scope="module")
def churn(states: pd.DataFrame) -> Rolling:
    (rolling,) = prepared(states)
    assert isinstance(rolling, Rolling)
    return rolling


def trained(rolling: Rolling, place: int | None) -> Examples | None:
    return trained_before(rolling.windows, rolling.timeline, place, SETTINGS, seed=0)


def test_no_customer_is_on_both_sides_of_a_fold(churn: Rolling):
    train = trained(churn, None)
    assert train is not None
    for inside, outside in inner_folds(train.customers, train.labels, 3, seed=0):
        assert not set(train.customers[inside]) & set(train.customers[outside])
        assert len(inside) + len(outside) == len(train.customers)


def test_what_trains_a_window_had_closed_before_it(churn: Rolling):
    trainable = 0
    for place, window in enumerate(churn.windows):
        (day,) = set(window.days)
        train = trained(churn, place)
        if train is not None:
            assert train.days.max() + SETTINGS.horizon_days <= day
            trainable += 1
    assert trainable > 0


def test_no_identifier_is_a_feature(churn: Rolling):
    names = [each.name for each in churn.features]
    assert "customer_id" not in names
    assert list(churn.windows[-1].features) == names
    assert "tenure_days" not in names
    assert len(FEATURES) > 20


def test_names_of_customers_and_order_of_rows_change_nothing(states: pd.DataFrame):
    """Identifiers are given to other customers backwards, and rows shuffled."""
    names = sorted(states["customer_id"].unique())
    backwards = dict(zip(names, reversed([f"Z{n}" for n in names]), strict=True))
    other = states.assign(customer_id=states["customer_id"].map(backwards))
    other = other.sample(frac=1, random_state=1).reset_index(drop=True)
    one, two = prepared(states)[0], prepared(other)[0]

    def by_content(rolling: Rolling) -> pd.DataFrame:
        newest = rolling.windows[-1]
        rows = newest.features.assign(label=newest.labels)
        return rows.sort_values(list(rows), ignore_index=True)

    pd.testing.assert_frame_equal(by_content(one), by_content(two))


def test_everything_is_there_and_repeats_on_any_number_of_workers(churn: Rolling):
    first, second = run([churn]), run([churn], workers=4)
    task = first.tasks.iloc[0]
    assert task["status"] == "done"
    assert task["chosen"] in set(first.scores["model"])
    scores = first.scores
    assert set(scores["model"]) >= {
        *SETTINGS.families, "blend", "customer_base", "majority", "recency_alone",
        "frequency_alone", "silence_rule",
    }  # fmt: skip
    assert scores.loc[scores["model"] == "majority", "baseline"].all()
    assert scores.loc[scores["chosen"], "model"].unique().tolist() == [task["chosen"]]
    assert {"second", "naive"} <= set(first.paired["role"])
    assert len(first.predictions) == task["rows_scored"]
    for name in ("scores", "curves", "confusions", "predictions", "paired", "windows"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))
    said = first.trials["params"].groupby(first.trials["study"]).nunique()
    assert (said == SETTINGS.trials).all()


def test_a_segment_is_told_from_demography_where_it_can_be():
    materials = segment_materials(
        separable(), ["spend_wines"], names=["segment"], settings=SETTINGS, seed=0
    )
    found = run(materials)
    scores = found.scores.set_index(["model", "metric"])["value"]
    assert scores[found.tasks["chosen"].iloc[0], "accuracy"] > 0.75
    assert [each.name for each in materials[0].features] == ["age", "city", "income"]


def test_shuffled_labels_teach_nothing():
    """Of eight 95 % intervals two may miss one half by chance; their mean may not stray."""
    found = []
    for seed in range(4):
        shuffled = separable(2_000, seed, shuffled=True)
        materials = segment_materials(
            shuffled, ["spend_wines"], names=["segment"], settings=SETTINGS, seed=seed
        )
        scores = run(materials).scores
        found.append(scores[(scores["metric"] == "roc_auc") & ~scores["baseline"]])
    auc = pd.concat(found)
    assert ((auc["low"] <= 0.5) & (auc["high"] >= 0.5)).sum() >= 6
    assert auc["value"].mean() == pytest.approx(0.5, abs=0.03)


def test_twins_stay_together():
    customers = separable(300)
    twice = pd.concat([customers, customers.assign(customer_id="t" + customers["customer_id"])])
    (material,) = segment_materials(
        twice.reset_index(drop=True), ["spend_wines"], names=["segment"],
        settings=SETTINGS, seed=0,
    )  # fmt: skip
    bare = [{name[-4:] for name in rows.customers} for rows in (material.train, material.test)]
    assert not bare[0] & bare[1]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"least_customers": 500}, "customers with orders; 500 are asked for"),
        ({"least_days": 1_000}, "days; 1000 are asked for"),
        ({"least_in_class": 400}, "models.least_in_class"),
        ({"horizon_days": 140}, "a longer history"),
    ],
)
def test_thin_data_is_refused_in_a_sentence(states: pd.DataFrame, settings: dict, said: str):
    asked = SETTINGS.model_copy(update=settings)
    (refused,) = prepared(states, asked, names=["activity_drop"])
    assert isinstance(refused, Refused)
    assert said in refused.message
    found = run([refused])
    assert found.tasks["status"].tolist() == ["refused"]
    assert found.scores.empty
    assert len(found.findings) == 1
