"""Renaming and deleting data sets; not while a refresh of them runs."""

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from db import checksums, clearing
from db.customers import sweep_customers
from db.engine import reading, writing
from db.errors import NotPublished
from db.locks import refreshing
from db.ownership import RUN_OWNER
from db.runs import DATASET, PUBLISHED, RUN
from db.workspace import campaigns
from db.workspace.owners import LONGEST, NameTaken, is_name, same_name
from db.workspace.playbooks import PLAYBOOK
from db.workspace.readings import READING
from db.workspace.rules import RULE
from db.workspace.scenarios import SCENARIO
from db.workspace.scored import SCORED

__all__ = ["LONGEST", "NameTaken", "delete", "is_name", "rename", "same_name"]


def rename(engine: Engine, old: str, new: str) -> None:
    """Give a data set another name.

    Raises `NameTaken`, `NotPublished` where there is no such data set, and `DatasetLocked`
    where a refresh of either name is running.
    """
    if old == new:
        raise NameTaken(f"The data set is called “{new}” already; choose another name.")
    with refreshing(engine, old), refreshing(engine, new), writing(engine) as connection:
        namesakes = sa.select(DATASET.c.dataset_id).where(DATASET.c.name == new)
        alike = same_name(connection, new)
        if connection.execute(namesakes).first() is not None or alike not in {None, old}:
            raise NameTaken(f"There is a data set “{alike}” already; choose another name.")
        renamed = connection.execute(
            sa.update(DATASET).where(DATASET.c.name == old).values(name=new)
        )
        if renamed.rowcount == 0:
            raise NotPublished(f"There is no data set “{old}”.")
        shown_run = connection.execute(
            sa.select(PUBLISHED.c.run_id).join(DATASET).where(DATASET.c.name == new)
        ).scalar()
        if shown_run is not None:
            checksums.seal_publication(connection, int(shown_run))


def delete(engine: Engine, name: str) -> None:
    """Delete a data set with its runs, records and what people wrote about it.

    Readers lose it in the first moment. What dies on the way leaves a data set without a
    published run, to be deleted again.
    """
    with refreshing(engine, name):
        dataset, every = _unpublished(engine, name)
        for run_id in every:
            clearing.clear_results(engine, run_id)
        with writing(engine) as connection:
            connection.execute(sa.delete(RUN_OWNER).where(RUN_OWNER.c.run_id.in_(every)))
            connection.execute(sa.delete(RUN).where(RUN.c.dataset_id == dataset))
        clearing.sweep_loads(engine, dataset)
        campaigns.delete_all(engine, dataset)
        with writing(engine) as connection:
            for table in (PLAYBOOK, SCENARIO, SCORED, READING, RULE):
                connection.execute(sa.delete(table).where(table.c.dataset_id == dataset))
            connection.execute(sa.delete(DATASET).where(DATASET.c.dataset_id == dataset))
        sweep_customers(engine)


def _unpublished(engine: Engine, name: str) -> tuple[int, list[int]]:
    """Take the pointer away; give the data set and its runs."""
    with reading(engine) as connection:
        dataset = connection.execute(
            sa.select(DATASET.c.dataset_id).where(DATASET.c.name == name)
        ).scalar()
    if dataset is None:
        raise NotPublished(f"There is no data set “{name}”.")
    with writing(engine) as connection:
        connection.execute(sa.delete(PUBLISHED).where(PUBLISHED.c.dataset_id == dataset))
        every = connection.execute(
            sa.select(RUN.c.run_id).where(RUN.c.dataset_id == dataset)
        ).scalars()
        return int(dataset), [int(run_id) for run_id in every]
