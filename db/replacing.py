"""Replacing a view of PostgreSQL that others may read, may be granted and may build upon.

Most changes only add columns at the end, which CREATE OR REPLACE does in place. Any other needs
the view dropped: what was granted on it, and the views that people built upon it, are written
down before and made again after, all in the transaction of the caller.
"""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from db.errors import SchemaMismatch

WAIT_SECONDS = 10
"""How long to wait for those who read the view, while others wait behind us."""

UPON = """
with recursive upon(view, depth) as (
    select to_regclass(:name)::oid, 0
    union
    select rewritten.ev_class, upon.depth + 1
    from upon
    join pg_depend as needed on needed.refobjid = upon.view
        and needed.classid = 'pg_rewrite'::regclass and needed.refclassid = 'pg_class'::regclass
    join pg_rewrite as rewritten on rewritten.oid = needed.objid
        and rewritten.ev_class <> upon.view
)
select
    view, format('%I.%I', nspname, relname) as name, relkind, pg_get_viewdef(view) as sql,
    pg_get_userbyid(relowner) as owner, obj_description(view, 'pg_class') as comment
from upon
join pg_class on pg_class.oid = upon.view
join pg_namespace on pg_namespace.oid = relnamespace
group by view, nspname, relname, relkind, relowner
order by max(upon.depth), name
"""

GRANTS = """
select
    coalesce(quote_ident(grantee.rolname), 'public') as grantee, granted.privilege_type,
    granted.is_grantable
from pg_class, aclexplode(pg_class.relacl) as granted
left join pg_roles as grantee on grantee.oid = granted.grantee
where pg_class.oid = :view and granted.grantee <> pg_class.relowner
"""


class Upon(NamedTuple):
    """A view as it stands: what it is called, asks, whose it is and who may read it."""

    name: str
    is_stored: bool
    sql: str
    owner: str
    comment: str | None
    grants: list[str]


def replace_view(connection: Connection, name: str, sql: str) -> None:
    """Give a view another definition, keeping its grants and the views built upon it.

    Raises `SchemaMismatch` where one of those can't be made again.
    """
    _do(connection, f"set local lock_timeout = '{WAIT_SECONDS}s'")
    try:
        with connection.begin_nested():
            _do(connection, f'CREATE OR REPLACE VIEW "{name}" AS {sql}')
    except DBAPIError as error:
        if "lock timeout" in str(error):
            raise
        _made_again(connection, name, sql)


def _made_again(connection: Connection, name: str, sql: str) -> None:
    old, *upon = [
        _described(connection, row)
        for row in connection.execute(sa.text(UPON), {"name": f'"{name}"'})
    ]
    _do(connection, f'DROP VIEW "{name}" CASCADE')
    _do(connection, f'CREATE VIEW "{name}" AS {sql}')
    for grant in old.grants:
        _do(connection, grant)
    for view in upon:
        try:
            with connection.begin_nested():
                _build(connection, view)
        except DBAPIError as error:
            reason = str(error.orig).splitlines()[0]
            raise SchemaMismatch(
                f"The view {view.name} asks of “{name}” what its new definition doesn't give"
                f" ({reason}); change or drop that view, then run the command again."
            ) from error


def _described(connection: Connection, row: sa.Row[tuple[str, ...]]) -> Upon:
    grants = [
        f"grant {grant.privilege_type} on {row.name} to {grant.grantee}"
        + (" with grant option" if grant.is_grantable else "")
        for grant in connection.execute(sa.text(GRANTS), {"view": row.view})
    ]
    return Upon(
        row.name, row.relkind == "m", row.sql.rstrip(";"), row.owner, row.comment, grants
    )


def _build(connection: Connection, view: Upon) -> None:
    kind = "materialized view" if view.is_stored else "view"
    _do(connection, f"create {kind} {view.name} as {view.sql}")
    owner = connection.dialect.identifier_preparer.quote(view.owner)
    _do(connection, f"alter {kind} {view.name} owner to {owner}")
    if view.comment is not None:
        describe(connection, kind, view.name, view.comment)
    for grant in view.grants:
        _do(connection, grant)


def describe(connection: Connection, kind: str, name: str, comment: str) -> None:
    """Write a comment on a view."""
    quoted = connection.execute(
        sa.select(sa.func.quote_literal(sa.bindparam("comment", comment, sa.Text)))
    ).scalar_one()
    _do(connection, f"comment on {kind} {name} is {quoted}")


def _do(connection: Connection, sql: str) -> None:
    """Run a statement without parameters, whose signs of percent are its own."""
    connection.exec_driver_sql(sql.replace("%", "%%"))
