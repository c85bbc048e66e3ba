"""Plan in a browser: budgets, playbooks and scenarios are changed, and the page follows."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal.settings import Settings
from tests.browser.conftest import Open, Serve, looks_right
from tests.shops import Shop, copied

pytestmark = pytest.mark.browser
ADDRESS = "/plan?dataset=shop"


@pytest.fixture
def base(shops: Shop, serve: Serve, tmp_path: Path) -> str:
    """Serve a copy of the shops, to write to."""
    path = copied(shops.path, tmp_path / "portal.db")
    return serve(Settings(db=f"sqlite:///{path}"))


def opened(page: Page, tab: str) -> None:
    """Open a tab of the page."""
    page.get_by_role("tab", name=tab).click()


def unfolded(page: Page, title: str) -> None:
    """Open what stands behind a title."""
    page.get_by_role("heading", name=title, exact=True).click()


def test_budget_and_ranges_are_followed(visit: Open) -> None:
    seen = visit()
    seen.go(ADDRESS)
    page, said = seen.page, seen.page.locator("#plan-answer")
    expect(said).to_contain_text("worth contacting")
    page.locator("#plan-budget").fill("30")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("£30 reaches")
    page.locator("#plan-divide").select_option("playbook")
    expect(page.locator("#plan-plan")).to_contain_text("Its part of the budget")
    looks_right(page)
    opened(page, "One campaign")
    outcome = page.locator("#plan-outcome")
    expect(outcome).to_contain_text("the highest expected profit first")
    looks_right(page)
    opened(page, "The plan")
    expect(page.locator("#plan-plan")).to_contain_text("Its part of the budget")
    opened(page, "One campaign")
    expect(outcome).to_contain_text("the highest expected profit first")
    page.locator("#plan-success-rate-low").fill("99")
    page.keyboard.press("Enter")
    expect(outcome).to_contain_text("must be in order")


def test_a_budget_becomes_a_list_in_three_clicks(visit: Open) -> None:
    seen = visit()
    seen.go("/?dataset=shop")
    page = seen.page
    page.get_by_role("link", name="Plan", exact=True).click()
    page.locator("#plan-budget").click()
    page.keyboard.type("5000")
    page.keyboard.press("Enter")
    expect(page.locator("#plan-answer")).to_contain_text("£5,000 reaches")
    with page.expect_download() as found:
        page.get_by_role("link", name="Download as CSV").click()
    lines = Path(found.value.path()).read_text("utf-8-sig").splitlines()
    reached = re.search(r"reaches ([\d,]+)", page.locator("#plan-answer").inner_text())
    assert reached
    assert len(lines) - 1 == int(reached[1].replace(",", ""))


def test_a_plan_becomes_a_campaign_of_the_same_pounds(visit: Open, base: str) -> None:
    seen = visit(base=base)
    seen.go(ADDRESS)
    page = seen.page
    page.locator("#plan-budget").fill("30")
    page.keyboard.press("Enter")
    said = page.locator("#plan-answer")
    expect(said).to_contain_text("£30 reaches")
    profit = re.search(r"should bring (£[\d.,]+)", said.inner_text())
    cost = re.search(r"cost (£[\d.,]+\d)", page.locator("#plan-said").inner_text())
    assert profit
    assert cost
    page.get_by_role("link", name="Make a campaign of this list").click()
    expected = page.locator("#campaigns-expected")
    expect(expected).to_contain_text(f"should bring {profit[1]}")
    expect(expected).to_contain_text(f"costs {cost[1]}")
    page.locator("#campaigns-incentive").fill("8")
    page.keyboard.press("Enter")
    own = "Computed with this campaign's offer of £8, not the update's £10."
    expect(expected).to_contain_text(own)
    page.get_by_role("button", name="Create campaign").click()
    expect(page.locator("#campaigns-said")).to_contain_text("is created")
    page.get_by_role("button", name="See the campaign").click()
    expect(page.locator("#campaigns-facts")).to_contain_text(own)
    expect(page.locator("#campaigns-result")).to_contain_text("was expected to bring")
    looks_right(page)


def test_a_playbook_is_mended_saved_followed_and_restored(visit: Open, base: str) -> None:
    seen = visit(base=base)
    seen.go(ADDRESS)
    page = seen.page
    opened(page, "Playbook")
    for title in ("Edit as text", "Versions", "What changed", "Who each segment is"):
        unfolded(page, title)
    editor, faults = page.locator("#plan-editor"), page.locator("#plan-faults")
    expect(faults).to_contain_text("Nothing is wrong")
    text = editor.input_value()

    editor.fill(text.replace("target: 34", "target: 35"))
    expect(faults).to_contain_text("add up to 100 %, not to 101 %")
    expect(page.locator("#plan-save")).to_be_disabled()
    faults.get_by_role("button").click()
    chosen = "document.activeElement.value.slice(document.activeElement.selectionStart).trim()"
    assert page.evaluate(chosen).startswith("segments:")

    editor.fill(text.replace("Retention and reward", "Thank <b>them</b>"))
    expect(faults).to_contain_text("Nothing is wrong")
    page.locator("#plan-note").fill("Kinder words")
    page.get_by_role("button", name="Save the text").click()
    expect(page.locator("#plan-followed")).to_contain_text("Version 1 of the playbook")
    expect(page.locator("#plan-cards")).to_contain_text("Thank <b>them</b>")
    expect(page.locator("#plan-changes")).to_contain_text("→ “Thank <b>them</b>”")
    looks_right(page)

    page.get_by_role("button", name="Restore the built-in playbook").click()
    expect(page.locator("#plan-followed")).to_contain_text("Version 2 of the playbook")
    expect(page.locator("#plan-cards")).not_to_contain_text("Thank <b>")
    expect(editor).to_have_value(text)


def test_the_form_saves_a_version_that_the_page_follows(visit: Open, base: str) -> None:
    seen = visit(base=base)
    seen.go(f"{ADDRESS}#playbook")
    page = seen.page
    play = page.locator("details.play").first
    play.locator("summary").click()
    goal = play.get_by_label("Goal")
    goal.fill("Thank them")
    share = play.get_by_label("usually, %")
    usual = share.input_value()
    share.fill("35")
    save, said = page.locator("#plan-form-save"), page.locator("#plan-form-said")
    save.click()
    expect(said).to_contain_text("add up to 100 %")
    share.fill(usual)
    looks_right(page)
    save.click()
    expect(said).to_contain_text("Version 1 is saved")
    expect(page.locator("#plan-followed")).to_contain_text("Version 1 of the playbook")
    expect(page.locator("#plan-forms")).to_contain_text("Thank them")
    opened(page, "The plan")
    expect(page.locator("#plan-plan")).to_contain_text("Thank them")


def test_scenarios_are_kept_compared_and_shared_by_address(visit: Open, base: str) -> None:
    seen = visit(base=base)
    seen.go(ADDRESS)
    page = seen.page
    listed = page.locator("#plan-scenarios")
    customers = page.locator("#plan-customers")
    for name, many in (("Careful", "20"), ("Bold", "30")):
        opened(page, "One campaign")
        outcome = page.locator("#plan-outcome")
        expect(outcome).to_contain_text("the highest expected profit first")
        customers.fill(many)
        page.keyboard.press("Enter")
        expect(outcome).to_contain_text(f"{many} customers, the highest")
        opened(page, "Scenarios")
        page.locator("#plan-name").fill(name)
        page.get_by_role("button", name="Save the scenario").click()
        expect(listed).to_contain_text(name)
    for name in ("Careful", "Bold"):
        page.get_by_label(f"Compare {name}").check()
    compared = page.locator("#plan-comparison")
    expect(compared).to_contain_text("Return on what is spent")
    looks_right(page)
    address = page.get_by_role("link", name="Address of the comparison").get_attribute("href")
    page.get_by_role("button", name="Load Careful").click()
    expect(customers).to_have_value("20")
    opened(page, "Scenarios")
    page.get_by_role("button", name="Delete Careful").click()
    expect(page.locator("#plan-kept-said")).to_contain_text("“Careful” is deleted")

    assert address
    elsewhere = visit()
    elsewhere.go(address)
    expect(elsewhere.page.locator("#plan-shared")).to_contain_text("came with this address")
    expect(elsewhere.page.locator("#plan-comparison")).to_contain_text("Careful")
    opened(elsewhere.page, "One campaign")
    expect(elsewhere.page.locator("#plan-customers")).to_have_value("30")
    elsewhere.go(f"{ADDRESS}&scenario=nonsense#campaign")
    expect(elsewhere.page.locator("#plan-shared")).to_contain_text("can't be read")
    expect(elsewhere.page.locator("#plan-outcome")).to_contain_text("expected profit first")
