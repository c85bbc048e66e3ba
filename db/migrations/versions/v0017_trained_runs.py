"""Keep by which run a model was trained, since later ones may go on serving it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Migrate forwards."""
    op.add_column("task_result", sa.Column("trained_run", sa.Integer(), nullable=True))
    op.add_column("task_result", sa.Column("trained_on", sa.Date(), nullable=True))
