"""The same input and seed give the same published tables, to the last digit."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.shops import (
    Shop,
    assert_same_tables,
    copy_of,
    outcome,
    published_tables,
    quick,
    refreshed,
    rows,
)

ROOT = Path(__file__).parents[2]


def loads(shop: Shop) -> list[tuple]:
    query = """
    select load_id, checksum from load join run_load using (load_id)
    join published using (run_id) join dataset on dataset.dataset_id = published.dataset_id
    where dataset.name = ? order by position
    """
    return rows(shop.path, query, shop.dataset)


def test_other_name_path_place_and_process(
    published_shop: Shop, shop_file: Path, tmp_path: Path
):
    """Another data set name, file name, folder, working directory, process and hash seed."""
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    shutil.copy(shop_file, elsewhere / "export-2.csv")
    command = [
        sys.executable, str(ROOT / "scripts" / "refresh.py"), "export-2.csv", *quick(tmp_path),
        "--dataset", "Ünder other näme", "--db", "sqlite:///data/other.db", "--json",
    ]  # fmt: skip
    environment = os.environ | {
        "PYTHONHASHSEED": "77",
        "OMP_NUM_THREADS": "2",
        "TZ": "Asia/Tokyo",
    }
    done = subprocess.run(
        command,
        cwd=elsewhere,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | environment,
    )
    other = Shop(elsewhere / "data" / "other.db", "", "Ünder other näme")
    assert outcome(done.stdout)["dataset"] == other.dataset
    assert_same_tables(published_shop, other)


@pytest.mark.parametrize("workers", [1, 4])
def test_any_number_of_workers(
    workers: int, published_shop: Shop, shop_file: Path, tmp_path: Path
):
    """The published shop was refreshed on as many as there are cores."""
    other = refreshed(tmp_path / "portal.db", shop_file, "--workers", workers)
    assert_same_tables(published_shop, other)


def test_a_second_refresh_loads_nothing_and_changes_nothing(
    published_shop: Shop, shop_file: Path, tmp_path: Path
):
    first = copy_of(published_shop, tmp_path)
    before, loaded = published_tables(first), loads(first)
    again = refreshed(first.path, shop_file)
    assert loads(again) == loaded
    assert len(rows(first.path, "select * from load")) == 1
    assert rows(first.path, "select run from published_run") == [(2,)]
    after = published_tables(again)
    assert all(after[name].equals(frame) for name, frame in before.items())


def test_the_seed_matters_to_what_is_random_alone(published_shop: Shop, shop_file, tmp_path):
    other = refreshed(tmp_path / "portal.db", shop_file, "--seed", 12)
    ours, theirs = published_tables(published_shop), published_tables(other)
    assert ours["vw_rfm"].equals(theirs["vw_rfm"])
    assert not ours["published_clustering"].equals(theirs["published_clustering"])
    assert set(theirs["published_run"]["seed"]) == {12}


def test_the_largest_seed(shop_file: Path, tmp_path: Path):
    """The smallest is the default, with which everything else is refreshed."""
    assert refreshed(tmp_path / "portal.db", shop_file, "--seed", 2**32 - 1)


def test_the_order_of_rows_does_not_matter(published_shop: Shop, shop_file: Path, tmp_path):
    """Rows of the same instant keep their order; everything else may come in any."""
    header, *lines = shop_file.read_text().splitlines()
    by_instant: dict[str, list[str]] = {}
    for line, instant in zip(lines, pd.read_csv(shop_file)["InvoiceDate"], strict=True):
        by_instant.setdefault(instant, []).append(line)
    assert len(by_instant) > 100
    backwards = [line for group in reversed(by_instant.values()) for line in group]
    (tmp_path / "backwards.csv").write_text("\n".join([header, *backwards]) + "\n")
    other = refreshed(tmp_path / "portal.db", tmp_path / "backwards.csv")
    assert_same_tables(published_shop, other)
