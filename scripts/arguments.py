"""What the commands share: a parser that speaks in sentences, exit codes, kinds of argument."""

import argparse
import datetime as dt
from typing import NoReturn

from pipeline.base.errors import EnvironmentProblem, SettingsError
from pipeline.sources.forms import AUTO, NAMES, ORDERS

ALSO = {"orders": ORDERS}
"""Forms by the names that the contract has for them."""
FORMS = (AUTO, *ALSO, *NAMES)
EXIT_ENVIRONMENT, EXIT_INTERRUPTED, EXIT_ALERT = EnvironmentProblem.exit_code, 130, 5
USUAL_EXITS = (
    "Exit codes: 0 done; 1 a defect; 2 the source or the arguments are bad; 4 disk, lock or"
    " permission; 130 interrupted."
)


class Parser(argparse.ArgumentParser):
    """Arguments whose mistakes are told in one sentence."""

    def error(self, message: str) -> NoReturn:
        """Leave with that sentence."""
        raise SettingsError(f"{message[:1].upper()}{message[1:]}; see --help.")


def form(text: str) -> str:
    """Read a form by any of its names; choices are checked after."""
    return ALSO.get(text, text)


def day(text: str) -> dt.date:
    """Read a day of the command line."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"“{text}” is no day; write it like 2025-12-31"
        ) from error


def add_tables(arguments: argparse.ArgumentParser) -> None:
    """Let sheets and tables be chosen, which `names_of` gives."""
    arguments.add_argument(
        "--sheet",
        action="append",
        default=[],
        metavar="NAME",
        help="sheet of a workbook, or file of an archive or a folder; give it again for others"
        " that belong to it",
    )
    arguments.add_argument(
        "--table",
        action="append",
        default=[],
        metavar="NAME",
        help="table or view of a database; give it again for others that belong to it (default:"
        " those that hold orders, joined where they are several)",
    )


def names_of(options: argparse.Namespace) -> tuple[str, ...]:
    """Give the sheets and tables that were chosen."""
    return (*options.table, *options.sheet)
