"""Mark new customers, and keep how many of a segment lie nearer to another."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Migrate forwards."""
    op.add_column("customer_attribute", sa.Column("is_new", sa.Boolean(), nullable=True))
    op.add_column("segment_result", sa.Column("nearer_elsewhere", sa.Float(), nullable=True))
