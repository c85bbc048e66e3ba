"""Migrations of the schema by Alembic: one file a schema version, run by `db.upgrades`.

A change of a table comes with a file of its own in `versions`, named by the schema version
that it leads to, and with `SCHEMA_VERSION` of `db.upgrades` raised by one. Such a file knows:

- It runs in one transaction with every other, and on SQLite with foreign keys unchecked until
  its end, so that tables may be made anew (`op.batch_alter_table`).
- On SQLite the views are taken away before and made anew after it. On PostgreSQL they stay,
  since others may have been allowed to read them: one that stands on a column that goes or
  changes its type must be dropped first.
- Where values of a result table change, its rows in `result_checksum` are deleted; they are
  written anew when all migrations have run. A column that is only added, null for the runs that
  are there, needs nothing.
- What people made (campaigns, scenarios, playbooks, mappings, scored customers) survives.
"""
