"""A model as a file: the bytes that were stored, their checksum, nothing that can run."""

import base64
import contextlib
import hashlib
import json
import sqlite3
import zipfile
from pathlib import Path

import pytest
from dash import Dash

from db.engine import open_reader
from portal.app import create_app
from portal.settings import Settings
from scripts import export
from tests.shops import Shop, copied, rows


@pytest.fixture(scope="module")
def portal(published_shop: Shop) -> Dash:
    return create_app(open_reader(published_shop.url), Settings(db=published_shop.url))


def stored(shop: Shop, task: str) -> tuple[str, bytes]:
    sql = "select sha256, content from artifact where name = ?"
    ((sha256, content),) = rows(shop.path, sql, f"model.{task}")
    return sha256, content


def test_the_portal_hands_out_what_was_stored(published_shop: Shop, portal: Dash) -> None:
    sha256, content = stored(published_shop, "churn")
    answer = portal.server.test_client().get("/export/model.zip?dataset=shop&task=churn")
    assert answer.status_code == 200
    assert answer.data == content
    assert hashlib.sha256(answer.data).hexdigest() == sha256
    told = base64.b64encode(bytes.fromhex(sha256)).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{told}:"
    assert f"shop-churn-{sha256[:8]}.zip" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("task", ["", "weather", "../churn"])
def test_an_unknown_task_is_named(portal: Dash, task: str) -> None:
    answer = portal.server.test_client().get(
        "/export/model.zip", query_string={"dataset": "shop", "task": task}
    )
    assert answer.status_code == 404
    assert answer.text.startswith(f"“shop” has no model for “{task}”; there are: ")
    assert "churn" in answer.text


def test_the_command_writes_the_same(
    published_shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sha256, content = stored(published_shop, "churn")
    path = tmp_path / "churn.zip"
    given = ["--db", published_shop.url, "--task", "churn", "--output", str(path)]
    assert export.main(["model", *given]) == 0
    assert path.read_bytes() == content
    assert capsys.readouterr().err == f"Wrote {path}, SHA-256 {sha256}.\n"
    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read("model.json"))["model"]["is"] == "Served"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["model"], "with the --task that it serves"),
        (["segments", "--task", "churn"], "with the --task that it serves"),
        (["model", "--task", "churn", "--format", "csv"], "A model is a ZIP archive"),
        (["model", "--task", "weather"], "no model for “weather”"),
    ],
)
def test_a_wrong_wish_is_one_sentence(
    published_shop: Shop,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    given: list[str],
    said: str,
) -> None:
    given = [*given, "--db", published_shop.url, "--output", str(tmp_path)]
    assert export.main(given) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_damaged_bytes_are_not_handed_out(published_shop: Shop, tmp_path: Path) -> None:
    path = copied(published_shop.path, tmp_path / "portal.db")
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("update artifact set content = x'00' where name = 'model.churn'")
    url = f"sqlite:///{path}"
    server = create_app(open_reader(url), Settings(db=url)).server
    answer = server.test_client().get("/export/model.zip?dataset=shop&task=churn")
    assert answer.status_code == 404
    assert "is damaged; refresh the data set" in answer.text
