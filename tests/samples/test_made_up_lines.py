"""The made-up shop's export: the same rows every time, as untidy as its settings say."""

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.samples.catalogue import CATEGORIES, COUNTRIES, FEES
from pipeline.samples.ledger import ledger
from pipeline.samples.lines import COLUMNS, made_up_lines
from pipeline.samples.settings import MADE_UP_SHOP, Quirks, ShopSettings

TIDY = dict.fromkeys(Quirks.model_fields, 0)
FEE_CODES = [code for code, _ in FEES]
SHOP = ShopSettings(customers=3_000, lines_per_order=8, seed=7)


def whole(shop: ShopSettings, chunk_rows: int = 200_000) -> pa.Table:
    return pa.concat_tables(made_up_lines(shop, chunk_rows=chunk_rows))


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    return whole(SHOP).to_pandas()


@pytest.fixture(scope="module")
def products(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines of products that customers bought, duplicates included."""
    bought = lines["CustomerID"].notna() & (lines["Quantity"] > 0)
    return lines[bought & ~lines["StockCode"].isin(FEE_CODES)]


@pytest.fixture(scope="module")
def orders(products: pd.DataFrame) -> int:
    return products["InvoiceNo"].nunique()


@st.composite
def shops(draw: st.DrawFn) -> ShopSettings:
    quirks = [Quirks(), Quirks(**TIDY), Quirks(cancelled=1, no_customer=0.6)]
    size = draw(st.sampled_from(["customers", "lines"]))
    return ShopSettings(
        **{
            size: draw(
                st.integers(1, 300) if size == "customers" else st.integers(1_000, 8_000)
            )
        },
        seed=draw(st.integers(0, 2**40)),
        until=draw(st.dates(dt.date(1999, 1, 1), dt.date(2090, 1, 1))),
        days=draw(st.integers(30, 1_200)),
        lines_per_order=draw(st.floats(1, 60)),
        products=draw(st.integers(100, 25_000)),
        quirks=draw(st.sampled_from(quirks)),
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shop=shops(), chunk_rows=st.integers(100, 5_000))
def test_any_shop(shop, chunk_rows):
    table = whole(shop)
    assert table.schema == COLUMNS
    assert table.equals(whole(shop, chunk_rows).combine_chunks())
    assert len(table) == ledger(shop).rows
    frame = table.to_pandas()
    assert frame["InvoiceDate"].is_monotonic_increasing
    assert frame["InvoiceDate"].min() >= pd.Timestamp(shop.since)
    assert frame["InvoiceDate"].max() < pd.Timestamp(shop.until) + pd.Timedelta(days=1)
    assert frame["Quantity"].ne(0).all()
    assert frame["UnitPrice"].ge(0).all()
    invoices = frame.groupby("InvoiceNo", sort=False)
    assert invoices[["InvoiceDate", "Country"]].nunique().eq(1).all(axis=None)
    assert invoices["CustomerID"].nunique(dropna=False).eq(1).all()
    numbers = frame["InvoiceNo"].str.removeprefix("C").astype(int)
    assert numbers.is_monotonic_increasing
    if shop.customers:
        assert frame["CustomerID"].nunique() == shop.customers
    elif shop.quirks.no_customer:
        assert len(frame) == shop.lines


@pytest.mark.parametrize("rows", [999, 10_000, 99_999])
def test_chunks_are_full_but_for_the_last(rows):
    sizes = [len(chunk) for chunk in made_up_lines(MADE_UP_SHOP, chunk_rows=rows)]
    assert set(sizes[:-1]) == {rows}
    assert 0 < sizes[-1] <= rows
    assert sum(sizes) == ledger(MADE_UP_SHOP).rows


def test_another_seed_is_another_shop():
    assert not whole(SHOP).equals(whole(SHOP.model_copy(update={"seed": 8})))


def test_a_customer_is_the_same_in_a_larger_shop():
    small, large = (
        ledger(ShopSettings(customers=customers, seed=3)).customers for customers in (50, 5_000)
    )
    for few, many in zip(small, large, strict=True):
        np.testing.assert_array_equal(few, many[:50])


def test_the_number_of_lines_is_met():
    assert len(whole(ShopSettings(lines=60_011))) == 60_011


def test_without_nameless_lines_the_number_is_nearly_met():
    quirks = Quirks(no_customer=0)
    assert 59_000 < len(whole(ShopSettings(lines=60_000, quirks=quirks))) <= 60_000


def test_built_in_shop_is_a_believable_one():
    frame = whole(MADE_UP_SHOP).to_pandas()
    assert frame["CustomerID"].nunique() == 4_000
    assert 90_000 < len(frame) < 140_000
    value = frame["Quantity"] * frame["UnitPrice"]
    revenue = value.groupby(frame["CustomerID"]).sum().sort_values(ascending=False)
    assert 0.65 < revenue.head(800).sum() / revenue.sum() < 0.8
    months = value.groupby(frame["InvoiceDate"].dt.to_period("M")).sum()
    assert months["2024-11"] > 1.5 * months["2024-02"]
    assert frame["InvoiceDate"].max().date() == MADE_UP_SHOP.until
    of_customers = frame[frame["CustomerID"].notna()]
    home = of_customers.groupby("CustomerID")["Country"].first().eq(COUNTRIES[0]).mean()
    assert 0.62 < home < 0.72
    sold = value[frame["CustomerID"].notna()]
    assert 0.02 < -sold[sold < 0].sum() / sold[sold > 0].sum() < 0.04
    assert frame["InvoiceDate"].dt.hour.between(7, 21).all()


def test_it_has_a_christmas_and_new_customers_all_along():
    frame = whole(MADE_UP_SHOP).to_pandas()
    value = frame["Quantity"] * frame["UnitPrice"]
    month = frame["InvoiceDate"].dt.to_period("M")
    months = value.groupby(month).sum()
    assert months["2024-10":"2024-12"].mean() > 1.4 * months["2025-01":"2025-03"].mean()
    first = (
        frame.groupby("CustomerID")["InvoiceDate"]
        .min()
        .dt.to_period("M")
        .value_counts()
        .sort_index()
    )
    assert first.loc["2024-01":"2025-11"].min() > 40
    assert len(first.loc["2024-01":"2025-11"]) == 23


def test_products_have_names_and_categories(lines: pd.DataFrame):
    goods = lines[lines["UnitPrice"].gt(0) & ~lines["StockCode"].isin(FEE_CODES)]
    assert goods["Category"].isin(CATEGORIES).all()
    assert goods.groupby("StockCode")["Category"].nunique().eq(1).all()
    assert lines.loc[lines["StockCode"].isin(FEE_CODES), "Category"].isna().all()
    named = goods["Description"].dropna().str.strip()
    assert named.str.match(r"[A-Z][a-z0-9 ]+$").all()
    things = [thing for every in CATEGORIES.values() for thing in every]
    assert len(things) == len(set(things))


def test_baskets_are_as_large_as_set(products, orders):
    without = products.drop_duplicates()
    assert len(without) / orders == pytest.approx(SHOP.lines_per_order, rel=0.12)
    assert not without.duplicated(["InvoiceNo", "StockCode"]).any()


@pytest.mark.parametrize(
    ("name", "of", "tolerance"),
    [
        ("no_customer", lambda d: d["CustomerID"].isna() & d["UnitPrice"].gt(0), 0.03),
        ("write_off", lambda d: d["UnitPrice"].eq(0) & d["Quantity"].lt(0), 0.03),
        ("duplicate", lambda d: d.duplicated(), 0.15),
        ("outer_blanks", lambda d: d["Description"].str.strip().ne(d["Description"]), 0.1),
    ],
)
def test_share_of_lines(lines, name, of, tolerance):
    assert of(lines).mean() == pytest.approx(getattr(SHOP.quirks, name), rel=tolerance)


def test_share_of_orders(lines, orders):
    cancelled = lines[lines["InvoiceNo"].str.startswith("C")]
    share = cancelled.loc[cancelled["StockCode"] != "D", "InvoiceNo"].nunique() / orders
    expected = SHOP.quirks.cancelled + SHOP.quirks.unmatched_cancellation
    assert share == pytest.approx(expected, rel=0.15)  # some would fall after the last day
    discounts = cancelled["StockCode"].eq("D").sum() / orders
    assert discounts == pytest.approx(SHOP.quirks.discount, rel=0.5)
    abroad = lines[lines["CustomerID"].notna() & lines["Country"].ne(COUNTRIES[0])]
    bought = abroad[abroad["Quantity"] > 0]
    postage = bought["StockCode"].eq("POST").sum() / bought["InvoiceNo"].nunique()
    assert postage == pytest.approx(SHOP.quirks.postage_abroad, rel=0.1)


def test_shares_of_what_customers_bought(products):
    assert products["UnitPrice"].eq(0).mean() == pytest.approx(SHOP.quirks.zero_price, rel=0.6)
    missing = products["Description"].isna().mean()
    assert missing == pytest.approx(SHOP.quirks.no_description, rel=0.4)


def test_returns_lack_the_prefix(lines):
    returned = lines["Quantity"].lt(0) & ~lines["InvoiceNo"].str.startswith("C")
    assert lines[returned & lines["CustomerID"].notna()]["UnitPrice"].ge(0).all()
    assert (returned & lines["CustomerID"].notna()).any()
    assert lines.loc[returned & lines["CustomerID"].isna(), "UnitPrice"].eq(0).all()
    assert lines.loc[lines["InvoiceNo"].str.startswith("C"), "Quantity"].lt(0).all()


def test_bulk_goods_cost_less_by_the_dozen(products):
    paid = products[products["UnitPrice"] > 0]
    prices = paid.groupby("StockCode")["UnitPrice"].agg(["min", "max", "nunique"])
    assert prices["nunique"].max() == 2
    share = prices["nunique"].eq(2).mean()
    assert 0.3 * SHOP.bulk_products < share <= 1.3 * SHOP.bulk_products
    two = prices[prices["nunique"] == 2]
    assert (two["min"] / two["max"]).between(0.8, 0.9).all()


def test_nothing_untidy_where_every_quirk_is_off():
    frame = whole(ShopSettings(customers=500, quirks=Quirks(**TIDY))).to_pandas()
    assert not frame.isna().any(axis=None)
    assert not frame.duplicated().any()
    assert frame[["Quantity", "UnitPrice"]].gt(0).all(axis=None)
    assert not frame["StockCode"].isin(FEE_CODES).any()
    assert frame["Description"].str.strip().eq(frame["Description"]).all()
    assert frame.groupby("CustomerID")["Country"].nunique().eq(1).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"customers": 10, "lines": 1_000},
        {"lines": 999},
        {"customers": 0},
        {"customers": 5, "days": 3},
        {"customers": 5, "currency": "EUR"},
    ],
)
def test_settings_that_make_no_shop(wrong):
    with pytest.raises(ValidationError):
        ShopSettings(**wrong)
