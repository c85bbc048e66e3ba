"""Which pages there are, in which group, and which one an address means."""

from collections.abc import Iterable
from typing import cast
from urllib.parse import unquote

from flask import current_app

from portal.kit.cards import Card
from portal.kit.page import Page

GROUPS = ("Act", "Understand", "Evidence", "Data")
EXTENSION = "clientele-pages"


def in_order(pages: Iterable[Page]) -> tuple[Page, ...]:
    """Put pages into the order of the navigation."""
    return tuple(sorted(pages, key=lambda page: (_group_place(page), page.order, page.name)))


def pages() -> tuple[Page, ...]:
    """List the pages of the portal that serves, in the order of the navigation."""
    return cast(tuple[Page, ...], current_app.extensions[EXTENSION])


def place_of(pathname: str | None) -> Page | None:
    """Find the page that an address means."""
    path = path_of(pathname)
    return next((page for page in pages() if path in {page.path, *page.formerly}), None)


def path_of(pathname: str | None) -> str:
    """Write a path in the one way in which pages have theirs."""
    return unquote(pathname or "/").rstrip("/") or "/"


def moved_to(pathname: str) -> tuple[str, str] | None:
    """Give the path and the tab at which the page stands now, where it had this address."""
    path = path_of(pathname)
    page = next((page for page in pages() if path in page.formerly), None)
    return None if page is None else (page.path, page.formerly[path])


def page_at(path: str) -> Page:
    """Give the page at an address that is known to have one."""
    return next(page for page in pages() if page.path == path)


def card_of(card_id: str) -> Card | None:
    """Find a card of any page."""
    return next((page.cards[card_id] for page in pages() if card_id in page.cards), None)


def _group_place(page: Page) -> int:
    return GROUPS.index(page.group) if page.group in GROUPS else len(GROUPS)
