"""Scoring over HTTP: what is answered, and two hundred kinds of requests that are not."""

import csv
import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient

from db.engine import open_reader
from db.workspace import open_workspace, scored
from db.workspace.scored import Answered
from pipeline.samples.files import write
from pipeline.samples.marketing import made_up_marketing
from portal.app import create_app
from portal.reading.published import published_run_of
from portal.scoring import models as scoring
from portal.scoring.models import NotScorable, Passed, Placed
from portal.scoring.schema import MOST_BYTES
from portal.settings import Settings
from tests.portal import scored_shops as bodies
from tests.portal.scored_shops import Bad, Body
from tests.shops import Shop, refreshed, rows

SCORE = "/api/v1/score"
OUTCOMES = ("churn", "activity_drop", "high_value")


@pytest.fixture(scope="module")
def shops(shop_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Publish a shop with orders and one with attributes."""
    folder = tmp_path_factory.mktemp("scored")
    table = made_up_marketing(400, seed=5)
    write(folder / "marketing.csv", table.schema, [table])
    refreshed(folder / "portal.db", folder / "marketing.csv", dataset="marketing")
    return refreshed(folder / "portal.db", shop_file)


@pytest.fixture(scope="module")
def client(shops: Shop) -> FlaskClient:
    return create_app(open_reader(shops.url), Settings(db=shops.url)).server.test_client()


def inputs(client: FlaskClient, dataset: str) -> Body:
    answer = client.get(f"{SCORE}/inputs?dataset={dataset}")
    assert answer.status_code == 200, answer.text
    return answer.json


def good(client: FlaskClient, dataset: str) -> Body:
    asked = inputs(client, dataset)
    if asked["by"] == "orders":
        return bodies.orders_body(dt.date.fromisoformat(asked["as_of"]), dataset=dataset)
    return bodies.attributes_body(asked, dataset=dataset)


def told(client: FlaskClient, body: Body) -> Body:
    answer = client.post(SCORE, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_customers_are_scored_by_their_orders(client: FlaskClient, shops: Shop) -> None:
    answer = told(client, good(client, "shop"))
    ((run, as_of),) = rows(
        shops.path, "select run, as_of from published_run where dataset = 'shop'"
    )
    assert (answer["dataset"], answer["run"], answer["as_of"]) == ("shop", run, as_of)
    chosen = dict(
        rows(shops.path, "select task, chosen from task_result where run_id = ?", run)
    )
    assert {each["task"]: each["model"] for each in answer["models"]} == {
        task: model for task, model in chosen.items() if model
    }
    (customer,) = answer["customers"]
    assert customer["customer_id"] == "A1"
    names = {name for (name,) in rows(shops.path, "select segment from segment_result")}
    assert customer["segment"]["segment"] in names
    assert sum(customer["segment"]["probabilities"].values()) == pytest.approx(1, abs=1e-4)
    churn = customer["churn"]
    assert 0 < churn["probability"] < 1
    assert churn["model"] == chosen["churn"]
    assert 1 <= len(churn["reasons"]) <= 3
    weights = [abs(each["contribution"]) for each in churn["reasons"]]
    assert weights == sorted(weights, reverse=True)
    assert customer["activity_drop"] is None  # not among the tasks of this run


def test_customers_are_scored_by_their_attributes(client: FlaskClient) -> None:
    answer = told(client, good(client, "marketing"))
    (customer,) = answer["customers"]
    assert customer["segment"]["segment"]
    assert all(customer[name] is None for name in OUTCOMES)


def test_a_customer_of_the_data_scores_as_the_run_did(client: FlaskClient, shops: Shop) -> None:
    query = """
        select customer_id, probability from customer_prediction
        where task = 'churn' order by probability desc limit 1
    """
    ((customer, expected),) = rows(shops.path, query)
    with client.application.app_context(), published_run_of("shop") as at:
        before, after = scoring.what_if(at, customer, [])
    assert before == after
    assert before.churn is not None
    assert before.churn.probability == pytest.approx(expected, abs=1e-4)


def test_answers_follow_what_was_given(client: FlaskClient) -> None:
    body = good(client, "shop")
    alone = told(client, body)["customers"][0]
    other = {"country": None, "orders": body["customers"][0]["orders"][2:]}
    first, second = told(client, {**body, "customers": [other, *body["customers"]]})[
        "customers"
    ]
    assert second == alone
    assert first["customer_id"] is None
    assert first["churn"] != second["churn"]
    later = told(client, {**body, "as_of": "2030-01-01"})
    assert later["as_of"] == "2030-01-01"
    assert later["customers"][0] != alone


def test_what_if(client: FlaskClient, shops: Shop) -> None:
    query = """
        select customer_id from customer_attribute
        join published_run on run = run_id where dataset = ? limit 1
    """
    ((shopper,),) = rows(shops.path, query, "shop")
    ((reader,),) = rows(shops.path, query, "marketing")
    with client.application.app_context():
        with published_run_of("shop") as at:
            before, after = scoring.what_if(at, shopper, [Passed(30), Placed(500.0)])
            assert before != after
            with pytest.raises(NotScorable, match="no customer “nobody”"):
                scoring.what_if(at, "nobody", [Passed(3)])
            with pytest.raises(NotScorable, match="orders and days"):
                scoring.what_if(at, shopper, {"age": 3})
        with published_run_of("marketing") as at:
            before, after = scoring.what_if(at, reader, {"spend_wines": 9_000.0, "income": 1e5})
            assert before.segment != after.segment


def all_bad(client: FlaskClient) -> Iterator[Bad]:
    yield from bodies.bad_bytes()
    by_orders, by_attributes = good(client, "shop"), good(client, "marketing")
    asked = inputs(client, "shop")
    yield from bodies.bad_envelopes(by_orders)
    yield from bodies.bad_orders(by_orders, dt.date.fromisoformat(asked["as_of"]))
    yield from bodies.bad_attributes(by_attributes, inputs(client, "marketing"))


def test_bad_requests_are_refused_with_a_sentence(client: FlaskClient) -> None:
    every = list(all_bad(client))
    assert len({bad.kind for bad in every}) == len(every) > 200
    wrong = []
    for bad in every:
        answer = client.post(SCORE, data=bad.body, content_type="application/json")
        problem = (answer.get_json(silent=True) or {}).get("problem", "")
        is_sentence = problem.endswith(".") and len(problem) < 600 and problem.isprintable()
        if not (400 <= answer.status_code < 500 and is_sentence and bad.said in problem):
            wrong.append((bad.kind, bad.said, answer.status_code, problem))
    assert wrong == []


@pytest.mark.parametrize(
    ("status", "options"),
    [
        (413, {"data": b" " * (MOST_BYTES + 1), "content_type": "application/json"}),
        (415, {"data": b"{}", "content_type": "text/plain"}),
        (415, {"data": {"customers": "x"}}),
        (415, {"data": b"{}"}),
        (403, {"json": {}, "headers": {"Origin": "https://evil.example"}}),
    ],
)
def test_envelopes_that_are_refused(
    client: FlaskClient, status: int, options: dict[str, Any]
) -> None:
    answer = client.post(SCORE, **options)
    assert answer.status_code == status
    assert answer.text.strip()


def test_other_methods_and_data_sets(client: FlaskClient) -> None:
    assert client.get(SCORE).status_code == 404
    assert client.put(SCORE, json={}).status_code == 405
    answer = client.get(f"{SCORE}/inputs?dataset=none")
    assert (answer.status_code, answer.json) == (
        404,
        {"problem": "There is no data set “none”."},
    )


def test_nothing_published_is_no_failure(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    client = create_app(open_reader(url), Settings(db=url)).server.test_client()
    answer = client.post(SCORE, json={"customers": [{"country": None, "orders": []}]})
    assert answer.status_code == 422
    assert client.get(f"{SCORE}/inputs").status_code == 404


def test_the_document_describes_what_is_answered(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    described = document["paths"][SCORE]["post"]
    assert set(described["responses"]) >= {"200", "400", "404", "413", "415", "422"}

    def fits(value: Any, name: str) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        jsonschema_rs.Draft202012Validator(schema).validate(value)

    for dataset in ("shop", "marketing"):
        body = good(client, dataset)
        fits(body, "Request")
        fits(told(client, body), "Answers")
        fits(inputs(client, dataset), "Inputs")
    fits(client.post(SCORE, json={}).json, "Problem")


def test_saved_customers_are_given_away_as_csv(shops: Shop) -> None:
    client = create_app(open_reader(shops.url), Settings(db=shops.url)).server.test_client()
    assert len(client.get("/export/scored.csv?dataset=shop").text.splitlines()) == 1
    answer = told(client, good(client, "shop"))
    kept = [Answered("A, 1", {}, answer["customers"][0])]
    moment = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    engine = open_workspace(shops.url)
    scored.save(
        engine, kept, dataset="shop", scored_by_run=answer["run"], as_of=None, at=moment
    )
    (row,) = csv.DictReader(client.get("/export/scored.csv?dataset=shop").text.splitlines())
    assert (row["customer_id"], row["origin"]) == ("A, 1", "scored by hand")
    assert row["segment"] == answer["customers"][0]["segment"]["segment"]
    scored.delete(engine, "shop", "A, 1")


def test_only_scoring_loads_models(client: FlaskClient, shops: Shop) -> None:
    """And it does without scikit-learn, whose import takes longer than most answers."""
    program = f"""
import json, sys
from db.engine import open_reader
from portal.app import create_app
from portal.settings import Settings
client = create_app(open_reader({shops.url!r}), Settings(db={shops.url!r})).server.test_client()
HEAVY = {{"sklearn", "xgboost", "optuna", "pipeline.scoring"}}
heavy = lambda: sorted(HEAVY & set(sys.modules))
for path in ("/customers", "/", "/export/segments-customers.csv", "/healthz"):
    assert client.get(path).status_code == 200, path
client.post("/api/v1/score", json={{"customers": []}})
before = heavy()
assert client.get("/api/v1/score/inputs?dataset=shop").status_code == 200
scored = client.post("/api/v1/score", json={good(client, "shop")!r})
assert scored.status_code == 200, scored.text
print(json.dumps([before, heavy()]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    before, after = json.loads(done.stdout)
    assert before == []
    assert after == ["pipeline.scoring"]


def test_no_callback_of_another_page_loads_machine_learning(shops: Shop) -> None:
    """Everything that a browser can ask of every page but those that score."""
    program = f"""
import json, sys
from portal.app import PAGES
from tests.benchmarks.children.ask_all import Portal, examples
url = {shops.url!r}
known = examples(url)
portal = Portal(url, known.customer, known.customers)
asked = 0
for page in PAGES:
    if page.path != "/score" and not page.path.startswith("/customer"):
        for each in portal.questions(page, ""):
            assert portal.problem(each.body) is None, each.callback
            asked += 1
heavy = {{"sklearn", "xgboost", "optuna", "pipeline.scoring"}} & set(sys.modules)
print(json.dumps([asked, sorted(heavy)]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    asked, heavy = json.loads(done.stdout.splitlines()[-1])
    assert asked > 100
    assert heavy == []
