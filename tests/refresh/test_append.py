"""Records that come file by file: a newer file continues, and replaces whole invoices."""

import random
from pathlib import Path

import pandas as pd
import pytest

from tests.sampling import sampled
from tests.shops import (
    FAST,
    Shop,
    assert_same_tables,
    leftovers,
    outcome,
    published_tables,
    rows,
    with_what_is_kept,
    write_shop,
)
from tests.shops import (
    refreshed_without_models as refreshed,
)


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Write a year of a small shop as twelve files."""
    folder = tmp_path_factory.mktemp("months")
    whole = write_shop(folder / "whole.csv", customers=60, days=365)
    table = pd.read_csv(whole, dtype=str)
    header, *lines = whole.read_text().splitlines()
    by_month: dict[str, list[str]] = {}
    for line, at in zip(lines, table["InvoiceDate"], strict=True):
        by_month.setdefault(at[:7], []).append(line)
    files = []
    for month, some in sorted(by_month.items()):
        files.append(folder / f"{month}.csv")
        files[-1].write_text("\n".join([header, *some]) + "\n")
    assert len(files) in {12, 13}
    return files


@pytest.fixture(scope="module")
def at_once(months: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return refreshed(tmp_path_factory.mktemp("at-once") / "portal.db", *months)


@pytest.mark.parametrize("seed", sampled([1, 2], [1]))
def test_months_in_any_order(seed: int, months: list[Path], at_once: Shop, tmp_path: Path):
    """`make test` has one order, `make soak` another."""
    shuffled = random.Random(seed).sample(months, len(months))
    begin, middle, end = shuffled[:5], shuffled[5:6], shuffled[6:]
    for some in (begin, middle, end):
        shop = refreshed(tmp_path / "portal.db", *some, "--append")
    assert_same_tables(at_once, shop, without=with_what_is_kept(shop))
    assert not leftovers(shop.path)


def test_the_same_file_again_changes_nothing(months: list[Path], tmp_path: Path, capsys):
    shop = refreshed(tmp_path / "portal.db", *months[:6])
    before = published_tables(shop)
    named = rows(shop.path, "select load_id, batch, position from run_load where run_id = 1")
    capsys.readouterr()
    refreshed(shop.path, months[3], "--append", "--json")
    told = outcome(capsys.readouterr().out)
    after = published_tables(shop)
    assert all(after[name].equals(frame) for name, frame in before.items())
    query = "select load_id, batch, position from run_load where run_id = 2"
    assert rows(shop.path, query) == named
    assert told["rows_read"] == sum(len(m.read_text().splitlines()) - 1 for m in months[:6])


def test_without_append_the_records_are_replaced(months: list[Path], tmp_path: Path):
    shop = refreshed(tmp_path / "portal.db", *months[:8])
    refreshed(shop.path, *months[4:], "--settings", _keep_one(tmp_path))
    alone = refreshed(tmp_path / "alone.db", *months[4:])
    assert_same_tables(shop, alone, without=with_what_is_kept(shop))
    assert len(rows(shop.path, "select * from load")) == len(months[4:])
    assert not leftovers(shop.path)


def test_a_newer_file_replaces_whole_invoices(months: list[Path], tmp_path: Path, capsys):
    """An invoice of the newer file with one line instead of two leaves nothing of the old."""
    header, *lines = months[2].read_text().splitlines()
    invoices = pd.read_csv(months[2], dtype=str)["InvoiceNo"]
    bought = invoices[~invoices.str.startswith("C") & invoices.duplicated(keep=False)]
    invoice = bought.iloc[0]
    mine = [line for line, of in zip(lines, invoices, strict=True) if of == invoice]
    others = [line for line, of in zip(lines, invoices, strict=True) if of != invoice]
    newer, mended = tmp_path / "newer.csv", tmp_path / "mended.csv"
    newer.write_text("\n".join([header, mine[0]]) + "\n")
    mended.write_text("\n".join([header, *others, mine[0]]) + "\n")
    rest = [*months[:2], *months[3:8]]
    refreshed(tmp_path / "portal.db", *rest, months[2])
    capsys.readouterr()
    shop = refreshed(tmp_path / "portal.db", newer, "--append", "--json")
    told = outcome(capsys.readouterr().out)
    expected = refreshed(tmp_path / "expected.db", *rest, mended)
    assert_same_tables(shop, expected)
    replaced = "select rows from finding where rule = 'replaced' and run_id = 2"
    assert rows(shop.path, replaced) == [(len(mine),)]
    taken = "select sum(rows) from finding where removes and run_id = 2"
    assert told["rows_read"] == told["rows_kept"] + rows(shop.path, taken)[0][0]


def test_files_that_overlap_are_counted_once(months: list[Path], at_once: Shop, tmp_path: Path):
    """Two exports that share a month give the same results as exports that share none."""
    both = tmp_path / "both.csv"
    header, *first = months[0].read_text().splitlines()
    both.write_text("\n".join([header, *first, *months[1].read_text().splitlines()[1:]]) + "\n")
    shop = refreshed(tmp_path / "portal.db", both, *months[1:])
    assert_same_tables(shop, at_once)
    (overlap,) = rows(shop.path, "select rows from finding where rule = 'overlap'")
    assert overlap == (len(months[1].read_text().splitlines()) - 1,)


def _keep_one(folder: Path) -> Path:
    path = folder / "keep.yaml"
    path.write_text(f"{FAST}runs: {{keep: 1}}\n")
    return path
