"""Keep the further files of an upload, and how the files of a data set are read."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Migrate forwards."""
    op.create_table(
        "upload_file",
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("token", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("checksum", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", "position"),
        sa.UniqueConstraint("token"),
    )
    op.create_table(
        "dataset_reading",
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("shapes", AutoString(), nullable=False),
        sa.Column("choices", AutoString(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.dataset_id"]),
        sa.PrimaryKeyConstraint("dataset_id"),
    )
