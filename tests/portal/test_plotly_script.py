"""Plotly's script: whole, its kinds of charts set up when drawn, kept for good by browsers."""

from pathlib import Path

import plotly
from dash import Dash

from portal.web.plotly_script import plotly_url, set_up_when_drawn

CAME = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_text("utf-8")


def test_the_script_of_this_version_sets_kinds_up_when_they_are_drawn() -> None:
    changed = set_up_when_drawn(CAME)
    assert changed is not None
    assert 0 < len(changed) - len(CAME) < 4_000
    later = changed[changed.index("later:{") :][:1_000]
    assert {f'"{kind}":' in later for kind in ("box", "sankey", "scatter3d")} == {True}
    assert '"bar":' not in later


def test_a_script_that_looks_other_is_served_as_it_came() -> None:
    assert set_up_when_drawn("window.Plotly = {};") is None
    assert set_up_when_drawn(CAME.replace("this, () => {", "this, function () {")) is None
    assert set_up_when_drawn(CAME.replace('moduleType:"trace",name:"bar"', "")) is None


def test_pages_ask_for_it_at_an_address_that_is_kept(app: Dash) -> None:
    client = app.server.test_client()
    page = client.get("/").text
    assert f'data-plotly="{plotly_url()}"' in page
    served = client.get(plotly_url())
    assert served.mimetype == "text/javascript"
    assert served.get_data(as_text=True) == set_up_when_drawn(CAME)
    assert "immutable" in served.headers["Cache-Control"]
