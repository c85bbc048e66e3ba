"""`customers`: one Arrow table of a run's customers, made from the database and kept as a file.

Whoever asks about customers asks this table; `docs/data-model.md` describes its columns.
"""

from db.customers.columns import CAMPAIGN, CHANNEL, GROUP, Description, described
from db.customers.file import (
    file_of,
    open_customers,
    sweep_customers,
    write_arrow,
    write_customers,
)
from db.customers.table import customers_table

__all__ = [
    "CAMPAIGN",
    "CHANNEL",
    "GROUP",
    "Description",
    "customers_table",
    "described",
    "file_of",
    "open_customers",
    "sweep_customers",
    "write_arrow",
    "write_customers",
]
