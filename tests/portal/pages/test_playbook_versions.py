"""A saved playbook: every figure follows it at once, and everything about it can be undone."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from dash import Dash
from flask.testing import FlaskClient

from db.engine import open_reader
from db.workspace import open_workspace
from db.workspace import playbooks as kept
from db.workspace.playbooks import PlaybookChanged
from portal.app import create_app
from portal.pages.plan import figures, queries, scenarios
from portal.pages.plan.named import OF_LEAVERS
from portal.pages.plan.page import PLAN
from portal.pages.plan.playbook import playbook_versions as playbooks
from portal.pages.plan.scenario_table import comparison_rows, comparison_table
from portal.reading.contacting.economics import StrategyError, default_playbook, dump_playbook
from portal.reading.filters import Filters
from portal.reading.predicting import risk as churn
from portal.reading.published import PublishedRun, published_run, remember
from portal.report import plans
from portal.report.page import report
from portal.settings import Settings
from tests.portal.asked import answer
from tests.portal.pages.test_scenarios import CAREFUL
from tests.shops import Shop, copied, rows

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
BUILT_IN = dump_playbook(default_playbook())
DEARER = BUILT_IN.replace("contact_cost: 1\n", "contact_cost: 0.1\n").replace(
    "Retention and reward", "Something else"
)
WRONG = BUILT_IN.replace("target: 34", "target: 35")


@pytest.fixture
def shop(published_shop: Shop, tmp_path: Path) -> Shop:
    """Give a copy of the published shop, to write to."""
    path = copied(published_shop.path, tmp_path / "portal.db")
    return Shop(path, f"sqlite:///{path}", published_shop.dataset)


@pytest.fixture
def portal(shop: Shop) -> Dash:
    return create_app(open_reader(shop.url), Settings(db=shop.url))


@pytest.fixture
def browser(portal: Dash) -> FlaskClient:
    return portal.server.test_client()


@contextmanager
def looking(portal: Dash) -> Iterator[PublishedRun]:
    with portal.server.test_request_context("/"), published_run() as at:
        yield at


def saved(shop: Shop, text: str, based_on: int, note: str = "") -> int:
    return playbooks.save(
        open_workspace(shop.url),
        dataset=shop.dataset,
        text=text,
        note=note,
        based_on=based_on,
        at=NOW,
    )


def pressed(portal: Dash, browser: FlaskClient, **given: Any) -> dict[str, Any]:
    asked = {"plan-save": 1, "plan-note": "", "plan-based": 0, "url": ""}
    asked |= {f"plan-{name}": value for name, value in given.items()}
    return answer(portal, browser, "plan-saved.data", asked)["response"]


def test_faults_are_named_while_typing(portal: Dash, browser: FlaskClient) -> None:
    told = answer(portal, browser, "plan-faults.children", {"plan-editor": WRONG})
    assert "add up to 100 %, not to 101 %" in str(told["response"]["plan-faults"])
    assert told["response"]["plan-save"] == {"disabled": True}
    told = answer(portal, browser, "plan-faults.children", {"plan-editor": DEARER})
    assert "Nothing is wrong" in str(told["response"]["plan-faults"])
    assert told["response"]["plan-save"] == {"disabled": False}


def test_a_version_is_saved_from_the_page_and_followed_at_once(
    portal: Dash, browser: FlaskClient
) -> None:
    cards = {"url": "?budget=500&list=playbook", "plan-saved": None}
    before = answer(portal, browser, "plan-said.children", cards)["response"]
    told = pressed(portal, browser, editor=DEARER, note="Cheaper\npost")
    assert "Version 1 is saved" in str(told["plan-saved-said"])
    after = answer(portal, browser, "plan-cards.children", cards)["response"]
    assert "Something else" in str(after["plan-cards"])
    said = answer(portal, browser, "plan-said.children", cards)["response"]
    assert before["plan-said"] != said["plan-said"]
    expected = "saved playbook's contact cost of £0.10, not the update's £1."
    assert expected in str(said["plan-said"])
    assert expected not in str(before["plan-said"])
    with looking(portal) as at:
        (version,) = playbooks.versions(at)
        assert (version.note, version.text) == ("Cheaper post", DEARER)


def test_what_is_wrong_is_not_saved(portal: Dash, browser: FlaskClient) -> None:
    told = pressed(portal, browser, editor=WRONG)
    assert "Line " in str(told)
    assert "101 %" in str(told)
    told = pressed(portal, browser, editor="a" * 70_000)
    assert "at most 64 kB" in str(told)
    told = pressed(portal, browser, editor=DEARER, note="x" * 301)
    assert "at most 300 characters" in str(told)
    with looking(portal) as at:
        assert playbooks.versions(at) == []


def test_a_foreign_page_can_not_save(portal: Dash, browser: FlaskClient) -> None:
    refused = browser.post(
        "/_dash-update-component", json={}, headers={"Origin": "https://evil.example"}
    )
    assert refused.status_code == 403


def test_nobody_undoes_what_they_have_not_seen(
    portal: Dash, browser: FlaskClient, shop: Shop
) -> None:
    saved(shop, DEARER, 0)
    told = pressed(portal, browser, editor=BUILT_IN.replace("incentive: 10", "incentive: 9"))
    assert "saved version 1 of this playbook meanwhile" in str(told)
    with pytest.raises(PlaybookChanged):
        saved(shop, BUILT_IN + "# changed", 0)


def test_what_says_the_same_makes_no_version(shop: Shop, portal: Dash) -> None:
    assert saved(shop, BUILT_IN.replace("\n", "\r\n"), 0) == 0
    assert saved(shop, DEARER, 0) == 1
    assert saved(shop, DEARER + "\n\n", 1) == 1
    assert saved(shop, BUILT_IN, 1) == 2
    with looking(portal) as at:
        assert [each.version for each in playbooks.versions(at)] == [2, 1]
        assert playbooks.text_of(at, 0) == BUILT_IN
        assert playbooks.text_of(at, 1) == DEARER
        with pytest.raises(StrategyError, match="no version 7"):
            playbooks.text_of(at, 7)


def test_two_versions_are_compared() -> None:
    found = playbooks.difference(BUILT_IN, DEARER)
    assert found.words == [
        "Costs: contact cost 1 → 0.1",
        "VIP Champions: strategy “Retention and reward” → “Something else”",
    ]
    signs = [line.sign for line in found.lines]
    assert signs.count("+") == signs.count("−") == 2
    assert playbooks.difference(DEARER, DEARER) == playbooks.Difference([], [])
    assert playbooks.difference("a: 1", "a: 2").words == []


def seen(at: PublishedRun) -> int:
    """Stand for any result that hangs on the playbook."""
    return queries.in_force(at).version


def test_no_result_outlives_the_playbook_that_it_was_made_with(
    portal: Dash, shop: Shop
) -> None:
    with looking(portal) as at:
        assert remember(at, seen) == 0
    saved(shop, DEARER, 0)
    with looking(portal) as at:
        assert remember(at, seen) == 1
        costs = churn.costs_in_force(at)
        assert costs == queries.in_force(at).playbook.costs.retention
        assert costs.contact_cost == 0.1
        assert churn.of_run(at).contact_cost == 1


def test_how_a_budget_is_divided_follows_the_playbook(portal: Dash, shop: Shop) -> None:
    with portal.server.test_request_context("/"):
        before, *_ = PLAN.show("?budget=50&list=playbook", None)
    saved(shop, DEARER, 0)
    with portal.server.test_request_context("/"):
        after, *_ = PLAN.show("?budget=50&list=playbook", None)
    assert str(after) != str(before)


def test_groups_by_risk_and_value_keep_their_borders_whatever_it_costs(
    portal: Dash, shop: Shop
) -> None:
    with looking(portal) as at:
        before = queries.risk_groups(at)
    saved(shop, DEARER, 0)
    with looking(portal) as at:
        after = queries.risk_groups(at)
    pd.testing.assert_frame_equal(after, before)
    known = dict(
        rows(
            shop.path,
            "select risk_value, count(*) from published_customer"
            " where risk_value is not null group by risk_value",
        )
    )
    assert after.set_index("risk_value")["customers"].to_dict() == known


def test_the_churn_page_begins_with_the_saved_costs(
    portal: Dash, browser: FlaskClient, shop: Shop
) -> None:
    saved(shop, DEARER, 0)
    told = answer(portal, browser, "risk-contact-cost.placeholder", {"url": ""})["response"]
    assert told["risk-contact-cost"] == {"placeholder": "0.1", "disabled": False}


def test_exports_follow_the_playbook(portal: Dash, shop: Shop) -> None:
    with looking(portal) as at:
        assert "The playbook is the built-in one." in report(at)
    saved(shop, DEARER, 0)
    with looking(portal) as at:
        text = report(at)
        assert "The playbook is version 1" in text
        strategies = set(plans.action_plan(at).rows["strategy"])
    assert "Retention and reward" not in strategies


def test_a_saved_text_that_no_longer_loads_is_said_and_mendable(
    portal: Dash, browser: FlaskClient, shop: Shop
) -> None:
    kept.save(
        open_workspace(shop.url), dataset=shop.dataset, text=WRONG, note="", based_on=0, at=NOW
    )
    with looking(portal) as at:
        found = queries.in_force(at)
        assert found.playbook == default_playbook()
        assert "101 %" in found.problem
    given = {"url": "", "plan-saved": None}
    told = answer(portal, browser, "plan-followed.children", given)["response"]
    assert "can't be followed" in str(told)
    assert saved(shop, DEARER, 1) == 2


def test_scenarios_are_kept_listed_worked_out_and_deleted(portal: Dash, shop: Shop) -> None:
    writer = open_workspace(shop.url)
    bold = CAREFUL._replace(name="Bold")
    for each in (CAREFUL, bold, CAREFUL):
        scenarios.save(writer, each, dataset=shop.dataset, at=NOW)
    with pytest.raises(StrategyError, match="in order"):
        scenarios.save(
            writer,
            CAREFUL._replace(ranges=(99, *CAREFUL.ranges[1:])),
            dataset=shop.dataset,
            at=NOW,
        )
    with looking(portal) as at:
        every = scenarios.every(at)
        assert {each.name: each.entered for each in every} == {
            CAREFUL.name: CAREFUL,
            "Bold": bold,
        }
        found = scenarios.outcome(at, Filters(), scenarios.to_text(CAREFUL))
        assert found.best is not None
        assert found.best.budget == 5_500
        assert found.best.total("cost") <= 5_500
        assert found.returns.measures["likely"].notna().any()
        rows = comparison_rows([found, found], titles=OF_LEAVERS.measures)
        assert set(rows["scenario"]) == {CAREFUL.name, f"{CAREFUL.name} (2)"}
        assert (rows["low"] <= rows["high"]).all()
        figure = figures.compared(rows, currency="GBP")
        assert [len(trace.x) for trace in figure.data] == [3, 3]
        table = comparison_table([found, found], "GBP", named=OF_LEAVERS)
        assert "Simulated campaigns that lose money" in str(table)
        assert scenarios.delete(writer, at, 99, at=NOW) is None
        assert scenarios.delete(writer, at, every[0].scenario_id, at=NOW) == every[0].name
    with looking(portal) as at:
        assert len(scenarios.every(at)) == 1
