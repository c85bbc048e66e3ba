"""What typed rows must fulfil before they are worth publishing."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from pipeline.base.wording import percent
from pipeline.quality.findings import Finding

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


def check_customers(
    customers: pd.DataFrame, findings: Sequence[Finding], *, today: dt.date
) -> list[Check]:
    """Check rows of customers after mending: one each, gaps, twins, odd values, the day."""
    by_rule = {finding.rule: finding for finding in findings}
    checks = [
        _counted(
            by_rule, ["overlap", "repeated"], "one row a customer", "stand more than once"
        ),
        _counted(by_rule, ["nobody"], "rows name a customer", "rows name none"),
        _counted(by_rule, ["alike"], "customers differ", "are equal but for their number"),
        _odd(findings),
        _gaps(customers),
    ]
    if "enrolled_on" in customers:
        checks.append(_enrolled(customers["enrolled_on"], today))
    return checks


def _counted(
    by_rule: Mapping[str, Finding], rules: Sequence[str], name: str, problem: str
) -> Check:
    rows = sum(by_rule[rule].rows for rule in rules if rule in by_rule)
    return (
        Check(name, "warning", f"{rows:,} {problem}") if rows else Check(name, "good", "all do")
    )


def _odd(findings: Sequence[Finding]) -> Check:
    odd = [
        finding for finding in findings if finding.rule.startswith(("impossible_", "absurd_"))
    ]
    cells = sum(finding.rows for finding in odd)
    if not cells:
        return Check("values are plausible", "good", "none is beyond belief")
    return Check("values are plausible", "warning", f"{cells:,} are taken as unknown")


def _gaps(customers: pd.DataFrame) -> Check:
    shares = customers.isna().mean()
    most = str(shares.idxmax())
    if not shares[most]:
        return Check("columns are filled", "good", "filled in every row")
    level = "warning" if shares[most] <= NO_CUSTOMER else "bad"
    return Check(
        "columns are filled", level, f"{most} is unknown of {percent(shares[most], 1)}"
    )


def _enrolled(days: pd.Series, today: dt.date) -> Check:
    dates = pd.to_datetime(days, format="%Y-%m-%d").dropna()
    name = "dates are plausible"
    if dates.empty:
        return Check(name, "bad", "no date could be read")
    date_range = f"{dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}"
    to_come = dates.max() > pd.Timestamp(today) + pd.Timedelta(days=2)
    is_odd = to_come or dates.min() < EARLIEST
    return Check(name, "warning" if is_odd else "good", date_range)


def _filled(lines: pd.DataFrame) -> list[Check]:
    checks = []
    for name in NEEDED:
        empty = float(lines[name].isna().mean())
        level = "good" if empty == 0 else "warning" if empty <= GAPS else "bad"
        observation = (
            "filled in every row" if empty == 0 else f"empty in {percent(empty, 1)} of rows"
        )
        checks.append(Check(f"{name} is filled", level, observation))
    return checks


def _dates(lines: pd.DataFrame, today: dt.date) -> Check:
    dates = lines["ordered_at"].dropna()
    if dates.empty:
        return Check("dates are plausible", "bad", "no date could be read")
    first, last = dates.min(), dates.max()
    date_range = f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
    to_come = int((dates > pd.Timestamp(today) + pd.Timedelta(days=2)).sum())
    if to_come:
        return Check(
            "dates are plausible", "warning", f"{date_range}; {to_come:,} are still to come"
        )
    level = "good" if first >= EARLIEST else "warning"
    return Check("dates are plausible", level, date_range)


def _customers(lines: pd.DataFrame) -> Check:
    has_customer = lines["customer_id"].notna()
    share = float(has_customer.mean())
    observation = (
        f"{percent(share, 1)} of rows name one, {lines['customer_id'].nunique():,} in all"
    )
    level = "good" if share > 1 - GAPS else "warning" if share >= NO_CUSTOMER else "bad"
    return Check("rows name a customer", level, observation)


def _prices(lines: pd.DataFrame) -> Check:
    below = float((lines["unit_price"] < 0).mean())
    level = "good" if below == 0 else "warning"
    observation = (
        "none is below 0" if below == 0 else f"{percent(below, 2)} of rows have a price below 0"
    )
    return Check("prices are not negative", level, observation)
