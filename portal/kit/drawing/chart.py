"""What a drawing is given and what it gives; neither Dash nor the database is known here."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

import plotly.graph_objects as go

from portal.reading.filters import NO_FILTERS, Filters
from portal.words.has import NOTHING, Has

NOTHING_LEFT = "Nothing to show: no customer passes the filters."


class Chart(NamedTuple):
    """A figure, the sentence that is its finding, and what it shows for who can't see it.

    `missing` stands in place of a figure without any mark.
    """

    figure: go.Figure
    finding: str
    alternative: str
    missing: str = NOTHING_LEFT


class Scope(NamedTuple):
    """What a drawing must know beside its rows.

    Attributes
    ----------
    dataset
        The data set's name.
    currency
        ISO code of all money.
    as_of
        The day as known on whose end everything is; `None` where the source has no day.
    customers
        How many there are before any filter.
    segments
        Names of all segments in their order, which gives them their colours.
    has
        What the data set has.
    filters
        What the page is narrowed down to.
    choices
        The values of the card's controls by their names.
    """

    dataset: str = ""
    currency: str = "GBP"
    as_of: dt.date | None = None
    customers: int = 0
    segments: tuple[str, ...] = ()
    has: Has = NOTHING
    filters: Filters = NO_FILTERS
    choices: Mapping[str, Any] = {}

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the page down."""
        return self.filters != NO_FILTERS
