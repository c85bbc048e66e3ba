"""Value: what it says equals plain pandas over `customer_result`; it says what is missing."""

import re
import sqlite3
from contextlib import closing
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from dash import Dash

from db.engine import open_reader
from pipeline.samples.files import write
from pipeline.samples.marketing import made_up_marketing
from portal.app import create_app
from portal.pages.value import page as value_page
from portal.reading import value as queries
from portal.reading.customers import Sort
from portal.reading.filters import NO_FILTERS, Filters
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


@pytest.fixture(scope="module")
def page() -> ModuleType:
    return value_page


def published(shop: Shop) -> pd.DataFrame:
    query = """
    select c.* from customer_result c
    join run r on r.run_id = c.run_id
    join dataset d on d.dataset_id = r.dataset_id
    where d.name = 'shop'
    """
    with closing(sqlite3.connect(shop.path)) as connection:
        return pd.read_sql(query, connection)


def test_the_headline_is_that_of_the_customers(portal: Dash, shop: Shop) -> None:
    customers = published(shop)
    with looking(portal, "shop") as at:
        found = queries.headline(at, NO_FILTERS)
    assert found is not None
    assert found.customers == len(customers)
    assert found.total == pytest.approx(customers["clv_12m"].sum())
    assert found.historic == pytest.approx(customers["clv_historic_12m"].sum())
    best = customers["clv_12m"].nlargest(round(len(customers) / 5)).sum()
    assert found.top_fifth == pytest.approx(best / customers["clv_12m"].sum())


def test_a_model_that_lets_nobody_leave_says_nothing_of_leaving(
    portal: Dash, page: ModuleType
) -> None:
    fits = pd.DataFrame({"model": ["bg_nbd", "nbd"], "chosen": [0, 1]})
    assert not queries.knows_leaving(fits)
    assert queries.knows_leaving(fits.assign(chosen=[1, 0]))
    with looking(portal, "shop") as at:
        found = queries.headline(at, NO_FILTERS)
        told = page._tiles(at, found, tells_leaving=True)
        silent = page._tiles(at, found, tells_leaving=False)
    assert [each.measure for each in told][:-1] == [each.measure for each in silent]
    assert told[-1].measure == "p_alive"


def test_the_error_stands_beside_that_of_a_rival(portal: Dash, page: ModuleType) -> None:
    with looking(portal, "shop") as at:
        rows = queries.metrics(at)
    tile = page._error_tile(rows)
    revenue = rows[(rows["measure"] == "revenue") & rows["model"].isin(queries.RIVALS)]
    best = revenue.loc[revenue["total_error"].abs().idxmin(), "model"]
    assert page.figures.name_of(best) in tile.since
    assert page._error_tile(rows.head(0)).since == "no hold-out"


def test_segments_add_up_to_the_whole(portal: Dash, shop: Shop) -> None:
    customers = published(shop)
    with looking(portal, "shop") as at:
        rows = queries.by_segment(at, NO_FILTERS).set_index("segment")
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
        found = queries.headline(at, filters)
        assert found is not None
        assert found.total == pytest.approx(some["clv_12m"].sum())
        assert queries.distribution(at, filters)["customers"].sum() == len(some)
        assert queries.matrix(at, filters, measure="p_alive")["customers"].sum() == len(some)
        assert queries.count(at, filters) == len(some)


def test_a_cell_is_the_mean_of_its_customers(portal: Dash, shop: Shop) -> None:
    customers = published(shop)
    with looking(portal, "shop") as at:
        cells = queries.matrix(at, NO_FILTERS, measure="expected_orders_90d")
    row = cells.sort_values("customers").iloc[-1]
    recency = [*queries.RECENCY, np.inf]
    orders = [*queries.FREQUENCY, np.inf]
    some = customers[
        customers["recency_days"].between(
            recency[row["recency_place"]], recency[row["recency_place"] + 1], inclusive="left"
        )
        & customers["frequency"].between(
            orders[row["frequency_place"]],
            orders[row["frequency_place"] + 1],
            inclusive="left",
        )
    ]
    assert row["customers"] == len(some)
    assert row["mean"] == pytest.approx(some["expected_orders_90d"].mean())


def test_risk_and_value_keep_every_customer_with_both(portal: Dash, shop: Shop) -> None:
    both = published(shop).dropna(subset=["churn_probability", "clv_12m"])
    with looking(portal, "shop") as at:
        cells = queries.risk_and_value(at, NO_FILTERS)
    assert cells["customers"].sum() == len(both)
    assert cells["value"].sum() == pytest.approx(both["clv_12m"].sum())


def test_the_model_stands_before_its_rivals(portal: Dash) -> None:
    with looking(portal, "shop") as at:
        rows = queries.metrics(at)
    for _, some in rows.groupby("measure"):
        assert some["model"].iloc[0] == queries.ACTUAL
        assert some["model"].iloc[1] not in queries.NAIVE
        assert set(some["model"].iloc[2:]) == set(queries.NAIVE[1:])


def test_the_table_sorts_in_the_database_and_leads_to_customers(
    portal: Dash, shop: Shop, page: ModuleType
) -> None:
    best = published(shop).sort_values(["clv_12m", "customer_id"], ascending=[False, True])
    with looking(portal, "shop") as at:
        rows = queries.customers(at, NO_FILTERS, sort=Sort("no such column"), end=7)
        cells = page._cells(rows, at)
    assert list(rows["customer_id"]) == list(best["customer_id"].head(7))
    assert (rows["clv_12m_low"] <= rows["clv_12m"]).all()
    assert (rows["clv_12m"] <= rows["clv_12m_high"]).all()
    for cell, customer in zip(cells, rows["customer_id"], strict=True):
        assert cell["customer_id"] == customer
        assert re.fullmatch(r"\d+ \w{3} \d{4}|–", cell["expected_next_order_days"])


def test_without_orders_the_page_says_what_would_bring_them(
    portal: Dash, page: ModuleType
) -> None:
    with looking(portal, "people") as at:
        assert queries.headline(at, NO_FILTERS) is None
        assert "order lines" in page._missing(at)
        for draw in (page._segments, page._spread, page._concentration, page._risk,
                     page._alive, page._orders):  # fmt: skip
            chart = draw(at, NO_FILTERS)
            assert not chart.figure.data
            assert "order lines" in chart.missing
        assert queries.count(at, NO_FILTERS) == 0
