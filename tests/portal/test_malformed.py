"""Requests that no page sends: what is unknown is 404, what is malformed 400."""

import json
import logging
import random
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from tests.dash_protocol import CALLBACKS, components, is_action, request

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 10**30, "", "x", "\x00", "🤷" * 50, [], [[]], {}, {"id": []},
    [None], {"points": [{"customdata": [[{}]]}]}, {"a": {"b": {}}}, "<a href='x'>", "NaN",
)  # fmt: skip


def body_of(app: Dash, client: FlaskClient, output: str = "page-body") -> dict[str, Any]:
    """Give a body that the browser would post."""
    there = components(client.get("/_dash-layout").json)
    found = next(each for each in app._callback_list if output in each["output"])
    return request(found, there, {"url.pathname": "/history", "url.search": ""})


def posted(client: FlaskClient, body: Any) -> int:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = client.post(CALLBACKS, data=data, content_type="application/json")
    assert "Traceback" not in answer.get_data(as_text=True)
    return answer.status_code


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"output": 1}', *(json.dumps(x) for x in ODD)],
    ids=lambda body: str(body[:20]),
)
def test_no_callback_at_all_is_malformed(client: FlaskClient, body: bytes | str) -> None:
    assert posted(client, body if isinstance(body, bytes) else body.encode()) == 400


def test_the_wrong_kind_of_body_is_malformed(client: FlaskClient) -> None:
    assert client.post(CALLBACKS, data=b"{}", content_type="text/plain").status_code in {
        400,
        415,
    }


def test_an_unknown_callback_is_not_found(app: Dash, client: FlaskClient) -> None:
    body = body_of(app, client)
    assert posted(client, body) == 200
    assert posted(client, body | {"output": "nothing.children"}) == 404
    assert posted(client, body | {"output": "..nothing.children.."}) == 404


@pytest.mark.parametrize("part", ["inputs", "state", "outputs", "changedPropIds"])
@pytest.mark.parametrize("odd", [*ODD, [{"id": "url"}], ["x"]], ids=lambda odd: repr(odd)[:20])
def test_a_part_of_another_shape_is_malformed(
    app: Dash, client: FlaskClient, part: str, odd: Any
) -> None:
    body = body_of(app, client)
    expected = {400, 200} if part == "changedPropIds" and odd == [] else {400}
    assert posted(client, body | {part: odd}) in expected


def test_odd_values_end_in_an_answer(
    app: Dash, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    there = components(client.get("/_dash-layout").json)
    chance = random.Random(7)
    with caplog.at_level(logging.CRITICAL):
        for callback in app._callback_list:
            if callback.get("clientside_function") or is_action(callback):
                continue
            listed = [*callback["inputs"], *callback["state"]]
            if any(each["id"] not in there for each in listed):
                continue
            values = {f"{each['id']}.{each['property']}": chance.choice(ODD) for each in listed}
            assert posted(client, request(callback, there, values)) in {200, 204, 400}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/export/nothing.csv", 404),
        ("/export/%00.csv", 404),
        ("/export/processed.csv?dataset=none", 404),
        ("/export/overview-months.csv?dataset=none", 404),
        ("/export/scored.csv?dataset=none", 404),
        ("/export/scored-file.csv?upload=x", 404),
        ("/sample/none.csv", 404),
        ("/vendor/x/none.css", 404),
        ("/assets/none.js", 404),
        ("/assets/../setup.py", 404),
        ("/_dash-component-suites/none/none.js", 404),
        ("/_dash-component-suites/dash/none.js", 404),
        ("/_dash-component-suites/dash/../../x.js", 404),
        ("/_dash-component-suites/dash/dcc/dash_core_components.js.map%00", 404),
        ("/api/v1/jobs/999999", 404),
        ("/api/v1/jobs/99999999999999999999999", 404),
        ("/api/v1/jobs/x", 404),
        ("/api/v1/nothing", 404),
        ("/api/v1/jobs?dataset=%01&upload=9999999999999999999999", 200),
        ("/api/v1/score/inputs?dataset=none", 404),
        ("/export/report.html?dataset=none", 404),
        ("/export/segments/summary.csv?dataset=none", 404),
        ("/export/campaigns/9.csv", 404),
        ("/export/campaigns/99999999999999999999999.csv", 404),
    ],
)
def test_unknown_addresses_are_not_found(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path, buffered=True)
    assert answer.status_code == status
    assert "Traceback" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/jobs", b"x", 404),
        ("/api/v1/jobs", b"[]", 404),
        ("/api/v1/jobs", b'{"dataset": []}', 404),
        ("/api/v1/jobs", b'{"dataset": {"a": 1}}', 404),
        ("/api/v1/jobs/999999/cancel", b"", 404),
        ("/api/v1/jobs/99999999999999999999999/cancel", b"", 404),
        ("/api/v1/score", b"[", 400),
        ("/api/v1/score", b"[" * 100_000, 400),
        ("/api/v1/score", b"[]", 422),
        ("/api/v1/uploads", b"x", 400),
        ("/api/v1/uploads?name=a.csv&dataset=%00", b"x", 400),
        ("/api/v1/score/files?name=a.csv&as_of=2020-02-31", b"x", 400),
        ("/api/v1/score/files?name=a.csv&dataset=none", b"x", 404),
        ("/history", b"x", 405),
    ],
)
def test_posts_that_no_page_sends(
    client: FlaskClient, path: str, body: bytes, status: int
) -> None:
    answer = client.post(path, data=body, content_type="application/json")
    assert answer.status_code == status
    assert "Traceback" not in answer.get_data(as_text=True)
