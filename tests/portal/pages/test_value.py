"""Value: what it says equals plain pandas over `customer_result`; it says what is missing."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import numpy as np
import pandas as pd
import pytest
from dash import Dash

from db.engine import open_reader
from pipeline.samples.files import write
from pipeline.samples.marketing import made_up_marketing
from portal.app import create_app
from portal.kit.cards import Asked, rows_of
from portal.pages.value import figures, page, queries
from portal.pages.value.tiles import answer, error_sentence, headline_tiles
from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.predicting import value
from portal.reading.published import PublishedRun
from portal.reading.rows import each_row
from portal.reading.statements import Statement
from portal.settings import Settings
from tests.portal.looking import looking
from tests.shops import Shop, refreshed, write_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Publish a shop, and a data set of customers without orders."""
    folder = tmp_path_factory.mktemp("value")
    people = made_up_marketing(200, seed=2)
    write(folder / "people.csv", people.schema, [people])
    refreshed(folder / "portal.db", folder / "people.csv", dataset="people")
    lines = write_shop(folder / "shop.csv", customers=300, days=400)
    return refreshed(folder / "portal.db", lines, dataset="shop")


@pytest.fixture(scope="module")
def portal(shop: Shop) -> Dash:
    return create_app(open_reader(shop.url), Settings(db=shop.url))


def published(shop: Shop) -> pd.DataFrame:
    query = """
    select c.* from customer_result c
    join run r on r.run_id = c.run_id
    join dataset d on d.dataset_id = r.dataset_id
    where d.name = 'shop'
    """
    with closing(sqlite3.connect(shop.path)) as connection:
        return pd.read_sql(query, connection)


def asked(
    run: PublishedRun,
    query: Callable[[PublishedRun, Filters], Statement | None],
    filters: Filters = NO_FILTERS,
) -> pd.DataFrame:
    """Ask what a card asks."""
    return rows_of(run, query(run, filters))


def test_the_headline_is_that_of_the_customers(portal: Dash, shop: Shop) -> None:
    customers = published(shop)
    with looking(portal, "shop") as at:
        headline = asked(at, value.headline).iloc[0]
    assert headline["customers"] == len(customers)
    assert headline["total"] == pytest.approx(customers["clv_12m"].sum())
    assert headline["historic"] == pytest.approx(customers["clv_historic_12m"].sum())
    best = customers["clv_12m"].nlargest(round(len(customers) / 5)).sum()
    assert headline["top_fifth"] == pytest.approx(best / customers["clv_12m"].sum())


@pytest.mark.parametrize("text", ["", "1", "7", "12", "299", "30"])
def test_the_best_bring_what_they_bring_together(portal: Dash, shop: Shop, text: str) -> None:
    values = published(shop).query("customer_id.str.contains(@text)")["clv_12m"]
    values = values.sort_values(ascending=False)
    with looking(portal, "shop") as at:
        curve = asked(at, queries.concentration, Filters(text=text))
        headline = asked(at, value.headline, Filters(text=text))
    if values.empty:
        assert curve.empty
        assert headline.empty
        return
    shares = np.linspace(0, 1, 101)
    reached = np.interp(shares * len(values), range(len(values) + 1), [0, *values.cumsum()])
    assert curve["customers"].to_numpy() == pytest.approx(shares)
    assert curve["value"].to_numpy() == pytest.approx(reached / values.sum())
    best = values.head(max(round(len(values) / 5), 1)).sum() / values.sum()
    assert headline["top_fifth"].iloc[0] == pytest.approx(best)


def test_a_bin_holds_those_between_its_ends(portal: Dash, shop: Shop) -> None:
    values = published(shop)["clv_12m"]
    with looking(portal, "shop") as at:
        bins = asked(at, queries.distribution)
    assert len(bins) == 40
    assert bins["low"].iloc[0] == 0
    assert list(bins["low"].iloc[1:]) == pytest.approx(list(bins["high"].iloc[:-1]))
    for row in each_row(bins):
        some = values[values.between(row.low, row.high, inclusive="left")]
        assert row.customers == len(some)
        assert row.value == pytest.approx(some.sum())


def test_a_model_that_lets_nobody_leave_says_nothing_of_leaving(portal: Dash) -> None:
    fits = pd.DataFrame({"model": ["bg_nbd", "nbd"], "chosen": [0, 1]})
    assert not value.knows_leaving(fits)
    assert value.knows_leaving(fits.assign(chosen=[1, 0]))
    with looking(portal, "shop") as at:
        headline = next(each_row(asked(at, value.headline)))
        ends = value.foretold(at)
    assert ends is not None
    told, silent = (
        headline_tiles(headline, ends, currency="GBP", tells_leaving=tells)
        for tells in (True, False)
    )
    assert [each.measure for each in told][:-1] == [each.measure for each in silent]
    assert told[-1].measure == "p_alive"


def test_the_range_is_that_of_all_in_proportion(portal: Dash, shop: Shop) -> None:
    customers = published(shop)
    segment = str(customers["segment"].iloc[0])
    some = customers.query("segment == @segment")["clv_12m"].sum()
    with looking(portal, "shop") as at:
        whole, part = value.foretold(at), value.foretold(at, Filters(segments=(segment,)))
        ends = value.spread(at)
        nobody = value.foretold(at, Filters(text="no such customer"))
        assert nobody == value.Foretold(0, 0.0, 0.0, 0.0, 0.0)
    assert whole is not None
    assert part is not None
    assert whole.total == pytest.approx(customers["clv_12m"].sum())
    assert part.total == pytest.approx(some)
    if ends is None:
        assert part.low is part.high is None
    else:
        assert ends[0] <= 1 <= ends[1]
        assert (part.low, part.high) == pytest.approx((some * ends[0], some * ends[1]))


def test_the_answer_says_the_range_or_that_there_is_none() -> None:
    headline = pd.Series({"customers": 10, "total": 900.0, "top_fifth": 0.6})
    told = answer(headline, value.Foretold(1, 900.0, 700.0, 1_200.0), currency="GBP")
    assert told == (
        "10 customers should bring £900 (£700 to £1.2K) in the next 12 months. The best fifth"
        " of them bring 60 % of it."
    )
    alone = answer(headline, value.Foretold(1, 900.0, None, None), currency="GBP")
    assert "£900 in the next 12 months; the orders are too few to check that" in alone


def test_how_far_off_the_sum_was_is_said_beside_a_rule() -> None:
    rows = pd.DataFrame(
        {
            "measure": ["revenue"] * 3,
            "model": ["pareto_nbd", "historic_rate", "last_period"],
            "total_error": [-0.1, 0.3, -0.05],
        }
    )
    assert error_sentence(rows) == (
        "On the check the model missed the sum by −10 %, “Last period again”, the best simple"
        " rule, −5 %."
    )
    turned = rows.assign(total_error=[0.2, 0.01, -0.05])
    assert "by 20 %, “Historic rate”, the best simple rule, 1 %" in error_sentence(turned)
    assert error_sentence(rows.head(1)).endswith("by −10 %.")
    assert error_sentence(rows.head(0)) == ""


def test_a_cell_of_few_is_no_finding() -> None:
    cells = pd.DataFrame(
        {"frequency": ["1", "25 +"], "recency": ["0 to 14"] * 2, "customers": [30, 5],
         "mean": [0.4, 7.0]}
    )  # fmt: skip
    assert figures.orders_finding(cells).startswith("0.4 orders in 90 days from")
    assert figures.orders_finding(cells.assign(customers=40)).startswith("7.0 orders")
    assert figures.orders_finding(cells.assign(customers=4)) == "Expected orders"
    assert figures.alive_finding(cells.assign(customers=4)) == "Who is still a customer"


def test_segments_add_up_to_the_whole(portal: Dash, shop: Shop) -> None:
    customers = published(shop)
    with looking(portal, "shop") as at:
        rows = asked(at, queries.by_segment).set_index("segment")
    expected = customers.groupby("segment")["clv_12m"].sum()
    assert rows["value"].to_dict() == pytest.approx(expected.to_dict())
    assert rows["share"].sum() == pytest.approx(1)
    assert rows["customers"].sum() == len(customers)
    assert rows["value"].is_monotonic_decreasing


def test_filters_narrow_everything_down(portal: Dash, shop: Shop) -> None:
    segment = published(shop)["segment"].iloc[0]
    some = published(shop).query("segment == @segment")
    filters = Filters(segments=(segment,))
    with looking(portal, "shop") as at:
        headline = asked(at, value.headline, filters).iloc[0]
        assert headline["total"] == pytest.approx(some["clv_12m"].sum())
        assert asked(at, queries.distribution, filters)["customers"].sum() == len(some)
        assert asked(at, queries.alive, filters)["customers"].sum() == len(some)


def test_a_cell_is_the_mean_of_its_customers(portal: Dash, shop: Shop) -> None:
    customers = published(shop)
    with looking(portal, "shop") as at:
        cells = asked(at, queries.expected_orders)
    for row in each_row(cells):
        some = customers[
            customers["recency_days"].between(*ends(row.recency))
            & customers["frequency"].between(*ends(row.frequency))
        ]
        assert row.customers == len(some)
        assert row.mean == pytest.approx(some["expected_orders_90d"].mean())
    assert cells["customers"].sum() == len(customers)


def ends(band: str) -> tuple[float, float]:
    """Read the ends of a band: “4”, “15 to 30”, “731 +”."""
    numbers = [float(number) for number in re.findall(r"\d+", band)]
    return numbers[0], np.inf if band.endswith("+") else numbers[-1]


def test_risk_and_value_keep_every_customer_with_both(portal: Dash, shop: Shop) -> None:
    both = published(shop).dropna(subset=["churn_probability", "clv_12m"])
    with looking(portal, "shop") as at:
        cells = asked(at, queries.risk_and_value)
    assert cells["customers"].sum() == len(both)
    assert cells["value"].sum() == pytest.approx(both["clv_12m"].sum())
    for row in each_row(cells):
        some = both[
            both["churn_probability"].between(row.risk_low, row.risk_high, inclusive="left")
            & both["clv_12m"].between(row.value_low, row.value_high, inclusive="left")
        ]
        assert row.customers == len(some)


def test_the_model_stands_before_its_rivals(portal: Dash) -> None:
    with looking(portal, "shop") as at:
        rows = asked(at, queries.metrics)
    for _, some in rows.groupby("measure"):
        assert some["model"].iloc[0] == queries.ACTUAL
        assert some["model"].iloc[1] not in queries.NAIVE
        assert set(some["model"].iloc[2:]) == set(queries.NAIVE[1:])


def test_without_orders_the_page_says_what_would_bring_them(portal: Dash) -> None:
    with looking(portal, "people") as at:
        assert asked(at, value.headline).empty
        assert "order lines" in page.answer(at, NO_FILTERS)
        for card in (page.SEGMENTS, page.SPREAD, page.CONCENTRATION, page.RISK, page.ALIVE,
                     page.ORDERS):  # fmt: skip
            chart = card.drawn_with(at, Asked(NO_FILTERS), card.draw)
            assert not chart.figure.data
            assert "order lines" in chart.missing
        assert value.foretold(at) is None
