"""The Score page over HTTP: its form, its answers, and who is kept."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from db.engine import open_reader
from portal.app import create_app
from portal.settings import Settings
from tests.portal.test_app import CALLBACK, ask
from tests.shops import Shop, copied, rows

SEARCH = "?dataset=shop"
OUTPUT = "..customers-result.children...customers-said.children...customers-changed.data.."
LISTED = {
    "url.search": SEARCH,
    "customers-changed.data": None,
    "customers-deleted.data": None,
    "customers-file-kept.data": None,
}


@pytest.fixture(scope="module")
def shop(published_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    path = tmp_path_factory.mktemp("score") / "portal.db"
    copied(published_shop.path, path)
    return published_shop._replace(path=Path(path), url=f"sqlite:///{path}")


@pytest.fixture(scope="module")
def client(shop: Shop) -> FlaskClient:
    return create_app(open_reader(shop.url), Settings(db=shop.url)).server.test_client()


def press(
    client: FlaskClient, button: str, *, clicks: int | None = 1, **entered: Any
) -> tuple[str, str]:
    """Fill the form and press a button; give the answer and what is said, as JSON."""
    rows = entered.pop("rows", [("2025-01-01", 20.0, None)])
    values = {"identifier": None, "country": "not known", "unknown": False, **entered}

    def row(kind: str, place: int) -> list[dict[str, Any]]:
        return [
            {"id": {"type": kind, "row": number}, "property": "value", "value": each[place]}
            for number, each in enumerate(rows)
        ]

    body = {
        "output": OUTPUT,
        "outputs": [
            {"id": "customers-result", "property": "children"},
            {"id": "customers-said", "property": "children"},
            {"id": "customers-changed", "property": "data"},
        ],
        "inputs": [
            {"id": name, "property": "n_clicks", "value": clicks}
            for name in ("customers-run", "customers-save")
        ],
        "state": [
            {"id": "url", "property": "search", "value": SEARCH},
            *(
                {"id": f"customers-{name}", "property": "value", "value": value}
                for name, value in values.items()
            ),
            row("customers-date", 0),
            row("customers-value", 1),
            row("customers-items", 2),
            [],
        ],
        "changedPropIds": [f"{button}.n_clicks"],
    }
    answer = client.post(CALLBACK, json=body)
    if answer.status_code == 204:  # nothing changes
        return "{}", "{}"
    assert answer.status_code == 200, answer.text
    told = answer.json["response"]
    return (
        json.dumps(told.get("customers-result", {}), ensure_ascii=False),
        json.dumps(told.get("customers-said", {}), ensure_ascii=False),
    )


def test_the_form_asks_for_orders_and_fills_nothing_in(client: FlaskClient) -> None:
    shown = ask(client, "customers-rows", {"url.search": SEARCH})
    fields = json.dumps(shown["customers-rows"])
    assert fields.count('"customers-date"') == 3
    assert '"value"' not in fields
    assert shown["customers-run"]["disabled"] is False
    assert shown["customers-orders"]["hidden"] is False
    assert shown["customers-country"]["value"] is None


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"country": None}, "Choose a country"),
        ({"country": "Atlantis"}, "Country must be one of"),
        ({"rows": []}, "at least one order"),
        ({"rows": [(None, None, None)]}, "at least one order"),
        ({"rows": [("2025-01-01", None, None)]}, "Order 1 needs a day and a value"),
        ({"rows": [("2025-01-01", 1, None), (None, 2, None)]}, "Order 2 needs a day"),
        ({"rows": [("2025-01-01", -3, None)]}, "must be above 0"),
        ({"rows": [("2999-01-01", 3, None)]}, "must not be after"),
        ({"rows": [("soon", 3, None)]}, "must be a day"),
        ({"identifier": "=1+1"}, "Identifier can't be used: an identifier has 1 to 100"),
    ],
)
def test_what_is_entered_wrongly_is_said(
    client: FlaskClient, entered: dict[str, Any], said: str
) -> None:
    answer, problem = press(client, "customers-run", **entered)
    assert said in problem
    assert "score-headline" not in answer


def test_nothing_is_said_before_anything_is_pressed(client: FlaskClient) -> None:
    """The browser asks once the form is laid out in its tab."""
    answer, said = press(client, "customers-run", clicks=None)
    assert (answer, said) == ("{}", "{}")


def test_what_to_do_stands_beside_the_models_answer(client: FlaskClient) -> None:
    answer, _said = press(client, "customers-run", identifier="B2")
    assert "What to do" in answer
    assert "as the playbook does with" in answer


def test_a_customer_is_scored_and_not_kept(client: FlaskClient, shop: Shop) -> None:
    answer, said = press(client, "customers-run", identifier="B2")
    assert "likely to leave" in answer
    assert "belongs to the segment" in answer
    assert "Run 1 of “shop”, looked at on" in answer
    assert "saved" not in said
    assert "Nobody is saved yet" in json.dumps(ask(client, "customers-saved", LISTED))


def test_a_customer_is_kept_and_deleted(client: FlaskClient, shop: Shop) -> None:
    assert "identifier to save" in press(client, "customers-save")[1]
    assert "“B2” is saved" in press(client, "customers-save", identifier=" B2 ")[1]
    press(client, "customers-save", identifier="B2", rows=[("2025-02-01", 9.0, 2.0)])
    ((inputs, by),) = rows(shop.path, "select inputs, scored_by_run from scored_customer")
    assert json.loads(inputs)["orders"] == [{"date": "2025-02-01", "value": 9.0, "items": 2.0}]
    assert by == 1
    listed = json.dumps(ask(client, "customers-saved", LISTED), ensure_ascii=False)
    assert "1 customer, scored here" in listed

    body = {
        "output": "customers-deleted.data",
        "outputs": {"id": "customers-deleted", "property": "data"},
        "inputs": [
            [
                {
                    "id": {"customer": "B2", "type": "customers-delete"},
                    "property": "n_clicks",
                    "value": 1,
                }
            ]
        ],
        "state": [{"id": "url", "property": "search", "value": SEARCH}],
        "changedPropIds": ['{"customer":"B2","type":"customers-delete"}.n_clicks'],
    }
    assert client.post(CALLBACK, json=body).status_code == 200
    assert rows(shop.path, "select count(*) from scored_customer") == [(0,)]


def test_a_run_without_models_says_so(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "portal.db"
    copied(shop.path, path)
    with sqlite3.connect(path) as connection:
        connection.execute("delete from artifact")
    url = f"sqlite:///{path}"
    client = create_app(open_reader(url), Settings(db=url)).server.test_client()
    shown = ask(client, "customers-rows", {"url.search": SEARCH})
    assert shown["customers-run"]["disabled"] is True
    assert "stored no models" in json.dumps(shown["customers-attributes"])
    assert client.get("/api/v1/score/inputs").status_code == 409
