"""The end of a run that was not published."""

from sqlalchemy.engine import Engine

from db import runs
from db.errors import DatabaseError, RunLost
from db.ownership import Ownership


def end_unpublished(engine: Engine, mine: Ownership, error: BaseException) -> None:
    """Record why a run was not published; the first error is the one to report.

    But where the run was lost on the way, whatever failed on strange records follows from it:
    raises `RunLost`.
    """
    interrupted = isinstance(error, KeyboardInterrupt)
    try:
        runs.end_run(
            engine,
            mine,
            status="interrupted" if interrupted else "failed",
            message="Interrupted." if interrupted else str(error) or type(error).__name__,
        )
    except RunLost as lost:
        if isinstance(error, Exception):
            raise lost from error
    except DatabaseError:
        return
