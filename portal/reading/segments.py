"""What every page means by the segments of the customers that the filters keep."""

from portal.reading.filters import Filters
from portal.reading.published import PublishedRun
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
    count(*) / sum(count(*)) over () as share,
    sum(monetary) / coalesce(nullif(sum(sum(monetary)) over (), 0), 1) as revenue_share
from customers
where {filters} and segment is not null
group by segment
order by monetary desc nulls last, segment
"""


def shares(run: PublishedRun, filters: Filters, **_choices: object) -> Statement:
    """One row per segment, the one that spends most per customer first, with its shares."""
    return run.of_customers(SHARES, filters)
