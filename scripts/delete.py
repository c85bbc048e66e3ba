"""Delete a data set with its runs and records."""

import argparse
import os
import sys

from db import upgrades
from db.engine import DEFAULT_URL, open_writer
from db.errors import DatabaseError, DatasetLocked, NotPublished
from db.secrets import hide
from db.workspace import datasets
from pipeline.base.errors import (
    EnvironmentProblem,
    PipelineError,
    RefreshRunning,
    SettingsError,
)
from scripts.arguments import EXIT_INTERRUPTED, Parser
from scripts.terminal import PROGRESS, shown_progress


def main(arguments: list[str] | None = None) -> int:
    """Run the command and give its exit code."""
    try:
        options = parser().parse_args(arguments)
        with shown_progress(options.progress) as progress:
            progress.stage("delete")
            engine = open_writer(options.db)
            upgrades.upgrade(engine)
            datasets.delete(engine, options.dataset)
    except PipelineError as error:
        return _fail(str(error), error.exit_code)
    except DatasetLocked as error:
        return _fail(str(error), RefreshRunning.exit_code)
    except NotPublished as error:
        return _fail(str(error), SettingsError.exit_code)
    except (DatabaseError, OSError) as error:
        return _fail(str(error), EnvironmentProblem.exit_code)
    except KeyboardInterrupt:
        return _fail(
            "Interrupted; delete it again to be sure that all is gone.", EXIT_INTERRUPTED
        )
    return 0


def parser() -> argparse.ArgumentParser:
    """Describe the command's arguments."""
    arguments = Parser(
        prog="delete.py",
        description="Delete a data set with its runs and records; this can't be undone.",
        epilog="Exit codes: 0 deleted; 2 the arguments are bad, or there is no such data set;"
        " 3 a refresh of it is running; 4 disk, lock or permission; 130 interrupted.",
    )
    add = arguments.add_argument
    add("--dataset", metavar="NAME", required=True, help="name of the data set")
    add("--db", default=os.environ.get("PORTAL_DB", DEFAULT_URL), metavar="URL",
        help=f"database (default: PORTAL_DB, or {DEFAULT_URL})")  # fmt: skip
    add("--progress", choices=PROGRESS, default="auto", help="as refresh.py has it")
    return arguments


def _fail(sentence: str, code: int) -> int:
    print(f"delete: {hide(sentence)}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
