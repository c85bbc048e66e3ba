"""What money of other currencies is worth: a file of rates that people give."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pipeline.base.errors import EnvironmentProblem, SettingsError, SourceError
from pipeline.base.plain_yaml import NotPlain, plain_yaml

ONE = 1.0


class Rates(NamedTuple):
    """What one unit of each currency is worth in the data set's own, `target`."""

    target: str
    worth: Mapping[str, float]


def read_rates(path: Path, target: str | None) -> Rates:
    """Read a file of lines `CODE: rate`; without `target` it is the currency whose rate is 1.

    Raises `SourceError` where it is no such file, and `SettingsError` where nothing says what
    amounts are converted to.
    """
    worth = _checked(_read(path), path)
    if target is None:
        unit_codes = [code for code, rate in worth.items() if rate == ONE]
        if len(unit_codes) != 1:
            raise SettingsError(
                f"{path.name} doesn't say what amounts are converted to: give one currency the"
                " rate 1, or name it with --currency."
            )
        target = unit_codes[0]
    return Rates(target, {**worth, target: ONE})


def _read(path: Path) -> object:
    try:
        return plain_yaml(path.read_text("utf-8-sig")).content
    except FileNotFoundError as error:
        raise _bad("doesn't exist", path) from error
    except OSError as error:
        raise EnvironmentProblem(f"{path}: can't be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise _bad("is not UTF-8 text", path) from error
    except NotPlain as error:
        raise _bad(f"can't be read: {error}", path, row=error.line) from error


def _checked(read: object, path: Path) -> dict[str, float]:
    if not isinstance(read, dict) or not read:
        raise _bad("names no rates", path)
    rate_by_code: dict[str, float] = {}
    for code, rate in read.items():
        if not isinstance(code, str) or len(code) != 3 or not code.isalpha():
            raise _bad(f"“{code}” is no code of a currency, such as EUR", path)
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 < rate < 1e9:
            raise _bad(f"the rate of {code} is no number above 0: “{rate}”", path)
        rate_by_code[code.upper()] = float(rate)
    return rate_by_code


def _bad(problem: str, path: Path, *, row: int | None = None) -> SourceError:
    return SourceError(
        problem,
        remedy="write one line “CODE: rate” for each currency, what one unit of it is worth in"
        " the data set's",
        file=path.name,
        row=row,
    )
