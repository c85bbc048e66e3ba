"""Frames into tables and back, readers that can't write, and runs' bookkeeping."""

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import sqlalchemy as sa

from db import runs
from db.engine import open_reader, open_writer, reading, writing
from db.errors import DatabaseUnavailable, SchemaMismatch
from db.frames import CHUNK_ROWS, append_rows, read_batches, read_frame
from db.runs import LoadInRun
from db.tables.canonical import OrderLine
from db.tables.customers import OrderState
from db.tables.segments import SegmentMove
from pipeline import recorder
from pipeline.sources.parts import TypedPart
from tests.shops import Shop, copied, rows


@pytest.fixture
def writer(tmp_path: Path) -> sa.Engine:
    engine = open_writer(f"sqlite:///{tmp_path}/new/folder/portal.db")
    runs.prepare(engine)
    return engine


def moves(**columns) -> pd.DataFrame:
    return pd.DataFrame({"before": ["A"], "after": ["B"], "customers": [3]} | columns)


def test_frames_come_back_as_they_went(writer: sa.Engine):
    assert append_rows(writer, SegmentMove, moves(), run_id=7) == 1
    with reading(writer) as connection:
        found = read_frame(connection, "select * from segment_move where run_id = :n", n=7)
    assert found.to_dict("records") == [
        {"run_id": 7, "before": "A", "after": "B", "customers": 3}
    ]


def test_a_frame_without_rows_is_nothing(writer: sa.Engine):
    assert append_rows(writer, SegmentMove, moves().iloc[:0], run_id=7) == 0


def test_columns_that_do_not_fit_are_named(writer: sa.Engine):
    with pytest.raises(SchemaMismatch, match=r"unknown \['colour'\], missing \[\]"):
        append_rows(writer, SegmentMove, moves(colour=["red"]), run_id=7)
    with pytest.raises(SchemaMismatch, match=r"missing \['customers'\]"):
        append_rows(writer, SegmentMove, moves().drop(columns="customers"), run_id=7)
    with pytest.raises(SchemaMismatch, match=r"missing \['run_id'\]"):
        append_rows(writer, SegmentMove, moves())


def test_rows_that_are_there_are_refused_in_a_sentence(writer: sa.Engine):
    append_rows(writer, SegmentMove, moves(), run_id=7)
    with pytest.raises(DatabaseUnavailable, match="UNIQUE constraint failed"):
        append_rows(writer, SegmentMove, moves(), run_id=7)


def test_many_rows_go_in_parts(writer: sa.Engine):
    size = CHUNK_ROWS + 3
    frame = pd.DataFrame({"before": np.arange(size).astype(str), "after": "B", "customers": 1})
    assert append_rows(writer, SegmentMove, frame, run_id=1) == size
    batches = list(
        read_batches(writer, "select before from segment_move where run_id = ?", (1,))
    )
    assert len(batches) > 1
    assert sum(batch.num_rows for batch in batches) == size


def lines(*, rows: int, **columns) -> pa.Table:
    """Build lines of which every cell that may be missing is, unless given."""
    base = {
        "source_row": pa.array(range(2, rows + 2), pa.int64()),
        "unreadable": pa.array([False] * rows),
        "ordered_at": pa.nulls(rows, pa.timestamp("us")),
        **{name: pa.nulls(rows, pa.string()) for name in recorder.TEXTS},
        **{name: pa.nulls(rows, pa.float64()) for name in ("quantity", "unit_price", "cost")},
        "other": pa.nulls(rows, pa.int64()),
    }
    return pa.table(base | columns)


def test_lines_come_back_with_their_types_though_the_first_rows_are_empty(writer: sa.Engine):
    """SQLite tells a column's type by its values, and here the first batch has none."""
    size = 70_000
    empty = size - 1
    at = pa.array([None] * empty + [dt.datetime(2024, 5, 6, 7, 8, 9)], pa.timestamp("us"))  # noqa: DTZ001
    table = lines(
        rows=size,
        invoice=pa.array([None] * empty + ["0012"]),
        quantity=pa.array([None] * empty + [2.5]),
        unit_price=pa.array([None] * empty + [3.0]),
        ordered_at=at,
        unreadable=pa.array([False] * empty + [True]),
    )
    written = recorder.write_lines(writer, 1, [TypedPart(0, "order-lines", table)])
    assert written[:2] == (size, "order-lines")
    found = recorder.stored_lines(writer, [LoadInRun(1, 0)])
    handed_on = recorder.stored_lines(writer, [LoadInRun(1, 0)], {1: written.lines})
    pd.testing.assert_frame_equal(found, handed_on)
    assert len(found) == size
    last = found.iloc[-1]
    assert (last["invoice"], last["quantity"], last["unit_price"]) == ("0012", 2.5, 3.0)
    assert last["ordered_at"] == pd.Timestamp("2024-05-06 07:08:09")
    assert found["unreadable"].tolist() == [False] * empty + [True]
    assert found.iloc[:-1][["invoice", "ordered_at", "quantity"]].isna().all(axis=None)
    assert found["ordered_at"].dtype.kind == "M"


def test_loads_come_one_after_the_other(writer: sa.Engine):
    def named(*names: str) -> pa.Table:
        return lines(rows=len(names), product=pa.array(names))

    loads = [LoadInRun(2, 0), LoadInRun(1, 4)]
    recorder.write_lines(
        writer,
        1,
        [TypedPart(0, "order-lines", named("a")), TypedPart(1, "order-lines", named("b", "a"))],
    )
    written = recorder.write_lines(writer, 2, [TypedPart(0, "order-lines", named("c"))])
    found = recorder.stored_lines(writer, loads)
    handed_on = recorder.stored_lines(writer, loads, {2: written.lines})
    pd.testing.assert_frame_equal(found, handed_on)
    assert found["product"].tolist() == ["c", "a", "b", "a"]
    assert found["part"].tolist() == [0, 1, 2, 2]
    assert found["batch"].tolist() == [0, 4, 4, 4]
    assert found["source_row"].tolist() == [2, 2, 2, 3]


def test_a_reader_can_not_write(published_shop: Shop):
    with (
        pytest.raises(DatabaseUnavailable, match="readonly"),
        reading(open_reader(published_shop.url)) as connection,
    ):
        connection.exec_driver_sql("delete from published")
    assert rows(published_shop.path, "select count(*) from published") == [(1,)]


def test_a_reader_notices_that_another_file_stands_there(published_shop: Shop, tmp_path: Path):
    path = copied(published_shop.path, tmp_path / "portal.db")
    engine = open_reader(f"sqlite:///{path}")

    def runs() -> int:
        with reading(engine) as connection:
            return connection.execute(sa.text("select count(*) from run")).scalar_one()

    before = runs()
    other = copied(published_shop.path, tmp_path / "copy.db")
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("delete from run")
    other.rename(path)
    assert (before > 0, runs()) == (True, 0)


def test_a_reader_makes_no_database(tmp_path: Path):
    engine = open_reader(f"sqlite:///{tmp_path}/none.db")
    with pytest.raises(DatabaseUnavailable, match="unable to open"), reading(engine):
        pass
    assert not list(tmp_path.iterdir())


def test_reading_sees_one_moment_and_stops_no_writer(writer: sa.Engine):
    """A writer commits while a reader of the same engine is within its transaction."""
    count = sa.text("select count(*) from dataset")
    with reading(writer) as connection:
        assert connection.execute(count).scalar_one() == 0
        runs.dataset_id(writer, "new")
        assert connection.execute(count).scalar_one() == 0
    with reading(writer) as connection:
        assert connection.execute(count).scalar_one() == 1


def test_what_fails_in_a_transaction_is_undone(writer: sa.Engine):
    def writes_half() -> None:
        with writing(writer) as connection:
            for name in ("whole", None):
                connection.execute(sa.insert(runs.DATASET).values(name=name))

    with pytest.raises(DatabaseUnavailable, match="NOT NULL"):
        writes_half()
    with reading(writer) as connection:
        assert read_frame(connection, "select * from dataset").empty


def test_preparing_again_changes_nothing(writer: sa.Engine):
    runs.dataset_id(writer, "kept")
    runs.prepare(writer)
    assert runs.dataset_id(writer, "kept") == 1
    assert runs.dataset_id(writer, "other") == 2


def test_tables_name_what_stands_in_them_once():
    keys = [column.name for column in OrderLine.__table__.primary_key]
    assert keys == ["load_id", "line"]
    assert "run_id" in OrderState.__table__.primary_key


def test_the_files_own_connections_are_closed(writer: sa.Engine):
    """After each use the file is let go: its journal is gone with the last connection."""
    append_rows(writer, SegmentMove, moves(), run_id=1)
    folder = Path(str(writer.url.database)).parent
    assert [path.name for path in folder.iterdir()] == ["portal.db"]
    with sqlite3.connect(folder / "portal.db", timeout=0) as connection:
        connection.execute("begin exclusive")
    connection.close()
