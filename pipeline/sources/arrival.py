"""Sources as they arrive: named, told apart by checksum, read only when they are new."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import SourceError
from pipeline.sources import order_lines, sample
from pipeline.sources.columns import match, recognise, unfit
from pipeline.sources.databases import read_url
from pipeline.sources.limits import ReadLimits
from pipeline.sources.parts import Part
from pipeline.sources.reading import checksum, expand, read_parts

ORDER_LINES = "order-lines"
MADE_UP = "made-up-shop"

Lines = Iterator[tuple[int, pa.Table]]


class Arrival(NamedTuple):
    """One source: its own name, its checksum, and how to get its typed lines part by part."""

    name: str
    checksum: str
    lines: Callable[[], Lines]


class Reading(NamedTuple):
    """How sources are to be read."""

    form: str
    table: str | None
    mapping: dict[str, str]
    unreadable_share: float
    limits: ReadLimits = ReadLimits()
    own_name: str | None = None


def arrivals(sources: tuple[str, ...], reading: Reading) -> list[Arrival]:
    """Give one arrival per file, or the made-up shop where there is no source."""
    if not sources:
        return [_made_up(sample.MADE_UP_SHOP, reading)]
    found: list[Arrival] = []
    for source in sources:
        if "://" in source:
            found.append(_from_url(source, reading))
        else:
            found.extend(_from_file(path, reading) for path in expand(source))
    return found


def dataset_name(sources: tuple[str, ...]) -> str:
    """Name a data set after its first source."""
    if not sources:
        return MADE_UP
    first = sources[0]
    if "://" in first:
        return first.rsplit("/", 1)[-1].split("?", 1)[0] or "database"
    name = PurePath(Path(first).absolute()).name
    stem = name.split(".", 1)[0]
    return stem or name


def _made_up(settings: sample.ShopSettings, reading: Reading) -> Arrival:
    def parts() -> Iterator[Part]:
        for table in sample.made_up_lines(settings):
            yield Part("made-up shop", None, table)

    def lines() -> Lines:
        row = 0
        for _, table in _typed(parts(), reading):
            shifted = pc.add(table["source_row"], row)
            place = table.column_names.index("source_row")
            yield 0, table.set_column(place, "source_row", shifted)
            row += len(table)

    return Arrival("made-up shop", _digest(settings.model_dump_json(), reading), lines)


def _from_file(path: Path, reading: Reading) -> Arrival:
    def lines() -> Lines:
        parts = read_parts(
            path,
            file=reading.own_name,
            table=reading.table,
            limits=reading.limits,
            wanted=lambda columns: recognise(columns, reading.mapping) == ORDER_LINES,
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
        [reading.form, reading.table, reading.mapping, order_lines.VERSION], sort_keys=True
    )
    return hashlib.sha256(f"{content}\n{how}".encode()).hexdigest()


def _typed(parts: Iterator[Part], reading: Reading) -> Lines:
    for place, part in enumerate(parts):
        columns = part.table.column_names
        form = recognise(columns, reading.mapping)
        if reading.form not in {"auto", ORDER_LINES}:
            raise SourceError(
                f"this version reads order lines only, not the form “{reading.form}”",
                remedy="give --form order-lines",
                file=part.file,
            )
        if form != ORDER_LINES:
            raise unfit(part, reading.mapping)
        matched = match(columns, ORDER_LINES, reading.mapping, file=part.file)
        yield (
            place,
            order_lines.typed_lines(part, matched, unreadable_share=reading.unreadable_share),
        )
