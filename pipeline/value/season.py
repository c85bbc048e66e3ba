"""How much more, or less, is ordered in the coming season than in the year as a whole."""

import numpy as np

from pipeline.value.cuts import Cut
from pipeline.value.history import Whole

YEAR_DAYS = 365
LATELY = 90
"""Days by which it is told whether a shop grows."""
KNOWN = 2 / 3
"""So much of last year's season must be known."""
STILL_NEW = 1 / 5
"""New customers against a year ago, below which a shop gains none any more."""
BOUNDS = (0.5, 2.0)


def stretch_of(ordered: Whole, customer: Whole, *, day: int, days: int) -> float | None:
    """Give by how much a constant rate is to be stretched over the coming `days`.

    `ordered` are the days of all transactions up to `day`, by `customer`. It is last year's
    orders a day in the same season against those of the year up to `day`, corrected for growth
    between the middles of the two. None where last year's season is not known, or where nobody
    new comes any more, so that what customers did last year says how old they were.
    """
    first, a_year_ago = int(ordered.min(initial=day)), day - YEAR_DAYS
    began = max(a_year_ago, first)
    if first > a_year_ago + (1 - KNOWN) * days or not _gains_customers(ordered, customer, day):
        return None
    season = _between(ordered, began, a_year_ago + days) / max(a_year_ago + days - began, 1)
    year = _between(ordered, began, day) / max(day - began, 1)
    if not season or not year:
        return None
    grown = 1.0
    if first <= a_year_ago - LATELY:
        now = _between(ordered, day - LATELY, day)
        then = _between(ordered, a_year_ago - LATELY, a_year_ago)
        grown = now / then if now and then else 1.0
    apart = (YEAR_DAYS - days) / 2 / YEAR_DAYS
    return float(np.clip(season / year * grown**apart, *BOUNDS))


def stretch_at(cut: Cut) -> float | None:
    """Give `stretch_of` what was known at a cut."""
    return stretch_of(cut.before.day, cut.before.customer, day=cut.day, days=cut.days)


def _between(ordered: Whole, after: int, until: int) -> int:
    return int(((ordered > after) & (ordered <= until)).sum())


def _gains_customers(ordered: Whole, customer: Whole, day: int) -> bool:
    first = np.full(int(customer.max(initial=-1)) + 1, day, dtype=np.int64)
    np.minimum.at(first, customer, ordered)
    now = _between(first, day - LATELY, day)
    then = _between(first, day - YEAR_DAYS - LATELY, day - YEAR_DAYS)
    return now > 0 and now >= STILL_NEW * then
