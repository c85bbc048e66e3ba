"""Value bands hold from run to run; parts add up and know nothing of what then came."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.value.bands import BANDS, BandStarts, bands, tercile_starts
from pipeline.value.parts import PARTS, parts

DAY = 15_000
EPOCH = dt.date(1970, 1, 1)


def test_terciles_set_the_bands():
    values = pd.Series([*range(9), np.nan], dtype=float)
    starts = tercile_starts(values)
    found = bands(values, starts)
    assert found.tolist()[:9] == [each for each in BANDS for _ in range(3)]
    assert pd.isna(found.iloc[9])
    assert bands(values + 100, starts)[:9].eq("high").all()


def test_whoever_is_worth_the_amount_itself_is_above():
    found = bands(pd.Series([9.99, 10.0, 19.99, 20.0]), BandStarts(10.0, 20.0))
    assert found.tolist() == ["low", "middle", "middle", "high"]
    alike = pd.Series([5.0] * 4)
    assert bands(alike, tercile_starts(alike)).tolist() == ["high"] * 4


def foretold() -> pd.DataFrame:
    """Twenty customers now, the first ten of them on a hold-out 100 days before."""
    now = pd.DataFrame(
        {
            "as_of_day": DAY,
            "customer_id": [f"C{each:02}" for each in range(20)],
            "first_day": [DAY - 400] * 10 + [DAY - 50] * 10,
            "expected": np.arange(20.0) + 1,
            "revenue": np.nan,
        }
    )
    before = now.head(10).assign(as_of_day=DAY - 100, expected=2.0, revenue=3.0)
    return pd.concat([now, before], ignore_index=True)


def assignments() -> pd.DataFrame:
    """Everyone in A to begin with, half of them in B on the newest day."""
    rows = []
    for back, names in ((0, ["A"] * 5 + ["B"] * 15), (90, ["B"] * 20), (120, ["A"] * 20)):
        day = EPOCH + dt.timedelta(days=DAY - back)
        rows += [(day, f"C{each:02}", name) for each, name in enumerate(names)]
    return pd.DataFrame(rows, columns=["as_of", "customer_id", "segment"])


def test_parts_add_up_to_everybody():
    table = parts(foretold(), assignments())
    assert list(table) == PARTS
    for _, some in table.groupby("part"):
        assert some["customers"].sum() == 20
        assert some["expected"].sum() == pytest.approx(210)
        assert some["holdout_customers"].sum() == 10
        assert some["holdout_expected"].sum() == pytest.approx(20)
        assert some["holdout_revenue"].sum() == pytest.approx(30)
        assert some["position"].tolist() == list(range(len(some)))


def test_the_segment_on_a_hold_out_is_of_the_last_day_before_it():
    """Not that of 90 days back, which had seen ten days of what then came."""
    table = parts(foretold(), assignments()).query("part == 'segment'").set_index("level")
    assert table.loc["B", "expected"] > table.loc["A", "expected"]
    assert table.index.tolist() == ["B", "A"]
    assert table.loc["A", "holdout_customers"] == 10
    assert table.loc["B", "holdout_customers"] == 0
    assert pd.isna(table.loc["B", "holdout_revenue"])
    told = assignments()
    late = told[told["as_of"] > EPOCH + dt.timedelta(days=DAY - 100)]
    none = parts(foretold(), late).query("part == 'segment'")
    assert none["holdout_customers"].sum() == 0


def test_tenths_begin_with_the_best_and_cohorts_with_the_eldest():
    table = parts(foretold(), assignments())
    tenths = table[table["part"] == "decile"]
    assert tenths["level"].tolist() == [str(each) for each in range(1, 11)]
    assert tenths["expected"].tolist()[0] == 20 + 19
    assert tenths["expected"].is_monotonic_decreasing
    quarters = table.loc[table["part"] == "cohort", "level"].tolist()
    assert quarters == ["2009 Q4", "2010 Q4"]


def test_nothing_foretold_has_no_parts():
    empty = parts(foretold().head(0), assignments())
    assert empty.empty
    assert list(empty) == PARTS
