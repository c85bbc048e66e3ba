"""Make the file of a run's customers in a process of its own, which ends when that is done.

A portal holds its SQLite database open, and must not open it by Arrow's driver as well; another
process may, takes a fraction of the time, and keeps the portal's threads free.
"""

import os
import subprocess
import sys
from pathlib import Path

from db.customers.file import write_customers
from db.engine import open_writer
from db.errors import DatabaseError


def make_apart(database: Path, run_id: int) -> bool:
    """Make the file of a run of an SQLite database in another process; tell whether it did."""
    command = [sys.executable, "-m", __name__, str(database), str(run_id)]
    where = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command,
            env=os.environ | where,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    """Make the file of a run that is named by its database's path and its number."""
    database, run_id = arguments
    try:
        written = write_customers(open_writer(f"sqlite:///{database}"), int(run_id))
    except DatabaseError:
        return 1
    return 0 if written else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
