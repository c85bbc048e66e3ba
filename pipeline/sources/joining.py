"""Several tables as one of orders: lines with what the tables around them know.

Which table holds the lines, and by which columns the others belong to it, is told by names, by
keys that a database declares, and by the cells: a key names one row, and (nearly) all rows find
theirs. All tables are held in memory.
"""

from collections.abc import Mapping, Sequence

from pipeline.base.errors import SourceError
from pipeline.sources.joins.links import links
from pipeline.sources.joins.merging import merged_parts
from pipeline.sources.joins.planned import NEEDS, Plan
from pipeline.sources.joins.planning import BACK, PAID, plan, rank
from pipeline.sources.joins.tables import Table, tables
from pipeline.sources.naming import plain
from pipeline.sources.parts import NO_FIELDS, Part
from pipeline.sources.telling.remarks import note

VERSION = 1
"""Part of a load's checksum: tables joined by another version are read again."""
MOST_ROWS = 20_000_000
"""Rows of all tables that are joined in memory."""
SHOWN_TABLES, SHOWN_COLUMNS = 8, 8
SIBLING = 0.6
"""Share of columns in common from which a table that is left out was meant for the lines."""


class NotJoined(SourceError):
    """Several tables that no join turns into orders."""


def joined(
    parts: Sequence[Part], mapping: Mapping[str, str] = NO_FIELDS, *, file: str
) -> list[Part] | None:
    """Join tables into one of orders.

    Parameters
    ----------
    parts : raw tables, of one source.
    mapping : which column is which, as the user says.
    file : what the source is called in errors.

    Returns
    -------
    The parts of the table of lines, each with the columns of what is joined to it, and
    remarks on the joins; None where one table is enough and the others add nothing.

    Raises
    ------
    NotJoined
        If no table has a customer, a day and money, and no join brings them, or only one that
        would multiply rows.
    SourceError
        If there are too many rows, or a table that is left out is like that of the lines.
    """
    source_tables = tables(parts, mapping)
    if len(source_tables) < 2:
        return None
    if sum(len(table.rows) for table in source_tables) > MOST_ROWS:
        raise _too_many(file)
    table_links = links(source_tables)
    plans = [plan(table, table_links) for table in source_tables if len(table.rows)]
    whole = [candidate for candidate in plans if not candidate.lacks]
    if not whole:
        raise _not_joined(source_tables, plans, file)
    best = max(whole, key=rank)
    if not best.steps or any(_fits_alone(candidate, best) for candidate in whole):
        return None
    unused_tables = [
        table for table in source_tables if table not in best.roles and _is_left(table, best)
    ]
    _refuse_sibling(best, unused_tables)
    result = merged_parts(best)
    joined_rows = sum(len(table.rows) for table in source_tables if table is not best.fact)
    result[0] = result[0]._replace(joined_rows=joined_rows)
    if unused_tables:
        names = ", ".join(table.name for table in unused_tables)
        remark = note("tables_unused", f"These tables add nothing and are not used: {names}.")
        result[0] = result[0]._replace(said=(*result[0].said, remark))
    return result


def _fits_alone(candidate: Plan, best: Plan) -> bool:
    """Say whether a sheet or file that isn't used holds orders too, so that all are read."""
    lines = candidate.fact
    return (
        lines not in best.roles
        and not lines.is_database
        and not set(lines.words) & (PAID | BACK)
        and all(any(field in lines.fields for field in group) for group in NEEDS.values())
    )


def _is_left(table: Table, best: Plan) -> bool:
    """Say whether a table isn't used, neither by itself nor added up."""
    return all(table.name != step.link.parent.name for step in best.steps)


def _refuse_sibling(best: Plan, unused_tables: Sequence[Table]) -> None:
    """Refuse to leave a file out that has most columns of the lines, and should have all."""
    lines = {plain(name) for name in best.fact.columns}
    for table in unused_tables:
        columns = {plain(name) for name in table.columns}
        if table.is_database or len(lines & columns) < SIBLING * max(len(lines), len(columns)):
            continue
        differ = sorted(name for name in table.columns if plain(name) not in lines)
        raise SourceError(
            f"has most columns of {best.fact.name}, and others ({', '.join(differ[:5])})",
            remedy="give its columns the same names, or leave it out",
            file=table.parts[0].file,
            sheet=table.parts[0].sheet,
        )


def _not_joined(source_tables: Sequence[Table], plans: Sequence[Plan], file: str) -> NotJoined:
    """Build the error that names what is missing and lists the tables."""
    nearest = min(plans, key=lambda candidate: len(candidate.lacks), default=None)
    lacks = nearest.lacks if nearest else list(NEEDS)
    several = next((link for candidate in plans for link in candidate.multiplying), None)
    if several is not None:
        problem = (
            f"can't be joined: {several.parent.name} has several rows for one"
            f" {' and '.join(several.key)}, so joining it to {several.child.name} would"
            " multiply its rows"
        )
    else:
        problem = (
            f"holds {len(source_tables)} tables, and neither one of them nor a join by shared"
            f" keys has orders: no {' and no '.join(lacks)} was found"
        )
    return NotJoined(
        f"{problem}; {_listed(source_tables)}",
        remedy="name those that belong together with --table or --sheet, or their columns with"
        " --map FILE",
        file=file,
    )


def _listed(source_tables: Sequence[Table]) -> str:
    listing = "; ".join(
        f"{table.name} ({_columns(table.columns)})" for table in source_tables[:SHOWN_TABLES]
    )
    more = len(source_tables) - SHOWN_TABLES
    return f"{listing} and {more:,} more tables" if more > 0 else listing


def _columns(names: Sequence[str]) -> str:
    listing = ", ".join(
        name if len(name) <= 40 else f"{name[:39]}…" for name in names[:SHOWN_COLUMNS]
    )
    return f"{listing} …" if len(names) > SHOWN_COLUMNS else listing


def _too_many(file: str) -> SourceError:
    return SourceError(
        f"holds more than {MOST_ROWS:,} rows in several tables, which are joined in memory",
        remedy="join them where they come from, and give the joined table",
        file=file,
    )
