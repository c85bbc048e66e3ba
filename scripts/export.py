"""Export what a data set's published run holds: customers, a campaign, segments, a report."""

import argparse
import datetime as dt
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlalchemy as sa

from db import upgrades
from db.customers import (
    CAMPAIGN,
    GROUP,
    described,
    open_customers,
    write_arrow,
)
from db.engine import DEFAULT_URL, is_sqlite, open_reader, parse_url, reading, sqlite_path
from db.errors import DatabaseError, NotPublished
from db.secrets import hide
from db.workspace import campaigns as kept
from db.workspace import open_workspace
from db.workspace.owners import BadName, NameTaken
from pipeline.base.errors import PipelineError, SettingsError
from portal.kit.tables.listings import (
    FORMATS,
    STAMP_KEY,
    Listing,
    TooLong,
    write_csv,
    write_excel,
    write_parquet,
)
from portal.pages.campaigns import lists, planning
from portal.pages.campaigns.queries import COLUMNS
from portal.reading import forecasts
from portal.reading.customer_table import FILTERED
from portal.reading.datasets import published
from portal.reading.filters import Filters
from portal.reading.predicting.stored_models import NoModelFile, model_file
from portal.reading.published import PublishedRun, chosen, memory
from portal.report import plans
from portal.report.downloads import stamped
from portal.report.page import report
from scripts.arguments import EXIT_ENVIRONMENT, EXIT_INTERRUPTED, USUAL_EXITS, Parser, day

WHAT = ("customers", "campaign", "segments", "actions", "forecast", "report", "model")
MEANING = (
    "customers; campaign: makes one with a hold-out and exports its list; segments: their"
    " summary; actions: the playbook applied to them; forecast: weeks and months, those known"
    " and those ahead; report: one HTML file; model: that which serves a --task"
)
ARROW = "arrow"
REMEMBERED = 10
MOST_SEED = 2**32 - 1
OF_ONE_FORMAT = {"report": "The report is HTML", "model": "A model is a ZIP archive"}
Writer = Callable[[Listing, Path], object]
WRITERS: dict[str, Writer] = {"csv": write_csv, "xlsx": write_excel, "parquet": write_parquet}
WHOLE: dict[str, Callable[[pa.Table, Path], object]] = {
    "parquet": pq.write_table,
    ARROW: write_arrow,
}
"""Formats that hold the table of customers as it is, with its lists."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command and give its exit code."""
    try:
        options = parser().parse_args(arguments)
        _check(options)
        print(_export(options, dt.datetime.now(dt.UTC)), file=sys.stderr)
    except PipelineError as error:
        return _fail(str(error), error.exit_code)
    except (NotPublished, NameTaken, BadName, TooLong, NoModelFile) as error:
        return _fail(str(error), SettingsError.exit_code)
    except OSError as error:
        return _fail(_written_where(error), EXIT_ENVIRONMENT)
    except (DatabaseError, MemoryError) as error:
        return _fail(str(error) or type(error).__name__, EXIT_ENVIRONMENT)
    except KeyboardInterrupt:
        return _fail("Interrupted.", EXIT_INTERRUPTED)
    return 0


def parser() -> argparse.ArgumentParser:
    """Describe the command's arguments."""
    arguments = Parser(
        prog="export.py",
        description="Export what a data set's published run holds.",
        epilog="Where the output is a folder, the file is named after the data set and the"
        f" time. {USUAL_EXITS}",
    )
    add = arguments.add_argument
    add("what", metavar="WHAT", choices=WHAT, help=MEANING)
    add("--dataset", metavar="NAME", help="data set (default: the one published last)")
    add("--db", default=os.environ.get("PORTAL_DB", DEFAULT_URL), metavar="URL",
        help=f"database (default: PORTAL_DB, or {DEFAULT_URL})")  # fmt: skip
    add("--output", default=".", metavar="FILE",
        help="file or folder to write to (default: this folder)")  # fmt: skip
    add("--format", choices=(*FORMATS, ARROW),
        help="default: from the file's name, else csv; arrow for customers only")  # fmt: skip
    for name, meaning in (
        ("segment", "segment"), ("country", "country"), ("band", "spend band"),
        ("risk", "group by risk and value"),
    ):  # fmt: skip
        add(f"--{name}", action="append", default=[], metavar="NAME",
            help=f"only customers of that {meaning}; may be given again")  # fmt: skip
    add("--columns", metavar="NAMES", help="columns beside the customer, with commas between")
    add("--name", help="name of the campaign (default: whom it is for)")
    add("--holdout", type=float, default=0.1, metavar="SHARE",
        help="share held out, between 0 and 1 (default: 0.1)")  # fmt: skip
    add("--seed", type=int, default=0, metavar="N", help="seed of the hold-out (default: 0)")
    add("--starts", type=day, metavar="DATE", help="first day of contacts, to read back from")
    add("--everyone", action="store_true", help="list the held out too, marked")
    add("--task", metavar="NAME", help="task whose model is exported, like churn")
    add("--budget", type=float, metavar="AMOUNT", help="divide it in the action plan")
    return arguments


def _check(options: argparse.Namespace) -> None:
    """Refuse what can be told before the database is opened."""
    if not 0 < options.holdout < 1:
        raise SettingsError("--holdout must lie between 0 and 1, like 0.1.")
    if not 0 <= options.seed <= MOST_SEED:
        raise SettingsError(f"--seed must be from 0 to {MOST_SEED:,}.")
    known_columns = _known_columns(options.what)
    unknown = [name for name in _columns(options) if not _is_known(name, known_columns)]
    if unknown and known_columns:
        raise SettingsError(
            f"There is no column “{unknown[0]}”; choose from {', '.join(known_columns)}."
        )
    if options.what != "customers" and _format(options, Path(options.output)) == ARROW:
        raise SettingsError("Only customers are written as Arrow; choose another --format.")
    if options.what in OF_ONE_FORMAT and options.format:
        raise SettingsError(f"{OF_ONE_FORMAT[options.what]}; leave --format out.")
    narrowed = any((options.segment, options.country, options.band, options.risk))
    if options.what == "forecast" and narrowed:
        raise SettingsError("The forecast is of all sales; choose among its levels instead.")
    if (options.what == "model") != bool(options.task):
        raise SettingsError("A model is exported with the --task that it serves, like churn.")


def _export(options: argparse.Namespace, at: dt.datetime) -> str:
    url = parse_url(options.db)
    if url.get_backend_name() == "sqlite" and not sqlite_path(url).exists():
        raise SettingsError(
            f"There is no database {sqlite_path(url)}; refresh first, or give --db."
        )
    engine = open_reader(options.db)
    upgrades.refuse_behind(engine)
    with reading(engine) as connection:
        if is_sqlite(engine) and not sa.inspect(connection).has_table("published"):
            raise NotPublished("Nothing has been published yet; refresh first.")
        datasets = published(connection)
        snapshot = chosen(datasets, connection, options.dataset, memory(REMEMBERED))
        filters = _filters(options, snapshot)
        if options.what != "campaign":
            return _written(options, snapshot, filters, at)
        planned = planning.plan(
            snapshot,
            filters,
            name=options.name or planning.free_name(filters, snapshot),
            share=options.holdout,
            seed=options.seed,
        )
        path = _path(options, f"{snapshot.dataset}-campaign", at)
        path.parent.mkdir(parents=True, exist_ok=True)
    return _campaign(options, planned, path, at)


def _campaign(
    options: argparse.Namespace, planned: planning.Plan, path: Path, at: dt.datetime
) -> str:
    writer = open_workspace(options.db)
    number = planning.create(writer, planned, at=at)
    try:
        if options.starts:
            kept.start(writer, number, on=options.starts)
        with reading(writer) as connection:
            snapshot = chosen(
                published(connection),
                connection,
                planned.stamp.dataset,
                memory(REMEMBERED),
            )
            campaign = planning.one(connection, number)
            if campaign is None:
                raise SettingsError("The campaign was deleted meanwhile; make it again.")
            whom = lists.EVERYONE if options.everyone else lists.CONTACTS
            columns = tuple(_columns(options)) or COLUMNS
            listing = lists.listing(snapshot, campaign, columns=columns, whom=whom)
        _writer(options, path)(listing, path)
    except BaseException:
        kept.erase(writer, number)
        raise
    return (
        f"Made the campaign “{campaign.name}”: {campaign.contacted:,} to contact,"
        f" {campaign.held_out:,} held out; wrote {path}."
    )


def _written(
    options: argparse.Namespace, at: PublishedRun, filters: Filters, now: dt.datetime
) -> str:
    path = _path(options, f"{at.dataset}-{options.what}", now)
    path.parent.mkdir(parents=True, exist_ok=True)
    if options.what == "report":
        path.write_text(report(at), encoding="utf-8")
        return f"Wrote {path}."
    if options.what == "model":
        stored_model = model_file(at, options.task)
        path.write_bytes(stored_model.content)
        return f"Wrote {path}, SHA-256 {stored_model.sha256}."
    if options.what == "customers":
        many = _write_customers(options, at, filters, path)
    else:
        listing = _listing(options, at, filters)
        _writer(options, path)(listing, path)
        many = len(listing.rows)
    return f"Wrote {many:,} rows to {path}."


def _write_customers(
    options: argparse.Namespace, at: PublishedRun, filters: Filters, path: Path
) -> int:
    """Write the table `customers` that pages ask; give its number of rows.

    A spreadsheet gets the same without the columns that hold lists.
    """
    everyone = open_customers(at.connection.engine, at.run_id)
    table = _kept(everyone, filters).select(_chosen_columns(options, everyone, at.dataset))
    listing = lists.stamped_listing(
        pd.DataFrame(), at, planning.said_filters(filters), title="Customers"
    )
    write_whole = WHOLE.get(_format(options, path))
    if write_whole:
        metadata = {**(table.schema.metadata or {}), STAMP_KEY: listing.stamp.encode()}
        write_whole(table.replace_schema_metadata(metadata), path)
    else:
        nested = [field.name for field in table.schema if pa.types.is_nested(field.type)]
        if set(nested) & set(_columns(options)):
            raise SettingsError(
                f"“{nested[0]}” is a list, which only parquet and arrow hold; give --format."
            )
        flat = [name for name in table.column_names if name not in nested]
        _writer(options, path)(listing._replace(rows=table.select(flat).to_pandas()), path)
    return int(table.num_rows)


def _kept(table: pa.Table, filters: Filters) -> pa.Table:
    for field, column in FILTERED.items():
        values = getattr(filters, field)
        if values:
            words = table[column].cast(pa.string())
            table = table.filter(pc.is_in(words, value_set=pa.array(values)))
    return table


def _chosen_columns(options: argparse.Namespace, table: pa.Table, dataset: str) -> list[str]:
    """Give the columns asked for in the order of the table, the customer first."""
    requested = _columns(options)
    table_columns = table.column_names
    missing = [name for name in requested if name not in table_columns]
    if missing:
        raise SettingsError(
            f"“{dataset}” has no column “{missing[0]}”; choose from {', '.join(table_columns)}."
        )
    return [
        name
        for name in table_columns
        if not requested or name in {table_columns[0], *requested}
    ]


def _listing(options: argparse.Namespace, at: PublishedRun, filters: Filters) -> Listing:
    written_filters = planning.said_filters(filters)
    if options.what == "segments":
        rows = plans.summary(at)
    elif options.what == "forecast":
        rows = at.ask(forecasts.everything(at))
    else:
        rows = plans.action_plan(at, budget=options.budget).rows
    return lists.stamped_listing(rows, at, written_filters, title=options.what.capitalize())


def _filters(options: argparse.Namespace, at: PublishedRun) -> Filters:
    """Read the filters; a value that nobody has is a mistake, not an empty list."""
    values_by_column = {
        "segment": options.segment,
        "country": options.country,
        "spend_band": options.band,
        "risk_value": options.risk,
    }
    for column, values in values_by_column.items():
        words = at.table.words(column)
        for value in values:
            if value not in words:
                some = ", ".join(words[:12]) or "none in this data set"
                raise SettingsError(f"Nobody is in “{value}”; there are: {some}.")
    return Filters(
        segments=tuple(options.segment),
        countries=tuple(options.country),
        bands=tuple(options.band),
        risks=tuple(options.risk),
    )


def _path(options: argparse.Namespace, name: str, at: dt.datetime) -> Path:
    output = Path(options.output)
    if not output.is_dir() and not options.output.endswith(("/", os.sep)):
        return output
    suffix = {"report": "html", "model": "zip"}.get(options.what) or options.format or "csv"
    return output / f"{stamped(name, at)}.{suffix}"


def _writer(options: argparse.Namespace, path: Path) -> Writer:
    return WRITERS[_format(options, path)]


def _format(options: argparse.Namespace, path: Path) -> str:
    ending = path.suffix.removeprefix(".").lower()
    return str(options.format or (ending if ending in {*FORMATS, ARROW} else "csv"))


def _columns(options: argparse.Namespace) -> list[str]:
    return [name.strip() for name in (options.columns or "").split(",") if name.strip()]


def _known_columns(kind: str) -> tuple[str, ...]:
    """Name the columns that some data set has, but for those of campaigns and groups."""
    every = tuple(column.name for column in described())
    return {"customers": every, "campaign": COLUMNS}.get(kind, ())


def _is_known(name: str, known_columns: tuple[str, ...]) -> bool:
    return (
        name in known_columns
        or name.removesuffix(GROUP) in known_columns
        or name.startswith(CAMPAIGN)
    )


def _written_where(error: OSError) -> str:
    where = f" {error.filename}" if error.filename else ""
    return f"The file{where} can't be written ({error.strerror}); give another --output."


def _fail(sentence: str, code: int) -> int:
    print(f"export: {hide(sentence)}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
