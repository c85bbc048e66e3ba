"""A published run of any number of customers, written from a small one without a refresh.

Every customer of the small run stands for as many as it takes; figures that a refresh adds up
over everyone (snapshots, segments) are multiplied with them.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from db.customers import write_customers
from db.engine import open_writer

BY_CUSTOMER = (
    "customer_result", "customer_snapshot", "customer_attribute", "customer_reason",
    "order_state",
)  # fmt: skip
"""Tables with rows of customers that pages read."""
COUNTED = {
    "run": ("customers", "rows_read", "rows_kept"),
    "snapshot": ("customers", "active_customers", "orders", "revenue"),
    "segment_result": ("customers", "revenue"),
    "segment_move": ("customers",),
    "risk_value_group": ("customers", "clv_12m", "at_risk"),
    "rfm_voxel": ("customers",),
}
SPREAD = {"sample_position", "churn_probability", "clv_12m", "monetary", "average_basket"}
"""Numbers that differ a little between the copies of a customer, as they would."""


def grown(small: Path, large: Path, *, customers: int) -> int:
    """Write a copy of a database whose only run has about so many customers; give how many."""
    shutil.copy(small, large)
    with closing(sqlite3.connect(large)) as connection:
        connection.execute("pragma synchronous = off")
        run_id, there = connection.execute(
            "select run_id, customers from run where status = 'published'"
        ).fetchone()
        copies = max(customers // there, 1)
        for table in BY_CUSTOMER:
            _copy(connection, table, copies)
        for table, columns in COUNTED.items():
            said = ", ".join(f"{column} = {column} * {copies}" for column in columns)
            connection.execute(f"update {table} set {said}")
        connection.execute("analyze")
        connection.commit()
    engine = open_writer(f"sqlite:///{large}")
    write_customers(engine, run_id)
    engine.dispose()
    return int(there * copies)


def _copy(connection: sqlite3.Connection, table: str, copies: int) -> None:
    columns = [row[1] for row in connection.execute(f"pragma table_info({table})")]
    read = []
    for column in columns:
        if column == "customer_id":
            read.append("customer_id || '-' || copy")
        elif column in SPREAD and table == "customer_result":
            share = "(0.9 + 0.1 * copy / cast(:copies as real))"
            read.append(f"{column} * {share}")
        else:
            read.append(column)
    connection.execute(
        "with recursive copied(copy) as"
        " (select 1 union all select copy + 1 from copied where copy < :copies - 1)"
        f" insert into {table} ({', '.join(columns)})"
        f" select {', '.join(read)} from {table} cross join copied order by copy",
        {"copies": copies},
    )
