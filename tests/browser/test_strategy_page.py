"""Strategy in a browser: budgets, playbooks and scenarios are changed, and the page follows."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from portal.settings import Settings
from tests.browser.conftest import Open, Serve, looks_right
from tests.shops import Shop, copied

pytestmark = pytest.mark.browser
ADDRESS = "/strategy?dataset=shop"


@pytest.fixture
def base(shops: Shop, serve: Serve, tmp_path: Path) -> str:
    """Serve a copy of the shops, to write to."""
    path = copied(shops.path, tmp_path / "portal.db")
    return serve(Settings(db=f"sqlite:///{path}"))


def test_budget_and_ranges_are_followed(visit: Open) -> None:
    seen = visit()
    seen.go(ADDRESS)
    said = seen.page.locator("#strategy-said")
    expect(said).to_contain_text("No budget was given")
    seen.page.locator("#strategy-budget").fill("500")
    seen.page.keyboard.press("Enter")
    expect(said).not_to_contain_text("No budget was given")
    outcome = seen.page.locator("#strategy-outcome")
    expect(outcome).to_contain_text("contacted in 90 days")
    seen.page.locator("#strategy-response-low").fill("99")
    seen.page.keyboard.press("Enter")
    expect(outcome).to_contain_text("must be in order")


def test_a_playbook_is_mended_saved_followed_and_restored(visit: Open, base: str) -> None:
    seen = visit(base=base)
    seen.go(ADDRESS)
    page = seen.page
    editor, faults = page.locator("#strategy-editor"), page.locator("#strategy-faults")
    expect(faults).to_contain_text("Nothing is wrong")
    text = editor.input_value()

    editor.fill(text.replace("target: 34", "target: 35"))
    expect(faults).to_contain_text("add up to 100 %, not to 101 %")
    expect(page.locator("#strategy-save")).to_be_disabled()
    faults.get_by_role("button").click()
    chosen = "document.activeElement.value.slice(document.activeElement.selectionStart).trim()"
    assert page.evaluate(chosen).startswith("segments:")

    editor.fill(text.replace("Retention and reward", "Thank <b>them</b>"))
    expect(faults).to_contain_text("Nothing is wrong")
    page.get_by_label("Why (optional)").fill("Kinder words")
    page.get_by_role("button", name="Save a new version").click()
    expect(page.locator("#strategy-followed")).to_contain_text("Version 1 of the playbook")
    expect(page.locator("#strategy-cards")).to_contain_text("Thank <b>them</b>")
    expect(page.locator("#strategy-changes")).to_contain_text("→ “Thank <b>them</b>”")
    looks_right(page)

    page.get_by_role("button", name="Restore the built-in playbook").click()
    expect(page.locator("#strategy-followed")).to_contain_text("Version 2 of the playbook")
    expect(page.locator("#strategy-cards")).not_to_contain_text("Thank")
    expect(editor).to_have_value(text)


def test_scenarios_are_kept_compared_and_shared_by_address(visit: Open, base: str) -> None:
    seen = visit(base=base)
    seen.go(ADDRESS)
    page = seen.page
    listed = page.locator("#strategy-scenarios")
    customers = page.locator("#strategy-customers")
    for name, many in (("Careful", "40"), ("Bold", "80")):
        customers.fill(many)
        page.keyboard.press("Enter")
        page.locator("#strategy-name").fill(name)
        page.get_by_role("button", name="Save the scenario").click()
        expect(listed).to_contain_text(name)
    for name in ("Careful", "Bold"):
        page.get_by_label(f"Compare {name}").check()
    compared = page.locator("#strategy-comparison")
    expect(compared).to_contain_text("Return on investment")
    looks_right(page)
    address = page.get_by_role("link", name="Address of the comparison").get_attribute("href")
    page.get_by_role("button", name="Load Careful").click()
    expect(customers).to_have_value("40")
    page.get_by_role("button", name="Delete Careful").click()
    expect(page.locator("#strategy-kept-said")).to_contain_text("“Careful” is deleted")

    assert address
    elsewhere = visit()
    elsewhere.go(address)
    expect(elsewhere.page.locator("#strategy-shared-said")).to_contain_text(
        re.compile("came with the address; it is not saved here")
    )
    expect(elsewhere.page.locator("#strategy-comparison")).to_contain_text("Careful")
    expect(elsewhere.page.locator("#strategy-customers")).to_have_value("80")
    elsewhere.go(f"{ADDRESS}&scenario=nonsense")
    expect(elsewhere.page.locator("#strategy-shared-said")).to_contain_text("can't be read")
    expect(elsewhere.page.locator("#strategy-outcome")).to_contain_text("contacted")


def test_a_late_list_of_scenarios_has_nothing_worked_out_twice(visit: Open) -> None:
    seen = visit()
    held: list[Route] = []

    def hold(route: Route) -> None:
        asked = str((route.request.post_data_json or {}).get("output"))
        held.append(route) if "strategy-scenarios.children" in asked else route.continue_()

    seen.page.route(re.compile("_dash-update-component"), hold)
    seen.page.goto(seen.base + ADDRESS)
    expect(seen.page.locator("#strategy-outcome")).to_contain_text("contacted")
    held[0].continue_()
    expect(seen.page.locator("#strategy-comparison-said")).to_contain_text("Choose two")
    seen.settle()

    assert len(seen.posts) == len(set(seen.posts))
