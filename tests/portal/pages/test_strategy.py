"""Strategy: budgets hold, engagement is that of the customers, the calculator is economics'."""

import sqlite3
from contextlib import closing

import pandas as pd
import pytest
from dash import Dash

from db.engine import open_reader
from pipeline.samples.files import write
from pipeline.samples.marketing import made_up_marketing
from portal.app import create_app
from portal.pages.strategy import budgets, calculator, page, queries, scenarios
from portal.pages.strategy.segment_cards import segment_cards
from portal.reading import economics
from portal.settings import Settings
from portal.words import wording
from tests.portal.looking import looking
from tests.shops import Shop, refreshed, write_shop

DEARER = 40
"""By which customers of the shop are worth a contact."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Publish a shop, and a data set of customers without orders."""
    folder = tmp_path_factory.mktemp("strategy")
    people = made_up_marketing(200, seed=2)
    write(folder / "people.csv", people.schema, [people])
    refreshed(folder / "portal.db", folder / "people.csv", dataset="people")
    path = write_shop(folder / "shop.csv", customers=300, days=400)
    lines = pd.read_csv(path, dtype=str)
    lines["UnitPrice"] = (lines["UnitPrice"].astype(float) * DEARER).astype(str)
    lines.to_csv(path, index=False)
    return refreshed(folder / "portal.db", path, dataset="shop")


@pytest.fixture(scope="module")
def portal(shop: Shop) -> Dash:
    return create_app(open_reader(shop.url), Settings(db=shop.url))


@pytest.mark.parametrize("budget", [1.0, 250.0, 10_000.0])
def test_a_budget_is_never_exceeded_nor_divided_worse(portal: Dash, budget: float) -> None:
    with looking(portal, "shop") as at:
        found = budgets.plan(at, budget)
    by_playbook, by_profit = found.division.by_playbook, found.division.by_profit
    for allocation in (by_playbook, by_profit):
        assert allocation.spend + allocation.unspent == pytest.approx(budget)
    assert by_profit.profit >= by_playbook.profit - 1e-6


def test_engagement_is_the_mean_over_customers(portal: Dash, shop: Shop) -> None:
    query = """
    select c.segment, s.r_score, s.f_score, s.m_score, c.order_probability_90d
    from customer_result c
    join customer_snapshot s
        on s.run_id = c.run_id and s.customer_id = c.customer_id and s.as_of = c.as_of
    join run r on r.run_id = c.run_id
    join dataset d on d.dataset_id = r.dataset_id
    where d.name = 'shop'
    """
    with closing(sqlite3.connect(shop.path)) as connection:
        customers = pd.read_sql(query, connection)
    playbook = economics.default_playbook()
    expected = economics.by_segment(
        economics.engagement(customers, playbook.engagement), customers["segment"]
    ).set_index("segment")
    with looking(portal, "shop") as at:
        found = queries.engagement(at, playbook.engagement).set_index("segment")
    assert len(found) == len(expected)
    for column in ("engagement", "recency_points", "order_probability_points"):
        assert found[column].to_dict() == pytest.approx(expected[column].to_dict())


def test_cards_stand_by_priority(portal: Dash) -> None:
    playbook = economics.default_playbook()
    with looking(portal, "shop") as at:
        cards = segment_cards(at, budgets.plan(at, 1_000.0))
        names = list(queries.segments(at)["segment"])
    titles = [card.children[0].children[1] for card in cards]
    assert sorted(titles) == sorted(names)
    priorities = [economics.play_for(playbook, title).play.priority for title in titles]
    assert priorities == sorted(priorities)


def test_the_calculator_begins_with_the_playbook_and_agrees_with_the_formulas(
    portal: Dash,
) -> None:
    with looking(portal, "shop") as at:
        _, segment = calculator.offered(at)
        customers, *ranges = calculator.usual(at, segment)
        sizes = dict(queries.segments(at)[["segment", "customers"]].to_numpy())
    assert customers == sizes[segment]
    play = economics.play_for(economics.default_playbook(), segment).play
    assert ranges[:3] == [play.response.low, play.response.likely, play.response.high]
    given = {"segment": segment, "customers": customers, "budget": None}
    found = scenarios.entered(ranges, **given)
    assert scenarios.assumed(found).response.likely == pytest.approx(play.response.likely / 100)
    assert scenarios.entered([None, *ranges[1:]], **given) is None
    with pytest.raises(economics.StrategyError, match="low, likely, high"):
        scenarios.assumed(scenarios.entered([99.0, *ranges[1:]], **given))


def test_the_budget_begins_with_the_best_one(portal: Dash) -> None:
    with looking(portal, "shop") as at:
        first = budgets.start(at)
        best = budgets.plan(at, 1_000.0).division.sensitivity.best_budget
        assert budgets.given(at, None) == first.amount
        assert [budgets.given(at, each) for each in (250.0, 0.5, 1e13)] == [250.0, 0, 0]
    assert first.amount == pytest.approx(best, rel=0.05)
    assert first.amount == float(f"{best:.2g}")
    assert "best one" in first.said
    with looking(portal, "people") as at:
        begun = budgets.start(at)
        assert begun is None or begun.amount >= 1


def test_where_no_budget_pays_the_page_says_so(
    portal: Dash, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(economics, "best_budget", lambda _: 0.0)
    with looking(portal, "shop") as at:
        first = budgets.start(at)
    assert first.amount == budgets.SHOWN
    assert "none pays" in first.said


def test_engagement_is_worked_out_once(portal: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    with looking(portal, "shop") as at:
        before = str(segment_cards(at, None))
        monkeypatch.setattr(queries, "BY_SCORES", "this is no query")
        assert str(segment_cards(at, None)) == before


def test_a_card_says_who_a_segment_is_and_what_its_budget_brings(portal: Dash) -> None:
    with looking(portal, "shop") as at:
        found = budgets.plan(at, 500.0)
        (first, *_) = segment_cards(at, found)
    text = str(first)
    for title in ("Customers", "Average basket", "Budget", "Expected profit", "Engagement"):
        assert title in text
    with looking(portal, "people") as at:
        assert "Customers" in str(segment_cards(at, None))


def test_cards_divide_either_way(portal: Dash) -> None:
    with looking(portal, "shop") as at:
        found = budgets.plan(at, 500.0)
        by_playbook, by_profit = (
            str(segment_cards(at, found, by_profit=each)) for each in (False, True)
        )
        for row in found.division.by_profit.rows.itertuples():
            assert wording.money(row.spend, at.currency) in by_profit
    assert by_playbook != by_profit


def test_without_order_values_the_page_says_what_would_bring_them(portal: Dash) -> None:
    with portal.server.test_request_context("/"):
        state = page.show_groups("?dataset=people")
    assert "order lines" in str(state[0])
