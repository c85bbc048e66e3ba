"""Which column of a file is which field of a form."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.errors import EnvironmentProblem, SourceError
from pipeline.plain_yaml import NotPlain, plain_yaml
from pipeline.sources.forms import AUTO, FIELDS, FORMS, Field, tables_of
from pipeline.sources.parts import Part

SHOWN = 12
NO_MAPPING: dict[str, str] = {}
OUTCOME = "outcome"
"""The key of a mapping that names columns with what customers did, one or a list."""


def plain(name: str) -> str:
    r"""Reduce a column's name to its letters and digits.

    >>> plain("\ufeffCustomer ID"), plain("Order_Number ")
    ('customerid', 'ordernumber')
    """
    return re.sub(r"[\W_]+", "", name.casefold())


def match(
    columns: Sequence[str],
    form: str,
    mapping: Mapping[str, str] = NO_MAPPING,
    *,
    file: str = "",
) -> dict[str, str]:
    """Find the column of each field of a form, by the mapping first and then by known names.

    Parameters
    ----------
    columns : the names in the file's header.
    form : a key of `FORMS`.
    mapping : the column of some fields, as `read_mapping` gives it.
    file : named in errors.

    Returns
    -------
    The fields that were found, the form's order kept.

    Raises
    ------
    SourceError
        If a mapped column isn't there, or a column that is needed stands twice in the header.
    """
    taken = {field.name: mapping[field.name] for field in FORMS[form] if field.name in mapping}
    taken = {name: _mapped(column, name, columns, file) for name, column in taken.items()}
    for field in FORMS[form]:
        if field.name not in taken:
            known = _known(field, columns, set(taken.values()))
            if known is not None:
                taken[field.name] = known
    for column in taken.values():
        _refuse_repeated(column, columns, file)
    return {field.name: taken[field.name] for field in FORMS[form] if field.name in taken}


def missing(found: Mapping[str, str], form: str) -> list[str]:
    """Name the fields that a form requires and that were not found."""
    return [field.name for field in FORMS[form] if field.required and field.name not in found]


def recognise(
    columns: Sequence[str],
    mapping: Mapping[str, str] = NO_MAPPING,
    *,
    form: str = AUTO,
) -> str | None:
    """Name the form, a key of `FORMS`, whose required fields are all there.

    Where several fit it is the one of which most fields are there; `form`, as the command line
    says it, leaves only its own tables.
    """
    unique = list(dict.fromkeys(columns))
    usable = {field: column for field, column in mapping.items() if _present(column, unique)}
    found = {key: match(unique, key, usable) for key in tables_of(form)}
    fits = [key for key in found if not missing(found[key], key)]
    return max(fits, key=lambda key: len(found[key]), default=None)


def unfit(
    part: Part, mapping: Mapping[str, str] = NO_MAPPING, *, form: str = AUTO
) -> SourceError:
    """Build the error for a table that fits no form, or not the one that was asked for."""
    columns = list(dict.fromkeys(part.table.column_names))
    named = [column for column in columns if column]
    if not named:
        return SourceError(
            "has no header",
            remedy="name the columns in the first row",
            file=part.file,
            sheet=part.sheet,
        )
    usable = {field: column for field, column in mapping.items() if _present(column, columns)}
    lacks = {key: missing(match(columns, key, usable), key) for key in tables_of(form)}
    nearest = sorted(lacks, key=lambda key: len(lacks[key]) / _required(key))
    shown = "; ".join(f"{key} lacks {_listed(lacks[key], 6)}" for key in nearest if lacks[key])
    fits = "any form" if form == AUTO else "the form that was asked for"
    return SourceError(
        f"the columns don't fit {fits}: found {_listed(named, SHOWN)} ({shown})",
        remedy="name the columns with --map FILE, one line “field: column” each",
        file=part.file,
        sheet=part.sheet,
    )


def read_mapping(path: Path) -> dict[str, str]:
    """Read a file of lines `field: column`, but for its outcomes (see `read_outcomes`).

    Raises
    ------
    SourceError
        If it is no such file, names a field that no form has, or one column for two fields.
    """
    return _checked(_read(path), path)


def read_outcomes(path: Path) -> tuple[str, ...]:
    """Read which columns a mapping names as outcomes, in its order.

    Raises
    ------
    SourceError
        If it is no mapping, or names no column, or one twice.
    """
    told = _read(path)
    if OUTCOME not in told:
        return ()
    named = told[OUTCOME]
    columns = named if isinstance(named, list) else [named]
    if not columns or any(
        each is None or isinstance(each, list | dict) or not str(each).strip()
        for each in columns
    ):
        raise SourceError(
            "names no column as outcome",
            remedy="write “outcome: column”, or “outcome: [column, column]”",
            file=path.name,
        )
    found = [str(each).strip() for each in columns]
    twice = next((each for each in found if found.count(each) > 1), None)
    if twice is not None:
        raise SourceError(
            f"names “{twice}” twice as outcome", remedy="name it once", file=path.name
        )
    return tuple(found)


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
        if field not in FIELDS:
            raise SourceError(
                f"“{field}” is no field of any form",
                remedy=f"use one of {', '.join(sorted({*FIELDS, OUTCOME}))}",
                file=path.name,
            )
        if isinstance(column, list | dict) or column is None or not str(column).strip():
            raise _bad_mapping(f"names no column for “{field}”", path)
        mapping[str(field)] = str(column).strip()
    for field, column in mapping.items():
        others = [f for f, c in mapping.items() if c == column and f != field]
        if others:
            raise _bad_mapping(f"names “{column}” for both “{field}” and “{others[0]}”", path)
    return mapping


def outcome_column(named: str, columns: Sequence[str], *, file: str) -> str:
    """Find the column that a mapping names as outcome.

    Raises
    ------
    SourceError
        If it isn't there, or stands twice in the header.
    """
    column = _mapped(named, OUTCOME, columns, file)
    _refuse_repeated(column, columns, file)
    return column


def _refuse_repeated(column: str, columns: Sequence[str], file: str) -> None:
    if list(columns).count(column) > 1:
        raise SourceError(
            "stands more than once in the header",
            remedy="rename or delete all but one",
            file=file or None,
            column=column,
        )


def _mapped(column: str, field: str, columns: Sequence[str], file: str) -> str:
    found = _present(column, columns)
    if found is None:
        raise SourceError(
            f"has no column “{column}”, which the mapping names for “{field}”;"
            f" it has {_listed([c for c in columns if c], SHOWN)}",
            remedy="correct the mapping",
            file=file or None,
        )
    return found


def _present(column: str, columns: Sequence[str]) -> str | None:
    if column in columns:
        return column
    return next((name for name in columns if plain(name) == plain(column) != ""), None)


def _known(field: Field, columns: Sequence[str], taken: set[str]) -> str | None:
    names = [plain(field.name), *map(plain, field.also)]
    by_plain = {plain(column): column for column in reversed(columns) if column not in taken}
    return next((by_plain[name] for name in names if name in by_plain), None)


def _required(form: str) -> int:
    return sum(field.required for field in FORMS[form])


def _listed(names: Sequence[str], most: int) -> str:
    shown = ", ".join(name if len(name) <= 40 else name[:39] + "…" for name in names[:most])
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown


def _bad_mapping(problem: str, path: Path, *, row: int | None = None) -> SourceError:
    return SourceError(
        problem,
        remedy="write one line “field: column” for each column",
        file=path.name,
        row=row,
    )
