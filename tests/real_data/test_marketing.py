"""Kaggle "Customer Personality Analysis" (CC0): its known figures, in all four dresses."""

from pathlib import Path

import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from tests.given_outcomes import mapped
from tests.shops import Shop, assert_same_tables, published_tables, refreshed, rows

pytestmark = pytest.mark.real_data

DRESSES = ("", "_semicolon", "_semicolon_bom", "_comma_iso")


@pytest.fixture(scope="module")
def shops(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Shop]:
    folder = tmp_path_factory.mktemp("marketing")
    return [
        refreshed(
            folder / f"portal{dress}.db",
            real_data / "marketing" / f"marketing_campaign{dress}.csv",
        )
        for dress in DRESSES
    ]


def test_four_dresses_give_the_same_tables(shops: list[Shop]):
    for other in shops[1:]:
        assert_same_tables(shops[0], other)


def test_known_figures(shops: list[Shop]):
    path = shops[0].path
    assert rows(path, "select rows_read, rows_kept, customers, as_of from run") == [
        (2240, 2240, 2240, "2014-06-29")
    ]
    found = dict(rows(path, "select rule, rows from finding"))
    assert found["alike"] == 182
    assert found["misspelt_marital_status"] == 3
    assert found["no_answer_marital_status"] == 4
    assert found["impossible_birth_year"] == 3
    assert found["absurd_income"] == 1
    ((constants,),) = rows(path, "select examples from finding where rule = 'constant'")
    assert "cost_of_contact" in constants
    assert "revenue_of_contact" in constants
    ((accepted,),) = rows(
        path, "select sum(accepted) from vw_campaigns where campaign = 'Last campaign'"
    )
    assert accepted == 334
    ((complained,),) = rows(
        path, "select count(*) from customer_attribute where complain = 'yes'"
    )
    assert complained == 21
    ((missing,),) = rows(path, "select count(*) from vw_demographics where income is null")
    assert missing == 24 + 1


def test_every_view_has_a_row_for_each_customer(shops: list[Shop]):
    tables = published_tables(shops[0])
    for name in (
        "vw_purchases",
        "vw_demographics",
        "vw_campaigns",
        "vw_channels",
        "vw_recency",
    ):
        assert tables[name]["customer_id"].nunique() == 2240, name


def test_the_segmentation_is_no_column_in_disguise(shops: list[Shop]):
    ((most,),) = rows(shops[0].path, "select max(mutual_information) from segment_agreement")
    assert most < 0.9
    smallest = published_tables(shops[0])["published_segment"]["share"].min()
    assert smallest >= 0.01


def test_answers_to_the_last_campaign_are_foretold(real_data: Path, tmp_path: Path):
    """With the usual models; published of everyone by a model that had not seen them."""
    (tmp_path / "usual.yaml").write_text(
        "models: {tasks: [given_outcome], nested_repeats: 0}\n"
        "segments: {trials: 4, bootstraps: 4}\n"
    )
    file = real_data / "marketing" / "marketing_campaign.csv"
    shop = refreshed(
        tmp_path / "portal.db", file, *mapped(tmp_path, "Response"),
        "--settings", tmp_path / "usual.yaml",
    )  # fmt: skip
    told = published_tables(shop)["published_prediction"].set_index("customer_id")
    assert (told["task"] == "given_outcome").all()
    assert (len(told), told["known"].sum()) == (2240, 2240)
    source = pd.read_csv(file, sep=None, engine="python", dtype={"ID": str}).set_index("ID")
    answered = source["Response"].reindex(told.index)
    assert answered.sum() == 334
    assert 0.75 < roc_auc_score(answered, told["probability"]) < 0.92
    ((features,),) = rows(shop.path, "select features from task_result")
    assert not any(name in features for name in ("response", 'promotional"', "customer_id"))
    scores = published_tables(shop)["published_model"].query("chosen and metric == 'roc_auc'")
    assert scores["value"].round(2).tolist() == [0.87]
