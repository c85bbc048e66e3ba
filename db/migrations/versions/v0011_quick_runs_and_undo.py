"""Tell quick runs from full ones, and keep for a while what people delete."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString

revision = "0011"
down_revision = "0010"

NAMED = "scenario_dataset_id_kind_name_key"
"""What PostgreSQL calls the constraint that it was made without a name."""


def upgrade() -> None:
    """Migrate forwards."""
    op.add_column("run", sa.Column("kind", AutoString(), nullable=True))
    op.add_column("playbook_version", _deleted_at())
    _campaigns()
    _scenarios()


def _deleted_at() -> sa.Column[Any]:
    return sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True)


def _campaigns() -> None:
    op.add_column("campaign", _deleted_at())
    op.drop_index("campaign_one_per_name", "campaign")
    whole = sa.text("state <> 'writing' and deleted_at is null")
    op.create_index(
        "campaign_one_per_name",
        "campaign",
        ["dataset_id", "name"],
        unique=True,
        sqlite_where=whole,
        postgresql_where=whole,
    )


def _scenarios() -> None:
    naming = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}
    with op.batch_alter_table("scenario", naming_convention=naming) as scenario:
        scenario.add_column(_deleted_at())
        scenario.drop_constraint(NAMED, type_="unique")
    not_deleted = sa.text("deleted_at is null")
    op.create_index(
        "scenario_one_per_name",
        "scenario",
        ["dataset_id", "kind", "name"],
        unique=True,
        sqlite_where=not_deleted,
        postgresql_where=not_deleted,
    )
