"""Write typed lines in one way: `… WAY ARROW_FILE DATABASE`, the table made beforehand."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from db.engine import open_writer
from db.frames import append_rows
from db.runs import prepare
from db.tables.canonical import OrderLine
from tests.benchmarks.children.timing import Work, tell

TABLE = "order_line"
OF_THE_LOAD = {"load_id": 1, "part": 0}


def product(lines: pa.Table, database: Path) -> Work:
    """Append as the product does: checked, in short transactions."""
    engine = open_writer(f"sqlite:///{database}")
    return lambda: {"rows": append_rows(engine, OrderLine, lines, **OF_THE_LOAD)}


def adbc(lines: pa.Table, database: Path) -> Work:
    """Ingest Arrow through the driver alone, in one transaction."""
    import adbc_driver_sqlite.dbapi as driver

    lines = complete(lines)

    def work() -> dict[str, int]:
        with closing(driver.connect(str(database))) as connection:
            with connection.cursor() as cursor:
                cursor.adbc_ingest(TABLE, lines, mode="append")
            connection.commit()
        return {"rows": len(lines)}

    return work


def executemany(lines: pa.Table, database: Path) -> Work:
    """Insert tuples that are at hand, in one transaction."""
    lines = complete(lines)
    place = lines.column_names.index("ordered_at")
    lines = lines.set_column(place, "ordered_at", lines["ordered_at"].cast(pa.string()))
    rows = list(zip(*(column.to_pylist() for column in lines.columns), strict=True))
    insert = (
        f"insert into {TABLE} ({', '.join(lines.column_names)})"
        f" values ({', '.join('?' * lines.num_columns)})"
    )

    def work() -> dict[str, int]:
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.executemany(insert, rows)
        return {"rows": len(rows)}

    return work


def to_sql(lines: pa.Table, database: Path) -> Work:
    """Append a frame with `DataFrame.to_sql` and its defaults."""
    import sqlalchemy as sa

    engine = sa.create_engine(f"sqlite:///{database}")
    frame = complete(lines).to_pandas()

    def work() -> dict[str, int]:
        frame.to_sql(TABLE, engine, index=False, if_exists="append")
        return {"rows": len(frame)}

    return work


def complete(lines: pa.Table) -> pa.Table:
    """Add the columns that are the same in every row."""
    for name, value in OF_THE_LOAD.items():
        lines = lines.append_column(name, pa.repeat(pa.scalar(value), len(lines)))
    return lines


WAYS = {
    "product": product,
    "ADBC alone": adbc,
    "executemany": executemany,
    "pandas.to_sql": to_sql,
}


def main() -> None:
    way, arrow, place = sys.argv[1:]
    database = Path(place)
    prepare(open_writer(f"sqlite:///{database}"))
    with pa.memory_map(arrow) as mapped:
        lines = pa.ipc.open_file(mapped).read_all()
    tell(WAYS[way](lines, database))


if __name__ == "__main__":
    main()
