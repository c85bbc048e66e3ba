"""The one list of customers: its views, its columns by form, its sums and what it leads to."""

import io

import pandas as pd
import pytest
from dash import Dash

from db.engine import open_reader
from portal.app import create_app
from portal.kit.cards import Asked
from portal.pages.customers import page, views
from portal.pages.customers.sums import told
from portal.reading import customers
from portal.reading.contacting import contact_plan
from portal.reading.contacting.actions import OFFERS, action
from portal.reading.contacting.contacts import Chosen
from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.published import PublishedRun
from portal.reading.summary import Summary
from portal.settings import Settings
from tests.portal.looking import looking
from tests.shops import Shop, made_once
from tests.without_orders import published_without_orders

WORTH = Chosen(3, 1, 1, 1, 1, 932.0, 700.0, 1_180.0, 9, 3, 1, 4)


@pytest.fixture(scope="module")
def without_orders(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    shop: Shop = made_once(tmp_path_factory, "without-orders", published_without_orders)
    return create_app(open_reader(shop.url), Settings(db=shop.url))


def everybody(run: PublishedRun, filters: Filters = NO_FILTERS) -> pd.DataFrame:
    return page.LIST.page(run, Asked(filters), page.LIST.sort, 0, 1_000)


def test_those_come_first_whom_contacting_pays_most_for(app: Dash) -> None:
    with looking(app, "shop") as run:
        rows = everybody(run)
        known = rows["contact_profit"].dropna()
        assert len(rows) == run.customers
        assert known.is_monotonic_decreasing
        assert rows["contact_profit"].iloc[len(known) :].isna().all()
        worth = everybody(run, Filters(contact=("yes",)))
        plan = contact_plan.plan(run, NO_FILTERS)
        assert plan is not None
        assert len(worth) == plan.customers
        assert round(worth["contact_profit"].sum(), 2) == plan.total("profit")


def test_each_view_shows_what_it_is_called(app: Dash) -> None:
    with looking(app, "shop") as run:
        found = {view.title: view.filters for view in views.saved(run)}
        overdue = everybody(run, found["Overdue"])
        assert (overdue["overdue_days"] > 0).all()
        new = everybody(run, found["New"])
        assert new["segment"].str.endswith(", new").all()
        assert customers.count(run, found["Everyone"]) == run.customers
        everyone = everybody(run)
        assert len(overdue) == (everyone["overdue_days"] > 0).sum()
        for filters in found.values():
            shown = sum("(shown)" in str(each) for each in views.buttons(run, filters))
            assert shown == 1
        assert "(shown)" not in str(views.buttons(run, Filters(text="x")))


def test_the_action_is_that_of_the_playbook_and_new_ones_are_welcomed(app: Dash) -> None:
    with looking(app, "shop") as run:
        rows = everybody(run)
        for row in rows.itertuples():
            segment = str(row.segment)
            is_new = segment.endswith(", new")
            assert row.action == action(run, segment.removesuffix(", new"), is_new=is_new)
        assert rows["reason"].notna().any()


@pytest.mark.parametrize(
    ("dataset", "there", "lacking"),
    [
        ("marketing", "probability", "risk_band"),
        ("market", "risk_band", "probability"),
        ("behaviour", "monetary", "contact_profit"),
    ],
)
def test_columns_are_those_that_the_form_fills(
    without_orders: Dash, dataset: str, there: str, lacking: str
) -> None:
    with looking(without_orders, dataset) as run:
        gone = page.lacking(run, Asked(NO_FILTERS))
        assert there not in gone
        assert lacking in gone
        assert {"next_order_on", "overdue_days"} <= set(gone)
        rows = everybody(run)
        assert len(rows) == run.customers
        assert rows[there].notna().any()


def test_a_rule_puts_whom_it_names_first_with_its_offer(without_orders: Dash) -> None:
    with looking(without_orders, "behaviour") as run:
        rows = everybody(run)
        named = rows["contact_reason"].notna()
        assert named.sum() == customers.named(run, NO_FILTERS)
        assert named.any()
        assert not named.iloc[named.sum() :].any()
        for row in rows[named].itertuples():
            assert row.action == OFFERS[str(row.contact_reason)]
            assert str(row.reason) == str(row.contact_reason)
        title = views.saved(run)[0].title
        assert title == "Named by a rule"


def test_the_list_is_exported_as_it_is_filtered(app: Dash) -> None:
    client = app.server.test_client()
    told = client.get("/export/customers-list.csv?dataset=shop&contact=yes")
    rows = pd.read_csv(io.StringIO(told.text))
    assert (rows["contact_profit"] > 0).all()
    with looking(app, "shop") as run:
        assert len(rows) == customers.count(run, Filters(contact=("yes",)))


def test_a_campaign_of_these_follows_the_filters(app: Dash) -> None:
    with app.server.test_request_context("/customers?dataset=shop"):
        worth = str(page.show_sums("?dataset=shop&contact=yes&segment=At+Risk")[2])
        whole = str(page.show_sums("?dataset=shop&segment=At+Risk")[2])
        nobody = page.show_sums("?dataset=shop&q=nobody-is-called-so")[2]
    assert "contact=yes" not in whole
    assert nobody == []
    if worth != "[]":
        assert "list=best" in worth


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Summary(0, None, None, WORTH), "No customer fits the filters."),
        (Summary(9, 1.0, None, None), "9 customers; whom contacting pays for is not known."),
        (Summary(9, 1.0, None, None, 4), "A rule names 4 of 9 customers to contact."),
        (
            Summary(9, 1.0, None, WORTH._replace(customers=0)),
            "Contacting none of 9 customers is expected to pay.",
        ),
        (
            Summary(9, 1.0, None, WORTH),
            "3 of 9 customers are worth contacting, for an expected profit of £932 (£700 to"
            " £1.2K).",
        ),
        (
            Summary(3, 1.0, None, WORTH),
            "All 3 customers are worth contacting, for an expected profit of £932 (£700 to"
            " £1.2K).",
        ),
        (
            Summary(9, 1.0, None, WORTH._replace(customers=1)),
            "1 of 9 customers is worth contacting, for an expected profit of £932 (£700 to"
            " £1.2K).",
        ),
    ],
)
def test_the_answer_is_said_from_each_side(found: Summary, said: str) -> None:
    assert told(found, "GBP", is_filtered=False) == said
