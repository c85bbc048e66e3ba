"""Rows that were read are counted once each, those of joined tables too."""

import contextlib
import io
import json
from pathlib import Path

from scripts.check import main as check
from tests.shops import refreshed_without_models as refreshed
from tests.shops import rows, write_shop
from tests.sources import shop_tables

TAKEN = "select sum(rows) from finding where run_id = ? and removes and stage = 'cleaning'"


def told(*arguments: str) -> list[dict]:
    """Check a source and read the lines that it ends with."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        assert check(list(arguments)) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_joined_tables_count_with_all_their_rows(tmp_path: Path) -> None:
    shop = shop_tables.olist()
    folder = tmp_path / "shop"
    folder.mkdir()
    for name, table in shop.tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    every = sum(map(len, shop.tables.values()))
    (report,) = told(str(folder), "--db", f"sqlite:///{tmp_path / 'none.db'}")
    assert report["rows_read"] == every > report["rows"]
    taken = sum(each["rows"] for each in report["findings"] if each["removes"])
    assert report["rows_kept"] + taken == every

    published = refreshed(tmp_path / "portal.db", folder, dataset="olist")
    ((run, read, kept),) = rows(
        published.path,
        "select run_id, rows_read, rows_kept from run where status = 'published'",
    )
    assert read == every
    assert kept + rows(published.path, TAKEN.replace("?", str(run)))[0][0] == every


def test_one_table_counts_its_own_rows_alone(tmp_path: Path) -> None:
    path = write_shop(tmp_path / "shop.csv")
    (report,) = told(str(path), "--db", f"sqlite:///{tmp_path / 'none.db'}")
    assert report["rows_read"] == report["rows"]
    assert "joined" not in {each["rule"] for each in report["findings"]}


def test_a_long_text_is_told_of_by_a_sample_first(tmp_path: Path) -> None:
    path = write_shop(tmp_path / "shop.csv")
    size, database = path.stat().st_size, f"sqlite:///{tmp_path / 'none.db'}"
    first, whole = told(str(path), "--db", database, "--sample", str(size // 3))
    assert 0 < first["sample"]["rows"] == first["rows"] < whole["rows"]
    assert "sample" not in whole
    assert first["shape"] == whole["shape"]
    assert len(told(str(path), "--db", database, "--sample", str(size))) == 1
