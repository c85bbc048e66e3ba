"""Which data sets have a published run."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

PUBLISHED = sa.text("""
select
    dataset.name, run.run_id, run.as_of, run.currency, run.form, run.customers, run.published_at
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


def published(connection: Connection) -> list[DataSet]:
    """List the data sets that can be looked at, the most recently published first."""
    return [DataSet(*row) for row in connection.execute(PUBLISHED)]
