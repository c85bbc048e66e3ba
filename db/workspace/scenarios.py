"""Scenarios: what someone entered on a page, under a name, to compare and to share."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from db.engine import writing
from db.runs import DATASET
from db.tables import core
from db.tables.workspace import Scenario as ScenarioRow
from db.workspace.owners import check_name, owner

SCENARIO = core(ScenarioRow)


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
        )
        kept = connection.execute(sa.select(SCENARIO.c.token).where(*same)).scalar()
        if kept is not None:
            connection.execute(
                sa.update(SCENARIO).where(*same).values(inputs=content, saved_at=at)
            )
            return str(kept)
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


def delete(engine: Engine, scenario_id: int) -> None:
    """Delete a scenario; addresses that name it lead nowhere from then on."""
    with writing(engine) as connection:
        connection.execute(sa.delete(SCENARIO).where(SCENARIO.c.scenario_id == scenario_id))


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
    return sa.select(
        SCENARIO.c.scenario_id,
        DATASET.c.name.label("dataset"),
        SCENARIO.c.kind,
        SCENARIO.c.name,
        SCENARIO.c.inputs,
        SCENARIO.c.token,
        SCENARIO.c.saved_at,
    ).join(DATASET, DATASET.c.dataset_id == SCENARIO.c.dataset_id)


def _scenario(row: sa.Row[Any]) -> Scenario:
    scenario = Scenario._make(row)
    return scenario._replace(inputs=dict(json.loads(row.inputs)))
