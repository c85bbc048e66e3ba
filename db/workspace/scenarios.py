"""Scenarios: what someone entered on a page, under a name, to compare and to share."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from db.engine import speaking, writing
from db.errors import DatabaseError
from db.runs import DATASET
from db.tables import core
from db.tables.workspace import Scenario as ScenarioRow
from db.workspace import undo
from db.workspace.owners import NameTaken, check_name, owner
from db.workspace.undo import Deleted

SCENARIO = core(ScenarioRow)


class NoScenario(DatabaseError):
    """There is no such scenario."""


class Scenario(NamedTuple):
    """A saved scenario; `token` names it in a shared address."""

    scenario_id: int
    dataset: str
    kind: str
    name: str
    inputs: dict[str, Any]
    token: str
    saved_at: dt.datetime


def save(
    engine: Engine,
    *,
    dataset: str,
    kind: str,
    name: str,
    inputs: Mapping[str, Any],
    token: str,
    at: dt.datetime,
) -> str:
    """Save a scenario and give its token; one of the same kind and name is replaced.

    What is replaced keeps its own token, so that addresses that were shared show what is saved
    now; `token`, drawn at random by the caller, is that of a new one.
    """
    check_name(name)
    content = json.dumps(inputs, ensure_ascii=False, allow_nan=False)
    with writing(engine) as connection:
        dataset_id = owner(connection, dataset)
        same = (
            SCENARIO.c.dataset_id == dataset_id,
            SCENARIO.c.kind == kind,
            SCENARIO.c.name == name,
            undo.is_here(SCENARIO),
        )
        existing_token = connection.execute(sa.select(SCENARIO.c.token).where(*same)).scalar()
        if existing_token is not None:
            connection.execute(
                sa.update(SCENARIO).where(*same).values(inputs=content, saved_at=at)
            )
            return str(existing_token)
        connection.execute(
            sa.insert(SCENARIO).values(
                dataset_id=dataset_id,
                kind=kind,
                name=name,
                inputs=content,
                token=token,
                saved_at=at,
            )
        )
    return token


def delete(engine: Engine, scenario_id: int, *, at: dt.datetime) -> None:
    """Delete a scenario; addresses that name it lead nowhere until it is brought back.

    What was deleted longer than 30 days ago goes for good.
    """
    with writing(engine) as connection:
        connection.execute(sa.delete(SCENARIO).where(undo.is_due(SCENARIO, at)))
        connection.execute(
            sa.update(SCENARIO)
            .where(SCENARIO.c.scenario_id == scenario_id, undo.is_here(SCENARIO))
            .values(deleted_at=at)
        )


def restore(engine: Engine, scenario_id: int) -> str:
    """Bring a deleted scenario back and give its name.

    Raises `NameTaken` where another one of its kind has its name by now, and `NoScenario`.
    """
    mine = SCENARIO.c.scenario_id == scenario_id
    with speaking(engine):
        with engine.connect() as connection:
            name = connection.execute(sa.select(SCENARIO.c.name).where(mine)).scalar()
        if name is None:
            raise NoScenario("That scenario is gone for good.")
        try:
            with engine.begin() as connection:
                connection.execute(sa.update(SCENARIO).where(mine).values(deleted_at=None))
        except IntegrityError as error:
            raise NameTaken(
                f"There is a scenario “{name}” already; give that one another name first."
            ) from error
    return str(name)


def deleted(connection: Connection, dataset: str, *, kind: str) -> list[Deleted]:
    """Give the scenarios of a kind that can be brought back, the latest first."""
    query = (
        undo.listed(SCENARIO, SCENARIO.c.scenario_id, SCENARIO.c.name)
        .join(DATASET, DATASET.c.dataset_id == SCENARIO.c.dataset_id)
        .where(DATASET.c.name == dataset, SCENARIO.c.kind == kind)
    )
    return [Deleted._make(row) for row in connection.execute(query)]


def of(connection: Connection, dataset: str, *, kind: str) -> list[Scenario]:
    """Give the scenarios of a kind, the latest first."""
    query = _every().where(DATASET.c.name == dataset, SCENARIO.c.kind == kind)
    newest = query.order_by(SCENARIO.c.saved_at.desc(), SCENARIO.c.scenario_id.desc())
    return [_scenario(row) for row in connection.execute(newest)]


def shared(connection: Connection, token: str) -> Scenario | None:
    """Give the scenario that a shared address names."""
    row = connection.execute(_every().where(SCENARIO.c.token == token)).first()
    return None if row is None else _scenario(row)


def _every() -> sa.Select[Any]:
    return (
        sa.select(
            SCENARIO.c.scenario_id,
            DATASET.c.name.label("dataset"),
            SCENARIO.c.kind,
            SCENARIO.c.name,
            SCENARIO.c.inputs,
            SCENARIO.c.token,
            SCENARIO.c.saved_at,
        )
        .join(DATASET, DATASET.c.dataset_id == SCENARIO.c.dataset_id)
        .where(undo.is_here(SCENARIO))
    )


def _scenario(row: sa.Row[Any]) -> Scenario:
    scenario = Scenario._make(row)
    return scenario._replace(inputs=dict(json.loads(row.inputs)))
