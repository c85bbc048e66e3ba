"""No snapshot knows of anything that happened after its day."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import runs
from db.engine import open_writer
from db.frames import append_rows
from db.tables.customers import OrderState, Snapshot
from pipeline import recorder
from pipeline.features.days import day_number
from pipeline.features.orders import order_states
from pipeline.features.rfm import scored
from pipeline.quality.cleaning import clean
from pipeline.trade_settings import CleaningSettings
from tests.quality.order_lines import START, as_lines, histories
from tests.shops import Shop, refreshed, rows


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory):
    engine = open_writer(f"sqlite:///{tmp_path_factory.mktemp('states')}/portal.db")
    runs.prepare(engine)
    return engine


RUNS = iter(range(1, 1_000_000))


def snapshot_of(database, lines: pd.DataFrame, days: list[dt.date]) -> pd.DataFrame:
    """Go the way of a refresh from lines to scored snapshots, through the database."""
    run_id = next(RUNS)
    cleaned = clean(lines, CleaningSettings())
    append_rows(database, OrderState, order_states(cleaned), run_id=run_id)
    snapshots = pd.DataFrame({"as_of": days, "as_of_day": [day_number(day) for day in days]})
    append_rows(database, Snapshot, snapshots, run_id=run_id)
    return scored(recorder.customer_rfm(database, run_id))


@settings(max_examples=60)
@given(events=histories(at_least=14), data=st.data())
def test_no_snapshot_changes_when_later_events_are_deleted(database, events, data):
    """Cancellations, other countries and lines added later to an invoice included."""
    days = sorted({START + dt.timedelta(days=event["day"]) for event in events})
    whole = snapshot_of(database, as_lines(events), days)
    as_of = data.draw(st.sampled_from(days))
    earlier = [e for e in events if START + dt.timedelta(days=e["day"]) <= as_of]
    alone = snapshot_of(database, as_lines(earlier), [as_of])
    seen = whole[whole["as_of"] == as_of].reset_index(drop=True)
    pd.testing.assert_frame_equal(seen, alone, check_exact=True, check_dtype=False)


def test_the_property_has_something_to_hide():
    """Later cancellations, countries and lines do change later snapshots."""
    events = [
        {"day": 0, "customer_id": "A", "invoice": "1", "quantity": 5, "country": "Spain"},
        {"day": 1, "customer_id": "B", "invoice": "2", "quantity": 5, "country": "Spain"},
        {"day": 3, "customer_id": "A", "invoice": "C3", "quantity": -2, "country": "Spain"},
        {"day": 4, "customer_id": "A", "invoice": "1", "quantity": 7, "country": "Italy"},
        {"day": 5, "customer_id": "A", "invoice": "5", "quantity": 1, "country": "France"},
    ]
    states = order_states(clean(as_lines(events), CleaningSettings()))
    first = states[states["invoice"] == "1"]
    assert list(first["net"]) == [5.0, 3.0, 10.0]
    assert list(first["from_day"] - first["from_day"].iloc[0]) == [0, 3, 4]
    assert list(first["ordered_day"]) == [day_number(START)] * 3
    assert list(states["country"]) == ["Spain"] * 3 + ["France", "Spain"]


def rfm(shop: Shop, as_of: str) -> list[tuple]:
    query = "select * from vw_rfm where dataset = ? and as_of = ? order by customer_id"
    return rows(shop.path, query, shop.dataset, as_of)


def test_end_to_end(published_shop: Shop, shop_file: Path, tmp_path: Path):
    """Each snapshot of a refresh equals the newest one of a refresh of the file cut there."""
    header, *lines = shop_file.read_text().splitlines()
    table = pd.read_csv(shop_file, dtype=str)
    assert len(table) == len(lines)
    days = [
        day for (day,) in rows(published_shop.path, "select as_of from snapshot order by 1")
    ]
    assert len(days) >= 7
    for number, day in enumerate(days[-2:2:-2]):
        kept = [
            line for line, at in zip(lines, table["InvoiceDate"], strict=True) if at[:10] <= day
        ]
        assert 0 < len(kept) < len(lines)
        (tmp_path / "cut.csv").write_text("\n".join([header, *kept]) + "\n")
        cut = refreshed(
            tmp_path / "cut.db", tmp_path / "cut.csv", "--as-of", day, dataset=f"cut {number}"
        )
        told = refreshed(
            tmp_path / "cut.db", shop_file, "--as-of", day, dataset=f"told {number}"
        )
        seen = [row[1:] for row in rfm(published_shop, day)]
        assert len(seen) > 10
        assert [row[1:] for row in rfm(cut, day)] == seen
        assert [row[1:] for row in rfm(told, day)] == seen
