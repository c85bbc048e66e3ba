"""What people write about strategy: playbooks, scenarios and campaigns, and that it stays."""

import datetime as dt
import threading
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from db import clearing, runs
from db.engine import reading, writing
from db.errors import DatabaseError, NotPublished
from db.tables import METADATA
from db.workspace import campaigns, datasets, open_workspace, owners, playbooks, scenarios
from tests.shops import Shop, copied, rows

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
DAY = dt.date(2026, 2, 27)
MADE = ("playbook_version", "scenario", "campaign", "campaign_member")


def later(minutes: float) -> dt.datetime:
    return NOW + dt.timedelta(minutes=minutes)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    opened = open_workspace(f"sqlite:///{tmp_path / 'portal.db'}")
    for name in ("shop", "other"):
        runs.dataset_id(opened, name)
    return opened


def members(count: int = 10) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": [f"{number:06}" for number in range(count)],
            "contacted": [number % 5 > 0 for number in range(count)],
            "stratum": ["At Risk · Middle"] * count,
        }
    )


def campaign(engine: Engine, name: str = "Spring", dataset: str = "shop", **more) -> int:
    figures = {"made_by_run": 3, "as_of": DAY, "stamp": '{"seed": 5}', "at": NOW, **more}
    people = figures.pop("members", members())
    return campaigns.create(engine, people, dataset=dataset, name=name, **figures)


def saved(engine: Engine, text: str, based_on: int, dataset: str = "shop") -> int:
    return playbooks.save(
        engine, dataset=dataset, text=text, note="why", based_on=based_on, at=NOW
    )


def counts(engine: Engine) -> dict[str, int]:
    with reading(engine) as connection:
        return {
            name: connection.execute(
                sa.select(sa.func.count()).select_from(METADATA.tables[name])
            ).scalar_one()
            for name in MADE
        }


@pytest.mark.parametrize("name", MADE)
def test_no_sweep_of_a_run_takes_what_people_wrote(name: str) -> None:
    assert not {"run_id", "load_id"} & set(METADATA.tables[name].columns.keys())


def test_versions_of_a_playbook_follow_each_other(engine: Engine) -> None:
    with reading(engine) as connection:
        assert playbooks.current(connection, "shop") is None
    assert saved(engine, "a: 1", 0) == 1
    assert saved(engine, "a: 2", 1) == 2
    assert saved(engine, "b: 1", 0, dataset="other") == 1
    with reading(engine) as connection:
        current = playbooks.current(connection, "shop")
        assert current is not None
        assert (current.version, current.text, current.note) == (2, "a: 2", "why")
        assert [each.version for each in playbooks.history(connection, "shop")] == [2, 1]
        first = playbooks.one(connection, "shop", 1)
        assert first is not None
        assert first.text == "a: 1"
        assert playbooks.one(connection, "shop", 3) is None


def test_saving_the_same_text_again_makes_no_version(engine: Engine) -> None:
    saved(engine, "a: 1", 0)
    assert saved(engine, "a: 1", 0) == 1
    assert counts(engine)["playbook_version"] == 1


def test_nobody_undoes_what_they_have_not_seen(engine: Engine) -> None:
    saved(engine, "a: 1", 0)
    with pytest.raises(playbooks.PlaybookChanged, match="saved version 1"):
        saved(engine, "a: 2", 0)
    with pytest.raises(NotPublished, match="no data set “gone”"):
        saved(engine, "a: 2", 0, dataset="gone")


def test_of_ten_who_save_at_once_one_wins(engine: Engine) -> None:
    gate, refused = threading.Barrier(10), []

    def press(number: int) -> None:
        gate.wait()
        try:
            saved(engine, f"a: {number}", 0)
        except playbooks.PlaybookChanged:
            refused.append(number)

    threads = [threading.Thread(target=press, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 9
    assert counts(engine)["playbook_version"] == 1


def scenario(engine: Engine, name: str, token: str, minutes: float = 0, **inputs) -> str:
    return scenarios.save(
        engine,
        dataset="shop",
        kind="return",
        name=name,
        inputs=inputs,
        token=token,
        at=later(minutes),
    )


def test_scenarios_are_kept_and_shared(engine: Engine) -> None:
    scenario(engine, "Careful", "t1", margin=0.4)
    scenario(engine, "Bold “now”", "t2", minutes=1, margin=0.5)
    with reading(engine) as connection:
        found = scenarios.of(connection, "shop", kind="return")
        assert [each.name for each in found] == ["Bold “now”", "Careful"]
        assert scenarios.of(connection, "shop", kind="budget") == []
        assert scenarios.of(connection, "other", kind="return") == []
        shared = scenarios.shared(connection, "t1")
        assert scenarios.shared(connection, "t3") is None
    assert shared is not None
    assert (shared.dataset, shared.inputs) == ("shop", {"margin": 0.4})


def test_a_scenario_saved_again_keeps_its_address(engine: Engine) -> None:
    assert scenario(engine, "Careful", "t1", margin=0.4) == "t1"
    assert scenario(engine, "Careful", "t2", minutes=2, margin=0.3) == "t1"
    with reading(engine) as connection:
        shared = scenarios.shared(connection, "t1")
        assert shared is not None
        assert shared.inputs == {"margin": 0.3}
        assert shared.saved_at.replace(tzinfo=dt.UTC) == later(2)
    scenarios.delete(engine, shared.scenario_id, at=NOW)
    with reading(engine) as connection:
        assert scenarios.shared(connection, "t1") is None


@pytest.mark.parametrize("name", ["", "   ", "a" * 101, "a\nb"])
def test_names_that_are_none(engine: Engine, name: str) -> None:
    with pytest.raises(owners.BadName, match="one line and at most 100"):
        scenario(engine, name, "t")
    with pytest.raises(owners.BadName, match="one line and at most 100"):
        campaign(engine, name)


def test_a_campaign_keeps_its_members(engine: Engine) -> None:
    number = campaign(engine)
    with reading(engine) as connection:
        found = campaigns.one(connection, number)
        assert found is not None
        assert (found.dataset, found.name, found.state) == ("shop", "Spring", "planned")
        assert (found.contacted, found.held_out, found.made_by_run) == (8, 2, 3)
        assert (found.as_of, found.stamp, found.starts_on) == (DAY, '{"seed": 5}', None)
        pd.testing.assert_frame_equal(campaigns.members(connection, number), members())
        assert campaigns.members(connection, number + 1).empty


def test_campaigns_are_listed_the_latest_first(engine: Engine) -> None:
    one, two = campaign(engine, "One"), campaign(engine, "Two")
    campaign(engine, "One", dataset="other")
    with reading(engine) as connection:
        found = [each.campaign_id for each in campaigns.of(connection, "shop")]
    assert found == [two, one]


def test_a_campaign_from_its_first_day_to_its_last(engine: Engine) -> None:
    number = campaign(engine)
    campaigns.start(engine, number, on=DAY)
    campaigns.end(engine, number, on=DAY + dt.timedelta(30))
    with reading(engine) as connection:
        found = campaigns.one(connection, number)
    assert found is not None
    assert (found.state, found.starts_on) == ("ended", DAY)
    assert found.ends_on == dt.date(2026, 3, 29)
    with pytest.raises(campaigns.NoCampaign, match="not there any more"):
        campaigns.start(engine, 99, on=DAY)


def test_a_campaign_is_described_and_described_again(engine: Engine) -> None:
    number, other = campaign(engine), campaign(engine, "Autumn")
    said = {"note": "Letters went out late", "offer": "20 % off", "cost": 512.5}
    campaigns.describe(engine, number, name="Spring letters", **said)
    assert described(engine, number) == ("Spring letters", *said.values())
    assert described(engine, other) == ("Autumn", "", "", None)

    with pytest.raises(owners.NameTaken, match="“Autumn” already"):
        campaigns.describe(engine, number, name="Autumn", note="x", offer="x", cost=1)
    with pytest.raises(owners.BadName):
        campaigns.describe(engine, number, name=" ", note="x", offer="x", cost=1)
    with pytest.raises(campaigns.NoCampaign):
        campaigns.describe(engine, 99, name="Nobody's", note="", offer="", cost=None)
    assert described(engine, number) == ("Spring letters", *said.values())

    campaigns.describe(engine, number, name="Spring letters", note="", offer="", cost=None)
    assert described(engine, number) == ("Spring letters", "", "", None)
    campaigns.delete(engine, number, at=NOW)
    with reading(engine) as connection:
        assert [each.name for each in campaigns.of(connection, "shop")] == ["Autumn"]


def test_a_database_of_before_has_campaigns_that_nobody_described(engine: Engine) -> None:
    number = campaign(engine)
    with writing(engine) as connection:
        campaigns.DETAIL.drop(connection)
    assert described(engine, number) == ("Spring", "", "", None)


def described(engine: Engine, number: int) -> tuple[str, str, str, float | None]:
    with reading(engine) as connection:
        found = campaigns.one(connection, number)
    assert found is not None
    return found.name, found.note, found.offer, found.cost


def test_a_name_is_taken_within_a_data_set(engine: Engine) -> None:
    number = campaign(engine)
    with pytest.raises(owners.NameTaken, match="There is a campaign “Spring” already"):
        campaign(engine)
    assert counts(engine) | {"campaign": 1, "campaign_member": 10} == counts(engine)
    campaigns.delete(engine, number, at=NOW)
    campaign(engine)


def test_members_come_in_by_parts(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaigns, "AT_ONCE", 3)
    number = campaign(engine)
    assert counts(engine)["campaign_member"] == 10
    campaigns.erase(engine, number)
    assert (counts(engine)["campaign"], counts(engine)["campaign_member"]) == (0, 0)


def test_a_campaign_that_fails_on_the_way_leaves_nothing(engine: Engine) -> None:
    twice = pd.concat([members(), members()])
    with pytest.raises(DatabaseError):
        campaign(engine, members=twice)
    assert (counts(engine)["campaign"], counts(engine)["campaign_member"]) == (0, 0)


def test_nobody_sees_a_campaign_that_was_left_half_written(engine: Engine) -> None:
    number = campaign(engine)
    with writing(engine) as connection:
        connection.execute(sa.update(campaigns.CAMPAIGN).values(state="writing"))
    with reading(engine) as connection:
        assert campaigns.one(connection, number) is None
        assert campaigns.of(connection, "shop") == []
    campaign(engine, at=later(10))
    assert counts(engine)["campaign"] == 2
    campaign(engine, "Summer", at=later(45))
    assert counts(engine)["campaign"] == 2


def test_two_who_take_one_name_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second is told by the database when its members are there."""
    write = campaigns._write_members

    def slowly(engine: Engine, campaign_id: int, rows: pd.DataFrame) -> None:
        monkeypatch.setattr(campaigns, "_write_members", write)
        campaign(engine)
        write(engine, campaign_id, rows)

    monkeypatch.setattr(campaigns, "_write_members", slowly)
    with pytest.raises(owners.NameTaken):
        campaign(engine)
    assert counts(engine)["campaign"] == 1


def test_what_is_written_follows_its_data_set(published_shop: Shop, tmp_path: Path) -> None:
    path = copied(published_shop.path, tmp_path / "portal.db")
    engine = open_workspace(f"sqlite:///{path}")
    saved(engine, "a: 1", 0)
    scenario(engine, "Careful", "t1")
    number = campaign(engine)

    datasets.rename(engine, "shop", "store")
    with reading(engine) as connection:
        assert playbooks.current(connection, "store") is not None
        assert len(scenarios.of(connection, "store", kind="return")) == 1
        assert [each.campaign_id for each in campaigns.of(connection, "store")] == [number]

    for (run_id,) in rows(path, "select run_id from run"):
        clearing.clear_results(engine, run_id)
    assert min(counts(engine).values()) == 1

    datasets.delete(engine, "store")
    assert set(counts(engine).values()) == {0}
