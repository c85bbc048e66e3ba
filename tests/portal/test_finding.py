"""The search of the top bar over HTTP: what it finds, what it leaves out, hostile texts."""

import pytest
from dash import Dash
from flask.testing import FlaskClient

from portal.reading.filters import NO_FILTERS
from portal.web.finding import MOST_CUSTOMERS
from tests.portal.looking import looking


def found(client: FlaskClient, text: str, **more: str) -> list[dict[str, str]]:
    told = client.get("/search.json", query_string={"q": text, "dataset": "shop", **more})
    assert told.status_code == 200
    assert told.headers["Cache-Control"] == "no-store"
    assert told.mimetype == "application/json"
    every: list[dict[str, str]] = told.get_json()["found"]
    return every


def test_customers_are_found_by_a_part_of_their_identifier(
    app: Dash, client: FlaskClient
) -> None:
    with looking(app, "shop") as run:
        rows = run.ask(run.of_customers("select customer_id from customers", NO_FILTERS))
    name = str(rows["customer_id"].iloc[3])
    people = [each for each in found(client, name[1:]) if each["kind"] == "Customer"]
    assert name in [each["name"] for each in people]
    assert len(people) <= MOST_CUSTOMERS
    assert people[0]["href"].startswith("/customer?customer=")


def test_segments_and_pages_are_found_by_their_names(app: Dash, client: FlaskClient) -> None:
    with looking(app, "shop") as run:
        segment = run.segments[0]
    hit = next(each for each in found(client, segment.upper()) if each["kind"] == "Segment")
    assert hit["name"] == segment
    assert hit["href"].startswith("/customers?dataset=shop&segment=")
    assert {"kind": "Page", "name": "Customers", "more": "Act"}.items() <= found(
        client, "custom"
    )[0].items()


@pytest.mark.parametrize("text", ["", "  ", "\0", "' or 1=1 --", "<script>", "x" * 5_000, "%"])
def test_nothing_is_found_of_nothing(client: FlaskClient, text: str) -> None:
    assert found(client, text) == []


def test_a_data_set_that_is_not_there_has_pages_alone(client: FlaskClient) -> None:
    kinds = {each["kind"] for each in found(client, "r", dataset="no such")}
    assert kinds == {"Page"}
