"""UCI Online Retail: pairs, next products and reorder points against what happened."""

import datetime as dt

import pandas as pd
import pytest

from db.engine import open_reader
from db.workspace import open_workspace
from portal.app import create_app
from portal.pages.campaigns import lists, planning, queries
from portal.reading.filters import NO_FILTERS
from portal.settings import Settings
from tests.portal.looking import looking
from tests.shops import Shop, rows

pytestmark = pytest.mark.real_data


def test_points_of_best_sellers_hold_as_often_as_asked_for(retail: Shop) -> None:
    ((held, products, level, weeks),) = rows(
        retail.path,
        "select sum(held), sum(products), max(asked_level), count(*) from stock_check"
        " where abc = 'A'",
    )
    assert weeks == 13
    assert products > 8_000
    assert held / products == pytest.approx(level, abs=0.03)


def test_suggestions_beat_popularity_in_each_of_three_months(retail: Shop) -> None:
    found = pd.DataFrame(
        rows(retail.path, "select first_day, recommender, customers, hits from next_check"),
        columns=["month", "recommender", "customers", "hits"],
    )
    assert rows(retail.path, "select count(*) from published_next_product")[0][0] > 0
    assert sorted(found["month"].unique()) == ["2011-09-01", "2011-10-01", "2011-11-01"]
    hits = found.pivot_table(index="month", columns="recommender", values="hits")
    assert len(found.groupby(["month", "customers"])) == 3, "all are tested on the same"
    assert (hits.pop("neighbours") > hits.max(axis=1)).all()


def test_a_pair_stands_in_as_many_orders_as_its_lines_say(retail: Shop) -> None:
    (first, second, orders) = rows(
        retail.path,
        "select product, with_product, orders from published_pair"
        " order by orders desc, product limit 1",
    )[0]
    lines = pd.DataFrame(
        rows(
            retail.path,
            "select invoice, product, quantity, unit_price from order_line"
            f" where product in ('{first}', '{second}')",
        ),
        columns=["invoice", "product", "quantity", "price"],
    )
    sold = lines[(lines["quantity"] > 0) & (lines["price"] > 0)]
    both = sold.groupby("invoice")["product"].nunique() == 2
    # What was wholly cancelled since is no longer counted: never more, and hardly fewer.
    assert 0.97 * both.sum() <= orders <= both.sum()
    assert not first.startswith("POST")


def test_a_list_of_a_campaign_names_the_likely_next_product(retail: Shop) -> None:
    portal = create_app(open_reader(retail.url), Settings(db=retail.url))
    ((dataset,),) = rows(retail.path, "select name from dataset")
    with looking(portal, dataset) as run:
        made = planning.plan(run, NO_FILTERS, name="winter", share=0.1, seed=1)
    at = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    number = planning.create(open_workspace(retail.url), made, at=at)
    with looking(portal, dataset) as run:
        campaign = planning.one(run.connection, number)
        assert campaign is not None
        listed = lists.listing(run, campaign, columns=queries.COLUMNS).rows
    told = dict(rows(retail.path, "select customer_id, next_product from published_customer"))
    found = listed.set_index("customer_id")["next_product"]
    assert len(found) > 3_000
    assert found.to_dict() == {name: told[name] for name in found.index}
    assert found.notna().all()
