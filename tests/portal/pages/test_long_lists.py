"""Many runs and data sets are shown page by page."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from dash import Dash

from db.engine import open_reader
from portal.app import create_app
from portal.kit.tables.paging import ROWS
from portal.settings import Settings
from tests.portal.asked import answer
from tests.shops import Shop

RUNS, DATA_SETS = 1_000, 200
FAILED = """
with recursive counted(n) as (select 1 union all select n + 1 from counted where n < ?)
insert into run (dataset_id, form, status, seed, settings, version, started_at, currency)
select 1, 'order-lines', 'failed', n, '{}', '0.1.0', '2026-01-01 00:00:00', 'GBP' from counted
"""
NAMED = """
with recursive counted(n) as (select 1 union all select n + 1 from counted where n < ?)
insert into dataset (name) select 'data set ' || n from counted
"""


@pytest.fixture(scope="module")
def portal(published_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Dash:
    """Serve a shop with very many runs, beside very many data sets."""
    path = Path(tmp_path_factory.mktemp("many")) / "portal.db"
    shutil.copy(published_shop.path, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(FAILED, (RUNS,))
        connection.execute(NAMED, (DATA_SETS,))
    url = f"sqlite:///{path}"
    return create_app(open_reader(url), Settings(db=url))


def test_runs_are_listed_page_by_page(portal: Dash) -> None:
    seeds = []
    for page in range(1, -(-(RUNS + 1) // ROWS) + 1):
        given = {"url": f"?dataset=shop&page={page}", "jobs-revision": None}
        told = answer(portal, portal.server.test_client(), "history-list.children", given)
        table, pager = told["response"]["history-list"]["children"]
        text = str(table)
        seeds += [n for n in range(RUNS + 1) if f"'children': 'Update {n}'" in text]
        assert text.count("'className': 'chosen'") + text.count("Update ") <= ROWS + 2
        assert f"of 1,{RUNS + 1 - 1_000:03} updates" in str(pager).replace("', '", "")
    assert len(seeds) == len(set(seeds)) == RUNS


def test_a_page_that_is_not_there_is_the_nearest(portal: Dash) -> None:
    given = {"url": "?dataset=shop&page=99999", "jobs-revision": None}
    told = answer(portal, portal.server.test_client(), "history-list.children", given)
    assert "'Update 1'" in str(told)


def test_data_sets_are_listed_page_by_page(portal: Dash) -> None:
    for page, there in ((1, ROWS), (9, (DATA_SETS + 1) % ROWS)):
        given = {"url": f"?page={page}", "jobs-revision": None}
        told = answer(portal, portal.server.test_client(), "data-list.children", given)
        listed = str(told["response"]["data-list"]["children"][0])
        assert listed.count("'scope': 'row'") == there
