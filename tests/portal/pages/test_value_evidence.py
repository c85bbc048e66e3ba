"""What the value page says of its evidence: every sentence both ways round."""

import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from dash import Dash

from db.engine import open_reader
from portal.app import create_app
from portal.kit.cards import Asked
from portal.pages.value import evidence, intervals, models, page
from portal.reading.filters import NO_FILTERS
from portal.settings import Settings
from tests.portal.looking import looking
from tests.shops import Shop, refreshed, write_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("evidence")
    lines = write_shop(folder / "shop.csv", customers=300, days=400)
    return refreshed(folder / "portal.db", lines, dataset="shop")


def rows_of(path: Path, query: str) -> pd.DataFrame:
    with closing(sqlite3.connect(path)) as connection:
        return pd.read_sql(query, connection)


def test_the_cards_draw_what_the_run_found(shop: Shop) -> None:
    portal: Dash = create_app(open_reader(shop.url), Settings(db=shop.url))
    checks = rows_of(shop.path, "select * from published_value_check")
    with looking(portal, "shop") as at:
        chart = page.INTERVALS.drawn_with(at, Asked(NO_FILTERS), page.INTERVALS.draw)
        drawn = sum(len(trace.x) for trace in chart.figure.data)
        assert drawn == (checks["chosen"] == 1).sum() > 0
        for card in (page.BASIS, page.TOTALS, page.PARTS):
            panel = card.drawn_with(at, Asked(NO_FILTERS), card.draw)
            assert "earlier version" not in str(panel)
            assert "too few orders" not in str(panel)


def test_values_of_the_parts_are_those_of_the_customers(shop: Shop) -> None:
    parts = rows_of(shop.path, "select * from value_part")
    total = rows_of(shop.path, "select sum(clv_12m) as v from published_customer")["v"].iloc[0]
    for _, some in parts.groupby("part"):
        assert some["expected"].sum() == pytest.approx(total, abs=0.1)
    named = rows_of(
        shop.path, "select segment, sum(clv_12m) as v from published_customer group by segment"
    )
    segments = parts[parts["part"] == "segment"].set_index("level")["expected"]
    assert segments.to_dict() == pytest.approx(named.set_index("segment")["v"].to_dict())


def checked(coverage: float, above: float, customers: int = 150, cuts: int = 2) -> pd.DataFrame:
    days = ["2025-01-01", "2025-03-01"][:cuts]
    rows = [
        {
            "as_of": day, "repeat_orders": group, "model": "mbg_nbd_shared", "chosen": 1,
            "customers": customers, "expected_revenue": 10.0, "revenue": 12.0,
            "coverage": 0.93, "above": 0.04, "winkler": 5.0,
        }
        for day in days
        for group in ("0", "7+")
    ]  # fmt: skip
    rows[0] |= {"coverage": coverage, "above": above}
    rows.append(rows[0] | {"model": "mbg_nbd", "chosen": 0, "coverage": 0.5})
    return pd.DataFrame(rows)


def test_intervals_that_held_and_those_that_did_not() -> None:
    held = intervals.intervals_finding(checked(0.91, 0.06))
    assert held == (
        "The 90 % interval held at least 91 % of the customers in each of 4 groups on 2 checks"
    )
    for rows in (checked(0.84, 0.06), checked(0.88, 0.11)):
        assert intervals.intervals_finding(rows) == (
            "In 1 of 4 groups on 2 checks the 90 % interval was too narrow"
        )
    few = intervals.intervals_finding(checked(0.2, 0.8, customers=99, cuts=1))
    assert few == "No group of repeat orders had 100 customers on 1 check: too few to tell"
    assert "held" in intervals.intervals_finding(checked(0.9, 0.05).head(0))


def resting(**other: Any) -> list[str]:
    row = {
        "model": "mbg_nbd", "rule": None, "history_days": 800, "holdouts": 3,
        "holdout_days": 266, "is_seasonal": False, "stretch": 1.0, "middle_from": 10.0,
        "high_from": 20.0,
    }  # fmt: skip
    return evidence.basis_sentences(SimpleNamespace(**(row | other)), "GBP")


def test_the_model_or_the_rule_is_named() -> None:
    assert resting()[0] == (
        "Values are foretold by MBG/NBD: no rule foretold the revenue of each customer better"
        " on 3 checks of 266 days."
    )
    ruled = resting(rule="last_period")[0]
    assert "rule, “Last period again”" in ruled
    assert "better than MBG/NBD" in ruled
    alone = resting(holdouts=0, holdout_days=None)[0]
    assert alone.endswith("MBG/NBD; the orders are too few to check that on earlier ones.")


@pytest.mark.parametrize(
    ("days", "held", "cuts", "says", "says_not"),
    [
        (364, 121, 3, "364 days, less than a year", "room for"),
        (365, 121, 3, "looks 121 days ahead", "less than a year"),
        (1_200, 365, 3, "The orders span 1,200 days.", "ahead"),
        (200, 90, 1, "room for 1 check only", "looks"),
        (200, 90, 2, "room for 2 checks only", "looks"),
    ],
)
def test_a_short_history_says_so(days, held, cuts, says, says_not) -> None:
    sentence = resting(history_days=days, holdout_days=held, holdouts=cuts)[1]
    assert says in sentence
    assert says_not not in sentence


def test_the_season_is_said_where_it_counts() -> None:
    assert "25 % more orders a day" in resting(is_seasonal=True, stretch=1.25)[2]
    assert "20 % fewer orders a day" in resting(is_seasonal=True, stretch=0.8)[2]
    assert "no better, and is left out" in resting()[2]
    assert not any("season" in each for each in resting(history_days=500))
    assert resting()[-1].startswith("Value bands: low below £10.00, high from £20.00 on")


def totalled(**other: Any) -> pd.DataFrame:
    first = {
        "method": "mbg_nbd", "chosen": 1, "is_of_values": 1, "expected": 1_000.0,
        "corrected": 1_200.0, "low": 900.0, "high": 1_600.0, "error": 0.14, "holdouts": 3,
    }  # fmt: skip
    second = first | {
        "method": "last_period", "chosen": 0, "is_of_values": 0, "error": 0.3,
    }  # fmt: skip
    return pd.DataFrame([first | other, second])


def test_the_total_and_by_what_it_is_corrected() -> None:
    said = evidence.total_sentence(totalled(), currency="GBP")
    assert "£1.2K (£900 to £1.6K)" in said
    assert "20 % more than the values add up to" in said
    less = evidence.total_sentence(totalled(corrected=950.0), currency="GBP")
    assert "5 % less than the values add up to" in less
    rule = totalled().assign(chosen=[0, 1])
    by_rule = evidence.total_sentence(rule, currency="GBP")
    assert by_rule.startswith("“Last period again” missed the totals of 3 checks clearly")
    nothing = totalled(low=None, high=None, holdouts=0)
    assert "too few to check that on earlier ones" in evidence.total_sentence(
        nothing, currency="GBP"
    )


def parted(ratios: dict[str, float], customers: int = 40) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "part": "segment",
            "level": list(ratios),
            "holdout_customers": customers,
            "ratio": list(ratios.values()),
        }
    )


def test_the_segment_that_was_furthest_off_is_named() -> None:
    said = evidence.parts_sentence(parted({"A": 1.4, "B": 0.5}))
    assert "“B” was furthest off on the checks: it brought 0.50 times" in said
    assert "“A”" in evidence.parts_sentence(parted({"A": 2.4, "B": 0.5}))
    assert "No segment" in evidence.parts_sentence(parted({"A": 2.4}, customers=29))


def fitted(**losses: float) -> pd.DataFrame:
    rows = [
        {
            "part": "orders", "model": name, "chosen": 0, "converged": 1, "aic": 200.0,
            "holdout_loss": loss, "single_order_loss": 1.0,
        }
        for name, loss in losses.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_why_a_model_is_in_use() -> None:
    rows = fitted(mbg_nbd=10.0, pareto_nbd=12.0, nbd=50.0)
    rows.loc[0, "chosen"] = 1
    assert models.in_use(rows) == (
        "Orders: MBG/NBD in use, the best of 3 by AIC and the checks together."
    )
    rows = fitted(bg_nbd=9.0, mbg_nbd=10.0, nbd=50.0)
    rows.loc[1, "chosen"] = 1
    assert "since BG/NBD, better by AIC and the checks together" in models.in_use(rows)
    short = rows.assign(holdout_loss=None)
    assert "better by AIC," in models.in_use(short.assign(aic=[199.0, 200.0, 300.0]))
    ran_away = rows.assign(converged=[0, 0, 1], chosen=[0, 0, 1])
    assert models.in_use(ran_away) == (
        "Orders: NBD, nobody leaves in use; BG/NBD and MBG/NBD did not settle and can't be"
        " used."
    )
