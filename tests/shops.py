"""Small shops, refreshes of them, and what a refresh must leave in its database."""

import json
import os
import pickle
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from filelock import FileLock

from pipeline.samples.behaviour import made_up_behaviour
from pipeline.samples.files import write, write_together
from pipeline.samples.lines import COLUMNS, made_up_lines
from pipeline.samples.market_activity import made_up_market, market_files
from pipeline.samples.marketing import made_up_marketing
from pipeline.samples.settings import ShopSettings
from scripts.refresh import main

QUICK = (
    "segments: {algorithm: kmeans, tuning: true, trials: 4, bootstraps: 4}\n"
    "models: {tasks: [churn, segment, segment_replication], trials: 1, bootstraps: 100,"
    " families: [logistic_regression, decision_tree], nested_repeats: 0, folds: 2,"
    " least_customers: 60, least_in_class: 8, least_score: 0}\n"
)
"""Settings that keep a refresh of a small shop short, with something of everything."""

FAST = (
    "models: {tasks: []}\nvalue: {draws: 200}\n"
    "segments: {algorithm: kmeans, tuning: false, bootstraps: 2}\n"
)
"""Settings of a refresh of which no prediction is looked at."""

POUNDS = "GBP"
"""What the made-up files themselves don't say."""

STAGES = (
    "read", "collect", "clean", "orders", "features", "sales", "baskets", "segment", "value",
    "predict", "movement", "forecast", "explore", "write", "watch",
)  # fmt: skip
OUTCOME = {
    "layout", "orders", "revenue", "orders_all", "revenue_all", "currency", "first_day",
    "last_day", "warnings", "notes",
    "dataset", "form", "run", "published", "rows_read", "rows_kept", "customers", "seconds",
    "stages", "alerts",
}  # fmt: skip
MEASURED = {"dataset", "run", "published_at", "seconds"}
"""Columns that may differ between equal runs."""


FORMS = ("marketing", "behaviour", "market", "shop")
"""A data set of each form, as `published_forms` names them."""


class Shop(NamedTuple):
    """A database, its URL and the name of the data set that a refresh published there."""

    path: Path
    url: str
    dataset: str


def write_shop(path: Path, *, customers: int = 150, seed: int = 3, days: int = 240) -> Path:
    """Write the order lines of a small made-up shop."""
    shop = ShopSettings(customers=customers, lines_per_order=2, seed=seed, days=days)
    write(path, COLUMNS, made_up_lines(shop))
    return path


def quick(folder: Path, more: str = "") -> list[str]:
    """Give the arguments for settings that make a refresh quick."""
    path = folder / "quick.yaml"
    path.write_text(QUICK + more)
    return ["--settings", str(path)]


def refreshed(
    database: Path,
    *arguments: object,
    dataset: str = "shop",
    currency: str | None = POUNDS,
    settings: str = QUICK,
) -> Shop:
    """Refresh a data set, insist that it was published; `currency` is told beside the file.

    `settings` are those where the arguments name no file of them.
    """
    url = f"sqlite:///{database}"
    given = [*map(str, arguments), "--dataset", dataset, "--db", url]
    if currency is not None:
        given += ["--currency", currency]
    if "--settings" not in given:
        path = database.parent / "quick.yaml"
        path.write_text(settings)
        given += ["--settings", str(path)]
    assert main(given) == 0
    return Shop(database, url, dataset)


refreshed_without_models = partial(refreshed, settings=FAST)
"""The same for tests that look at no prediction: far faster."""


def published_forms(folder: Path) -> Shop:
    """Publish a small data set of every form in one database; give that of order lines."""
    for name, table in (
        ("marketing", made_up_marketing(300, seed=2)),
        ("behaviour", made_up_behaviour(240, seed=2)),
    ):
        write(folder / f"{name}.csv", table.schema, [table])
        refreshed(folder / "portal.db", folder / f"{name}.csv", dataset=name)
    write_together(folder / "market", market_files(made_up_market(260, seed=2)))
    refreshed(folder / "portal.db", folder / "market", dataset="market")
    shop = write_shop(folder / "shop.csv")
    return refreshed(folder / "portal.db", shop, dataset="shop")


def outcome(printed: str) -> dict[str, object]:
    """Read the last line of what `--json` printed."""
    return json.loads(printed.splitlines()[-1])


def rows(database: Path, query: str, *parameters: object) -> list[tuple]:
    """Run a query as any other tool would: Python's own sqlite3, read-only."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(query, parameters).fetchall()


def copied(database: Path, to: Path) -> Path:
    """Copy a database through SQLite itself.

    A process that opens and closes the file by other means drops the locks that its portals
    hold on it; their connections then stay with a log that another process has thrown away.
    """
    with (
        closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target)
    return to


def copy_of(shop: Shop, folder: Path) -> Shop:
    """Copy a shop's database into a folder, with the files of its customers."""
    path = copied(shop.path, folder / shop.path.name)
    for file in shop.path.parent.glob(f"{shop.path.name}.customers-*.arrow"):
        shutil.copy2(file, folder)
    return Shop(path, f"sqlite:///{path}", shop.dataset)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Shop]) -> Shop:
    """Give a copy of a shop that the first process to ask for it makes for all of them.

    Each process has a copy to itself, for what its portals and tests write.
    """
    common = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        common = common.parent
    folder, done = common / f"once-{name}", common / f"once-{name}.pickle"
    with FileLock(common / f"once-{name}.lock"):
        if not done.exists():
            folder.mkdir(exist_ok=True)
            done.write_bytes(pickle.dumps(make(folder)))
        return copy_of(pickle.loads(done.read_bytes()), factory.mktemp(name))


def view_names(database: Path) -> list[str]:
    """List the views of a database."""
    found = rows(database, "select name from sqlite_schema where type = 'view' order by name")
    return [name for (name,) in found]


def published_tables(shop: Shop) -> dict[str, pd.DataFrame]:
    """Give every row of every view for one data set, but for what may differ between runs."""
    tables = {}
    with closing(sqlite3.connect(f"{shop.path.as_uri()}?mode=ro", uri=True)) as connection:
        for name in view_names(shop.path):
            frame = pd.read_sql_query(
                f'select * from "{name}" where dataset = ?', connection, params=(shop.dataset,)
            )
            frame = frame.drop(columns=[c for c in frame if c in MEASURED])
            tables[name] = frame.sort_values(list(frame), ignore_index=True)
    return tables


def assert_same_tables(left: Shop, right: Shop, *, without: Iterable[str] = ()) -> None:
    """Compare two data sets to the last digit."""
    ours, theirs = published_tables(left), published_tables(right)
    assert list(ours) == list(theirs)
    assert len(ours["published_customer"]) > 0
    for name, frame in ours.items():
        if name not in without:
            pd.testing.assert_frame_equal(frame, theirs[name], check_exact=True, obj=name)


KEPT = {
    "segment", "value_band", "risk_value", "by", "level", "actual", "predicted", "before",
}  # fmt: skip
"""Columns with names of segments and borders of bands, which are kept from the first run on,
and with what the update before told."""
HISTORY = {"published_drift", "published_alert"}
"""Views that compare with the update before."""


def with_what_is_kept(shop: Shop) -> set[str]:
    """Name the views that tell of what a data set keeps from run to run."""
    query = "select name from pragma_table_info(?)"
    return {
        view
        for view in view_names(shop.path)
        if KEPT & {name for (name,) in rows(shop.path, query, view)}
    }


def assert_whole(connection: sqlite3.Connection, dataset: str) -> int:
    """Check within one transaction that what is published is one whole run; give its number."""
    connection.execute("begin")
    try:
        ((run_id, customers, as_of, day, status, kept),) = connection.execute(
            """
            select run.run_id, run.customers, run.as_of, published_run.as_of, status, rows_kept
            from published_run
            join dataset on dataset.name = published_run.dataset
            join published on published.dataset_id = dataset.dataset_id
            join run on run.run_id = published.run_id
            where dataset.name = ?
            """,
            (dataset,),
        )

        def one(query: str) -> object:
            return connection.execute(query, (dataset,)).fetchone()[0]

        assert (status, day) == ("published", as_of)
        assert kept > customers > 0
        assert customers == one("select count(*) from published_customer where dataset = ?")
        assert customers == one(
            "select sum(customers) from published_segment where dataset = ?"
        )
        assert customers == one("select count(*) from vw_demographics where dataset = ?")
        assert customers == one(
            "select count(*) from vw_rfm join published_run using (dataset, as_of)"
            " where dataset = ?"
        )
        assert one("select sum(chosen) from published_clustering where dataset = ?") == 1
        by_run = "select count(*) from {} where run_id = " + str(run_id)
        for table in ("stage_timing", "finding", "artifact", "monthly_sales", "concentration"):
            assert connection.execute(by_run.format(table)).fetchone()[0] > 0, table
        loads = connection.execute(
            "select count(*), min(complete), sum(rows_read), (select count(*) from order_line"
            " where load_id in (select load_id from run_load where run_id = :run))"
            " from load join run_load using (load_id) where run_id = :run",
            {"run": run_id},
        ).fetchone()
        assert loads[0] > 0
        assert loads[1] == 1
        assert loads[2] == loads[3]
        return run_id
    finally:
        connection.execute("rollback")


def leftovers(database: Path) -> dict[str, list[int]]:
    """List the rows of dead runs and of unnamed loads, by table; nothing where all is swept."""
    found = {}
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        tables = [
            name
            for (name,) in connection.execute(
                "select name from sqlite_schema where type='table'"
            )
        ]
        for table in tables:
            columns = [row[1] for row in connection.execute(f'pragma table_info("{table}")')]
            queries = []
            if table == "run":
                queries.append("select run_id from run where status = 'running'")
            elif "run_id" in columns:
                queries.append(
                    f'select distinct run_id from "{table}" where run_id not in'
                    " (select run_id from run where status = 'published')"
                )
            if "load_id" in columns:
                queries.append(
                    f'select distinct load_id from "{table}" where load_id not in'
                    " (select load_id from run_load)"
                )
            if table == "load":
                queries.append("select load_id from load where not complete")
            for query in queries:
                left = [row[0] for row in connection.execute(query)]
                if left:
                    found.setdefault(table, []).extend(left)
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert connection.execute("pragma foreign_key_check").fetchall() == []
    return found


def refused(arguments: Iterable[object], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run a refresh that must fail; give its exit code and the one sentence that it says."""
    capsys.readouterr()
    code = main([*map(str, arguments)])
    said = capsys.readouterr()
    sentences = [line for line in said.err.splitlines() if not line.startswith("[")]
    assert said.out == ""
    assert len(sentences) == 1, said.err
    assert code in {2, 3, 4}
    assert_sentence(sentences[0])
    return code, sentences[0]


def assert_sentence(said: str) -> None:
    """Check that what was said is one sentence that anyone can read."""
    assert said.startswith("refresh: ")
    assert said.endswith(".")
    assert said.isprintable()
    assert "Traceback" not in said
    assert "Errno" not in said
    assert len(said) < 1500, said
