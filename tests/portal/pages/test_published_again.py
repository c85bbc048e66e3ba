"""History: an earlier run is published again by a button, once that is confirmed."""

from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from db.engine import open_reader, open_writer
from db.locks import refreshing
from portal.app import create_app
from portal.pages.history import again, page
from portal.settings import Settings
from tests.portal.asked import answer
from tests.shops import Shop, refreshed, rows, write_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Publish a shop twice."""
    folder: Path = tmp_path_factory.mktemp("runs")
    lines = write_shop(folder / "shop.csv", customers=120, days=300)
    refreshed(folder / "portal.db", lines)
    return refreshed(folder / "portal.db", lines, "--seed", 7)


@pytest.fixture(scope="module")
def portal(shop: Shop) -> Dash:
    return create_app(open_reader(shop.url), Settings(db=shop.url))


def shown(shop: Shop) -> int:
    return int(rows(shop.path, "select run_id from published")[0][0])


def pressed(portal: Dash, button: str, run: int) -> dict[str, Any]:
    given = dict.fromkeys((again.PUBLISH, again.YES, again.NO), 1)
    asked = given | {"url": f"?dataset=shop&run={run}"}
    client = portal.server.test_client()
    told = answer(portal, client, f"{again.ANSWER}.children", asked, [f"{button}.n_clicks"])
    return told["response"] | {"side": told.get("sideUpdate")}


def test_an_earlier_run_is_published_again_once_confirmed(portal: Dash, shop: Shop) -> None:
    with portal.server.test_request_context("/"):
        assert [page.offer(f"?dataset=shop&run={n}", None) for n in (1, 2, 9)] == [
            False, True, True,
        ]  # fmt: skip

    asked = pressed(portal, again.PUBLISH, 1)
    assert asked[again.CONFIRMATION]["hidden"] is False
    question = asked[again.QUESTION]["children"]
    assert "run 1 of “shop” to everybody instead of run 2" in question
    assert pressed(portal, again.NO, 1)[again.ANSWER]["children"] == "Nothing has changed."
    assert shown(shop) == 2

    with refreshing(open_writer(shop.url), "shop"):
        refused = str(pressed(portal, again.YES, 1)[again.ANSWER])
    assert "Another refresh of “shop” is running." in refused
    assert shown(shop) == 2

    done = pressed(portal, again.YES, 1)
    assert done[again.ANSWER]["children"] == "“shop” now shows update 1."
    assert "shop shows 1" in str(done["side"])
    assert shown(shop) == 1
    assert "keeps no published run 9" in str(pressed(portal, again.YES, 9)[again.ANSWER])
    with portal.server.test_request_context("/"):
        listed = str(page.show_run("?dataset=shop")[0])
        assert page.offer("?dataset=shop&run=1", None) is True
    assert listed.count("shown now") == 1
