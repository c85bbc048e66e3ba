"""Keep what a contact is reckoned by without orders, and why a rule names a customer."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString

revision = "0008"
down_revision = "0007"

ADDED: dict[str, tuple[tuple[str, type], ...]] = {
    "contact_cost": (
        ("basis", AutoString),
        ("task", AutoString),
        ("note", AutoString),
        ("middle_from", sa.Float),
        ("high_from", sa.Float),
    ),
    "customer_result": (("answer_probability", sa.Float), ("contact_reason", AutoString)),
}


def upgrade() -> None:
    """Migrate forwards."""
    for table, columns in ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind(), nullable=True))
