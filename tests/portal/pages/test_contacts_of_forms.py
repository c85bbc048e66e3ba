"""Risk, Plan and Campaigns of forms without orders: lists, sentences, exports."""

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pandas as pd
import pytest
from dash import Dash

from db.engine import open_reader
from db.workspace import open_workspace
from portal.app import create_app
from portal.kit.drawing.chart import Scope
from portal.pages.campaigns import audience, planning, sizing, wanted
from portal.pages.campaigns import lists as lists_along
from portal.pages.campaigns import queries as campaign_queries
from portal.pages.campaigns.wanted import EVERYONE, Wanted
from portal.pages.plan import calculator, planned, returns_shown, scenarios
from portal.pages.plan import page as strategy_page
from portal.pages.plan import queries as strategy_queries
from portal.pages.plan.entered import usual as usual_of
from portal.pages.plan.named import RANGES, where_it_pays
from portal.pages.plan.parts import group_card
from portal.pages.risk import figures, queries, rules, sentences
from portal.pages.risk.costs import NOT_COUNTED, costs_of, fixed, in_fields
from portal.pages.risk.groups import facts
from portal.reading.contacting import contact_plan
from portal.reading.contacting.contact_plan import BEST
from portal.reading.contacting.contacts import Chosen
from portal.reading.contacting.economics import (
    ANSWER,
    BOTH,
    LIKELY,
    PROFIT,
    REASONS,
    REVENUE,
    RULE,
    RetentionCosts,
    default_playbook,
)
from portal.reading.filters import NO_FILTERS, Filters, from_query
from portal.reading.predicting import risk
from portal.reading.predicting.reckoned import Reckoned
from portal.reading.published import PublishedRun, published_run
from portal.reading.trade.favourites import favourite
from portal.report.contacts import contacting, contacts
from portal.settings import Settings
from tests.portal.asked import answer
from tests.shops import Shop, made_once
from tests.without_orders import published_without_orders

EMPTY: dict[str, Any] = dict.fromkeys(
    ("contact_cost", "incentive", "success_rate", "margin", "staying_accept", "budget")
)
COSTS = RetentionCosts(contact_cost=1, incentive=10, success_rate=0.3, margin=0.5, months=3)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return made_once(tmp_path_factory, "without-orders", published_without_orders)


@pytest.fixture(scope="module")
def forms(shop: Shop) -> Dash:
    return create_app(open_reader(shop.url), Settings(db=shop.url))


@contextmanager
def looking(app: Dash, dataset: str) -> Iterator[PublishedRun]:
    with app.server.test_request_context("/"), published_run(f"?dataset={dataset}") as run:
        yield run


def published(shop: Shop, dataset: str) -> pd.DataFrame:
    with closing(sqlite3.connect(shop.path)) as connection:
        return pd.read_sql_query(
            "select * from published_customer where dataset = ? order by customer_id",
            connection,
            params=(dataset,),
        )


@pytest.mark.parametrize("dataset", ["market", "marketing"])
def test_the_list_is_whoever_pays_the_highest_first(
    dataset: str, forms: Dash, shop: Shop
) -> None:
    people = published(shop, dataset)
    paying = people[people["contact_profit"] > 0].sort_values(
        ["contact_profit", "customer_id"], ascending=[False, True]
    )
    with looking(forms, dataset) as run:
        statement = contact_plan.members(run, NO_FILTERS)
        assert statement is not None
        rows = run.ask(statement.ordered("number"))
        costs = risk.of_run(run)
        assert costs is not None
        found = risk.chosen(run, NO_FILTERS, costs)
        all_known = contact_plan.everyone(run, NO_FILTERS)
        assert all_known is not None
        everyone = run.ask(all_known)
    assert rows["customer_id"].tolist() == paying["customer_id"].tolist()
    assert rows["contact_profit"].tolist() == paying["contact_profit"].tolist()
    assert len(everyone) == people["contact_profit"].notna().sum()
    assert found is not None
    assert found.customers == len(paying)
    assert found.profit == pytest.approx(paying["contact_profit"].sum(), abs=0.005)
    assert found.low < found.profit < found.high
    stored = _one(shop, dataset)
    assert (found.customers, found.fewest, found.most) == (
        stored["customers"], stored["fewest"], stored["most"],
    )  # fmt: skip
    ends = [found.cost, found.profit, found.low, found.high]
    kept = [stored[name] for name in ("cost", "profit", "profit_low", "profit_high")]
    assert ends == pytest.approx(kept, abs=0.02)


def test_only_forms_with_amounts_have_a_list(forms: Dash) -> None:
    for dataset, has_amounts in (("market", True), ("marketing", True), ("behaviour", False)):
        with looking(forms, dataset) as run:
            assert (contact_plan.members(run, NO_FILTERS) is not None) is has_amounts
            named = queries.reasons_counted(run, NO_FILTERS)
            assert (named is None) is has_amounts


def test_other_costs_hold_at_once_but_for_what_the_formula_lacks(forms: Dash) -> None:
    entered = EMPTY | {"contact_cost": 2.0, "success_rate": 90.0, "margin": 20.0}
    for dataset, closed, kept in (
        ("market", ("margin",), {"success_rate": 0.9, "margin": 1.0}),
        ("marketing", ("success_rate", "staying_accept"), {"margin": 0.2}),
        ("behaviour", (), None),
    ):
        with looking(forms, dataset) as run:
            assert fixed(run) == closed
            found = costs_of(run, entered)
        assert (found is None) is (kept is None)
        if found is not None and kept is not None:
            assert found.contact_cost == 2.0
            assert kept.items() <= found.model_dump().items()


def test_fields_that_do_not_count_show_a_dash() -> None:
    assert in_fields(COSTS, without=("success_rate",))[2] == NOT_COUNTED
    assert in_fields(COSTS)[2] == "30"
    assert in_fields(COSTS.model_copy(update={"margin": 1.0}), without=("margin",))[3] == "100"


def test_answers_at_other_costs_are_the_formula(forms: Dash, shop: Shop) -> None:
    people = published(shop, "marketing")
    with looking(forms, "marketing") as run:
        costs = costs_of(run, EMPTY | {"incentive": 3, "margin": 25})
        statement = contact_plan.everyone(run, NO_FILTERS, costs=costs)
        assert statement is not None
        rows = run.ask(statement).set_index("customer_id")
    known = people.dropna(subset=["contact_profit"]).set_index("customer_id")
    by_hand = known["answer_probability"] * (known["average_basket"] * 0.25 - 3) - 1
    assert (rows["contact_profit"] - by_hand).abs().max() <= 0.0051


def test_promotional_buyers_among_the_valuable_at_risk_are_named(
    forms: Dash, shop: Shop
) -> None:
    people = published(shop, "market")
    at_risk = people.loc[people["risk_value"] == "Valuable at risk", "customer_id"]
    buys = _attributes(shop, "market", "is_promotional")
    favourites = _attributes(shop, "market", "favourite_category")
    named = {name: favourites[name] for name in at_risk if buys[name]}
    assert 0 < len(named) < len(at_risk)
    with looking(forms, "market") as run:
        statement = queries.promotional(run, NO_FILTERS)
        grouped = risk.totals(run, NO_FILTERS)
        assert statement is not None
        assert grouped is not None
        totals = run.ask(grouped).set_index("risk_value")
        rows = run.ask(statement).set_index("customer_id")
    assert totals["promotional"]["Valuable at risk"] == len(named)
    assert rows["favourite_category"].to_dict() == named
    for name, offer in rows["offer"].items():
        assert offer == f"A promotion in {named[name]}, and the loyalty card"


def test_the_favourite_category_is_the_one_with_the_highest_spend(
    forms: Dash, shop: Shop
) -> None:
    with closing(sqlite3.connect(shop.path)) as connection:
        spend = pd.read_sql_query(
            "select customer_id, category, spend from vw_purchases where dataset = 'marketing'",
            connection,
        )
    with looking(forms, "marketing") as run:
        favourites = "with {known} select customer_id, favourite_category from known"
        asked = risk.of_known(run, favourites, NO_FILTERS)
        assert asked is not None
        found = run.ask(asked).set_index("customer_id")["favourite_category"]
    most = spend.groupby("customer_id")["spend"].transform("max")
    best = spend[(spend["spend"] == most) & (most > 0)].groupby("customer_id")["category"]
    candidates = best.agg(set)
    assert len(found) > 300
    for name, category in found.dropna().items():
        assert category in candidates[str(name)]
    assert found.isna().mean() < 0.05
    with looking(forms, "behaviour") as run:
        assert favourite(run) is None


def test_the_rule_counts_whom_the_run_named_without_amounts(forms: Dash, shop: Shop) -> None:
    named = published(shop, "behaviour").dropna(subset=["contact_reason"])
    with looking(forms, "behaviour") as run:
        reasons = queries.reasons_counted(run, NO_FILTERS)
        assert reasons is not None
        counted = run.ask(reasons)
        assert risk.chosen(run, NO_FILTERS, COSTS) is None
        assert not risk.are_known(run)
    assert counted.set_index("contact_reason")["customers"].to_dict() == (
        named["contact_reason"].value_counts().to_dict()
    )


def test_each_reason_has_its_own_offer_and_leads_to_a_campaign() -> None:
    scope = Scope("behaviour", "GBP", None, 240)
    rows = pd.DataFrame({"contact_reason": [BOTH], "customers": [7]})
    text = json.dumps(
        rules.reasons(rows, scope, missing="").content.to_plotly_json(), default=_as
    )
    assert "Unsatisfied and long silent: 7 customers" in text
    assert "Contact 7 customers" in text
    assert text.count("Contact ") == 1
    assert "Long silent: 0 customers" in text
    assert len({rules.OFFERS[name] for name in REASONS}) == len(REASONS)
    empty = rules.reasons(rows.head(0), scope, missing="why not")
    assert "why not" in json.dumps(empty.content.to_plotly_json(), default=_as)


def test_a_campaign_reaches_whom_the_rule_names(forms: Dash, shop: Shop) -> None:
    named = published(shop, "behaviour")["contact_reason"].eq("unsatisfied")
    only = Filters(where=("contact_reason=unsatisfied",))
    with looking(forms, "behaviour") as run:
        rows = run.ask(campaign_queries.audience(run, only))
    assert len(rows) == named.sum() > 0


def row(paying: int = 0, most: float = 4.0) -> Any:
    return pd.Series({"customers": 100, "probability": 0.4, "most": most, "paying": paying})


def test_why_nobody_pays_is_said_only_where_nobody_does() -> None:
    found = Reckoned(PROFIT, "activity_drop", "", COSTS.model_copy(update={"margin": 1.0}))
    said = sentences.nobody_pays(row(), found, "GBP")
    assert "a customer brings £4.00 at most" in said
    assert "the incentive alone costs £10.00" in said
    assert sentences.nobody_pays(row(paying=1), found, "GBP") == ""
    dear = sentences.nobody_pays(row(most=40.0), found, "GBP")
    assert dear.startswith("No contact pays")
    assert "at most" not in dear
    half = Reckoned(ANSWER, "given_outcome", "", COSTS)
    assert "brings £2.00 at most" in sentences.nobody_pays(row(), half, "GBP")
    assert "at most" not in sentences.nobody_pays(row(most=20.5), half, "GBP")


def test_what_a_probability_is_of_is_said() -> None:
    leaving, answering = (sentences.meant(row(), each) for each in (PROFIT, ANSWER))
    assert "activity drops" in leaving
    assert "40 % of 100 customers" in leaving
    assert "answer" not in leaving
    assert "the margin is 1" in leaving
    assert "margin is 1" not in answering
    assert "(mean spend of an order × margin − incentive)" in answering
    assert "Nobody is said to leave" in answering
    assert "40 % of 100 customers" in answering


def test_facts_of_a_group_name_profit_only_where_it_is_at_stake() -> None:
    group = pd.Series(
        {"customers": 5, "churn_probability": 0.7, "clv_12m": 900.0, "at_risk": 80.0}
    )
    by_profit = facts(group, "GBP", basis=PROFIT)
    assert by_profit.endswith("with a profit of £900; £80 of it at risk.")
    by_revenue = facts(group, "GBP", basis=REVENUE)
    assert by_revenue.endswith("worth £900 in 12 months; £80 at risk in the next months.")
    assert facts(None, "GBP", basis=PROFIT) == "Nobody is in this group."


def test_pictures_speak_of_answers_only_where_answers_count() -> None:
    bins = pd.DataFrame({"least": [0.0, 0.02], "customers": [3, 1], "paying": [0, 1]})
    some = Chosen(1, 1, 1, 1, 1, 1, 1, 1, 4, 1, 1, 1)
    scope = Scope("d", "GBP", None, 4)
    for answers, title in ((True, "Chance of answering"), (False, "Chance of leaving")):
        listed = figures.Listed(some, some, None, "", (), answers)
        chart = figures.histogram(bins, scope, listed=listed)
        assert chart.figure.layout.xaxis.title.text == title
        verb = "answer" if answers else "leave"
        assert f"customers who {verb} with" in chart.figure.data[0].hovertemplate
        assert title.lower() in chart.alternative


def test_the_page_says_by_what_it_reckons(forms: Dash) -> None:
    client = forms.server.test_client()
    said = {}
    for dataset in ("market", "marketing", "behaviour"):
        given = {"url": f"?dataset={dataset}"}
        told = [
            json.dumps(answer(forms, client, f"{each}.children", given))
            for each in ("risk-note", "risk-answer", "risk-sure")
        ]
        said[dataset] = " ".join(told)
    assert "of-profit" in said["market"]
    assert "is expected to drop" in said["market"]
    assert "activity drops" in said["market"]
    assert "of-answers" in said["marketing"]
    assert "are expected to answer a campaign" in said["marketing"]
    assert "by-rule" in said["behaviour"]
    assert "unsatisfied, or silent for long" in said["behaviour"]
    assert "A rule names" in said["behaviour"]
    for dataset in ("marketing", "behaviour"):
        assert "no order in the" not in said[dataset]


def test_groups_count_whom_a_rule_names_where_there_are_no_amounts(
    forms: Dash, shop: Shop
) -> None:
    people = published(shop, "behaviour")
    with looking(forms, "behaviour") as run:
        asked = queries.by_group(run, NO_FILTERS, attribute="segment")
        assert asked is not None
        found = run.ask(asked).set_index("level")
    named = people.dropna(subset=["contact_reason"]).groupby("segment").size()
    assert found["customers"].to_dict() == people.groupby("segment").size().to_dict()
    assert found.loc[named.index, "paying"].to_dict() == named.to_dict()
    assert found["at_risk"].isna().all()


def test_reckoned_names_its_measures() -> None:
    answers, leaving = Reckoned(ANSWER, "t", "", COSTS), Reckoned(PROFIT, "t", "", COSTS)
    assert (answers.counted, answers.money) == ("expected_answers", "expected_spend")
    assert (leaving.counted, leaving.money) == ("expected_leavers", "money_at_risk")
    assert answers.profit != leaving.profit
    assert (answers.is_answer, leaving.is_answer) == (True, False)
    assert (answers.is_leaving, leaving.is_leaving) == (False, True)
    assert not Reckoned(RULE, None, "", None).is_leaving


def test_engagement_takes_the_scores_there_are(forms: Dash) -> None:
    weights = default_playbook().engagement
    for dataset, parts in (
        ("market", {"monetary"}),
        ("behaviour", {"recency", "frequency", "monetary"}),
    ):
        with looking(forms, dataset) as run:
            found = strategy_queries.engagement(run, weights)
        assert len(found) > 1
        assert found["engagement"].between(0, 100).all()
        counted = {
            name
            for name in ("recency", "frequency", "monetary", "order_probability")
            if (found[f"{name}_most"] > 0).all()
        }
        assert counted == parts


def test_spend_per_item_makes_no_budget(forms: Dash) -> None:
    with looking(forms, "behaviour") as run:
        assert not run.table.knows("average_basket")
        assert contact_plan.plan(run, NO_FILTERS, budget=100.0) is None
        shown = planned.shown(run, NO_FILTERS, budget=100.0)
        assert shown.is_by_rule
        assert "no expected profit is known" in shown.problem
        assert wanted.told(run, NO_FILTERS, Wanted(BEST, 100.0)) is None


def test_plan_lists_whom_a_rule_names_and_leads_to_their_campaign(forms: Dash) -> None:
    with looking(forms, "behaviour") as run:
        sql = "select * from customers where {filters} and contact_reason is not null"
        named = run.ask(run.of_customers(sql, NO_FILTERS))
        listed = run.ask(strategy_queries.list_by_rule(run, NO_FILTERS)).sort_values("number")
        parted = run.ask(strategy_queries.by_rule(run, NO_FILTERS))
    assert set(listed["customer_id"]) == set(named["customer_id"])
    places = listed["contact_reason"].map({name: at for at, name in enumerate(REASONS)})
    assert places.is_monotonic_increasing
    assert parted["customers"].sum() == len(named)
    assert planned.BY_RULE.keys() <= set(listed)
    with forms.server.test_request_context("/"):
        for search, many in (
            ("?dataset=behaviour", len(named)),
            (
                "?dataset=behaviour&where=contact_reason%3Dunsatisfied",
                (named["contact_reason"] == "unsatisfied").sum(),
            ),
        ):
            said = strategy_page.answer(search, None)
            _rest, (lead,), _hidden = strategy_page.show_plan(search, None)
            assert "The list goes by rule, whoever is the most urgent first" in str(said)
            with looking(forms, "behaviour") as run:
                href = lead.to_plotly_json()["props"]["href"].partition("#")[0]
                reached = from_query(href.partition("?")[2])
                rows = run.ask(campaign_queries.audience(run, reached))
            assert len(rows) == many > 0


def test_the_calculator_has_the_ranges_of_the_formula(forms: Dash) -> None:
    """A scenario shared from elsewhere can't bring back what the formula doesn't have."""
    found = {}
    for dataset, hidden in (
        ("marketing", {"success_rate", "staying_accept"}),
        ("market", {"margin"}),
    ):
        with forms.server.test_request_context("/"):
            gone = calculator.show_ranges(f"?dataset={dataset}")
        assert {name for name, is_gone in zip(RANGES, gone, strict=True) if is_gone} == hidden
        with looking(forms, dataset) as run:
            many, *usual = usual_of(run, NO_FILTERS, scenarios.EVERYBODY)
            values = [float(each or 0) for each in usual]
            entered = scenarios.Entered(scenarios.EVERYBODY, int(many or 0), tuple(values))
            for name in hidden:
                place = 3 * list(RANGES).index(name)
                values[place : place + 3] = [7.0, 8.0, 9.0]
            other = entered._replace(ranges=tuple(values))
            both = [scenarios.listed(run, NO_FILTERS, each) for each in (entered, other)]
            assert both[0] is not None
            assert both[0] == both[1]
            found[dataset] = str(returns_shown._outcome(run, both[0]))
    assert "of the answers expected" in found["marketing"]
    assert "Customers who answer" in found["marketing"]
    assert "success rate" not in found["marketing"]
    assert "It pays from a success rate of" in found["market"]
    assert "Their profit, as the source gives it" in found["market"]
    assert "answer" not in found["market"]


def test_where_a_campaign_pays_is_said_of_what_counts() -> None:
    answers, leaving = (Reckoned(kind, "t", "", COSTS) for kind in (ANSWER, REVENUE))
    assert where_it_pays(0.4, by=answers) == "It pays from 40.0 % of the answers expected."
    assert "would not pay if as many answer" in where_it_pays(None, by=answers)
    assert where_it_pays(0.4, by=leaving) == "It pays from a success rate of 40.0 %."
    assert where_it_pays(None, by=leaving).startswith("No success rate would pay")


def test_tiles_of_an_audience_speak_of_answers_only_where_answers_count(forms: Dash) -> None:
    said = {}
    for dataset in ("market", "marketing", "behaviour"):
        with forms.server.test_request_context("/"):
            search, form = f"?dataset={dataset}", [EVERYONE, *[None] * 6]
            tiles, *_ = audience.show_audience(search, *form, None)
        said[dataset] = str(tiles)
    assert "Expected answers" in said["marketing"]
    assert "Expected leavers" in said["market"]
    assert "Expected leavers" not in said["marketing"]
    assert "Expected answers" not in said["market"]
    assert "Expected profit" not in said["behaviour"]


def test_the_report_says_whom_to_contact_by_what_counts(forms: Dash) -> None:
    told = {}
    for dataset in ("market", "marketing", "behaviour"):
        with looking(forms, dataset) as run:
            told[dataset] = contacts(run)
    assert "of leavers who are offered it stay" in told["market"].sentences[0]
    chart = told["market"].chart
    assert chart is not None
    assert chart.title.startswith("Profit at risk")
    assert "of what an order brings is kept" in told["marketing"].sentences[0]
    assert told["marketing"].chart is None
    assert "leavers" not in told["marketing"].sentences[0]
    assert told["behaviour"].sentences[1] == "The list goes by rule, without amounts."
    table = told["behaviour"].table
    assert table is not None
    assert {row[0] for row in table.rows} == {
        each.capitalize() for each in REASONS if each != LIKELY
    }


@pytest.mark.parametrize(
    ("customers", "start"),
    [
        (0, "Nobody is worth contacting: of 9 customers whose expected profit is known each"),
        (1, "Contacting the one customer who is expected to bring more than it costs costs"),
        (4, "Contacting the 4 customers of whom each is expected to bring more than it costs"),
    ],
)
def test_the_report_counts_whom_it_pays_to_contact(customers: int, start: str) -> None:
    found = Chosen(customers, 1, 1, 1, 20, 30, 10, 50, 9, customers, 0, 9)
    by = Reckoned(REVENUE, "churn", "", COSTS)
    said = contacting(found, COSTS, by=by, currency="GBP")
    assert said.startswith(start)
    assert ("£30.00 (£10 to £50)" in said) == (customers > 0)
    assert "30 % of leavers who are offered it stay" in said


def test_a_card_per_group_differs_from_the_others(forms: Dash) -> None:
    plays = default_playbook().groups
    with looking(forms, "market") as run:
        groups = strategy_queries.risk_groups(run)
    assert len(groups) == 4
    cards = [
        json.dumps(
            group_card(each, plays[each["risk_value"]], "GBP", is_profit=True).to_plotly_json(),
            default=_as,
        )
        for _, each in groups.iterrows()
    ]
    assert len(set(cards)) == 4
    for field in ("strategy", "actions", "promotions", "email", "push"):
        assert len({str(getattr(play, field)) for play in plays.values()}) == 4, field
    assert all("Profit at risk" in card for card in cards)
    usual = group_card(groups.iloc[0], plays[groups.iloc[0]["risk_value"]], "GBP")
    assert "Value, 12 months" in json.dumps(usual.to_plotly_json(), default=_as)


def test_a_usual_rate_of_orders_is_not_that_of_activity() -> None:
    figures_ = pd.Series({"churn_probability": 0.4, "order_probability": None})
    assert sizing.base_rate(figures_) == (0.6, "the churn model")
    assert sizing.base_rate(figures_, has_orders=False)[0] == 0.1
    answers = figures_.copy()
    answers["answer_probability"] = 0.12
    share, source = sizing.base_rate(answers, has_orders=False)
    assert share == 0.12
    assert "answer a campaign" in source


def test_lists_to_take_along_carry_the_favourite_category(forms: Dash, shop: Shop) -> None:
    """A list has it where the source does, and no column of which nothing is known."""
    at = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    columns = {}
    for dataset in ("market", "marketing", "behaviour"):
        with looking(forms, dataset) as run:
            made = planning.plan(run, NO_FILTERS, name=dataset, share=0.1, seed=1)
        number = planning.create(open_workspace(shop.url), made, at=at)
        with looking(forms, dataset) as run:
            campaign = planning.one(run.connection, number)
            assert campaign is not None
            whole = lists_along.listing(run, campaign, columns=campaign_queries.COLUMNS)
        columns[dataset] = set(whole.rows)
        if dataset == "market":
            known = _attributes(shop, dataset, "favourite_category")
            found = whole.rows.set_index("customer_id")["favourite_category"]
            assert len(found) > 200
            assert found.to_dict() == {name: known[name] for name in found.index}
    assert "favourite_category" in columns["market"] & columns["marketing"]
    assert "favourite_category" not in columns["behaviour"]
    assert "answer_probability" in columns["marketing"] - columns["market"]
    assert "contact_reason" in columns["behaviour"] - columns["market"] - columns["marketing"]


def _attributes(shop: Shop, dataset: str, attribute: str) -> dict[str, str]:
    with closing(sqlite3.connect(shop.path)) as connection:
        rows = connection.execute(
            f"select customer_id, {attribute} from customer_attribute join published"
            " using (run_id) join dataset using (dataset_id) where name = ?",
            (dataset,),
        )
        return dict(rows.fetchall())


def _one(shop: Shop, dataset: str) -> dict[str, Any]:
    with closing(sqlite3.connect(shop.path)) as connection:
        connection.row_factory = sqlite3.Row
        query = (
            "select c.* from contact_cost c join published using (run_id)"
            " join dataset using (dataset_id) where name = ?"
        )
        return dict(connection.execute(query, (dataset,)).fetchone())


def _as(component: Any) -> Any:
    return component.to_plotly_json()
