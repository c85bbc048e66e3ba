"""Which column of a file is which field of a form."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from pipeline.base.errors import SourceError
from pipeline.sources.customers.own import IGNORE, role_of
from pipeline.sources.forms import AUTO, FORMS, MEANT, ORDERS, Field, has, needs, tables_of
from pipeline.sources.mappings import OUTCOME
from pipeline.sources.naming import plain, variants
from pipeline.sources.orders.fields import constant
from pipeline.sources.orders.fitting import fits
from pipeline.sources.parts import Part
from pipeline.sources.telling.contents import NOT_LOOKED, Contents

SHOWN = 12
NO_MAPPING: dict[str, str] = {}
NO_NUMBER = frozenset({"items", "count", "volume", "pieces", "units"})
"""Names of quantities that may as well be those of lists; others must hold numbers."""
QUANTITY = next(field for field in FORMS[ORDERS] if field.name == "quantity")
Place = tuple[int, int, int]
"""How well a column's name fits a field: trimmings, rank among the known names, position."""


def match(
    columns: Sequence[str],
    form: str,
    mapping: Mapping[str, str] = NO_MAPPING,
    *,
    file: str = "",
    contents: Contents = NOT_LOOKED,
) -> dict[str, str]:
    """Find the column of each field of a form, by the mapping first and then by known names.

    Parameters
    ----------
    columns : the names in the file's header.
    form : a key of `FORMS`.
    mapping : the column of some fields, as `read_mapping` gives it.
    file : named in errors.
    contents : what columns of orders hold; one whose cells can't be what its name says is
        taken only where a field that is needed has no other.

    Returns
    -------
    The fields that were found, the form's order kept.

    Raises
    ------
    SourceError
        If a mapped column isn't there, or a column that is needed stands twice in the header.
    """
    column_by_field = {
        field.name: mapping[field.name] for field in FORMS[form] if field.name in mapping
    }
    column_by_field = {
        name: _mapped(column, name, columns, file) for name, column in column_by_field.items()
    }
    if not has(form).orders:
        contents = NOT_LOOKED
    mapped = set(column_by_field.values())
    left_out = ignored(mapping)
    columns = [name for name in columns if name in mapped or name not in left_out]
    for field in FORMS[form]:
        _take(column_by_field, field, columns, contents)
    for group in needs(form):
        if not any(name in column_by_field for name in group):
            for field in FORMS[form]:
                if field.name in group:
                    _take(column_by_field, field, columns, NOT_LOOKED)
    if has(form).orders and "quantity" not in column_by_field:
        named = [column for column in columns if plain(column) not in NO_NUMBER]
        _take(column_by_field, QUANTITY, named, NOT_LOOKED)
    for column in column_by_field.values():
        _refuse_repeated(column, columns, file)
        if column not in mapped and f"{column} (2)" in columns:
            raise _repeated(column, file)
    return {
        field.name: column_by_field[field.name]
        for field in FORMS[form]
        if field.name in column_by_field
    }


def ignored(mapping: Mapping[str, str]) -> frozenset[str]:
    """Name the columns that a mapping leaves out.

    >>> sorted(ignored({"ignore: Note": "Note", "amount": "Total"}))
    ['Note']
    """
    roles = ((role_of(key), column) for key, column in mapping.items())
    return frozenset(column for role, column in roles if role and role.kind == IGNORE)


def without_repeats(columns: Sequence[str]) -> list[str]:
    """Keep the first of the names that stand more than once, also where they were numbered.

    >>> without_repeats(["Price", "Price (2)", "Date", "Date"])
    ['Price', 'Date']
    """
    unique_names = dict.fromkeys(columns)
    first = {name: re.sub(r" \(\d+\)$", "", name) for name in unique_names}
    return [
        name for name in unique_names if first[name] == name or first[name] not in unique_names
    ]


def missing(column_by_field: Mapping[str, str], form: str) -> list[str]:
    """Name the fields that a form requires and that were not found.

    Of fields that can stand for each other it is the first.
    """
    return [
        group[0] for group in needs(form) if not any(name in column_by_field for name in group)
    ]


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
    usable_mapping = usable(mapping, columns)
    unique = _looked_at(columns, usable_mapping)
    match_by_key = {key: match(unique, key, usable_mapping) for key in tables_of(form)}
    fit = [key for key in match_by_key if not missing(match_by_key[key], key)]
    return max(fit, key=lambda key: len(match_by_key[key]), default=None)


def _looked_at(columns: Sequence[str], mapping: Mapping[str, str]) -> list[str]:
    """Keep one of each name, and those that a mapping names."""
    named = (column for column in mapping.values() if constant(column) is None)
    return list(dict.fromkeys([*without_repeats(columns), *named]))


def nearest(
    columns: Sequence[str], mapping: Mapping[str, str] = NO_MAPPING, *, form: str = AUTO
) -> dict[str, list[str]]:
    """Give what each form lacks, the form whose needs are met best first.

    A form that is named by no other word is meant only where it was asked for, or where most
    of what it needs is there.
    """
    usable_mapping = usable(mapping, columns)
    unique = _looked_at(columns, usable_mapping)
    lacks = {key: missing(match(unique, key, usable_mapping), key) for key in tables_of(form)}
    share = {key: len(lacks[key]) / max(len(needs(key)), 1) for key in lacks}
    likely = [
        key for key in lacks if form != AUTO or key not in MEANT or share[key] < MEANT[key]
    ]
    return {key: lacks[key] for key in sorted(likely, key=lambda key: share[key])}


def unfit(
    part: Part, mapping: Mapping[str, str] = NO_MAPPING, *, form: str = AUTO
) -> SourceError:
    """Build the error for a table that fits no form, or not the one that was asked for."""
    columns = without_repeats(part.table.column_names)
    named = [column for column in columns if column]
    if not named:
        return SourceError(
            "has no header",
            remedy="name the columns in the first row",
            file=part.file,
            sheet=part.sheet,
        )
    lacks = nearest(columns, mapping, form=form)
    listing = "; ".join(
        f"{key} lacks {_listed(names, 6)}" for key, names in lacks.items() if names
    )
    fits_none = "any form" if form == AUTO else "the form that was asked for"
    return SourceError(
        f"the columns don't fit {fits_none}: found {_listed(named, SHOWN)} ({listing})",
        remedy="name the columns with --map FILE, one line “field: column” each",
        file=part.file,
        sheet=part.sheet,
    )


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


def _take(
    column_by_field: dict[str, str], field: Field, columns: Sequence[str], contents: Contents
) -> None:
    """Give a field its column, if one is there that no field has and that can be it."""
    if field.name in column_by_field:
        return
    column = _known(field, columns, set(column_by_field.values()), contents)
    if column is not None:
        column_by_field[field.name] = column


def _known(
    field: Field, columns: Sequence[str], taken_columns: set[str], contents: Contents
) -> str | None:
    """Find the column whose name fits a field best and whose cells can be it."""
    ranks = _ranks(field)
    places: dict[str, Place] = {}
    for position, column in enumerate(columns):
        if column in taken_columns or column in places:
            continue
        for trimmed, name in enumerate(variants(column)):
            if name in ranks and (
                column not in contents or fits(field.name, name, contents[column])
            ):
                places[column] = (trimmed, ranks[name], position)
                break
    return min(places, key=lambda column: places[column], default=None)


@cache
def known_names(field: str | None) -> frozenset[str]:
    """Give the plain names that a field of orders goes by, or those of all fields."""
    return frozenset(
        name
        for order_field in FORMS[ORDERS]
        if field in (None, order_field.name)
        for name in _ranks(order_field)
    )


@cache
def _ranks(field: Field) -> dict[str, int]:
    names = dict.fromkeys([plain(field.name), *map(plain, field.also)])
    return {name: rank for rank, name in enumerate(names) if name}


def usable(mapping: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    """Leave what a mapping says of columns that are there."""
    return {
        field: column
        for field, column in mapping.items()
        if constant(column) is not None or _present(column, columns)
    }


def _refuse_repeated(column: str, columns: Sequence[str], file: str) -> None:
    if list(columns).count(column) > 1:
        raise _repeated(column, file)


def _repeated(column: str, file: str) -> SourceError:
    return SourceError(
        "stands more than once in the header",
        remedy="rename or delete all but one, or say with --map which is meant",
        file=file or None,
        column=column,
    )


def _mapped(column: str, field: str, columns: Sequence[str], file: str) -> str:
    if constant(column) is not None:
        return column
    header_name = _present(column, columns)
    if header_name is None:
        raise SourceError(
            f"has no column “{column}”, which the mapping names for “{field}”;"
            f" it has {_listed([c for c in columns if c], SHOWN)}",
            remedy="correct the mapping",
            file=file or None,
        )
    return header_name


def _present(column: str, columns: Sequence[str]) -> str | None:
    if column in columns:
        return column
    return next((name for name in columns if plain(name) == plain(column) != ""), None)


def _listed(names: Sequence[str], most: int) -> str:
    listing = ", ".join(name if len(name) <= 40 else name[:39] + "…" for name in names[:most])
    return f"{listing} and {len(names) - most:,} more" if len(names) > most else listing
