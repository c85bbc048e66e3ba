"""Files of customers brought to be scored: as the command scores them, or refused."""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dash import Dash
from flask.testing import FlaskClient

from db.engine import open_reader, open_writer, writing
from db.workspace import uploads
from portal.app import create_app
from portal.settings import Settings
from scripts.score import main
from tests.forks import fork_jobs
from tests.portal.asked import answer
from tests.portal.test_uploads import BROKEN
from tests.portal.waiting import ended, until
from tests.shops import Shop, copied, rows

FILES = "/api/v1/score/files"
DOWNLOAD = "/export/scored-file.csv"


class Portal:
    """A portal over a published shop of its own."""

    def __init__(self, shop: Shop, folder: Path, **settings: Any) -> None:
        self.shop = shop._replace(path=folder / "portal.db")
        copied(shop.path, self.shop.path)
        self.url = f"sqlite:///{self.shop.path}"
        self.app: Dash = create_app(open_reader(self.url), Settings(db=self.url, **settings))
        self.client: FlaskClient = self.app.server.test_client()
        self.uploads = folder / "uploads"

    def bring(self, content: bytes, name: str = "new.csv", **query: str) -> Any:
        asked = {"name": name, "dataset": self.shop.dataset, **query}
        return self.client.post(FILES, query_string=asked, data=content)

    def scored(self, content: bytes, name: str = "new.csv", **query: str) -> tuple[int, Any]:
        """Bring a file, wait for the end of its job, give the upload and what is told."""
        told = self.bring(content, name, **query)
        assert told.status_code == 201, told.text
        return told.json["upload"], ended(self.client, told.json["job"])

    def shown(self, upload: int | None, **given: Any) -> dict[str, Any]:
        """Ask the page what it shows of an upload."""
        search = f"?dataset={self.shop.dataset}" + (f"&upload={upload}" if upload else "")
        asked = {
            "url": search, "jobs-revision": None, "jobs-now": None,
            "customers-file-said": None, "customers-file-shown": None, **given,
        }  # fmt: skip
        return answer(self.app, self.client, "customers-file-state.children", asked)["response"]

    def press(self, button: str, upload: int) -> str:
        """Press a button beside the table; give what is said."""
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
            "changedPropIds": [f"{button}.n_clicks"],
        }
        told = self.client.post("/_dash-update-component", json=body)
        assert told.status_code == 200, told.text
        return json.dumps(told.json["response"], ensure_ascii=False)

    def on_disk(self) -> list[str]:
        return [path.name for path in self.uploads.iterdir()] if self.uploads.exists() else []


@pytest.fixture
def portal(published_shop: Shop, tmp_path: Path) -> Portal:
    return Portal(published_shop, tmp_path)


@pytest.fixture(autouse=True)
def _forked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    fork_jobs(monkeypatch)
    return None


@pytest.fixture(scope="module")
def lines(shop_file: Path) -> list[str]:
    return shop_file.read_text().splitlines(keepends=True)


def spoilt(lines: list[str]) -> bytes:
    """Write a word where a quantity stands, and leave a customer out."""
    table = list(csv.reader(lines))
    head = [name.lower().replace(" ", "") for name in table[0]]
    table[5][head.index("quantity")] = "many"
    table[9][next(p for p, name in enumerate(head) if name.startswith("customer"))] = ""
    out = io.StringIO()
    csv.writer(out).writerows(table)
    return out.getvalue().encode()


def test_nothing_is_shown_before_the_job_has_said_all(portal: Portal, shop_file: Path) -> None:
    upload, _told = portal.scored(shop_file.read_bytes())
    with writing(open_writer(portal.url)) as connection:
        connection.execute(sa.text("update job set state = 'running', report = null"))
    response = portal.shown(upload)
    assert response["customers-file-result"]["hidden"]
    said = json.dumps(response["customers-file-state"], ensure_ascii=False)
    assert "is being scored" in said or "Scoring of" in said  # first in a word, then in stages
    assert "still being scored" in portal.press("customers-file-save", upload)


def test_a_file_is_scored_as_the_command_does(
    portal: Portal, shop_file: Path, tmp_path: Path
) -> None:
    upload, told = portal.scored(shop_file.read_bytes())
    assert told["state"] == "done", told
    assert "output" not in told["report"]
    expected = tmp_path / "expected.csv"
    given = [shop_file, "--dataset", "shop", "--db", portal.url, "--output", expected]
    assert main(list(map(str, given))) == 0
    whole = portal.client.get(f"{DOWNLOAD}?upload={upload}")
    assert whole.status_code == 200
    assert "filename=new-scored.csv" in whole.headers["Content-Disposition"]
    with expected.open(newline="") as file:
        assert whole.get_data(as_text=True) == file.read()

    (result,) = portal.on_disk()
    assert result.endswith(".parquet")
    shown = portal.shown(upload)
    assert shown["customers-file-result"]["hidden"] is False
    count = len(whole.text.splitlines()) - 1
    assert f"{count} customers of new.csv, scored by" in json.dumps(shown)
    names = [each["value"] for each in shown["customers-file-outcome"]["options"]]
    assert "churn" in names
    seen = shown["customers-file-shown"]["data"]
    given = {"customers-file-shown": seen, "customers-file-outcome": "churn"}
    table = answer(portal.app, portal.client, "customers-file-rows.children", given)
    text = json.dumps(table, ensure_ascii=False)
    assert "Why: churn" in text
    assert f"The first 50 of {count} customers." in text
    assert "than usual" in text
    again = portal.shown(upload, **{"customers-file-shown": seen})
    assert "customers-file-summary" not in again


def test_bad_rows_are_named_with_row_and_column(portal: Portal, lines: list[str]) -> None:
    more = [line.replace('"4', '"9', 1) for line in lines[1:]]
    assert len(lines) + len(more) > 1_000  # one row in a thousand may be unreadable
    upload, told = portal.scored(spoilt([*lines, *more]), "odd.csv")
    assert told["state"] == "done", told
    shown = json.dumps(portal.shown(upload)["customers-file-summary"], ensure_ascii=False)
    assert "row 6, column “Quantity”: “many” is not a number" in shown
    assert "Lines without a customer" in shown
    assert "row 10" in shown


def test_many_bad_rows_refuse_the_file_and_name_the_first(
    portal: Portal, lines: list[str]
) -> None:
    upload, told = portal.scored(spoilt(lines[:19]), "odd.csv")
    assert told["state"] == "failed"
    shown = json.dumps(portal.shown(upload), ensure_ascii=False)
    assert "odd.csv, row 6, column “Quantity”: “many” is not a number" in shown


def test_customers_of_a_file_are_saved_by_key(portal: Portal, lines: list[str]) -> None:
    upload, _ = portal.scored("".join(lines[:400]).encode(), "first.csv")
    said = portal.press("customers-file-save", upload)
    assert "saved; earlier answers for them replaced" in said
    query = "select count(*), count(distinct customer_id) from scored_customer"
    ((count, distinct),) = rows(portal.shop.path, query)
    assert count == distinct > 5
    portal.press("customers-file-save", upload)
    assert rows(portal.shop.path, query) == [(count, distinct)]
    listed = list(
        csv.DictReader(portal.client.get("/export/scored.csv?dataset=shop").text.splitlines())
    )
    assert len(listed) == count
    assert {row["origin"] for row in listed} == {"scored from a file"}
    assert all(row["segment"] for row in listed)
    assert any("than usual" in row["churn_reasons"] for row in listed)


def test_identifiers_that_can_not_be_used_are_left_out(
    portal: Portal, lines: list[str]
) -> None:
    table = list(csv.reader(lines[:200]))
    place = next(p for p, n in enumerate(table[0]) if n.lower().startswith("customer"))
    for row in table[1:]:
        row[place] = "=1+1" if row[place] == table[1][place] else row[place]
    out = io.StringIO()
    csv.writer(out).writerows(table)
    upload, _ = portal.scored(out.getvalue().encode())
    assert "1 left out, whose identifiers can't be used" in portal.press(
        "customers-file-save", upload
    )
    query = "select count(*) from scored_customer where customer_id = '=1+1'"
    assert rows(portal.shop.path, query) == [(0,)]
    whole = portal.client.get(f"{DOWNLOAD}?upload={upload}").text
    assert "'=1+1" in whole
    assert "\n=1+1" not in whole


def test_what_was_said_can_be_thrown_away(portal: Portal, lines: list[str]) -> None:
    upload, _ = portal.scored("".join(lines[:300]).encode())
    assert portal.on_disk()
    portal.press("customers-file-discard", upload)
    assert portal.on_disk() == []
    assert "no longer here" in json.dumps(portal.shown(upload))
    assert portal.client.get(f"{DOWNLOAD}?upload={upload}").status_code == 404
    assert "no longer here" in portal.press("customers-file-save", upload)


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_table_is_refused_and_deleted(portal: Portal, what: str) -> None:
    name, content, said = BROKEN[what]
    upload, told = portal.scored(content, name)
    assert told["state"] == "failed", told
    assert said in told["message"] or what == "empty"
    assert told["message"].endswith(".")
    until(lambda: not portal.on_disk(), 10)
    shown = json.dumps(portal.shown(upload), ensure_ascii=False)
    assert f"{name} was not scored." in shown


def test_a_file_of_another_form_is_refused(portal: Portal) -> None:
    content = b"customer_id,age,gender\n1,30,f\n2,40,m\n"
    _, told = portal.scored(content)
    assert told["state"] == "failed"
    assert "new.csv" in told["message"]
    assert portal.shop.path.name not in told["message"]


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({"dataset": "nowhere"}, 404, "There is no data set “nowhere”."),
        ({"dataset": "'; drop table run; --"}, 404, "There is no data set"),
        ({"as_of": "soon"}, 400, "must be a day as YYYY-MM-DD"),
        ({"as_of": "2025-02-30"}, 400, "must be a day as YYYY-MM-DD"),
        ({"as_of": "9999-01-01"}, 400, "from 1 Jan 1990"),
        ({"as_of": "٢٠٢٥-٠١-٠١"}, 400, "must be a day as YYYY-MM-DD"),
        ({"name": ""}, 400, "has no name"),
        ({"name": ".."}, 400, "has no name"),
    ],
)
def test_bad_requests_are_refused_with_a_sentence(
    portal: Portal, query: dict[str, str], status: int, said: str
) -> None:
    asked = {"name": "new.csv", "dataset": "shop", **query}
    told = portal.client.post(FILES, query_string=asked, data=b"a,b\n1,2\n")
    assert (told.status_code, said in told.json["problem"]) == (status, True), told.text
    assert told.json["problem"].endswith(".")
    assert portal.on_disk() == []


def test_envelopes_that_are_refused(
    portal: Portal, published_shop: Shop, tmp_path: Path
) -> None:
    empty = portal.client.post(f"{FILES}?name=a.csv", environ_overrides={"CONTENT_LENGTH": "0"})
    assert empty.status_code == 400
    foreign = portal.client.post(
        f"{FILES}?name=a.csv", data=b"x", headers={"Origin": "https://evil.example"}
    )
    assert foreign.status_code == 403
    broken = portal.client.post(
        f"{FILES}?name=a.csv",
        environ_overrides={"wsgi.input": io.BytesIO(b"abc"), "CONTENT_LENGTH": "100"},
    )
    assert broken.status_code == 400
    assert portal.on_disk() == []
    (tmp_path / "small").mkdir()
    small = Portal(published_shop, tmp_path / "small", upload_bytes=10)
    assert small.bring(b"x" * 11).status_code == 413
    assert portal.client.get(FILES).status_code in {404, 405}


def test_a_day_before_all_orders_is_refused(portal: Portal, lines: list[str]) -> None:
    _, told = portal.scored("".join(lines[:300]).encode(), as_of="1995-01-01")
    assert told["state"] == "failed"
    assert "lies before the first row" in told["message"]


@pytest.mark.parametrize("upload", ["", "0", "99", "-1", "x", "9" * 30, "%00", "１"])
def test_downloads_of_nothing_are_no_failure(portal: Portal, upload: str) -> None:
    assert portal.client.get(f"{DOWNLOAD}?upload={upload}").status_code == 404
    assert portal.client.get(f"/api/v1/jobs?upload={upload}").status_code == 200


def test_an_upload_of_the_data_page_is_nothing_to_score(
    portal: Portal, lines: list[str]
) -> None:
    told = portal.client.post(
        "/api/v1/uploads?name=a.csv&dataset=shop", data="".join(lines[:200]).encode()
    )
    ended(portal.client, told.json["job"])
    assert portal.shown(told.json["upload"])["customers-file-state"]["children"] is None
    assert portal.client.get(f"{DOWNLOAD}?upload={told.json['upload']}").status_code == 404


def test_results_go_after_their_time(portal: Portal, lines: list[str]) -> None:
    upload, _ = portal.scored("".join(lines[:300]).encode())
    engine = portal.app.server.extensions["clientele"].workspace.engine
    day = dt.timedelta(days=1)
    now = dt.datetime.now(dt.UTC)
    assert uploads.sweep(engine, portal.uploads, at=now + dt.timedelta(hours=23), keep=day) == 0
    assert portal.on_disk()
    assert uploads.sweep(engine, portal.uploads, at=now + dt.timedelta(hours=25), keep=day) == 1
    assert portal.on_disk() == []
    assert "no longer here" in json.dumps(portal.shown(upload))
