"""Plan: a budget reaches a list, nobody on it loses, and the page says what it brings."""

import sqlite3
from contextlib import closing

import pandas as pd
import pytest
from dash import Dash

from db.engine import open_reader
from pipeline.samples.files import write
from pipeline.samples.marketing import made_up_marketing
from portal.app import create_app
from portal.pages.plan import entered, page, planned, queries, scenarios, sentences, weighed
from portal.pages.plan.planned import Shown
from portal.pages.plan.playbook import playbook_tab
from portal.pages.plan.segment_cards import segment_cards
from portal.reading.contacting import contact_plan, economics
from portal.reading.contacting.contact_plan import ContactPlan
from portal.reading.filters import Filters
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
        plan = contact_plan.plan(at, Filters(), budget=1_000.0)
        cards = segment_cards(at, plan)
    titles = [card.children[0].children[1] for card in cards]
    assert sorted(titles) == sorted(plan.rows["segment"])
    priorities = [economics.play_for(playbook, title).play.priority for title in titles]
    assert priorities == sorted(priorities)


def test_ranges_of_the_calculator_are_checked(portal: Dash) -> None:
    with looking(portal, "shop") as at:
        _, segment = entered.offered(at, Filters())
        customers, *ranges = entered.usual(at, Filters(), segment)
    given = {"segment": segment, "customers": customers, "budget": None}
    assert scenarios.entered([None, *ranges[1:]], **given) is None
    with pytest.raises(economics.StrategyError, match="low, likely, high"):
        scenarios.check(scenarios.entered([99.0, *ranges[1:]], **given))


def test_more_than_is_worth_it_is_said_to_lose(portal: Dash) -> None:
    with looking(portal, "shop") as at:
        plan = contact_plan.plan(at, Filters())
        most, known = plan.customers, int(plan.rows["known"].sum())
        _, *ranges = entered.usual(at, Filters(), scenarios.EVERYBODY)
        both = [
            scenarios.listed(
                at, Filters(), scenarios.Entered(scenarios.EVERYBODY, number, tuple(ranges))
            )
            for number in (most, known + 50)
        ]
    assert [each.losing for each in both] == [0, known - most]
    assert both[1].assumed.customers == known


@pytest.mark.parametrize("way", [contact_plan.BEST, contact_plan.SHARED])
@pytest.mark.parametrize("budget", [1.0, 60.0, 250.0, 1e6])
def test_a_budget_is_never_exceeded_and_nobody_loses(
    portal: Dash, budget: float, way: str
) -> None:
    with looking(portal, "shop") as at:
        plan = contact_plan.plan(at, Filters(), budget=budget, allocation=way)
        members = at.ask(contact_plan.members(at, Filters(), budget=budget, allocation=way))
    assert plan.total("cost") <= budget
    assert plan.total("cost") + plan.left == pytest.approx(budget)
    assert len(members) == plan.customers
    assert members["customer_id"].is_unique
    assert (members["contact_profit"] > 0).all()
    assert members["contact_profit"].is_monotonic_decreasing
    assert list(members["number"]) == list(range(1, len(members) + 1))
    for part in plan.parts:
        row = plan.rows[plan.rows["segment"] == part.segment].iloc[0]
        assert row["cost"] <= part.amount + 0.005


def test_as_many_contacts_never_bring_more_as_the_playbook_parts_them(portal: Dash) -> None:
    with looking(portal, "shop") as at:
        whole = at.ask(contact_plan.members(at, Filters()))["contact_profit"]
        for budget in (60.0, 250.0, 1_000.0):
            shared = contact_plan.plan(
                at, Filters(), budget=budget, allocation=contact_plan.SHARED
            )
            highest = float(whole.head(shared.customers).sum())
            assert 0 < shared.total("profit") <= highest + 0.005
            assert sum(each.share for each in shared.parts) == pytest.approx(100)


def test_engagement_is_worked_out_once(portal: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    with looking(portal, "shop") as at:
        before = str(segment_cards(at, None))
        monkeypatch.setattr(queries, "BY_SCORES", "this is no query")
        assert str(segment_cards(at, None)) == before


def test_a_card_says_who_a_segment_is_and_what_the_plan_spends(portal: Dash) -> None:
    with looking(portal, "shop") as at:
        plan = contact_plan.plan(at, Filters(), budget=50.0)
        cards = segment_cards(at, plan)
        by_name = {card.children[0].children[1]: str(card) for card in cards}
        for row in plan.rows.itertuples():
            said = by_name[row.segment]
            assert "Engagement" in said
            if row.customers:
                assert wording.money(row.profit, at.currency) in said
            else:
                assert "nothing is spent" in said
    with looking(portal, "people") as at:
        assert "Customers" in str(segment_cards(at, None))


def test_the_first_line_says_whom_the_budget_reaches(portal: Dash) -> None:
    addresses = [
        f"?dataset=shop{more}"
        for more in ("", "&budget=50", "&budget=50&list=playbook", "&budget=0.5")
    ]
    with portal.server.test_request_context("/"):
        none, some, shared, wrong = (page.answer(each, None) for each in addresses)
        quiet = [page.show_plan(each, None) for each in addresses]
    assert "worth contacting: that costs" in none
    assert some.startswith("£50 reaches")
    assert shared.startswith("£50 ")
    assert "left over" in quiet[1][0]
    assert "each segment's share goes to its own customers" in quiet[2][0]
    assert "list=playbook&budget=50" in str(quiet[2][1])
    assert "Enter a budget of 1 or more" in wrong
    assert quiet[3][1] == []


def test_the_budget_stands_in_the_address(portal: Dash) -> None:
    assert page.show_budget("?budget=5000&list=playbook") == (5000.0, "playbook")
    assert page.show_budget("?budget=much&list=nothing") == (None, "best")
    with portal.server.test_request_context("/"):
        table, *_ = page.PLAN.show("?dataset=shop&budget=50", None)
        linked = str(table)
    assert "/customers?dataset=shop&segment=" in linked
    assert "contact=yes" in linked


def test_what_was_entered_is_kept_for_other_tabs(portal: Dash) -> None:
    search = "?dataset=shop&budget=500"
    with looking(portal, "shop") as at:
        usual = entered.usual(at, Filters(), scenarios.EVERYBODY)
        assert entered.kept(search, scenarios.EVERYBODY, usual[0], usual[1:], usual) is None
        store = entered.kept(search, scenarios.EVERYBODY, 20, usual[1:], usual)
        mine = entered.current(at, search, store, name="Mine")
        elsewhere = entered.current(at, "?dataset=shop&segment=At+Risk", store, name="Mine")
        untouched = entered.current(at, search, None, name="As entered")
    assert (mine.customers, mine.budget, mine.name) == (20, 500.0, "Mine")
    assert elsewhere.customers != 20
    assert untouched.customers == usual[0]


def test_a_shared_scenario_is_said_and_led_to(portal: Dash) -> None:
    two = [scenarios.Entered("All segments", 5, (1.0,) * 15, None, name) for name in ("A", "B")]
    one, both, none, wrong = (
        str(page.show_shared(each))
        for each in (
            scenarios.to_query(two[:1], "shop"), scenarios.to_query(two, "shop"), "",
            "?scenario=nonsense",
        )
    )  # fmt: skip
    assert "“A” came with this address" in one
    assert "campaign" in one
    assert "scenarios" in both
    assert none == "None"
    assert "can't be read" in wrong


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {},
            "3 customers are worth contacting: that costs £30.00 and should bring £60.00"
            " (£20 to £90).",
        ),
        ({"customers": 1}, "1 customer is worth contacting"),
        ({"budget": 40.0}, "£40 reaches 3 customers and should bring £60.00 (£20 to £90)."),
        ({"customers": 0, "budget": 5.0}, "£5.00 pays for nobody: the first customer costs"),
        ({"customers": 0, "paying": 0}, "Nobody is worth contacting at these costs"),
    ],
)
def test_the_first_line_from_each_side(change: dict[str, float], said: str) -> None:
    values = {"customers": 3, "paying": 4} | change
    row = {
        "segment": "A", "cost": 30.0, "profit": 60.0, "low": 20.0, "high": 90.0, "known": 9,
        **{name: values[name] for name in ("customers", "paying")},
    }  # fmt: skip
    rows = pd.DataFrame([row])
    plan = ContactPlan(rows, values.get("budget"), economics.RetentionCosts())
    found = Shown(plan)
    assert sentences.reaches(found, "GBP").startswith(said)
    rest = " ".join(sentences.rest(found, "GBP"))
    out = values["paying"] - values["customers"]
    assert ("more customer" in rest) == (out > 0)


@pytest.mark.parametrize(
    ("customers", "why"),
    [(4, "nobody else is worth contacting"), (3, "it does not pay for the next customer")],
)
def test_what_is_left_over_is_said_with_its_reason(customers: int, why: str) -> None:
    rows = pd.DataFrame([{"customers": customers, "paying": 4, "cost": 30.0}])
    plan = ContactPlan(rows, 40.0, economics.RetentionCosts())
    assert f"£10.00 is left over: {why}." in sentences.rest(Shown(plan), "GBP")
    spent = plan._replace(budget=30.0)
    assert not any("left over" in each for each in sentences.rest(Shown(spent), "GBP"))


NAMED = "select customer_id from customers where {filters} and contact_reason is not null"


def test_without_profits_the_list_is_whom_a_rule_names(portal: Dash) -> None:
    with portal.server.test_request_context("/"):
        search = "?dataset=people&budget=500"
        said, leads = page.answer(search, None), page.show_plan(search, None)[1]
        table, *_ = page.PLAN.show(search, None)
        budget = [page.show_plan(f"?dataset={name}", None)[2] for name in ("people", "shop")]
        parts = [weighed.show_part(f"?dataset={name}") for name in ("people", "shop")]
    assert "without amounts" in said
    assert "£" not in str(table)
    assert "Priority" in str(table)
    assert "list=" not in str(leads)
    assert budget == [True, False]
    assert [hidden for hidden, _state in parts] == [True, False]
    assert "No amounts are known" in str(parts[0][1])
    with looking(portal, "people") as at:
        hidden = set(planned.without(at, is_by_rule=True))
    assert hidden == {*planned.WEIGHED}
    with looking(portal, "people") as at:
        found = at.ask(queries.list_by_rule(at, Filters()))
        named = at.ask(at.of_customers(NAMED, Filters()))["customer_id"]
    assert 0 < len(found) < 200
    assert set(found["customer_id"]) == set(named)
    assert found.sort_values("number")["priority"].is_monotonic_increasing
    assert found.notna().all().all()


def test_without_churn_the_groups_say_what_would_bring_them(portal: Dash) -> None:
    with portal.server.test_request_context("/"):
        state = playbook_tab.show_groups("?dataset=people")
    assert "who answers a campaign is not predicted" in str(state[0])
