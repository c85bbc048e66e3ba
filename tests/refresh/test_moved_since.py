"""What changed since the last update: against an earlier run, else against an earlier day."""

import datetime as dt
from pathlib import Path

import pandas as pd

from tests.shops import Shop, quick, refreshed, rows, write_shop

PAIRS = "select basis, from_day, to_day from movement where run_id = ?"
MOVED = """
select customer_id, moved, segment_before, clv_12m_before
from customer_result where run_id = ? order by customer_id
"""


def test_updates_are_compared_once_there_are_two(tmp_path: Path) -> None:
    lines = write_shop(tmp_path / "shop.csv", customers=200, days=300)
    last = last_day(lines)
    earlier = (dt.date.fromisoformat(last) - dt.timedelta(days=50)).isoformat()
    settings = quick(tmp_path)
    shop = refreshed(tmp_path / "portal.db", lines, *settings, "--as-of", earlier)
    ((basis, _, to_day),) = rows(shop.path, PAIRS, 1)
    assert (basis, to_day) == ("days", earlier)

    refreshed(tmp_path / "portal.db", lines, *settings)
    assert rows(shop.path, PAIRS, 2) == [("runs", earlier, last)]
    before = dict(
        rows(shop.path, "select customer_id, clv_12m from customer_result where run_id = 1")
    )
    told = rows(shop.path, MOVED, 2)
    assert {customer: value for customer, _, _, value in told if value is not None} == before
    new = {customer for customer, moved, _, _ in told if moved == "new"}
    assert new == {customer for customer, *_ in told} - set(before)

    # The same day again says nothing new: the earlier day stays the one to compare with.
    refreshed(tmp_path / "portal.db", lines, *settings)
    assert rows(shop.path, PAIRS, 3) == [("runs", earlier, last)]
    assert rows(shop.path, MOVED, 3) == told


def test_one_update_alone_compares_its_own_days(published_shop: Shop) -> None:
    (pair,) = rows(published_shop.path, "select basis, from_day, to_day from movement")
    assert pair[0] == "days"
    days = [dt.date.fromisoformat(day) for day in pair[1:]]
    assert (days[1] - days[0]).days == 30
    words = rows(published_shop.path, "select distinct moved from customer_result order by 1")
    assert {"risen", "slipped"} & {word for (word,) in words}


def last_day(lines: Path) -> str:
    """Give the last day of a made-up shop's lines."""
    days = pd.to_datetime(pd.read_csv(lines)["InvoiceDate"])
    return days.max().date().isoformat()
