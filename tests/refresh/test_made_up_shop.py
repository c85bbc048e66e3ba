"""The made-up shop as it is loaded: two updates, a campaign between them, costs of its own."""

import json
from pathlib import Path

import pytest

from db.engine import open_reader, reading
from pipeline.samples.costs import COSTS
from pipeline.samples.settings import MADE_UP_SHOP
from portal.pages.campaigns import outcome, planning
from portal.reading import made_up
from portal.reading.contacting.costs_said import in_force
from portal.reading.datasets import published
from portal.reading.predicting import risk
from portal.reading.published import chosen, memory
from scripts import made_up as command
from tests.shops import copied, leftovers, quick, rows

SMALL = MADE_UP_SHOP.model_copy(update={"customers": 700})
RUNS = "select run_id, as_of, kind from run where status = 'published' order by run_id"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made-up")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.sources.arrival.MADE_UP_SHOP", SMALL)
        patch.setattr(command, "MADE_UP_SHOP", SMALL)
        again = [*quick(folder), "--db", f"sqlite:///{folder}/portal.db"]
        assert command.main(again) == 0
    return folder / "portal.db"


def test_two_updates_a_month_apart_are_kept(loaded: Path) -> None:
    (first, second) = rows(loaded, RUNS)
    assert first[1:] == ("2025-10-23", None)
    assert second[1:] == ("2025-11-23", None)
    assert rows(loaded, "select run_id from published") == [(second[0],)]
    assert leftovers(loaded) == {}


def test_its_campaign_can_be_read_back(loaded: Path) -> None:
    with reading(open_reader(f"sqlite:///{loaded}")) as connection:
        run = chosen(published(connection), connection, None, memory(10))
        (campaign,) = planning.every(run)
        assert (campaign.name, campaign.state) == (command.CAMPAIGN, "ended")
        assert "made up" in campaign.name
        assert 2 * campaign.held_out < campaign.contacted < 3 * campaign.held_out
        assert campaign.cost == campaign.contacted * COSTS["contact_cost"]
        found = outcome.result(run, campaign).readback
    assert found is not None
    assert found.conversion.contacted > found.conversion.held_out


def test_costs_are_its_own_and_said_to_be(loaded: Path) -> None:
    with reading(open_reader(f"sqlite:///{loaded}")) as connection:
        run = chosen(published(connection), connection, None, memory(10))
        costs = risk.of_run(run)
        assert costs is not None
        assert {name: getattr(costs, name) for name in COSTS} == COSTS
        assert in_force(run) == ""  # the saved playbook has the same
        assert made_up.said(run).startswith("Made up")
        assert run.playbook == 1
    (settings,) = rows(loaded, "select settings from run order by run_id desc limit 1")[0]
    assert json.loads(settings)["strategy"]["incentive"] == COSTS["incentive"]


def test_once_it_is_there_it_is_only_refreshed(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a database of its own: other tests of this process have the first one open."""
    monkeypatch.setattr("pipeline.sources.arrival.MADE_UP_SHOP", SMALL)
    mine = copied(loaded, tmp_path / "portal.db")
    before = rows(mine, RUNS)
    assert command.main([*quick(tmp_path), "--db", f"sqlite:///{mine}"]) == 0
    assert rows(mine, RUNS)[: len(before)] == before
    assert len(rows(mine, RUNS)) == len(before) + 1
    assert len(rows(mine, "select 1 from campaign")) == 1


def test_another_form_is_one_refresh(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    url = f"sqlite:///{tmp_path}/portal.db"
    arguments = ["--form", "behaviour", "--json", *quick(tmp_path), "--db", url]
    assert command.main(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["dataset"], told["form"]) == ("made-up-behaviour", "behaviour")
    assert rows(tmp_path / "portal.db", "select kind from run") == [(None,)]


def test_what_is_wrong_is_said(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert command.main(["--settings", str(tmp_path / "none.yaml")]) == 2
    assert "There is no settings file" in capsys.readouterr().err
    assert command.main(["--form", "nothing"]) == 2
