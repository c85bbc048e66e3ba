"""Explore: what it says equals plain pandas over `customer_attribute`, on every form."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dash import Dash
from scipy import stats

from db.engine import open_reader
from pipeline.features.attributes import ATTRIBUTES
from portal.app import create_app
from portal.pages.explore import queries
from portal.pages.explore.queries import Thresholds, student, wilson
from portal.reading.columns import MOST_GROUPS, groups, kept, kinds
from portal.reading.filters import Filters
from portal.reading.published import PublishedRun, published_run
from portal.settings import Settings
from portal.words.titles import TITLES
from tests.shops import FORMS, Shop, published_forms


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Publish a small data set of every form in one database."""
    return published_forms(tmp_path_factory.mktemp("forms"))


@pytest.fixture(scope="module")
def portal(forms: Shop) -> Dash:
    return create_app(open_reader(forms.url), Settings(db=forms.url))


@contextmanager
def looking(portal: Dash, dataset: str) -> Iterator[PublishedRun]:
    with portal.server.test_request_context("/"), published_run(f"?dataset={dataset}") as at:
        yield at


def known(path: Path, run_id: int) -> pd.DataFrame:
    """Read the customers as any other tool would."""
    query = """
        select a.*, r.segment, r.value_band from customer_attribute a
        join customer_result r on r.run_id = a.run_id and r.customer_id = a.customer_id
        where a.run_id = ? order by a.customer_id"""
    with closing(sqlite3.connect(path)) as connection:
        return pd.read_sql_query(query, connection, params=(run_id,))


def test_attributes_are_called_the_same_everywhere():
    ours = {known.name: known.title for known in ATTRIBUTES}
    assert {name: TITLES[name] for name in ours} == ours


@pytest.mark.parametrize("form", FORMS)
def test_every_choice_of_every_form_is_answered(portal: Dash, form: str):
    with looking(portal, form) as at:
        found = kinds(at)
        assert {"segment", "monetary"} <= set(found)
        assert not {"customer_id"} & set(found)
        everyone = Filters()
        for name, kind in found.items():
            grouped = groups(at, name)
            assert grouped is not None
            assert len(grouped.codes) == at.customers
            assert -1 <= grouped.codes.min() <= grouped.codes.max() < len(grouped.names)
            assert len(set(grouped.names)) == len(grouped.names) <= MOST_GROUPS
            rows = queries.grouped(at, everyone, by=name, measure="monetary", split="segment")
            assert rows["customers"].sum() <= at.customers
            if kind == "number":
                for log in (False, True):
                    spread = queries.spread(at, everyone, name=name, split="segment", log=log)
                    shown = spread.bins["customers"].sum()
                    assert shown == at.customers - spread.missing - spread.unshown


def test_means_and_intervals_are_those_of_the_t_distribution(portal: Dash, forms: Shop):
    with looking(portal, "marketing") as at:
        found = queries.grouped(at, Filters(), by="education", measure="income")
        frame = known(forms.path, at.run_id)
    assert list(found["group"]) == ["Basic", "2n Cycle", "Graduation", "Master", "PhD"]
    for row in found.itertuples():
        incomes = frame.loc[frame["education"] == row.group, "income"].dropna()
        assert row.customers == len(incomes)
        assert row.mean == pytest.approx(incomes.mean())
        assert row.median == pytest.approx(incomes.median())
        if len(incomes) >= 5:
            low, high = stats.t.interval(
                0.95, len(incomes) - 1, incomes.mean(), stats.sem(incomes)
            )
            assert (row.low, row.high) == pytest.approx((low, high), rel=1e-3)
            assert row.median_low <= row.median <= row.median_high
        else:
            assert np.isnan(row.low)


def test_the_interval_of_the_median_covers_it_often_enough():
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(600):
        found = queries._moment(np.sort(rng.exponential(1, 60)))
        held += found["median_low"] <= np.log(2) <= found["median_high"]
    assert 0.94 < held / 600 < 0.995  # ranks are whole, so it is a little too wide


def test_quantiles_of_student_and_intervals_of_wilson():
    for freedom in (4, 9, 30, 400):
        assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=0.01)
    for successes, tries in ((0, 10), (3, 10), (10, 10), (120, 4_000)):
        theirs = stats.binomtest(successes, tries).proportion_ci(method="wilson")
        assert wilson(successes, tries) == pytest.approx((theirs.low, theirs.high), abs=1e-6)


def test_a_two_way_table_is_a_cross_table(portal: Dash, forms: Shop):
    with looking(portal, "behaviour") as at:
        counts = queries.crossed(at, Filters(), rows="city", columns="gender")
        means = queries.crossed(
            at, Filters(), rows="city", columns="gender", measure="monetary"
        )
        frame = known(forms.path, at.run_id)
    for (city, gender), some in frame.groupby(["city", "gender"]):
        cell = (counts["row"] == city) & (counts["column"] == gender)
        assert counts.loc[cell, "customers"].item() == len(some)
        assert means.loc[cell, "value"].item() == pytest.approx(some["monetary"].mean())
    assert counts["customers"].sum() == len(frame)


def test_campaigns_are_those_of_the_view(portal: Dash, forms: Shop):
    with looking(portal, "marketing") as at:
        found = queries.accepted(at, Filters())
    query = "select campaign, sum(accepted), count(*) from vw_campaigns group by campaign"
    with closing(sqlite3.connect(forms.path)) as connection:
        theirs = connection.execute(query).fetchall()
    totals = found.groupby("campaign")[["accepted", "asked"]].sum()
    assert [
        (name, *row) for name, row in zip(totals.index, totals.to_numpy(), strict=True)
    ] == [tuple(row) for row in theirs]
    assert found["rate"].between(found["low"], found["high"]).all()


@pytest.mark.parametrize("form", FORMS)
def test_the_runs_own_thresholds_give_the_stored_labels(portal: Dash, forms: Shop, form: str):
    with looking(portal, form) as at:
        own = queries.thresholds(at)
        found = queries.labelled(at, Filters(), limits=own)
        wider = queries.labelled(at, Filters(), limits=Thresholds(0.4, 0.1, 0.5))
        frame = known(forms.path, at.run_id)
    assert own == Thresholds(0.1, 0.1, 0.5)
    for label in ("VIP", "Passive", "Promotional"):
        there = [label in labels for labels in found["labels"]]
        stored = frame[f"is_{label.lower()}"].fillna(0).sum()
        assert found.loc[there, "customers"].sum() == stored
    assert found["customers"].sum() == len(frame)
    assert found["spend"].sum() == pytest.approx(frame["monetary"].sum())
    vip = ["VIP" in labels for labels in wider["labels"]]
    assert wider.loc[vip, "customers"].sum() == pytest.approx(0.4 * len(frame), abs=3)


def test_filters_narrow_everything(portal: Dash, forms: Shop):
    with looking(portal, "marketing") as at:
        frame = known(forms.path, at.run_id)
        segment, band = frame["segment"].iloc[0], frame["value_band"].iloc[0]
        text = frame["customer_id"].iloc[5][:2]
        some = Filters(segments=(segment,), bands=(band,), text=text)
        expected = (
            (frame["segment"] == segment)
            & (frame["value_band"] == band)
            & frame["customer_id"].str.contains(text)
        )
        assert kept(at, some).tolist() == expected.tolist()
        assert not kept(at, Filters(countries=("Nowhere",))).any()
        assert not kept(at, Filters(segments=("No such",))).any()
        assert not kept(at, Filters(text="no\nsuch")).any()
        assert queries.spread(at, some, name="monetary").customers == expected.sum()


def test_parts_are_compared_by_mean_and_by_share(portal: Dash, forms: Shop):
    with looking(portal, "behaviour") as at:
        found = queries.compared(at, Filters(), split="satisfaction")
        frame = known(forms.path, at.run_id)
    pleased = frame[frame["satisfaction"] == "Satisfied"]
    row = found[(found["attribute"] == "average_rating") & (found["part"] == "Satisfied")]
    assert row["mean"].item() == pytest.approx(pleased["average_rating"].mean())
    row = found[(found["attribute"] == "city") & (found["part"] == "Satisfied")]
    assert row["share"].item() == pytest.approx((pleased["city"] == row["word"].item()).mean())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("card", ["groups", "cross", "spread", "campaigns", "labels", "table"])
def test_the_rows_behind_every_card(portal: Dash, form: str, card: str):
    got = portal.server.test_client().get(f"/export/explore-{card}.csv?dataset={form}")
    assert got.status_code == 200
    assert got.text


def test_a_run_without_columns_says_nothing(portal: Dash):
    with looking(portal, "shop") as at:
        empty = at._replace(run_id=10**6)
        assert kinds(empty) == {}
        assert groups(empty, "segment") is None
        assert queries.grouped(empty, Filters(), by="age", measure="monetary").empty
        assert queries.crossed(empty, Filters(), rows="age", columns="city").empty
        assert queries.accepted(empty, Filters()).empty
        assert queries.labelled(empty, Filters(), limits=Thresholds()).empty
