"""The first start: one click loads made-up data, and what is still to come is said."""

import datetime as dt
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from db import runs
from db.engine import open_reader, open_writer
from db.workspace import jobs, open_workspace
from pipeline.preparation.request import Request
from pipeline.refreshing.refresh import FULL, refresh
from pipeline.settings import load_settings
from portal.app import create_app
from portal.kit import made_up_data
from portal.pages.data import page as data
from portal.pages.landing import page as landing
from portal.pages.models import missing
from portal.pages.value import page as value
from portal.reading import made_up
from portal.reading.predicting.predictions import MISSING, awaited, share_done
from portal.reading.published import published_run
from portal.settings import Settings
from portal.web.standing import standing
from scripts import serve
from tests.shops import Shop, quick, rows, write_shop

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def portal_of(url: str) -> Dash:
    return create_app(open_reader(url), Settings(db=url))


class Ending:
    """Progress that is interrupted before the full run."""

    def stage(self, name: str) -> None:
        if name == FULL:
            raise KeyboardInterrupt

    def step(self, done: float, of: float | None = None, detail: str = "") -> None:
        pass


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Publish a quick run that no full one follows."""
    folder = tmp_path_factory.mktemp("quick")
    url = f"sqlite:///{folder}/portal.db"
    request = Request(
        sources=(str(write_shop(folder / "shop.csv")),),
        dataset="shop",
        quick_first=True,
        settings=load_settings(Path(quick(folder)[1])),
    )
    with pytest.raises(KeyboardInterrupt):
        refresh(
            open_writer(url), request, clock=lambda: dt.datetime.now(dt.UTC), progress=Ending()
        )
    return Shop(folder / "portal.db", url, "shop")


@pytest.fixture
def unstarted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.reading.jobs.supervise", lambda _url, _engine: None)


def job_of(**stage: Any) -> jobs.Job:
    empty = dict.fromkeys(jobs.Job._fields)
    return jobs.Job(**{**empty, "stages": [{"name": "read"}, stage] if stage else []})


def test_how_far_predictions_are() -> None:
    assert share_done(job_of()) == 0
    assert share_done(job_of(name="value", done=2, total=3)) == 0
    assert share_done(job_of(name="predict", done=None, total=None)) == 0
    assert share_done(job_of(name="predict", done=2.5, total=10)) == 0.25
    assert share_done(job_of(name="predict", done=12, total=10)) == 1


def test_what_a_quick_run_lacks_is_said(shop: Shop) -> None:
    portal = portal_of(shop.url)
    with portal.server.test_request_context("/"):
        with published_run() as run:
            assert run.is_quick
            assert awaited(run) == MISSING
        assert "Predictions are missing" in str(standing(""))
        assert "Predictions are missing" in str(value.show_state(""))
        engine = open_workspace(shop.url)
        number, _ = jobs.ask(engine, kind="refresh", dataset="shop", request={}, at=NOW)
        moment = dt.datetime.now(dt.UTC)
        assert jobs.begin(engine, pid=1, at=moment) == number
        stages = [{"name": "predict", "seconds": 1, "done": 3.4, "total": 10}]
        jobs.beat(engine, number, stages=stages, log="", at=moment)
        with published_run() as run:
            assert awaited(run) == "Predictions are being computed (34 %)."
            assert "(34 %)" in str(missing.nothing(run))
        jobs.end(engine, number, state="failed", at=moment)
        with published_run() as run:
            assert awaited(run) == MISSING


def test_of_a_full_run_nothing_is_said(published_shop: Shop) -> None:
    with portal_of(published_shop.url).server.test_request_context("/"):
        with published_run() as run:
            assert not run.is_quick
            assert (awaited(run), made_up.said(run)) == ("", "")
            assert "No models yet" in str(missing.nothing(run))
        assert standing("") is None
        assert standing("?dataset=nothing") is None


@pytest.mark.parametrize("form", list(made_up.DATASETS))
def test_one_click_loads_made_up_data(
    form: str, tmp_path: Path, unstarted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/portal.db"
    pressed = type("Pressed", (), {"triggered_id": f"landing-made-up-{form}"})
    monkeypatch.setattr(made_up_data, "ctx", pressed)
    with portal_of(url).server.test_request_context("/"):
        said = str(made_up_data.load(1, None))
        made_up_data.load(2, None)
    assert made_up_data.FOLLOWED in said
    (job,) = rows(tmp_path / "portal.db", "select kind, dataset, request, state from job")
    assert (job[0], job[1], job[3]) == ("refresh", made_up.DATASETS[form], "queued")
    assert json.loads(job[2]) == {"made_up": form}


def test_the_empty_portal_and_data_offer_it() -> None:
    for page in (landing.PAGE, data.PAGE):
        assert "Load the made-up shop" in str(page.laid_out())


def test_serve_asks_for_the_shop_where_nothing_is_there(
    tmp_path: Path, published_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []

    def supervise(url: str, _engine: object) -> "subprocess.Popen[str]":
        begun.append(url)
        return subprocess.Popen(["sleep", "60"], encoding="utf-8")

    monkeypatch.setattr(made_up, "supervise", supervise)
    url = f"sqlite:///{tmp_path}/portal.db"
    asked = serve.parser().parse_args(["--db", url, "--made-up-shop"])
    with serve._beside(asked):
        assert begun == [url]
        assert rows(tmp_path / "portal.db", "select dataset from job") == [("made-up-shop",)]
    there = serve.parser().parse_args(["--db", published_shop.url, "--made-up-shop"])
    with serve._beside(there):
        assert begun == [url]


def test_the_loading_ends_with_the_portal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = subprocess.Popen(["sleep", "60"], encoding="utf-8")
    monkeypatch.setattr(made_up, "ask", lambda *_, **__: process)
    asked = serve.parser().parse_args(["--db", f"sqlite:///{tmp_path}/portal.db"])
    with pytest.raises(KeyboardInterrupt), serve._beside(asked):
        raise KeyboardInterrupt
    assert process.poll() is not None


def test_a_quick_run_does_not_count_as_there(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_up, "supervise", lambda *_: "begun")
    assert made_up.ask(shop.url, settings=None) == "begun"
    assert not runs.is_shown_in_full(open_writer(shop.url), 1)
