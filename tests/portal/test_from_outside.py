"""Who is answered: names of hosts, origins, proxies, and how much they may send."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from db.engine import open_reader
from portal.app import create_app
from portal.settings import Settings
from scripts.serve import parser
from tests.shops import Shop

CALLBACK = "/_dash-update-component"
EVERYWHERE = (
    "/", "/healthz", "/export/processed.csv", "/export/overview-months.csv", "/_dash-layout",
    "/_dash-dependencies", "/assets/portal.js", "/api/v1/jobs", "/api/v1/openapi.json",
    "/sample/orders.csv", "/no/such/page", "/favicon.ico",
)  # fmt: skip


def served(shop: Shop, **settings: Any) -> FlaskClient:
    chosen = Settings(db=shop.url, **settings)
    return create_app(open_reader(shop.url), chosen).server.test_client()


@pytest.mark.parametrize("path", EVERYWHERE)
def test_other_names_are_answered_nowhere(client: FlaskClient, path: str) -> None:
    for host in ("evil.example", "localhost.evil.example", "127.0.0.1@evil.example", "[::1"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 421, host
        assert answer.text.count("\n") == 1
        assert "--allowed-host" in answer.text


def test_nor_are_posts(client: FlaskClient) -> None:
    for path in (CALLBACK, "/api/v1/uploads?name=a.csv", "/api/v1/score", "/api/v1/jobs"):
        headers = {"Host": "evil.example", "Origin": "http://evil.example"}
        assert client.post(path, json={}, headers=headers).status_code == 421


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8050", "LOCALHOST.", "127.0.0.1:1", "[::1]", "[::1]:8050"]
)
def test_names_of_this_machine_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_allowed_names_are_answered(published_shop: Shop) -> None:
    client = served(published_shop, allowed_hosts=("Shop.example", "192.168.1.7", "fd00::7"))
    for host in ("shop.example", "SHOP.example:8050", "192.168.1.7:8050", "[fd00::7]:8050"):
        assert client.get("/healthz", headers={"Host": host}).status_code == 200
    assert client.get("/healthz", headers={"Host": "a.shop.example"}).status_code == 421


def test_a_proxy_that_sets_host_to_its_upstream(published_shop: Shop) -> None:
    headers = {"Host": "127.0.0.1:8050", "Origin": "https://shop.example"}
    assert served(published_shop).post(CALLBACK, json={}, headers=headers).status_code == 403
    client = served(published_shop, trusted_origins=("https://shop.example/",))
    assert client.post(CALLBACK, json={}, headers=headers).status_code != 403
    for other in ("http://shop.example", "https://shop.example:444", "https://a.shop.example"):
        answer = client.post(CALLBACK, json={}, headers=headers | {"Origin": other})
        assert answer.status_code == 403


def test_a_proxy_is_believed_where_that_is_asked(published_shop: Shop) -> None:
    headers = {
        "Host": "127.0.0.1:8050",
        "Origin": "https://shop.example",
        "X-Forwarded-Host": "shop.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "203.0.113.5",
    }
    assert served(published_shop).post(CALLBACK, json={}, headers=headers).status_code == 403
    believing = served(published_shop, is_behind_proxy=True, allowed_hosts=("shop.example",))
    assert believing.post(CALLBACK, json={}, headers=headers).status_code != 403
    rebound = headers | {"X-Forwarded-Host": "evil.example"}
    assert believing.get("/", headers=rebound).status_code == 421


def test_bodies_end_somewhere(client: FlaskClient, published_shop: Shop) -> None:
    body = b"[" + b"0," * 2_500_000
    for path in (CALLBACK, "/api/v1/jobs", "/api/v1/jobs/1/cancel", "/", "/no/such"):
        answer = client.post(path, data=body, content_type="application/json")
        assert answer.status_code == 413, path
        assert (
            answer.text
            == "The request has more than the 4,194,304 bytes that are taken here.\n"
        )
    assert client.post("/api/v1/score", json=["x" * 5_000_000]).status_code == 413
    small = served(published_shop, body_bytes=10, upload_bytes=20)
    assert small.post(CALLBACK, json={"output": "x"}).status_code == 413
    assert small.post("/api/v1/uploads?name=a.csv", data=b"x" * 21).status_code == 413


def test_strangers_are_not_told_why_it_is_ill(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    settings = Settings(db=url, allowed_hosts=("shop.example",))
    client = create_app(open_reader(url), settings).server.test_client()
    assert "reason" in client.get("/healthz").json
    for how in (
        {"headers": {"Host": "shop.example"}},
        {"headers": {"X-Forwarded-For": "203.0.113.5"}},
        {"environ_base": {"REMOTE_ADDR": "203.0.113.5"}},
    ):
        answer = client.get("/healthz", **how)
        assert (answer.status_code, answer.json) == (503, {"status": "unavailable"})


def test_arguments_name_hosts_and_origins() -> None:
    hosts = ["--allowed-host", "Shop.example:80", "--allowed-host", "fd00::7"]
    origins = ["--trusted-origin", "https://shop.example/", "--proxy"]
    asked = parser().parse_args([*hosts, *origins])
    assert asked.allowed_host == ["shop.example", "[fd00::7]"]
    assert asked.trusted_origin == ["https://shop.example"]
    assert asked.proxy
    for wrong in (["--allowed-host", "a b"], ["--trusted-origin", "shop.example"]):
        with pytest.raises(SystemExit):
            parser().parse_args(wrong)
