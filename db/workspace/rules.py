"""The rules for alerts of each data set: which figure, which limit, on or off."""

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from db.engine import reading, writing
from db.errors import DatabaseError
from db.runs import DATASET
from db.tables import core
from db.tables.workspace import AlertRule
from db.workspace import undo
from db.workspace.owners import owner
from db.workspace.undo import Deleted

RULE = core(AlertRule)
MOST = 50
"""Rules of a data set."""


class NoRule(DatabaseError):
    """There is no such rule, or no room for another."""


class Rule(NamedTuple):
    """A rule: `kind` is above, below, rises, falls or range, `subject` None means any."""

    figure: str
    subject: str | None
    kind: str
    threshold: float
    is_on: bool = True
    number: int = 0


GIVEN = (
    Rule("unusual_days", None, "above", 0.0),
    Rule("revenue_30d", None, "falls", 0.3),
    Rule("score", None, "range", 0.0),
    Rule("drift", None, "above", 0.5, is_on=False),
    Rule("returned_share", None, "rises", 0.5, is_on=False),
)
"""What a data set begins with: few rules, and quiet ones."""


def begin(engine: Engine, dataset_id: int, *, at: dt.datetime) -> None:
    """Give a data set its first rules; one that ever had any keeps what people made of them."""
    with writing(engine) as connection:
        had = sa.select(RULE.c.rule_id).where(RULE.c.dataset_id == dataset_id).limit(1)
        if connection.execute(had).first() is None:
            for rule in GIVEN:
                connection.execute(_inserted(dataset_id, rule, at, is_given=True))


def in_force(engine: Engine, dataset_id: int) -> list[Rule]:
    """Give the rules of a data set that are on, in the order in which they were made."""
    query = _every().where(RULE.c.dataset_id == dataset_id, RULE.c.is_on)
    with reading(engine) as connection:
        return [Rule._make(row) for row in connection.execute(query)]


def of(connection: Connection, dataset: str) -> list[Rule]:
    """Give every rule of a data set, in the order in which they were made."""
    query = _every().join(DATASET, DATASET.c.dataset_id == RULE.c.dataset_id)
    return [
        Rule._make(row) for row in connection.execute(query.where(DATASET.c.name == dataset))
    ]


def add(engine: Engine, dataset: str, rule: Rule, *, at: dt.datetime) -> None:
    """Add a rule; raises `NotPublished`, and `NoRule` where a data set has too many."""
    with writing(engine) as connection:
        dataset_id = owner(connection, dataset)
        mine = (RULE.c.dataset_id == dataset_id, undo.is_here(RULE))
        many = connection.execute(sa.select(sa.func.count()).where(*mine)).scalar_one()
        if many >= MOST:
            raise NoRule(f"A data set has at most {MOST} rules; delete one first.")
        connection.execute(_inserted(dataset_id, rule, at, is_given=False))


def switch(engine: Engine, number: int, *, is_on: bool) -> None:
    """Switch a rule on or off; raises `NoRule`."""
    _changed(engine, number, is_on=is_on)


def change(engine: Engine, number: int, threshold: float) -> None:
    """Give a rule another limit; raises `NoRule`."""
    _changed(engine, number, threshold=threshold)


def delete(engine: Engine, number: int, *, at: dt.datetime) -> None:
    """Delete a rule, to be brought back for 30 days; those that were given are kept behind.

    They are what tells a data set whose rules were all deleted from a new one.
    """
    with writing(engine) as connection:
        connection.execute(
            sa.delete(RULE).where(undo.is_due(RULE, at), RULE.c.is_given.is_(False))
        )
        connection.execute(
            sa.update(RULE)
            .where(RULE.c.rule_id == number, undo.is_here(RULE))
            .values(deleted_at=at)
        )


def restore(engine: Engine, number: int) -> Rule:
    """Bring a deleted rule back; raises `NoRule` where it is gone for good."""
    with writing(engine) as connection:
        connection.execute(
            sa.update(RULE).where(RULE.c.rule_id == number).values(deleted_at=None)
        )
        row = connection.execute(_every().where(RULE.c.rule_id == number)).first()
    if row is None:
        raise NoRule("That rule is gone for good.")
    return Rule._make(row)


def deleted(
    connection: Connection, dataset: str, *, at: dt.datetime
) -> list[tuple[Rule, Deleted]]:
    """Give the rules that can be brought back, the latest first."""
    query = (
        sa.select(*_columns(), RULE.c.deleted_at)
        .join(DATASET, DATASET.c.dataset_id == RULE.c.dataset_id)
        .where(
            DATASET.c.name == dataset,
            RULE.c.deleted_at.is_not(None),
            ~undo.is_due(RULE, at),
        )
        .order_by(RULE.c.deleted_at.desc(), RULE.c.rule_id.desc())
    )
    return [
        (Rule._make(row[:-1]), Deleted(row.number, row.figure, row.deleted_at))
        for row in connection.execute(query)
    ]


def _changed(engine: Engine, number: int, **values: object) -> None:
    with writing(engine) as connection:
        done = connection.execute(
            sa.update(RULE).where(RULE.c.rule_id == number, undo.is_here(RULE)).values(**values)
        )
        if done.rowcount != 1:
            raise NoRule("That rule was deleted meanwhile.")


def _inserted(dataset_id: int, rule: Rule, at: dt.datetime, *, is_given: bool) -> sa.Insert:
    values = {name: value for name, value in rule._asdict().items() if name != "number"}
    return sa.insert(RULE).values(
        dataset_id=dataset_id, saved_at=at, is_given=is_given, **values
    )


def _columns() -> list[sa.ColumnElement[Any]]:
    named = ("figure", "subject", "kind", "threshold", "is_on")
    return [*(RULE.c[name] for name in named), RULE.c.rule_id.label("number")]


def _every() -> sa.Select[Any]:
    return sa.select(*_columns()).where(undo.is_here(RULE)).order_by(RULE.c.rule_id)
