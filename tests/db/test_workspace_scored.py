"""Customers scored by hand and kept: by key, by safe identifier, apart from all records."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from db import runs
from db.engine import reading
from db.errors import NotPublished
from db.tables import METADATA
from db.workspace import datasets, open_workspace, scored
from db.workspace.scored import Answered, BadIdentifier, Scored
from tests.shops import Shop, copied, refreshed, rows

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
DAY = dt.date(2026, 2, 27)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    opened = open_workspace(f"sqlite:///{tmp_path / 'portal.db'}")
    for name in ("shop", "other"):
        runs.dataset_id(opened, name)
    return opened


def save(
    engine: Engine, *names: str, dataset: str = "shop", minutes: int = 0, **answer
) -> None:
    people = [Answered(name, {"orders": []}, {"churn": 0.5, **answer}) for name in names]
    at = NOW + dt.timedelta(minutes=minutes)
    scored.save(engine, people, dataset=dataset, scored_by_run=3, as_of=DAY, at=at)


def kept(engine: Engine, dataset: str = "shop") -> list[Scored]:
    with reading(engine) as connection:
        found = scored.of(connection, dataset)
        assert scored.count(connection, dataset) == len(found)
        return found


def test_customers_are_kept_the_latest_first(engine: Engine) -> None:
    save(engine, "b", "a")
    save(engine, "Ö 7/b", minutes=1)
    save(engine, "a", dataset="other")

    found = kept(engine)
    assert [each.customer_id for each in found] == ["Ö 7/b", "a", "b"]
    assert found[0]._replace(saved_at=None) == Scored(
        "Ö 7/b", {"orders": []}, {"churn": 0.5}, 3, DAY, None
    )
    assert len(kept(engine, "other")) == 1


def test_one_saved_again_is_replaced(engine: Engine) -> None:
    save(engine, "a", "b")
    save(engine, "a", minutes=1, churn=0.9)
    assert [(each.customer_id, each.answer["churn"]) for each in kept(engine)] == [
        ("a", 0.9),
        ("b", 0.5),
    ]
    save(engine, "c", "c", minutes=2)
    assert len(kept(engine)) == 3


@pytest.mark.parametrize(
    "name",
    ["", " ", " a", "a ", "a\nb", "a\x00", "=1+1", "+1", "-1", "@x", "a" * 101, "\u202ex"],
)
def test_identifiers_that_are_none(engine: Engine, name: str) -> None:
    with pytest.raises(BadIdentifier, match="1 to 100 printable characters"):
        save(engine, "good", name)
    assert kept(engine) == []


def test_a_name_is_text_and_nothing_else(engine: Engine) -> None:
    save(engine, "'; drop table scored_customer; --", "../../x", "<script>")
    assert len(kept(engine)) == 3


def test_one_is_deleted_by_its_key(engine: Engine) -> None:
    save(engine, "a", "b")
    save(engine, "a", dataset="other")
    scored.delete(engine, "shop", "a")
    scored.delete(engine, "shop", "a")
    assert [each.customer_id for each in kept(engine)] == ["b"]
    assert len(kept(engine, "other")) == 1


def test_nothing_is_kept_for_a_data_set_that_is_not_there(engine: Engine) -> None:
    with pytest.raises(NotPublished, match="no data set “gone”"):
        save(engine, "a", dataset="gone")


def test_no_sweep_of_a_run_takes_them() -> None:
    assert not {"run_id", "load_id"} & set(METADATA.tables["scored_customer"].columns.keys())


def test_they_follow_their_data_set(published_shop: Shop, tmp_path: Path) -> None:
    path = copied(published_shop.path, tmp_path / "portal.db")
    engine = open_workspace(f"sqlite:///{path}")
    save(engine, "a")
    datasets.rename(engine, "shop", "store")
    assert len(kept(engine, "store")) == 1
    datasets.delete(engine, "store")
    assert rows(path, "select count(*) from scored_customer") == [(0,)]


def test_no_run_learns_from_them(published_shop: Shop, shop_file: Path, tmp_path: Path) -> None:
    path = copied(published_shop.path, tmp_path / "portal.db")
    save(open_workspace(f"sqlite:///{path}"), "scored by hand")
    refreshed(path, shop_file)
    seen = "select count(*) from {} where customer_id = 'scored by hand'"
    for table in ("customer_result", "customer_attribute", "customer_prediction"):
        assert rows(path, seen.format(table)) == [(0,)], table
    assert rows(path, seen.format("scored_customer")) == [(1,)]
