"""The application as a whole: its callbacks, its headers, its routes."""

import json
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from db.engine import open_reader
from portal.app import PAGES, create_app, ids
from portal.kit.cards import CHOICES
from portal.settings import Settings
from tests.shops import Shop

CALLBACK = "/_dash-update-component"


def test_every_id_of_a_callback_is_laid_out(app: Dash) -> None:
    known = ids(app.validation_layout)
    named = set()
    for callback in app._callback_list:
        outputs = re.findall(r"(?:^|\.\.\.?)([\w-]+)\.[\w@]+", callback["output"])
        sources = chain(callback["inputs"], callback["state"])
        named |= {*outputs, *(source["id"] for source in sources)}

    fields = {each for each in named if each.startswith("{")}  # as many as there are things
    assert {json.loads(each)["type"] for each in fields} <= {
        CHOICES, "campaigns-restore", "customer-field", "customers-attribute",
        "customers-date", "customers-delete", "customers-items", "customers-value",
        "data-field", "data-table", "history-rule-delete", "history-rule-restore",
        "history-rule-switch", "plan-compare", "plan-delete", "plan-load", "plan-play",
        "plan-restore", "plan-scenario-restore", "plan-version-back", "plan-version-delete",
    }  # fmt: skip
    assert len(named) > 20
    assert named - fields <= known


def test_no_output_has_two_callbacks(app: Dash) -> None:
    outputs = [callback["output"] for callback in app._callback_list]
    assert len(outputs) == len(set(outputs))


def test_ids_of_a_page_begin_with_its_name(app: Dash) -> None:
    prefixes = {"/": "today", "/start": "landing"}
    for page in PAGES:
        prefix = prefixes.get(page.path, page.path.removeprefix("/"))
        strangers = {each for each in ids(page.laid_out()) if not each.startswith(prefix)}
        assert not strangers, page.name


def test_a_page_does_not_carry_the_other_pages(client: FlaskClient) -> None:
    assert "validation_layout" not in client.get("/").text


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/_dash-layout", "/assets/portal.js", "/sample/order-lines.csv"]
)
def test_every_answer_carries_the_policy(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    policy = headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in re.search("script-src [^;]*", policy)[0]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_inline_scripts_are_known_by_their_hash(client: FlaskClient) -> None:
    answer = client.get("/")
    inline = re.findall(
        r"<script(?![^>]*src)(?![^>]*json)[^>]*>(.+?)</script>", answer.text, re.DOTALL
    )
    assert len(inline) == answer.headers["Content-Security-Policy"].count("sha256-") == 1


def test_nothing_comes_from_another_host(client: FlaskClient) -> None:
    text = client.get("/").text
    loaded = re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"', text)
    assert loaded
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)
    for address in loaded:
        assert client.get(address, buffered=True).status_code == 200, address


def test_what_is_sealed_is_kept_for_good(client: FlaskClient) -> None:
    loaded = re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^"]+)"', client.get("/").text)
    for address in loaded:
        kept = client.get(address, buffered=True).headers["Cache-Control"]
        is_unsealed = address.startswith("/_dash-component-suites/") and ".v" not in address
        assert ("no-cache" if is_unsealed else "max-age=31536000") in kept, address
    assert client.get("/").headers["Cache-Control"] == "no-cache"


def test_answers_say_how_long_they_took(client: FlaskClient) -> None:
    for path in ("/", "/healthz", "/nowhere"):
        said = client.get(path).headers["Server-Timing"]
        assert re.fullmatch(r"app;dur=\d+\.\d", said), path


@pytest.mark.parametrize(("asked", "sent"), [("zstd, br, gzip", "zstd"), ("gzip", "gzip")])
def test_answers_are_compressed(client: FlaskClient, asked: str, sent: str) -> None:
    answer = client.get("/", headers={"Accept-Encoding": asked})
    assert answer.headers["Content-Encoding"] == sent


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_foreign_pages_may_not_post(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post(CALLBACK, json={}, headers=headers).status_code == 403
    assert client.post("/anything", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}], ids=str
)
def test_own_pages_may_post(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = ask(
        client, "page-body", {"url.pathname": "/history", "url.search": ""}, headers=headers
    )
    assert "page-body" in answer


def test_a_trusted_origin_may_post(published_shop: Shop) -> None:
    url = published_shop.url
    settings = Settings(db=url, trusted_origins=("https://portal.example",))
    client = create_app(open_reader(url), settings).server.test_client()
    asked = {"url.pathname": "/history", "url.search": ""}
    assert ask(client, "page-body", asked, headers={"Origin": "https://portal.example"})


def test_an_address_without_a_page_is_not_found(client: FlaskClient) -> None:
    assert client.get("/no/such/page").status_code == 404
    assert client.get("/history").status_code == 200
    assert client.get("/vendor/x/../../../setup.py").status_code == 404
    assert client.get("/vendor/x/js/bootstrap.bundle.min.js").status_code == 404


def test_health_tells_whether_there_is_a_run(client: FlaskClient, tmp_path: Path) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"

    url = f"sqlite:///{tmp_path / 'none.db'}"
    without = create_app(open_reader(url), Settings(db=url)).server.test_client()
    answer = without.get("/healthz")
    assert answer.status_code == 503
    assert "Nothing has been published" in answer.json["reason"]
    assert not (tmp_path / "none.db").exists()


def test_a_file_that_is_no_database_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text("not a database at all, " * 100)
    url = f"sqlite:///{path}"
    client = create_app(open_reader(url), Settings(db=url)).server.test_client()

    assert "not a database" in client.get("/healthz").json["reason"]
    shown = ask(client, "page-body", {"url.pathname": "/", "url.search": ""})
    assert "not a database" in json.dumps(shown)


def test_the_portal_imports_no_machine_learning() -> None:
    program = (
        "import sys; from db.engine import open_reader; from portal.app import create_app;"
        "from portal.settings import Settings; url = 'sqlite:////nowhere/x.db';"
        "create_app(open_reader(url), Settings(db=url));"
        "heavy = {'sklearn', 'xgboost', 'optuna', 'scipy.stats', 'scipy.optimize'};"
        "light = ('pipeline.strategy', 'pipeline.base');"
        "stages = {m for m in sys.modules if m.startswith('pipeline.')"
        " and not m.startswith(light)};"
        "print(sorted(heavy & set(sys.modules) | stages))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def ask(
    client: FlaskClient,
    output: str,
    values: dict[str, Any],
    *,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Call the one callback that fills `output`, as the browser does."""
    listed = client.get("/_dash-dependencies").json
    found = next(each for each in listed if re.search(rf"(^|\.){output}\.", each["output"]))

    def filled(sources: list[dict[str, str]]) -> list[dict[str, Any]]:
        return [
            {**each, "value": values[f"{each['id']}.{each['property']}"]} for each in sources
        ]

    parts = [part for part in found["output"].strip(".").split("...") if part]
    outputs = [
        dict(zip(("id", "property"), part.rsplit(".", 1), strict=True)) for part in parts
    ]
    body = {
        "output": found["output"],
        "outputs": outputs if found["output"].startswith("..") else outputs[0],
        "inputs": filled(found["inputs"]),
        "state": filled(found["state"]),
        "changedPropIds": [f"{found['inputs'][0]['id']}.{found['inputs'][0]['property']}"],
    }
    answer = client.post(CALLBACK, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json["response"]
