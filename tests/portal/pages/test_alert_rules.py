"""Rules for alerts on History: said in words, added, switched, deleted and brought back."""

import datetime as dt
import json

import pytest
from dash import Dash

from db.engine import open_reader, reading
from db.workspace import open_workspace
from db.workspace import rules as kept
from pipeline.watch import alerts
from portal.app import create_app
from portal.pages.history import rules
from portal.settings import Settings
from tests.shops import Shop, copied


@pytest.fixture
def shop(published_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    path = copied(published_shop.path, tmp_path_factory.mktemp("rules") / "portal.db")
    return Shop(path, f"sqlite:///{path}", published_shop.dataset)


@pytest.fixture
def portal(shop: Shop) -> Dash:
    return create_app(open_reader(shop.url), Settings(db=shop.url))


def every(shop: Shop) -> list[kept.Rule]:
    with reading(open_workspace(shop.url)) as connection:
        return kept.of(connection, shop.dataset)


@pytest.mark.parametrize(
    ("figure", "kind", "limit", "said"),
    [
        ("revenue_30d", "falls", 30, "Revenue of the last 30 days falls by more than 30 %"),
        ("at_risk", "above", 5000, "Value at risk above £5,000"),
        ("base_rate", "above", 40, "Share of customers who left above 40.0 %"),
        ("drift", "above", 0.5, "Drift since the last update above 0.50"),
        ("orders_30d", "below", 10, "Orders of the last 30 days below 10"),
    ],
)
def test_a_rule_is_said_as_it_was_entered(
    figure: str, kind: str, limit: float, said: str
) -> None:
    assert rules.rule_said(rules.entered(figure, kind, limit), "GBP") == said


@pytest.mark.parametrize("kind", rules.KINDS)
@pytest.mark.parametrize("figure", rules.FIGURES)
def test_a_rule_is_said_as_the_refresh_says_it(figure: str, kind: str) -> None:
    rule = kept.Rule(figure, None, kind, 0.25 if kind in {"rises", "falls"} else 12.0)
    assert rules.rule_said(rule, "GBP") == alerts.rule_said(rule, "GBP")


@pytest.mark.parametrize(
    ("figure", "kind", "limit", "said"),
    [
        ("revenue_30d", "falls", None, "Enter a limit"),
        ("revenue_30d", "falls", -1, "Enter a limit"),
        ("weather", "above", 1, "Choose what is watched"),
        ("drift", "rises", 1, "can only be above or below"),
    ],
)
def test_a_wrong_rule_is_refused(
    figure: str, kind: str, limit: float | None, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        rules.entered(figure, kind, limit)


def test_the_list_names_every_rule_of_the_data_set(shop: Shop, portal: Dash) -> None:
    with portal.server.test_request_context("/history?dataset=shop"):
        told = json.dumps(rules.show_rules("?dataset=shop").to_plotly_json(), default=str)
    assert len(every(shop)) == len(kept.GIVEN)
    for rule in every(shop):
        assert rules.rule_said(rule, "GBP") in told


def test_a_rule_is_added_switched_deleted_and_brought_back(shop: Shop) -> None:
    engine, at = open_workspace(shop.url), dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    kept.add(engine, shop.dataset, rules.entered("orders_30d", "below", 10), at=at)
    mine = every(shop)[-1]
    assert (mine.figure, mine.kind, mine.threshold, mine.is_on) == (
        "orders_30d", "below", 10, True,
    )  # fmt: skip
    kept.switch(engine, mine.number, is_on=False)
    assert not every(shop)[-1].is_on
    kept.delete(engine, mine.number, at=at)
    assert mine.number not in {each.number for each in every(shop)}
    with reading(engine) as connection:
        ((rule, _),) = kept.deleted(connection, shop.dataset, at=at)
    assert rule.number == mine.number
    kept.restore(engine, mine.number)
    assert every(shop)[-1].number == mine.number
