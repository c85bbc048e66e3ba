"""Files that belong together come in one after the other and are read as one."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.forks import fork_jobs
from tests.portal.test_uploads import Portal
from tests.portal.waiting import ended, until
from tests.shops import FAST, rows

ITEMS = "order_id,product_id,quantity,price\n" + "".join(
    f"O{row // 2},P{row % 7},{1 + row % 3},{2 + row % 5}.50\n" for row in range(240)
)
ORDERS = "order_id,customer_id,order_date\n" + "".join(
    f"O{row},C{row % 30},2025-{1 + row % 9:02}-{1 + row % 27:02}\n" for row in range(120)
)


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portal:
    fork_jobs(monkeypatch)
    settings = tmp_path / "settings.yaml"
    settings.write_text(FAST)
    return Portal(tmp_path, refresh_settings=settings)


def brought(portal: Portal) -> dict[str, Any]:
    """Bring two files as the browser does, and wait for their check."""
    first = portal.bring(ITEMS.encode(), "order_items.csv", dataset="shop", more="1")
    assert first.status_code == 201
    assert first.json["job"] is None
    last = portal.bring(ORDERS.encode(), "orders.csv", **{"with": str(first.json["upload"])})
    assert last.status_code == 201, last.text
    return last.json


def published(portal: Portal, upload: int, **asked: Any) -> dict[str, Any]:
    from portal.reading.jobs import start

    with portal.client.application.test_request_context():
        job = start("refresh", dataset="shop", upload_id=upload, request=asked)
    told = ended(portal.client, job)
    assert told["state"] == "done", told
    return told


def test_they_are_joined_under_their_own_names(portal: Portal) -> None:
    answer = brought(portal)
    told = ended(portal.client, answer["job"])
    assert told["state"] == "done", told
    report = told["report"]
    assert report["joins"] == [
        "order_items joins orders on order_id: 240 of 240 rows find one."
    ]
    assert (report["rows"], report["rows_read"]) == (240, 360)
    assert [each["name"] for each in report["tables"]] == ["order_items", "orders"]
    assert len(portal.on_disk()) == 2

    made = published(portal, answer["upload"])
    assert made["report"]["customers"] == report["customers"]
    assert made["report"]["rows_read"] == 360
    until(lambda: not portal.on_disk(), 10)


def test_what_was_chosen_is_chosen_for_the_next_ones(portal: Portal) -> None:
    answer = brought(portal)
    ended(portal.client, answer["job"])
    published(portal, answer["upload"], currency="CHF", columns={"price": "amount"},
              mapping={"amount": "price"})  # fmt: skip
    again = brought(portal)
    ended(portal.client, again["job"])

    def followed() -> list[Any]:
        return rows(
            portal.path,
            "select dataset, request, report from job where job_id > ? and state = 'done'",
            again["job"],
        )

    ((dataset, request, report),) = until(followed)
    assert dataset == "shop"
    assert json.loads(request)["currency"] == "CHF"
    assert json.loads(report)["currency"] == "CHF"
    assert json.loads(report)["mapping"]["amount"] == "price"


@pytest.mark.parametrize("first", ["0", "x", "99999999999999999999", "-1"])
def test_a_file_needs_the_first_of_them(portal: Portal, first: str) -> None:
    answer = portal.bring(b"a,b\n1,2\n", "b.csv", **{"with": first})
    assert answer.status_code == 404
    assert "bring them in again" in answer.json["problem"]
    assert portal.on_disk() == []


def test_together_they_are_no_larger_than_one_may_be(portal: Portal, tmp_path: Path) -> None:
    small = Portal(tmp_path, upload_bytes=len(ITEMS) + 10)
    first = small.bring(ITEMS.encode(), "a.csv", more="1").json["upload"]
    answer = small.bring(ORDERS.encode(), "b.csv", **{"with": str(first)})
    assert answer.status_code == 413
    assert "files have" in answer.json["problem"]
    assert len(small.on_disk()) == 1
