"""Value bands are set at a data set's first run and kept; a fresh database gives the same."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd

from tests.shops import refreshed_without_models as refreshed
from tests.shops import write_shop

BANDS = """
select customer_id, clv_12m, value_band from published_customer order by customer_id
"""
STARTS = "select middle_from, high_from from value_basis order by run_id"


def asked(path: Path, query: str) -> pd.DataFrame:
    with closing(sqlite3.connect(path)) as connection:
        return pd.read_sql(query, connection)


def test_bands_keep_their_amounts_from_run_to_run(tmp_path: Path) -> None:
    first = write_shop(tmp_path / "first.csv", customers=300, days=400)
    other = write_shop(tmp_path / "other.csv", customers=300, days=250)
    shop = refreshed(tmp_path / "portal.db", first, dataset="shop")
    before = asked(shop.path, BANDS)
    assert set(before["value_band"]) == {"low", "middle", "high"}
    shares = before["value_band"].value_counts(normalize=True)
    assert (shares - 1 / 3).abs().max() < 0.02
    refreshed(tmp_path / "portal.db", other, dataset="shop")
    starts = asked(shop.path, STARTS)
    assert len(starts) == 2
    assert len(starts.drop_duplicates()) == 1
    after = asked(shop.path, BANDS)
    middle, high = starts.iloc[0]
    assert (after["value_band"] == "high").tolist() == (after["clv_12m"] >= high).tolist()
    assert (after["value_band"] == "low").tolist() == (after["clv_12m"] < middle).tolist()
    fresh = refreshed(tmp_path / "fresh.db", other, dataset="shop")
    assert len(asked(fresh.path, STARTS).merge(starts)) == 0


def test_the_same_input_on_a_fresh_database_gives_the_same_bands(tmp_path: Path) -> None:
    lines = write_shop(tmp_path / "shop.csv", customers=200, days=300)
    ours, theirs = (
        refreshed(tmp_path / f"{name}.db", lines, dataset=name) for name in ("one", "two")
    )
    pd.testing.assert_frame_equal(asked(ours.path, BANDS), asked(theirs.path, BANDS))
    for other in ("shop", "elsewhere"):
        refreshed(tmp_path / "one.db", lines, dataset=other)
    assert len(asked(ours.path, STARTS).drop_duplicates()) == 1
