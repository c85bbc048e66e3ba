"""Keep forecasts of every closed window, ranges, and what contacting customers brings."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString

revision = "0006"
down_revision = "0005"

ADDED: dict[str, tuple[tuple[str, type], ...]] = {
    "task_result": (
        ("level_rule", AutoString),
        ("level_words", AutoString),
        ("level_miss", sa.Float),
        ("expected_rate", sa.Float),
        ("expected_low", sa.Float),
        ("expected_high", sa.Float),
        ("windows", sa.Integer),
    ),
    "customer_prediction": (("low", sa.Float), ("high", sa.Float), ("known", sa.Boolean)),
    "customer_result": (
        ("churn_low", sa.Float),
        ("churn_high", sa.Float),
        ("risk_band", AutoString),
        ("value_at_stake", sa.Float),
        ("contact_profit", sa.Float),
    ),
    "driver": (("low", sa.Float), ("high", sa.Float), ("together", AutoString)),
}


def upgrade() -> None:
    """Migrate forwards."""
    for table, columns in ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind(), nullable=True))
    op.create_table(
        "forecast_window",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("task", AutoString(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("model", AutoString(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("base_rate", sa.Float(), nullable=True),
        sa.Column("expected_rate", sa.Float(), nullable=False),
        sa.Column("expected_low", sa.Float(), nullable=True),
        sa.Column("expected_high", sa.Float(), nullable=True),
        sa.Column("level_rule", AutoString(), nullable=True),
        sa.Column("roc_auc", sa.Float(), nullable=True),
        sa.Column("brier", sa.Float(), nullable=True),
        sa.Column("log_loss", sa.Float(), nullable=True),
        sa.Column("ece", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "task", "as_of", "model"),
    )
    op.create_table(
        "calibration_level",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("task", AutoString(), nullable=False),
        sa.Column("model", AutoString(), nullable=False),
        sa.Column("by", AutoString(), nullable=False),
        sa.Column("level", AutoString(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("actual", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "task", "by", "level"),
    )
    op.create_table(
        "contact_cost",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("contact_cost", sa.Float(), nullable=False),
        sa.Column("incentive", sa.Float(), nullable=False),
        sa.Column("success_rate", sa.Float(), nullable=False),
        sa.Column("staying_accept", sa.Float(), nullable=False),
        sa.Column("margin", sa.Float(), nullable=False),
        sa.Column("months", sa.Float(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False),
        sa.Column("profit", sa.Float(), nullable=False),
        sa.Column("profit_low", sa.Float(), nullable=False),
        sa.Column("profit_high", sa.Float(), nullable=False),
        sa.Column("fewest", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run_id"),
    )
