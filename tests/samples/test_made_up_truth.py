"""What the made-up shop says of itself agrees with its rows."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from pipeline.samples.catalogue import FEES
from pipeline.samples.lines import made_up_lines
from pipeline.samples.settings import Archetype, Quirks, ShopSettings
from pipeline.samples.truth import cancellations, truth

SHOP = ShopSettings(
    customers=1_500, lines_per_order=8, seed=11, quirks=Quirks(mistakes=5, cancelled=0.25)
)
FEE_CODES = [code for code, _ in FEES]
SAME = ["CustomerID", "StockCode", "UnitPrice"]


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    """Product lines of customers, exact duplicates removed."""
    frame = pa.concat_tables(made_up_lines(SHOP)).to_pandas()
    named = frame["CustomerID"].notna() & ~frame["StockCode"].isin(FEE_CODES)
    return frame[named].drop_duplicates().reset_index(drop=True)


@pytest.fixture(scope="module")
def told() -> pd.DataFrame:
    return truth(SHOP).to_pandas().set_index("customer_id")


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    return cancellations(SHOP).to_pandas()


def test_one_row_per_customer(told, lines):
    assert told.index.is_unique
    assert set(told.index) == set(lines["CustomerID"])


def test_orders_and_first_days(told, lines):
    bought = lines[lines["Quantity"] > 0].groupby("CustomerID")
    placed = bought["InvoiceNo"].nunique().reindex(told.index)
    assert placed.tolist() == told["orders"].tolist()
    first = bought["InvoiceDate"].min().dt.date.reindex(told.index)
    assert first.tolist() == told["first_order_on"].tolist()


def test_the_dropped_out_order_no_more(told, lines):
    assert told["dropped_out_on"].isna().eq(told["alive"]).all()
    gone = told.loc[~told["alive"], "dropped_out_on"]
    last = lines[lines["Quantity"] > 0].groupby("CustomerID")["InvoiceDate"].max().dt.date
    assert last.reindex(gone.index).tolist() == gone.tolist()


def test_cancelled_pieces_were_bought_before(lines, events):
    matched = events[events["purchase"].notna()]
    assert (matched["cancelled_at"] > matched["purchased_at"]).all()
    bought = lines[lines["Quantity"] > 0].set_index(["InvoiceNo", "StockCode"])
    taken = matched.groupby(["purchase", "stock_code"])["quantity"].sum()
    assert (taken <= bought["Quantity"].reindex(taken.index)).all()
    source = bought.loc[pd.MultiIndex.from_frame(matched[["purchase", "stock_code"]])]
    assert source["CustomerID"].tolist() == matched["customer_id"].tolist()
    assert source["UnitPrice"].tolist() == matched["unit_price"].tolist()
    assert source["InvoiceDate"].tolist() == matched["purchased_at"].tolist()


def test_every_reversal_is_told(lines, events):
    back = lines[lines["Quantity"] < 0]
    assert sorted(
        zip(back["InvoiceNo"], back["StockCode"], -back["Quantity"], strict=True)
    ) == sorted(
        zip(events["cancellation"], events["stock_code"], events["quantity"], strict=True)
    )
    prefixed = events["cancellation"].str.startswith("C")
    assert prefixed.eq(events["kind"] != "return").all()
    assert events["purchase"].isna().eq(events["kind"] == "unmatched").all()
    assert set(events["kind"]) == {"cancellation", "return", "unmatched"}


def test_unmatched_cancellations_match_nothing(lines, events):
    sold = set(zip(*(lines.loc[lines["Quantity"] > 0, name] for name in SAME), strict=True))
    unmatched = events[events["purchase"].isna()]
    keys = zip(
        *(unmatched[name] for name in ["customer_id", "stock_code", "unit_price"]), strict=True
    )
    assert len(unmatched) > 20
    assert sold.isdisjoint(keys)


def test_matching_from_the_rows_alone_finds_the_same(told, lines, events):
    """Match each reversal to the latest earlier purchase that still has the quantity."""
    left: dict[tuple, list[list[int]]] = {}
    net: dict[str, float] = dict.fromkeys(told.index, 0.0)
    unmatched = 0
    for row in lines.itertuples():
        bought = left.setdefault((row.CustomerID, row.StockCode, row.UnitPrice), [])
        if row.Quantity > 0:
            bought.append([row.Quantity])
        else:
            fits = [pieces for pieces in reversed(bought) if pieces[0] >= -row.Quantity]
            if not fits:
                unmatched += 1
                continue
            fits[0][0] += row.Quantity
        net[row.CustomerID] += row.Quantity * row.UnitPrice
    assert unmatched == events["purchase"].isna().sum()
    np.testing.assert_allclose(list(net.values()), told["net_revenue"], atol=0.02)


def test_standing_orders(told, lines, events):
    bought = lines[lines["Quantity"] > 0]
    value = (bought["Quantity"] * bought["UnitPrice"]).groupby(bought["InvoiceNo"]).sum()
    back = (events["quantity"] * events["unit_price"]).groupby(events["purchase"]).sum()
    net = value.sub(back, fill_value=0).round(2)
    owner = bought.groupby("InvoiceNo")["CustomerID"].first()
    standing = net.gt(0).groupby(owner).sum().reindex(told.index)
    assert standing.tolist() == told["standing_orders"].tolist()
    assert (told["standing_orders"] < told["orders"]).any()


def test_mistakes_are_large_and_undone_within_minutes(events):
    value = events["quantity"] * events["unit_price"]
    largest = events[events["purchase"].notna()].loc[value.nlargest(5).index]
    assert (
        (largest["cancelled_at"] - largest["purchased_at"]).dt.total_seconds() < 20 * 60
    ).all()
    assert value[largest.index].min() > 100 * SHOP.lines_per_order * SHOP.line_value


def test_natures_follow_their_distributions():
    regular = Archetype(
        name="regular",
        share=1,
        rate_shape=4,
        orders_a_year=12,
        leaving_a=2,
        leaving_b=18,
        spend=1,
        early=1,
    )
    quirks = Quirks(**dict.fromkeys(Quirks.model_fields, 0))
    shop = ShopSettings(customers=8_000, archetypes=(regular,), quirks=quirks, seed=5)
    told = truth(shop).to_pandas()
    rate = 12 / 365
    assert told["orders_a_day"].mean() == pytest.approx(rate, rel=0.03)
    assert told["orders_a_day"].var() == pytest.approx(rate**2 / 4, rel=0.1)
    assert told["drop_out_probability"].mean() == pytest.approx(0.1, rel=0.03)
    mean = shop.lines_per_order * shop.line_value
    assert told["mean_spend"].mean() == pytest.approx(mean, rel=0.05)
    # Whole pieces hardly move what customers spend; every order is a draw round their own mean.
    spent = told["net_revenue"] / told["orders"]
    assert (spent.sum() / told["mean_spend"].sum()) == pytest.approx(1, rel=0.03)
    # Each order but the last of those who left was followed by an exponential wait.
    assert (~told["alive"]).sum() / told["orders"].sum() == pytest.approx(0.08, abs=0.02)


def test_orders_come_at_the_true_rate():
    """Customers who never leave place rate × time orders after their first."""
    faithful = Archetype(
        name="faithful",
        share=1,
        rate_shape=4,
        orders_a_year=20,
        leaving_a=1,
        leaving_b=1e9,
        spend=1,
        early=1,
    )
    shop = ShopSettings(customers=2_000, archetypes=(faithful,), lines_per_order=1, seed=5)
    told = truth(shop).to_pandas()
    assert told["alive"].all()
    days = (pd.Timestamp(shop.until) - pd.to_datetime(told["first_order_on"])).dt.days
    expected = (told["orders_a_day"] * days).sum()
    assert (told["orders"] - 1).sum() == pytest.approx(expected, rel=0.08)  # seasons remain
