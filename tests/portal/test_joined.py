"""The portal's own styles and scripts: all of them, once, kept for good by browsers."""

import re

from dash import Dash

from portal.web.joined import ALONE, ASSETS, joined, joined_url


def test_a_page_asks_for_all_of_them_once(app: Dash) -> None:
    page = app.server.test_client().get("/").text
    for kind in ("css", "js"):
        assert page.count(joined_url(kind)) == 1
        text = app.server.test_client().get(joined_url(kind)).text
        for path in ASSETS.glob(f"*.{kind}"):
            assert (path.read_text("utf-8") in text) == (path.name not in ALONE)
    assert set(re.findall(r"/assets/([\w.]+)", page)) == {*ALONE, "icon.svg"}


def test_their_address_changes_with_what_they_say() -> None:
    assert joined("js", frozenset()) != joined("js")
    assert joined_url("css") != joined_url("js")


def test_they_are_kept_and_nothing_else_is_served(app: Dash) -> None:
    client = app.server.test_client()
    kept = client.get(joined_url("css"))
    assert kept.mimetype == "text/css"
    assert "immutable" in kept.headers["Cache-Control"]
    assert client.get(joined_url("js").replace(".js", ".py")).status_code == 404
