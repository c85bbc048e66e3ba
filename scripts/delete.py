"""Delete a data set with its runs and records. Exit codes are those of refresh.py."""

import argparse
import os
import sys

from db.engine import DEFAULT_URL, open_writer
from db.errors import DatabaseError, DatasetLocked
from db.workspace import datasets
from pipeline.errors import EnvironmentProblem, PipelineError, RefreshRunning
from scripts.arguments import Parser
from scripts.terminal import PROGRESS, shown_progress


def main(arguments: list[str] | None = None) -> int:
    """Run the command and give its exit code."""
    try:
        given = parser().parse_args(arguments)
        with shown_progress(given.progress) as progress:
            progress.stage("delete")
            datasets.delete(open_writer(given.db), given.dataset)
    except PipelineError as error:
        return _fail(str(error), error.exit_code)
    except DatasetLocked as error:
        return _fail(str(error), RefreshRunning.exit_code)
    except (DatabaseError, OSError) as error:
        return _fail(str(error), EnvironmentProblem.exit_code)
    return 0


def parser() -> argparse.ArgumentParser:
    """Describe the command's arguments."""
    arguments = Parser(prog="delete.py", description=(__doc__ or "").splitlines()[0])
    add = arguments.add_argument
    add("--dataset", metavar="NAME", required=True, help="name of the data set")
    add("--db", default=os.environ.get("PORTAL_DB", DEFAULT_URL), metavar="URL",
        help=f"database (default: PORTAL_DB, or {DEFAULT_URL})")  # fmt: skip
    add("--progress", choices=PROGRESS, default="auto", help="as refresh.py has it")
    return arguments


def _fail(sentence: str, code: int) -> int:
    print(f"delete: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
