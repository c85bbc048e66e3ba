"""Keep unusual days, drift, alerts, and the rules by which alerts fire."""

import datetime as dt

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString

revision = "0015"
down_revision = "0014"

KEY, NEEDED, OPEN = "key", "needed", "open"
MADE: dict[str, tuple[tuple[str, type, str], ...]] = {
    "sales_period": (
        ("run_id", sa.Integer, KEY),
        ("step", AutoString, KEY),
        ("figure", AutoString, KEY),
        ("period_start", sa.Date, KEY),
        ("value", sa.Float, NEEDED),
        ("expected", sa.Float, NEEDED),
        ("low", sa.Float, NEEDED),
        ("high", sa.Float, NEEDED),
        ("score", sa.Float, OPEN),
        ("is_unusual", sa.Boolean, NEEDED),
        ("came_back", sa.Float, NEEDED),
    ),
    "sales_period_part": (
        ("run_id", sa.Integer, KEY),
        ("step", AutoString, KEY),
        ("figure", AutoString, KEY),
        ("period_start", sa.Date, KEY),
        ("by", AutoString, KEY),
        ("position", sa.Integer, KEY),
        ("level", AutoString, NEEDED),
        ("value", sa.Float, NEEDED),
        ("usual_share", sa.Float, NEEDED),
        ("excess", sa.Float, NEEDED),
        ("share", sa.Float, NEEDED),
        ("is_main", sa.Boolean, NEEDED),
    ),
    "drift": (
        ("run_id", sa.Integer, KEY),
        ("kind", AutoString, KEY),
        ("name", AutoString, KEY),
        ("position", sa.Integer, NEEDED),
        ("earlier_run", sa.Integer, NEEDED),
        ("before", AutoString, NEEDED),
        ("now", AutoString, NEEDED),
        ("stability_index", sa.Float, NEEDED),
        ("level", AutoString, NEEDED),
    ),
    "alert": (
        ("run_id", sa.Integer, KEY),
        ("position", sa.Integer, KEY),
        ("rule", AutoString, NEEDED),
        ("figure", AutoString, NEEDED),
        ("subject", AutoString, OPEN),
        ("kind", AutoString, NEEDED),
        ("value", sa.Float, NEEDED),
        ("before", sa.Float, OPEN),
        ("threshold", sa.Float, NEEDED),
        ("sentence", AutoString, NEEDED),
    ),
}
WITHOUT_ROWID = frozenset({"sales_period"})
GIVEN = (
    ("unusual_days", "above", 0.0, True),
    ("revenue_30d", "falls", 0.3, True),
    ("score", "range", 0.0, True),
    ("drift", "above", 0.5, False),
    ("returned_share", "rises", 0.5, False),
)
"""The rules that data sets begin with, as they were when this was written."""


def upgrade() -> None:
    """Migrate forwards."""
    for table, described in MADE.items():
        op.create_table(
            table,
            *(sa.Column(name, kind(), nullable=use == OPEN) for name, kind, use in described),
            sa.PrimaryKeyConstraint(*(name for name, _, use in described if use == KEY)),
            sqlite_with_rowid=table not in WITHOUT_ROWID,
        )
    rules = op.create_table(
        "alert_rule",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("figure", AutoString(), nullable=False),
        sa.Column("subject", AutoString(), nullable=True),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.dataset_id"]),
        sa.PrimaryKeyConstraint("rule_id"),
    )
    op.create_index("ix_alert_rule_dataset_id", "alert_rule", ["dataset_id"])
    every = op.get_bind().execute(sa.text("select dataset_id from dataset order by 1"))
    at = dt.datetime.now(dt.UTC)
    rows = [
        {
            "dataset_id": dataset,
            "figure": figure,
            "kind": kind,
            "threshold": threshold,
            "is_on": is_on,
            "is_given": True,
            "saved_at": at,
        }
        for dataset in every.scalars()
        for figure, kind, threshold, is_on in GIVEN
    ]
    if rows:
        op.bulk_insert(rules, rows)
