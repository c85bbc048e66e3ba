"""A campaign from its list to what it brought: made, refreshed over, read back.

Commands run in processes of their own, as they do beside a portal that is being looked at.
"""

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from db.engine import open_reader, reading
from portal.pages.campaigns import lists, outcome, planning
from portal.reading.datasets import published
from portal.reading.published import PublishedRun, chosen, memory
from scripts.export import main as export
from tests.forks import FORKS
from tests.shops import Shop, refreshed, write_shop

DAYS = 90
QUICK = """
segments: {algorithm: kmeans, tuning: false, bootstraps: 4}
models: {tasks: []}
value: {draws: 200}
"""
GIFT = 400.0
"""What each contacted customer spends more, in one order a week after the campaign began."""


class Parts(NamedTuple):
    """The file of a shop up to some day, its later lines, and that day."""

    before: Path
    later: pd.DataFrame
    cut: dt.date


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """Write the lines of a shop up to 90 days before its last; give the others and the day."""
    folder = tmp_path_factory.mktemp("lines")
    whole = write_shop(folder / "whole.csv", customers=300, days=400)
    lines = pd.read_csv(whole, dtype=str)
    days = pd.to_datetime(lines["InvoiceDate"]).dt.date
    cut = days.max() - dt.timedelta(days=DAYS)
    lines[days <= cut].to_csv(folder / "before.csv", index=False)
    return Parts(folder / "before.csv", lines[days > cut], cut)


def apart(command: Callable[..., object], *arguments: object) -> None:
    """Run a command in a process of its own and insist that it did well."""
    process = FORKS.Process(target=command, args=arguments)
    process.start()
    process.join()
    assert process.exitcode == 0


def quick(folder: Path) -> list[object]:
    """Give settings without models: the campaign is of everybody."""
    (folder / "quick.yaml").write_text(QUICK)
    return ["--settings", folder / "quick.yaml"]


def refresh(database: Path, *arguments: object) -> Shop:
    apart(refreshed, database, *arguments)
    return Shop(database, f"sqlite:///{database}", "shop")


def exported(arguments: list[str]) -> None:
    assert export(arguments) == 0


def contacts(shop: Shop, folder: Path, starts: dt.date) -> list[str]:
    """Make a campaign of everybody by command and give whom to contact."""
    path = folder / "list.csv"
    asked = ["campaign", "--name", "Autumn", "--holdout", "0.4", "--seed", "3"]
    where = ["--db", shop.url, "--dataset", shop.dataset, "--output", str(path)]
    apart(exported, [*asked, *where, "--starts", starts.isoformat()])
    with path.open(newline="", encoding="utf-8") as opened:
        return [row["customer_id"] for row in csv.DictReader(opened)]


def with_gifts(lines: pd.DataFrame, customers: list[str], on: dt.date) -> pd.DataFrame:
    """Let customers order once more."""
    gifts = pd.DataFrame([lines.iloc[0]] * len(customers)).assign(
        InvoiceNo=[str(900_000 + place) for place in range(len(customers))],
        CustomerID=customers,
        Quantity="1",
        UnitPrice=str(GIFT),
        InvoiceDate=f"{on} 10:00:00",
    )
    return pd.concat([lines, gifts])


@contextmanager
def looking(shop: Shop) -> Iterator[PublishedRun]:
    with reading(open_reader(shop.url)) as connection:
        yield chosen(published(connection), connection, shop.dataset, memory(10))


def told(shop: Shop) -> outcome.Result:
    with looking(shop) as at:
        (campaign,) = planning.every(at)
        return outcome.result(at, campaign)


def appended(later: pd.DataFrame, before: Path, folder: Path) -> list[object]:
    """Give the arguments that bring the later lines as a file that continues the first."""
    assert before.exists()
    later.to_csv(folder / "later.csv", index=False)
    return [folder / "later.csv", "--append"]


def replaced(later: pd.DataFrame, before: Path, folder: Path) -> list[object]:
    """Give the arguments that bring everything as one file."""
    pd.concat([pd.read_csv(before, dtype=str), later]).to_csv(folder / "all.csv", index=False)
    return [folder / "all.csv"]


@pytest.mark.parametrize("bring", [appended, replaced])
def test_a_known_uplift_is_read_back_after_a_refresh(
    bring: Callable[[pd.DataFrame, Path, Path], list[object]],
    parts: Parts,
    tmp_path: Path,
) -> None:
    before, later, cut = parts
    fast = quick(tmp_path)
    shop = refresh(tmp_path / "portal.db", before, *fast)
    contacted = contacts(shop, tmp_path, cut + dt.timedelta(days=1))
    assert "not over yet" in told(shop).sentence
    assert told(shop).readback is None

    later = with_gifts(later, contacted, cut + dt.timedelta(days=8))
    refresh(tmp_path / "portal.db", *bring(later, before, tmp_path), *fast)
    result = told(shop)

    assert result.readback is not None
    assert result.window == (cut + dt.timedelta(days=1), cut + dt.timedelta(days=DAYS))
    effect = result.readback.revenue
    assert result.readback.contacted == len(contacted)
    assert result.readback.conversion.contacted == 1
    assert result.readback.conversion.verdict == effect.verdict == "more"
    assert effect.low <= GIFT <= effect.high
    assert effect.high - effect.low <= effect.textbook_high - effect.textbook_low
    assert "100.0 % of those contacted ordered" in result.sentence
    assert "The campaign brought about" in result.sentence
    with looking(shop) as at:
        assert at.run_id == 2
        listed = lists.listing(at, planning.every(at)[0], columns=())
    assert listed.rows["customer_id"].tolist() == contacted
    assert "Run: 1" in listed.lines


def test_without_an_effect_none_is_proven(parts: Parts, tmp_path: Path) -> None:
    before, later, cut = parts
    fast = quick(tmp_path)
    shop = refresh(tmp_path / "portal.db", before, *fast)
    contacts(shop, tmp_path, cut + dt.timedelta(days=1))
    refresh(tmp_path / "portal.db", *appended(later, before, tmp_path), *fast)
    found = told(shop).readback
    assert found is not None
    assert found.revenue.low < 0 < found.revenue.high
    assert "No effect on revenue is proven" in told(shop).sentence
