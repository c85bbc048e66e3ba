"""What the tab “What comes next” says: frames whose answer is known, both ways round."""

import datetime as dt
import json
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from portal.kit.ahead import next_month, with_months_ahead
from portal.kit.drawing.chart import Scope
from portal.pages.sales import ahead, ahead_tables
from portal.words.has import Has

AS_OF = dt.date(2024, 4, 10)
FIGURES = pd.DataFrame({"figure": ["whole_weeks"], "value": [5.0]})


def shop(**choices: Any) -> Scope:
    return Scope(has=Has(orders=True), as_of=AS_OF, choices=choices)


def months(
    *, before: float = 80.0, level: str = "all", expected: float = 100.0
) -> pd.DataFrame:
    """Give May of last year, the running April, May and June."""
    known = {"period_start": "2023-05-01", "actual": before}
    later = [
        {
            "period_start": day, "expected": expected, "low_80": 0.9 * expected,
            "high_80": 1.2 * expected, "low_95": 0.8 * expected, "high_95": 1.4 * expected,
        }
        for day in ("2024-04-01", "2024-05-01", "2024-06-01")
    ]  # fmt: skip
    rows = pd.DataFrame([known, *later]).assign(level=level, model="theta")
    return rows.assign(origins=9, mase=0.5, mase_naive=1.0, coverage_80=0.8)


class TestPeriods:
    def test_the_first_month_that_has_not_begun_is_said(self) -> None:
        chart = ahead.periods(months(), shop(series="revenue", step="month"), figures=FIGURES)
        assert chart.finding == (
            "May 2024: £100 expected (£90 to £120), +25.0 % on a year before"
        )

    def test_less_is_less(self) -> None:
        chart = ahead.periods(
            months(before=200.0), shop(series="revenue", step="month"), figures=FIGURES
        )
        assert "−50.0 % on a year before" in chart.finding

    def test_a_segment_is_not_compared_with_a_year_before(self) -> None:
        scope = shop(series="revenue", step="month", level="segment: Best")
        chart = ahead.periods(months(), scope, figures=FIGURES)
        assert chart.finding == "May 2024: £100 expected (£90 to £120)"

    def test_orders_are_no_money(self) -> None:
        chart = ahead.periods(months(), shop(series="orders", step="month"), figures=FIGURES)
        assert "May 2024: 100 expected (90 to 120)" in chart.finding
        assert "£" not in json.dumps(chart.figure.to_dict(), default=str)

    def test_a_week_is_named_by_its_monday_and_compared_with_52_before(self) -> None:
        rows = months().assign(
            period_start=["2023-04-17", "2024-04-08", "2024-04-15", "2024-04-22"]
        )
        chart = ahead.periods(rows, shop(), figures=FIGURES)
        assert chart.finding.startswith("Week of 15 Apr 2024: £100 expected")
        assert chart.finding.endswith("+25.0 % on a year before")

    def test_both_ranges_lie_behind_the_lines(self) -> None:
        chart = ahead.periods(months(), shop(step="month"), figures=FIGURES)
        names = [trace.name for trace in chart.figure.data]
        assert names == ["95 % range", "80 % range", "Came", "Expected"]
        assert max(chart.figure.data[0].y) == 140

    def test_without_any_it_says_how_many_weeks_it_takes(self) -> None:
        chart = ahead.periods(pd.DataFrame(), shop(), figures=FIGURES)
        assert not chart.figure.data
        assert (
            chart.missing == "It takes 9 whole weeks of orders to tell what comes; 5 are known."
        )

    def test_an_older_run_waits_for_the_next(self) -> None:
        assert "next update" in ahead.weeks_known(FIGURES.iloc[:0])


def parts(**expected: float) -> pd.DataFrame:
    levels = [
        months(level=f"country: {name}", expected=value) for name, value in expected.items()
    ]
    return pd.concat([months(expected=sum(expected.values())), *levels], ignore_index=True)


class TestParts:
    def test_what_brings_most_stands_first_and_is_said(self) -> None:
        panel = ahead_tables.parts(parts(France=30.0, Spain=70.0), shop(), figures=FIGURES)
        assert panel.title == "Most in May 2024: Spain, £70 of £100 expected"
        assert "add up to what all sales" in str(panel.content)

    def test_the_other_way_round(self) -> None:
        panel = ahead_tables.parts(parts(France=70.0, Spain=30.0), shop(), figures=FIGURES)
        assert "France, £70 of £100" in panel.title

    def test_buyers_do_not_add_up(self) -> None:
        panel = ahead_tables.parts(
            parts(France=70.0, Spain=50.0), shop(series="buyers"), figures=FIGURES
        )
        assert panel.title == "Most in May 2024: France, 70 customers who ordered expected"
        assert "don’t add up" in str(panel.content)

    def test_what_the_source_does_not_tell_is_said(self) -> None:
        panel = ahead_tables.parts(
            parts(France=1.0), shop(dimension="category"), figures=FIGURES
        )
        assert "no category" in str(panel.content)


def checks(mase: float, naive: float, model: str = "theta") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "series": ["revenue"], "step": ["week"], "model": [model], "origins": [20],
            "forecasts": [200], "mase": [mase], "mase_naive": [naive],
            "coverage_80": [0.79], "coverage_95": [0.93],
        }
    )  # fmt: skip


class TestChecks:
    def test_how_much_less_it_erred(self) -> None:
        panel = ahead_tables.checks(checks(0.75, 1.0), shop(), figures=FIGURES)
        assert panel.title.startswith("Over 20 earlier weeks it erred 25 % less than")
        assert "79 %" in str(panel.content)

    def test_where_nothing_errs_less_it_claims_nothing(self) -> None:
        panel = ahead_tables.checks(checks(1.0, 1.0, "seasonal naive"), shop(), figures=FIGURES)
        assert panel.title == (
            "Weeks are told as a year before, else as the last one: nothing erred less"
        )


@pytest.mark.parametrize(
    ("level", "title"),
    [
        ("all", "All sales"), ("segment: (first orders)", "Segment: First orders"),
        ("category: Mugs, (red)", "Category: Mugs, (red)"),
        ("country: A: B", "Country: A: B"),
    ],
)  # fmt: skip
def test_levels_are_named(level: str, title: str) -> None:
    assert ahead.level_title(level) == title


def test_all_sales_are_offered_before_any_run_tells_more() -> None:
    assert ahead.offered(pd.DataFrame()) == [{"label": "All sales", "value": "all"}]


class TestMonthsAhead:
    ROWS = months().iloc[1:].rename(columns={"period_start": "month"})

    def test_the_running_month_is_not_the_next(self) -> None:
        assert next_month(self.ROWS, AS_OF, "GBP") == (
            "May 2024 is expected to bring £100 (£90 to £120)"
        )
        assert next_month(self.ROWS, dt.date(2024, 3, 31), "GBP").startswith("Apr 2024")

    def test_nothing_is_said_of_nothing(self) -> None:
        assert not next_month(pd.DataFrame(), AS_OF, "GBP")
        assert not next_month(self.ROWS, dt.date(2024, 6, 30), "GBP")

    def test_they_are_drawn_beside_bars_only(self) -> None:
        bars = go.Figure(go.Bar(x=["2024-03-01"], y=[90.0]))
        with_months_ahead(bars, self.ROWS, currency="GBP")
        assert bars.data[-1].line.dash == "dash"
        assert list(bars.data[-1].y) == [100.0] * 3
        nothing = go.Figure()
        with_months_ahead(nothing, self.ROWS, currency="GBP")
        assert not nothing.data
