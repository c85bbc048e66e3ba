"""One table of a run's customers, as an Arrow file beside the database."""

from db.customers.files import open_customers, sweep_customers, write_customers
from db.customers.table import GROUP, customers_table, described

__all__ = [
    "GROUP",
    "customers_table",
    "described",
    "open_customers",
    "sweep_customers",
    "write_customers",
]
