"""Opening the tables that the portal writes, which come into being at the first write."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from db import runs
from db.engine import open_writer


def open_workspace(url: str) -> Engine:
    """Open a database to write what people do in the portal, making what is missing."""
    engine = open_writer(url)
    runs.prepare(engine)
    return engine


def is_there(connection: Connection) -> bool:
    """Tell whether the tables are there; a database that nobody wrote to yet has none."""
    return sa.inspect(connection).has_table("job")
