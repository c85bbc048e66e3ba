"""Version 0.1, from which on databases are upgraded; there is nothing to do to reach it."""

revision = "0003"
down_revision = None


def upgrade() -> None:
    """Leave the database as version 0.1 made it."""
