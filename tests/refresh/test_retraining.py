"""Models that serve on until they are due: what a refresh does and says then."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.samples.files import write
from pipeline.samples.marketing import made_up_marketing
from tests.shops import (
    QUICK,
    Shop,
    copy_of,
    made_once,
    published_tables,
    refreshed,
    rows,
    write_shop,
)

WHEN_DUE = QUICK.replace("models: {", "models: {retrain: when due, ")
TASKS = (
    "select task, trained_run, trained_on, chosen, base_rate_test, rows_test from task_result"
    " where run_id = {} and status = 'done' order by position"
)
REMARKS = "select code, sentence from run_remark where run_id = {} and code like 'models_%'"
PREDICTIONS = "select task, customer_id, probability, low, high from customer_prediction"


def as_settings(folder: Path, text: str) -> list[str]:
    path = folder / "settings.yaml"
    path.write_text(text)
    return ["--settings", str(path)]


def remark_of(shop: Shop, run: int) -> tuple[str, str]:
    """Give the code and the sentence of the one remark on what models did in a run."""
    (remark,) = rows(shop.path, REMARKS.format(run))
    return remark


def trained_runs(shop: Shop, run: int) -> set[int]:
    return {trained_run for _, trained_run, *_ in rows(shop.path, TASKS.format(run))}


def until(file: Path, day: str, to: Path) -> Path:
    """Write the order lines of a file before a day into another."""
    lines = pd.read_csv(file, dtype=str)
    lines[lines["InvoiceDate"] < day].to_csv(to, index=False)
    return to


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shop(tmp_path_factory.mktemp("orders") / "shop.csv", customers=400, days=300)


@pytest.fixture(scope="module")
def newest_day(orders: Path) -> pd.Timestamp:
    return pd.to_datetime(pd.read_csv(orders)["InvoiceDate"]).max().normalize()


@pytest.fixture(scope="module")
def trained(
    orders: Path, newest_day: pd.Timestamp, tmp_path_factory: pytest.TempPathFactory
) -> Shop:
    """Publish the shop as it was ten days before its end; its models are trained there."""

    def make(folder: Path) -> Shop:
        day = str((newest_day - pd.Timedelta(days=10)).date())
        earlier = until(orders, day, folder / "earlier.csv")
        return refreshed(folder / "portal.db", earlier, *as_settings(folder, WHEN_DUE))

    return made_once(tmp_path_factory, "trained", make)


@pytest.fixture
def shop(trained: Shop, tmp_path: Path) -> Shop:
    return copy_of(trained, tmp_path)


@pytest.fixture
def earlier(orders: Path, newest_day: pd.Timestamp, tmp_path: Path) -> Path:
    day = str((newest_day - pd.Timedelta(days=10)).date())
    return until(orders, day, tmp_path / "earlier.csv")


def test_the_first_refresh_trains(shop: Shop):
    assert len(rows(shop.path, TASKS.format(1))) == 3
    assert trained_runs(shop, 1) == {1}
    assert not rows(shop.path, REMARKS.format(1))
    (as_of,) = rows(shop.path, "select as_of from run")[0]
    assert {day for _, _, day, *_ in rows(shop.path, TASKS.format(1))} == {as_of}


def test_the_same_records_again_say_the_same(shop: Shop, earlier: Path, tmp_path: Path):
    before = published_tables(shop)
    refreshed(shop.path, earlier, *as_settings(tmp_path, WHEN_DUE))
    after = published_tables(shop)
    assert trained_runs(shop, 2) == {1}
    code, text = remark_of(shop, 2)
    assert code == "models_serve_on"
    assert text.startswith("Models that run 1 trained, on what was known on ")
    for view, table in before.items():
        pd.testing.assert_frame_equal(table, after[view], check_exact=True, obj=view)


def test_later_records_are_scored_by_the_same_models(
    shop: Shop, orders: Path, newest_day: pd.Timestamp, tmp_path: Path
):
    """Three refreshes, each some days on: evidence stays, answers are of every new day."""
    trained_then = rows(shop.path, TASKS.format(1))
    settings = as_settings(tmp_path, WHEN_DUE)
    for run, days in ((2, 5), (3, 0)):
        day = str((newest_day - pd.Timedelta(days=days)).date())
        refreshed(shop.path, until(orders, day, tmp_path / f"{run}.csv"), "--append", *settings)
        assert rows(shop.path, TASKS.format(run))[0] == trained_then[0]
        code, sentence = remark_of(shop, run)
        assert code == "models_serve_on"
        assert ("trained now" in sentence) == (run in trained_runs(shop, run))
    customers = "select count(*) from published_customer where dataset = 'shop'"
    churn = f"{PREDICTIONS} where run_id = 3 and task = 'churn'"
    found = pd.DataFrame(rows(shop.path, churn), columns=["task", "id", "p", "low", "high"])
    assert len(found) == rows(shop.path, customers)[0][0]
    assert found["p"].between(found["low"], found["high"]).all()
    rate, low, high = rows(
        shop.path,
        "select expected_rate, expected_low, expected_high from task_result"
        " where run_id = 3 and task = 'churn'",
    )[0]
    assert found["p"].mean() == pytest.approx(rate, abs=1e-4)
    assert low <= rate <= high
    (newest,) = rows(shop.path, "select as_of from run where run_id = 3")[0]
    windows = rows(
        shop.path,
        "select count(*), count(distinct as_of), max(as_of) from forecast_window"
        " where run_id = 3 and base_rate is null",
    )
    assert windows[0][1:] == (1, newest)


def test_a_served_model_says_what_it_said_when_it_was_trained(
    shop: Shop, orders: Path, newest_day: pd.Timestamp, tmp_path: Path
):
    """A database whose models serve on scores as one whose settings train the same model."""
    day = str((newest_day - pd.Timedelta(days=10)).date())
    refreshed(
        shop.path, until(orders, day, tmp_path / "same.csv"), *as_settings(tmp_path, WHEN_DUE)
    )
    query = f"{PREDICTIONS} where run_id = {{}} order by task, customer_id"
    assert rows(shop.path, query.format(2)) == rows(shop.path, query.format(1))


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (QUICK.replace("models: {", "models: {retrain: when due, horizon_days: 60, "),
         "settings changed"),
        (QUICK.replace("models: {", "models: {retrain: when due, retrain_days: 3, "),
         "they are 11 days old"),
        (WHEN_DUE.replace("trials: 4", "trials: 3"), "settings changed"),
    ],
)  # fmt: skip
def test_models_that_are_due_are_trained_again(
    settings: str, reason: str, shop: Shop, orders: Path, tmp_path: Path
):
    refreshed(shop.path, orders, *as_settings(tmp_path, settings))
    assert trained_runs(shop, 2) == {2}
    assert remark_of(shop, 2) == (
        "models_trained_again",
        f"Models were trained again, since {reason}.",
    )


def test_settings_of_other_things_make_no_model_due(shop: Shop, earlier: Path, tmp_path: Path):
    settings = as_settings(tmp_path, WHEN_DUE + "strategy: {contact_cost: 9}\n")
    refreshed(shop.path, earlier, *settings)
    assert trained_runs(shop, 2) == {1}


def test_without_the_setting_every_refresh_trains(shop: Shop, earlier: Path, tmp_path: Path):
    refreshed(shop.path, earlier, *as_settings(tmp_path, QUICK))
    assert trained_runs(shop, 2) == {2}
    assert not rows(shop.path, REMARKS.format(2))


def test_a_quick_refresh_between_leaves_what_serves(shop: Shop, earlier: Path, tmp_path: Path):
    """What a quick run publishes has no models, so the next whole one trains."""
    settings = as_settings(tmp_path, WHEN_DUE)
    refreshed(shop.path, earlier, "--quick-first", *settings)
    newest = rows(shop.path, "select max(run_id) from run")[0][0]
    assert trained_runs(shop, newest) <= {1, newest}


def test_a_stored_model_that_was_changed_serves_no_more(
    shop: Shop, earlier: Path, tmp_path: Path
):
    with closing(sqlite3.connect(shop.path)) as connection:
        connection.execute("update artifact set content = x'00' where name like 'model%'")
        connection.commit()
    refreshed(shop.path, earlier, *as_settings(tmp_path, WHEN_DUE))
    assert trained_runs(shop, 2) == {2}
    code, text = remark_of(shop, 2)
    assert code == "models_trained_again"
    assert "can't be used" in text


def test_answers_that_are_known_are_predicted_out_of_fold(tmp_path: Path):
    """Of customers without orders, whose answers came: nobody is scored by their own answer."""
    table = made_up_marketing(300, seed=2)
    file = tmp_path / "marketing.csv"
    write(file, table.schema, [table])
    settings = as_settings(tmp_path, WHEN_DUE.replace("[churn, ", "[given_outcome, "))
    first = refreshed(tmp_path / "portal.db", file, *settings, dataset="marketing")
    before = published_tables(first)
    again = refreshed(tmp_path / "portal.db", file, *settings, dataset="marketing")
    assert remark_of(again, 2)[0] == "models_serve_on"
    assert rows(again.path, TASKS.format(2)) == rows(again.path, TASKS.format(1))
    for view, frame in published_tables(again).items():
        pd.testing.assert_frame_equal(before[view], frame, check_exact=True, obj=view)


def answered(folder: Path, outcome: str, *, seed: int = 2) -> tuple[Path, list[str]]:
    """Write customers and what they answered under a name; give the arguments that say so."""
    rng = np.random.default_rng(seed)
    age, visits = rng.uniform(20, 80, 300), rng.poisson(4, 300)
    leaves = np.where(age + rng.normal(0, 6, 300) > 50, "yes", "no")
    stays = np.where(leaves == "yes", "no", "yes")
    people = pd.DataFrame(
        {
            "CustomerID": [f"c{n}" for n in range(300)], "Age": age.round(1), "Visits": visits,
            outcome: stays if outcome == "Retained" else leaves,
        }
    )  # fmt: skip
    file, mapping = folder / "people.csv", folder / f"{outcome}.yaml"
    people.to_csv(file, index=False)
    mapping.write_text(f"outcome: {outcome}\n")
    return file, ["--map", str(mapping), "--form", "customers"]


def test_another_outcome_is_not_told_by_the_model_of_the_first(tmp_path: Path):
    """A model that tells who leaves must not be taken for one that tells who stays."""
    settings = as_settings(tmp_path, WHEN_DUE.replace("[churn, ", "[given_outcome, "))
    for run, outcome in enumerate(("Churn", "Retained"), start=1):
        file, said = answered(tmp_path, outcome)
        shop = refreshed(tmp_path / "portal.db", file, *said, *settings, dataset="people")
        query = "select trained_run from task_result where run_id = {} and task like 'given%'"
        assert rows(shop.path, query.format(run)) == [(run,)]
    ((positive, title),) = rows(
        shop.path, "select positive, title from task_result where run_id = 2 and task like 'g%'"
    )
    assert "Retained" in title
    told = rows(shop.path, f"{PREDICTIONS} where run_id = 2 and task like 'given%'")
    people = pd.read_csv(file, dtype=str).set_index("CustomerID")
    probability = pd.DataFrame(told).set_index(1)[2]
    said = people["Retained"].reindex(probability.index) == positive
    assert probability[said].mean() > probability[~said].mean() + 0.4


def test_a_model_that_tells_todays_answers_wrong_is_trained_again(tmp_path: Path):
    """The same column, its words the other way round: the old model is upside down."""
    settings = as_settings(tmp_path, WHEN_DUE.replace("[churn, ", "[given_outcome, "))
    file, said = answered(tmp_path, "Churn")
    shop = refreshed(tmp_path / "portal.db", file, *said, *settings, dataset="people")
    people = pd.read_csv(file, dtype=str)
    people["Churn"] = people["Churn"].map({"yes": "no", "no": "yes"})
    people.to_csv(file, index=False)
    refreshed(shop.path, file, *said, *settings, dataset="people")
    query = "select trained_run from task_result where run_id = 2 and task like 'given%'"
    assert rows(shop.path, query) == [(2,)]


def test_the_run_that_trained_is_kept_as_long_as_its_models_serve(
    shop: Shop, earlier: Path, tmp_path: Path
):
    """Customers are compared with those that models learned from, however few runs are kept."""
    settings = as_settings(tmp_path, WHEN_DUE + "runs: {keep: 1}\n")
    for _ in range(2):
        refreshed(shop.path, earlier, *settings)
    assert rows(shop.path, "select run_id from run order by run_id") == [(1,), (3,)]
    refreshed(shop.path, earlier, *as_settings(tmp_path, QUICK + "runs: {keep: 1}\n"))
    assert rows(shop.path, "select run_id from run order by run_id") == [(4,)]


def test_nothing_is_said_where_nothing_is_trained(tmp_path: Path):
    """Of a shop too small for any model, the same again is told without a note on models."""
    file = write_shop(tmp_path / "shop.csv", customers=40, days=60)
    settings = as_settings(
        tmp_path, WHEN_DUE.replace("churn, segment, segment_replication", "churn")
    )
    for _ in range(2):
        shop = refreshed(tmp_path / "portal.db", file, *settings)
    assert rows(shop.path, "select status from task_result where run_id = 2") == [("refused",)]
    assert not rows(shop.path, REMARKS.format(2))
