"""Columns with outcomes: found, counted, and refused in one sentence each."""

import json
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.base.errors import SourceError
from pipeline.sources.arrival import Reading, arrivals
from pipeline.sources.mappings import read_mapping, read_outcomes
from pipeline.sources.outcomes import MOST_CLASSES, Outcome, Outcomes, outcome_of
from pipeline.sources.parts import Part

HEADER = ("Customer ID", "Total Spend", "Items Purchased", "Days Since Last Purchase", "Left")
FIELDS = {"customer_id": "Customer ID", "total_spend": "Total Spend"}


def mapped(folder: Path, content: str) -> Path:
    path = folder / "map.yaml"
    path.write_text(content, "utf-8")
    return path


def part(**columns: list[str | None]) -> Part:
    return Part("people.csv", None, pa.table(columns))


@given(st.text(min_size=1), st.none() | st.sampled_from(["response", "activity"]))
def test_a_key_is_read_as_the_outcome_that_it_is_of(name: str, field: str | None) -> None:
    assert outcome_of(Outcome(name, field).key) == Outcome(name, field)


@pytest.mark.parametrize(
    "key", ["outcome", "response", "spend_wines", "outcomes:a", "a:outcome"]
)
def test_other_keys_are_none(key: str) -> None:
    assert outcome_of(key) is None


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ("outcome: Left", ("Left",)),
        ("outcome: [Left , 2024]\nage: Alter", ("Left", "2024")),
        ("age: Alter", ()),
    ],
)
def test_a_mapping_names_one_or_more(tmp_path: Path, content: str, columns: tuple) -> None:
    path = mapped(tmp_path, content)
    assert read_outcomes(path) == columns
    assert "outcome" not in read_mapping(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("outcome:", r"map.yaml: names no column as outcome; write “outcome: column”"),
        ("outcome: []", "names no column as outcome"),
        ("outcome: [Left, '']", "names no column as outcome"),
        ("outcome: {a: b}", "names no column as outcome"),
        ("outcome: [Left, Left]", "names “Left” twice as outcome; name it once"),
    ],
)
def test_a_mapping_that_names_none_is_refused(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read_outcomes(mapped(tmp_path, content))


def test_a_column_may_be_a_field_and_an_outcome(tmp_path: Path) -> None:
    path = mapped(tmp_path, "satisfaction: Left\noutcome: Left")
    assert read_mapping(path) == {"satisfaction": "Left"}
    found = Outcomes(read_outcomes(path)).of(
        part(Left=["yes", "no"]), "behaviour", {"satisfaction": "Left"}
    )
    assert found == {Outcome("Left", "satisfaction"): "Left"}


def test_names_go_by_letters_and_digits() -> None:
    found = Outcomes(["has left"]).of(part(Has_Left=["1", "0"]), "behaviour", {})
    assert found == {Outcome("has left"): "Has_Left"}


@pytest.mark.parametrize(
    ("names", "columns", "said"),
    [
        (["Gone"], {"Left": ["a", "b"]}, "people.csv: has no column “Gone”, which the mapping"
         " names for “outcome”; it has Left; correct the mapping."),
        (["Left", "left"], {"Left": ["a", "b"]}, "people.csv, column “Left”: is named twice as"
         " outcome, the second time as “left”; name it once in the mapping."),
        (["Left"], {"Left": [str(n) for n in range(21)]}, "people.csv, column “Left”: holds"
         f" more than {MOST_CLASSES} different values, too many for an outcome; name a column"
         " with a few classes, or put its values into classes first."),
        (["Left"], {"Left": ["Yes", "yes", None]}, "people.csv, column “Left”: holds one value"
         " only (“yes”), and an outcome needs two at least; name another column as outcome, or"
         " give customers of both kinds."),
        (["Left"], {"Left": [None, " "]}, "people.csv, column “Left”: is empty, and an outcome"
         " needs two at least; name another column as outcome, or give customers of both"
         " kinds."),
    ],
)  # fmt: skip
def test_what_can_be_no_outcome_is_said(
    names: list[str], columns: dict[str, list[str | None]], said: str
) -> None:
    outcomes = Outcomes(names)
    with pytest.raises(SourceError) as error:  # noqa: PT012 - the second says what the first can't
        outcomes.of(part(**columns), "behaviour", {})
        outcomes.refuse_single()
    assert str(error.value) == said


def test_a_column_that_stands_twice_is_refused() -> None:
    table = pa.Table.from_arrays([pa.array(["a", "b"])] * 2, names=["Left", "Left"])
    with pytest.raises(SourceError, match="column “Left”: stands more than once in the header"):
        Outcomes(["Left"]).of(Part("people.csv", None, table), "behaviour", {})


def test_order_lines_have_none() -> None:
    with pytest.raises(SourceError) as error:
        Outcomes(["Left"]).of(part(Left=["a", "b"]), "order-lines", {})
    assert str(error.value) == (
        "people.csv, column “Left”: is named as outcome, and the file holds order lines, which"
        " have none; take “outcome” out of the mapping, or give a file with one row a customer."
    )


def test_classes_are_counted_over_all_tables_of_a_source() -> None:
    outcomes = Outcomes(["Left"])
    for value in ("yes", "no"):
        outcomes.of(part(Left=[value]), "behaviour", {})
    outcomes.refuse_single()


def test_only_the_file_of_customers_is_asked() -> None:
    assert Outcomes(["Left"]).of(part(id=["1"]), "market-activity/profit", {}) == {}


def reading(*outcomes: str) -> Reading:
    return Reading("auto", (), {}, 0.0, outcomes=outcomes)


def test_records_keep_the_words_beside_the_fields(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    rows = ["1,10,1,5,yes", "2,20,2,6, No ", "3,30,3,7,"]
    path.write_text("\n".join([",".join(HEADER), *rows]))
    (arrival,) = arrivals((str(path),), reading("Left", "Items Purchased"))
    (typed,) = list(arrival.lines())
    records = [json.loads(each) for each in typed.rows["fields"].to_pylist()]
    assert [each["outcome:Left"] for each in records] == ["yes", "No", None]
    assert [each["outcome/items_purchased:Items Purchased"] for each in records] == [
        "1", "2", "3",
    ]  # fmt: skip
    assert [each["items_purchased"] for each in records] == [1, 2, 3]


def test_a_source_read_for_other_outcomes_is_another_load(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(",".join(HEADER))
    ((one,), (two,), (none,)) = (
        arrivals((str(path),), reading(*names)) for names in (("Left",), ("Age",), ())
    )
    (before,) = arrivals((str(path),), Reading("auto", (), {}, 0.0))
    assert len({one.checksum, two.checksum, none.checksum}) == 3
    assert none.checksum == before.checksum
