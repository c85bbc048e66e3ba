"""Sources as they arrive: named, told apart by checksum, read only when they are new."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.base.errors import SourceError
from pipeline.run.memory import give_back
from pipeline.samples.behaviour import made_up_behaviour
from pipeline.samples.costs import SAID
from pipeline.samples.lines import made_up_lines
from pipeline.samples.market_activity import made_up_market
from pipeline.samples.marketing import made_up_marketing
from pipeline.samples.settings import MADE_UP_SHOP, ShopSettings
from pipeline.samples.subscribers import made_up_subscribers
from pipeline.sources import customer_rows, joining, order_lines
from pipeline.sources.columns import (
    NO_MAPPING,
    ignored,
    match,
    missing,
    recognise,
    unfit,
    usable,
)
from pipeline.sources.customers.recognising import maybe_customers, surely_customers
from pipeline.sources.customers.rows import roles_of_part, rows_of_customers
from pipeline.sources.files.databases import is_url
from pipeline.sources.files.limits import ReadLimits
from pipeline.sources.forms import AUTO, CUSTOMERS, ORDERS, family, has, tables_of
from pipeline.sources.layouts.declared import Layout
from pipeline.sources.layouts.laying import laid
from pipeline.sources.layouts.reading import layout_named, our_layouts
from pipeline.sources.layouts.recognising import layout_of
from pipeline.sources.orders.guessing import guessed
from pipeline.sources.orders.rates import Rates
from pipeline.sources.outcomes import Outcomes
from pipeline.sources.parts import Part, TypedPart
from pipeline.sources.reading import checksum
from pipeline.sources.tables import (
    How,
    file_parts,
    files_of,
    name_of,
    together,
    url_parts,
)
from pipeline.sources.telling.contents import NOT_LOOKED, contents
from pipeline.sources.telling.faults import Tell, untold
from pipeline.sources.telling.remarks import NOTE, Remark

MADE_UP = "made-up-shop"
NO_LAYOUT = "none"
"""Asks for columns to be told by their names and cells, though they be those of an export."""
MADE_UP_CURRENCY = "GBP"
"""The money of everything that is made up."""

MADE_UP_REMARK = Remark(NOTE, "made_up", SAID, 0)

Lines = Iterator[TypedPart]


class Arrival(NamedTuple):
    """One source: its own name, its checksum, and how to get its typed rows part by part."""

    name: str
    checksum: str
    lines: Callable[[], Lines]


class Reading(NamedTuple):
    """How sources are to be read.

    `names` are the sheets, tables or files that are meant, all of them where it is empty;
    `outcomes` are columns that say what customers did, `rates` what other currencies are worth.
    `remembered` is the mapping of the data set's last source, for tables with its columns.
    `layouts` are those that may be recognised, ours where none are given; `layout` names the
    one that they have, whatever their headers.
    """

    form: str
    names: tuple[str, ...]
    mapping: dict[str, str]
    unusable_share: float
    limits: ReadLimits = ReadLimits()
    own_name: str | None = None
    tell: Tell = untold
    outcomes: tuple[str, ...] = ()
    layouts: tuple[Layout, ...] | None = None
    layout: str | None = None
    rates: Rates | None = None
    remembered: Mapping[str, str] = NO_MAPPING

    @property
    def known(self) -> tuple[Layout, ...]:
        """Give the layouts that may be recognised."""
        return our_layouts() if self.layouts is None else self.layouts

    def of(self, columns: Sequence[str]) -> "Reading":
        """Give the same with the remembered mapping, where a table has all its columns."""
        if not self.remembered or self.mapping:
            return self
        fits = usable(self.remembered, columns) == dict(self.remembered)
        return self._replace(mapping=dict(self.remembered)) if fits else self


def arrivals(sources: tuple[str, ...], reading: Reading) -> list[Arrival]:
    """Give one arrival per file, or for several that are joined.

    Where there is no source it is made-up data of the form.
    """
    if reading.layout not in {None, NO_LAYOUT}:
        layout_named(str(reading.layout), reading.known)
    if not sources:
        is_shop = is_made_up_shop(sources, reading.form)
        return [_made_up(MADE_UP_SHOP, reading) if is_shop else _made_up_customers(reading)]
    urls = [source for source in sources if is_url(source)]
    database_arrivals = [_from_url(url, reading) for url in urls]
    paths = files_of(sources, reading.names)
    if len(paths) > 1:
        reading = reading._replace(own_name=None, names=())
        parts = together(paths, how_of(reading))
        if parts is not None:
            return [*database_arrivals, _from_files(paths, parts, reading)]
    return [*database_arrivals, *(_from_file(path, reading) for path in paths)]


def is_made_up_shop(sources: tuple[str, ...], form: str) -> bool:
    """Tell whether what is asked for is the built-in shop."""
    return not sources and (form == AUTO or has(form).orders)


def dataset_name(sources: tuple[str, ...], form: str = AUTO) -> str:
    """Name a data set after its first source, or after the made-up form."""
    if not sources:
        return MADE_UP if is_made_up_shop(sources, form) else f"made-up-{form}"
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
        for part in _typed(parts(), reading):
            table = part.rows
            shifted = pc.add(table["source_row"], row)
            place = table.column_names.index("source_row")
            rows = table.set_column(place, "source_row", shifted)
            remarks = (*part.remarks, *([] if row else [MADE_UP_REMARK]))
            yield part._replace(place=0, rows=rows, currency=MADE_UP_CURRENCY, remarks=remarks)
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
            case "customers":
                yield Part(name, None, made_up_subscribers(seed=seed))
            case _:
                for file, table in made_up_market(seed=seed).items():
                    yield Part(f"{name}, {file}", None, table)

    name = f"made-up {reading.form.replace('-', ' ')}"

    def rows() -> Lines:
        return (part._replace(currency=MADE_UP_CURRENCY) for part in _typed(parts(), reading))

    return Arrival(name, _digest(f"{seed}", reading), rows)


def how_of(reading: Reading) -> How:
    """Say how tables are told and chosen."""
    return How(
        reading.form,
        reading.mapping,
        lambda part: is_fitting(part, reading),
        reading.names,
        reading.limits,
        reading.own_name,
        lambda columns: reading.of(columns).mapping,
        laid=lambda columns: layout_by_names(columns, reading) is not None,
    )


def is_fitting(part: Part, reading: Reading) -> bool:
    """Say whether a table is of the form by its names, or holds orders by its cells.

    Any table may be one of customers, so that is asked of none where there are several.
    """
    if part.fields or found_layout(part, reading) is not None:
        return True
    return _named(part, reading) is not None or _guess(part, reading)


def _from_file(path: Path, reading: Reading) -> Arrival:
    how = how_of(reading)
    return Arrival(
        reading.own_name or path.name,
        _digest(checksum(path), reading),
        lambda: _typed(file_parts(path, how), reading),
    )


def _from_files(paths: list[Path], parts: list[Part], reading: Reading) -> Arrival:
    """Give several files that are joined, known by what all of them hold."""
    sums = "\n".join(sorted(checksum(path) for path in paths))
    return Arrival(name_of(paths), _digest(sums, reading), lambda: _typed(iter(parts), reading))


def _from_url(url: str, reading: Reading) -> Arrival:
    """Read a database at once: only its rows tell whether it has changed."""
    parts = url_parts(url, how_of(reading))
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
            reading.names,
            reading.mapping or dict(reading.remembered),
            order_lines.VERSION,
            customer_rows.VERSION,
            joining.VERSION,
            *([reading.outcomes] if reading.outcomes else []),
            *([reading.layout] if reading.layout else []),
            [layout.digest for layout in reading.known],
            *([[reading.rates.target, dict(reading.rates.worth)]] if reading.rates else []),
        ],
        sort_keys=True,
    )
    return hashlib.sha256(f"{content}\n{how}".encode()).hexdigest()


def found_layout(part: Part, reading: Reading) -> Layout | None:
    """Give the layout asked for, else the one that a table's header has; none but of orders."""
    if part.fields:
        return None
    return layout_by_names(part.table.column_names, reading)


def layout_by_names(columns: list[str], reading: Reading) -> Layout | None:
    """Give the layout asked for, else the one that columns have; none but of orders."""
    if ORDERS not in tables_of(reading.form):
        return None
    if reading.layout == NO_LAYOUT:
        return None
    if reading.layout is not None:
        return layout_named(reading.layout, reading.known)
    return layout_of(columns, reading.known)


def mapping_of(part: Part, mapping: Mapping[str, str]) -> dict[str, str]:
    """Say which column is which: as a joined table knows, and the user above all."""
    if not part.fields:
        return dict(mapping)
    return {**part.fields, **usable(mapping, part.table.column_names)}


def _typed(parts: Iterator[Part], reading: Reading) -> Lines:
    part_by_form: dict[str, Part] = {}
    outcomes = Outcomes(reading.outcomes)
    for place, part in enumerate(parts):
        how = reading.of(part.table.column_names)
        key = key_of(part, how)
        if key is None:
            raise unfit(part, how.mapping, form=how.form)
        form = family(key)
        part_by_form.setdefault(form, part)
        if len(part_by_form) > 1:
            raise _mixed(part_by_form, part)
        give_back()
        yield typed_part(part, place, key, how, outcomes)
    outcomes.refuse_single()


def key_of(part: Part, reading: Reading) -> str | None:
    """Name the key of `FORMS` that a table is: by its columns' names, else by what it holds."""
    if part.fields or found_layout(part, reading) is not None:
        return ORDERS
    key = _named(part, reading)
    if key not in {None, ORDERS}:
        return key
    if reading.form == AUTO and surely_customers(part, reading.mapping):
        return CUSTOMERS
    if key == ORDERS or _guess(part, reading):
        return ORDERS
    is_customers = reading.form == AUTO and maybe_customers(
        part, reading.mapping, reading.outcomes
    )
    return CUSTOMERS if is_customers else None


def _named(part: Part, reading: Reading) -> str | None:
    columns = part.table.column_names
    return recognise(columns, reading.of(columns).mapping, form=reading.form)


def _guess(part: Part, reading: Reading) -> bool:
    """Say whether a table whose names fit no form holds orders by what is in it."""
    if ORDERS not in tables_of(reading.form):
        return False
    looked = contents(part.table)
    mapping = usable(reading.mapping, part.table.column_names)
    matched = match(part.table.column_names, ORDERS, mapping, file=part.file, contents=looked)
    return not missing(matched | guessed(matched, looked, ignored(mapping)), ORDERS)


def typed_part(
    part: Part, place: int, key: str, reading: Reading, outcomes: Outcomes
) -> TypedPart:
    """Type a part that is the table `key` of `FORMS`; raises `SourceError`."""
    layout = found_layout(part, reading) if has(key).orders else None
    if layout is not None:
        return _laid_part(part, place, layout, reading, outcomes)
    form, columns = family(key), part.table.column_names
    if key == CUSTOMERS:
        return _customers_part(part, place, reading, outcomes)
    orders = has(form).orders
    looked = contents(part.table) if orders else NOT_LOOKED
    mapping = mapping_of(part, reading.mapping)
    matched = match(columns, key, mapping, file=part.file, contents=looked)
    if orders and missing(matched, key):
        matched |= guessed(matched, looked, ignored(mapping))
    outcome_columns = outcomes.of(part, key, matched)
    share, tell = reading.unusable_share, reading.tell
    if not orders:
        rows = customer_rows.typed_rows(
            part, key, matched, unusable_share=share, outcomes=outcome_columns, tell=tell
        )
        return TypedPart(place, form, rows)
    typed = order_lines.typed_lines(
        part, matched, unusable_share=share, rates=reading.rates, tell=tell
    )
    return TypedPart(place, form, typed.rows, typed.remarks, typed.currency, part.joined_rows)


def _laid_part(
    part: Part, place: int, layout: Layout, reading: Reading, outcomes: Outcomes
) -> TypedPart:
    """Type a part as a layout says."""
    laid_out = laid(part, layout, reading.mapping, contents(part.table))
    outcomes.of(part, ORDERS, laid_out.shown)
    typed = order_lines.typed_lines(
        laid_out.part,
        laid_out.columns,
        unusable_share=reading.unusable_share,
        rates=reading.rates,
        tell=reading.tell,
        meaning=laid_out.meaning,
    )
    remarks = (*laid_out.remarks, *typed.remarks)
    return TypedPart(place, family(ORDERS), typed.rows, remarks, typed.currency)


def _customers_part(part: Part, place: int, reading: Reading, outcomes: Outcomes) -> TypedPart:
    """Type a table of customers with any columns."""
    named = outcomes.of(part, CUSTOMERS, {})
    roles = roles_of_part(part, reading.mapping, tuple(named.values()))
    typed = rows_of_customers(part, place, roles, named=bool(named))
    return TypedPart(place, CUSTOMERS, typed.rows, typed.remarks, typed.currency)


def _mixed(part_by_form: dict[str, Part], part: Part) -> SourceError:
    (first, second), *_ = [tuple(part_by_form)]
    return SourceError(
        f"is of the form {second}, where {part_by_form[first].name} is of the form {first}",
        remedy="say which one is meant with --form, or give them as two data sets",
        file=part.file,
        sheet=part.sheet,
    )
