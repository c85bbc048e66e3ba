"""Bringing files in as a person does, with every click counted."""

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

SOON = 300_000
NUMBERS = "select count(*), sum(frequency), round(sum(monetary), 2) from published_customer"


class Person:
    """Somebody at a page; choosing a file or an option is a click too."""

    def __init__(self, seen: Visit) -> None:
        self.page: Page = seen.page
        self.clicks = 0

    def press(self, name: str, *, exact: bool = True) -> None:
        """Press a button."""
        self.clicks += 1
        self.page.get_by_role("button", name=name, exact=exact).click()

    def follow(self, name: str) -> None:
        """Follow a link of the navigation."""
        self.clicks += 1
        self.page.locator("nav").get_by_role("link", name=name, exact=True).first.click()

    def choose(self, label: str, option: str) -> None:
        """Choose an option by its label."""
        self.clicks += 1
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def bring(self, *paths: Path) -> None:
        """Choose files by the button for it, and wait for what is said of them."""
        self.clicks += 1
        with self.page.expect_file_chooser(timeout=SOON) as chooser:
            self.page.locator("[data-action='choose-file']:visible").first.click()
        chooser.value.set_files(list(paths))

    def told(self) -> dict[str, str]:
        """Give the figures that stand before the button, once it may be pressed."""
        expect(self.page.locator("#data-publish")).to_be_enabled(timeout=SOON)
        facts = self.page.locator(".gives .fact").all()
        lines = [each.inner_text().splitlines() for each in facts]
        return {title: value for title, value, *_ in lines}

    def publish(self, label: str) -> None:
        """Press the one button and wait until it is done."""
        expect(self.page.locator("#data-publish")).to_be_enabled(timeout=SOON)
        self.press(label)
        expect(self.page.locator("#data-job")).to_contain_text("is published", timeout=SOON)


def same_numbers(told: dict[str, str], found: Sequence[float | None]) -> bool:
    """Say whether what was told before is what is published."""
    customers, orders, _ = found
    is_same = told["Customers"] == f"{customers:,}"
    return is_same and ("Orders" not in told or told["Orders"] == f"{int(orders or 0):,}")
