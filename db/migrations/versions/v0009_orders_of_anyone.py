"""Keep what people's own exports say of their orders, and what was said of each source."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString

revision = "0009"
down_revision = "0008"

ADDED: dict[str, tuple[tuple[str, type], ...]] = {
    "load": (("currency", AutoString), ("mapping", AutoString)),
    "order_line": (
        ("category", AutoString),
        ("channel", AutoString),
        ("status", AutoString),
        ("cost", sa.Float),
        ("other", sa.BigInteger),
    ),
}


def upgrade() -> None:
    """Migrate forwards."""
    for table, columns in ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind(), nullable=True))
    for table, owner in (("load_remark", "load_id"), ("run_remark", "run_id")):
        op.create_table(
            table,
            sa.Column(owner, sa.Integer(), nullable=False),
            sa.Column("position", sa.Integer(), nullable=False),
            sa.Column("level", AutoString(), nullable=False),
            sa.Column("code", AutoString(), nullable=False),
            sa.Column("sentence", AutoString(), nullable=False),
            sa.Column("rows", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint(owner, "position"),
        )
