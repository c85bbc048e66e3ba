"""Files brought to the portal: taken in whole or not at all, refused with a sentence."""

import gzip
import io
import json
import random
import socket
import sqlite3
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from db.engine import open_reader
from portal.app import create_app
from portal.settings import Settings
from portal.web.work import Refused, own_name
from tests.forks import fork_jobs
from tests.portal.waiting import ended, until
from tests.serving import serving
from tests.shops import rows

LINES = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    + "".join(
        f"{500 + row},P{row % 7},Mug,{1 + row % 5},2025-0{1 + row % 9}-11 10:00,"
        f"{2 + row % 3}.50,C{row % 12},France\n"
        for row in range(60)
    )
).encode()


class Portal:
    """A portal over a database that is not there yet."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.path = folder / "portal.db"
        self.uploads = folder / "uploads"
        url = f"sqlite:///{self.path}"
        self.app = create_app(open_reader(url), Settings(db=url, **settings))
        self.client: FlaskClient = self.app.server.test_client()

    def bring(self, content: bytes, name: str = "shop.csv", **query: str) -> Any:
        return self.client.post(
            "/api/v1/uploads", query_string={"name": name, **query}, data=content
        )

    def on_disk(self) -> list[str]:
        return [path.name for path in self.uploads.iterdir()] if self.uploads.exists() else []


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    return Portal(tmp_path)


@pytest.fixture
def no_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the supervisor out where a test is about the file alone."""
    monkeypatch.setattr("portal.reading.jobs.supervise", lambda _url, _engine: None)


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    fork_jobs(monkeypatch)


def test_a_file_is_taken_in_and_checked(portal: Portal) -> None:
    assert not portal.path.exists()
    answer = portal.bring(LINES, "my shop.csv", dataset="Shop")
    assert answer.status_code == 201, answer.text

    told = ended(portal.client, answer.json["job"])

    assert told["state"] == "done", told
    assert told["report"]["form"] == "order-lines"
    assert told["report"]["recognised"] is True
    assert told["report"]["file"] == "my shop.csv"
    assert told["report"]["rows"] == 60
    assert len(told["report"]["first"]) == 8
    assert {each["level"] for each in told["report"]["checks"]} == {"good"}
    (token,) = portal.on_disk()
    assert "shop" not in token
    assert rows(portal.path, "select name, dataset, state from upload") == [
        ("my shop.csv", "Shop", "received")
    ]


@pytest.mark.usefixtures("forked")
def test_a_file_with_other_headers_asks_for_a_mapping(portal: Portal) -> None:
    content = LINES.replace(b"UnitPrice", b"Cost").replace(b"CustomerID", b"Who")
    told = ended(portal.client, portal.bring(content).json["job"])

    assert told["state"] == "done"
    assert told["report"]["missing"] == ["amount"]
    assert "amount" in told["report"]["refusal"]


@pytest.mark.usefixtures("forked")
def test_cyrillic_decoded_twice_is_named(portal: Portal) -> None:
    wrong = "Тип".encode().decode("cp1251")
    content = LINES.decode().replace("Mug", wrong).encode()
    told = ended(portal.client, portal.bring(content).json["job"])

    (problem,) = told["report"]["problems"]
    assert "“Тип” decoded twice" in problem
    assert "Windows-1251" in problem


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("shop.csv", LINES + b"\0" * (200 * 1024**2))
    return packed.getvalue()


def climbing() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../shop.csv", LINES)
    return packed.getvalue()


BROKEN = {
    "pdf": ("shop.xlsx", b"%PDF-1.7\n" + bytes(300), "PDF document"),
    "png": ("shop.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "PNG picture"),
    "bomb": ("shop.zip", bomb(), "bomb"),
    "climbing": ("shop.zip", climbing(), "leads out of the archive"),
    "cut": ("shop.csv.gz", gzip.compress(LINES)[:-20], "cut off"),
    "sqlite": ("shop.db", b"SQLite format 3\0" + bytes(90), "shop.db"),
    "empty": ("shop.csv", b"InvoiceNo,StockCode\n", "no data rows"),
}


def assert_refused(portal: Portal, name: str, content: bytes, said: str) -> None:
    """Bring a file that is no table; its check must say so and delete it."""
    told = ended(portal.client, portal.bring(content, name).json["job"])

    assert told["state"] == "failed"
    assert said in told["message"]
    assert told["message"].endswith(".")
    assert name in told["message"]
    until(lambda: not portal.on_disk(), 10)
    refused = ("refused", told["message"])
    until(lambda: rows(portal.path, "select state, message from upload")[0] == refused, 10)


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_table_is_refused_and_deleted(portal: Portal, what: str) -> None:
    assert_refused(portal, *BROKEN[what])


def test_a_process_of_its_own_refuses_too(portal: Portal) -> None:
    assert_refused(portal, *BROKEN["pdf"])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("/abs/shop.csv", "shop.csv"),
        ("C:\\Users\\x\\shop.csv", "shop.csv"),
        ("a\0\n\x1b[2Jb.csv", "a[2Jb.csv"),
        ("--help", "--help"),
        ("магазин.csv", "магазин.csv"),
        ("x" * 500 + ".csv", ("x" * 500 + ".csv")[-200:]),
    ],
)
def test_a_name_is_text_and_never_a_path(text: str, name: str) -> None:
    assert own_name(text) == name


@pytest.mark.parametrize("text", ["", "..", "/", "\0", " "])
def test_a_file_without_a_name_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="no name"):
        own_name(text)


def assert_named(portal: Portal, name: str) -> None:
    """Bring a file and a data set of that name, and find the name in the report."""
    told = ended(portal.client, portal.bring(LINES, name, dataset=name).json["job"])
    assert told["state"] == "done", told
    assert told["report"]["file"] == name
    assert told["dataset"] == name


def test_names_are_no_commands(portal: Portal) -> None:
    assert_named(portal, "'; drop table job; --$(x).csv")


@pytest.mark.usefixtures("forked")
def test_names_are_no_arguments(portal: Portal) -> None:
    assert_named(portal, "--db")


@pytest.mark.usefixtures("no_jobs")
class TestTakingIn:
    """What the route refuses by itself."""

    def test_too_large(self, tmp_path: Path) -> None:
        portal = Portal(tmp_path, upload_bytes=100)
        answer = portal.bring(b"x" * 101)
        assert answer.status_code == 413
        assert "more than" in answer.json["problem"]
        assert portal.on_disk() == []

    def test_empty(self, portal: Portal) -> None:
        answer = portal.client.post(
            "/api/v1/uploads?name=a.csv", environ_overrides={"CONTENT_LENGTH": "0"}
        )
        assert answer.status_code == 400
        assert "empty" in answer.json["problem"]

    def test_a_bad_name_of_a_data_set(self, portal: Portal) -> None:
        answer = portal.bring(LINES, dataset="a\nb")
        assert answer.status_code == 400
        assert "1 to 100" in answer.json["problem"]

    def test_foreign_pages(self, portal: Portal) -> None:
        answer = portal.client.post(
            "/api/v1/uploads?name=a.csv", data=LINES, headers={"Origin": "https://evil.example"}
        )
        assert answer.status_code == 403
        assert not portal.path.exists()

    def test_broken_off(self, portal: Portal) -> None:
        answer = portal.client.post(
            "/api/v1/uploads?name=a.csv",
            environ_overrides={
                "wsgi.input": io.BytesIO(LINES[:100]),
                "CONTENT_LENGTH": str(len(LINES)),
            },
        )
        assert answer.status_code == 400
        assert portal.on_disk() == []
        assert rows(portal.path, "select count(*) from upload") == [(0,)]

    def test_too_many_at_once(self, portal: Portal) -> None:
        places = portal.app.server.extensions["clientele"].workspace.places
        with places, places:
            assert portal.bring(LINES).status_code == 503
        assert portal.bring(LINES).status_code == 201

    def test_a_disk_that_is_full(self, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> str:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("portal.web.work._stored", full)
        answer = portal.bring(LINES)
        assert answer.status_code == 507
        assert "No space left" in answer.json["problem"]
        assert portal.on_disk() == []


@pytest.fixture
def address(portal: Portal, no_jobs: None) -> Iterator[tuple[str, int]]:
    with serving(portal.app) as port:
        yield "127.0.0.1", port


def test_a_connection_that_breaks_leaves_nothing(
    portal: Portal, address: tuple[str, int]
) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(
            b"POST /api/v1/uploads?name=a.csv HTTP/1.1\r\nHost: x\r\n"
            b"Content-Length: 1000000\r\n\r\n" + b"a,b\n" * 1000
        )
        time.sleep(0.3)
    time.sleep(0.5)
    assert portal.on_disk() == []


def mutations(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Give valid files that were cut, flipped, doubled, stuffed, spliced or renamed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("shop.csv", LINES)
    valid = {
        "shop.csv": LINES,
        "shop.csv.gz": gzip.compress(LINES, mtime=0),
        "shop.zip": packed.getvalue(),
        "utf16.csv": LINES.decode().encode("utf-16"),
    }
    chance = random.Random(seed)
    for _ in range(count):
        name, content = chance.choice(list(valid.items()))
        broken = bytearray(content)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(broken)) if broken else 0
            match chance.randrange(6):
                case 0:
                    del broken[place:]
                case 1:
                    broken[place : place + 1] = bytes([chance.randrange(256)])
                case 2:
                    broken[place:place] = chance.randbytes(chance.randint(1, 200))
                case 3:
                    broken[place:place] = broken[: chance.randint(1, 300)]
                case 4:
                    broken[place : place + chance.randint(1, 50)] = b""
                case _:
                    broken[place:place] = chance.choice(
                        [b"\0" * 40, b"\xff\xfe", b'"', b"\r", b"=cmd|' /C calc'!A0,", b"\x1a"]
                    )
        yield chance.choice([name, *valid]), bytes(broken)


def test_a_table_of_a_sqlite_file_is_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from scripts.check import main

    path = tmp_path / "two.db"
    with closing(sqlite3.connect(path)) as connection:
        for table, number in (("new", "7"), ("old", "8")):
            connection.execute(
                f"create table {table} (InvoiceNo, StockCode, Quantity, InvoiceDate, UnitPrice,"
                " CustomerID)"
            )
            connection.execute(
                f"insert into {table} values (?, 'A', 1, '2025-01-01', 2.5, ?)",
                (number, number),
            )
        connection.commit()
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    assert main([str(path), "--db", url, "--table", "old"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [part["name"] for part in report["parts"]] == ["two.db, table “old”"]
    assert main([str(path), "--db", url, "--table", "none"]) == 2
    assert "none" in capsys.readouterr().err


def test_three_hundred_broken_files_are_reported_or_refused_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from scripts.check import main

    refused = 0
    for place, (name, content) in enumerate(mutations(seed=20260301, count=300)):
        path = tmp_path / f"{place:032x}"
        path.write_bytes(content)
        url = f"sqlite:///{tmp_path / 'portal.db'}"
        code = main([str(path), "--own-name", name, "--db", url, "--dataset", "shop"])
        said = capsys.readouterr()
        sentences = [line for line in said.err.splitlines() if not line.startswith("[")]
        assert code in {0, 2}, (place, name, said.err)
        assert "Traceback" not in said.err
        assert path.name not in said.err
        if code:
            refused += 1
            assert len(sentences) == 1
            assert sentences[0].startswith("check: ")
            assert sentences[0].endswith(".")
            assert sentences[0].isprintable()
    assert 30 < refused < 300
