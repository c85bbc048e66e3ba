"""Keep what is bought together and next, and how much of each product to have."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString

revision = "0016"
down_revision = "0015"

KEY, NEEDED, OPEN = "key", "needed", "open"
MADE: dict[str, tuple[tuple[str, type, str], ...]] = {
    "product_pair": (
        ("run_id", sa.Integer, KEY),
        ("product", AutoString, KEY),
        ("with_product", AutoString, KEY),
        ("position", sa.Integer, NEEDED),
        ("orders", sa.Integer, NEEDED),
        ("support", sa.Float, NEEDED),
        ("confidence", sa.Float, NEEDED),
        ("lift", sa.Float, NEEDED),
    ),
    "next_product": (
        ("run_id", sa.Integer, KEY),
        ("customer_id", AutoString, KEY),
        ("place", sa.Integer, KEY),
        ("product", AutoString, NEEDED),
        ("because", AutoString, NEEDED),
    ),
    "next_check": (
        ("run_id", sa.Integer, KEY),
        ("first_day", sa.Date, KEY),
        ("recommender", AutoString, KEY),
        ("last_day", sa.Date, NEEDED),
        ("customers", sa.Integer, NEEDED),
        ("hits", sa.Integer, NEEDED),
        ("hit_rate", sa.Float, NEEDED),
    ),
    "product_stock": (
        ("run_id", sa.Integer, KEY),
        ("product", AutoString, KEY),
        ("abc", AutoString, NEEDED),
        ("state", AutoString, NEEDED),
        ("idle_days", sa.Integer, NEEDED),
        ("weekly_demand", sa.Float, OPEN),
        ("selling_days_share", sa.Float, OPEN),
        ("lead_time_days", sa.Integer, OPEN),
        ("service_level", sa.Float, OPEN),
        ("expected_demand", sa.Float, OPEN),
        ("reorder_point", sa.Float, OPEN),
        ("safety_stock", sa.Float, OPEN),
        ("on_hand", sa.Float, OPEN),
        ("order_now", sa.Float, OPEN),
    ),
    "stock_check": (
        ("run_id", sa.Integer, KEY),
        ("first_day", sa.Date, KEY),
        ("abc", AutoString, KEY),
        ("last_day", sa.Date, NEEDED),
        ("asked_level", sa.Float, NEEDED),
        ("products", sa.Integer, NEEDED),
        ("held", sa.Integer, NEEDED),
    ),
}


def upgrade() -> None:
    """Migrate forwards."""
    op.add_column("customer_result", sa.Column("next_product", AutoString(), nullable=True))
    for table, described in MADE.items():
        op.create_table(
            table,
            *(sa.Column(name, kind(), nullable=use == OPEN) for name, kind, use in described),
            sa.PrimaryKeyConstraint(*(name for name, _, use in described if use == KEY)),
        )
