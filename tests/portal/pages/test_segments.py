"""Segments: every sentence from its frame, both ways round, and the same figures everywhere."""

import numpy as np
import pandas as pd
import pytest
from dash import Dash
from scipy import stats

from db.engine import open_reader
from portal.app import create_app
from portal.kit.drawing.chart import Scope
from portal.pages.segments import evidence, figures, queries, sentences, space
from portal.pages.segments.segment_table import HEADS, joined_of, moved_net, net_moves
from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.predicting import value as of_value
from portal.reading.segments import shares
from portal.settings import Settings
from tests.portal.looking import looking
from tests.shops import Shop, refreshed, rows

PROFILES = pd.DataFrame(
    {
        "segment": ["A", "B", "C"],
        "customers": [60, 120, 19],
        "monetary": [300.0, 50.0, 9_000.0],
        "recency_days": [10.0, 80.0, 300.0],
    }
)
AVERAGE = float((PROFILES["monetary"] * PROFILES["customers"]).sum() / 199)


def turned(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Give the first two rows each other's values of a column."""
    values = frame[column].tolist()
    values[:2] = values[1::-1]
    return frame.assign(**{column: values})


def test_a_segment_of_few_is_no_finding() -> None:
    """C has 19 customers, spends most and was silent longest: nothing is said of it."""
    assert figures.profile_finding(PROFILES) == (
        f"A spend {300 / AVERAGE:.1f} times what the average customer does"
    )
    assert figures.profile_finding(turned(PROFILES, "monetary")).startswith("B spend")
    large = PROFILES.assign(customers=[60, 120, 20])
    assert figures.profile_finding(large).startswith("C spend")
    none = PROFILES.assign(customers=10)
    assert figures.profile_finding(none) == "What sets the segments apart"
    assert space.cloud_finding(PROFILES) == "A last ordered 10 days ago on average, B 80"
    assert space.cloud_finding(turned(PROFILES, "recency_days")) == (
        "A spend most and have been silent longest"
    )
    assert space.cloud_finding(none) == "Customers by recency, frequency and spend"


def test_medians_of_the_extreme_segments() -> None:
    shapes = PROFILES.assign(measure="monetary", median=PROFILES["monetary"])
    look = {"measure": "monetary", "currency": "GBP"}
    assert figures.distribution_finding(shapes, **look) == (
        "Median spend: £300.00 in A, £50.00 in B"
    )
    assert figures.distribution_finding(turned(shapes, "median"), **look) == (
        "Median spend: £300.00 in B, £50.00 in A"
    )
    alike = shapes.assign(median=1.0)
    assert figures.distribution_finding(alike, **look) == (
        "Median spend: £1.00 in every segment"
    )
    few = shapes.assign(customers=5)
    assert figures.distribution_finding(few, **look) == "Spend within the segments"


def test_those_who_moved_most_are_named_where_they_are_enough() -> None:
    moves = pd.DataFrame(
        {
            "before": ["A", "A", "B", "New since then"],
            "after": ["A", "B", "A", "B"],
            "customers": [70, 20, 10, 500],
        }
    )
    segments = ["A", "B"]
    assert figures.move_finding(moves, segments=segments) == (
        "70 % stayed in their segment; most who moved: 20 from A to B"
    )
    other = moves.assign(customers=[70, 10, 20, 500])
    assert figures.move_finding(other, segments=segments).endswith("20 from B to A")
    few = moves.assign(customers=[70, 19, 11, 500])
    assert figures.move_finding(few, segments=segments) == ("70 % stayed in their segment")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.95, "Take care: “City” alone tells the segment (0.95 of 1)"),
        (0.9, "No attribute alone tells the segment; city comes nearest (0.90)"),
    ],
)
def test_one_column_that_tells_the_segment_is_warned_of(value: float, said: str) -> None:
    told = pd.DataFrame({"attribute": ["city"], "mutual_information": [value], "is_input": [0]})
    assert figures.agreement_finding(told).startswith(said)


def test_directions_hold_a_share_of_the_inputs() -> None:
    loadings = pd.DataFrame(
        {
            "component": [1, 1, 2, 2],
            "measure": ["monetary", "frequency"] * 2,
            "loading": [0.9, 0.4, -0.4, 0.9],
            "explained": [0.52, 0.52, 0.12, 0.12],
        }
    )
    assert space.projection_finding(loadings) == (
        "Two directions hold 64 % of the variance of what segments are made from; the first is"
        " mostly spend"
    )
    other = loadings.assign(loading=[0.4, -0.9, 0.9, 0.4])
    assert space.projection_finding(other).endswith("mostly frequency")


@pytest.mark.parametrize(
    ("value", "customers", "kept", "said"),
    [
        (
            -0.52,
            400,
            400,
            "Recency and spend go against each other (rank correlation −0.52)",
        ),
        (0.52, 400, 400, "Recency and spend rise together (rank correlation 0.52)"),
        (0.7, 400, 900, "closely rise together (rank correlation 0.70 among 400 of 900)"),
        (0.02, 400, 400, "do not clearly go together"),
    ],
)
def test_a_rank_correlation_says_of_how_many_it_is(
    value: float, customers: int, kept: int, said: str
) -> None:
    together = pd.DataFrame({"customers": [customers], "kept": [kept], "recency_days": [value]})
    assert said in space.plane_finding(together, x="recency_days")
    few = together.assign(customers=19)
    assert space.plane_finding(few, x="recency_days") == "Recency and spend"


def test_the_rank_correlation_is_that_of_all_customers_kept_as_on_explore(
    app: Dash, published_shop: Shop
) -> None:
    """By SciPy over every customer, with and without filters; Explore has the same figure."""
    with looking(app, "shop") as run:
        everyone = run.ask(
            run.of_customers("select segment, recency_days, frequency, monetary from customers")
        )
        found = run.ask(queries.together(run, NO_FILTERS)).iloc[0]
        segment = str(everyone["segment"].mode()[0])
        some = run.ask(queries.together(run, Filters(segments=(segment,)))).iloc[0]
    for row, frame in (
        (found, everyone),
        (some, everyone[everyone["segment"] == segment]),
    ):
        assert row["customers"] == row["kept"] == len(frame)
        for measure in ("recency_days", "frequency"):
            expected = stats.spearmanr(frame[measure], frame["monetary"]).statistic
            assert row[measure] == pytest.approx(expected)
    stored = rows(
        published_shop.path,
        "select value from association where scope = 'all' and method = 'spearman'"
        " and \"left\" in ('recency_days', 'monetary')"
        " and \"right\" in ('recency_days', 'monetary')",
    )
    assert stored[0][0] == pytest.approx(found["recency_days"], abs=1e-6)


MOVES = pd.DataFrame(
    {
        "before": ["A", "A", "B", "New since then"],
        "after": ["A", "B", "A", "B"],
        "customers": [70, 20, 30, 500],
        "value": [700.0, 900.0, 90.0, 50.0],
    }
)


def test_moves_are_counted_in_and_out_without_who_is_new() -> None:
    found = net_moves(MOVES).set_index("segment")
    assert list(found.loc["A"]) == [30, 20, 10]
    assert list(found.loc["B"]) == [20, 30, -10]
    assert moved_net(found.loc["A"]) == "+10 (30 in, 20 out)"
    assert moved_net(found.loc["B"]) == "−10 (20 in, 30 out)"
    assert moved_net(pd.Series({"net": None})) == "–"
    assert net_moves(MOVES.head(0)).empty


def test_value_that_stayed_and_where_most_went() -> None:
    said = sentences.value_finding(MOVES, ["A", "B"], "GBP")
    assert said == (
        "41 % of the value stayed in its segment; most that moved: £900 from A to B"
    )
    turned = MOVES.assign(value=[700.0, 90.0, 900.0, 50.0])
    assert sentences.value_finding(turned, ["A", "B"], "GBP").endswith("£900 from B to A")
    few = MOVES.assign(customers=3)
    assert sentences.value_finding(few, ["A", "B"], "GBP").endswith("in its segment")
    assert sentences.value_finding(MOVES.head(0), ["A"], "GBP") == "Value that moved"


def test_who_rose_and_slipped_is_said() -> None:
    rows = pd.DataFrame(
        {"moved": ["risen", "slipped"], "customers": [3, 1], "value": [90.0, 5.0]}
    )
    said = sentences.changed_finding(rows, "GBP")
    assert said == "3 customers rose (£90 of 12 months' value), 1 customer slipped (£5)"
    turned = rows.assign(moved=["slipped", "risen"])
    assert sentences.changed_finding(turned, "GBP").startswith("1 customer rose (£5")
    new = rows.assign(moved=["new", "lost"])
    assert sentences.changed_finding(new, "GBP") == "Nobody rose or slipped"
    assert sentences.changed_finding(rows.head(0), "GBP") == "Nobody rose or slipped"


def test_the_answer_names_who_brings_most_and_where_contacting_pays() -> None:
    rows = pd.DataFrame(
        {
            "segment": ["A", "B"],
            "customers": [30, 70],
            "share": [0.3, 0.7],
            "revenue": [900.0, 100.0],
            "revenue_share": [0.9, 0.1],
        }
    )
    worth = pd.DataFrame({"level": ["A", "B"], "paying": [4, 9], "probability": [0.3, 0.4]})
    assert sentences.answer(rows, worth) == (
        "2 segments of customers who buy alike: A are 30 % of customers and bring 90 % of"
        " revenue. Most worth contacting are among B: 9 customers."
    )
    turned = rows.assign(revenue_share=[0.1, 0.9])
    assert "B are 70 % of customers" in sentences.answer(turned, worth)
    by_rule = sentences.answer(rows, worth.assign(probability=None))
    assert by_rule.endswith("A rule names most to contact among B: 9 customers.")
    nobody = sentences.answer(rows, worth.assign(paying=0))
    assert nobody.endswith("of revenue.")
    assert "Too few" in sentences.answer(rows.head(0), worth)


def test_a_segment_that_differs_by_an_attribute_is_named() -> None:
    rows = pd.DataFrame(
        {
            "segment": ["A", "A", "B", "B"],
            "level": ["x", "y", "x", "y"],
            "customers": [45, 5, 50, 50],
        }
    )
    assert sentences.attribute_finding(rows, "city") == (
        "By city: 90 % of A are “x”, of all customers 63 %"
    )
    few = rows.assign(customers=[9, 1, 50, 50])
    assert "of B are" in sentences.attribute_finding(few, "city")
    assert sentences.attribute_finding(rows.head(0), "city") == "Segments by city"


def test_the_least_sure_segment_is_named() -> None:
    rows = pd.DataFrame({"segment": ["A", "B"], "stability": [0.9, 0.5]})
    assert evidence.stability_finding(rows) == (
        "B is the least sure segment: 0.50, not to be trusted"
    )
    turned = rows.assign(stability=[0.7, 0.9])
    assert "A is the least sure segment: 0.70, doubtful" in evidence.stability_finding(turned)
    assert "not tried" in evidence.stability_finding(rows.assign(stability=None))


def test_the_table_adds_up_to_the_customers(app: Dash) -> None:
    with looking(app, "shop") as run:
        asked = [
            run.ask(statement)
            for statement in (
                shares(run, NO_FILTERS),
                queries.personas(run, NO_FILTERS),
                of_value.by_segment(run, NO_FILTERS),
                queries.worth(run, NO_FILTERS),
                queries.moves(run, NO_FILTERS),
            )
            if statement is not None
        ]
        people = run.ask(run.of_customers("select * from customers"))
    rows, personas, value, worth, moves = asked
    joined = joined_of(rows, personas, value=value, worth=worth, moves=moves)
    joined = joined.set_index("segment")
    by_segment = people.groupby("segment")
    assert joined["value"].to_dict() == pytest.approx(by_segment["clv_12m"].sum().to_dict())
    chance = by_segment["churn_probability"].mean().dropna().to_dict()
    assert joined["probability"].dropna().to_dict() == pytest.approx(chance)
    paying = people[people["contact_profit"] > 0].groupby("segment").size()
    assert joined["paying"].sum() == paying.sum() > 0
    assert moves["customers"].sum() == people["segment"].notna().sum()
    assert {each.column for each in HEADS} <= set(joined.columns)


CITIES = ("New York", "Los Angeles", "Chicago", "San Francisco", "Miami", "Houston")


@pytest.fixture(scope="module")
def by_city(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Publish customers whose city decides how they buy, as in a file that is public."""
    folder = tmp_path_factory.mktemp("cities")
    chance = np.random.default_rng(0)
    city = np.arange(360) % 6
    customers = pd.DataFrame(
        {
            "Customer ID": np.arange(101, 461),
            "Gender": np.where(city % 2, "Male", "Female"),
            "Age": chance.integers(25, 45, 360),
            "City": np.array(CITIES)[city],
            "Membership Type": np.array(["Gold", "Silver", "Bronze"])[city % 3],
            "Total Spend": (400 + 180 * city + chance.normal(0, 12, 360)).round(1),
            "Items Purchased": 8 + 2 * city + chance.integers(0, 2, 360),
            "Average Rating": (3 + 0.3 * city + chance.normal(0, 0.05, 360))
            .clip(1, 5)
            .round(1),
            "Discount Applied": np.where(city % 2, "TRUE", "FALSE"),
            "Days Since Last Purchase": 10 + 9 * city + chance.integers(0, 4, 360),
            "Satisfaction Level": np.array(["Satisfied", "Neutral", "Unsatisfied"])[city % 3],
        }
    )
    customers.to_csv(folder / "cities.csv", index=False)
    settings = folder / "four.yaml"
    settings.write_text("segments: {k: 4, tuning: false, bootstraps: 3}\nmodels: {tasks: []}\n")
    return refreshed(
        folder / "portal.db", folder / "cities.csv", "--settings", settings, dataset="cities"
    )


def test_segments_that_are_cities_are_warned_of_on_the_page(by_city: Shop) -> None:
    """Each segment a city or several: normalised mutual information would not have seen it."""
    portal = create_app(open_reader(by_city.url), Settings(db=by_city.url))
    with looking(portal, "cities") as run:
        told = run.ask(queries.agreements(run, NO_FILTERS))
    finding = figures.agreement_finding(told)
    assert finding.startswith("Take care: “")
    city = told.set_index("attribute")["mutual_information"]["city"]
    assert city > 0.9
    ((segments,),) = rows(by_city.path, "select count(*) from segment_result")
    assert segments < len(CITIES)
    ((verdict,),) = rows(by_city.path, "select verdict from clustering where chosen")
    assert "like every other in range it repeats the column" in verdict


def test_scores_say_how_many_have_the_best_and_the_lowest() -> None:
    rows = pd.DataFrame(
        {"r_score": [5, 1, 5], "f_score": [5, 1, 1], "m_score": [5, 1, 2],
         "customers": [3, 2, 4]}
    )  # fmt: skip
    assert figures.scores_finding(rows) == (
        "Of 9 customers 3 have the best scores (555), 2 the lowest"
    )
    assert figures.scores_finding(rows[2:]).endswith(
        "0 have the best scores (555), 0 the lowest"
    )
    drawn = figures.scores(rows, Scope())
    assert drawn.figure.data[0].z[0][4] == 4


def test_a_move_leads_to_its_customers(app: Dash) -> None:
    with looking(app, "shop") as run:
        flows = queries.latest_flows(run)
        assert (flows["before"] != flows["after"]).all()
        for row in flows.itertuples():
            named = queries.flow_named(row.before, row.after)
            listed = run.ask(queries.flowed(run, Filters(), flow=named))
            assert len(listed) == row.customers
            assert set(listed["after"]) == {row.after}
        assert queries.flowed(run, Filters(), flow="nothing of ours") is None
