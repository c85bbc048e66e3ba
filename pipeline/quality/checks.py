"""What typed order lines must fulfil before they are worth publishing."""

import datetime as dt
from typing import NamedTuple

import pandas as pd

NEEDED = ("invoice", "product", "ordered_at", "quantity", "unit_price")
GAPS = 0.05
NO_CUSTOMER = 0.5
EARLIEST = pd.Timestamp("1990-01-01")


class Check(NamedTuple):
    """A rule, whether it holds (good, warning, bad) and what was seen."""

    name: str
    level: str
    said: str


def check_lines(lines: pd.DataFrame, *, today: dt.date) -> list[Check]:
    """Check order lines: gaps, dates, customers, signs."""
    return [*_filled(lines), _dates(lines, today), _customers(lines), _prices(lines)]


def _filled(lines: pd.DataFrame) -> list[Check]:
    found = []
    for name in NEEDED:
        empty = float(lines[name].isna().mean())
        level = "good" if empty == 0 else "warning" if empty <= GAPS else "bad"
        said = "filled in every row" if empty == 0 else f"empty in {empty:.1%} of rows"
        found.append(Check(f"{name} is filled", level, said))
    return found


def _dates(lines: pd.DataFrame, today: dt.date) -> Check:
    dates = lines["ordered_at"].dropna()
    if dates.empty:
        return Check("dates are plausible", "bad", "no date could be read")
    first, last = dates.min(), dates.max()
    said = f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
    to_come = int((dates > pd.Timestamp(today) + pd.Timedelta(days=2)).sum())
    if to_come:
        return Check("dates are plausible", "warning", f"{said}; {to_come:,} are still to come")
    level = "good" if first >= EARLIEST else "warning"
    return Check("dates are plausible", level, said)


def _customers(lines: pd.DataFrame) -> Check:
    known = lines["customer_id"].notna()
    share = float(known.mean())
    said = f"{share:.1%} of rows name one, {lines['customer_id'].nunique():,} in all"
    level = "good" if share > 1 - GAPS else "warning" if share >= NO_CUSTOMER else "bad"
    return Check("rows name a customer", level, said)


def _prices(lines: pd.DataFrame) -> Check:
    below = float((lines["unit_price"] < 0).mean())
    level = "good" if below == 0 else "warning"
    said = "none is below 0" if below == 0 else f"{below:.2%} of rows have a price below 0"
    return Check("prices are not negative", level, said)
