"""Jobs that the portal starts: one of a data set, followed by everyone, ended on request."""

import threading
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from db.engine import open_reader
from portal.app import create_app
from portal.settings import Settings
from tests.forks import fork_jobs
from tests.portal.waiting import ended, until
from tests.shops import (
    QUICK,
    Shop,
    assert_same_tables,
    copied,
    leftovers,
    refreshed,
    rows,
    write_shop,
)

SLOW = "segments: {algorithm: kmeans, tuning: true, trials: 4, bootstraps: 100000}\n"


@pytest.fixture
def shop(published_shop: Shop, tmp_path: Path) -> Shop:
    path = copied(published_shop.path, tmp_path / "portal.db")
    return Shop(path, f"sqlite:///{path}", "shop")


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    fork_jobs(monkeypatch)


def client_of(shop: Shop, settings: str = QUICK) -> FlaskClient:
    """Build a portal anew, as after a restart, and ask it."""
    path = shop.path.parent / "settings.yaml"
    path.write_text(settings)
    built = create_app(open_reader(shop.url), Settings(db=shop.url, refresh_settings=path))
    return built.server.test_client()


def run(shop: Shop) -> int:
    return rows(shop.path, "select run from published_run where dataset = 'shop'")[0][0]


def brought(client: FlaskClient, path: Path, dataset: str) -> tuple[int, dict[str, Any]]:
    """Bring a file in; give its number and the report of its check."""
    answer = client.post(
        f"/api/v1/uploads?name={path.name}&dataset={dataset}", data=path.read_bytes()
    ).json
    told = ended(client, answer["job"])
    assert told["state"] == "done", told
    return answer["upload"], told["report"]


def refresh(client: FlaskClient, upload: int, dataset: str, **asked: Any) -> int:
    from portal.reading.jobs import start

    with client.application.test_request_context():
        return start("refresh", dataset=dataset, upload_id=upload, request=asked)


def test_a_data_set_is_refreshed_from_its_records(shop: Shop) -> None:
    client, before = client_of(shop), run(shop)
    settings = "select settings from run where run_id = {}"
    answer = client.post("/api/v1/jobs", json={"dataset": "shop"})
    assert answer.status_code == 202

    told = ended(client, answer.json["job"])

    assert told["state"] == "done", told
    assert told["run"] == run(shop) > before
    assert "segment" in told["log"]
    assert rows(shop.path, settings.format(run(shop))) == rows(
        shop.path, settings.format(before)
    )
    copy = Shop(shop.path, shop.url, "shop")
    assert_same_tables(copy, shop)
    assert not leftovers(shop.path)


def test_a_data_set_that_is_not_there(shop: Shop) -> None:
    assert client_of(shop).post("/api/v1/jobs", json={"dataset": "no"}).status_code == 404
    assert client_of(shop).post("/api/v1/jobs", data=b"x").status_code == 404
    assert client_of(shop).get("/api/v1/jobs/999").status_code == 404


@pytest.mark.usefixtures("forked")
def test_two_press_at_once_and_both_see_it(shop: Shop) -> None:
    clients, found = [client_of(shop), client_of(shop)], []
    gate = threading.Barrier(2)

    def press(client: FlaskClient) -> None:
        gate.wait()
        found.append(client.post("/api/v1/jobs", json={"dataset": "shop"}).json["job"])

    threads = [threading.Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found[0] == found[1]
    for client in clients:
        assert client.get("/api/v1/jobs?dataset=shop").json["active"]["job"] == found[0]
    assert ended(clients[1], found[0])["state"] == "done"
    assert rows(shop.path, "select count(*) from job") == [(1,)]
    assert rows(shop.path, "select count(*) from run") == [(2,)]


@pytest.mark.usefixtures("forked")
def test_an_upload_is_published_and_its_mapping_remembered(shop: Shop, tmp_path: Path) -> None:
    client = client_of(shop)
    text = (write_shop(tmp_path / "own.csv", seed=9)).read_text()
    own = tmp_path / "own.csv"
    own.write_text(text.replace("UnitPrice", "Cost per piece", 1))
    upload, _ = brought(client, own, "own")
    mapping = {"unit_price": "Cost per piece"}

    told = ended(client, refresh(client, upload, "own", mapping=mapping))

    assert told["state"] == "done", told
    assert rows(shop.path, "select name from load where name = 'own.csv'") == [("own.csv",)]
    assert not list((shop.path.parent / "uploads").iterdir())
    _, report = brought(client, own, "own")
    assert report["mapping"]["unit_price"] == "Cost per piece"
    assert report["refusal"] is None
    assert {each["level"] for each in report["drift"]} == {"same"}


def test_cancelling_leaves_the_old_run(shop: Shop, tmp_path: Path) -> None:
    client, before = client_of(shop, SLOW), run(shop)
    upload, _ = brought(client, write_shop(tmp_path / "next.csv", seed=8), "slow")
    job = refresh(client, upload, "slow")
    until(lambda: client.get(f"/api/v1/jobs/{job}").json["stage"] == "segment")

    client.post(f"/api/v1/jobs/{job}/cancel")
    told = ended(client, job)

    assert (told["state"], told["run"]) == ("cancelled", None)
    assert told["message"].startswith("Cancelled")
    assert run(shop) == before
    assert rows(shop.path, "select status from run order by run_id desc limit 1") == [
        ("interrupted",)
    ]
    assert not leftovers(shop.path)
    assert len(list((shop.path.parent / "uploads").iterdir())) == 1


@pytest.mark.usefixtures("forked")
def test_a_refresh_from_the_command_line_is_said_to_be_running(shop: Shop) -> None:
    from db.engine import open_writer
    from db.locks import refreshing

    client = client_of(shop)
    with refreshing(open_writer(shop.url), "shop"):
        job = client.post("/api/v1/jobs", json={"dataset": "shop"}).json["job"]
        told = ended(client, job)
    assert told["state"] == "failed"
    assert told["message"] == "Another refresh of “shop” is running; wait until it has ended."


def test_processed_data_and_the_file_for_bi(shop: Shop) -> None:
    client = client_of(shop)
    plain = client.get("/export/processed.csv?dataset=shop", buffered=True)
    bi = client.get("/export/bi.csv?dataset=shop", buffered=True)

    customers = rows(shop.path, "select count(*) from published_customer")[0][0]
    assert len(plain.text.splitlines()) == len(bi.text.splitlines()) == customers + 1
    assert plain.text.startswith('"dataset","as_of","customer_id","segment",')
    assert bi.data.startswith(b'\xef\xbb\xbf"dataset";"as_of";"customer_id";"segment";')
    assert "shop-bi.csv" in bi.headers["Content-Disposition"]
    assert client.get("/export/bi.csv?dataset=no").status_code == 404


def test_again_needs_something_published(tmp_path: Path, shop_file: Path, capsys: Any) -> None:
    from tests.shops import refused

    database = tmp_path / "portal.db"
    url = f"sqlite:///{database}"
    code, said = refused(["--again", "--dataset", "shop", "--db", url], capsys)
    assert (code, "nothing" in said or "none of that name" in said) == (2, True)
    shop = refreshed(database, shop_file)
    code, said = refused([shop_file, "--again", "--dataset", "shop", "--db", shop.url], capsys)
    assert (code, "reads no sources" in said) == (2, True)


@pytest.mark.usefixtures("forked")
def test_a_file_is_appended(shop: Shop, tmp_path: Path) -> None:
    client = client_of(shop)
    before = rows(shop.path, "select rows_read from run")[0][0]
    lines = write_shop(tmp_path / "more.csv", seed=12, days=60)
    upload, report = brought(client, lines, "shop")

    told = ended(client, refresh(client, upload, "shop", append=True))

    assert told["state"] == "done", told
    newest = "select rows_read from run order by run_id desc limit 1"
    assert rows(shop.path, newest) == [(before + report["rows"],)]
    assert rows(shop.path, "select count(*) from load") == [(2,)]


def test_a_third_job_is_shown_as_waiting_and_can_be_cancelled(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from db.workspace import jobs, open_workspace
    from portal.reading.jobs import now

    monkeypatch.setattr("portal.reading.jobs.supervise", lambda _url, _engine: None)
    client, engine = client_of(shop), open_workspace(shop.url)
    for name in ("one", "two"):
        jobs.ask(engine, kind="refresh", dataset=name, request={}, at=now())
        jobs.begin(engine, pid=1, at=now())
    job = client.post("/api/v1/jobs", json={"dataset": "shop"}).json["job"]

    told = client.get(f"/api/v1/jobs/{job}").json
    assert (told["state"], told["stage"]) == ("queued", "waiting")
    assert client.get("/api/v1/jobs?dataset=shop").json["active"]["stage"] == "waiting"

    assert client.post(f"/api/v1/jobs/{job}/cancel").status_code == 202
    told = client.get(f"/api/v1/jobs/{job}").json
    assert (told["state"], told["message"]) == ("cancelled", jobs.CANCELLED)


@pytest.mark.usefixtures("forked")
def test_many_jobs_are_all_done_in_the_end(shop: Shop, tmp_path: Path) -> None:
    client = client_of(shop)
    source = write_shop(tmp_path / "own.csv", seed=9).read_bytes()
    asked = [
        client.post(f"/api/v1/uploads?name=own.csv&dataset=d{place}", data=source).json["job"]
        for place in range(5)
    ]
    states = [ended(client, job)["state"] for job in asked]
    assert states == ["done"] * 5
