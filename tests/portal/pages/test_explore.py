"""Explore: what it says equals plain pandas over `customer_attribute`, on every form."""

import csv
import io
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from dash import Dash
from scipy import stats

from db.engine import open_reader
from pipeline.features.attributes import ATTRIBUTES
from portal.app import create_app
from portal.kit.cards import CHOICES, rows_of
from portal.kit.drawing.chart import Scope
from portal.pages.explore import attributes, choices, figures, intervals, page, queries
from portal.pages.explore.associations import association_finding
from portal.pages.explore.attribute_table import missing_finding
from portal.pages.explore.campaigns import campaign_finding
from portal.pages.explore.group_table import group_table
from portal.pages.explore.intervals import student, wilson
from portal.pages.explore.labels import LABELS, label_finding
from portal.pages.explore.queries import Thresholds
from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.statements import of_customers
from portal.settings import Settings
from portal.words.titles import TITLES
from tests.portal.looking import looking
from tests.shops import FORMS, Shop

MOST_GROUPS = 15
LOOKS = {"by": "segment", "measure": "monetary", "unit": "money", "currency": "GBP"}


@pytest.fixture(scope="module")
def portal(forms: Shop) -> Dash:
    return create_app(open_reader(forms.url), Settings(db=forms.url))


def known(path: Path, run_id: int) -> pd.DataFrame:
    """Read the customers as any other tool would."""
    query = """
        select a.*, r.segment, r.spend_band from customer_attribute a
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
        offered = at.table.attributes
        assert {"segment", "monetary"} <= set(offered)
        assert "customer_id" not in offered
        for name, kind in offered.items():
            names = at.table.groups(name)
            assert len(set(names)) == len(names) <= MOST_GROUPS
            rows = rows_of(
                at,
                queries.grouped(at, NO_FILTERS, by=name, measure="monetary", split="segment"),
            )
            assert rows["customers"].sum() <= at.customers
            assert list(dict.fromkeys(rows["group"])) == [
                each for each in names if each in set(rows["group"])
            ]
            for scale in ("linear", "log") if kind == "number" else ():
                choices = {"number": name, "scale": scale, "split": "segment"}
                bins = rows_of(at, queries.bins(at, NO_FILTERS, **choices))
                total = rows_of(at, queries.summary(at, NO_FILTERS, **choices)).iloc[0]
                counted = at.customers - total["missing"] - total["unshown"]
                assert (
                    bins["customers"].sum()
                    == counted
                    == total["customers"] - (total["missing"] + total["unshown"])
                )


def test_means_and_intervals_are_those_of_the_t_distribution(portal: Dash, forms: Shop):
    choices = {"by": "education", "measure": "income"}
    with looking(portal, "marketing") as at:
        means = intervals.of_means(rows_of(at, queries.grouped(at, NO_FILTERS, **choices)))
        medians = rows_of(at, queries.grouped(at, NO_FILTERS, **choices, statistic="median"))
        frame = known(forms.path, at.run_id)
    assert list(means["group"]) == ["Basic", "2n Cycle", "Graduation", "Master", "PhD"]
    assert list(medians["group"]) == list(means["group"])
    for mean, median in zip(means.itertuples(), medians.itertuples(), strict=True):
        incomes = frame.loc[frame["education"] == mean.group, "income"].dropna()
        assert mean.customers == median.customers == len(incomes)
        assert mean.mean == pytest.approx(incomes.mean())
        assert median.median == pytest.approx(incomes.median())
        if len(incomes) >= 5:
            low, high = stats.t.interval(
                0.95, len(incomes) - 1, incomes.mean(), stats.sem(incomes)
            )
            assert (mean.low, mean.high) == pytest.approx((low, high), rel=1e-3)
            assert median.low <= median.median <= median.high
        else:
            assert np.isnan(mean.low)
            assert np.isnan(median.low)


def medians_of(values: dict[str, list[float]]) -> pd.DataFrame:
    """Ask for the median of each sample, as of customers in as many groups."""
    customers = pd.DataFrame(  # noqa: F841 - DuckDB reads it by its name
        [(name, value) for name, several in values.items() for value in several],
        columns=["sample", "size"],
    )
    text = queries.MEDIANS.replace("{part}", "'Everyone'")
    for names in ("{groups}", "{parts}"):
        text = text.replace(names, f"[{', '.join(map(repr, values))}]")
    statement = of_customers(
        text,
        columns={"by": "sample", "measure": "size"},
        z=intervals.Z,
        least=intervals.LEAST,
    )
    return (
        duckdb.sql(statement.for_duckdb, params=dict(statement.parameters))
        .to_arrow_table()
        .to_pandas()
    )


def test_the_interval_of_the_median_covers_it_often_enough():
    rng = np.random.default_rng(4)
    samples = {f"sample {place}": list(rng.exponential(1, 60)) for place in range(600)}
    found = medians_of(samples)
    assert list(found["group"]) == list(samples)
    assert found["median"].tolist() == pytest.approx(
        [float(np.median(each)) for each in samples.values()]
    )
    covered = ((found["low"] <= np.log(2)) & (np.log(2) <= found["high"])).mean()
    assert 0.94 < covered < 0.995  # ranks are whole, so it is a little too wide


def test_the_interval_of_the_median_has_its_ends_at_known_ranks():
    rows = medians_of({"hundred": list(range(1, 101)), "few": [3, 1, 2, 4]}).set_index("group")
    # 100 / 2 - 1.96 * 10 / 2 = 40.2: the 40th from either side
    assert rows.loc["hundred", ["median", "low", "high"]].tolist() == [50.5, 40, 61]
    assert rows.loc["few", "median"] == 2.5
    assert rows.loc["few", ["low", "high"]].isna().all()


def test_quantiles_of_student_and_intervals_of_wilson():
    for freedom in (4, 9, 30, 400):
        assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=0.01)
    for successes, tries in ((0, 10), (3, 10), (10, 10), (120, 4_000)):
        theirs = stats.binomtest(successes, tries).proportion_ci(method="wilson")
        assert wilson(successes, tries) == pytest.approx((theirs.low, theirs.high), abs=1e-6)


def test_a_two_way_table_is_a_cross_table(portal: Dash, forms: Shop):
    pair = {"rows": "city", "columns": "gender"}
    with looking(portal, "behaviour") as at:
        counts = rows_of(at, queries.crossed(at, NO_FILTERS, **pair))
        means = rows_of(at, queries.crossed(at, NO_FILTERS, **pair, cell="monetary"))
        frame = known(forms.path, at.run_id)
    for (city, gender), some in frame.groupby(["city", "gender"]):
        cell = (counts["row"] == city) & (counts["column"] == gender)
        assert counts.loc[cell, "customers"].item() == len(some)
        assert means.loc[cell, "value"].item() == pytest.approx(some["monetary"].mean())
    assert counts["customers"].sum() == len(frame)
    assert len(counts) == frame["city"].nunique() * frame["gender"].nunique()


def test_a_spread_is_a_histogram_with_the_moments_of_pandas(portal: Dash, forms: Shop):
    with looking(portal, "marketing") as at:
        bins = rows_of(at, queries.bins(at, NO_FILTERS, number="income"))
        total = rows_of(at, queries.summary(at, NO_FILTERS, number="income")).iloc[0]
        incomes = known(forms.path, at.run_id)["income"]
    counts, edges = np.histogram(incomes.dropna(), bins=40)
    assert bins["customers"].tolist() == counts.tolist()
    assert bins["low"].tolist() == pytest.approx(edges[:-1].tolist())
    assert bins["high"].tolist() == pytest.approx(edges[1:].tolist())
    assert bins["share"].sum() == pytest.approx(1)
    quarter, three_quarters = incomes.quantile([0.25, 0.75])
    reach = 1.5 * (three_quarters - quarter)
    is_outlier = (incomes < quarter - reach) | (incomes > three_quarters + reach)
    assert total["outliers"] == is_outlier.sum()
    assert total["missing"] == incomes.isna().sum()
    assert total[["mean", "median", "skew"]].tolist() == pytest.approx(
        [incomes.mean(), incomes.median(), incomes.skew()]
    )


def test_campaigns_are_those_of_the_view(portal: Dash, forms: Shop):
    with looking(portal, "marketing") as at:
        found = intervals.of_shares(rows_of(at, queries.accepted(at, NO_FILTERS)))
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
        found = rows_of(at, queries.labelled(at, NO_FILTERS))
        wider = rows_of(
            at, queries.labelled(at, NO_FILTERS, vip=40, passive=10, promotional=50)
        )
        frame = known(forms.path, at.run_id)
    assert own == Thresholds(0.1, 0.1, 0.5)
    for label in LABELS:
        stored = frame[f"is_{label}"].fillna(0).sum()
        assert found.loc[found[label], "customers"].sum() == stored
    assert found["customers"].sum() == len(frame)
    assert found["spend"].sum() == pytest.approx(frame["monetary"].sum())
    vips = wider.loc[wider["vip"], "customers"].sum()
    assert vips == pytest.approx(0.4 * len(frame), abs=3)


def test_filters_narrow_everything(portal: Dash, forms: Shop):
    with looking(portal, "marketing") as at:
        frame = known(forms.path, at.run_id)
        segment, band = frame["segment"].iloc[0], frame["spend_band"].iloc[0]
        text = frame["customer_id"].iloc[5][:2]
        expected = (
            (frame["segment"] == segment)
            & (frame["spend_band"] == band)
            & frame["customer_id"].str.contains(text)
        )
        customers = [
            rows_of(at, queries.summary(at, filters, number="monetary"))["customers"].item()
            for filters in (
                Filters(segments=(segment,), bands=(band,), text=text),
                Filters(countries=("Nowhere",)),
                Filters(segments=("No such",)),
                Filters(text="no\nsuch"),
            )
        ]
        nobody = Filters(text="no such")
        assert rows_of(at, queries.bins(at, nobody, number="monetary")).empty
        empty_cells = rows_of(at, queries.crossed(at, nobody))
    assert customers == [expected.sum(), 0, 0, 0]
    assert empty_cells["customers"].sum() == 0


def test_parts_are_compared_by_mean_and_by_share(portal: Dash, forms: Shop):
    with looking(portal, "behaviour") as at:
        found = rows_of(at, queries.described(at, NO_FILTERS, split="satisfaction"))
        whole = rows_of(at, queries.described(at, NO_FILTERS, split="nothing"))
        frame = known(forms.path, at.run_id)
    pleased = frame[frame["satisfaction"] == "Satisfied"]
    row = found[(found["attribute"] == "average_rating") & (found["part"] == "Satisfied")]
    assert row["mean"].item() == pytest.approx(pleased["average_rating"].mean())
    row = found[(found["attribute"] == "city") & (found["part"] == "Satisfied")]
    assert row["share"].item() == pytest.approx((pleased["city"] == row["word"].item()).mean())
    assert "part" not in whole
    assert set(found["attribute"]) == set(whole["attribute"])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("card", sorted(page.PAGE.cards))
def test_the_rows_behind_every_card(portal: Dash, form: str, card: str):
    got = portal.server.test_client().get(f"/export/{card}.csv?dataset={form}")
    assert got.status_code == 200
    assert got.text


def test_the_file_of_a_card_follows_its_controls(portal: Dash, forms: Shop):
    choices = json.dumps({"by": "city", "measure": "age", "statistic": "median"})
    got = portal.server.test_client().get(
        "/export/explore-groups.csv", query_string={"dataset": "behaviour", CHOICES: choices}
    )
    head, *rows = csv.reader(io.StringIO(got.text))
    with looking(portal, "behaviour") as at:
        cities = at.table.groups("city")
    assert head == ["group", "part", "customers", "median", "low", "high"]
    assert [row[0] for row in rows] == list(cities)


def test_what_a_run_does_not_know_is_not_asked(portal: Dash):
    with looking(portal, "shop") as at:
        assert queries.grouped(at, NO_FILTERS, by="no such", measure="monetary") is None
        assert queries.grouped(at, NO_FILTERS, by="segment", measure="country") is None
        assert queries.crossed(at, NO_FILTERS, rows="age", columns="city") is None
        assert queries.bins(at, NO_FILTERS, number="age") is None
        assert queries.accepted(at, NO_FILTERS) is None
        assert "age" not in attributes.groupings(at)


def groups(*rows: tuple[str, int, float, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["group", "customers", "mean", "low", "high"])
    return frame.assign(part="Everyone")


def test_groups_differ_where_their_intervals_do_not_overlap():
    apart = groups(("A", 90, 10, 9, 11), ("B", 80, 30, 28, 32), ("C", 3, 99, np.nan, np.nan))
    assert figures.group_finding(apart, statistic="mean", **LOOKS) == (
        "Spend by segment: highest for B, mean £30, lowest for A, £10"
    )
    near = groups(("A", 90, 10, 5, 29), ("B", 80, 30, 28, 32))
    assert "does not clearly differ by segment" in figures.group_finding(
        near, statistic="mean", **LOOKS
    )
    few = groups(("C", 3, 99, np.nan, np.nan))
    assert figures.group_finding(few, statistic="mean", **LOOKS) == (
        "Fewer than 20 customers in every group of segment"
    )
    nobody = few.head(0)
    assert figures.group_finding(nobody, statistic="mean", **LOOKS).startswith("Not known here")
    turned = groups(("A", 90, 30, 28, 32), ("B", 80, 10, 9, 11), ("C", 19, 99, 98, 100))
    assert figures.group_finding(turned, statistic="mean", **LOOKS) == (
        "Spend by segment: highest for A, mean £30, lowest for B, £10"
    )


def test_the_cell_named_has_most_customers_or_the_highest_mean():
    cells = pd.DataFrame(
        {"row": ["A", "A", "B", "B"], "column": ["x", "y"] * 2, "customers": [6, 3, 30, 21]}
    )
    looks = {"rows": "segment", "columns": "city", "unit": "money", "currency": "GBP"}
    assert figures.cross_finding(cells, measure="", **looks) == (
        "Segment B with city x is the most frequent pair: 50 % of customers"
    )
    means = cells.assign(value=[40.0, 99.0, 10.0, 20.0])
    assert figures.cross_finding(means, measure="monetary", **looks) == (
        "Spend is highest where segment is B and city y: mean £20 of 21 customers"
    )
    turned = cells.assign(value=[99.0, 99.0, 30.0, 20.0])
    assert "B and city x: mean £30" in figures.cross_finding(
        turned, measure="monetary", **looks
    )
    few = cells.assign(customers=[19, 3, 2, 1], value=1.0)
    for measure in ("", "monetary"):
        assert figures.cross_finding(few, measure=measure, **looks) == (
            "Fewer than 20 customers in every cell of segment"
        )
    nobody = cells.assign(customers=0)
    assert figures.cross_finding(nobody, measure="", **looks).startswith("Nobody")


@pytest.mark.parametrize(
    ("skew", "expected"),
    [
        (2.0, "heavily skewed to the right (skew 2.0)"),
        (-0.7, "skewed to the left (skew −0.7)"),
        (0.1, "even to both sides"),
        (np.nan, "the same for everyone"),
    ],
)
def test_a_spread_leans_to_the_side_of_its_skew(skew: float, expected: str):
    assert expected in figures.spread_finding(
        name="monetary", mean=3, median=2, skew=skew, unit="money", currency="GBP"
    )


def test_the_table_holds_the_rows_of_the_figure():
    described = pd.DataFrame({"attribute": ["monetary"], "unit": ["money"]})
    rows = groups(*((f"G{place}", 90, 10.0, 9.0, 11.0) for place in range(12)))
    rows = rows.assign(deviation=1.0)
    chosen = Scope(choices={"by": "segment", "measure": "monetary", "statistic": "mean"})
    text = str(group_table(rows, chosen, described=described).content)
    assert all(f"G{place}" in text for place in range(12))
    assert "2 further rows" in text
    assert "£10" in text
    assert "Part" not in text
    split = rows.assign(part=["x", "y"] * 6)
    assert "Part" in str(group_table(split, chosen, described=described).content)
    few = rows.head(3).assign(customers=2)
    text = str(group_table(few, chosen, described=described).content)
    assert "further row" not in text
    assert "–" in text
    none = group_table(rows.head(0), chosen, described=described)
    assert "nobody is in any group" in str(none.content)


@pytest.mark.parametrize("form", FORMS)
def test_controls_offer_what_a_form_knows_and_keep_what_was_chosen(portal: Dash, form: str):
    with portal.server.test_request_context("/"):
        for control in choices.LISTS:
            options, first = choices.offer(control, f"?dataset={form}", None)
            values = [each["value"] for each in options]
            assert first in values
            assert choices.offer(control, f"?dataset={form}", values[-1])[1] == values[-1]
            assert choices.offer(control, f"?dataset={form}", "no such")[1] == first


def test_the_answer_counts_attributes_and_names_the_strongest_pair(portal: Dash):
    with looking(portal, "marketing") as at:
        said = page.answer(at, NO_FILTERS)
    assert re.match(r"^\d+ attributes of [\d,]+ customers", said)
    assert "hang together most (correlation" in said


def test_a_figure_without_chosen_controls_waits():
    described = pd.DataFrame({"attribute": ["monetary"], "unit": ["money"]})
    rows = groups(("A", 90, 10, 9, 11)).assign(deviation=1.0)
    assert not figures.groups(rows, Scope(), described=described).figure.data
    chosen = Scope(choices={"by": "segment", "measure": "monetary", "statistic": "mean"})
    (marks,) = figures.groups(rows, chosen, described=described).figure.data
    assert list(marks.x) == ["A"]


def test_findings_name_what_is_highest():
    pairs = pd.DataFrame(
        {
            "left": ["age", "income"],
            "right": ["income", "monetary"],
            "value": [0.2, -0.8],
            "p_value": [0.5, 0.001],
            "customers": [300, 300],
        }
    )
    assert association_finding(pairs, method="spearman") == (
        "Income and spend hang together most (correlation −0.80);"
        " 1 of 2 pairs by more than chance"
    )
    answers = pd.DataFrame(
        {
            "campaign": ["Spring", "Spring"],
            "segment": ["A", "B"],
            "rate": [0.1, 0.4],
            "low": [0.05, 0.3],
            "high": [0.2, 0.5],
            "asked": [100, 100],
        }
    )
    assert campaign_finding(answers) == ("B accepted spring most often: 40 % (30 % to 50 %)")
    near = answers.assign(high=[0.35, 0.5])
    assert campaign_finding(near).endswith("; 1 other lies within chance of it")
    assert campaign_finding(answers.assign(rate=[0.6, 0.4])).startswith("A accepted")
    assert campaign_finding(answers.assign(asked=[100, 19])).startswith("A accepted spring")
    assert campaign_finding(answers.assign(asked=5)).startswith("Fewer than 20 customers asked")
    by_chance = pairs.assign(p_value=[0.5, 0.03])
    assert association_finding(by_chance, method="spearman") == (
        "None of 2 pairs hangs together by more than chance"
    )
    few = pairs.assign(customers=[300, 19])
    assert association_finding(few, method="spearman").startswith("None of 2 pairs")
    turned = pairs.assign(p_value=[0.001, 0.5])
    assert association_finding(turned, method="spearman").startswith("Age and income hang")
    described = pd.DataFrame({"attribute": ["age", "income"], "filled": [10, 8]})
    assert missing_finding(described, customers=10) == (
        "2 attributes of 10 customers; most often missing: income, 20.0 %"
    )
    whole = described.assign(filled=10)
    assert missing_finding(whole, customers=10).endswith("none with gaps")


def test_what_vips_bring_is_summed_over_their_labels():
    rows = pd.DataFrame(
        {
            "vip": [False, True, True],
            "passive": [False, False, False],
            "promotional": [True, False, True],
            "customers": [70, 20, 10],
            "spend_share": [0.2, 0.5, 0.3],
        }
    )
    assert label_finding(rows) == (
        "30 VIP customers bring 80 % of spend; 10 customers have two labels"
    )
    assert label_finding(rows.assign(customers=[7, 10, 9])).startswith("Fewer than 20 VIP")
    assert label_finding(pd.DataFrame()) == "This data set tells no spend"
