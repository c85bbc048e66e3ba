"""Sources as they arrive: named, told apart by checksum, read only when they are new."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import SourceError
from pipeline.samples.behaviour import made_up_behaviour
from pipeline.samples.lines import made_up_lines
from pipeline.samples.market_activity import made_up_market
from pipeline.samples.marketing import made_up_marketing
from pipeline.samples.settings import MADE_UP_SHOP, ShopSettings
from pipeline.sources import customer_rows, order_lines
from pipeline.sources.columns import match, recognise, unfit
from pipeline.sources.faults import Tell, untold
from pipeline.sources.files.databases import read_url
from pipeline.sources.files.limits import ReadLimits
from pipeline.sources.forms import AUTO, family, has
from pipeline.sources.outcomes import Outcomes
from pipeline.sources.parts import Part, TypedPart
from pipeline.sources.reading import checksum, expand, read_parts

MADE_UP = "made-up-shop"


Lines = Iterator[TypedPart]


class Arrival(NamedTuple):
    """One source: its own name, its checksum, and how to get its typed rows part by part."""

    name: str
    checksum: str
    lines: Callable[[], Lines]


class Reading(NamedTuple):
    """How sources are to be read; `outcomes` are columns that say what customers did."""

    form: str
    table: str | None
    mapping: dict[str, str]
    unreadable_share: float
    limits: ReadLimits = ReadLimits()
    own_name: str | None = None
    tell: Tell = untold
    outcomes: tuple[str, ...] = ()


def arrivals(sources: tuple[str, ...], reading: Reading) -> list[Arrival]:
    """Give one arrival per file; where there is no source, made-up data of the form."""
    if not sources:
        is_shop = reading.form == AUTO or has(reading.form).orders
        return [_made_up(MADE_UP_SHOP, reading) if is_shop else _made_up_customers(reading)]
    found: list[Arrival] = []
    for source in sources:
        if "://" in source:
            found.append(_from_url(source, reading))
        else:
            found.extend(_from_file(path, reading) for path in expand(source))
    return found


def dataset_name(sources: tuple[str, ...], form: str = AUTO) -> str:
    """Name a data set after its first source, or after the made-up form."""
    if not sources:
        return MADE_UP if form == AUTO or has(form).orders else f"made-up-{form}"
    first = sources[0]
    if "://" in first:
        return first.rsplit("/", 1)[-1].split("?", 1)[0] or "database"
    name = PurePath(Path(first).absolute()).name
    stem = name.split(".", 1)[0]
    return stem or name


def _made_up(settings: ShopSettings, reading: Reading) -> Arrival:
    def parts() -> Iterator[Part]:
        for table in made_up_lines(settings):
            yield Part("made-up shop", None, table)

    def lines() -> Lines:
        row = 0
        for _, form, table in _typed(parts(), reading):
            shifted = pc.add(table["source_row"], row)
            place = table.column_names.index("source_row")
            yield TypedPart(0, form, table.set_column(place, "source_row", shifted))
            row += len(table)

    return Arrival("made-up shop", _digest(settings.model_dump_json(), reading), lines)


def _made_up_customers(reading: Reading) -> Arrival:
    """Make up customers of a form without orders."""
    seed = MADE_UP_SHOP.seed

    def parts() -> Iterator[Part]:
        match reading.form:
            case "marketing":
                yield Part(name, None, made_up_marketing(seed=seed))
            case "behaviour":
                yield Part(name, None, made_up_behaviour(seed=seed))
            case _:
                for file, table in made_up_market(seed=seed).items():
                    yield Part(f"{name}, {file}", None, table)

    name = f"made-up {reading.form.replace('-', ' ')}"
    return Arrival(name, _digest(f"{seed}", reading), lambda: _typed(parts(), reading))


def _from_file(path: Path, reading: Reading) -> Arrival:
    def lines() -> Lines:
        parts = read_parts(
            path,
            file=reading.own_name,
            table=reading.table,
            limits=reading.limits,
            wanted=lambda columns: _form(columns, reading) is not None,
        )
        return _typed(parts, reading)

    return Arrival(reading.own_name or path.name, _digest(checksum(path), reading), lines)


def _from_url(url: str, reading: Reading) -> Arrival:
    """Read a database at once: only its rows tell whether it has changed."""
    parts = list(read_url(url, table=reading.table))
    digest = hashlib.sha256()
    for part in parts:
        for batch in part.table.to_batches():
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, batch.schema) as stream:
                stream.write_batch(batch)
            digest.update(sink.getvalue())
    return Arrival(
        parts[0].name if parts else "database",
        _digest(digest.hexdigest(), reading),
        lambda: _typed(iter(parts), reading),
    )


def _digest(content: str, reading: Reading) -> str:
    how = json.dumps(
        [
            reading.form,
            reading.table,
            reading.mapping,
            order_lines.VERSION,
            customer_rows.VERSION,
            *([reading.outcomes] if reading.outcomes else []),
        ],
        sort_keys=True,
    )
    return hashlib.sha256(f"{content}\n{how}".encode()).hexdigest()


def _form(columns: list[str], reading: Reading) -> str | None:
    """Name the key of `FORMS` that a table is, among those that were asked for."""
    return recognise(columns, reading.mapping, form=reading.form)


def _typed(parts: Iterator[Part], reading: Reading) -> Lines:
    seen: dict[str, Part] = {}
    outcomes = Outcomes(reading.outcomes)
    for place, part in enumerate(parts):
        columns = part.table.column_names
        key = _form(columns, reading)
        if key is None:
            raise unfit(part, reading.mapping, form=reading.form)
        form = family(key)
        seen.setdefault(form, part)
        if len(seen) > 1:
            raise _mixed(seen, part)
        matched = match(columns, key, reading.mapping, file=part.file)
        given = outcomes.of(part, key, matched)
        share, tell = reading.unreadable_share, reading.tell
        rows = (
            order_lines.typed_lines(part, matched, unreadable_share=share, tell=tell)
            if has(form).orders
            else customer_rows.typed_rows(
                part, key, matched, unreadable_share=share, outcomes=given, tell=tell
            )
        )
        yield TypedPart(place, form, rows)
    outcomes.refuse_single()


def _mixed(seen: dict[str, Part], part: Part) -> SourceError:
    (first, other), *_ = [tuple(seen)]
    return SourceError(
        f"is of the form {other}, where {seen[first].name} is of the form {first}",
        remedy="say which one is meant with --form, or give them as two data sets",
        file=part.file,
        sheet=part.sheet,
    )
