"""What the page of cohorts asks: who came when or how, who came again, and how soon."""

from typing import Any

from portal.reading.filters import Filters
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement
from portal.reading.trade import cohorts as reading
from portal.reading.trade.sales import figures


def kinds(run: PublishedRun) -> Statement:
    """List the kinds of cohorts that the source has, with how many there are."""
    return reading.kinds(run)


def cohorts(
    run: PublishedRun, _filters: Filters, *, by: str | None = None, **_choices: Any
) -> Statement:
    """One row per cohort and month since the first order."""
    return reading.cohorts(run, by or "month")


def waits(
    run: PublishedRun,
    _filters: Filters,
    *,
    wait: str | None = None,
    whose: str | None = None,
    **_choices: Any,
) -> Statement:
    """One row per group and seventh day: which share had ordered by then, with its range."""
    return reading.waits(run, wait=wait or "second", by=whose or "all")


def levels(
    run: PublishedRun,
    _filters: Filters,
    *,
    wait: str | None = None,
    whose: str | None = None,
    **_choices: Any,
) -> Statement:
    """One row per group: how long it takes until a quarter and half have ordered."""
    return reading.wait_levels(run, wait=wait or "second", by=whose or "all")


def single_figures(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """How long repeat buyers usually wait, beside the horizon of leaving."""
    return figures(run)
