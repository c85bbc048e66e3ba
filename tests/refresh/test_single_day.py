"""A shop that is known on a single day: nobody can have been lost."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.strategy.names import LEAVING
from tests.shops import refreshed, rows


@pytest.mark.parametrize("days", [1, 20])
def test_nobody_is_lost_where_everyone_ordered_of_late(tmp_path: Path, days: int):
    lines = pd.DataFrame(
        [
            (f"{customer}-{order}", f"P{order}",
             f"2024-05-{1 + (customer * 7 + order) % days:02}",
             order + 1, [5.0, 10.0, 30.0][customer % 3], f"C{customer:03}")
            for customer in range(60)
            for order in range(1 + customer % 4)
        ],
        columns=["invoice", "product", "ordered_at", "quantity", "unit_price", "customer_id"],
    )  # fmt: skip
    lines.to_csv(tmp_path / "day.csv", index=False)
    shop = refreshed(tmp_path / "portal.db", tmp_path / "day.csv", dataset="day")
    found = {name for (name,) in rows(shop.path, "select segment from published_segment")}
    assert len(found) > 1
    assert not found & set(LEAVING)
    again = refreshed(tmp_path / "portal.db", tmp_path / "day.csv", dataset="day")
    kept = {name for (name,) in rows(again.path, "select segment from published_segment")}
    assert kept == found
    ((new,),) = rows(
        shop.path,
        "select count(*) from published_customer_attribute where attribute = 'new'",
    )
    assert new == 60
