"""Every broken file ends in one sentence that says what, where and what to do."""

import resource
from pathlib import Path

import pytest

from pipeline.base.errors import SourceError
from pipeline.sources.cells.values import as_number, as_timestamp
from pipeline.sources.columns import match, missing, recognise, unfit
from pipeline.sources.reading import read_parts
from tests.sources.broken import BROKEN, Broken

REFUSED = [broken for broken in BROKEN if not broken.readable]
READABLE = [broken for broken in BROKEN if broken.readable]


@pytest.fixture(autouse=True)
def _no_room_for_bombs():
    """Turn what would eat the machine into a failure.

    On top of what is there: some versions of what is loaded lay claim to much that they never
    use.
    """
    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    room = pages * resource.getpagesize() + 8 * 1024**3
    resource.setrlimit(resource.RLIMIT_AS, (room, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def named(broken: Broken) -> str:
    return broken.name


@pytest.mark.parametrize("broken", REFUSED, ids=named)
def test_it_is_refused_in_a_sentence(broken: Broken, tmp_path: Path):
    path = tmp_path / broken.name
    broken.make(path)
    with pytest.raises(SourceError) as caught:
        list(read_parts(path))
    said = str(caught.value)
    assert all(word in said for word in (broken.name, *broken.words)), said
    assert "\n" not in said
    assert caught.value.remedy


@pytest.mark.parametrize("broken", REFUSED, ids=named)
def test_it_leaves_nothing_open_and_nothing_behind(broken: Broken, tmp_path: Path, monkeypatch):
    spare = tmp_path / "spare"
    spare.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spare))
    path = tmp_path / broken.name
    broken.make(path)
    with pytest.raises(SourceError):
        list(read_parts(path, is_wanted=lambda columns: recognise(columns) is not None))
    assert not list(spare.iterdir())


@pytest.mark.parametrize("broken", READABLE, ids=named)
def test_what_is_wrong_only_for_the_caller_can_be_said_by_it(broken: Broken, tmp_path: Path):
    path = tmp_path / broken.name
    broken.make(path)
    (part,) = read_parts(path, is_wanted=lambda columns: recognise(columns) is not None)
    form = recognise(part.table.column_names)
    if form is None:
        assert all(word in str(unfit(part)) for word in broken.words)
        return
    if "more than once" in broken.words:
        with pytest.raises(SourceError, match="stands more than once"):
            match(part.table.column_names, form)
        return
    columns = match(part.table.column_names, form)
    assert not missing(columns, form)
    unreadable = [
        *as_number(part.table[columns["quantity"]]).unreadable,
        *as_number(part.table[columns["unit_price"]]).unreadable,
        *as_timestamp(part.table[columns["ordered_at"]]).unreadable,
    ]
    assert part.table.num_rows == 0 or unreadable


def test_there_are_enough_of_them():
    assert len({broken.name for broken in BROKEN}) == len(BROKEN) >= 45
