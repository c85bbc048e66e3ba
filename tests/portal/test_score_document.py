"""Requests made up from the OpenAPI document: none makes the portal fail."""

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from db.engine import open_reader
from portal.app import create_app
from portal.settings import Settings
from tests.shops import Shop, copied

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def server(published_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    path = tmp_path_factory.mktemp("document") / "portal.db"
    copied(published_shop.path, path)
    url = f"sqlite:///{path}"
    return create_app(open_reader(url), Settings(db=url)).server


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=str)
@pytest.mark.parametrize("name", ["score", "inputs", "files"])
def test_nothing_that_is_made_up_fails(
    server: Flask, name: str, mode: GenerationMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.reading.jobs.supervise", lambda _url, _engine: None)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", server)
    operations = [each.ok() for each in schema.get_all_operations()]
    (operation,) = (each for each in operations if each.definition.raw["operationId"] == name)
    seen = 0

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=30,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case) -> None:
        nonlocal seen
        seen += 1
        case.call_and_validate(checks=CHECKS)

    ask()
    assert seen >= 5
