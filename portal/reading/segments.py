"""What every page means by the segments of the customers that the filters keep."""

from portal.reading.filters import Filters
from portal.reading.published import PublishedRun
from portal.reading.rows import each_row
from portal.reading.statements import Statement

SHARES = """
select
    segment,
    count(*) as customers,
    sum(monetary) as revenue,
    avg(recency_days) as recency_days,
    avg(frequency) as frequency,
    avg(monetary) as monetary,
    avg(average_basket) as average_basket,
    {new} as new_customers,
    count(*) / sum(count(*)) over () as share,
    sum(monetary) / coalesce(nullif(sum(sum(monetary)) over (), 0), 1) as revenue_share
from customers
where {filters} and segment is not null
group by segment
order by monetary desc nulls last, segment
"""

NEWCOMERS = """
select segment, {new} as new_customers
from customers
where segment is not null
group by segment
"""


def shares(run: PublishedRun, filters: Filters, **_choices: object) -> Statement:
    """One row per segment, the one that spends most per customer first, with its shares."""
    return run.of_customers(SHARES.replace("{new}", _new(run)), filters)


def newcomers(run: PublishedRun) -> dict[str, int]:
    """Count the new customers of each segment; nothing where it isn't known who is new."""
    rows = run.ask(run.of_customers(NEWCOMERS.replace("{new}", _new(run))))
    counted = rows.dropna(subset=["new_customers"])
    return {str(row.segment): int(row.new_customers) for row in each_row(counted)}


def _new(run: PublishedRun) -> str:
    return "count(*) filter (where is_new = 'yes')" if run.table.knows("is_new") else "null"
