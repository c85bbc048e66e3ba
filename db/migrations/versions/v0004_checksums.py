"""Drop what the file of customers replaced; keep owners of runs and checksums of results."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString

revision = "0004"
down_revision = "0003"

REPLACED = ("attribute_column", "customer_total", "monthly_total", "period_column")
"""Sums and columns of a run that are now made from its other tables when they are asked for."""


def upgrade() -> None:
    """Migrate forwards."""
    for table in REPLACED:
        op.drop_table(table, if_exists=True)
    op.create_table(
        "run_owner",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("token", AutoString(), nullable=False),
        sa.Column("writes", sa.Integer(), nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.Column("process", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"]),
        sa.PrimaryKeyConstraint("run_id"),
    )
    op.create_table(
        "result_checksum",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("table_name", AutoString(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("checksum", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"]),
        sa.PrimaryKeyConstraint("run_id", "table_name"),
    )
    op.create_table(
        "last_check",
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("checked_at", AutoString(), nullable=False),
        sa.Column("damaged", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("check_id"),
    )
