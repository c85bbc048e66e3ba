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

from portal.kit.cards import CHOICES, Asked
from portal.kit.table_cards import Sort
from portal.pages.churn import queries
from portal.pages.churn.page import MEMBERS
from portal.reading import risk
from portal.reading.economics import above, best_cut, risk_cells, risk_value_groups
from portal.reading.filters import Filters
from portal.reading.published import published_run
from tests.portal.asked import answer
from tests.shops import Shop

COSTS = {
    "churn-contact-cost": None, "churn-incentive": None, "churn-success-rate": None,
    "churn-margin": None, "churn-months": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def known(published_shop: Shop) -> pd.DataFrame:
    """Read the customers as any other tool would."""
    query = "select * from published_customer order by customer_id"
    with closing(sqlite3.connect(published_shop.path)) as connection:
        return pd.read_sql_query(query, connection)


def test_cells_are_those_of_the_published_customers(app: Dash, known: pd.DataFrame) -> None:
    expected = risk_cells(known["churn_probability"], known["clv_12m"])
    assert len(expected) > 1
    with app.server.test_request_context("/"), published_run() as at:
        pd.testing.assert_frame_equal(risk.cells_at(at, Filters()), expected)


def test_best_cut_at_the_runs_costs_is_the_runs_cut(app: Dash) -> None:
    with app.server.test_request_context("/"), published_run() as at:
        usual = risk.defaults(at)
        assert usual is not None
        best = best_cut(risk.cells_at(at, Filters()), costs=usual.costs, seed=0)
        said = at.connection.exec_driver_sql("select cut, profit from retention_cut").first()
        assert said is not None
        assert (best.cut, best.profit) == pytest.approx(tuple(said))


def test_groups_and_filters_add_up(app: Dash, known: pd.DataFrame) -> None:
    segment = str(known["segment"].mode()[0])
    rows = known[known["segment"] == segment].dropna(subset=["churn_probability", "clv_12m"])
    with app.server.test_request_context("/"), published_run() as at:
        usual = risk.defaults(at)
        assert usual is not None
        totals = risk.totals(at, Filters(segments=(segment,)), 0.4)
        assert totals is not None
        found = at.ask(totals)
    groups = risk_value_groups(
        rows["churn_probability"], rows["clv_12m"], cut=0.4, above=usual.value_cut
    )
    counts = groups.value_counts().to_dict()
    assert dict(zip(found["risk_value"], found["customers"], strict=True)) == counts
    assert found["clv_12m"].sum() == pytest.approx(rows["clv_12m"].sum())


def test_members_are_sorted_and_paged(app: Dash, known: pd.DataFrame) -> None:
    rows = known.dropna(subset=["churn_probability", "clv_12m"])
    ranked = rows.sort_values("clv_12m", ascending=False, kind="stable")["customer_id"]
    asked = Asked(Filters(), (("cut", 0.4), ("group", "Everyone")))
    with app.server.test_request_context("/"), published_run() as at:
        found = MEMBERS.page(at, asked, Sort("clv_12m"), 3, 8)
        assert MEMBERS.count(at, asked) == len(rows)
    assert list(found["customer_id"]) == list(ranked.iloc[3:8])
    assert found["reason"].notna().all()


def test_a_group_without_anyone_has_no_rows(app: Dash) -> None:
    asked = Asked(Filters(), (("cut", 1.0), ("group", "Valuable at risk")))
    with app.server.test_request_context("/"), published_run() as at:
        found = MEMBERS.page(at, asked, Sort("clv_12m"), 0, 100)
        assert MEMBERS.count(at, asked) == 0
    assert found.empty
    assert {"customer_id", "segment", "reason"} <= set(found.columns)


def test_slice_is_said_at_the_entered_costs(
    app: Dash, client: FlaskClient, known: pd.DataFrame
) -> None:
    with app.server.test_request_context("/"), published_run() as at:
        usual = risk.defaults(at)
    assert usual is not None
    costs = usual.costs.model_copy(update={"incentive": 0.0})
    cells = risk_cells(known["churn_probability"], known["clv_12m"])
    expected = above(cells, 0.3, costs=costs)
    given = {"churn-cut": 0.3, "url": "", **COSTS, "churn-incentive": 0}
    said = str(answer(app, client, "churn-slice.children", given))
    assert f"{expected.customers:,}" in said
    assert f"{expected.leavers:,.0f}" in said


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


def test_the_list_of_a_group_holds_all_of_it(
    app: Dash, client: FlaskClient, known: pd.DataFrame
) -> None:
    rows = known.dropna(subset=["churn_probability", "clv_12m"])
    with app.server.test_request_context("/"), published_run() as at:
        usual = risk.defaults(at)
    assert usual is not None
    groups = risk_value_groups(
        rows["churn_probability"], rows["clv_12m"], cut=0.4, above=usual.value_cut
    )
    name = str(groups.mode()[0])
    query = {CHOICES: json.dumps({"cut": 0.4, "group": name}), "sort": "churn_probability"}
    answer = client.get("/export/churn-members.csv", query_string=query)
    found = pd.read_csv(io.StringIO(answer.text), dtype={"customer_id": str})
    expected = rows[groups.to_numpy() == name].set_index("customer_id")
    assert set(found["customer_id"]) == set(expected.index)
    assert set(found["risk_value"]) == {name}
    assert found["churn_probability"].is_monotonic_decreasing
    same = expected.loc[found["customer_id"], "segment"]
    assert list(found["segment"]) == list(same)


def test_groups_lead_to_a_campaign_of_the_same_customers(
    app: Dash, client: FlaskClient, known: pd.DataFrame
) -> None:
    group, many = next(iter(known["risk_value"].value_counts().items()))
    ((exact,),) = _read(app, "select cut from retention_cut")
    cut = queries.placed(exact)
    shown = {
        "churn-cut": cut,
        "url": "?",
    }
    said = str(answer(app, client, "churn-groups.children", shown))
    assert f"Contact {many} customers" in said
    assert f"{many} customers, churn probability" in said
    assert "own cut" not in said
    assert f"/campaigns?{urlencode({'dataset': 'shop', 'risk': group})}" in said

    said = str(answer(app, client, "churn-groups.children", shown | {"churn-cut": 0.0}))
    assert f"Contact {many} customers" in said
    assert "At the run's own cut" in said


def _read(app: Dash, query: str) -> list[tuple]:
    with app.server.test_request_context("/"), published_run() as at:
        return [tuple(row) for row in at.connection.exec_driver_sql(query)]
