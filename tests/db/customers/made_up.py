"""A small run, written row by row into a database of its own."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa

from db import runs
from db.engine import open_reader, open_writer
from db.frames import append_rows
from db.ownership import Ownership
from db.tables.aspects import CampaignResponse
from db.tables.attributes import Attribute, CustomerAttribute
from db.tables.customers import CustomerResult, CustomerSnapshot, OrderState, Snapshot
from db.tables.segments import SegmentResult

NEWEST = dt.date(2024, 3, 31)
DAYS = (dt.date(2024, 1, 31), dt.date(2024, 3, 1), NEWEST)


class Written(NamedTuple):
    """A run whose results lie in a database, the same through both kinds of engine."""

    path: Path
    run_id: int
    writer: sa.Engine
    reader: sa.Engine
    ownership: Ownership

    @property
    def file(self) -> Path:
        return self.path.with_name(f"{self.path.name}.customers-{self.run_id}.arrow")


def day_number(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days


def begun(path: Path, *, seed: int = 0, minute: int = 0) -> Written:
    """Begin a run in a database, made where it is missing."""
    url = f"sqlite:///{path}"
    writer = open_writer(url)
    runs.prepare(writer)
    dataset = runs.dataset_id(writer, "small")
    ownership = begun_at(writer, dataset, seed=seed, minute=minute)
    return Written(path, ownership.run_id, writer, open_reader(url), ownership)


def begun_at(writer: sa.Engine, dataset: int, *, seed: int = 0, minute: int = 0) -> Ownership:
    """Begin a run of a data set."""
    return runs.begin_run(
        writer,
        dataset=dataset,
        form="order-lines",
        seed=seed,
        settings={},
        version="1",
        started_at=dt.datetime(2024, 4, 1, 12, minute, tzinfo=dt.UTC),
    )


def people(identifiers: Sequence[str], **columns: Sequence[Any]) -> pd.DataFrame:
    """Give rows of `customer_result` of which nothing is known but what is given."""
    table = CustomerResult.__table__
    frame = pd.DataFrame({"customer_id": identifiers, "sample_position": 0.5})
    needed = {c.name: None for c in table.columns if c.name not in {*frame, "run_id"}}
    return frame.assign(**needed | {"as_of": NEWEST} | columns)


def write_people(
    written: Written, customers: pd.DataFrame, attributes: pd.DataFrame | None = None
) -> None:
    """Write customers, and their attributes under the names of the frame's columns."""
    results = [c.name for c in CustomerResult.__table__.columns if c.name in customers]
    append_rows(written.writer, CustomerResult, customers[results], run_id=written.run_id)
    if attributes is not None:
        append_rows(written.writer, CustomerAttribute, attributes, run_id=written.run_id)
        listed = [name for name in attributes if name != "customer_id" and name[:3] != "is_"]
        shown = pd.DataFrame(
            {
                "attribute": listed,
                "position": range(len(listed)),
                "kind": "category",
                "role": "demography",
                "unit": "",
                "filled": 1,
                "distinct_values": 1,
            }
        )
        append_rows(written.writer, Attribute, shown, run_id=written.run_id)


def write_days(written: Written, days: Sequence[dt.date] = DAYS) -> None:
    append_rows(
        written.writer,
        Snapshot,
        pd.DataFrame({"as_of": days, "as_of_day": [day_number(day) for day in days]}),
        run_id=written.run_id,
    )


def write_seen(written: Written, *seen: tuple[Any, ...]) -> None:
    """Write rows of customers on days: day, customer, recency, orders, money, three scores."""
    names = ["as_of", "customer_id", "recency_days", "frequency", "monetary"]
    frame = pd.DataFrame(seen, columns=[*names, "r_score", "f_score", "m_score"])
    append_rows(
        written.writer,
        CustomerSnapshot,
        frame.assign(tenure_days=None, country=None, segment=None),
        run_id=written.run_id,
    )


def write_orders(written: Written, *orders: tuple[str, dt.date, dt.date | None, float]) -> None:
    """Write states of orders: customer, day, the day on which it was cancelled, money."""
    rows = [
        {
            "customer_id": customer,
            "invoice": str(place),
            "from_day": day_number(ordered),
            "to_day": day_number(ended) if ended else 10**6,
            "ordered_day": day_number(ordered),
            "ordered_at": pd.Timestamp(ordered),
            "place": place,
            "net": net,
            "gross": net,
            "items": 1.0,
            "country": None,
        }
        for place, (customer, ordered, ended, net) in enumerate(orders)
    ]
    append_rows(written.writer, OrderState, pd.DataFrame(rows), run_id=written.run_id)


def write_segments(written: Written, *names: str) -> None:
    """Write segments by name in the order in which they are shown; all else is empty."""
    needed = {
        column.name: "" if isinstance(column.type, sa.String) else 0
        for column in SegmentResult.__table__.columns
        if not column.nullable and column.name != "run_id"
    }
    frame = pd.DataFrame(
        [needed | {"segment": name, "position": place} for place, name in enumerate(names)]
    )
    append_rows(written.writer, SegmentResult, frame, run_id=written.run_id)


def write_answers(written: Written, *answers: tuple[str, str, bool | None]) -> None:
    frame = pd.DataFrame(answers, columns=["customer_id", "campaign", "accepted"])
    frame["accepted"] = frame["accepted"].astype("boolean")
    append_rows(written.writer, CampaignResponse, frame, run_id=written.run_id)
