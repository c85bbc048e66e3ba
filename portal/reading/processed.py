"""The processed data of a data set: its published customers, every column."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import Row

from portal.reading.published import PublishedRun

CUSTOMERS = "select * from published_customer where dataset = :dataset order by customer_id"


def customers(
    run: PublishedRun, *, rows: int
) -> tuple[list[str], Iterator[Row[tuple[object, ...]]]]:
    """Give the columns of `published_customer` and its rows, fetched `rows` at a time."""
    found = run.connection.execute(
        sa.text(CUSTOMERS), {"dataset": run.dataset}, execution_options={"yield_per": rows}
    )
    return list(found.keys()), iter(found)
