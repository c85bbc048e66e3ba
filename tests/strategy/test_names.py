"""Names that are kept while the customers are the same, and that agree with predictions."""

import pandas as pd
import pytest

from pipeline.strategy.names import agreed, carried, joined, known_silent, said


def by_customer(**segments: int) -> pd.Series:
    """Give so many customers of each segment, by number."""
    names = [name for name, many in segments.items() for _ in range(many)]
    return pd.Series(names, index=[f"c{number:03}" for number in range(len(names))])


def test_segments_of_the_same_customers_keep_their_names():
    before = by_customer(A=40, B=40, C=20)
    now = by_customer(X=40, Y=40, C=20)
    assert carried(now, before) == {"X": "A", "Y": "B"}
    assert carried(before, before) == {}


def test_a_segment_of_other_customers_gets_no_old_name():
    before = by_customer(A=50, B=50)
    now = pd.Series(["X", "Y"] * 50, index=before.index)
    kept = carried(now, before)
    assert set(kept.values()) <= {"A", "B"}
    mixed = pd.Series((["X"] * 17 + ["Y"] * 17 + ["Z"] * 16) * 2, index=before.index)
    assert carried(mixed, before) == {}


def test_whose_name_is_given_away_gets_one_that_is_free():
    before = by_customer(A=60, D=40)
    now = by_customer(B=60, A=30, E=10)
    kept = carried(now, before)
    names = {name: kept.get(name, name) for name in ("B", "A", "E")}
    assert names["B"] == "A"
    assert len(set(names.values())) == 3


def test_without_an_earlier_run_nothing_is_carried():
    assert carried(by_customer(A=3), pd.Series(dtype=object)) == {}


@pytest.mark.parametrize(
    ("leaving", "renamed"),
    [
        ({"VIP Champions": 0.1, "At Risk": 0.4, "Lost or Hibernating": 0.8}, {}),
        (
            {"At Risk": 0.3, "Average Customers": 0.5, "Lost or Hibernating": 0.8},
            {"At Risk": "Average Customers", "Average Customers": "At Risk"},
        ),
        ({"Small": 0.9, "Large": 0.1}, {}),
        ({"At Risk": 0.5, "A": 0.5}, {}),
        ({"At Risk": 0.0, "Average Customers": 0.0, "Lost or Hibernating": 0.0}, {}),
        ({"At Risk": 0.2}, {}),
    ],
)
def test_names_of_leaving_stand_where_leaving_is_most_probable(
    leaving: dict[str, float], renamed: dict[str, str]
):
    assert agreed(leaving) == renamed


def test_without_predictions_nobody_who_ordered_of_late_is_called_lost():
    kept = {"X": "Lost or Hibernating", "Y": "Average Customers"}
    assert known_silent(kept, {"X": 30.0, "Y": 2.0}) == kept
    assert known_silent(kept, {"X": 29.0, "Y": 200.0}) == {}
    assert known_silent({"Y": "Average Customers"}, {"Y": 0.0}) == {"Y": "Average Customers"}


def test_after_renaming_names_agree():
    leaving = {"At Risk": 0.3, "Average Customers": 0.5, "Lost or Hibernating": 0.2, "New": 0.9}
    found = agreed(leaving)
    after = {found.get(name, name): share for name, share in leaving.items()}
    risky = [
        share for name, share in after.items() if name in {"At Risk", "Lost or Hibernating"}
    ]
    others = [
        share for name, share in after.items() if name not in {"At Risk", "Lost or Hibernating"}
    ]
    assert min(risky) > max(others)
    assert agreed(after) == {}
    assert len(after) == len(leaving)


def test_two_renamings_are_one_after_the_other():
    assert joined({"X": "A", "Y": "B"}, {"A": "B", "B": "A"}) == {"X": "B", "Y": "A"}
    assert joined({}, {"A": "B", "B": "A"}) == {"A": "B", "B": "A"}
    assert joined({"X": "A", "A": "X"}, {"A": "X", "X": "A"}) == {}


def test_what_was_changed_is_said():
    told = said({"At Risk": "Average Customers"}, {"At Risk": 0.3})
    assert told == "“At Risk” is called “Average Customers”."
