"""Risk: what the page says equals the money formulas over the published customers."""

import sqlite3
from contextlib import closing
from typing import Any
from urllib.parse import parse_qs, urlencode

import numpy as np
import pandas as pd
import pytest
from dash import Dash
from flask.testing import FlaskClient
from scipy.special import expit, logit

from pipeline.strategy.contact import contact_profit
from portal.pages.risk import bands, drill, figures, queries, reasons, sentences
from portal.reading.contacting.contacts import Chosen
from portal.reading.contacting.economics import ANSWER, PROFIT, REVENUE, RULE, RetentionCosts
from portal.reading.filters import Filters
from portal.reading.leading import narrowed_to, to_customers
from portal.reading.predicting import risk, risk_bands
from portal.reading.predicting.reckoned import Reckoned
from portal.reading.predicting.risk_bands import BANDS, LEAVING, Whole
from portal.reading.published import published_run
from tests.portal.asked import answer
from tests.shops import Shop

COSTS = {
    "risk-contact-cost": None, "risk-incentive": None, "risk-success-rate": None,
    "risk-margin": None, "risk-staying-accept": None, "risk-budget": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def known(published_shop: Shop) -> pd.DataFrame:
    """Read the customers as any other tool would."""
    query = "select * from published_customer order by customer_id"
    with closing(sqlite3.connect(published_shop.path)) as connection:
        return pd.read_sql_query(query, connection)


@pytest.fixture
def usual(app: Dash) -> RetentionCosts:
    """Give the costs of the run."""
    with app.server.test_request_context("/"), published_run() as at:
        found = risk.of_run(at)
    assert found is not None
    return found


def expected(known: pd.DataFrame, costs: RetentionCosts) -> pd.DataFrame:
    """Give customers by what contacting each brings, by the formula itself."""
    rows = known.dropna(subset=["churn_probability", "value_at_stake"])
    profit = contact_profit(rows["churn_probability"], rows["value_at_stake"], costs=costs)
    ranked = rows.assign(profit=profit)
    return ranked.sort_values(
        ["profit", "customer_id"], ascending=[False, True], ignore_index=True
    )


def test_the_borders_of_the_bands_are_the_runs(app: Dash, known: pd.DataFrame) -> None:
    with app.server.test_request_context("/"), published_run() as at:
        low, high = risk.band_ends(at)
    bands = known.groupby("risk_band")["churn_probability"]
    assert bands.max().get("likely to stay", 0.0) < low <= bands.min().get("unsure", 1.0)
    assert bands.max().get("unsure", 0.0) < high <= bands.min().get("likely to leave", 1.0)


def test_the_costs_are_the_published_ones(app: Dash, usual: RetentionCosts) -> None:
    said = _read(app, "select * from published_cost")[0][1:7]
    assert said == tuple(
        getattr(usual, name)
        for name in (
            "contact_cost", "incentive", "success_rate", "staying_accept", "margin", "months",
        )
    )  # fmt: skip


def test_the_list_is_the_published_profits_to_the_penny(
    app: Dash, known: pd.DataFrame, usual: RetentionCosts
) -> None:
    with app.server.test_request_context("/"), published_run() as at:
        found = risk.chosen(at, Filters(), usual)
    assert found is not None
    paying = known[known["contact_profit"] > 0]
    assert len(paying) > 10
    assert found.customers == len(paying)
    assert found.profit == pytest.approx(paying["contact_profit"].sum(), abs=0.005)
    assert found.leavers == pytest.approx(paying["churn_probability"].sum())
    stored = _read(app, "select customers, cost, profit, profit_low, profit_high, fewest, most"
                        " from contact_cost")[0]  # fmt: skip
    assert (found.customers, found.fewest, found.most) == (stored[0], *stored[5:])
    ends = (found.cost, found.profit, found.low, found.high)
    assert ends == pytest.approx(stored[1:5], abs=0.5)


def test_other_costs_and_a_budget_hold_at_once(
    app: Dash, known: pd.DataFrame, usual: RetentionCosts
) -> None:
    costs = usual.model_copy(update={"incentive": 2.0, "staying_accept": 0.5})
    rows = expected(known, costs)
    taking = (
        rows["churn_probability"] * costs.success_rate
        + (1 - rows["churn_probability"]) * costs.staying_accept
    )
    running = (costs.contact_cost + taking * costs.incentive).cumsum()
    budget = float(running.iloc[20]) + 1e-6
    with app.server.test_request_context("/"), published_run() as at:
        whole = risk.chosen(at, Filters(), costs)
        within = risk.chosen(at, Filters(), costs, budget=budget)
    assert whole is not None
    assert within is not None
    paying = rows[rows["profit"] > 0]
    assert (whole.customers, within.customers) == (len(paying), 21)
    assert whole.profit == pytest.approx(paying["profit"].sum(), abs=0.01)
    assert within.profit == pytest.approx(rows["profit"].iloc[:21].sum(), abs=0.01)
    assert within.cost <= budget
    assert whole.low <= whole.profit <= whole.high
    for (low, high), middle in (
        (whole.leavers_range, whole.leavers),
        (whole.at_risk_range, whole.at_risk),
    ):
        assert low < middle < high


def test_groups_and_filters_add_up(app: Dash, known: pd.DataFrame) -> None:
    segment = str(known["segment"].mode()[0])
    rows = known[known["segment"] == segment].dropna(subset=["risk_value"])
    with app.server.test_request_context("/"), published_run() as at:
        totals = risk.totals(at, Filters(segments=(segment,)))
        assert totals is not None
        found = at.ask(totals)
    counts = rows["risk_value"].value_counts().to_dict()
    assert dict(zip(found["risk_value"], found["customers"], strict=True)) == counts
    assert found["clv_12m"].sum() == pytest.approx(rows["clv_12m"].sum())


def test_bands_cross_to_everybody(app: Dash, known: pd.DataFrame) -> None:
    with app.server.test_request_context("/"), published_run() as at:
        asked = queries.crossed(at, Filters())
        assert asked is not None
        found = at.ask(asked)
    counts = known.groupby(["risk_band", "value_band"]).size()
    assert found.set_index(["risk_band", "value_band"])["customers"].to_dict() == (
        counts.to_dict()
    )
    profit = known.loc[known["contact_profit"] > 0, "contact_profit"].sum()
    assert found["profit"].sum() == pytest.approx(profit)


def test_the_curve_ends_where_everybody_is_contacted(
    app: Dash, known: pd.DataFrame, usual: RetentionCosts
) -> None:
    rows = expected(known, usual)
    with app.server.test_request_context("/"), published_run() as at:
        asked = queries.curve(at, Filters())
        assert asked is not None
        found = at.ask(asked).set_index("number")["profit"]
    running = rows["profit"].cumsum()
    assert found.index.max() == len(rows)
    assert found.to_dict() == pytest.approx(
        {number: running.iloc[number - 1] for number in found.index}, abs=0.01
    )
    assert found.max() == pytest.approx(running.max(), abs=0.01)


def test_slice_is_said_at_the_entered_costs(
    app: Dash, client: FlaskClient, known: pd.DataFrame, usual: RetentionCosts
) -> None:
    rows = expected(known, usual.model_copy(update={"incentive": 0.0}))
    paying = rows[rows["profit"] > 0]
    given = {"url": "", **COSTS, "risk-incentive": 0}
    said = str(answer(app, client, "risk-slice.children", given))
    assert f"{len(paying):,}" in said
    assert f"{paying['churn_probability'].sum():,.0f}" in said


def test_costs_that_cannot_be_are_refused_in_a_sentence(app: Dash, client: FlaskClient) -> None:
    given = {"url": "", **COSTS, "risk-success-rate": 140}
    said = str(answer(app, client, "risk-costs-problem.children", given))
    assert "at most 1" in said


def test_a_budget_below_nothing_is_refused_in_a_sentence(
    app: Dash, client: FlaskClient
) -> None:
    given = {**COSTS, "risk-budget": -1}
    said = str(answer(app, client, "risk-costs-problem.children", given))
    assert "The budget must be 0 or more" in said


def test_groups_lead_to_a_campaign_of_the_same_customers(
    app: Dash, client: FlaskClient, known: pd.DataFrame
) -> None:
    group, many = next(iter(known["risk_value"].value_counts().items()))
    said = str(answer(app, client, "risk-groups.children", {"url": "?"}))
    assert f"Contact {many} customers" in said
    assert f"{many} customers, chance of leaving" in said
    where = urlencode({"dataset": "shop", "where": f"risk_value={group}"})
    assert f"/campaigns?{where}" in said


def best(customers: int = 10, fewest: int = 8, most: int = 12) -> Chosen:
    return Chosen(
        customers, 5.0, 100.0, 50.0, 20.0, 40.0, 30.0, 50.0, 100, customers, fewest, most
    )


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (figures.Listed(best(), best(), None, ""), "Contacting 10 customers (8 to 12) brings"),
        (
            figures.Listed(best(4), best(), 9.0, ""),
            "The budget pays for 4 of 10 customers worth",
        ),
        (figures.Listed(best(0), best(0), None, ""), "contacting nobody pays"),
        (figures.Listed(None, None, None, ""), "What contacting customers brings"),
    ],
)
def test_what_is_said_of_the_list(listed: figures.Listed, said: str) -> None:
    assert said in figures.profit_finding(listed, "GBP")


def test_bands_add_up_to_everybody_and_what_is_at_risk(app: Dash, known: pd.DataFrame) -> None:
    with app.server.test_request_context("/"), published_run() as at:
        asked = risk_bands.by_band(at, Filters())
        assert asked is not None
        found = at.ask(asked).set_index("risk_band")
        whole = risk_bands.whole(at, Filters())
    rows = known.dropna(subset=["churn_probability", "value_at_stake"])
    at_risk = (rows["churn_probability"] * rows["value_at_stake"]).groupby(rows["risk_band"])
    assert found["customers"].to_dict() == rows["risk_band"].value_counts().to_dict()
    assert found["at_risk"].to_dict() == pytest.approx(at_risk.sum().to_dict())
    assert whole is not None
    assert whole.customers == len(rows)
    assert whole.leaving == (rows["risk_band"] == LEAVING).sum()
    assert whole.leavers == pytest.approx(rows["churn_probability"].sum())
    assert whole.paying == (rows["contact_profit"] > 0).sum()
    assert whole.leavers_range[0] < whole.leavers < whole.leavers_range[1]
    assert whole.at_risk_range[0] < whole.at_risk < whole.at_risk_range[1]


def test_ranges_hold_the_level_and_chance(app: Dash, known: pd.DataFrame) -> None:
    """Of one band and of all, as numpy has them; of two people chance tells most."""
    rows = known.dropna(subset=["churn_probability", "value_at_stake"])
    with app.server.test_request_context("/"), published_run() as at:
        miss = risk.level_miss(at)
        asked = risk_bands.by_band(at, Filters())
        assert asked is not None
        found = at.ask(asked).set_index("risk_band")
        whole = risk_bands.whole(at, Filters())
    assert whole is not None
    assert whole.leavers_range == pytest.approx(ends_of(rows, np.ones(len(rows)), miss))
    assert whole.at_risk_range == pytest.approx(ends_of(rows, rows["value_at_stake"], miss))
    for band, some in rows.groupby("risk_band"):
        told = found.loc[band, ["leavers_low", "leavers_high"]].astype(float)
        assert tuple(told) == pytest.approx(ends_of(some, np.ones(len(some)), miss))
    few = pd.DataFrame({"churn_probability": [0.85, 0.8]})
    assert ends_of(few, np.ones(2), 0.2)[0] < 1


def ends_of(
    rows: pd.DataFrame, weights: np.ndarray | pd.Series, miss: float
) -> tuple[float, float]:
    """Add up what chance and a level that is off bring, by hand."""
    p, w = rows["churn_probability"].to_numpy(), np.asarray(weights)
    middle, chance = (p * w).sum(), 4 * (p * (1 - p) * w**2).sum()
    off = [(expit(logit(p.clip(1e-6, 1 - 1e-6)) + way * miss) * w).sum() for way in (-1, 1)]
    half = [np.sqrt((end - middle) ** 2 + chance) for end in off]
    return (
        max(middle - half[0], np.minimum(w, 0).sum()),
        min(middle + half[1], np.maximum(w, 0).sum()),
    )


def test_groups_of_an_attribute_are_those_of_its_customers(
    app: Dash, known: pd.DataFrame
) -> None:
    rows = known.dropna(subset=["churn_probability", "value_at_stake"])
    with app.server.test_request_context("/"), published_run() as at:
        for attribute in queries.attributes(at):
            asked = queries.by_group(at, Filters(), attribute=attribute)
            assert asked is not None
            assert at.ask(asked)["customers"].sum() <= len(rows)
        segments = queries.by_group(at, Filters(), attribute="segment")
        assert segments is not None
        found = at.ask(segments).set_index("level")
        assert queries.by_group(at, Filters(), attribute="no such") is None
        assert queries.by_group(at, Filters(), attribute=None) == segments
    by_segment = rows.groupby("segment")
    assert found["customers"].to_dict() == by_segment.size().to_dict()
    assert found["probability"].to_dict() == pytest.approx(
        by_segment["churn_probability"].mean().to_dict()
    )
    assert found["at_risk"].is_monotonic_decreasing


def test_the_drill_offers_what_is_not_narrowed_yet(app: Dash, client: FlaskClient) -> None:
    def offered(search: str, chosen: str | None) -> dict[str, Any]:
        given = {"url": search, "risk-attribute": chosen}
        response = answer(app, client, "risk-attribute.options", given)["response"]
        return response["risk-attribute"]

    first = offered("?", None)
    names = [each["value"] for each in first["options"]]
    assert (first["value"], names[0]) == ("segment", "segment")
    assert "risk_value" not in names
    assert offered("?", "frequency")["value"] == "frequency"
    narrowed = offered("?where=frequency%3D1", "frequency")
    assert "frequency" not in [each["value"] for each in narrowed["options"]]
    assert narrowed["value"] == "segment"


def test_links_keep_what_the_page_is_narrowed_to() -> None:
    filters = narrowed_to(Filters(countries=("France",)), "frequency", "2 to 3")
    address = to_customers(filters, "shop", risk_band=LEAVING, value_band="high")
    path, _, query = address.partition("?")
    assert path == "/customers"
    assert parse_qs(query) == {
        "dataset": ["shop"],
        "country": ["France"],
        "where": ["frequency=2 to 3"],
        "risk_band": ["likely to leave"],
        "value_band": ["high"],
    }
    assert narrowed_to(filters, "frequency", "2 to 3") == filters
    assert narrowed_to(filters, "country", "Spain").countries == ("Spain",)
    assert narrowed_to(filters, "segment", "A").segments == ("A",)


def by(basis: str) -> Reckoned:
    return Reckoned(basis, "churn", "", None)


def whole(paying: int = 3) -> Whole:
    return Whole(100, 40, 45.0, (35.0, 55.0), 900.0, (700.0, 1_100.0), paying, 60.0 * paying)


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        (REVENUE, "are expected to place no order in the next 90 days: £900 (£700 to £1.1K)"),
        (PROFIT, "The activity of about 45 of 100 customers (35 to 55) is expected to drop"),
        (ANSWER, "are expected to answer a campaign, and would spend £900 (£700 to £1.1K)"),
    ],
)
def test_the_answer_is_said_in_what_counts(basis: str, said: str) -> None:
    text = sentences.answered(whole(), by(basis), days=90, currency="GBP")
    assert said in text
    assert "45 of 100 customers (35 to 55)" in text
    assert "Contacting 3 customers should bring more than it costs: £180 together." in text
    nobody = sentences.answered(whole(paying=0), by(basis), days=90, currency="GBP")
    assert "Contacting nobody would bring more than it costs." in nobody


def test_whom_a_rule_names_is_said_without_amounts() -> None:
    assert sentences.named(7).startswith("A rule names 7 customers to contact")
    assert sentences.named(0) == "No rule names anybody to contact."


def test_the_share_of_those_likely_to_leave_is_said() -> None:
    leaving = pd.Series({"at_risk": 450.0})
    said = bands.bands_finding(leaving, whole(), "GBP", by=by(REVENUE))
    assert said == "50 % of the revenue at risk lies with those likely to leave"
    assert "of the profit" in bands.bands_finding(leaving, whole(), "GBP", by=by(PROFIT))
    none = bands.bands_finding(None, whole(), "GBP", by=by(REVENUE))
    assert none == "Nobody is likely to leave; £900 is at risk"
    assert "answer" in bands.bands_finding(None, whole(), "GBP", by=by(ANSWER))


def test_the_cell_with_most_at_risk_is_named() -> None:
    rows = pd.DataFrame(
        {
            "risk_band": [*BANDS],
            "value_band": ["high", "low", "middle"],
            "customers": [1, 20, 30],
            "at_risk": [90.0, 5.0, 5.0],
        }
    )
    assert bands.crossed_finding(rows, "GBP") == (
        "Most is at risk with 1 customer likely to stay, of high value: £90 of £100"
    )
    turned = rows.assign(at_risk=[5.0, 5.0, 90.0])
    assert "30 customers likely to leave, of middle value" in (
        bands.crossed_finding(turned, "GBP")
    )
    assert bands.crossed_finding(rows.assign(at_risk=0.0), "GBP") == "Nothing is at risk"


GROUPS = pd.DataFrame(
    {
        "level": ["A", "B", "C"],
        "customers": [50, 40, 5],
        "probability": [0.2, 0.6, 0.9],
        "at_risk": [300.0, 100.0, 10.0],
        "paying": [7, 9, 5],
    }
)


def test_groups_are_named_where_they_are_large_enough() -> None:
    def said(rows: pd.DataFrame, basis: str = REVENUE) -> str:
        return drill.drill_finding(rows, "country", "GBP", by=by(basis))

    assert said(GROUPS) == (
        "By country, most is at risk in “A” (£300); most likely to leave are those of “B”"
        " (60 %)"
    )
    turned = GROUPS.assign(at_risk=[100.0, 300.0, 10.0])
    assert said(turned) == (
        "By country, most is at risk in “B” (£300), where most are likely to leave, too (60 %)"
    )
    assert "most likely to answer" in said(GROUPS, ANSWER)
    assert said(GROUPS, RULE) == "By country, a rule names most in “B”: 9"
    assert said(GROUPS.assign(customers=5)) == "Who may leave, by country"


def test_the_trend_says_what_came_and_what_is_expected() -> None:
    windows = pd.DataFrame(
        {
            "as_of": ["2025-01-01", "2025-02-01", "2025-03-01"],
            "chosen": [True, True, True],
            "customers": [10, 10, 10],
            "base_rate": [0.4, 0.5, None],
            "expected_rate": [0.4, 0.5, 0.6],
            "expected_low": [0.3, 0.4, 0.5],
            "expected_high": [0.5, 0.6, 0.7],
        }
    )
    assert figures.trend_finding(windows) == (
        "50 % of the customers of 1 Feb 2025 left in the 90 days after; 60 % (50 % to 70 %) are"
        " expected to now"
    )
    assert figures.trend_finding(windows.head(2)).endswith("in the 90 days after")
    assert figures.trend_finding(windows.tail(1)) == "How many are expected to leave"
    assert figures.trend_finding(windows.head(0)) == "How many left so far"
    assert len(figures.trend_line(windows).data) == 2
    assert not figures.trend_line(windows.head(0)).data


def test_reasons_are_those_that_speak_for_leaving() -> None:
    rows = pd.DataFrame(
        {
            "feature": ["recency_days", "order_rate"],
            "raises": [False, True],
            "customers": [60, 40],
            "everyone": [100, 100],
        }
    )
    assert reasons.reasons_finding(rows, "leaving") == (
        "What speaks most often for leaving: days with an order per 90 days, with 40 % of"
        " customers"
    )
    turned = rows.assign(raises=[True, False])
    assert "recency, with 60 %" in reasons.reasons_finding(turned, "leaving")
    few = rows.assign(customers=[60, 4])
    assert reasons.reasons_finding(few, "leaving").startswith("No single reason")


def test_every_customer_has_one_weightiest_reason(app: Dash) -> None:
    with app.server.test_request_context("/"), published_run() as at:
        found = at.ask(queries.reasons(at, Filters()))
        ((customers,),) = at.connection.exec_driver_sql(
            "select count(distinct customer_id) from customer_reason where task = 'churn'"
        )
    assert found["customers"].sum() == customers > 0
    assert found["example"].notna().all()


def test_a_lead_within_chance_is_said_to_be_one() -> None:
    row = pd.Series(
        {
            "metric": "roc_auc", "title": "Recency alone", "score": 0.75, "rival_score": 0.72,
            "difference": 0.03, "low": 0.01, "high": 0.05,
        }
    )  # fmt: skip
    sure = sentences.against(row)
    assert "names the right one 75 % of the time" in sure
    assert sure.endswith("3.0 points apart (1.0 to 5.0).")
    row["low"] = -0.01
    assert sentences.against(row).endswith("(−1.0 to 5.0), which may be chance.")
    row["metric"] = "log_loss"
    assert "log loss was 0.750" in sentences.against(row)


def _read(app: Dash, query: str) -> list[tuple[Any, ...]]:
    with app.server.test_request_context("/"), published_run() as at:
        return [tuple(row) for row in at.connection.exec_driver_sql(query)]
