"""Which pages there are, in which group, and which one an address means."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

import dash

GROUPS = ("Understand", "Predict", "Act", "Operate")


class Page(NamedTuple):
    """A registered page, from what it gave `dash.register_page`.

    Attributes
    ----------
    group
        One of `GROUPS`; a page without one is not in the navigation.
    lead
        What the page answers, in a sentence under its title.
    icon
        The name of a Bootstrap icon.
    filtered
        Whether the filter bar stands under the title.
    needs_data
        Whether the landing page stands in for it until something is published.
    """

    module: str
    path: str
    template: str | None
    name: str
    title: str
    lead: str
    layout: Any
    group: str
    icon: str
    order: float
    filtered: bool
    needs_data: bool


class Place(NamedTuple):
    """A page and the variables in its address."""

    page: Page
    variables: Mapping[str, str]


def pages() -> list[Page]:
    """List every registered page in the order of the navigation."""
    found = [_page(module, entry) for module, entry in dash.page_registry.items()]
    return sorted(found, key=lambda page: (_group_place(page), page.order, page.name))


def place_of(pathname: str | None) -> Place | None:
    """Find the page that an address means."""
    path = unquote(pathname or "/").rstrip("/") or "/"
    for page in pages():
        if page.template is None and page.path == path:
            return Place(page, {})
        if page.template and (found := re.fullmatch(_pattern(page.template), path)):
            return Place(page, found.groupdict())
    return None


def _page(module: str, entry: Mapping[str, Any]) -> Page:
    order = entry.get("order")
    return Page(
        module=module,
        path=entry["path"],
        template=entry["path_template"],
        name=entry["name"],
        title=entry["title"],
        lead=entry.get("lead") or "",
        layout=entry["layout"],
        group=entry.get("group") or "",
        icon=(entry.get("icon") or "circle").removeprefix("bi-"),
        order=float("inf") if order is None else float(order),
        filtered=bool(entry.get("filtered", False)),
        needs_data=bool(entry.get("needs_data", True)),
    )


def _group_place(page: Page) -> int:
    return GROUPS.index(page.group) if page.group in GROUPS else len(GROUPS)


def _pattern(template: str) -> str:
    pieces = re.split(r"<(\w+)>", template)
    return "".join(
        f"(?P<{piece}>[^/]+)" if place % 2 else re.escape(piece)
        for place, piece in enumerate(pieces)
    )
