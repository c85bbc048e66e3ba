"""One row per customer of a run's newest day, made from what the run left in the database."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from db.customers import groups
from db.customers.columns import (
    ATTRIBUTES,
    CAMPAIGN,
    CHANNEL,
    DAYS,
    GROUP,
    IDENTIFIER,
    LABELS,
    MONTHS,
    RESULTS,
    SCORES,
    UNGROUPED,
)
from db.customers.orders import days, months, standing
from db.customers.places import places_among
from db.customers.recent import recent
from db.customers.rows import CODED, Source, read_table

OF_RUN = "from {table} where run_id = :run_id order by {order}"
OF_ATTRIBUTE = """
from own_attribute where run_id = :run_id and position = :position order by customer_id
"""
SCORED = """
from customer_snapshot where run_id = :run_id and as_of = '{day}' order by customer_id
"""
ANSWERS = "from campaign_response where run_id = :run_id order by campaign, customer_id"
HAS_ORDERS = "from order_state where run_id = :run_id limit 1"


class Seen(NamedTuple):
    """A day on which the data set is looked at; `number` counts days since 1970-01-01."""

    as_of: dt.date
    number: int


def customers_table(source: Source, run_id: int) -> pa.Table:
    """Make the table of a run's customers, one row each, ordered by `customer_id`.

    Columns are those of `described()`: results in the order of `customer_result`, then scores,
    attributes, campaigns, groups, what was ordered lately and lists. Words are dictionaries in
    the order in which they are shown; what is unknown is null, never nan. Behind the results
    only those are there of which the source knows anything.

    A SQLite engine that keeps connections, or a connection, is read through those; see
    `db.customers.rows`. Raises `DatabaseUnavailable`.
    """
    columns = _results(source, run_id)
    customers = columns[IDENTIFIER]
    days_seen = _days_seen(source, run_id)
    if days_seen:
        columns |= _scores(source, run_id, customers, days_seen[-1].as_of)
    columns |= _attributes(source, run_id, customers)
    channels = {name: columns[name] for name in groups.CHANNELS if name in columns}
    if channels:
        columns[CHANNEL] = groups.main_channel(channels)
    columns |= _campaigns(source, run_id, customers)
    columns |= _groups(columns)
    if days_seen and len(read_table(source, {"run_id": pa.int32()}, HAS_ORDERS, run_id=run_id)):
        orders = standing(source, run_id, customers, newest=days_seen[-1].number)
        columns |= recent(orders, columns, newest=days_seen[-1].as_of)
        columns[MONTHS] = months(orders, many=len(customers))
        columns[DAYS] = days(source, run_id, customers, dates=[day.as_of for day in days_seen])
    return pa.table(columns)


def _results(source: Source, run_id: int) -> dict[str, pa.Array]:
    words = _words_of(RESULTS)
    rows = read_table(
        source,
        RESULTS,
        OF_RUN.format(table="customer_result", order=IDENTIFIER),
        coded=words,
        run_id=run_id,
    )
    segments = read_table(
        source,
        {"segment": pa.string()},
        OF_RUN.format(table="segment_result", order="position"),
        run_id=run_id,
    )
    orders = groups.ORDERS | {"segment": tuple(segments["segment"].to_pylist())}
    return {name: _shown(name, rows[name], orders) for name in RESULTS}


def _scores(
    source: Source, run_id: int, customers: pa.Array, newest: dt.date
) -> dict[str, pa.Array]:
    rows = read_table(
        source,
        {IDENTIFIER: pa.string(), **dict.fromkeys(SCORES, pa.int32())},
        SCORED.format(day=newest.isoformat()),
        run_id=run_id,
    )
    return _beside(customers, rows)


def _attributes(source: Source, run_id: int, customers: pa.Array) -> dict[str, pa.Array]:
    """Read what the source fills, in the order in which the run shows it."""
    listed = read_table(
        source,
        {"attribute": pa.string()},
        OF_RUN.format(table="attribute", order="position"),
        run_id=run_id,
    )
    all_names = listed["attribute"].to_pylist()
    names = [name for name in all_names if name in ATTRIBUTES]
    type_by_name = {name: ATTRIBUTES[name] for name in (*names, *LABELS)}
    rows = read_table(
        source,
        {IDENTIFIER: pa.string(), **type_by_name},
        OF_RUN.format(table="customer_attribute", order=IDENTIFIER),
        coded=_words_of(type_by_name),
        run_id=run_id,
    )
    filled_columns = {
        name: column
        for name, column in _beside(customers, rows).items()
        if column.null_count < len(column)
    }
    own = [name for name in all_names if name not in ATTRIBUTES and name not in RESULTS]
    return {
        name: groups.flags(column) if name in LABELS else _shown(name, column, groups.ORDERS)
        for name, column in filled_columns.items()
    } | (_own(source, run_id, customers, own) if own else {})


def _own(
    source: Source, run_id: int, customers: pa.Array, names: Iterable[str]
) -> dict[str, pa.Array]:
    """Read what only this source knows: a column each, in the order of `names`."""
    own_names = set(names)
    listed = read_table(
        source,
        {"attribute": pa.string(), "position": pa.int32(), "kind": pa.string()},
        OF_RUN.format(table="attribute", order="position"),
        run_id=run_id,
    )
    columns: dict[str, pa.Array] = {}
    for attribute in listed.to_pylist():
        if attribute["attribute"] not in own_names:
            continue
        is_number = attribute["kind"] == "number"
        column = "number" if is_number else "word"
        rows = read_table(
            source,
            {IDENTIFIER: pa.string(), column: pa.float64() if is_number else pa.string()},
            OF_ATTRIBUTE,
            coded=set() if is_number else {column},
            run_id=run_id,
            position=attribute["position"],
        )
        whole = _beside(customers, rows)[column]
        if whole.null_count < len(whole):
            columns[attribute["attribute"]] = _shown(
                attribute["attribute"], whole, groups.ORDERS
            )
    return columns


def _campaigns(source: Source, run_id: int, customers: pa.Array) -> dict[str, pa.Array]:
    """Tell of each campaign who accepted it; whoever it says nothing of is unknown."""
    rows = read_table(
        source,
        {"campaign": pa.string(), IDENTIFIER: pa.string(), "accepted": pa.bool_()},
        ANSWERS,
        coded={"campaign"},
        run_id=run_id,
    )
    columns = {}
    for campaign in sorted(rows["campaign"].unique().to_pylist()):
        answers = rows.filter(pc.equal(rows["campaign"].cast(pa.string()), campaign))
        accepted = _beside(customers, answers.drop_columns("campaign"))["accepted"]
        if accepted.null_count < len(accepted):
            columns[f"{CAMPAIGN}{campaign}"] = groups.flags(accepted)
    return columns


def _groups(columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Group by every number that pages offer, and by words that are too many to be shown."""
    group_columns = {}
    for name, column in columns.items():
        if pa.types.is_dictionary(column.type):
            group = groups.word_groups(column)
        elif (
            _is_number(column.type)
            and name not in UNGROUPED
            and column.null_count < len(column)
        ):
            group = groups.number_groups(name, column)
        else:
            group = None
        if group is not None:
            group_columns[f"{name}{GROUP}"] = group
    return group_columns


def _days_seen(source: Source, run_id: int) -> list[Seen]:
    rows = read_table(
        source,
        {"as_of": pa.date32(), "as_of_day": pa.int32()},
        OF_RUN.format(table="snapshot", order="as_of"),
        run_id=run_id,
    )
    return [Seen(row["as_of"], row["as_of_day"]) for row in rows.to_pylist()]


def _beside(customers: pa.Array, rows: pa.Table) -> dict[str, pa.Array]:
    """Put rows of customers beside those of the table; null where there is none of theirs."""
    positions = places_among(customers, rows[IDENTIFIER].combine_chunks())
    places = pa.array(positions, mask=positions < 0)
    rows = rows.drop_columns(IDENTIFIER)
    return {name: _whole(rows[name]).take(places) for name in rows.column_names}


def _shown(
    name: str, column: pa.Array | pa.ChunkedArray, orders: dict[str, tuple[str, ...]]
) -> pa.Array:
    whole = _whole(column)
    return groups.ranked(whole, orders.get(name, ())) if whole.type == CODED else whole


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _words_of(columns: dict[str, pa.DataType]) -> set[str]:
    return {
        name for name, kind in columns.items() if kind == pa.string() and name != IDENTIFIER
    }


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))
