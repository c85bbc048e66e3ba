"""Campaigns, scenarios and playbook versions: deleted by a click, brought back by another."""

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from dash import Dash, no_update
from dash.exceptions import PreventUpdate

from db.engine import open_reader
from db.workspace import campaigns as kept
from db.workspace import open_workspace
from portal.app import create_app
from portal.kit import undo
from portal.pages.campaigns import description, page
from portal.pages.plan import scenario_list, scenarios
from portal.pages.plan.playbook import playbook_editor as editor
from portal.pages.plan.playbook import playbook_versions as playbooks
from portal.reading.contacting.economics import default_playbook, dump_playbook
from portal.settings import Settings
from tests.portal.pages.test_scenarios import CAREFUL
from tests.shops import Shop, copied, rows

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
DEARER = dump_playbook(default_playbook()).replace("contact_cost: 1\n", "contact_cost: 2\n")


@pytest.fixture
def shop(published_shop: Shop, tmp_path: Path) -> Shop:
    path = copied(published_shop.path, tmp_path / "portal.db")
    return Shop(path, f"sqlite:///{path}", published_shop.dataset)


@pytest.fixture
def portal(shop: Shop) -> Dash:
    return create_app(open_reader(shop.url), Settings(db=shop.url))


def press(monkeypatch: pytest.MonkeyPatch, triggered: Any) -> None:
    """Have callbacks believe that a button, or nothing, was pressed."""
    pressed = type("Pressed", (), {"triggered_id": triggered})
    for module in (undo, page, scenario_list, editor):
        monkeypatch.setattr(module, "ctx", pressed)


def back(number: int) -> dict[str, Any]:
    return {"type": "any", "number": number, "place": undo.AT_ONCE}


def test_a_campaign(portal: Dash, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = open_workspace(shop.url)
    members = pd.DataFrame({"customer_id": ["a"], "contacted": [True], "stratum": ["x"]})
    more = {"made_by_run": 1, "as_of": None, "stamp": "{}", "at": NOW}
    number = kept.create(writer, members, dataset=shop.dataset, name="Spring", **more)
    with portal.server.test_request_context("/"):
        press(monkeypatch, None)
        said, _ = description.delete(1, str(number), "")
        assert "“Spring” is deleted." in str(said)
        assert "Undo" in str(said)
        listed, options, _, hidden = page.show_campaigns("", {}, None)
        assert (options, hidden) == ([], True)
        assert "Deleted (1)" in str(listed)
        assert "Restore Spring" in str(listed)
        assert "not there any more" in str(description.delete(1, str(number), "")[0])

        press(monkeypatch, back(number))
        assert description.restore([1, None])[1] == {"campaign": number}
        listed, options, _, hidden = page.show_campaigns("", {}, None)
        assert [each["label"] for each in options] == ["Spring"]
        assert "Deleted" not in str(listed)
        press(monkeypatch, back(99))
        assert "for good" in str(description.restore([1])[0])
        with pytest.raises(PreventUpdate):
            description.restore([None])


def test_a_scenario(portal: Dash, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    scenarios.save(open_workspace(shop.url), CAREFUL, dataset=shop.dataset, at=NOW)
    with portal.server.test_request_context("/"):
        press(monkeypatch, {"type": scenario_list.DELETE, "scenario": "saved-1"})
        monkeypatch.setattr(scenario_list, "SAVED_KEY", "saved-")
        _, said = scenario_list.delete([1], "")
        assert f"“{CAREFUL.name}” is deleted." in str(said)
        assert "It was deleted already." in str(scenario_list.delete([1], "")[1])
        assert "Deleted (1)" in str(scenario_list.show_scenarios("", None, [], [])[0])
        press(monkeypatch, back(1))
        assert f"“{CAREFUL.name}” is back." in str(scenario_list.restore([1])[1])
        assert "Deleted (" not in str(scenario_list.show_scenarios("", None, [], [])[0])
        press(monkeypatch, back(9))
        assert scenario_list.restore([1])[0] is no_update
    assert rows(shop.path, "select name from scenario where deleted_at is null") == [
        (CAREFUL.name,)
    ]


def test_a_version_of_the_playbook(
    portal: Dash, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = open_workspace(shop.url)
    for text, based in ((DEARER, 0), (DEARER.replace("contact_cost: 2", "contact_cost: 3"), 1)):
        playbooks.save(writer, dataset=shop.dataset, text=text, note="", based_on=based, at=NOW)
    with portal.server.test_request_context("/"):
        press(monkeypatch, {"type": editor.DELETE, "version": 2})
        changed, based, said, text = editor.delete([1], "")
        assert changed
        assert based == 1
        assert "contact_cost: 2" in text
        assert "Version 2 is deleted." in str(said)
        assert "Deleted (1)" in str(editor.show_history("", None)[0])

        press(monkeypatch, back(2))
        _, based, said, text = editor.bring_back([1], "")
        assert (based, "contact_cost: 3" in text) == (2, True)
        assert "Version 2 is back." in str(said)

        press(monkeypatch, {"type": editor.DELETE, "version": 1})
        _, based, _, text = editor.delete([1], "")
        assert based is no_update  # another one is in force and may be being edited
        assert text is no_update
        press(monkeypatch, back(9))
        assert "for good" in str(editor.bring_back([1], "")[2])
        press(monkeypatch, None)
        with pytest.raises(PreventUpdate):
            editor.delete([], "")
