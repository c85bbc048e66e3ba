"""Keep what only a source knows of its customers: columns of tables of customers."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Migrate forwards."""
    op.create_table(
        "own_attribute",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("customer_id", AutoString(), nullable=False),
        sa.Column("number", sa.Float(), nullable=True),
        sa.Column("word", AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "position", "customer_id"),
        sqlite_with_rowid=False,
    )
