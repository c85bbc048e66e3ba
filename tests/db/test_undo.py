"""What people delete can be brought back for 30 days, and its name is free meanwhile."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from db import runs
from db.engine import reading
from db.tables import METADATA
from db.workspace import campaigns, open_workspace, playbooks, scenarios
from db.workspace.owners import NameTaken
from db.workspace.undo import KEPT_FOR

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
LATE = NOW + KEPT_FOR - dt.timedelta(minutes=1)
TOO_LATE = NOW + KEPT_FOR + dt.timedelta(minutes=1)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    opened = open_workspace(f"sqlite:///{tmp_path / 'portal.db'}")
    runs.dataset_id(opened, "shop")
    return opened


def campaign(engine: Engine, name: str = "Spring", at: dt.datetime = NOW) -> int:
    members = pd.DataFrame(
        {"customer_id": ["1", "2"], "contacted": [True, False], "stratum": ["a", "a"]}
    )
    return campaigns.create(
        engine, members, dataset="shop", name=name, made_by_run=1, as_of=None, stamp="{}", at=at
    )


def scenario(engine: Engine, name: str, token: str) -> int:
    scenarios.save(
        engine, dataset="shop", kind="return", name=name, inputs={}, token=token, at=NOW
    )
    with reading(engine) as connection:
        found = scenarios.shared(connection, token)
    assert found is not None
    return found.scenario_id


def version(engine: Engine, text: str, based_on: int) -> int:
    return playbooks.save(
        engine, dataset="shop", text=text, note="why", based_on=based_on, at=NOW
    )


def count(engine: Engine, table: str) -> int:
    with reading(engine) as connection:
        query = sa.select(sa.func.count()).select_from(METADATA.tables[table])
        return int(connection.execute(query).scalar_one())


def test_a_campaign_comes_back_as_it_was(engine: Engine) -> None:
    number = campaign(engine)
    campaigns.describe(engine, number, name="Spring", note="n", offer="o", cost=5)
    campaigns.start(engine, number, on=dt.date(2026, 3, 2))
    with reading(engine) as connection:
        before = campaigns.one(connection, number)
    campaigns.delete(engine, number, at=NOW)
    with reading(engine) as connection:
        assert campaigns.one(connection, number) is None
        assert campaigns.of(connection, "shop") == []
        (away,) = campaigns.deleted(connection, "shop")
    assert (away.number, away.name) == (number, "Spring")
    with pytest.raises(campaigns.NoCampaign):
        campaigns.end(engine, number, on=dt.date(2026, 3, 3))

    campaigns.restore(engine, number)
    with reading(engine) as connection:
        assert campaigns.one(connection, number) == before
        assert len(campaigns.members(connection, number)) == 2
        assert campaigns.deleted(connection, "shop") == []


def test_its_name_is_free_until_it_comes_back(engine: Engine) -> None:
    first = campaign(engine)
    campaigns.delete(engine, first, at=NOW)
    second = campaign(engine)
    with pytest.raises(NameTaken, match="“Spring” already"):
        campaigns.restore(engine, first)
    campaigns.describe(engine, second, name="Summer", note="", offer="", cost=None)
    campaigns.restore(engine, first)
    with reading(engine) as connection:
        assert [each.name for each in campaigns.of(connection, "shop")] == ["Summer", "Spring"]


def test_after_thirty_days_a_campaign_goes_for_good(engine: Engine) -> None:
    first = campaign(engine)
    campaigns.delete(engine, first, at=NOW)
    other = campaign(engine, "Autumn", at=LATE)
    assert count(engine, "campaign") == 2
    campaigns.delete(engine, other, at=TOO_LATE)
    assert (count(engine, "campaign"), count(engine, "campaign_member")) == (1, 2)
    with pytest.raises(campaigns.NoCampaign, match="for good"):
        campaigns.restore(engine, first)
    campaigns.restore(engine, other)


def test_deleting_twice_keeps_the_first_day(engine: Engine) -> None:
    number = campaign(engine)
    campaigns.delete(engine, number, at=NOW)
    campaigns.delete(engine, number, at=LATE)
    campaigns.delete(engine, 99, at=TOO_LATE)
    assert count(engine, "campaign") == 0


def test_a_scenario_comes_back_with_its_address(engine: Engine) -> None:
    number = scenario(engine, "Careful", "t1")
    scenarios.delete(engine, number, at=NOW)
    with reading(engine) as connection:
        assert scenarios.shared(connection, "t1") is None
        assert scenarios.of(connection, "shop", kind="return") == []
        (away,) = scenarios.deleted(connection, "shop", kind="return")
        assert scenarios.deleted(connection, "shop", kind="budget") == []
    assert (away.number, away.name) == (number, "Careful")
    other = scenario(engine, "Careful", "t2")
    with pytest.raises(NameTaken, match="“Careful” already"):
        scenarios.restore(engine, number)
    scenarios.delete(engine, other, at=LATE)
    assert scenarios.restore(engine, number) == "Careful"
    with reading(engine) as connection:
        assert scenarios.shared(connection, "t1") is not None
    scenarios.delete(engine, 99, at=LATE + KEPT_FOR + dt.timedelta(minutes=1))
    with pytest.raises(scenarios.NoScenario, match="for good"):
        scenarios.restore(engine, other)


def test_without_its_newest_version_the_one_before_is_in_force(engine: Engine) -> None:
    version(engine, "a: 1", 0)
    version(engine, "a: 2", 1)
    playbooks.delete(engine, "shop", 2, at=NOW)
    with reading(engine) as connection:
        assert playbooks.newest(connection, "shop") == 1
        assert [each.version for each in playbooks.history(connection, "shop")] == [1]
        assert playbooks.one(connection, "shop", 2) is None
        assert [each.number for each in playbooks.deleted(connection, "shop")] == [2]
    assert version(engine, "a: 3", 1) == 3
    playbooks.restore(engine, "shop", 2)
    with reading(engine) as connection:
        assert [each.version for each in playbooks.history(connection, "shop")] == [3, 2, 1]
    for number in (1, 2, 3):
        playbooks.delete(engine, "shop", number, at=NOW)
    with reading(engine) as connection:
        assert playbooks.newest(connection, "shop") == playbooks.BUILT_IN
    with pytest.raises(playbooks.NoVersion):
        playbooks.restore(engine, "shop", 9)


def test_no_number_of_a_playbook_is_given_twice(engine: Engine) -> None:
    version(engine, "a: 1", 0)
    version(engine, "a: 2", 1)
    for number in (1, 2):
        playbooks.delete(engine, "shop", number, at=NOW)
    playbooks.delete(engine, "shop", 9, at=TOO_LATE)
    assert count(engine, "playbook_version") == 1
    assert version(engine, "a: 4", 0) == 3
