"""What can go wrong at the border of the database.

* DatabaseError
  x DatabaseUnavailable   it can't be opened, read or written: path, lock, disk, permission
  x SchemaMismatch        a frame lacks a table's columns, or the database is another version's
  x NotPublished          nothing has been published yet under that name
  x DatasetLocked         another process is refreshing that data set
  x RunLost               a run is no longer this process's own: a copy was put back, or similar
  x NoSuchRun             a data set keeps no such published run
"""


class DatabaseError(Exception):
    """A failure at the border of the database; `str()` is one sentence."""


class DatabaseUnavailable(DatabaseError):
    """The database can't be opened, read or written."""


class SchemaMismatch(DatabaseError):
    """A frame does not have a table's columns, or the database has another version's tables."""


class NotPublished(DatabaseError):
    """Nothing has been published yet."""


class DatasetLocked(DatabaseError):
    """Another process is refreshing that data set."""


class RunLost(DatabaseError):
    """A run is no longer this process's own, so nothing of it may be written or published."""


class NoSuchRun(DatabaseError):
    """A data set keeps no published run of that number."""
