"""One customer, one plan, one campaign: the same pounds wherever they are shown."""

import io
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pandas as pd
import pytest
from dash import Dash

from db.engine import open_reader
from pipeline.strategy.contact import Formula, answer_profit, contact_profit, expected_cost
from portal.app import create_app
from portal.pages.campaigns import planning, wanted
from portal.pages.campaigns.wanted import EVERYONE, Wanted, at_its_costs
from portal.pages.plan import entered as calculator
from portal.pages.plan import page, scenarios
from portal.pages.plan.parts import returned
from portal.pages.plan.segment_cards import segment_cards
from portal.pages.risk.page import listed as churn_listed
from portal.reading.contacting import contact_plan, economics
from portal.reading.contacting.contact_plan import BEST, SHARED
from portal.reading.contacting.economics import RetentionCosts
from portal.reading.filters import Filters, to_query
from portal.reading.predicting import risk
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import PublishedRun
from portal.reading.rows import each_row
from portal.report import plans
from portal.report.contacts import contacts
from portal.settings import Settings
from portal.words import wording
from tests.portal.looking import looking
from tests.shops import Shop, made_once
from tests.without_orders import published_without_orders

DATASETS = ("shop", "marketing", "behaviour", "market")
WEIGHED = ("market", "marketing")
"""Forms without orders that have amounts: by the drop of activity, and by answers."""
CHEAPER = 0.8
"""An offer of so many times the update's."""


class Sums(NamedTuple):
    """What a list comes to: customers, cost and profit, money."""

    customers: int
    cost: float
    profit: float


@pytest.fixture(scope="module")
def portal(forms: Shop) -> Dash:
    return create_app(open_reader(forms.url), Settings(db=forms.url))


@pytest.fixture(scope="module")
def without_orders(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    """Show marketing, behaviour and market activity with all that they can be told."""
    shop = made_once(tmp_path_factory, "without-orders", published_without_orders)
    return create_app(open_reader(shop.url), Settings(db=shop.url))


def filters_of(run: PublishedRun) -> Iterator[Filters]:
    """Give no filter and one by the segment with most customers worth contacting."""
    yield Filters()
    plan = contact_plan.plan(run, Filters())
    name = (
        run.segments[0] if plan is None else plan.rows.nlargest(1, "paying")["segment"].iloc[0]
    )
    yield Filters(segments=(str(name),))


def by_definition(run: PublishedRun, filters: Filters, costs: RetentionCosts) -> pd.DataFrame:
    """Give the list by the formulas over plain rows: the highest first, whoever pays."""
    rows = run.ask(run.of_customers("select * from customers where {filters}", filters))
    columns = ["churn_probability", "value_at_stake"]
    formula: Formula = contact_profit
    if reckoned(run).is_answer:
        columns, formula = ["answer_probability", "average_basket"], answer_profit
    rows = rows.dropna(subset=columns)
    probability, at_stake = (rows[name] for name in columns)
    rows = rows.assign(
        profit=formula(probability, at_stake, costs=costs),
        cost=expected_cost(probability, costs=costs, formula=formula),
    )
    paying = rows[rows["profit"] > 0]
    return paying.sort_values(["profit", "customer_id"], ascending=[False, True])


def within(rows: pd.DataFrame, budget: float | None) -> pd.DataFrame:
    """Keep as many as a budget pays."""
    if budget is None:
        return rows
    return rows[rows["cost"].cumsum().round(2) <= budget]


def sums(rows: pd.DataFrame) -> Sums:
    return Sums(len(rows), round(rows["cost"].sum(), 2), round(rows["profit"].sum(), 2))


def of_plan(plan: contact_plan.ContactPlan) -> Sums:
    return Sums(plan.customers, plan.total("cost"), plan.total("profit"))


def everywhere(
    run: PublishedRun, filters: Filters, budget: float | None, costs: RetentionCosts
) -> dict[str, Sums]:
    """Give what each place says of the list of a budget at the costs in force."""
    churn = churn_listed(run, filters, budget=budget).within
    plan = contact_plan.plan(run, filters, budget=budget)
    campaign = wanted.told(run, filters, Wanted(BEST, budget))
    assert churn is not None
    assert plan is not None
    assert campaign is not None
    _, *ranges = calculator.usual(run, filters, scenarios.EVERYBODY)
    entered = scenarios.Entered(
        scenarios.EVERYBODY, plan.customers, tuple(float(each or 0) for each in ranges)
    )
    calculated = scenarios.listed(run, filters, entered)
    assert calculated is not None
    measures = economics.simulate(calculated.assumed, seed=0, draws=10).measures
    likely = measures.set_index("measure")["likely"].round(2)
    return {
        "definition": sums(within(by_definition(run, filters, costs), budget)),
        "churn": Sums(churn.customers, churn.cost, churn.profit),
        "plan": of_plan(plan),
        "campaigns": Sums(campaign.known, campaign.cost, campaign.profit),
        "calculator": Sums(calculated.assumed.customers, likely["cost"], likely["profit"]),
    }


def exported(portal: Dash, dataset: str, filters: Filters, budget: float | None) -> Sums:
    """Read the exported list of the plan."""
    chosen = urlencode({"list": BEST} | ({} if budget is None else {"budget": budget}))
    address = f"/export/plan-list.csv{to_query(filters, dataset)}&{chosen}"
    told = portal.server.test_client().get(address)
    rows = pd.read_csv(io.StringIO(told.text), dtype={"customer_id": str})
    return sums(rows.rename(columns={"contact_cost": "cost", "contact_profit": "profit"}))


def budgets_of(run: PublishedRun, filters: Filters) -> tuple[float | None, ...]:
    """Give no budget, and two that pay for a part."""
    whole = contact_plan.plan(run, filters)
    cost = 0.0 if whole is None else whole.total("cost")
    return (None, max(round(cost / 3, 2), 1.0), max(round(cost / 10, 2), 1.0))


def check_every_place(portal: Dash, dataset: str) -> None:
    with looking(portal, dataset) as run:
        costs = risk.costs_in_force(run)
        assert costs is not None
        found = [
            (filters, budget, everywhere(run, filters, budget, costs))
            for filters in filters_of(run)
            for budget in budgets_of(run, filters)
        ]
    for filters, budget, said in found:
        said["exported"] = exported(portal, dataset, filters, budget)
        assert len(set(said.values())) == 1, (filters, budget, said)
        assert said["churn"].customers > 0 or budget is not None


def check_segments(portal: Dash, dataset: str) -> None:
    with looking(portal, dataset) as run:
        costs = risk.costs_in_force(run)
        assert costs is not None
        for filters in filters_of(run):
            for budget in budgets_of(run, filters):
                for way in (BEST, SHARED):
                    _check_cards(run, filters, budget, way, costs)


def _check_cards(
    run: PublishedRun, filters: Filters, budget: float | None, way: str, costs: RetentionCosts
) -> None:
    plan = contact_plan.plan(run, filters, budget=budget, allocation=way)
    assert plan is not None
    listed = by_definition(run, filters, costs)
    chosen = within(listed, budget) if way == BEST else listed
    money = {each.segment: each.amount for each in plan.parts}
    cards = {card.children[0].children[1]: str(card) for card in segment_cards(run, plan)}
    for row in each_row(plan.rows):
        mine = chosen[chosen["segment"] == row.segment]
        if way == SHARED:
            mine = within(mine, money[row.segment])
        assert Sums(row.customers, row.cost, row.profit) == sums(mine)
        alone = filters._replace(segments=(row.segment,))
        found = contact_plan.group(run, alone, most=max(len(mine), 0), costs=costs)
        assert found is not None
        assert (found["cost"], found["profit"]) == (row.cost, row.profit)
        if row.customers:
            assert wording.money(row.profit, run.currency) in cards[row.segment]
            assert returned(row.profit, row.cost) in cards[row.segment]
            assert row.profit > 0


def check_report(portal: Dash, dataset: str) -> None:
    with looking(portal, dataset) as run:
        plan = contact_plan.plan(run, Filters())
        assert plan is not None
        (said,) = contacts(run).sentences
        assert f"the {wording.count(plan.customers, 'customer')} of whom" in said
        assert f"costs {wording.money(plan.total('cost'), run.currency)} and should" in said
        assert f"bring {wording.money(plan.total('profit'), run.currency)} (" in said
        rows = plans.action_plan(run).rows.set_index("segment")
        for row in each_row(plan.rows):
            mine = rows.loc[str(row.segment)]
            assert (mine["contacts"], mine["cost"]) == (row.customers, row.cost)
            assert mine["expected_profit"] == row.profit
        budget = round(plan.total("cost") / 3, 2)
        shared = contact_plan.plan(run, Filters(), budget=budget, allocation=SHARED)
        assert shared is not None
        parted = plans.action_plan(run, budget=budget).rows
        assert parted["expected_profit"].sum() == pytest.approx(shared.total("profit"))
        assert parted["cost"].sum() == pytest.approx(shared.total("cost"))


def check_campaign(portal: Dash, dataset: str) -> None:
    """Make a campaign of the list with the costs in force, and one with its own offer."""
    with looking(portal, dataset) as run:
        costs = risk.costs_in_force(run)
        assert costs is not None
        own = costs.model_copy(update={"incentive": costs.incentive * CHEAPER})
        plan = contact_plan.plan(run, Filters())
        assert plan is not None
        same, other = (
            planning.plan(
                run, Filters(), name="x", share=0.2, seed=1, targeting=Wanted(BEST, None, each)
            )
            for each in (None, own)
        )
        expected = same.stamp.expected
        assert expected is not None
        assert Sums(expected.known, expected.cost, expected.profit) == of_plan(plan)
        assert (expected.low, expected.high) == (plan.total("low"), plan.total("high"))
        assert expected.said == ""
        theirs = other.stamp.expected
        assert theirs is not None
        listed = by_definition(run, Filters(), own)
        assert Sums(theirs.known, theirs.cost, theirs.profit) == sums(listed)
        said = [
            wording.money(each.incentive, run.currency).removesuffix(".00")
            for each in (own, costs)
        ]
        assert theirs.said == (
            f"Computed with this campaign's offer of {said[0]}, not the update's {said[1]}."
        )
        assert set(other.members["customer_id"]) == set(listed["customer_id"])
        contacted = set(other.members["customer_id"][other.members["contacted"]])
        part = listed[listed["customer_id"].isin(contacted)]["profit"].sum()
        assert theirs.contacted_profit == round(part, 2)
        whole = wanted.told(run, Filters(), Wanted(EVERYONE, None, own))
        assert whole is not None
        assert whole.losing == whole.known - len(listed)


@pytest.mark.parametrize(
    "check", [check_every_place, check_segments, check_report, check_campaign]
)
def test_the_made_up_shop_has_the_same_pounds_everywhere(portal: Dash, check: Any) -> None:
    check(portal, "shop")


@pytest.mark.parametrize("dataset", WEIGHED)
@pytest.mark.parametrize(
    "check", [check_every_place, check_segments, check_report, check_campaign]
)
def test_data_without_orders_has_the_same_pounds_everywhere(
    without_orders: Dash, dataset: str, check: Any
) -> None:
    check(without_orders, dataset)


@pytest.mark.real_data
@pytest.mark.parametrize(
    "check", [check_every_place, check_segments, check_report, check_campaign]
)
def test_online_retail_has_the_same_pounds_everywhere(retail: Shop, check: Any) -> None:
    check(create_app(open_reader(retail.url), Settings(db=retail.url)), "online-retail")


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_form_has_a_list_with_nothing_blank(portal: Dash, dataset: str) -> None:
    """Either with amounts that agree, or by the playbook's rule without any."""
    with looking(portal, dataset) as run:
        has_amounts = contact_plan.plan(run, Filters()) is not None
        assert (wanted.told(run, Filters(), Wanted(BEST)) is not None) == has_amounts
        rows = plans.action_plan(run, budget=100.0).rows
        assert rows["expected_profit"].notna().all() == has_amounts
        everyone = planning.plan(run, Filters(), name="x", share=0.2, seed=1)
        assert (everyone.stamp.expected is not None) == has_amounts
        assert len(everyone.members) == run.customers
    if has_amounts:
        check_every_place(portal, dataset)
        return
    with portal.server.test_request_context("/"):
        for more in ("", f"&budget=100&list={SHARED}"):
            search = f"?dataset={dataset}{more}"
            assert "without amounts" in page.answer(search, None)
            table, *_ = page.PLAN.show(search, None)
            assert not re.search(r"£|€|\$|No plan", str(table))


@pytest.mark.parametrize("dataset", ["shop", *WEIGHED])
def test_a_list_holds_each_members_profit_at_the_campaigns_costs(
    portal: Dash, without_orders: Dash, dataset: str
) -> None:
    with looking(without_orders if dataset in WEIGHED else portal, dataset) as run:
        costs = risk.costs_in_force(run)
        assert costs is not None
        own = costs.model_copy(update={"incentive": costs.incentive * CHEAPER})
        meant = Wanted(BEST, None, own)
        made = planning.plan(run, Filters(), name="x", share=0.2, seed=1, targeting=meant)
        listed = by_definition(run, Filters(), meant.costs or costs)
        expected = listed.set_index("customer_id")["profit"]
        found = run.ask(run.of_customers("select * from customers order by customer_id"))
        names = risk.COLUMNS[reckoned(run).basis]
        assert made.stamp.expected is not None
        at_costs = at_its_costs(
            run,
            found.assign(probability=found[names.probability], at_stake=found[names.at_stake]),
            made.stamp.expected,
        )
    by_name = pd.Series(at_costs.to_numpy(), index=found["customer_id"])
    pd.testing.assert_series_equal(
        by_name[expected.index], expected, check_names=False, check_exact=True
    )
