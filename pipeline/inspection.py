"""A look at a file before anything is published: its form, its columns, its quality."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import SettingsError, SourceError
from pipeline.quality.checks import check_customers, check_lines
from pipeline.quality.cleaning import clean
from pipeline.quality.drift import customer_drift, drift
from pipeline.quality.mending import mend
from pipeline.run.progress import Progress
from pipeline.settings import Settings
from pipeline.sources.cells.decoded_twice import LOOKED_AT, decoded_twice, remedy
from pipeline.sources.cells.distinct import native
from pipeline.sources.cells.texts import written
from pipeline.sources.cells.values import as_number, as_timestamp
from pipeline.sources.columns import match, missing, recognise
from pipeline.sources.customer_rows import typed_rows
from pipeline.sources.files.limits import ReadLimits
from pipeline.sources.forms import AUTO, DATES, FORMS, NUMBERS, has, tables_of
from pipeline.sources.order_lines import as_lines, typed_lines
from pipeline.sources.outcomes import Outcomes, outcome_of
from pipeline.sources.parts import Part, TypedPart
from pipeline.sources.reading import read_parts

TRIED = 20_000
FIRST_ROWS, FIRST_VALUES = 8, 5
LONGEST = 60
MOSTLY = 0.95

Remembered = Callable[[list[str]], Mapping[str, str]]


@dataclass(frozen=True)
class Look:
    """What to look at, and how; `table` names one of a SQLite file.

    `remembered` gives the mapping of an earlier file with that header; `before` gives the
    published records to compare with, if there are any; `outcomes` are columns that say what
    customers did.
    """

    path: Path
    own_name: str
    form: str = AUTO
    table: str | None = None
    mapping: Mapping[str, str] | None = None
    outcomes: tuple[str, ...] = ()
    settings: Settings = field(default_factory=Settings)
    as_of: dt.date | None = None
    limits: ReadLimits = field(default_factory=ReadLimits)
    remembered: Remembered = lambda _columns: {}
    before: Callable[[], pd.DataFrame | None] = lambda: None


def inspect(look: Look, *, today: dt.date, progress: Progress) -> dict[str, Any]:
    """Read a file and report on it in plain values, ready to be written as JSON.

    Raises `PipelineError` where it can't be read at all. A file whose columns fit no form, and
    one that would be refused when it is refreshed, are reported, with a `refusal`.
    """
    progress.stage("read")
    parts = _parts(look, progress)
    first = parts[0]
    columns = list(first.table.column_names)
    mapping = _mapping(look, columns)
    recognised = recognise(columns, mapping)
    form = _form(look, columns, mapping, recognised)
    matched, refusal = _matched(columns, form, mapping, look.own_name)
    lacking = missing(matched, form)
    progress.stage("columns")
    report: dict[str, Any] = {
        "file": look.own_name,
        "form": form,
        "recognised": recognised is not None,
        "header": columns,
        "rows": sum(len(part.table) for part in parts),
        "parts": [{"name": part.name, "rows": len(part.table)} for part in parts],
        "fields": [{"name": each.name, "required": each.required} for each in FORMS[form]],
        "mapping": matched,
        "missing": lacking,
        "columns": _columns(first, matched),
        "first": _first_rows(first.table),
        "problems": _decoded_twice(first.table),
        "refusal": refusal,
    }
    if refusal is None and lacking:
        report["refusal"] = (
            f"No column was found for {', '.join(lacking)}; choose them below and check again."
        )
    if report["refusal"] is None:
        report |= (
            _order_lines(look, parts, form, mapping, today=today, progress=progress)
            if has(form).orders
            else _customer_rows(look, parts, mapping, today=today, progress=progress)
        )
    return report


def _parts(look: Look, progress: Progress) -> list[Part]:
    """Read the tables that fit the form asked for, or all where none does."""
    keys = tables_of(look.form)

    def wanted(columns: list[str]) -> bool:
        return recognise(columns, look.mapping or look.remembered(columns)) in keys

    found, rows = [], 0
    read = read_parts(
        look.path, file=look.own_name, table=look.table, limits=look.limits, wanted=wanted
    )
    for part in read:
        rows += len(part.table)
        progress.step(rows, what=f"{rows:,} rows")
        found.append(part)
    if not found or not rows:
        raise SourceError(
            "holds no data rows",
            remedy="give a file with rows below its header",
            file=look.own_name,
        )
    return found


def _mapping(look: Look, columns: list[str]) -> dict[str, str]:
    if look.mapping is not None:
        return dict(look.mapping)
    return {
        name: column for name, column in look.remembered(columns).items() if column in columns
    }


def _form(
    look: Look, columns: list[str], mapping: Mapping[str, str], recognised: str | None
) -> str:
    """Give the form asked for or recognised, else the one that lacks least."""
    keys = tables_of(look.form)
    if recognised in keys:
        return str(recognised)
    unique = list(dict.fromkeys(columns))
    usable = {name: column for name, column in mapping.items() if column in unique}

    def lacks(key: str) -> float:
        required = sum(each.required for each in FORMS[key])
        return len(missing(match(unique, key, usable), key)) / required

    return min(keys, key=lacks)


def _matched(
    columns: list[str], form: str, mapping: Mapping[str, str], file: str
) -> tuple[dict[str, str], str | None]:
    """Give the column of each field, and why the file is refused as it is."""
    try:
        return match(columns, form, mapping, file=file), None
    except SourceError as error:
        return match(list(dict.fromkeys(columns)), form), str(error)


def _columns(part: Part, matched: Mapping[str, str]) -> list[dict[str, Any]]:
    fields = {column: name for name, column in matched.items()}
    names = part.table.column_names
    return [
        _column(name, part.table.column(place), fields.get(name), names.count(name) > 1)
        for place, name in enumerate(names)
    ]


def _column(
    name: str,
    values: pa.ChunkedArray,
    field_name: str | None,
    repeated: bool,  # noqa: FBT001 - called here only
) -> dict[str, Any]:
    texts = written(values.slice(0, TRIED)).combine_chunks()
    given = texts.filter(_is_given(texts))
    shown = list(dict.fromkeys(_short(text) for text in given.slice(0, 200).to_pylist()))
    filled = float(pc.mean(_is_given(values).cast(pa.float64())).as_py() or 0)
    kind, problems = _kind(values.slice(0, TRIED), len(given), field_name)
    if repeated:
        problems.append("Stands more than once in the header: rename or delete all but one.")
    if not filled:
        problems.append("Is empty in every row.")
    return {
        "name": name,
        "field": field_name,
        "kind": kind,
        "filled": round(filled, 6),
        "values": shown[:FIRST_VALUES],
        "problems": problems,
    }


def _is_given(values: Any) -> Any:
    """Say of each value whether it is there: neither null nor blank."""
    if pa.types.is_dictionary(values.type):
        chunks = [_is_given(chunk.dictionary).take(chunk.indices) for chunk in values.chunks]
        return pc.fill_null(pa.chunked_array(chunks, pa.bool_()), fill_value=False)
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(values), ""), fill_value=False)
    return pc.is_valid(values)


def _kind(values: pa.ChunkedArray, given: int, field_name: str | None) -> tuple[str, list[str]]:
    """Guess what a column holds from its first rows, and what can't be read as its field."""
    numbers, dates = as_number(values), as_timestamp(values)
    if not given:
        return "empty", []
    reads_number = 1 - len(numbers.unreadable) / given
    reads_date = 1 - len(dates.unreadable) / given
    kind = "number" if reads_number >= MOSTLY else "date" if reads_date >= MOSTLY else "text"
    wanted = dict.fromkeys(DATES, ("a date", dates)) | dict.fromkeys(
        NUMBERS, ("a number", numbers)
    )
    if field_name in wanted and len(wanted[field_name][1].unreadable):
        what, typed = wanted[field_name]
        cell = _short(str(values[int(typed.unreadable[0])].as_py()))
        return kind, [f"{len(typed.unreadable):,} cells are not {what}, the first “{cell}”."]
    return kind, []


def _first_rows(table: pa.Table) -> list[list[str]]:
    head = table.slice(0, FIRST_ROWS)
    columns = [written(head.column(place)).to_pylist() for place in range(head.num_columns)]
    return [[_short(cell or "") for cell in row] for row in zip(*columns, strict=True)]


def _decoded_twice(table: pa.Table) -> list[str]:
    texts = [str(name) for name in table.column_names]
    for column in table.slice(0, LOOKED_AT).columns:
        if not native(column):
            texts += [text for text in written(column).to_pylist() if text]
    found = decoded_twice(texts)
    return [remedy(*(_short(text) for text in found))] if found else []


def _order_lines(
    look: Look,
    parts: list[Part],
    form: str,
    mapping: Mapping[str, str],
    *,
    today: dt.date,
    progress: Progress,
) -> dict[str, Any]:
    """Clean order lines as a refresh would, and say what that does to them."""
    progress.stage("quality")
    typed: list[TypedPart] = []
    while parts:
        part = parts.pop(0)
        matched = match(part.table.column_names, form, mapping, file=part.file)
        try:
            Outcomes(look.outcomes).of(part, form, matched)
        except SourceError as error:
            return {"refusal": str(error)}
        rows = typed_lines(part, matched, unreadable_share=1.0)
        typed.append(TypedPart(len(typed), form, rows))
    lines = as_lines(typed)
    typed.clear()
    found: dict[str, Any] = {
        "gaps": [
            {"field": name, "rows": int(empty), "share": round(float(empty) / len(lines), 6)}
            for name, empty in lines[list(_shown_fields(lines, form))].isna().sum().items()
        ],
        "checks": [each._asdict() for each in check_lines(lines, today=today)],
    }
    try:
        cleaned = clean(lines, look.settings.cleaning, as_of=look.as_of)
    except (SourceError, SettingsError) as error:
        return found | {"refusal": str(error)}
    found["findings"] = [
        finding._asdict() | {"examples": list(finding.examples)} for finding in cleaned.findings
    ]
    found["rows_kept"] = len(cleaned.purchases)
    found["customers"] = int(cleaned.purchases["customer_id"].nunique())
    del cleaned
    progress.stage("drift")
    before = look.before()
    found["drift"] = (
        [each._asdict() for each in drift(before, lines)]
        if before is not None and "quantity" in before
        else []
    )
    return found


def _customer_rows(
    look: Look,
    parts: list[Part],
    mapping: Mapping[str, str],
    *,
    today: dt.date,
    progress: Progress,
) -> dict[str, Any]:
    """Mend rows of customers as a refresh would, and say what that does to them."""
    progress.stage("quality")
    tables, outcomes = [], Outcomes(look.outcomes)
    for place, part in enumerate(parts):
        columns = list(part.table.column_names)
        key = recognise(columns, mapping, form=look.form)
        if key is None or has(key).orders:
            return {"refusal": f"The columns of {part.name} fit none of the form's tables."}
        matched = match(columns, key, mapping, file=part.file)
        try:
            given = outcomes.of(part, key, matched)
        except SourceError as error:
            return {"refusal": str(error)}
        rows = typed_rows(part, key, matched, unreadable_share=1.0, outcomes=given)
        tables.append(rows.to_pandas().assign(part=place, batch=0))
    try:
        outcomes.refuse_single()
        mended = mend(
            pd.concat(tables, ignore_index=True), look.settings.cleaning, as_of=look.as_of
        )
    except (SourceError, SettingsError) as error:
        return {"refusal": str(error)}
    customers = _without_outcomes(mended.customers)
    empty = customers.isna().sum()
    return {
        "gaps": [
            {
                "field": str(name),
                "rows": int(rows),
                "share": round(rows / len(customers), 6),
            }
            for name, rows in empty.items()
        ],
        "checks": [
            each._asdict() for each in check_customers(customers, mended.findings, today=today)
        ],
        "findings": [
            finding._asdict() | {"examples": list(finding.examples)}
            for finding in mended.findings
        ],
        "rows_kept": mended.rows_kept,
        "customers": len(customers),
        "drift": _customer_drift(look, customers, progress),
    }


def _without_outcomes(customers: pd.DataFrame) -> pd.DataFrame:
    """Leave the fields: who has no outcome is no gap, and a new one is no drift."""
    return customers.drop(columns=[name for name in customers if outcome_of(str(name))])


def _customer_drift(
    look: Look, customers: pd.DataFrame, progress: Progress
) -> list[dict[str, Any]]:
    """Compare customers with those of the published run, where that is of such a form too."""
    progress.stage("drift")
    before = look.before()
    if before is None or "fields" not in before:
        return []
    published = _without_outcomes(mend(before, look.settings.cleaning).customers)
    return [each._asdict() for each in customer_drift(published, customers)]


def _shown_fields(lines: pd.DataFrame, form: str) -> list[str]:
    names = [each.name for each in FORMS[form]]
    return [name for name in names if name in lines]


def _short(text: str) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return printable if len(printable) <= LONGEST else f"{printable[: LONGEST - 1]}…"
