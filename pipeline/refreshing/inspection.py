"""A look at a file before anything is published: its form, its columns, its quality."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.base.errors import SettingsError, SourceError
from pipeline.features.figures import figures_of, figures_of_customers
from pipeline.features.orders import newest_day, order_states
from pipeline.quality.checks import check_customers, check_lines
from pipeline.quality.cleaning import clean
from pipeline.quality.drift import customer_drift, drift
from pipeline.quality.findings import joined_rows
from pipeline.quality.mending import mend
from pipeline.quality.remarks import remarks_of
from pipeline.refreshing.column_looks import column_looks, first_rows, wrongly_decoded
from pipeline.run.progress import Progress
from pipeline.settings import Settings
from pipeline.sources.arrival import (
    Reading,
    found_layout,
    how_of,
    is_fitting,
    key_of,
    typed_part,
)
from pipeline.sources.columns import (
    ignored,
    match,
    missing,
    nearest,
    recognise,
    usable,
    without_repeats,
)
from pipeline.sources.customers.own import ROLES, own_key
from pipeline.sources.customers.roles import roles_of
from pipeline.sources.customers.rows import roles_of_part
from pipeline.sources.files.limits import ReadLimits
from pipeline.sources.files.sqlite import SeveralTables
from pipeline.sources.forms import AUTO, CUSTOMERS, FORMS, has
from pipeline.sources.joining import NotJoined
from pipeline.sources.joins.merging import JOINED
from pipeline.sources.layouts.declared import Layout
from pipeline.sources.layouts.laying import laid_fields
from pipeline.sources.layouts.reading import known_layouts
from pipeline.sources.order_lines import TEXTS, as_lines
from pipeline.sources.orders.currencies import disagreeing, refuse_several
from pipeline.sources.orders.guessing import guessed
from pipeline.sources.orders.rates import Rates
from pipeline.sources.outcomes import Outcomes, outcome_of
from pipeline.sources.parts import Part, TypedPart
from pipeline.sources.tables import (
    How,
    Remembered,
    every_part,
    nothing_remembered,
    read_sources,
)
from pipeline.sources.telling.contents import NOT_LOOKED, Contents, contents
from pipeline.sources.telling.doubts import Doubt, doubts
from pipeline.sources.telling.listing import ShownTable, shown_tables
from pipeline.sources.telling.remarks import Remark, merged


@dataclass(frozen=True)
class Look:
    """What to look at, and how: a file, a folder or a URL, and `more` that belong to it.

    `layout` is the export's, where it isn't told.
    `names` are the sheets and tables that are meant, all of them where it is empty.
    `remembered` gives the mapping of an earlier file with that header; `before` gives the
    published records to compare with, if there are any, and with `append` to be added to;
    `outcomes` are columns that say what customers did.
    """

    path: Path | str
    own_name: str
    more: tuple[Path | str, ...] = ()
    form: str = AUTO
    layout: str | None = None
    names: tuple[str, ...] = ()
    mapping: Mapping[str, str] | None = None
    outcomes: tuple[str, ...] = ()
    settings: Settings = field(default_factory=Settings)
    rates: Rates | None = None
    as_of: dt.date | None = None
    limits: ReadLimits = field(default_factory=ReadLimits)
    remembered: Remembered = nothing_remembered
    before: Callable[[], pd.DataFrame | None] = lambda: None
    append: bool = False


def inspect(look: Look, *, today: dt.date, progress: Progress) -> dict[str, Any]:
    """Read a file and report on it in plain values, ready to be written as JSON.

    Raises `PipelineError` where it can't be read at all. A file whose columns fit no form, and
    one that would be refused when it is refreshed, are reported, with a `refusal`.
    """
    progress.stage("read")
    parts, tables, not_joined = _parts(look, progress)
    first = parts[0]
    joined = sum(part.joined_rows for part in parts)
    columns = list(first.table.column_names)
    mapping = _mapping(look, first)
    layout = found_layout(first, _reading(look, mapping))
    recognised = key_of(first, _reading(look, mapping))
    form = _form(look, columns, mapping, recognised)
    looked = contents(first.table) if has(form).orders else NOT_LOOKED
    lacking: list[str] = []
    doubtful: list[Doubt] = []
    outcomes: tuple[str, ...] = ()
    if layout is not None:
        matched, refusal = _laid_fields(first, layout, mapping, looked)
    elif form == CUSTOMERS:
        matched, outcomes, refusal = _of_customers(first, mapping, look.outcomes)
    else:
        matched, by_content, refusal = _matched(columns, form, mapping, look.own_name, looked)
        lacking = missing(matched, form)
        doubtful = doubts(looked, matched, lacking=lacking, by_content=by_content)
    progress.stage("columns")
    report: dict[str, Any] = {
        "file": look.own_name,
        "form": form,
        "recognised": recognised is not None,
        "header": columns,
        "layout": layout.name if layout is not None else None,
        "currency": None,
        "rows": sum(len(part.table) for part in parts),
        "rows_read": sum(len(part.table) for part in parts) + joined,
        "parts": [{"name": part.name, "rows": len(part.table)} for part in parts],
        "fields": [
            *({"name": field.name, "required": field.required} for field in FORMS[form]),
            *({"name": key, "required": False} for key in _own_keys(form, columns)),
        ],
        "layouts": [
            {"name": known_layout.name, "title": known_layout.title}
            for known_layout in known_layouts(look.settings.layouts.folder)
        ],
        "doubts": [doubt._asdict() for doubt in doubtful],
        "outcomes": list(outcomes),
        "mapping": matched,
        "missing": lacking,
        "columns": column_looks(first, matched),
        "first": first_rows(first.table),
        "problems": wrongly_decoded(first.table),
        "tables": [table._asdict() for table in tables],
        "joins": [remark.sentence for remark in first.said if remark.code == JOINED],
        "refusal": not_joined or refusal,
    }
    if report["refusal"] is None and lacking:
        report["refusal"] = (
            f"No column was found for {', '.join(lacking)}; choose them below and check again."
        )
    if report["refusal"] is None:
        report |= (
            _order_lines(look, parts, form, mapping, today=today, progress=progress)
            if has(form).orders
            else _customer_rows(look, parts, form, mapping, today=today, progress=progress)
        )
    if "findings" in report:
        join_findings = [finding._asdict() for finding in joined_rows(joined)]
        report["findings"] = [*join_findings, *report["findings"]]
    return report


def _parts(look: Look, progress: Progress) -> tuple[list[Part], list[ShownTable], str | None]:
    """Read the tables that fit the form asked for, or are joined to it, or all where none does.

    With them come the tables to choose from, and why several can't be joined.
    """
    read_parts, rows, refusal = list[Part](), 0, None
    tables: list[ShownTable] = []
    how = _how(look)._replace(seen=lambda parts: tables.extend(shown_tables(parts)))
    sources = (look.path, *look.more)
    try:
        for part in read_sources(sources, how):
            rows += len(part.table)
            progress.step(rows, detail=f"{rows:,} rows")
            read_parts.append(part)
    except (NotJoined, SeveralTables) as error:
        refusal = str(error)
        read_parts = [part for source in sources for part in every_part(source, how)]
        rows = sum(len(part.table) for part in read_parts)
    if not read_parts or not rows:
        raise SourceError(
            "holds no data rows",
            remedy="give a file with rows below its header",
            file=look.own_name,
        )
    return read_parts, tables or shown_tables(read_parts), refusal


def _reading(look: Look, mapping: Mapping[str, str]) -> Reading:
    """Say how a refresh would read the file, but that no row is too bad."""
    return Reading(
        look.form,
        look.names,
        dict(mapping),
        unusable_share=1.0,
        limits=look.limits,
        own_name=None if look.more else look.own_name,
        outcomes=look.outcomes,
        rates=look.rates,
        layouts=known_layouts(look.settings.layouts.folder),
        layout=look.layout,
    )


def _how(look: Look) -> How:
    """Say how tables are told, by what was remembered where no mapping is given."""
    mapping = dict(look.mapping or {})
    reading = _reading(look, mapping)

    def fits(part: Part) -> bool:
        part_mapping = mapping or dict(look.remembered(part.table.column_names))
        return is_fitting(part, reading._replace(mapping=part_mapping))

    return how_of(reading)._replace(fits=fits, remembered=look.remembered)


def _mapping(look: Look, part: Part) -> dict[str, str]:
    columns = part.table.column_names
    mapping = look.mapping if look.mapping is not None else look.remembered(columns)
    if look.mapping is None or part.fields:
        mapping = usable(mapping, columns)
    return {**part.fields, **mapping}


def _form(
    look: Look, columns: list[str], mapping: Mapping[str, str], recognised: str | None
) -> str:
    """Give the form asked for or recognised, else the one that lacks least."""
    if recognised is not None:
        return recognised
    return next(iter(nearest(columns, mapping, form=look.form)))


def _matched(
    columns: list[str], form: str, mapping: Mapping[str, str], file: str, looked: Contents
) -> tuple[dict[str, str], dict[str, str], str | None]:
    """Give the column of each field, those told by cells alone, and why it is refused."""
    try:
        matched = match(columns, form, mapping, file=file, contents=looked)
    except SourceError as error:
        return match(without_repeats(columns), form, contents=looked), {}, str(error)
    if not has(form).orders:
        return matched, {}, None
    by_content = guessed(matched, looked, ignored(mapping))
    return matched | by_content, by_content, None


def _laid_fields(
    part: Part, layout: Layout, mapping: Mapping[str, str], looked: Contents
) -> tuple[dict[str, str], str | None]:
    """Give the file's column of each field of a layout, and why it is refused as it is."""
    try:
        return laid_fields(part, layout, mapping, looked), None
    except SourceError as error:
        return {}, str(error)


def _of_customers(
    part: Part, mapping: Mapping[str, str], outcomes: tuple[str, ...]
) -> tuple[dict[str, str], tuple[str, ...], str | None]:
    """Give what each column of a table of customers is, and why it is refused as it is.

    Between them stand the columns that are taken for outcomes.
    """
    refusal = None
    try:
        roles = roles_of_part(part, mapping, outcomes)
    except SourceError as error:
        roles, refusal = roles_of(part.table, mapping, outcomes), str(error)
    return (
        roles.mapping,
        outcomes or tuple(outcome.column for outcome in roles.outcomes),
        refusal,
    )


def _own_keys(form: str, columns: list[str]) -> list[str]:
    """Give what each column of a table of customers can be told to be."""
    if form != CUSTOMERS:
        return []
    return [own_key(role, column) for column in columns for role in ROLES]


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
    how = _reading(look, mapping)
    typed: list[TypedPart] = []
    try:
        while parts:
            part = parts.pop(0)
            outcomes = Outcomes(look.outcomes)
            typed.append(typed_part(part, len(typed), form, how, outcomes))
        if look.settings.currency is None:
            refuse_several({part.currency for part in typed if part.currency})
    except SourceError as error:
        return {"refusal": str(error)}
    codes = [part.currency for part in typed if part.currency]
    currency = look.settings.currency or next(iter(codes), None)
    source_remarks = [remark for part in typed for remark in part.remarks]
    source_remarks += disagreeing(look.settings.currency, codes)
    lines = as_lines(typed)
    typed.clear()
    report: dict[str, Any] = {
        "gaps": [
            {"field": name, "rows": int(empty), "share": round(float(empty) / len(lines), 6)}
            for name, empty in lines[list(_shown_fields(lines, form))].isna().sum().items()
        ],
        "checks": [check._asdict() for check in check_lines(lines, today=today)],
    }
    try:
        cleaned = clean(lines, look.settings.cleaning, as_of=look.as_of)
        states = order_states(cleaned)
        newest = newest_day(states, look.as_of)
    except (SourceError, SettingsError) as error:
        return report | {"refusal": str(error)}
    remarks = merged(
        [*source_remarks, *remarks_of(lines, cleaned, today=today, currency=currency)]
    )
    report |= figures_of(cleaned, states, newest)._asdict() | _said(remarks)
    report["currency"] = currency
    report["findings"] = [
        finding._asdict() | {"examples": list(finding.examples)} for finding in cleaned.findings
    ]
    report["rows_kept"] = len(cleaned.purchases)
    del cleaned, states
    progress.stage("drift")
    before = look.before()
    report["drift"] = (
        [change._asdict() for change in drift(before, lines)]
        if before is not None and "quantity" in before
        else []
    )
    if look.append and before is not None and "quantity" in before:
        report["after"] = _added_to(before, lines, look)
    return report


def _added_to(before: pd.DataFrame, lines: pd.DataFrame, look: Look) -> dict[str, Any]:
    """Give the figures of what is published together with new lines."""
    both = _behind(before, lines)
    for name in set(both) & set(TEXTS):
        both[name] = both[name].astype("category")
    cleaned = clean(both, look.settings.cleaning, as_of=look.as_of)
    states = order_states(cleaned)
    figures = figures_of(cleaned, states, newest_day(states, look.as_of))
    return figures._asdict() | {"rows": len(both), "rows_kept": len(cleaned.purchases)}


def _behind(before: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Put new rows behind those that are there, as a newer batch."""
    newer = new.assign(
        batch=int(before["batch"].max()) + 1, part=new["part"] + int(before["part"].max()) + 1
    )
    return pd.concat([before, newer], ignore_index=True)


def _said(remarks: Iterable[Remark]) -> dict[str, Any]:
    """Give warnings and notes as plain values."""
    plain_remarks: dict[str, Any] = {"warnings": [], "notes": []}
    for remark in remarks:
        plain_remarks[f"{remark.level}s"].append(
            {"code": remark.code, "sentence": remark.sentence, "rows": remark.rows}
        )
    return plain_remarks


def _customer_rows(
    look: Look,
    parts: list[Part],
    form: str,
    mapping: Mapping[str, str],
    *,
    today: dt.date,
    progress: Progress,
) -> dict[str, Any]:
    """Mend rows of customers as a refresh would, and say what that does to them."""
    progress.stage("quality")
    tables, outcomes = [], Outcomes(look.outcomes)
    remarks: list[Remark] = []
    codes: list[str] = []
    for place, part in enumerate(parts):
        columns = list(part.table.column_names)
        key = form if form == CUSTOMERS else recognise(columns, mapping, form=look.form)
        if key is None or has(key).orders:
            return {"refusal": f"The columns of {part.name} fit none of the form's tables."}
        try:
            typed = typed_part(part, place, key, _reading(look, mapping), outcomes)
        except SourceError as error:
            return {"refusal": str(error)}
        remarks += typed.remarks
        codes += [typed.currency] if typed.currency else []
        tables.append(typed.rows.to_pandas().assign(part=place, batch=0))
    try:
        outcomes.refuse_single()
        mended = mend(
            pd.concat(tables, ignore_index=True), look.settings.cleaning, as_of=look.as_of
        )
    except (SourceError, SettingsError) as error:
        return {"refusal": str(error)}
    customers = _without_outcomes(mended.customers)
    before = look.before()
    if before is not None and "fields" not in before:
        before = None
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
            check._asdict()
            for check in check_customers(customers, mended.findings, today=today)
        ],
        "findings": [
            finding._asdict() | {"examples": list(finding.examples)}
            for finding in mended.findings
        ],
        "rows_kept": mended.rows_kept,
        **figures_of_customers(customers)._asdict(),
        **_said(merged([*remarks, *disagreeing(look.settings.currency, codes)])),
        "currency": look.settings.currency or next(iter(codes), None),
        "drift": _customer_drift(before, look, customers, progress),
        **({} if before is None or not look.append else _customers_after(before, tables, look)),
    }


def _customers_after(
    before: pd.DataFrame, tables: list[pd.DataFrame], look: Look
) -> dict[str, Any]:
    """Give the figures of the customers that are published together with new ones."""
    both = _behind(before, pd.concat(tables, ignore_index=True))
    mended = mend(both, look.settings.cleaning, as_of=look.as_of)
    figures = figures_of_customers(_without_outcomes(mended.customers))
    return {"after": figures._asdict() | {"rows": len(both), "rows_kept": mended.rows_kept}}


def _without_outcomes(customers: pd.DataFrame) -> pd.DataFrame:
    """Leave the fields: who has no outcome is no gap, and a new one is no drift."""
    return customers.drop(columns=[name for name in customers if outcome_of(str(name))])


def _customer_drift(
    before: pd.DataFrame | None, look: Look, customers: pd.DataFrame, progress: Progress
) -> list[dict[str, Any]]:
    """Compare customers with those of the published run, where that is of such a form too."""
    progress.stage("drift")
    if before is None:
        return []
    published = _without_outcomes(mend(before, look.settings.cleaning).customers)
    return [finding._asdict() for finding in customer_drift(published, customers)]


def _shown_fields(lines: pd.DataFrame, form: str) -> list[str]:
    names = [field.name for field in FORMS[form]]
    return [name for name in names if name in lines]
