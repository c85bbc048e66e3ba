"""Keep the hold-outs of value, what totals and bands rest on, and the value of parts."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Migrate forwards."""
    op.execute("alter table customer_result rename column value_band to spend_band")
    op.add_column("customer_result", sa.Column("value_band", AutoString(), nullable=True))
    for name in ("aic", "holdout_loss", "single_order_loss"):
        op.add_column("value_fit", sa.Column(name, sa.Float(), nullable=True))
    op.create_table(
        "value_check",
        _key("run_id", sa.Integer()),
        _key("as_of", sa.Date()),
        _key("model", AutoString()),
        _key("repeat_orders", AutoString()),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        *_numbers("expected_revenue", "revenue", "coverage", "above", "winkler"),
        sa.PrimaryKeyConstraint("run_id", "as_of", "model", "repeat_orders"),
    )
    op.create_table(
        "value_total",
        _key("run_id", sa.Integer()),
        _key("method", AutoString()),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        *_numbers("expected", "corrected"),
        *_numbers("low", "high", "error", nullable=True),
        sa.Column("holdouts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "method"),
    )
    op.create_table(
        "value_basis",
        _key("run_id", sa.Integer()),
        sa.Column("model", AutoString(), nullable=False),
        sa.Column("rule", AutoString(), nullable=True),
        sa.Column("history_days", sa.Integer(), nullable=False),
        sa.Column("holdouts", sa.Integer(), nullable=False),
        sa.Column("holdout_days", sa.Integer(), nullable=True),
        sa.Column("is_seasonal", sa.Boolean(), nullable=False),
        *_numbers("stretch"),
        *_numbers("unforeseen_none", "unforeseen_one", "unforeseen_some", "unforeseen_many"),
        *_numbers("middle_from", "high_from"),
        sa.PrimaryKeyConstraint("run_id"),
    )
    op.create_table(
        "value_part",
        _key("run_id", sa.Integer()),
        _key("part", AutoString()),
        _key("position", sa.Integer()),
        sa.Column("level", AutoString(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        *_numbers("expected"),
        sa.Column("holdout_customers", sa.Integer(), nullable=False),
        *_numbers("holdout_expected", "holdout_revenue", nullable=True),
        sa.PrimaryKeyConstraint("run_id", "part", "position"),
    )


def _key(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _numbers(*names: str, nullable: bool = False) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Float(), nullable=nullable) for name in names]
