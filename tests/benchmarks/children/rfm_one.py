"""Compute recency, frequency and monetary of every snapshot: `… WAY DATABASE DATASET`.

Each way gives the number of rows and the sums of frequency and monetary, to be compared.
"""

import sys

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from db.engine import open_writer, reading
from db.runs import LoadInRun
from db.views import translated
from pipeline import recorder
from pipeline.quality.cleaning import clean
from pipeline.trade_settings import CleaningSettings
from tests.benchmarks import plain
from tests.benchmarks.children.timing import Work, tell

RUN = """
select published_run.run as run_id, run_load.load_id, run_load.batch
from published_run join run_load on run_load.run_id = published_run.run
where dataset = :dataset
"""


def summed(found: pd.DataFrame) -> dict[str, float]:
    """Give what must be the same whichever way it was computed."""
    return {
        "rows": len(found),
        "frequency": int(found["frequency"].sum()),
        "monetary": round(float(found["monetary"].sum()), 2),
    }


def sqlite_view(engine: Engine, run_id: int, loads: list[LoadInRun]) -> Work:
    """Run the product's view file in SQLite, read into a frame."""
    return lambda: summed(recorder.customer_rfm(engine, run_id))


def duckdb_view(engine: Engine, run_id: int, loads: list[LoadInRun]) -> Work:
    """Run the same file in DuckDB over the same tables, held in its memory."""
    import duckdb

    connection = duckdb.connect()
    with engine.connect() as source:
        for table in ("snapshot", "order_state"):
            rows = pd.read_sql_query(
                sa.text(f"select * from {table} where run_id = :run"),
                source,
                params={"run": run_id},
            )
            connection.register("rows", rows)
            connection.execute(f"create table {table} as select * from rows")
    query = translated("customer_rfm", "duckdb")
    return lambda: summed(connection.execute(query, {"run_id": run_id}).df())


def pandas_from_lines(engine: Engine, run_id: int, loads: list[LoadInRun]) -> Work:
    """Group cleaned lines anew for every snapshot, as the plain way does."""
    lines = recorder.stored_lines(engine, loads)
    cleaned = clean(lines, CleaningSettings())
    purchases = cleaned.purchases.astype(
        dict.fromkeys(["invoice", "product", "customer_id", "country"], "str")
    )
    with reading(engine) as connection:
        days = connection.execute(
            sa.text("select as_of from snapshot where run_id = :run order by as_of"),
            {"run": run_id},
        ).scalars()
        snapshots = [pd.Timestamp(day) for day in days]
    return lambda: summed(plain.rfm(purchases, cleaned.cancellations, snapshots))


WAYS = {
    "product": sqlite_view,
    "DuckDB": duckdb_view,
    "pandas from lines": pandas_from_lines,
}


def main() -> None:
    way, database, dataset = sys.argv[1:]
    engine = open_writer(f"sqlite:///{database}")
    with reading(engine) as connection:
        rows = connection.execute(sa.text(RUN), {"dataset": dataset}).all()
    loads = [LoadInRun(row.load_id, row.batch) for row in rows]
    tell(WAYS[way](engine, rows[0].run_id, loads))


if __name__ == "__main__":
    main()
