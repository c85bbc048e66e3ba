"""Outcomes that a source gives, on pages and over HTTP, also under a hostile name."""

import csv
import io
import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pandas as pd
import pytest
from dash import Dash
from flask.testing import FlaskClient

from db.engine import open_reader
from portal.app import create_app
from portal.pages.customer.moves import outcomes as moved_outcomes
from portal.pages.models import page, queries
from portal.pages.models.sentences import headline
from portal.pages.models.told import told as told_of
from portal.reading.filters import NO_FILTERS, task_from
from portal.reading.published import published_run_of
from portal.scoring import models as scoring
from portal.settings import Settings
from scripts.export import main as export
from scripts.score import main as score
from tests.forks import fork_jobs
from tests.given_outcomes import ODD, TASKS, labelled, published_outcomes
from tests.portal.asked import answer
from tests.portal.looking import looking
from tests.portal.waiting import ended
from tests.shops import Shop, copied, made_once, rows

PLAN, RESPONSE = TASKS
CLASSES = {"basic", "Plus", "gold"}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return made_once(tmp_path_factory, "outcomes", published_outcomes)


@pytest.fixture(scope="module")
def app(people: Shop) -> Dash:
    return create_app(open_reader(people.url), Settings(db=people.url))


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


@pytest.fixture(autouse=True)
def _forked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    fork_jobs(monkeypatch)
    return None


def predictions(people: Shop, task: str) -> dict[str, float]:
    return dict(
        rows(
            people.path,
            "select customer_id, probability from published_prediction where task = ?",
            task,
        )
    )


def some_known(app: Dash) -> tuple[str, dict[str, Any]]:
    """Give a customer with its attributes as the models ask for them."""
    customer = str(labelled()["ID"].iloc[0])
    with app.server.app_context(), published_run_of("people") as run:
        return customer, scoring.today(run, customer)


def test_each_task_has_a_tab_that_leads_to_it(app: Dash, client: FlaskClient) -> None:
    told = answer(app, client, "models-questions.children", {"url": "?dataset=people"})
    tabs = told["response"]["models-questions"]["children"]
    named = [parse_qs(each["props"]["href"].partition("?")[2])["task"][0] for each in tabs]
    assert named == [*TASKS, "segment_replication"]
    assert [task_from(each["props"]["href"].partition("?")[2]) for each in tabs] == named
    titles = [json.dumps(each["props"]["children"], ensure_ascii=False) for each in tabs]
    assert json.dumps(f"Outcome “{ODD}”", ensure_ascii=False) in titles[0]
    assert "Outcome “Response”" in titles[1]


@pytest.mark.parametrize(
    ("task", "said"),
    [
        (
            PLAN,
            rf"puts [\d.]+ % of customers into the right class of outcome “{re.escape(ODD)}”",
        ),
        (RESPONSE, r"ranks customers whose outcome “Response” is “1” with ROC-AUC 0\.\d+ "),
    ],
)
def test_the_headline_names_the_outcome(app: Dash, task: str, said: str) -> None:
    with looking(app, "people") as run:
        assert re.search(said, headline(told_of(run, task)).replace("\u202f", " "))


@pytest.mark.parametrize("task", TASKS)
def test_every_card_of_models_is_drawn(app: Dash, client: FlaskClient, task: str) -> None:
    search = f"?{urlencode({'dataset': 'people', 'task': task})}"
    told = answer(app, client, "models-first.options", {"url": search})["response"]
    options = [each["value"] for each in told["models-first"]["options"]]
    assert {"logistic_regression", "decision_tree", "majority"} <= set(options)
    features = answer(app, client, "models-feature.options", {"url": search})["response"]
    feature = features["models-feature"]["value"]
    choices = {
        "first": options[0], "second": options[1], "model": options[0], "curve": "roc",
        "metric": "roc_auc", "by": "all", "unit": "count", "sort": "order",
        "feature": feature, "models": options,
    }  # fmt: skip
    with looking(app, "people") as run:
        for card in page.PAGE.cards.values():
            asked = card.asked_by_name(search, choices)
            card.drawn_with(run, asked, card.draw)


@pytest.mark.parametrize("task", TASKS)
def test_the_tuning_shown_is_that_of_the_task_alone(app: Dash, task: str) -> None:
    with looking(app, "people") as run:
        trials = run.ask(queries.trials(run, NO_FILTERS, task=task))
    families = {"logistic_regression", "decision_tree"}
    assert set(trials["study"]) == {f"models.{task}.{family}" for family in families}


def test_a_customer_is_told_every_outcome(app: Dash, client: FlaskClient) -> None:
    _customer, known = some_known(app)
    body = {"dataset": "people", "customers": [{"customer_id": "N1", "attributes": known}]}
    response = client.post("/api/v1/score", json=body)
    assert response.status_code == 200, response.text
    (told,) = response.json["customers"]
    given = told["given_outcomes"]
    assert set(given) == set(TASKS)
    assert told["churn"] is None
    plan, answered = given[PLAN], given[RESPONSE]
    assert set(plan["probabilities"]) == CLASSES
    likeliest = max(plan["probabilities"], key=plan["probabilities"].get)
    assert plan["predicted"] == plan["of"] == likeliest
    assert plan["probability"] == plan["probabilities"][plan["of"]]
    assert (answered["of"], answered["probabilities"]) == ("1", None)
    assert answered["title"] == "Outcome “Response”"
    assert 1 <= len(plan["reasons"]) <= 3
    asked = client.get("/api/v1/score/inputs?dataset=people").json
    assert {each["name"] for each in asked["attributes"]}.isdisjoint({"response", ODD})


def test_a_customer_without_a_label_is_scored_as_published(
    app: Dash, client: FlaskClient, people: Shop
) -> None:
    source = labelled().set_index("ID")[ODD]
    blank = str(source.index[source == ""][0])
    with app.server.app_context(), published_run_of("people") as run:
        known = scoring.today(run, blank)
    body = {"dataset": "people", "customers": [{"customer_id": "N1", "attributes": known}]}
    (told,) = client.post("/api/v1/score", json=body).json["customers"]
    published = predictions(people, PLAN)[blank]
    assert told["given_outcomes"][PLAN]["probability"] == pytest.approx(published, abs=2e-6)


def test_what_if_moves_every_class(app: Dash) -> None:
    customer, _known = some_known(app)
    with app.server.app_context(), published_run_of("people") as run:
        before, after = scoring.step_by_step(run, customer, {"income": 150_000.0})
    was, now = dict(moved_outcomes(before)), dict(moved_outcomes(after))
    plans = [f"Outcome “{ODD}”: {name}" for name in ("basic", "Plus", "gold")]
    assert list(was) == list(now) == [*plans, "Outcome “Response”"]
    assert now[plans[2]].probability > now[plans[0]].probability
    assert sum(now[name].probability for name in plans) == pytest.approx(1, abs=1e-5)
    assert sum(bool(now[name].reasons) for name in plans) == 1


def test_the_page_of_a_customer_says_them(app: Dash, client: FlaskClient) -> None:
    customer, _known = some_known(app)
    body = {
        "output": "customer-moved.children",
        "outputs": {"id": "customer-moved", "property": "children"},
        "changedPropIds": [],
        "inputs": [
            {"id": "customer-change", "property": "children", "value": "Reset"},
            [
                {"id": {"type": "customer-field", "name": name}, "property": "value",
                 "value": value}
                for name, value in (("income", "150000"), ("recency_days", "3"))
            ],
        ],
        "state": [
            {"id": "url", "property": "search", "value": f"?dataset=people&customer={customer}"}
        ],
    }  # fmt: skip
    response = client.post("/_dash-update-component", json=body)
    assert response.status_code == 200, response.text
    said = json.dumps(response.json, ensure_ascii=False)
    assert "outcome “Response” " in said
    assert json.dumps(f"Outcome “{ODD}”: gold", ensure_ascii=False)[1:-1] in said


def test_the_report_quotes_the_column_harmlessly(people: Shop, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    given = ["report", "--output", path, "--db", people.url, "--dataset", people.dataset]
    assert export(list(map(str, given))) == 0
    text = path.read_text("utf-8")
    assert "Outcome “Response”" in text
    assert "<b>'x" not in text
    assert escape("50%_<b>", quote=False) in text


def test_a_file_is_scored_with_the_class_that_is_told_of(people: Shop, tmp_path: Path) -> None:
    source = labelled(50, seed=8).drop(columns=[ODD, "Response"])
    source.to_csv(tmp_path / "new.csv", index=False)
    out = tmp_path / "scored.csv"
    given = [tmp_path / "new.csv", "--dataset", "people", "--db", people.url, "--output", out]
    assert score(list(map(str, given))) == 0
    table = pd.read_csv(out)
    assert len(table) == 50
    assert set(table[f"{RESPONSE}_class"].astype(str)) == {"1"}
    assert set(table[f"{PLAN}_class"]) <= CLASSES
    assert table[f"{PLAN}_probability"].between(1 / 3 - 1e-6, 1).all()
    said = table[f"{PLAN}_reason_1"]
    side = said.str.extract(r"\(speaks (?:for|against) “(.*)”\)$")[0]
    assert (side == table[f"{PLAN}_class"]).all()
    assert table[f"{RESPONSE}_reason_1"].str.endswith("“1”)").all()


def test_a_mapping_with_an_outcome_scores_files_that_have_none(
    people: Shop, tmp_path: Path
) -> None:
    labelled(20, seed=8).drop(columns=[ODD]).to_csv(tmp_path / "new.csv", index=False)
    (tmp_path / "map.yaml").write_text("outcome: Plan\n")
    given = [
        tmp_path / "new.csv", "--dataset", "people", "--db", people.url,
        "--map", tmp_path / "map.yaml", "--output", tmp_path / "out.csv",
    ]  # fmt: skip
    assert score(list(map(str, given))) == 0


def test_a_file_brought_to_the_portal_is_shown_and_saved(people: Shop, tmp_path: Path) -> None:
    path = copied(people.path, tmp_path / "portal.db")
    url = f"sqlite:///{path}"
    portal = create_app(open_reader(url), Settings(db=url))
    browser = portal.server.test_client()
    content = labelled(60, seed=8).to_csv(index=False).encode()
    brought = browser.post(
        "/api/v1/score/files",
        query_string={"name": "new.csv", "dataset": "people"},
        data=content,
    )
    assert brought.status_code == 201, brought.text
    upload = brought.json["upload"]
    assert ended(browser, brought.json["job"])["state"] == "done"
    asked = {
        "url": f"?dataset=people&upload={upload}", "jobs-revision": None, "jobs-now": None,
        "customers-file-said": None, "customers-file-shown": None,
    }  # fmt: skip
    shown = answer(portal, browser, "customers-file-state.children", asked)["response"]
    names = [each["value"] for each in shown["customers-file-outcome"]["options"]]
    assert sorted(names) == sorted(TASKS)
    said = json.dumps(shown, ensure_ascii=False)
    assert "are likely to be “1” by outcome “Response”" in said
    seen = shown["customers-file-shown"]["data"]
    given = {"customers-file-shown": seen, "customers-file-outcome": PLAN}
    table = answer(portal, browser, "customers-file-rows.children", given)
    text = json.dumps(table, ensure_ascii=False)
    assert "Outcome “Response”" in text
    assert re.search(r"“(basic|Plus|gold)” \d+", text)
    assert "Raises it" in text or "Lowers it" in text
    save(browser, upload)
    kept = list(
        csv.DictReader(io.StringIO(browser.get("/export/scored.csv?dataset=people").text))
    )
    assert len(kept) == 60
    assert all("Outcome “Response”: “1” 0." in each["given_outcomes"] for each in kept)
    listed = answer(
        portal, browser, "customers-saved.children",
        {"url": "?dataset=people", "customers-changed": None, "customers-deleted": None,
         "customers-file-kept": None},
    )  # fmt: skip
    assert "Outcome “Response”" in json.dumps(listed, ensure_ascii=False)


def save(browser: FlaskClient, upload: int) -> None:
    body = {
        "output": "..customers-file-said.children...customers-file-kept.data..",
        "outputs": [
            {"id": "customers-file-said", "property": "children"},
            {"id": "customers-file-kept", "property": "data"},
        ],
        "inputs": [
            {"id": name, "property": "n_clicks", "value": 1}
            for name in ("customers-file-save", "customers-file-discard")
        ],
        "state": [{"id": "url", "property": "search", "value": f"?upload={upload}"}],
        "changedPropIds": ["customers-file-save.n_clicks"],
    }
    told = browser.post("/_dash-update-component", json=body)
    assert told.status_code == 200, told.text
