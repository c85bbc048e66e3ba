"""Planned joins carried out: one table of lines with the columns of the joined ones."""

import pyarrow as pa

from pipeline.sources.joins.planned import Plan, Step
from pipeline.sources.joins.roles import is_known
from pipeline.sources.joins.tables import Table
from pipeline.sources.parts import Part
from pipeline.sources.telling.remarks import Remark, note, warning

JOINED = "joined"
"""The code of the sentence that says a join."""
SHARE_SAID = 0.01
"""Of rows without a partner, above which it is a warning."""


def merged_parts(plan: Plan) -> list[Part]:
    """Give the parts of the table of lines with the columns of what is joined to it.

    Rows stay as they are, in number and order; where a row has no partner the columns are
    empty. A column is called after its table too where its name is there already, or would
    tell something of the order that it is not.
    """
    names: dict[tuple[str, str], str] = {}
    fact = plan.fact
    columns = dict(zip(fact.rows.column_names, fact.rows.columns, strict=True))
    for name in fact.columns:
        names[fact.name, name] = name
    rows: dict[Table, pa.Array] = {}
    for step in plan.steps:
        parent = step.link.parent
        rows[parent] = _positions(step, rows)
        taken_columns = {
            place.column for place in plan.has.values() if place.table is parent
        } | parent.mapped
        for name in parent.columns:
            if step.is_part and name not in taken_columns:
                continue
            is_same_key = (name,) == step.link.key == step.link.columns
            if is_same_key and (step.link.child.name, name) in names:
                names[parent.name, name] = names[step.link.child.name, name]
                continue
            column_name = _called(name, parent.name, columns, is_taken=name in taken_columns)
            names[parent.name, name] = column_name
            columns[column_name] = parent.rows[name].unify_dictionaries().take(rows[parent])
    table = pa.table(columns)
    fields = {
        field: names[place.table.name, place.column]
        for field, place in plan.has.items()
        if place.table is not fact or field in {"invoice", "product", "customer_id"}
    }
    parts: list[Part] = []
    start = 0
    for part in fact.parts:
        size = len(part.table)
        parts.append(
            part._replace(
                table=table.slice(start, size),
                fields=fields,
                said=() if parts else tuple(_said(plan)),
            )
        )
        start += size
    return parts


def _positions(step: Step, rows: dict[Table, pa.Array]) -> pa.Array:
    """Find the row of the joined table for each line, null where there is none."""
    link = step.link
    of_child = link.parent.positions(link.key, link.child.key(link.columns))
    return of_child.take(rows[link.child]) if link.child in rows else of_child


def _called(
    name: str, table: str, columns: dict[str, pa.ChunkedArray], *, is_taken: bool
) -> str:
    """Name a joined column so that it is told from others and taken for nothing else."""
    tried = [name] if is_taken or not is_known(name) else []
    tried += [f"{table}.{name}", f"{name} of {table}"]
    free = [candidate for candidate in tried if candidate not in columns]
    if not is_taken:
        free = [candidate for candidate in free if not is_known(candidate)] or free
    number = 2
    while not free:
        free = [
            candidate
            for candidate in [f"{table}.{name} ({number})"]
            if candidate not in columns
        ]
        number += 1
    return free[0]


def _said(plan: Plan) -> list[Remark]:
    """Say each join, the rows without a partner, and whom a customer's column tells."""
    remarks = []
    for step in plan.steps:
        link = step.link
        remarks.append(note(JOINED, f"{step.sentence}.", link.matched))
        if "refunded" in step.takes and step.added_up is not None:
            link = step.added_up  # not every order is refunded
        lost = link.named - link.matched
        if lost:
            tell = warning if lost > SHARE_SAID * link.named else note
            remarks.append(
                tell(
                    "rows_without_partner",
                    f"{lost:,} of {link.named:,} rows of {link.child.name} find no row of"
                    f" {link.parent.name} by {link.on}.",
                    lost,
                )
            )
    if plan.person is not None:
        key, column = plan.person.link.columns[0], plan.has["customer_id"].column
        remarks.append(
            note(
                "customer_told_by",
                f"“{key}” is another for every order, so “{column}” tells the customers.",
                len(plan.person.link.parent.rows),
            )
        )
    price = plan.has.get("unit_price")
    if price is not None and price.table is not plan.fact:
        remarks.append(
            note(
                "price_of_product",
                f"The lines have no price of their own; that of {price.table.name} is taken.",
                len(plan.fact.rows),
            )
        )
    return remarks
