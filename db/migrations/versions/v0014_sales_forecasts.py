"""Keep what revenue, orders and buyers come next, and how well that was told before."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Migrate forwards."""
    op.create_table(
        "sales_forecast",
        sa.Column("run_id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, AutoString(), nullable=False)
            for name in ("series", "step", "level")
        ),
        sa.Column("period_start", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.Float(), nullable=True)
            for name in ("actual", "expected", "low_80", "high_80", "low_95", "high_95")
        ),
        sa.Column("model", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "series", "step", "level", "period_start"),
    )
    op.create_table(
        "sales_forecast_check",
        sa.Column("run_id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, AutoString(), nullable=False)
            for name in ("series", "step", "level", "model")
        ),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("origins", "forecasts")),
        *(
            sa.Column(name, sa.Float(), nullable=True)
            for name in ("mase", "mase_naive", "coverage_80", "coverage_95")
        ),
        sa.PrimaryKeyConstraint("run_id", "series", "step", "level"),
    )
