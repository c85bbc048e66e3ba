"""Customer: one is asked by key, and an unknown one is answered kindly."""

import numpy as np
import pandas as pd
import pytest
from dash import Dash
from flask.testing import FlaskClient

from portal.kit.drawing.chart import Scope
from portal.pages.customer import figures, outline, panels, queries
from portal.reading.contacting.economics import ANSWER, REVENUE, RetentionCosts
from portal.reading.filters import NO_FILTERS
from portal.reading.predicting.reckoned import Reckoned
from portal.reading.published import PublishedRun
from portal.reading.statements import of_database
from tests.portal.asked import answer
from tests.portal.looking import looking

EVERYONE = "select * from customer_result where run_id = :run_id order by customer_id"


def everyone(run: PublishedRun) -> pd.DataFrame:
    return run.ask(of_database(EVERYONE, run_id=run.run_id))


@pytest.fixture
def somebody(app: Dash) -> str:
    with looking(app, "shop") as run:
        found = everyone(run).sort_values("frequency")
    return str(found["customer_id"].iloc[-1])


def test_orders_add_up_to_the_profile(app: Dash, somebody: str) -> None:
    with looking(app, "shop") as run:
        row = run.ask(queries.known(run, somebody)).iloc[0]
        orders = run.ask(queries.orders(run, customer=somebody))
        moves = run.ask(queries.segments(run, customer=somebody))
    assert (orders["net"] > 0).sum() == row["frequency"]
    assert orders["net"].sum() == pytest.approx(row["monetary"])
    assert moves["segment"].iloc[-1] == row["segment"]
    finding = figures.timeline_finding(orders, moves, "GBP")
    assert finding.startswith(f"{row['frequency']} orders worth £{row['monetary']:,.2f};")


def test_the_profile_is_the_row_of_the_customer(app: Dash, somebody: str) -> None:
    with looking(app, "shop") as run:
        row = run.ask(queries.profile(run, NO_FILTERS, customer=somebody)).iloc[0]
        expected = everyone(run).set_index("customer_id").loc[somebody]
    same = [name for name in queries.TOLD if name in expected]
    assert len(same) > 10
    assert row[same].tolist() == [
        value if isinstance(value, str) else pytest.approx(value) for value in expected[same]
    ]


def test_similar_customers_are_the_nearest(app: Dash, somebody: str) -> None:
    with looking(app, "shop") as run:
        found = run.ask(queries.similar(run, customer=somebody))
        customers = everyone(run).set_index("customer_id")
    known = customers[[name for name in queries.LIKENESS if name in customers]].astype(float)
    scaled = np.sign(known) * np.log1p(known.abs())
    placed = ((scaled - scaled.mean()) / scaled.std(ddof=0)).fillna(0)
    distance = ((placed - placed.loc[somebody]) ** 2).sum(axis=1).drop(somebody)
    nearest = distance.nsmallest(6)
    assert found["distance"].to_numpy() == pytest.approx(nearest.to_numpy())
    assert found["distance"].tolist() == pytest.approx(distance[found["customer_id"]].tolist())


def test_who_spent_most_is_offered(app: Dash) -> None:
    with looking(app, "shop") as run:
        some = run.ask(queries.profile(run, NO_FILTERS, customer=None))
        found = run.ask(queries.profile(run, NO_FILTERS, customer="1"))
        best = everyone(run).sort_values("monetary", ascending=False, kind="stable")
    assert some["customer_id"].tolist() == best["customer_id"].head(20).tolist()
    with_one = best[best["customer_id"].str.contains("1")]
    assert found["customer_id"].tolist() == with_one["customer_id"].head(20).tolist()


def test_yes_and_no_are_told_as_they_are() -> None:
    row = {"customer_id": "A", "is_vip": "no", "complain": "no", "response": "yes", "age": 41.5}
    fits = pd.DataFrame({"model": ["bg_nbd"], "chosen": [True]})
    scope = Scope(choices={"customer": "A"})
    panel = panels.facts(pd.DataFrame([row]), scope, fits=fits, is_there=True)
    said = str(panel.content)
    assert said.count("Dd('No')") == 2
    assert said.count("Dd('Yes')") == 1
    assert "Dd('41.5')" in said


def test_profile_is_written(app: Dash, client: FlaskClient, somebody: str) -> None:
    for search, title in (("", "Which customer?"), (somebody, f"Customer {somebody}")):
        given = {"url": f"?dataset=shop&customer={search}"}
        told = answer(app, client, "customer-profile.children", given)["response"]
        content = told["customer-profile"]["children"]
        assert isinstance(content, dict)
        assert title in str(content)
        assert ("Chance of leaving" in str(content)) == bool(search)


def test_without_a_customer_there_are_no_parts(
    app: Dash, client: FlaskClient, somebody: str
) -> None:
    asked = {"": True, "&customer=<no one>": True, f"&customer={somebody}": False}
    for who, hidden in asked.items():
        given = {"url": f"?dataset=shop{who}"}
        told = answer(app, client, "customer-parts.hidden", given)["response"]
        assert told["customer-parts"]["hidden"] is hidden
        assert told["customer-history"]["hidden"] is hidden


def test_unknown_customer_is_answered_kindly(app: Dash, client: FlaskClient) -> None:
    said = str(answer(app, client, "customer-profile.children", {"url": "?customer=<no one>"}))
    assert "There is no customer “<no one>”" in said


LEAVING = Reckoned(REVENUE, "churn", "", RetentionCosts())
KNOWN = {
    "risk_band": "likely to leave", "churn_probability": 0.75, "contact_profit": 73.32,
    "clv_12m": 530.0, "clv_12m_low": 0.0, "clv_12m_high": 2_700.0,
}  # fmt: skip


def said_of(by: Reckoned = LEAVING, why: str = "Is silent", **known: object) -> str:
    found = {name: value for name, value in {**KNOWN, **known}.items() if value is not None}
    return outline.sentence(found, "GBP", by=by, why=why, action="Call them")


def test_a_sentence_says_why_and_what_to_do() -> None:
    assert said_of() == (
        "Likely to leave (75 %): is silent. Contacting should bring £73.32. What to do: Call"
        " them."
    )
    assert "would cost £2.00 more than it brings" in said_of(contact_profit=-2.0)
    assert "Contacting" not in said_of(contact_profit=None)
    assert said_of(risk_band="unsure").startswith("May leave or stay (75 %)")
    answers = LEAVING._replace(basis=ANSWER)
    assert said_of(answers, answer_probability=0.4).startswith("Answers a campaign with 40 %")
    named = said_of(contact_reason="long silent", why="")
    assert named.startswith("A rule names this customer: long silent.")


def test_the_reason_is_one_that_raises_the_probability() -> None:
    rows = pd.DataFrame(
        {
            "task": ["churn", "churn", "other"],
            "reason": ["Spends much", "Is silent", "Else"],
            "contribution": [-0.5, 0.2, 0.9],
        }
    )
    assert outline.weightiest(rows, "churn") == "Is silent"
    assert outline.weightiest(rows.head(1), "churn") == "Spends much"
    assert not outline.weightiest(rows, None)
    assert not outline.weightiest(rows.head(0), "churn")


def test_three_figures_are_shown_whatever_is_known() -> None:
    said = str(outline.figures(dict(KNOWN), "GBP", by=LEAVING))
    assert "Chance of leaving" in said
    assert "worth contacting" in said
    least = {"monetary": 20.0, "frequency": 2.0, "recency_days": 9.0, "contact_profit": -1.0}
    said = str(outline.figures(least, "GBP", by=LEAVING))
    assert "not worth contacting" in said
    assert said.count("tile-label") == 3


def test_only_predictions_that_beat_a_rule_are_shown() -> None:
    rows = pd.DataFrame(
        {
            "task": ["churn", "segment"], "title": ["Churn", "Segment from demography"],
            "question": ["Leaves?", "Which?"], "positive": ["leaves", None],
            "predicted": ["leaves", "At Risk"], "probability": [0.75, 0.4], "beats": [1, 0],
        }
    )  # fmt: skip
    none = pd.DataFrame(columns=["task", "place", "reason", "contribution"])
    said = str(panels.scores(rows, Scope(), reasons=none).content)
    assert "leaves: 75.0 %" in said
    assert "At Risk: " not in said
    assert "Not shown: Segment from demography, which is not surely better" in said
    every = str(panels.scores(rows.assign(beats=1), Scope(), reasons=none).content)
    assert "Not shown" not in every
