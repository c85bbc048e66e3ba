"""`customers`: one Arrow table of a run's customers, made from the database and kept as a file.

Whoever asks about customers asks this table; `docs/data-model.md` describes its columns.
"""

from db.customers.columns import Description, described

from db.customers.table import customers_table

__all__ = [
    "Description",
    "customers_table",
    "described",



]
