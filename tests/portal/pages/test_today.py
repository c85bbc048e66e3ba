"""Today: each sentence from both sides, and the figures of known frames."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from portal.kit.drawing.chart import Scope
from portal.pages.today import acting, figures
from portal.pages.today.lately import compared, lately
from portal.reading.contacting.contacts import Chosen
from portal.reading.contacting.economics import ANSWER, REVENUE, RULE, RetentionCosts
from portal.reading.filters import Filters
from portal.reading.predicting.reckoned import Reckoned
from portal.reading.predicting.value import Foretold
from portal.reading.trade.movement import Between, between_of

COSTS = RetentionCosts()
LEAVING = Reckoned(REVENUE, "churn", "", COSTS)
ANSWERS = Reckoned(ANSWER, "given_outcome", "", COSTS)
BY_RULE = Reckoned(RULE, None, "Nothing is weighed.", None)
SCOPE = Scope(dataset="shop", currency="GBP", filters=Filters(segments=("A",)))


def chosen(customers: int = 154, known: int = 608) -> Chosen:
    return Chosen(
        customers, 60.0, 9e3, 5e3, 1_200.0, 932.0, 700.0, 1_180.0, known, customers, 100, 200
    )


def test_the_answer_says_whom_to_contact_and_what_that_brings() -> None:
    said = acting.told(chosen(), "GBP", by=LEAVING)
    assert said == (
        "Contact 154 customers today: that should bring £932 (£700 to £1.2K) after costs of"
        " £1.2K."
    )
    assert acting.told(chosen(), "GBP", by=ANSWERS).endswith("; 60 of them should answer.")


def test_the_answer_says_nobody_where_nobody_pays_and_where_nobody_is_known() -> None:
    assert acting.told(chosen(0), "GBP", by=LEAVING).startswith("Contact nobody today: of 608")
    assert acting.told(chosen(0, 0), "GBP", by=LEAVING).startswith(
        "No customer whose chance is known"
    )


def card(found: Chosen | None, by: Reckoned = LEAVING, **columns: Any) -> str:
    rows = pd.DataFrame(columns)
    panel = acting.contact_card(
        rows, SCOPE, chosen=found, by=by, costs="At £1.", why="Too few."
    )
    return str(panel.content)


def test_the_card_leads_to_the_list_and_to_a_campaign_with_the_filters() -> None:
    said = card(chosen())
    assert "154" in said
    assert "Expected profit £932 (£700 to £1.2K)." in said
    assert "/customers?dataset=shop&segment=A&contact=yes" in said
    assert "/campaigns?dataset=shop&segment=A&list=best" in said


def test_the_card_leads_nowhere_where_nobody_pays_or_nothing_is_known() -> None:
    assert "Nobody" in card(chosen(0))
    assert "/customers" not in card(chosen(0))
    assert "Too few." in card(None)
    assert "/campaigns" not in card(None)


def test_the_card_counts_whom_a_rule_names_without_amounts() -> None:
    said = card(None, BY_RULE, contact_reason=["long silent", "unsatisfied"], customers=[7, 5])
    assert "'12'" in said
    assert "long silent 7; unsatisfied 5." in said
    assert "£" not in said
    assert "/campaigns?dataset=shop&segment=A&contact=yes" in said


MOVED = pd.DataFrame(
    {
        "moved": ["new", "risen", "slipped"],
        "customers": [3, 5, 2],
        "value": [100.0, 900.0, 40.0],
        "value_before": [None, 300.0, 80.0],
    }
)
DAYS = pd.DataFrame(
    {"basis": ["runs"], "from_day": ["2025-10-23"], "to_day": [dt.date(2025, 11, 23)]}
)


def test_who_moved_leads_to_these_customers() -> None:
    said = str(acting.moved_card(MOVED, SCOPE, days=DAYS).content)
    assert said.index("Slipped 2") < said.index("Rose 5") < said.index("New 3")
    assert "Lost" not in said
    assert "worth £40, was £80" in said
    assert "worth £100'" in said
    assert "/customers?dataset=shop&segment=A&moved=slipped" in said
    assert "Between the updates of 23 Oct 2025 and 23 Nov 2025." in said


def test_who_moved_is_not_known_from_one_day() -> None:
    none = acting.moved_card(MOVED, SCOPE, days=DAYS.head(0))
    assert "One day is known so far" in str(none.content)
    nobody = acting.moved_card(MOVED.head(0), SCOPE, days=DAYS)
    assert "Nobody of these customers moved" in str(nobody.content)


def test_days_of_one_update_are_not_called_updates() -> None:
    days = between_of(DAYS.assign(basis="days"))
    assert days == Between(dt.date(2025, 10, 23), dt.date(2025, 11, 23), of_updates=False)
    assert acting.between_said(days) == "Between 23 Oct 2025 and 23 Nov 2025."
    assert acting.since_said(days) == "What changed in the last 31 days"
    updates = days._replace(of_updates=True)
    assert acting.since_said(updates) == "What changed since the last update"


def test_the_range_of_the_next_months_is_that_of_earlier_periods_or_none() -> None:
    checked = acting.range_said(Foretold(871, 7e4, 4.7e4, 1e5), "GBP")
    assert (
        checked == "Of 871 customers; £47.0K to £100K, as far off as earlier totals turned out."
    )
    unchecked = acting.range_said(Foretold(1, 7e4, None, None), "GBP")
    assert unchecked.startswith("Of 1 customer; no earlier period")
    assert "has none" in str(acting.next_card(pd.DataFrame(), SCOPE, foretold=None).content)


@pytest.mark.parametrize(
    ("now", "before", "year_ago", "change", "since"),
    [
        (110.0, 100.0, 55.0, "+10.0 %", "on the 30 days before; +100.0 % on last year"),
        (90.0, 100.0, None, "−10.0 %", "on the 30 days before"),
        (90.0, None, 100.0, "−10.0 %", "on the same days last year"),
        (90.0, None, None, "", "nothing earlier to compare with"),
    ],
)
def test_thirty_days_are_compared_with_what_is_known(
    now: float, before: float | None, year_ago: float | None, change: str, since: str
) -> None:
    assert compared(now, before, year_ago) == (change, since)


def test_the_value_of_an_order_follows_from_revenue_and_orders() -> None:
    row = SimpleNamespace(
        revenue=200.0, revenue_before=90.0, revenue_year_ago=None,
        orders=4, orders_before=3, orders_year_ago=None,
        customers=3, customers_before=3, customers_year_ago=None,
    )  # fmt: skip
    by_title = {tile.title: tile for tile in lately(row, "GBP")}
    assert by_title["Value of an order"].value == "£50.00"
    assert by_title["Value of an order"].change == "+66.7 %"
    assert by_title["Customers who ordered"].direction == 0
    assert by_title["Revenue, 30 days"].direction == 1


def shares(**columns: Any) -> pd.DataFrame:
    usual = {
        "segment": ["Best", "Rest"], "customers": [20, 80], "revenue": [700.0, 300.0],
        "share": [0.2, 0.8], "revenue_share": [0.7, 0.3],
    }  # fmt: skip
    return pd.DataFrame({**usual, **columns})


def test_segments_are_shown_by_customers_and_revenue() -> None:
    drawn = figures.segments(shares(), SCOPE)
    assert drawn.finding == "Best: 20 % of customers, 70 % of revenue"
    assert [trace.name for trace in drawn.figure.data] == [
        "Share of revenue", "Share of customers",
    ]  # fmt: skip
    turned = figures.segments_finding(shares(revenue=[100.0, 900.0], revenue_share=[0.1, 0.9]))
    assert turned == "Rest: 80 % of customers, 90 % of revenue"


def test_segments_without_revenue_are_shown_by_customers_alone() -> None:
    drawn = figures.segments(shares(revenue=[None, None], revenue_share=[None, None]), SCOPE)
    assert drawn.finding == "Rest is the largest: 80 % of customers"
    assert len(drawn.figure.data) == 1
    assert not figures.segments(shares().head(0), SCOPE).figure.data


def test_revenue_without_a_customer_is_said_where_it_counts() -> None:
    months = pd.DataFrame({"revenue": [10.0], "anonymous_revenue": [4.0]})
    assert figures.anonymous_finding(months, currency="GBP") == (
        "(£4 of all shown without a customer)"
    )
    assert not figures.anonymous_finding(months.assign(anonymous_revenue=0.0), currency="GBP")
    assert not figures.anonymous_finding(months[["revenue"]], currency="GBP")
