"""Sales, cohorts, returns and waits equal what pandas computes apart from them."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.sales.ledger import ledger
from pipeline.sales.products import abc, piece_costs
from pipeline.sales.sales import calendar
from pipeline.sales.stage import Sold, cancelled_figures, sold, waiting_curves
from pipeline.sales.waiting import NEXT, SECOND
from pipeline.trade_settings import SalesSettings
from tests.sales import shops_of_lines as shop

AS_OF = dt.date(2024, 2, 15)
SETTINGS = SalesSettings(top_products=20, levels=3)


def selling(**changed: object) -> Sold:
    whole = shop.cleaned()
    given = {"settings": SETTINGS, "horizon_days": 90, "seed": 3} | changed
    return sold(ledger(whole.purchases, whole.cancellations, as_of=AS_OF), **given)


@pytest.fixture(scope="module")
def found() -> Sold:
    return selling()


@pytest.fixture(scope="module")
def bought() -> pd.DataFrame:
    return shop.net_lines(shop.cleaned(), AS_OF)


@pytest.fixture(scope="module")
def orders(bought: pd.DataFrame) -> pd.DataFrame:
    orders = shop.standing_orders(bought)
    month = orders["ordered_at"].dt.to_period("M")
    first = month.groupby(orders["customer_id"]).transform("min")
    age = (month - first).map(lambda each: each.n)
    return orders.assign(month=month, first=first, age=age)


def test_months_countries_categories_and_products_add_up_to_one_whole(
    found: Sold, bought: pd.DataFrame
):
    whole = bought["net"].sum()
    for table in (found.monthly, found.countries, found.products, found.categories,
                  found.monthly_countries, found.monthly_categories):  # fmt: skip
        assert table["revenue"].sum() == pytest.approx(whole, abs=0.01)
    assert found.monthly["returned_revenue"].sum() == pytest.approx(bought["back"].sum())
    assert found.monthly["cancelled"].sum() == pytest.approx(bought["back"].sum())


def test_countries_have_codes_and_shares(found: Sold, bought: pd.DataFrame):
    table = found.countries.set_index("country")
    assert table["iso"].dropna().to_dict() == {
        "United Kingdom": "GB", "EIRE": "IE", "France": "FR",
    }  # fmt: skip
    assert table["revenue"].is_monotonic_decreasing
    by = bought.assign(country=bought["country"].fillna("Unspecified")).groupby("country")
    expected = by["back"].sum() / by["value"].sum()
    assert table["returned_share"].to_dict() == pytest.approx(expected.to_dict(), abs=1e-5)


def test_crosses_are_grouped_as_pandas_groups(found: Sold, bought: pd.DataFrame):
    month = bought["ordered_at"].dt.to_period("M").dt.start_time.dt.date
    left = bought[bought["net"] > 0.0001]
    best = found.products["product"].iloc[:20]
    assert set(found.monthly_products["product"]) == set(best)
    expected = bought.assign(month=month).groupby(["product", "month"])["net"].sum()
    ours = found.monthly_products.set_index(["product", "month"])["revenue"]
    assert ours.to_dict() == pytest.approx(expected[ours.index].to_dict())
    people = left.groupby(["product", "country"])["customer_id"].nunique()
    ours = found.product_countries.set_index(["product", "country"])["customers"]
    there = [key for key in ours.index if key in people.index]
    assert ours[there].to_dict() == people[there].to_dict()


def test_products_tell_who_buys_again_and_first(
    found: Sold, bought: pd.DataFrame, orders: pd.DataFrame
):
    left = bought[(bought["net"] > 0.0001) & bought["customer_id"].notna()]
    times = left.groupby(["product", "customer_id"])["invoice"].nunique()
    table = found.products.set_index("product")
    again = (times > 1).groupby("product").mean()
    assert table["repeat_share"].dropna().to_dict() == pytest.approx(again.to_dict(), abs=1e-5)
    firsts = orders.sort_values(["ordered_at"]).drop_duplicates("customer_id")
    begun = left.merge(firsts[["customer_id", "invoice"]], on=["customer_id", "invoice"])
    several = orders.groupby("customer_id").size() > 1
    by = begun.drop_duplicates(["product", "customer_id"]).groupby("product")["customer_id"]
    counted = table["first_customers"]
    assert counted[counted > 0].to_dict() == by.size().to_dict()
    stayed = by.agg(lambda people: several[people].mean())
    assert table["first_stayed_share"].dropna().to_dict() == pytest.approx(
        stayed.to_dict(), abs=1e-5
    )


def test_margins_are_those_of_the_costs(found: Sold):
    assert found.products["margin"].dropna().tolist() == pytest.approx(
        [0.5] * found.products["margin"].notna().sum()
    )
    assert found.products["category"].isin(shop.CATEGORIES).all()


def test_cohorts_by_month_are_those_of_pandas(found: Sold, orders: pd.DataFrame):
    table = found.cohorts[found.cohorts["by"] == "month"].set_index(["cohort", "month"])
    cohort = orders["first"].astype(str)
    size = orders.groupby(cohort)["customer_id"].nunique()
    active = orders.groupby([cohort, "age"])["customer_id"].nunique()
    revenue = orders.groupby([cohort, "age"])["net"].sum()
    for (name, month), row in table.iterrows():
        assert row["customers"] == size[name]
        assert row["active"] == active.get((name, month), 0)
        assert row["revenue"] == pytest.approx(revenue.get((name, month), 0.0), abs=1e-3)
        assert row["retention"] == pytest.approx(row["active"] / row["customers"], abs=1e-6)
    assert table["revenue"].sum() == pytest.approx(orders["net"].sum(), abs=0.01)
    last = table[~table["complete"]]
    assert len(last) == len(size)
    per_customer = table["revenue"] / table["customers"]
    running = per_customer.groupby("cohort").cumsum()
    assert table["cumulative_revenue_per_customer"].tolist() == pytest.approx(
        running.tolist(), abs=1e-3
    )


def test_other_cohorts_compare_equal_times(found: Sold, orders: pd.DataFrame):
    """Of each month only customers whose month the data covers whole, others not at all."""
    table = found.cohorts[found.cohorts["by"] == "channel"].set_index(["cohort", "month"])
    last = pd.Period(AS_OF, "M")
    channel = np.where(orders["customer_id"].str[1:].astype(int) % 2 == 0, "Web", "Store")
    people = orders.assign(channel=channel).drop_duplicates("customer_id")
    ends = (last - people["first"]).map(lambda each: each.n)
    for (name, month), row in table.iterrows():
        watched = people.loc[(people["channel"] == name) & (ends > month), "customer_id"]
        assert row["customers"] == len(watched)
        ordered = orders[orders["customer_id"].isin(watched) & (orders["age"] == month)]
        assert row["active"] == ordered["customer_id"].nunique()
    assert table["complete"].all()


def test_every_kind_of_cohort_that_the_source_has_is_told(found: Sold):
    assert set(found.cohorts["by"]) == {
        "month", "quarter", "first_product", "category", "country", "channel",
        "first_order_size",
    }  # fmt: skip
    first = found.cohorts[found.cohorts["by"] == "first_product"]
    assert first["cohort"].nunique() == SETTINGS.levels + 1
    assert "Other" in set(first["cohort"])


@pytest.mark.parametrize("wait", [SECOND, NEXT])
def test_waits_equal_a_product_of_shares_still_waiting(
    found: Sold, orders: pd.DataFrame, wait: str
):
    """Kaplan and Meier by hand: at each day, one less the share of those waiting who order."""
    days = orders.assign(day=orders["ordered_at"].dt.normalize())
    days = days.drop_duplicates(["customer_id", "day"]).sort_values(["customer_id", "day"])
    following = days.groupby("customer_id")["day"].shift(-1)
    came = following.notna()
    length = (following.fillna(pd.Timestamp(AS_OF)) - days["day"]).dt.days
    if wait == SECOND:
        is_first = ~days["customer_id"].duplicated()
        came, length = came[is_first], length[is_first]
    curves = waiting_curves(found.waiting, pd.DataFrame())
    points = curves.points[(curves.points["wait"] == wait) & (curves.points["by"] == "all")]
    for row in points.itertuples():
        staying = 1.0
        for day in sorted(set(length[came])):
            if day <= row.day:
                staying *= 1 - (came & (length == day)).sum() / (length >= day).sum()
        assert row.ordered == pytest.approx(1 - staying, abs=1e-5)
        assert row.low <= row.ordered <= row.high
        assert row.at_risk == ((length >= row.day) & (length > 0)).sum()
    levels = curves.levels[(curves.levels["wait"] == wait) & (curves.levels["by"] == "all")]
    reached = points.loc[points["ordered"] >= 0.5, "day"].min()
    assert reached - 7 < levels["median_days"].item() <= reached


def test_curves_equal_those_of_lifelines(found: Sold):
    lifelines = pytest.importorskip("lifelines")
    waits = found.waiting.waits[SECOND]
    fit = lifelines.KaplanMeierFitter().fit(waits.days, waits.came)
    points = waiting_curves(found.waiting, pd.DataFrame()).points
    ours = points[(points["wait"] == SECOND) & (points["by"] == "all")].set_index("day")
    theirs = 1 - fit.survival_function_at_times(ours.index)
    assert ours["ordered"].tolist() == pytest.approx(theirs.tolist(), abs=1e-5)


def test_curves_are_told_by_segment(found: Sold):
    people = pd.DataFrame({"customer_id": found.waiting.customers})
    people["segment"] = np.where(np.arange(len(people)) % 2 == 0, "Even", "Odd")
    levels = waiting_curves(found.waiting, people).levels
    by = levels[(levels["by"] == "segment") & (levels["wait"] == SECOND)].set_index("level")
    assert by["customers"].to_dict() == people["segment"].value_counts().to_dict()


def test_the_share_of_usual_gaps_beyond_the_horizon(found: Sold, orders: pd.DataFrame):
    days = orders.assign(day=orders["ordered_at"].dt.normalize())
    days = days.drop_duplicates(["customer_id", "day"]).sort_values("day")
    gaps = days.groupby("customer_id")["day"].diff().dt.days
    usual = gaps.groupby(days["customer_id"]).median().dropna()
    figures = found.figures.set_index("figure")["value"]
    assert figures["repeat_buyers"] == len(usual)
    assert figures["gap_longer_share"] == pytest.approx((usual > 90).mean())
    assert figures["usual_gap_days"] == usual.median()


def test_customers_of_a_month_are_new_kept_or_back(found: Sold, orders: pd.DataFrame):
    table = found.movement.set_index("month")
    customers = orders.groupby(orders["month"].dt.start_time.dt.date)["customer_id"].nunique()
    three = table[["new", "kept", "back"]].sum(axis=1)
    assert three[three > 0].to_dict() == customers.to_dict()
    assert table["new"].tolist() == found.monthly["new_customers"].tolist()
    assert np.isnan(table["lapsed"].iloc[-1])
    money = table[["new_revenue", "kept_revenue", "back_revenue"]].to_numpy().sum()
    assert money == pytest.approx(orders["net"].sum(), abs=0.01)
    # Everybody who is back had lapsed before.
    assert (table["lapsed"].cumsum() - table["back"].cumsum()).iloc[:-1].min() >= 0


def test_a_source_without_products_or_countries_tells_the_rest():
    whole = shop.cleaned()
    bare = whole.purchases.drop(columns=["category", "channel", "cost"])
    for column in ("product", "description", "country"):
        bare[column] = pd.Categorical([None] * len(bare), categories=[])
    book = ledger(bare, whole.cancellations, as_of=AS_OF)
    told = sold(book, settings=SETTINGS, horizon_days=90, seed=3)
    for name in ("countries", "products", "categories", "monthly_countries",
                 "monthly_products", "monthly_categories", "product_countries"):  # fmt: skip
        assert getattr(told, name).empty, name
    assert set(told.cohorts["by"]) == {"month", "quarter", "first_order_size"}
    assert len(told.monthly) == 14
    assert len(told.return_pairs)
    assert not waiting_curves(told.waiting, pd.DataFrame()).points.empty


def test_the_same_lines_give_the_same_frames():
    for ours, theirs in zip(selling(), selling(), strict=True):
        if isinstance(ours, pd.DataFrame):
            pd.testing.assert_frame_equal(ours, theirs)


def test_a_month_is_complete_once_it_is_over():
    whole = shop.cleaned()
    for day, complete in ((dt.date(2024, 1, 30), False), (dt.date(2024, 1, 31), True)):
        book = ledger(whole.purchases, whole.cancellations, as_of=day)
        assert calendar(book).is_complete[-1] == complete


def test_classes_follow_the_running_share():
    revenue = np.array([70.0, 15.0, 9.0, 4.0, 2.0, 0.0, -1.0])
    assert abc(revenue, SalesSettings()) == ["A", "A", "B", "B", "C", "C", "C"]
    assert abc(np.zeros(2), SalesSettings()) == ["C", "C"]


def test_costs_above_prices_are_those_of_the_line():
    price, pieces = np.array([2.0, 3.0]), np.array([10.0, 4.0])
    assert piece_costs(np.array([10.0, 6.0]), price, pieces).tolist() == [1.0, 1.5]
    assert piece_costs(np.array([1.0, 1.5]), price, pieces).tolist() == [1.0, 1.5]


def test_invoices_that_cancel_are_counted():
    lines = shop.lines()
    figures = cancelled_figures(lines).set_index("figure")["value"]
    names = lines["invoice"].astype(str)
    assert figures["invoices"] == names.nunique()
    assert figures["cancelling_invoices"] == names[names.str.startswith("C")].nunique()
    known = names[lines["customer_id"].notna()]
    assert figures["known_invoices"] == known.nunique()
    assert cancelled_figures(lines.drop(columns="invoice")).empty
