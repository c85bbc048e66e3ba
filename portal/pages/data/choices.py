"""What people chose about a file: read from the controls, compared, asked of a job."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from portal.pages.data.words import OUTCOME

AUTO = "auto"
"""In a control: leaves a choice to what was found."""
UNUSED = "unused"
"""In a control of a column: it means nothing, which elsewhere is an empty text."""
NEW = "new"
ADD, REPLACE = "add:", "replace:"
OF_HOW = ("form", "layout", "currency", "as_of", "names", "columns", "append")
"""What of a job's request was chosen by somebody."""
IGNORED = "ignore: "


class Target(NamedTuple):
    """Where a file goes: to a data set that is there (`existing`), or to a new one."""

    name: str
    existing: bool
    append: bool


def target_of(value: str | None, name: str | None, alike: str | None) -> Target:
    """Read where a file goes; `alike` is the data set that a new name would replace.

    >>> target_of("add:shop", "x", None)
    Target(name='shop', existing=True, append=True)
    >>> target_of("new", " Shop ", "shop").name
    'shop'
    """
    value = value or NEW
    if value.startswith(ADD):
        return Target(value.removeprefix(ADD), existing=True, append=True)
    if value.startswith(REPLACE):
        return Target(value.removeprefix(REPLACE), existing=True, append=False)
    if alike is not None:
        return Target(alike, existing=True, append=False)
    return Target((name or "").strip(), existing=False, append=False)


def chosen(request: Mapping[str, Any] | None) -> dict[str, Any]:
    """Give what was chosen of a job's request, without what was left to be found."""
    requested = request or {}
    chosen_options = {name: requested[name] for name in OF_HOW if requested.get(name)}
    if chosen_options.get("form") == AUTO:
        del chosen_options["form"]
    return chosen_options


def default_fields(report: Mapping[str, Any]) -> dict[str, str]:
    """Give what each column is, as a check found it."""
    outcomes = set(report.get("outcomes") or ())
    return {
        column["name"]: OUTCOME if column["name"] in outcomes else column["field"] or ""
        for column in report["columns"]
    }


def column_choices(
    report: Mapping[str, Any], before: Mapping[str, str], values: Mapping[str, str | None]
) -> dict[str, str]:
    """Give the columns whose meaning somebody chose, now or `before`."""
    fields_found = default_fields(report)
    return {
        column: value or ""
        for column, value in values.items()
        if (value or "") != fields_found.get(column, "") or before.get(column) == (value or "")
    }


def table_choices(tables: Sequence[Mapping[str, Any]], ticked: Sequence[bool]) -> list[str]:
    """Name the tables that are ticked; none where all or none are, which leaves it to us."""
    names = [table["name"] for table, is_on in zip(tables, ticked, strict=False) if is_on]
    return names if len(names) < len(tables) else []


def mapping_of(
    report: Mapping[str, Any], columns: Mapping[str, str]
) -> tuple[dict[str, Any], str | None]:
    """Give the mapping that chosen columns make, or what is wrong with it."""
    mapping: dict[str, Any] = {}
    for column, field in columns.items():
        if field == OUTCOME:
            continue
        key = field or f"{IGNORED}{column}"
        if key in mapping:
            return {}, f"Two columns have one meaning: “{mapping[key]}” and “{column}”."
        mapping[key] = column
    if OUTCOME in columns.values():
        every = default_fields(report) | dict(columns)
        mapping[OUTCOME] = [column for column, field in every.items() if field == OUTCOME]
    return mapping, None


def kept_columns(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Say whether columns mean the same after a choice: not in another form or other tables."""
    return all(before.get(name) == now.get(name) for name in ("form", "layout", "names"))


def free_name(name: str, taken_names: Sequence[str]) -> str:
    """Give a name that no data set has, blanks and case apart.

    >>> free_name("shop", ["Shop", "shop 2"]), free_name("shop", [])
    ('shop 3', 'shop')
    """
    plain = {"".join(taken_name.split()).casefold() for taken_name in taken_names}
    number, candidate = 2, name
    while "".join(candidate.split()).casefold() in plain:
        candidate, number = f"{name[:95]} {number}", number + 1
    return candidate
