"""A mapping: which column is which field, as people write it in a file."""

from pathlib import Path

from pipeline.base.errors import EnvironmentProblem, SourceError
from pipeline.base.plain_yaml import NotPlain, plain_yaml
from pipeline.sources.customers.own import ROLES, own_key, role_of
from pipeline.sources.forms import FIELDS, NUMBERS
from pipeline.sources.orders.fields import constant

OUTCOME = "outcome"
"""The key of a mapping that names columns with what customers did, one or a list."""


def read_mapping(path: Path) -> dict[str, str]:
    """Read a file of lines `field: column`, but for its outcomes (see `read_outcomes`).

    `field: =value` gives a field of orders the same value in every row. `number`, `money`,
    `category`, `yes_no`, `date` and `ignore` say what other columns of a table of customers
    hold, one or a list; each comes under a key of its own, as `own_key` gives it.

    Raises
    ------
    SourceError
        If it is no such file, names a field that no form has, or one column for two numbers.
    """
    return _checked(_read(path), path)


def read_outcomes(path: Path) -> tuple[str, ...]:
    """Read which columns a mapping names as outcomes, in its order.

    Raises
    ------
    SourceError
        If it is no mapping, or names no column, or one twice.
    """
    mapping = _read(path)
    if OUTCOME not in mapping:
        return ()
    named = mapping[OUTCOME]
    columns = named if isinstance(named, list) else [named]
    if not columns or any(
        column is None or isinstance(column, list | dict) or not str(column).strip()
        for column in columns
    ):
        raise SourceError(
            "names no column as outcome",
            remedy="write “outcome: column”, or “outcome: [column, column]”",
            file=path.name,
        )
    names = [str(column).strip() for column in columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SourceError(
            f"names “{twice}” twice as outcome", remedy="name it once", file=path.name
        )
    return tuple(names)


def _read(path: Path) -> dict[object, object]:
    try:
        text = path.read_text("utf-8-sig")
        read = plain_yaml(text).content
    except FileNotFoundError as error:
        raise _bad_mapping("doesn't exist", path) from error
    except OSError as error:
        raise EnvironmentProblem(f"{path}: can't be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise _bad_mapping("is not UTF-8 text", path) from error
    except NotPlain as error:
        raise _bad_mapping(f"can't be read: {error}", path, row=error.line) from error
    if not isinstance(read, dict) or not read:
        raise _bad_mapping("names no columns", path)
    return read


def _checked(read: dict[object, object], path: Path) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for field, column in read.items():
        if field == OUTCOME:
            continue
        if field in ROLES:
            mapping |= _roles(str(field), column, path)
            continue
        if field not in FIELDS and role_of(str(field)) is None:
            raise SourceError(
                f"“{field}” is no field of any form",
                remedy=f"use one of {', '.join(sorted({*FIELDS, *ROLES, OUTCOME}))}",
                file=path.name,
            )
        if isinstance(column, list | dict) or column is None or not str(column).strip():
            raise _bad_mapping(f"names no column for “{field}”", path)
        mapping[str(field)] = str(column).strip()
    for field, column in mapping.items():
        other_fields = [
            other_field
            for other_field, name in mapping.items()
            if name == column
            and other_field != field
            and {field, other_field} <= NUMBERS
            and constant(column) is None
        ]
        if other_fields:
            raise _bad_mapping(
                f"names “{column}” for both “{field}” and “{other_fields[0]}”", path
            )
    return mapping


def _roles(role: str, named: object, path: Path) -> dict[str, str]:
    columns = named if isinstance(named, list) else [named]
    if not columns or any(
        column is None or isinstance(column, list | dict) or not str(column).strip()
        for column in columns
    ):
        raise SourceError(
            f"names no column as {role}",
            remedy=f"write “{role}: column”, or “{role}: [column, column]”",
            file=path.name,
        )
    column_by_key: dict[str, str] = {}
    for column in (str(name).strip() for name in columns):
        column_by_key[own_key(role, column, column_by_key)] = column
    return column_by_key


def _bad_mapping(problem: str, path: Path, *, row: int | None = None) -> SourceError:
    return SourceError(
        problem,
        remedy="write one line “field: column” for each column",
        file=path.name,
        row=row,
    )
