"""Churn: what the page says equals the money formulas over the published customers."""

import io
import json
import sqlite3
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import pytest
from dash import Dash
from flask.testing import FlaskClient

from pipeline.strategy.contact import contact_profit
from portal.kit.cards import CHOICES, Asked
from portal.kit.table_cards import Sort
from portal.pages.churn import figures, queries
from portal.pages.churn.page import MEMBERS
from portal.reading import risk
from portal.reading.contacts import Chosen
from portal.reading.economics import RetentionCosts
from portal.reading.filters import Filters
from portal.reading.published import published_run
from tests.portal.asked import answer
from tests.shops import Shop

COSTS = {
    "churn-contact-cost": None, "churn-incentive": None, "churn-success-rate": None,
    "churn-margin": None, "churn-staying-accept": None, "churn-budget": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def known(published_shop: Shop) -> pd.DataFrame:
    """Read the customers as any other tool would."""
    query = "select * from published_customer order by customer_id"
    with closing(sqlite3.connect(published_shop.path)) as connection:
        return pd.read_sql_query(query, connection)


@pytest.fixture
def usual(app: Dash) -> RetentionCosts:
    """Give the costs of the run."""
    with app.server.test_request_context("/"), published_run() as at:
        found = risk.of_run(at)
    assert found is not None
    return found


def expected(known: pd.DataFrame, costs: RetentionCosts) -> pd.DataFrame:
    """Give customers by what contacting each brings, by the formula itself."""
    rows = known.dropna(subset=["churn_probability", "value_at_stake"])
    profit = contact_profit(rows["churn_probability"], rows["value_at_stake"], costs=costs)
    ranked = rows.assign(profit=profit)
    return ranked.sort_values(
        ["profit", "customer_id"], ascending=[False, True], ignore_index=True
    )


def test_the_borders_of_the_bands_are_the_runs(app: Dash, known: pd.DataFrame) -> None:
    with app.server.test_request_context("/"), published_run() as at:
        low, high = risk.band_ends(at)
    bands = known.groupby("risk_band")["churn_probability"]
    assert bands.max().get("likely to stay", 0.0) < low <= bands.min().get("unsure", 1.0)
    assert bands.max().get("unsure", 0.0) < high <= bands.min().get("likely to leave", 1.0)


def test_the_costs_are_the_published_ones(app: Dash, usual: RetentionCosts) -> None:
    said = _read(app, "select * from published_cost")[0][1:]
    assert said == tuple(
        getattr(usual, name)
        for name in (
            "contact_cost", "incentive", "success_rate", "staying_accept", "margin", "months",
        )
    )  # fmt: skip


def test_the_list_is_the_published_profits_to_the_penny(
    app: Dash, known: pd.DataFrame, usual: RetentionCosts
) -> None:
    with app.server.test_request_context("/"), published_run() as at:
        found = risk.chosen(at, Filters(), usual)
    assert found is not None
    paying = known[known["contact_profit"] > 0]
    assert len(paying) > 10
    assert found.customers == len(paying)
    assert found.profit == pytest.approx(paying["contact_profit"].sum(), abs=0.005)
    assert found.leavers == pytest.approx(paying["churn_probability"].sum())
    stored = _read(app, "select customers, cost, profit, profit_low, profit_high, fewest, most"
                        " from contact_cost")[0]  # fmt: skip
    assert (found.customers, found.fewest, found.most) == (stored[0], *stored[5:])
    ends = (found.cost, found.profit, found.low, found.high)
    assert ends == pytest.approx(stored[1:5], abs=0.5)


def test_other_costs_and_a_budget_hold_at_once(
    app: Dash, known: pd.DataFrame, usual: RetentionCosts
) -> None:
    costs = usual.model_copy(update={"incentive": 2.0, "staying_accept": 0.5})
    rows = expected(known, costs)
    taking = (
        rows["churn_probability"] * costs.success_rate
        + (1 - rows["churn_probability"]) * costs.staying_accept
    )
    running = (costs.contact_cost + taking * costs.incentive).cumsum()
    budget = float(running.iloc[20]) + 1e-6
    with app.server.test_request_context("/"), published_run() as at:
        whole = risk.chosen(at, Filters(), costs)
        within = risk.chosen(at, Filters(), costs, budget=budget)
    assert whole is not None
    assert within is not None
    paying = rows[rows["profit"] > 0]
    assert (whole.customers, within.customers) == (len(paying), 21)
    assert whole.profit == pytest.approx(paying["profit"].sum(), abs=0.01)
    assert within.profit == pytest.approx(rows["profit"].iloc[:21].sum(), abs=0.01)
    assert within.cost <= budget
    assert whole.low <= whole.profit <= whole.high
    for (low, high), middle in (
        (whole.leavers_range, whole.leavers),
        (whole.at_risk_range, whole.at_risk),
    ):
        assert low < middle < high


def test_groups_and_filters_add_up(app: Dash, known: pd.DataFrame) -> None:
    segment = str(known["segment"].mode()[0])
    rows = known[known["segment"] == segment].dropna(subset=["risk_value"])
    with app.server.test_request_context("/"), published_run() as at:
        totals = risk.totals(at, Filters(segments=(segment,)))
        assert totals is not None
        found = at.ask(totals)
    counts = rows["risk_value"].value_counts().to_dict()
    assert dict(zip(found["risk_value"], found["customers"], strict=True)) == counts
    assert found["clv_12m"].sum() == pytest.approx(rows["clv_12m"].sum())


def test_bands_cross_to_everybody(app: Dash, known: pd.DataFrame) -> None:
    with app.server.test_request_context("/"), published_run() as at:
        asked = queries.crossed(at, Filters())
        assert asked is not None
        found = at.ask(asked)
    counts = known.groupby(["risk_band", "value_band"]).size()
    assert found.set_index(["risk_band", "value_band"])["customers"].to_dict() == (
        counts.to_dict()
    )
    profit = known.loc[known["contact_profit"] > 0, "contact_profit"].sum()
    assert found["profit"].sum() == pytest.approx(profit)


def test_the_curve_ends_where_everybody_is_contacted(
    app: Dash, known: pd.DataFrame, usual: RetentionCosts
) -> None:
    rows = expected(known, usual)
    with app.server.test_request_context("/"), published_run() as at:
        asked = queries.curve(at, Filters())
        assert asked is not None
        found = at.ask(asked).set_index("number")["profit"]
    running = rows["profit"].cumsum()
    assert found.index.max() == len(rows)
    assert found.to_dict() == pytest.approx(
        {number: running.iloc[number - 1] for number in found.index}, abs=0.01
    )
    assert found.max() == pytest.approx(running.max(), abs=0.01)


def test_members_are_sorted_and_paged(
    app: Dash, known: pd.DataFrame, usual: RetentionCosts
) -> None:
    rows = expected(known, usual)
    asked = Asked(Filters(), (("listed", "Everyone"),))
    with app.server.test_request_context("/"), published_run() as at:
        found = MEMBERS.page(at, asked, Sort("number", descending=False), 3, 8)
        assert MEMBERS.count(at, asked) == len(rows)
    assert list(found["customer_id"]) == list(rows["customer_id"].iloc[3:8])
    assert found["reason"].notna().all()


def test_the_list_holds_whoever_pays(
    app: Dash, client: FlaskClient, known: pd.DataFrame
) -> None:
    query = {CHOICES: json.dumps({"listed": "Whom to contact"}), "sort": "contact_profit"}
    said = client.get("/export/churn-members.csv", query_string=query)
    found = pd.read_csv(io.StringIO(said.text), dtype={"customer_id": str})
    paying = known[known["contact_profit"] > 0].set_index("customer_id")
    assert set(found["customer_id"]) == set(paying.index)
    assert found["contact_profit"].is_monotonic_decreasing
    assert list(found["segment"]) == list(paying.loc[found["customer_id"], "segment"])


def test_where_nothing_pays_nobody_is_listed(app: Dash) -> None:
    asked = Asked(Filters(), (("listed", "Whom to contact"), ("contact_cost", 1e9)))
    with app.server.test_request_context("/"), published_run() as at:
        found = MEMBERS.page(at, asked, Sort("number", descending=False), 0, 100)
        assert MEMBERS.count(at, asked) == 0
    assert found.empty
    assert {"customer_id", "segment", "reason"} <= set(found.columns)


def test_slice_is_said_at_the_entered_costs(
    app: Dash, client: FlaskClient, known: pd.DataFrame, usual: RetentionCosts
) -> None:
    rows = expected(known, usual.model_copy(update={"incentive": 0.0}))
    paying = rows[rows["profit"] > 0]
    given = {"url": "", **COSTS, "churn-incentive": 0}
    said = str(answer(app, client, "churn-slice.children", given))
    assert f"{len(paying):,}" in said
    assert f"{paying['churn_probability'].sum():,.0f}" in said


def test_a_group_chosen_stays_when_only_the_address_changes(
    app: Dash, client: FlaskClient
) -> None:
    given = {"churn-attribute": "frequency", "url": ""}

    def told(changed: str) -> dict[str, Any]:
        response = answer(app, client, "churn-level.options", given, [changed])["response"]
        return response["churn-level"]

    late, other = told("url.search"), told("churn-attribute.value")
    assert late["options"] == other["options"]
    nothing, *groups = other["options"]
    assert groups
    assert "value" not in late
    assert other["value"] == nothing["value"]


def test_costs_that_cannot_be_are_refused_in_a_sentence(app: Dash, client: FlaskClient) -> None:
    given = {"url": "", **COSTS, "churn-success-rate": 140}
    said = str(answer(app, client, "churn-costs-problem.children", given))
    assert "at most 1" in said


def test_a_budget_below_nothing_is_refused_in_a_sentence(
    app: Dash, client: FlaskClient
) -> None:
    given = {**COSTS, "churn-budget": -1}
    said = str(answer(app, client, "churn-costs-problem.children", given))
    assert "The budget must be 0 or more" in said


def test_groups_lead_to_a_campaign_of_the_same_customers(
    app: Dash, client: FlaskClient, known: pd.DataFrame
) -> None:
    group, many = next(iter(known["risk_value"].value_counts().items()))
    said = str(answer(app, client, "churn-groups.children", {"url": "?"}))
    assert f"Contact {many} customers" in said
    assert f"{many} customers, churn probability" in said
    assert f"/campaigns?{urlencode({'dataset': 'shop', 'risk': group})}" in said


def best(customers: int = 10, fewest: int = 8, most: int = 12) -> Chosen:
    return Chosen(
        customers, 5.0, 100.0, 50.0, 20.0, 40.0, 30.0, 50.0, 100, customers, fewest, most
    )


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (figures.Listed(best(), best(), None, ""), "Contacting 10 customers (8 to 12) brings"),
        (figures.Listed(best(4), best(), 9.0, ""), "The budget pays for 4 of 10 customers who"),
        (figures.Listed(best(0), best(0), None, ""), "nobody pays to contact"),
        (figures.Listed(None, None, None, ""), "What contacting customers brings"),
    ],
)
def test_what_is_said_of_the_list(listed: figures.Listed, said: str) -> None:
    assert said in figures.profit_finding(listed, "GBP")


def _read(app: Dash, query: str) -> list[tuple]:
    with app.server.test_request_context("/"), published_run() as at:
        return [tuple(row) for row in at.connection.exec_driver_sql(query)]
