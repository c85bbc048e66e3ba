"""What the page of cohorts says: frames whose answer is known, both ways round."""

import numpy as np
import pandas as pd
import pytest

from portal.kit.drawing.chart import Scope
from portal.pages.cohorts import figures, waiting
from portal.pages.cohorts.page import offered
from portal.words.has import Has

SHOP = Scope(has=Has(orders=True), choices={"measure": "retention"})


def cohorts(**retention: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "cohort": name, "month": month, "customers": 100, "active": share * 100,
                "retention": share, "orders": share * 100, "revenue": share * 1000,
                "cumulative_revenue_per_customer": 10.0 * (month + 1), "average_order": 10.0,
                "complete": True,
            }
            for name, shares in retention.items()
            for month, share in enumerate(shares)
        ]
    )  # fmt: skip


class TestFinding:
    def test_equal_months_are_compared(self) -> None:
        rows = cohorts(early=[1.0, 0.2, 0.9], late=[1.0, 0.4])
        chart = figures.heatmap(rows[~((rows.cohort == "early") & (rows.month == 2))], SHOP)
        assert chart.finding == (
            "In month 1 after the first order: 30.0 % of customers ordered; most of late,"
            " 40.0 %"
        )

    def test_the_other_way_round(self) -> None:
        chart = figures.heatmap(cohorts(early=[1.0, 0.5], late=[1.0, 0.1]), SHOP)
        assert "most of early, 50.0 %" in chart.finding

    def test_a_cohort_of_few_gives_no_finding(self) -> None:
        rows = cohorts(large=[1.0, 0.2], tiny=[1.0, 1.0])
        rows.loc[rows.cohort == "tiny", "customers"] = 2
        assert "tiny" not in figures.heatmap(rows, SHOP).finding

    def test_months_in_part_are_left_out(self) -> None:
        rows = cohorts(early=[1.0, 0.5, 0.9])
        rows.loc[rows.month == 2, "complete"] = False
        assert figures.heatmap(rows, SHOP).finding.startswith("In month 1")

    def test_the_first_month_says_nothing_of_a_share(self) -> None:
        drawn = figures.heatmap(cohorts(early=[1.0, 0.5]), SHOP).figure
        assert np.isnan(drawn.data[0].z[0][0])
        assert drawn.data[0].z[0][1] == 0.5


def test_the_mean_counts_each_customer_alike() -> None:
    rows = cohorts(large=[1.0, 0.2], small=[1.0, 0.8])
    rows.loc[rows.cohort == "large", "customers"] = 300
    mean = figures.mean_line(figures.measured(rows), figures.MEASURES["retention"])
    assert mean.set_index("month")["mean"].loc[1] == pytest.approx(
        (300 * 0.2 + 100 * 0.8) / 400
    )


def curve(*ordered: float, level: str = "all") -> pd.DataFrame:
    days = [90 * (place + 1) for place in range(len(ordered))]
    return pd.DataFrame(
        {"level": level, "day": days, "ordered": ordered, "low": 0.0, "high": 1.0, "at_risk": 9}
    )


def test_how_soon_is_told_as_far_as_is_known() -> None:
    assert figures.waiting_finding(curve(0.2), "second") == (
        "Customers order a second time: 20 % within 90 days"
    )
    assert "20 % within 90 days, 40 % within 180 days" in figures.waiting_finding(
        curve(0.2, 0.4, 0.5), "next"
    )
    two = pd.concat([curve(0.2), curve(0.3, level="b")])
    assert figures.waiting_finding(two, "second") == "How soon customers order again, by group"


def test_never_yet_and_open_ranges() -> None:
    row = pd.Series({"median_days": np.nan, "median_days_low": 1.0, "median_days_high": 2.0})
    assert waiting.until(row, "median_days") == "never yet"
    row = pd.Series({"median_days": 40.0, "median_days_low": 30.0, "median_days_high": np.nan})
    assert waiting.until(row, "median_days") == "40 days (30 to …)"


def test_usual_pauses_beside_the_horizon() -> None:
    told = {
        "repeat_buyers": 10.0, "gap_longer_share": 0.4, "horizon_days": 90.0,
        "usual_gap_days": 60.0,
    }  # fmt: skip
    first, second = waiting.gap_sentences(told)
    assert "60 days or less" in first
    assert second.startswith("40 % usually wait longer than 90 days")
    assert waiting.gap_sentences({}) == ["Nobody has ordered on more than one day yet."]


def test_only_kinds_that_the_source_has_are_offered() -> None:
    kinds = pd.DataFrame({"by": ["country", "month"]})
    assert [each["value"] for each in offered(kinds)] == ["month", "country"]
    assert offered(kinds[:0]) == []


def test_all_together_end_where_few_cohorts_are_left() -> None:
    rows = cohorts(early=[1.0, 0.2, 0.9], late=[1.0, 0.4], latest=[1.0, 0.4])
    assert figures.last_fair_month(rows) == 1
    line = figures.curves(rows, SHOP).figure.data[-1]
    assert list(line.x) == [1]
    assert figures.last_fair_month(rows[:0]) == 0
