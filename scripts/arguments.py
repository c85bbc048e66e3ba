"""What the commands share: a parser that speaks in sentences, exit codes, kinds of argument."""

import argparse
import datetime as dt
from typing import NoReturn

from pipeline.errors import EnvironmentProblem, SettingsError
from pipeline.sources.forms import AUTO, NAMES

FORMS = (AUTO, *NAMES)
EXIT_ENVIRONMENT, EXIT_INTERRUPTED = EnvironmentProblem.exit_code, 130
USUAL_EXITS = (
    "Exit codes: 0 done; 1 a defect; 2 the source or the arguments are bad; 4 disk, lock or"
    " permission; 130 interrupted."
)


class Parser(argparse.ArgumentParser):
    """Arguments whose mistakes are told in one sentence."""

    def error(self, message: str) -> NoReturn:
        """Leave with that sentence."""
        raise SettingsError(f"{message[:1].upper()}{message[1:]}; see --help.")


def day(text: str) -> dt.date:
    """Read a day of the command line."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"“{text}” is no day; write it like 2025-12-31"
        ) from error
