"""Runs for the table of customers."""

import datetime as dt
from pathlib import Path

import pytest

from db import runs
from tests.db.customers.made_up import Written, begun, people, write_people


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Begin a run in a new database."""
    return begun(tmp_path / "portal.db")


@pytest.fixture
def small(written: Written) -> Written:
    """Write three customers of whom hardly anything is known, in a published run."""
    write_people(written, people(["a", "b", "c"], monetary=[1.5, None, 3.0]))
    runs.publish(
        written.writer, written.ownership, published_at=dt.datetime(2024, 4, 2, tzinfo=dt.UTC)
    )
    return written
