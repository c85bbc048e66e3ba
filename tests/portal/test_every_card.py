"""Every card of every form: what How shows, run as it stands, gives the rows of Data.

Over customers the statement is run by DuckDB over the exported Parquet file, all else by SQLite
on the database file; both know nothing of the portal.
"""

import datetime as dt
import json
import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pandas as pd
import pytest

from portal.app import PAGES
from portal.kit.cards import CHOICES, Asked, Card
from portal.kit.page import Page
from portal.reading.filters import CUSTOMER
from portal.reading.published import PublishedRun, published_run
from portal.reading.statements import Statement
from scripts import export
from tests.recorder.browser import Browser
from tests.shops import Shop, copy_of
from tests.shops import rows as rows_of

NARROWED = ("", "&q=1", "&band=Top+20+%25")
BEST = """
select customer_id from published_customer
where dataset = ?
order by monetary desc limit 1
"""


class Forms(NamedTuple):
    """A data set of every form, served, with its customers exported."""

    shop: Shop
    browser: Browser
    folder: Path

    def customers(self, dataset: str) -> Path:
        """Give the exported customers of a data set, as the command writes them."""
        path = self.folder / f"{dataset}.parquet"
        if not path.exists():
            arguments = ["customers", "--db", self.shop.url, "--dataset", dataset]
            assert export.main([*arguments, "--output", str(path)]) == 0
        return path


@pytest.fixture(scope="module")
def with_campaign(forms: Shop, tmp_path_factory: pytest.TempPathFactory) -> Forms:
    """Give a data set of every form, one with a campaign that has begun."""
    folder = tmp_path_factory.mktemp("with-campaign")
    shop = copy_of(forms, folder)
    ((as_of,),) = rows_of(
        shop.path, "select as_of from published_run where dataset = ?", shop.dataset
    )
    begun = dt.date.fromisoformat(as_of) - dt.timedelta(days=60)
    arguments = ["campaign", "--db", shop.url, "--dataset", shop.dataset, "--holdout", "0.3"]
    arguments += ["--starts", begun.isoformat(), "--output", str(folder / "list.csv")]
    assert export.main(arguments) == 0
    return Forms(shop, Browser(shop.url), folder)


def datasets(shop: Shop) -> list[str]:
    with closing(sqlite3.connect(shop.path)) as connection:
        return [row[0] for row in connection.execute("select name from dataset order by name")]


def addresses(shop: Shop, page: Page, dataset: str) -> list[str]:
    """Give the addresses at which the cards of a page are looked at."""
    asked = ("",)
    if page.filtered:
        asked = NARROWED
    if any(CUSTOMER in card.reads for card in page.cards.values()):
        ((best,),) = rows_of(shop.path, BEST, dataset)
        asked = ("", "&customer=no+one", "&customer=1", f"&customer={best}")
    return [f"?dataset={dataset}{each}" for each in asked]


def drawn(forms: Forms, page: Page, search: str) -> Iterator[tuple[Card, Asked]]:
    """Open a page and give each of its cards with what it was drawn for."""
    opened = forms.browser.opened(page.path, search)
    for card in page.cards.values():
        store = json.dumps({"card": card.id, "type": CHOICES}, sort_keys=True)
        stored = next(
            (props for name, props in opened.there.items()
             if name.startswith("{") and json.loads(name) == json.loads(store)),
            {},
        )  # fmt: skip
        yield card, card.asked_by_name(search, stored.get("data") or {})


def run_elsewhere(forms: Forms, dataset: str, statement: Statement) -> pd.DataFrame:
    """Run what How shows, as anyone could."""
    if statement.over == "customers":
        with duckdb.connect() as connection:
            connection.execute(
                f"create view customers as from read_parquet('{forms.customers(dataset)}')"
            )
            return connection.sql(statement.shown).df()
    with closing(sqlite3.connect(forms.shop.path)) as connection:
        return pd.read_sql(statement.shown, connection)


def plain(value: Any) -> Any:
    """Give a cell as it can be compared: no kinds of nothing, days as texts."""
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    return float(value) if isinstance(value, int | float) or hasattr(value, "item") else value


def same(left: pd.DataFrame, right: pd.DataFrame) -> bool:
    """Tell whether two frames hold the same, numbers to 1e-9."""
    if list(left) != list(right) or len(left) != len(right):
        return False
    return all(
        plain(one) == plain(other)
        or (
            isinstance(plain(one), float)
            and isinstance(plain(other), float)
            and math.isclose(plain(one), plain(other), rel_tol=1e-9, abs_tol=1e-9)
        )
        for name in left
        for one, other in zip(left[name].tolist(), right[name].tolist(), strict=True)
    )


@pytest.mark.parametrize("page", [page for page in PAGES if page.cards], ids=lambda p: p.name)
def test_what_how_shows_gives_the_rows_of_data(with_campaign: Forms, page: Page) -> None:
    forms = with_campaign
    asked_something = 0
    for dataset in datasets(forms.shop):
        for search in addresses(forms.shop, page, dataset):
            for card, asked in drawn(forms, page, search):
                with looking(forms, search) as run:
                    statement = card.statement(run, asked)
                    listed, many = card.sample(run, asked)
                if statement is None:
                    assert listed.empty
                    continue
                found = run_elsewhere(forms, dataset, statement)
                where = f"{card.id} of {search}: {statement.shown}"
                assert len(found) == many, where
                assert same(found.head(len(listed)), listed), where
                asked_something += 1
    assert asked_something


def test_a_wrong_row_would_be_seen() -> None:
    right = pd.DataFrame({"a": [1.0, None], "b": ["x", "y"]})
    assert same(right, right.copy())
    assert not same(right, right.assign(a=[1.0, 2.0]))
    assert not same(right, right.assign(b=["x", "z"]))
    assert not same(right, right.iloc[:1])


def looking(forms: Forms, search: str) -> Any:
    """Open the published run that an address names."""
    return _Looking(forms.browser, search)


class _Looking:
    def __init__(self, browser: Browser, search: str) -> None:
        app: Any = browser.client.application
        self._context, self._search = app.test_request_context("/"), search

    def __enter__(self) -> PublishedRun:
        self._context.__enter__()
        self._run = published_run(self._search)
        return self._run.__enter__()

    def __exit__(self, *problem: Any) -> None:
        self._run.__exit__(*problem)
        self._context.__exit__(*problem)
