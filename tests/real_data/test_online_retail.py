"""UCI Online Retail (DOI 10.24432/C5BW33): every known figure of it."""

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from db.engine import open_writer
from db.runs import LoadInRun
from pipeline import recorder
from pipeline.features.orders import order_states
from pipeline.quality.cleaning import Cleaned, clean
from pipeline.sources.arrival import Reading, arrivals
from pipeline.trade_settings import CleaningSettings
from tests.shops import Shop, copy_of, leftovers, outcome, refreshed, rows

pytestmark = pytest.mark.real_data

READING = Reading(form="auto", names=(), mapping={}, unusable_share=0.0)
ROWS = 541_909


@pytest.fixture(scope="module")
def lines(retail: Shop) -> pd.DataFrame:
    return recorder.stored_lines(open_writer(retail.url), [LoadInRun(1, 0)])


@pytest.fixture(scope="module")
def cleaned(lines: pd.DataFrame) -> Cleaned:
    return clean(lines, CleaningSettings())


def typed(*sources: Path, table: str | None = None) -> pa.Table:
    """Give every line as the canonical table gets it."""
    found = arrivals(
        tuple(map(str, sources)), READING._replace(names=(table,) if table else ())
    )
    return pa.concat_tables([part.rows for each in found for part in each.lines()])


@pytest.fixture(scope="module")
def from_csv(online_retail: Path) -> pa.Table:
    return typed(online_retail / "online_retail.csv.gz").drop_columns("source_row")


def assert_same_lines(table: pa.Table, expected: pa.Table) -> None:
    assert table.num_rows == ROWS
    for name in expected.column_names:
        ours, theirs = (each[name].combine_chunks() for each in (table, expected))
        if pa.types.is_dictionary(ours.type):
            ours = ours.cast(pa.string())
        if pa.types.is_dictionary(theirs.type):
            theirs = theirs.cast(pa.string())
        assert ours.type == theirs.type, name
        if not ours.equals(theirs):
            differs = pc.fill_null(pc.not_equal(ours, theirs), fill_value=True)
            place = pc.index(differs, value=True).as_py()
            raise AssertionError(f"{name}: {ours[place]} is not {theirs[place]} (row {place})")


def test_the_workbook_holds_the_same_lines(online_retail: Path, from_csv: pa.Table):
    assert_same_lines(typed(online_retail / "online_retail.xlsx"), from_csv)


@pytest.mark.parametrize("packed", ["online_retail.csv.gz", "online_retail.xlsx"])
def test_a_zip_holds_the_same_lines(packed: str, online_retail, from_csv, tmp_path: Path):
    archive = tmp_path / "packed.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as opened:
        opened.write(online_retail / packed, packed)
    assert_same_lines(typed(archive), from_csv)


def test_a_sqlite_copy_holds_the_same_lines(online_retail, from_csv, tmp_path: Path):
    copy = pd.read_csv(
        online_retail / "online_retail.csv.gz", encoding="latin-1", dtype={"InvoiceNo": "str"}
    )
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        copy.to_sql("orders", connection, index=False)
        connection.execute("create table other (x)")
        connection.commit()
    assert_same_lines(typed(tmp_path / "copy.db"), from_csv)


def test_what_the_file_holds(lines: pd.DataFrame):
    assert len(lines) == ROWS
    assert not lines["unreadable"].any()
    assert lines["customer_id"].isna().sum() == 135_080
    assert lines["customer_id"].nunique() == 4_372
    assert lines["invoice"].nunique() == 25_900
    assert lines["product"].nunique() == 4_070
    assert lines["product"].astype("str").str.upper().nunique() == 3_958
    assert lines["country"].nunique() == 38
    total = (lines["quantity"] * lines["unit_price"]).sum()
    assert total == pytest.approx(9_747_747.934, abs=0.001)
    assert lines["description"].isna().sum() == 1_454
    cancelled = lines["invoice"].astype("str").str.startswith("C")
    assert cancelled.sum() == 9_288
    assert lines["invoice"][cancelled].nunique() == 3_836
    assert lines["invoice"].astype("str").str.startswith("A").sum() == 3
    assert (lines["quantity"] < 0).sum() == 10_624
    assert ((lines["quantity"] < 0) & ~cancelled).sum() == 1_336
    assert (lines["unit_price"] == 0).sum() == 2_515
    assert (lines["unit_price"] < 0).sum() == 2
    assert lines["ordered_at"].min() == pd.Timestamp("2010-12-01 08:26")
    assert lines["ordered_at"].max() == pd.Timestamp("2011-12-09 12:50")
    countries = lines.groupby("customer_id", observed=True)["country"].nunique()
    assert (countries == 2).sum() == 8
    assert countries.max() == 2


def test_the_usual_clean_set(lines: pd.DataFrame):
    usual = clean(lines, CleaningSettings(method="usual"))
    kept = usual.purchases
    assert len(kept) == 397_884
    assert kept["customer_id"].nunique() == 4_338
    assert kept["invoice"].nunique() == 18_532
    assert round(kept["value"].sum(), 2) == 8_911_407.90
    assert len(usual.cancellations) == 0
    assert sum(finding.rows for finding in usual.findings) == ROWS - 397_884
    once = kept.drop_duplicates(
        ["invoice", "product", "description", "ordered_at", "quantity", "unit_price",
         "customer_id", "country"]
    )  # fmt: skip
    assert len(once) == 392_692
    assert round(once["value"].sum(), 2) == 8_887_208.89


def test_the_rules_of_the_default(cleaned: Cleaned):
    """Counted by hand-written code apart from the product."""
    by_rule = {finding.rule: finding for finding in cleaned.findings}
    assert sum(finding.rows for finding in cleaned.findings) == ROWS - len(cleaned.purchases)
    assert by_rule["duplicate"].rows == 5_268
    assert by_rule["adjustment"].rows == 3
    assert by_rule["fee"].rows <= 2_995
    assert by_rule["cancellation_unmatched"].rows == 1_459
    assert by_rule["cancellation_unmatched"].amount == pytest.approx(-31_273, abs=1)
    assert by_rule["unreadable"].rows == by_rule["incomplete"].rows == 0
    matched = cleaned.cancellations
    bought_at = cleaned.purchases["ordered_at"].loc[matched["purchase"]]
    after = matched["cancelled_at"].to_numpy() - bought_at.to_numpy()
    share = (after >= pd.Timedelta(days=1)).mean()
    assert share == pytest.approx(0.89, abs=0.005), "a day or more after"


def matched_value(cleaned: Cleaned) -> float:
    return cleaned.cancellations["value"].sum()


def test_the_orders_of_the_default(cleaned: Cleaned):
    states = order_states(cleaned)
    final = states[(states["to_day"] == states["to_day"].max()) & (states["net"] > 0)]
    assert final["customer_id"].nunique() == 4_324
    assert len(final) == 18_284
    assert final["net"].sum() == pytest.approx(8_296_750.19, abs=0.01)
    known = cleaned.purchases["customer_id"].notna()
    gross = cleaned.purchases.loc[known, "value"].sum()
    assert gross == pytest.approx(8_737_228, abs=1)
    assert gross - matched_value(cleaned) == pytest.approx(final["net"].sum(), abs=0.01)


def test_giant_cancelled_orders_are_worth_nothing(retail: Shop):
    query = "select customer_id, monetary from published_customer order by monetary desc"
    ranking = dict(rows(retail.path, query))
    assert len(ranking) == 4_324
    assert next(iter(ranking)) == "14646"
    assert ranking["14646"] == pytest.approx(278_778, abs=1)
    assert ranking["16446"] < 10
    assert "12346" not in ranking
    assert "581483" in str(
        rows(
            retail.path, "select invoice, net from order_state where net = 0 and gross > 160000"
        )
    )


def test_the_whole_refresh(retail: Shop):
    ((rows_read, rows_kept, customers),) = rows(
        retail.path, "select rows_read, rows_kept, customers from run"
    )
    assert (rows_read, customers) == (ROWS, 4_324)
    ((taken,),) = rows(retail.path, "select sum(rows) from finding where removes")
    assert rows_read == rows_kept + taken
    assert rows(retail.path, "select as_of from published_run") == [("2011-12-09",)]
    ((orders, money),) = rows(
        retail.path, "select sum(frequency), sum(monetary) from published_customer"
    )
    assert orders == 18_284
    assert money == pytest.approx(8_296_750.19, abs=0.01)
    segments = rows(
        retail.path,
        "select segment, share, stability, monetary, recency_days from published_segment",
    )
    assert 4 <= len(segments) <= 6
    assert all(share >= 0.01 and stability > 0.5 for _, share, stability, _, _ in segments)
    champions = [each for each in segments if each[0] == "VIP Champions"]
    assert champions[0][3] == max(each[3] for each in segments)
    assert champions[0][4] == min(each[4] for each in segments)
    months = rows(retail.path, "select month, is_complete from monthly_sales order by month")
    assert len(months) == 13
    assert [complete for _, complete in months] == [1] * 12 + [0]
    assert not leftovers(retail.path)


def test_the_same_file_again_loads_nothing(
    retail: Shop, online_retail: Path, tmp_path: Path, capsys
):
    settings = tmp_path / "none.yaml"
    settings.write_text("models: {tasks: []}")
    own = copy_of(retail, tmp_path).path
    before = rows(own, "select load_id, checksum from load")
    again = refreshed(
        own,
        online_retail / "online_retail.csv.gz",
        "--append",
        "--json",
        "--settings",
        settings,
        dataset="online-retail",
    )
    told = outcome(capsys.readouterr().out)
    assert told["rows_read"] == ROWS
    assert rows(again.path, "select load_id, checksum from load") == before


def test_churn_is_predicted_better_than_by_rules(retail: Shop):
    """Chosen on earlier windows; the figures are those of one that was not looked at."""
    ((chosen, expected, came, low, high),) = rows(
        retail.path,
        "select model, expected_rate, base_rate, expected_low, expected_high"
        " from forecast_window where run_id = 1 and chosen and task = 'churn'"
        " and as_of = '2011-09-10'",
    )
    ranges = {
        metric: ends
        for metric, *ends in rows(
            retail.path,
            "select metric, value, low, high from model_score"
            " where run_id = 1 and task = 'churn' and model = ?",
            chosen,
        )
    }
    scores = {metric: ends[0] for metric, ends in ranges.items()}
    assert chosen == "blend"
    assert scores["roc_auc"] >= 0.740
    assert scores["brier"] <= 0.210
    assert scores["ece"] <= 0.08
    assert expected == pytest.approx(came, abs=0.08)
    assert low <= came <= high
    assert all(least <= value <= most for value, least, most in ranges.values())
    ((lead,),) = rows(
        retail.path, "select low from paired_test where role = 'naive' and run_id = 1"
    )
    assert lead > 0
    rivals = dict(
        rows(
            retail.path,
            "select model, value from model_score where run_id = 1"
            " and model in ('recency_alone', 'frequency_alone', 'customer_base')"
            " and metric = 'roc_auc'",
        )
    )
    assert rivals["recency_alone"] == pytest.approx(0.684, abs=0.002)
    assert rivals["frequency_alone"] == pytest.approx(0.723, abs=0.002)
    said = " ".join((Path(__file__).parents[2] / "docs/methods.md").read_text("utf-8").split())
    assert f"ranks leavers with ROC-AUC {scores['roc_auc']:.3f}" in said
    assert f"the customer-base model {rivals['customer_base']:.3f}" in said
    assert f"{expected:.0%} were expected".replace("%", " %") in said
    assert f"from {low:.0%} to {high:.0%}".replace("%", " %") in said
    assert f"the Brier score is {scores['brier']:.3f}" in said
    assert f"the calibration error {scores['ece']:.3f}" in said


def test_what_is_served_is_what_came(online_retail: Path, retail: Shop, tmp_path: Path):
    """As of a day, against the orders after it: what acceptance asks of served churn."""
    settings = tmp_path / "quick.yaml"
    settings.write_text(
        "segments: {trials: 1, bootstraps: 5}\n"
        "models: {tasks: [churn], families: [logistic_regression], trials: 1}\n"
    )
    then = refreshed(
        tmp_path / "then.db", online_retail / "online_retail.csv.gz",
        "--settings", settings, "--as-of", "2011-09-10", dataset="online-retail",
    )  # fmt: skip
    served = dict(
        rows(
            then.path,
            "select customer_id, churn_probability from published_customer"
            " where churn_probability is not null",
        )
    )
    silent = dict(rows(retail.path, "select customer_id, recency_days from published_customer"))
    told = np.array(list(served.values()))
    left = np.array([silent.get(customer, 999) >= 90 for customer in served], dtype=float)
    order = np.argsort(told, kind="stable")
    tenths = np.array_split(order, 10)
    error = sum(len(t) * abs(told[t].mean() - left[t].mean()) for t in tenths) / len(told)
    assert error <= 0.08
    assert np.mean((told - left) ** 2) <= 0.210
    assert told.mean() == pytest.approx(left.mean(), abs=0.08)


def test_everyone_has_a_value_in_order(retail: Shop):
    ((customers, ordered, worth),) = rows(
        retail.path,
        "select count(*), sum(clv_12m_low <= clv_12m and clv_12m <= clv_12m_high), sum(clv_12m)"
        " from customer_result where run_id = 1",
    )
    assert customers == ordered
    ((grouped, in_groups),) = rows(
        retail.path,
        "select (select sum(clv_12m) from risk_value_group where run_id = 1), sum(clv_12m)"
        " from customer_result where run_id = 1 and risk_value is not null",
    )
    assert grouped == pytest.approx(in_groups)
    assert 0.95 * worth < in_groups <= worth


def test_intervals_of_value_hold_in_every_group_of_every_hold_out(retail: Shop):
    ((cuts, groups, covered, above),) = rows(
        retail.path,
        "select count(distinct as_of), count(*), min(coverage), max(above)"
        " from published_value_check where chosen = 1 and customers >= 100",
    )
    assert (cuts, groups) == (3, 11)
    assert covered >= 0.85
    assert above <= 0.10


def test_sales_add_up_to_one_whole(retail: Shop) -> None:
    """£9,806,741.87 with the lines of nobody, by month, country and product alike."""
    for view, many in (
        ("published_month", 13),
        ("published_country", 38),
        ("published_product", 3_798),
    ):
        ((count, revenue),) = rows(retail.path, f"select count(*), sum(revenue) from {view}")
        assert count == many
        assert revenue == pytest.approx(9_806_741.87, abs=0.5)
    ((codeless,),) = rows(
        retail.path,
        "select group_concat(country, ', ') from"
        " (select country from published_country where iso is null order by 1)",
    )
    assert codeless == "Channel Islands, European Community, Unspecified"


def test_the_two_great_mistakes_are_pairs(retail: Shop) -> None:
    """Orders of 80,995 and 74,215 pieces that were taken back within minutes."""
    found = rows(
        retail.path,
        "select purchase, cancellation, pieces, minutes, reasons from return_pair"
        " join published using (run_id)"
        " order by position limit 2",
    )
    assert [each[:4] for each in found] == [
        ("581483", "C581484", 80_995, 12),
        ("541431", "C541433", 74_215, 16),
    ]
    assert all("quick: the whole order came back" in reasons for *_, reasons in found)


def test_the_cancelled_share_of_invoices(retail: Shop) -> None:
    """16.47 % of the invoices of known customers, as others found it."""
    figures = dict(rows(retail.path, "select figure, value from sales_figure"))
    assert (figures["known_cancelling_invoices"], figures["known_invoices"]) == (3_654, 22_190)
    assert figures["invoices"] == 25_900


def test_cohorts_by_month_hold_every_customer_once(retail: Shop) -> None:
    ((customers, revenue),) = rows(
        retail.path,
        "select sum(case when month = 0 then customers end), sum(revenue)"
        " from published_cohort where by = 'month'",
    )
    assert customers == 4_324
    assert revenue == pytest.approx(8_296_750, abs=1)
