"""Long lists page by page; which page it is stands in the address."""

from collections.abc import Callable
from typing import NamedTuple

from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.words import wording

ROWS = 25
"""Rows of a page."""


class Part(NamedTuple):
    """One page of a list of so many rows; pages count from 1."""

    number: int
    rows: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(-(-self.rows // ROWS), 1)

    @property
    def start(self) -> int:
        """The place of its first row, from 0."""
        return (self.number - 1) * ROWS


def part(number: int | None, rows: int) -> Part:
    """Give the page asked for, or the nearest that there is.

    >>> part(None, 30), part(9, 30), part(9, 30).start
    (Part(number=1, rows=30), Part(number=2, rows=30), 25)
    """
    first = Part(1, rows)
    return first._replace(number=min(max(number or 1, 1), first.pages))


def pager(page: Part, href: Callable[[int], str], *, noun: str) -> Component | None:
    """Say which rows are shown and lead to the pages beside; nothing where all fit on one."""
    if page.pages == 1:
        return None
    last = min(page.start + ROWS, page.rows)
    row_range = f"{wording.number(page.start + 1)} to {wording.number(last)} of"
    steps = (("Back", page.number - 1), ("On", page.number + 1))
    return html.Nav(
        [
            html.Span(f"{row_range} {wording.count(page.rows, noun)}", className="quiet"),
            *(
                dcc.Link(name, href=href(number), className="button")
                for name, number in steps
                if 1 <= number <= page.pages
            ),
        ],
        className="button-row pager",
        **aria(label=f"Pages of {noun}s"),
    )
