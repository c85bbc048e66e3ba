"""The contract's views: their columns, keys and SQL, on two engines."""

import sqlite3
from contextlib import closing
from importlib.resources import files

import duckdb
import pandas as pd
import pytest
from sqlalchemy import String
from sqlmodel.sql.sqltypes import AutoString

from db.engine import open_writer
from db.runs import LoadInRun
from db.tables import METADATA
from db.views import QUERIES, translated, view, views
from pipeline import recorder
from pipeline.quality.cleaning import clean
from pipeline.trade_settings import CleaningSettings
from tests.shops import Shop, rows, view_names

TEXT = (String, AutoString)

CONTRACT = {
    "vw_purchases": "customer_id, category, spend",
    "vw_demographics": "customer_id, age, gender, country, city, education, marital_status,"
    " income, children, membership",
    "vw_campaigns": "customer_id, campaign, accepted",
    "vw_channels": "customer_id, channel, is_online, purchases",
    "vw_recency": "customer_id, recency_days",
    "vw_rfm": "as_of, customer_id, recency_days, frequency, monetary, r_score, f_score,"
    " m_score",
    "published_run": "run, as_of, seed, published_at",
    "published_customer": "as_of, customer_id, segment, recency_days, frequency, monetary,"
    " average_basket, tenure_days, is_outlier, churn_probability, churn_low, churn_high,"
    " risk_band, risk_value, value_at_stake, contact_profit, clv_12m, clv_12m_low,"
    " clv_12m_high, value_band, p_alive, expected_orders_90d, country, answer_probability,"
    " contact_reason, next_order_on, next_product",
    "published_customer_attribute": "customer_id, attribute, value",
    "published_cost": "contact_cost, incentive, success_rate, staying_accept, margin, months,"
    " basis, task, note",
    "published_value_check": "as_of, model, chosen, repeat_orders, customers,"
    " expected_revenue, revenue, coverage, above, winkler",
    "published_segment": "segment, customers, share, revenue, revenue_share, recency_days,"
    " frequency, monetary, churn_probability, clv_12m, stability",
    "published_clustering": "algorithm, n_clusters, tuned, silhouette, davies_bouldin,"
    " calinski_harabasz, stability, smallest_share, chosen",
    "published_trial": "study, trial, state, value, seconds, params",
    "published_model": "task, model, metric, value, low, high, baseline, chosen",
    "published_confusion": "task, model, actual, predicted, customers",
    "published_curve": "task, model, curve, x, y",
    "published_driver": "task, model, feature, importance",
    "published_prediction": "customer_id, task, predicted, probability, low, high, known",
    "published_window": "task, as_of, horizon_days, model, baseline, chosen, customers,"
    " base_rate, expected_rate, expected_low, expected_high, roc_auc, brier, log_loss, ece",
    "published_calibration": "task, model, by, level, customers, expected, actual, low, high",
    "published_month": "month, complete, revenue, orders, customers, new_customers, items,"
    " returned_revenue",
    "published_country": "country, revenue, orders, customers, average_basket,"
    " returned_share, iso",
    "published_product": "product, description, abc, revenue, items, orders, customers,"
    " returned_share, category, margin, repeat_share",
    "published_cohort": "by, cohort, month, customers, active, retention, revenue,"
    " cumulative_revenue_per_customer, orders, complete",
    "published_forecast": "series, step, level, period_start, actual, expected, low_80,"
    " high_80, low_95, high_95, model",
    "published_forecast_check": "series, step, level, model, origins, forecasts, mase,"
    " mase_naive, coverage_80, coverage_95",
    "published_pair": "product, with_product, orders, support, confidence, lift",
    "published_next_product": "customer_id, place, product, because",
    "published_stock": "product, abc, state, idle_days, weekly_demand, lead_time_days,"
    " service_level, expected_demand, reorder_point, safety_stock, on_hand, order_now",
    "published_unusual": "step, figure, period_start, value, expected, low, high, score,"
    " came_back, explained_by, explained, explained_share",
    "published_drift": "kind, name, before, now, stability_index, level",
    "published_alert": "position, rule, figure, subject, kind, value, before, threshold,"
    " sentence",
}
"""Columns that other tools rely on, after `dataset`."""

KEYS = {
    "published_trial": "study, trial",
    "vw_rfm": "as_of, customer_id",
    "vw_demographics": "customer_id",
    "vw_recency": "customer_id",
    "published_run": "dataset",
    "published_customer": "customer_id",
    "published_customer_attribute": "customer_id, attribute",
    "published_value_check": "as_of, model, repeat_orders",
    "published_segment": "segment",
    "published_clustering": "algorithm, tuned, n_clusters",
    "published_model": "task, model, metric",
    "published_confusion": "task, model, actual, predicted",
    "published_curve": "task, model, curve, x, y",
    "published_driver": "task, model, feature",
    "published_prediction": "task, customer_id",
    "published_window": "task, as_of, model",
    "published_calibration": "task, by, level",
    "published_cost": "contact_cost",
    "published_month": "month",
    "published_country": "country",
    "published_product": "product",
    "published_cohort": "by, cohort, month",
    "published_forecast": "series, step, level, period_start",
    "published_forecast_check": "series, step, level",
    "published_unusual": "step, figure, period_start",
    "published_stock": "product",
}
"""What stands once, of the views that order lines fill."""


def test_the_contracts_views_are_there_and_no_others(published_shop: Shop):
    assert view_names(published_shop.path) == sorted(CONTRACT)
    assert {each.name for each in views()} == {*CONTRACT, *QUERIES}


@pytest.mark.parametrize("name", CONTRACT)
def test_a_view_has_the_contracts_columns(name: str, published_shop: Shop):
    described = rows(published_shop.path, "select name from pragma_table_info(?)", name)
    assert [column for (column,) in described] == ["dataset", *CONTRACT[name].split(", ")]
    assert [column.name for column in view(name).columns] == [c for (c,) in described]
    assert all(column.meaning for column in view(name).columns)


@pytest.mark.parametrize("name", [each.name for each in views()])
def test_a_view_begins_with_what_a_row_is(name: str):
    first = (files("db.views") / f"{name}.sql").read_text("utf-8").splitlines()[0]
    assert first == f"-- One row per {view(name).row}"


@pytest.mark.parametrize("name", KEYS)
def test_a_row_stands_once(name: str, published_shop: Shop):
    ((count, distinct),) = rows(
        published_shop.path,
        f'select (select count(*) from "{name}"),'
        f' (select count(*) from (select distinct dataset, {KEYS[name]} from "{name}"))',
    )
    assert count > 0
    assert count == distinct or name == "published_curve"  # a curve may stand still


def test_every_other_view_is_empty_but_there(published_shop: Shop):
    for name in CONTRACT.keys() - KEYS.keys():
        assert rows(published_shop.path, f'select * from "{name}"') == []


def test_each_table_says_what_a_row_is():
    for table in METADATA.tables.values():
        assert table.primary_key.columns, table.name


def by_hand(shop: Shop) -> pd.DataFrame:
    """Compute recency, frequency and monetary from lines, by loops over snapshots."""
    lines = recorder.stored_lines(open_writer(shop.url), [LoadInRun(1, 0)])
    cleaned = clean(lines, CleaningSettings())
    bought = cleaned.purchases.dropna(subset="customer_id").astype({"customer_id": "str"})
    bought = bought.assign(invoice=bought["invoice"].astype("str"))
    found = []
    for (day,) in rows(shop.path, "select as_of from snapshot"):
        end = pd.Timestamp(day) + pd.Timedelta(days=1)
        known = bought[bought["ordered_at"] < end]
        back = cleaned.cancellations[cleaned.cancellations["cancelled_at"] < end]
        taken = back.groupby("purchase")["value"].sum().reindex(known.index, fill_value=0)
        orders = (
            known.assign(net=known["value"] - taken)
            .groupby(["customer_id", "invoice"])
            .agg(net=("net", "sum"), at=("ordered_at", "min"), country=("country", "first"))
            .reset_index()
        )
        orders = orders[orders["net"].round(4) > 0].sort_values(["at", "invoice"])
        grouped = orders.groupby("customer_id")
        last = pd.Timestamp(day) - grouped["at"].max().dt.normalize()
        first = pd.Timestamp(day) - grouped["at"].min().dt.normalize()
        found.append(
            pd.DataFrame(
                {
                    "as_of": day,
                    "recency_days": last.dt.days,
                    "frequency": grouped.size(),
                    "monetary": grouped["net"].sum(),
                    "tenure_days": first.dt.days,
                    "country": grouped["country"].last().astype("str"),
                }
            ).reset_index()
        )
    return pd.concat(found).sort_values(["as_of", "customer_id"], ignore_index=True)


def test_recency_frequency_monetary_equal_a_computation_by_hand(published_shop: Shop):
    with closing(sqlite3.connect(published_shop.path)) as connection:
        ours = pd.read_sql_query(
            "select as_of, customer_id, recency_days, frequency, monetary, tenure_days, country"
            " from customer_snapshot order by as_of, customer_id",
            connection,
        )
    theirs = by_hand(published_shop)[list(ours)]
    assert len(ours) > 300
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False, rtol=0, atol=1e-6)


@pytest.fixture(scope="module")
def in_duckdb(published_shop: Shop):
    """Copy every table into DuckDB, through Arrow: it knows the type of an empty column."""
    engine = duckdb.connect()
    with closing(sqlite3.connect(published_shop.path)) as connection:
        for name, table in METADATA.tables.items():
            texts = {each.name: "str" for each in table.c if isinstance(each.type, TEXT)}
            frame = pd.read_sql_query(f'select * from "{name}"', connection).astype(texts)
            engine.register("frame", frame)
            engine.execute(f'create table "{name}" as select * from frame')
            engine.unregister("frame")
    yield engine
    engine.close()


@pytest.mark.parametrize("name", [each.name for each in views()])
def test_another_engine_gives_equal_rows(name: str, published_shop: Shop, in_duckdb):
    def query(backend: str) -> str:
        return translated(name, backend).replace(":run_id", "1").replace("$run_id", "1")

    theirs = in_duckdb.execute(query("duckdb")).fetchall()
    ours = rows(published_shop.path, query("sqlite"))
    assert len(ours) == len(theirs)
    assert name not in {*KEYS, *QUERIES} or ours

    def shown(row: tuple) -> tuple:
        """Give floats to nine places and what is missing as None."""
        return tuple(
            None if value != value else round(value, 9) if isinstance(value, float) else value  # noqa: PLR0124
            for value in row
        )

    assert sorted(map(shown, ours), key=repr) == sorted(map(shown, theirs), key=repr)
