"""What a run writes and reads in the database: loads, results, costs, findings."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import SQLModel

from db.engine import is_sqlite, reading, writing
from db.frames import append_rows, append_tables, read_batches, read_frame
from db.runs import LoadInRun
from db.tables import core
from db.tables.canonical import OrderLine
from db.tables.customers import Snapshot
from db.tables.records import CustomerRecord
from db.tables.runs import Artifact, Finding, StageTiming
from db.views import translated
from pipeline.base.errors import SettingsError
from pipeline.quality.findings import Finding as FoundByRule
from pipeline.quality.net_lines import OWN_COLUMNS
from pipeline.run.timing import StageCost
from pipeline.scoring.stored import Kept, Stored
from pipeline.sources.forms import has
from pipeline.sources.order_lines import TEXTS
from pipeline.sources.orders.currencies import refuse_several
from pipeline.sources.parts import TypedPart
from pipeline.sources.telling.remarks import Remark, merged
from pipeline.value.bands import BandStarts

STORED = (
    "invoice", "product", "description", "ordered_at", "quantity", "unit_price", "customer_id",
    "country", "category", "channel", "status", "cost", "other", "unreadable", "source_row",
    "part",
)  # fmt: skip
STORED_LINES = """
select invoice, product, description, ordered_at,
    quantity, unit_price, customer_id, country,
    category, channel, status, cost, other,
    unreadable, source_row, part
from order_line where load_id = ? order by line
"""
STORED_LINES_TYPED = f"""
select '' as invoice, '' as product, '' as description, '' as ordered_at,
    0.5 as quantity, 0.5 as unit_price, '' as customer_id, '' as country,
    '' as category, '' as channel, '' as status, 0.5 as cost, 0 as other,
    0 as unreadable, 0 as source_row, 0 as part
union all
select * from ({STORED_LINES}) as stored
"""  # noqa: S608 - our own query
"""The same behind a row of the right types, by which SQLite's driver tells those of columns."""

STORED_RECORDS = """
select part, source_row, form, customer_id, fields, unreadable
from customer_record where load_id = :load_id order by line
"""

# Of a quick run nothing is carried on: the full one is as if there had been none before it.
EARLIER_PREDICTIONS = """
select p.run_id as earlier_run, p.task, p.customer_id, p.probability,
    r.as_of as predicted_on, t.chosen as model, t.horizon_days
from customer_prediction p
join run r on r.run_id = p.run_id
join task_result t on t.run_id = p.run_id and t.task = p.task
where r.dataset_id = :dataset and r.status = 'published' and p.run_id <> :run_id
    and r.as_of is not null and t.horizon_days is not null
    and p.run_id in (
        select max(one.run_id) from run one
        where one.dataset_id = :dataset and one.status = 'published' and one.kind is null
        group by one.as_of
    )
"""

EARLIER_SEGMENTS = """
select c.customer_id, c.segment
from customer_result c
join published p on p.run_id = c.run_id
join run r on r.run_id = c.run_id
where p.dataset_id = :dataset and c.run_id <> :run_id and c.segment is not null
    and r.kind is null
order by c.customer_id
"""
EARLIER_RUN = """
select r.run_id, r.as_of
from run r
where r.dataset_id = :dataset and r.status = 'published' and r.run_id <> :run_id
    and r.as_of < :as_of
    and exists (
        select 1 from customer_result c
        where c.run_id = r.run_id and c.clv_12m is not null and c.segment is not null
    )
order by r.as_of desc, r.run_id desc
limit 1
"""
CUSTOMERS_THEN = """
select customer_id, segment, recency_days, clv_12m
from customer_result
where run_id = :run_id
order by customer_id
"""
EARLIER_MEDIAN = """
select c.value_cut
from retention_cut c
join run r on r.run_id = c.run_id
left join published p on p.run_id = c.run_id
where r.dataset_id = :dataset and r.run_id <> :run_id and r.status = 'published'
    and r.kind is null
order by p.run_id is null, r.run_id desc
limit 1
"""
EARLIER_BANDS = """
select b.middle_from, b.high_from
from value_basis b
join run r on r.run_id = b.run_id
left join published p on p.run_id = b.run_id
where r.dataset_id = :dataset and r.status = 'published' and b.run_id <> :run_id
    and r.kind is null
order by case when p.run_id is null then 1 else 0 end, b.run_id desc
limit 1
"""

EARLIER_PROFIT_BANDS = """
select c.middle_from, c.high_from
from contact_cost c
join run r on r.run_id = c.run_id
left join published p on p.run_id = c.run_id
where r.dataset_id = :dataset and r.status = 'published' and c.run_id <> :run_id
    and r.kind is null and c.middle_from is not null
order by case when p.run_id is null then 1 else 0 end, c.run_id desc
limit 1
"""

"""Columns from which figures for rules are added up."""

TYPED_RFM = """
select as_of, customer_id, recency_days, frequency, monetary, tenure_days,
    coalesce(country, '') as country
from ({query}) as rfm
"""


PUBLISHED_RUN = """
select run.run_id, run.form, run.settings, run.as_of
from run
join published on published.run_id = run.run_id
join dataset on dataset.dataset_id = published.dataset_id
where dataset.name = :dataset
"""

KEPT_MODELS = """
select name, format, sha256, content from artifact where run_id = :run_id order by name
"""


class Result(NamedTuple):
    """Rows for one result table; `columns` of the frame that the table has are written."""

    table: type[SQLModel]
    rows: pd.DataFrame


class Written(NamedTuple):
    """What was appended to a load; order lines are kept as they would be read back.

    `rows` counts the data rows that were read for it, those of joined tables too.
    `remarks` are what is to be said of its parts, `currency` that of its money.
    """

    rows: int
    form: str
    lines: pa.Table
    remarks: tuple[Remark, ...]
    currency: str | None


def write_lines(engine: Engine, load_id: int, parts: Iterable[TypedPart]) -> Written:
    """Append typed rows to a load, part by part."""
    written: list[pa.RecordBatch] = []
    line, joined, form = 0, 0, ""
    remarks: list[Remark] = []
    currencies: set[str] = set()
    for arrived in parts:
        part, form, table = arrived.place, arrived.form, arrived.rows
        remarks += arrived.remarks
        joined += arrived.joined_rows
        currencies |= {arrived.currency} if arrived.currency else set()
        refuse_several(currencies)
        numbers = pa.array(np.arange(line, line + len(table)))
        is_lines = has(form).orders
        append_rows(
            engine,
            OrderLine if is_lines else CustomerRecord,
            table.append_column("line", numbers),
            load_id=load_id,
            part=part,
        )
        line += len(table)
        if is_lines:
            whole = table.append_column("part", pa.array(np.full(len(table), part)))
            written.extend(map(_encoded, whole.select(STORED).to_batches()))
    lines = pa.Table.from_batches(written) if written else pa.table({})
    return Written(line + joined, form, lines, merged(remarks), next(iter(currencies), None))


def stored_records(engine: Engine, loads: Sequence[LoadInRun]) -> pd.DataFrame:
    """Read the records of loads without orders, in their order."""
    frames = []
    first_part = 0
    with reading(engine) as connection:
        for load in loads:
            records = read_frame(connection, STORED_RECORDS, load_id=load.load_id)
            records["part"] += first_part
            first_part = int(records["part"].max()) + 1
            frames.append(records.assign(batch=load.batch))
    return pd.concat(frames, ignore_index=True).astype({"unreadable": bool})


def stored_lines(
    engine: Engine, loads: Sequence[LoadInRun], written: dict[int, pa.Table] | None = None
) -> pd.DataFrame:
    """Give the lines of loads in their order, texts as categories.

    Loads that were just `written` are taken out of there instead of read again.
    """
    written = written or {}
    tables, parts, batches = [], [], []
    first_part = 0
    for load in loads:
        table = written.pop(load.load_id, None)
        if table is None:
            table = pa.Table.from_batches(map(_encoded, _batches_of(engine, load.load_id)))
        part = table["part"].to_numpy() + np.int32(first_part)
        tables.append(table.drop_columns("part"))
        parts.append(part)
        batches.append(np.full(len(part), load.batch, dtype=np.int32))
        first_part = int(part.max(initial=first_part)) + 1
    del table
    whole = pa.concat_tables(tables)
    tables.clear()
    empty = [name for name in OWN_COLUMNS if whole[name].null_count == len(whole)]
    whole = whole.drop_columns(empty).unify_dictionaries()
    lines: pd.DataFrame = whole.to_pandas(self_destruct=True, split_blocks=True)
    del whole
    return lines.assign(part=_narrow(parts), batch=_narrow(batches))


def _narrow(parts: list[npt.NDArray[np.int32]]) -> npt.NDArray[np.signedinteger]:
    """Put small numbers behind each other, in as few bytes as they need."""
    most = max((int(part.max(initial=0)) for part in parts), default=0)
    kind = next(kind for kind in (np.int8, np.int16, np.int32) if most <= np.iinfo(kind).max)
    return np.concatenate([part.astype(kind) for part in parts])


def _batches_of(engine: Engine, load_id: int) -> Iterator[pa.RecordBatch]:
    """Read a load's lines; of SQLite without the row that only tells types."""
    typed = is_sqlite(engine)
    query = STORED_LINES_TYPED if typed else STORED_LINES
    for place, batch in enumerate(read_batches(engine, query, (load_id,))):
        yield batch.slice(1) if typed and not place else batch


def _encoded(batch: pa.RecordBatch) -> pa.RecordBatch:
    columns: dict[str, Any] = {}
    for name in batch.schema.names:
        column = batch.column(name)
        if name in TEXTS:
            column = column.dictionary_encode()
        elif name == "ordered_at" and pa.types.is_string(column.type):
            column = pc.if_else(pc.equal(column, ""), None, column)
            column = column.cast(pa.timestamp("us"))
        elif name == "other":
            column = column.cast(pa.int64())
        elif name == "cost":
            column = column.cast(pa.float64())
        elif name == "unreadable":
            column = column.cast(pa.bool_())
        elif name in {"source_row", "part"}:
            column = column.cast(pa.int32())
        columns[name] = column
    return pa.RecordBatch.from_pydict(columns)


def customer_rfm(engine: Engine, run_id: int) -> pd.DataFrame:
    """Compute recency, frequency and monetary of every snapshot in the database."""
    query = translated("customer_rfm", engine.dialect.name)
    positional = TYPED_RFM.format(query=query.replace(":run_id", "?"))
    batches = read_batches(engine, positional, (run_id,) * query.count(":run_id"))
    rfm: pd.DataFrame = pa.Table.from_batches(batches).to_pandas()
    return rfm.assign(
        as_of=pd.to_datetime(rfm["as_of"]).dt.date,
        country=rfm["country"].mask(rfm["country"] == ""),
    )


def earlier_predictions(engine: Engine, dataset: int, run_id: int) -> pd.DataFrame:
    """Read what kept runs of a data set predicted, of each day the last run's."""
    with reading(engine) as connection:
        predictions = read_frame(
            connection, EARLIER_PREDICTIONS, dataset=dataset, run_id=run_id
        )
    return predictions.assign(predicted_on=pd.to_datetime(predictions["predicted_on"]).dt.date)


def earlier_bands(engine: Engine, dataset: int, run_id: int) -> BandStarts | None:
    """Read the amounts of a data set's value bands, which hold from its first run on.

    Of the published run, or of the latest kept one with values; None where there is none.
    """
    return _earlier_starts(engine, EARLIER_BANDS, dataset, run_id)


def earlier_profit_bands(engine: Engine, dataset: int, run_id: int) -> BandStarts | None:
    """Read the same amounts of profit, where that is at stake instead of orders."""
    return _earlier_starts(engine, EARLIER_PROFIT_BANDS, dataset, run_id)


def _earlier_starts(engine: Engine, query: str, dataset: int, run_id: int) -> BandStarts | None:
    with reading(engine) as connection:
        starts = read_frame(connection, query, dataset=dataset, run_id=run_id)
    if starts.empty:
        return None
    return BandStarts(float(starts["middle_from"].iloc[0]), float(starts["high_from"].iloc[0]))


def earlier_segments(engine: Engine, dataset: int, run_id: int) -> pd.Series:
    """Read the segments of the published run, by customer; none where nothing is published."""
    with reading(engine) as connection:
        segments = read_frame(connection, EARLIER_SEGMENTS, dataset=dataset, run_id=run_id)
    return segments.set_index(segments["customer_id"].astype(str))["segment"]


def earlier_customers(
    engine: Engine, dataset: int, run_id: int, as_of: dt.date
) -> tuple[dt.date | None, pd.DataFrame]:
    """Read the customers of the newest kept run with values that ends before `as_of`.

    Gives its day, None where there is no such run, and a row per customer (`customer_id`,
    `segment`, `recency_days`, `clv_12m`).
    """
    with reading(engine) as connection:
        run = read_frame(
            connection, EARLIER_RUN, dataset=dataset, run_id=run_id, as_of=as_of.isoformat()
        )
        if run.empty:
            return None, pd.DataFrame()
        customers = read_frame(connection, CUSTOMERS_THEN, run_id=int(run["run_id"].iloc[0]))
    return pd.Timestamp(run["as_of"].iloc[0]).date(), customers


def earlier_median(engine: Engine, dataset: int, run_id: int) -> float | None:
    """Read the amount that parts high from low value, which holds from the first run on."""
    with reading(engine) as connection:
        bounds = read_frame(connection, EARLIER_MEDIAN, dataset=dataset, run_id=run_id)
    return None if bounds.empty else float(bounds["value_cut"].iloc[0])


def kept(engine: Engine, dataset: str) -> Kept:
    """Read the models of a data set's published run.

    Raises
    ------
    SettingsError
        If nothing of that name is published.
    """
    with reading(engine) as connection:
        run = read_frame(connection, PUBLISHED_RUN, dataset=dataset)
        if run.empty:
            raise SettingsError(
                f"No data set “{dataset}” is published; name another with --dataset, or"
                " refresh it first."
            )
        first = run.iloc[0]
        run_id = int(first["run_id"])
        rows = read_frame(connection, KEPT_MODELS, run_id=run_id)
    models = [Stored(*row) for row in rows.itertuples(index=False)]
    day = first["as_of"]
    return Kept(
        dataset=dataset,
        run_id=run_id,
        form=str(first["form"]),
        settings=json.loads(first["settings"]),
        as_of=None if pd.isna(day) else pd.Timestamp(day).date(),
        models={model.name: model for model in models},
    )


def write_results(engine: Engine, run_id: int, results: Sequence[Result]) -> None:
    """Append result rows, leaving out what a table does not keep."""
    append_tables(engine, map(_kept, filter(_has_rows, results)), run_id=run_id)


def _has_rows(result: Result) -> bool:
    return len(result.rows) > 0


def _kept(result: Result) -> tuple[type[SQLModel], pd.DataFrame]:
    columns = [c.name for c in core(result.table).columns if c.name in result.rows]
    return result.table, result.rows[columns]


def write_totals(engine: Engine, run_id: int, totals: pd.DataFrame) -> None:
    """Fill in the totals of each snapshot."""
    table = core(Snapshot)
    with writing(engine) as connection:
        for row in totals.to_dict("records"):
            values = {str(name): value for name, value in row.items()}
            day = values.pop("as_of")
            connection.execute(
                sa.update(table)
                .where(table.c.run_id == run_id, table.c.as_of == day)
                .values(**values)
            )


def write_record(
    engine: Engine,
    run_id: int,
    *,
    findings: Sequence[FoundByRule],
    costs: Sequence[StageCost],
    models: Sequence[Stored],
) -> None:
    """Write what the run found, what it cost and the models that it made."""
    with writing(engine) as connection:
        for position, finding in enumerate(findings):
            row = finding._asdict() | {
                "examples": json.dumps(finding.examples, ensure_ascii=False)
            }
            connection.execute(
                sa.insert(Finding).values(run_id=run_id, position=position, **row)
            )
        for position, cost in enumerate(costs):
            connection.execute(
                sa.insert(StageTiming).values(
                    run_id=run_id, position=position, **cost._asdict()
                )
            )
        for model in models:
            connection.execute(sa.insert(Artifact).values(run_id=run_id, **model._asdict()))
