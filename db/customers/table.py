"""The one table of a run's customers, made from the database.

One row per customer of the newest day, in the order of `customer_id`: what is published of
each, every attribute that the source fills, the groups in which pages compare customers, and,
where there are orders, what each did by month and up to each day.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlmodel import SQLModel

from db.customers.groups import (
    ORDERS,
    Groups,
    banded,
    gathered,
    main_channel,
    ranked,
)
from db.engine import reading
from db.frames import batches_of
from db.tables import core
from db.tables.attributes import CustomerAttribute
from db.tables.customers import CustomerResult

GROUP = "_group"
"""Behind the name of an attribute: the column with its groups."""
CAMPAIGN = "campaign:"
"""Before the name of a campaign: whether a customer accepted it."""
CHANNEL = "main_channel"
ACTIVE_DAYS = 90
SCORES = ("r_score", "f_score", "m_score")
UNGROUPED = frozenset(
    {
        "customer_id", "as_of", "component_1", "component_2", "sample_position", *SCORES,
        "order_probability_90d", "expected_next_order_days",
    }
)  # fmt: skip
"""Columns that pages draw, sort or add up by, and offer nowhere as an attribute."""

SEGMENTS = "select segment from segment_result where run_id = ? order by position"
RESULTS = "from customer_result where run_id = ? order by customer_id"
ATTRIBUTES = "from customer_attribute where run_id = ? order by customer_id"
SCORED = """from customer_snapshot where run_id = ? and as_of = (
    select max(as_of) from customer_snapshot where run_id = ?) order by customer_id"""
CAMPAIGNS = "from campaign_response where run_id = ? order by customer_id, campaign"
DAYS = "from customer_snapshot where run_id = ? order by customer_id, as_of"
DATED = "select count(*) from order_state where run_id = ?"
NEWEST = "select max(as_of_day) from snapshot where run_id = ?"
MONTHS = """from order_state
where run_id = ? and from_day <= ? and to_day > ? and net > 0
order by customer_id, ordered_day"""

TEXT, WHOLE, NUMBER, FLAG, DATE = (
    pa.string(), pa.int32(), pa.float64(), pa.bool_(), pa.date32(),
)  # fmt: skip
TYPES: tuple[tuple[type[sa.types.TypeEngine[Any]], pa.DataType], ...] = (
    (sa.Boolean, FLAG),
    (sa.Integer, WHOLE),
    (sa.Float, NUMBER),
    (sa.Date, DATE),
)
"""What a column of the database becomes; any other a text."""
MONTH = pa.struct([("month", pa.date32()), ("orders", pa.int32()), ("revenue", pa.float64())])
DAY = pa.struct(
    [
        ("as_of", pa.date32()), ("active", pa.bool_()),
        ("orders", pa.int32()), ("revenue", pa.float64()),
    ]
)  # fmt: skip


Field = tuple[str, pa.DataType]


class Described(NamedTuple):
    """A column of the table as it is documented."""

    column: str
    type: str
    meaning: str


def customers_table(engine: Engine, run_id: int) -> pa.Table:
    """Make the table of a run's customers from the database.

    Words are dictionaries in the order in which pages show them; flags are the words yes and
    no; what is not known is null.
    """
    results = _rows(engine, _columns(CustomerResult), RESULTS, (run_id,))
    identifiers = results.column("customer_id")
    columns: dict[str, Any] = {name: results.column(name) for name in results.column_names}
    scores = _rows(engine, [(name, WHOLE) for name in SCORES], SCORED, (run_id, run_id))
    known = scores.num_rows == results.num_rows
    nobody = pa.chunked_array([pa.nulls(results.num_rows, WHOLE)])
    columns |= {name: scores.column(name) if known else nobody for name in SCORES}
    attributes = _rows(engine, _columns(CustomerAttribute), ATTRIBUTES, (run_id,))
    columns |= {
        name: attributes.column(name)
        for name in attributes.column_names
        if name not in columns and _fills(attributes.column(name))
    }
    columns |= _campaigns(engine, run_id, identifiers)
    with reading(engine) as connection:
        segments = _first_column(connection, SEGMENTS, run_id)
        has_orders = bool(_first_column(connection, DATED, run_id)[0])
        newest = _first_column(connection, NEWEST, run_id)[0]
    table = pa.table(_worded(columns, {**ORDERS, "segment": tuple(map(str, segments))}))
    if has_orders:
        table = table.append_column("months", _months(engine, run_id, int(newest), identifiers))
        table = table.append_column("days", _days(engine, run_id, identifiers))
    return table


def described() -> list[Described]:
    """Document every column, those of one form too."""
    rows = [
        Described(name, str(kind), _meaning(model, name))
        for model in (CustomerResult, CustomerAttribute)
        for name, kind in _columns(model)
    ]
    found = {row.column: row for row in reversed(rows)}
    once = [row for place, row in enumerate(rows) if found.get(row.column) is rows[place]]
    return [
        *once,
        *(Described(name, "int32", "1 to 5, 5 the best fifth of the day") for name in SCORES),
        Described(CHANNEL, "string", "the channel by which the customer bought most often"),
        Described(f"{CAMPAIGN}NAME", "string", "whether the customer accepted that campaign"),
        Described(
            f"ATTRIBUTE{GROUP}",
            "string",
            "the group of the attribute in which pages compare customers: a band of a number,"
            " or Other for the rarest of many words",
        ),
        Described(
            "months", str(pa.list_(MONTH)), "orders that stand, by the month of the order"
        ),
        Described(
            "days",
            str(pa.list_(DAY)),
            "what stood at the end of each day looked at; active with an order in the 90 days"
            " before",
        ),
    ]


def _columns(model: type[SQLModel]) -> list[Field]:
    """Give the columns of a table but the run, each with its type."""
    return [
        (column.name, _type(column))
        for column in core(model).columns
        if column.name != "run_id"
    ]


def _type(column: sa.Column[Any]) -> pa.DataType:
    return next((arrow for kind, arrow in TYPES if isinstance(column.type, kind)), TEXT)


def _meaning(model: type[SQLModel], name: str) -> str:
    return model.model_fields[name].description or ""


def _rows(
    engine: Engine,
    columns: Sequence[Field],
    source: str,
    parameters: tuple[Any, ...],
) -> pa.Table:
    schema = pa.schema(list(columns))
    return pa.Table.from_batches(batches_of(engine, schema, source, parameters), schema)


def _first_column(connection: Connection, query: str, run_id: int) -> list[Any]:
    named = sa.text(query.replace("?", ":run_id"))
    return list(connection.execute(named, {"run_id": run_id}).scalars())


def _fills(column: pa.ChunkedArray) -> bool:
    return bool(column.null_count < len(column))


def _campaigns(
    engine: Engine, run_id: int, identifiers: pa.ChunkedArray
) -> dict[str, pa.ChunkedArray]:
    kinds: list[Field] = [
        ("customer_id", TEXT), ("campaign", TEXT), ("accepted", FLAG),
    ]  # fmt: skip
    rows = _rows(engine, kinds, CAMPAIGNS, (run_id,))
    places = _places(rows.column("customer_id"), identifiers)
    names = rows.column("campaign").to_numpy(zero_copy_only=False)
    accepted = rows.column("accepted").to_numpy(zero_copy_only=False)
    found = {}
    for name in sorted(set(names)):
        values = np.full(len(identifiers), None, dtype=object)
        is_this = (names == name) & (places >= 0)
        values[places[is_this]] = accepted[is_this]
        found[f"{CAMPAIGN}{name}"] = pa.chunked_array([pa.array(values, pa.bool_())])
    return found


def _worded(
    columns: dict[str, pa.ChunkedArray], orders: dict[str, tuple[str, ...]]
) -> dict[str, pa.Array]:
    """Turn words into dictionaries and put the groups of each attribute beside it."""
    worded: dict[str, pa.Array] = {}
    for name, column in columns.items():
        whole = column.combine_chunks()
        if pa.types.is_boolean(whole.type):
            whole = pc.if_else(whole, "yes", "no")
        if name == "customer_id" or pa.types.is_date(whole.type):
            worded[name] = whole
        elif pa.types.is_string(whole.type):
            words = _ranked(whole, orders.get(name, ()))
            worded[name] = _dictionary(words)
            if rest := gathered(words):
                worded[name + GROUP] = _dictionary(rest)
        else:
            worded[name] = whole
            if name not in UNGROUPED and whole.null_count < len(whole):
                worded[name + GROUP] = _dictionary(banded(name, _floats(whole)))
    bought = {name: _floats(worded[name]) for name in worded if name.startswith("purchases_")
              and not name.endswith(GROUP)}  # fmt: skip
    if channel := main_channel(bought):
        worded[CHANNEL] = _dictionary(channel)
    return worded


def _ranked(texts: pa.Array, order: tuple[str, ...]) -> Groups:
    encoded = texts.dictionary_encode()
    words = np.asarray(encoded.dictionary.to_pylist(), dtype=object)
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    by_name = np.argsort(words.astype(str), kind="stable")
    places = np.full(len(words) + 1, -1, dtype=np.int64)
    places[by_name] = np.arange(len(words))
    return ranked(places[codes], tuple(str(word) for word in words[by_name]), order)


def _dictionary(groups: Groups) -> pa.DictionaryArray:
    many = len(groups.names)
    kind = pa.int8() if many < 2**7 else pa.int16() if many < 2**15 else pa.int32()
    codes = pa.array(groups.codes, mask=groups.codes < 0).cast(kind)
    return pa.DictionaryArray.from_arrays(codes, pa.array(groups.names, pa.string()))


def _floats(numbers: pa.Array) -> np.ndarray:
    return np.asarray(
        numbers.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64
    )


def _places(among: pa.ChunkedArray, identifiers: pa.ChunkedArray) -> np.ndarray:
    """Give the place of each identifier in the table, -1 where it is not in it."""
    found = pc.index_in(among, value_set=identifiers.combine_chunks())
    return np.asarray(found.fill_null(-1).to_numpy(), dtype=np.int64)


def _days(engine: Engine, run_id: int, identifiers: pa.ChunkedArray) -> pa.Array:
    """Give each customer what stood at the end of each day, the oldest first."""
    rows = _rows(
        engine,
        [("customer_id", TEXT), ("as_of", DATE), ("recency_days", WHOLE), ("frequency", WHOLE),
         ("monetary", NUMBER)],
        DAYS,
        (run_id,),
    )  # fmt: skip
    places = _places(rows.column("customer_id"), identifiers)
    fields = [
        rows.column("as_of"),
        pc.less(rows.column("recency_days"), ACTIVE_DAYS),
        rows.column("frequency"),
        rows.column("monetary"),
    ]
    kept = places >= 0
    structs = pa.StructArray.from_arrays(
        [pa.array(column.combine_chunks()).filter(pa.array(kept)) for column in fields],
        fields=list(DAY),
    )
    return _lists(places[kept], structs, len(identifiers))


def _months(engine: Engine, run_id: int, newest: int, identifiers: pa.ChunkedArray) -> pa.Array:
    """Give each customer orders and revenue by month, the oldest first."""
    rows = _rows(
        engine,
        [("customer_id", TEXT), ("ordered_day", WHOLE), ("net", NUMBER)],
        MONTHS,
        (run_id, newest, newest),
    )
    places = _places(rows.column("customer_id"), identifiers)
    kept = places >= 0
    days = rows.column("ordered_day").to_numpy().astype("datetime64[D]")
    months = days.astype("datetime64[M]")[kept]
    places, net = places[kept], rows.column("net").to_numpy()[kept]
    begins = np.ones(len(places), dtype=bool)
    begins[1:] = (places[1:] != places[:-1]) | (months[1:] != months[:-1])
    starts = np.flatnonzero(begins)
    orders = np.diff(np.append(starts, len(places)))
    revenue = np.add.reduceat(net, starts) if len(starts) else np.zeros(0)
    structs = pa.StructArray.from_arrays(
        [
            pa.array(months[starts].astype("datetime64[D]")),
            pa.array(orders.astype(np.int32)),
            pa.array(revenue),
        ],
        fields=list(MONTH),
    )
    return _lists(places[starts], structs, len(identifiers))


def _lists(places: np.ndarray, structs: pa.StructArray, customers: int) -> pa.ListArray:
    """Part structs, which stand in the order of customers, into a list for each of them."""
    counts = np.bincount(places, minlength=customers)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), structs)
