"""Customer: one is asked by key, and an unknown one is answered kindly."""

import pandas as pd
import pytest
from dash import Dash
from flask.testing import FlaskClient

from portal.pages.customer import queries
from portal.reading.published import published_run
from tests.portal.asked import answer


@pytest.fixture
def somebody(app: Dash) -> str:
    with app.server.test_request_context("/"), published_run() as at:
        query = "select customer_id from customer_result order by frequency desc"
        return str(at.connection.exec_driver_sql(query).scalar())


def test_orders_add_up_to_the_profile(app: Dash, somebody: str) -> None:
    with app.server.test_request_context("/"), published_run() as at:
        row = queries.profile(at, somebody).iloc[0]
        orders = queries.orders(at, somebody)
        moves = queries.segments(at, somebody)
    assert (orders["net"] > 0).sum() == row["frequency"]
    assert orders["net"].sum() == pytest.approx(row["monetary"])
    assert moves["segment"].iloc[-1] == row["segment"]


def test_similar_customers_are_the_nearest(app: Dash, somebody: str) -> None:
    with app.server.test_request_context("/"), published_run() as at:
        found = queries.similar(at, somebody)
        everyone = pd.DataFrame(
            at.connection.exec_driver_sql("select frequency, customer_id from customer_result")
        )
    assert len(found) == queries.MOST_SIMILAR
    assert somebody not in set(found["customer_id"])
    far = abs(everyone["frequency"] - everyone["frequency"].max()).mean()
    assert abs(found["frequency"] - everyone["frequency"].max()).mean() < far


def test_profile_is_written(app: Dash, client: FlaskClient, somebody: str) -> None:
    said = str(
        answer(app, client, "customer-profile.children", {"url": f"?customer={somebody}"})
    )
    assert f"Customer {somebody}" in said
    assert "Churn probability" in said


def test_unknown_customer_is_answered_kindly(app: Dash, client: FlaskClient) -> None:
    said = str(answer(app, client, "customer-profile.children", {"url": "?customer=<no one>"}))
    assert "There is no customer “<no one>”" in said
