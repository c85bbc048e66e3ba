"""${message}."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Migrate forwards; there is no way back but the copy that was made before."""
    ${upgrades if upgrades else "raise NotImplementedError"}
