"""Which data sets have a published run."""

import datetime as dt
import hashlib
from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.frames import read_frame

PUBLISHED = sa.text("""
select
    dataset.name, run.run_id, run.as_of, run.currency, run.form, run.customers,
    run.published_at, run.kind
from published
join run on run.run_id = published.run_id
join dataset on dataset.dataset_id = published.dataset_id
order by run.published_at desc, run.run_id desc
""").columns(
    name=sa.String,
    run_id=sa.Integer,
    as_of=sa.Date,
    currency=sa.String,
    form=sa.String,
    customers=sa.Integer,
    published_at=sa.DateTime,
    kind=sa.String,
)


class DataSet(NamedTuple):
    """A data set and its published run."""

    name: str
    run_id: int
    as_of: dt.date | None
    currency: str
    form: str
    customers: int
    published_at: dt.datetime
    kind: str | None = None


EVERY = """
select
    dataset.name, run.run_id
from dataset
left join published on published.dataset_id = dataset.dataset_id
left join run on run.run_id = published.run_id
order by dataset.name
"""


LISTED = """
select
    dataset.name, run.form, run.currency, run.customers, run.as_of, run.published_at,
    run.run_id,
    (select min(month) from monthly_sales sold where sold.run_id = run.run_id) as first_month,
    (select max(month) from monthly_sales sold where sold.run_id = run.run_id) as last_month
from dataset
left join published on published.dataset_id = dataset.dataset_id
left join run on run.run_id = published.run_id
order by dataset.name
"""


def named(connection: Connection) -> str:
    """Give a text that changes when a data set comes, goes, is renamed or published anew."""
    digest = hashlib.sha256()
    for row in connection.execute(sa.text(EVERY)):
        digest.update(f"{row.name}={row.run_id};".encode())
    return digest.hexdigest()[:12]


def every(connection: Connection) -> pd.DataFrame:
    """One row per data set by name, also of those that have no published run."""
    return read_frame(connection, LISTED)


def published(connection: Connection) -> list[DataSet]:
    """List the data sets that can be looked at, the most recently published first."""
    return [DataSet(*row) for row in connection.execute(PUBLISHED)]
