"""What a data set knows of its customers, and what of it each control can be set to."""

from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database
from portal.words.titles import CHANNEL, title

ATTRIBUTES = """
select attribute, kind, role, unit, filled, distinct_values, lowest, quarter, median,
    three_quarters, highest, mean, deviation, skew, most_frequent, outliers
from attribute
where run_id = :run_id
order by position
"""
SCOPES = """
select distinct s.segment, s.position
from segment_result s
join association a on a.run_id = s.run_id and a.scope = s.segment
where s.run_id = :run_id
order by s.position
"""

SPEND = "monetary"
EVERYONE = "all"
"""The scope of associations among all customers."""
RULES = ("is_vip", "is_passive", "is_promotional", "is_new")
FIRST_GROUPS = ("income", "activity", "membership", "segment")
FIRST_PAIRS = (("city", "gender"), ("age", "education"), ("activity", "favourite_category"))


def attributes(
    run: PublishedRun, _filters: Filters = NO_FILTERS, **_choices: object
) -> Statement:
    """One row per attribute that the data set's source fills; filters don't change it."""
    return of_database(ATTRIBUTES, run_id=run.run_id)


def groupings(run: PublishedRun) -> list[str]:
    """List what customers can be grouped by, attributes in their order."""
    described = run.ask(attributes(run))
    varied = described.loc[described["role"] != "constant", "attribute"]
    offered = run.table.attributes
    return [n for n in (*varied, CHANNEL, "segment", "spend_band", *RULES) if n in offered]


def numbers(run: PublishedRun) -> list[str]:
    """List the numbers, spend first."""
    offered = [name for name, kind in run.table.attributes.items() if kind == "number"]
    return sorted(offered, key=lambda name: (name != SPEND, title(name)))


def splits(run: PublishedRun) -> list[str]:
    """List what a figure can be split by: the segment, targets, labels."""
    described = run.ask(attributes(run))
    targets = described.loc[described["role"] == "target", "attribute"]
    offered = run.table.attributes
    return [name for name in ("segment", *targets, *RULES) if name in offered]


def scopes(run: PublishedRun) -> list[str]:
    """List whose associations were measured: everyone's, and those of segments."""
    return [EVERYONE, *run.ask(of_database(SCOPES, run_id=run.run_id))["segment"]]


def first_group(by: list[str]) -> str:
    """Choose what customers are grouped by at first."""
    return next((name for name in FIRST_GROUPS if name in by), by[0] if by else "")


def first_number(run: PublishedRun) -> str:
    """Choose the number that is looked at first, empty where there is none."""
    return next(iter(numbers(run)), "")


def first_pair(by: list[str]) -> tuple[str, str]:
    """Choose what stands against each other at first."""
    for rows, columns in FIRST_PAIRS:
        if rows in by and columns in by:
            return rows, columns
    return "segment", "spend_band"
