"""What is asked of a list of customers to contact: by segment, one by one, added up."""

from portal.reading.predicting import risk

WITHIN = risk.LISTED.replace("over down as number", "over down as place").replace(
    "window down as (order by", "window down as (partition by segment order by"
)
"""As the list, but each segment by itself."""
BY_SEGMENT = """,
known_by as (
    select segment, count(*) as known, count(*) filter (where profit > 0) as paying
    from known
    group by segment
),
on_list as (
    select
        segment,
        count(*) as customers,
        round(sum(cost), 2) as cost,
        round(sum(profit), 2) as profit,
        sum({down}) as low,
        sum({up}) as high,
        sum(probability) as leavers,
        sum(at_risk) as at_risk
    from listed
    where {chosen}
    group by segment
)
select
    coalesce(segment, 'No segment') as segment,
    coalesce(customers, 0) as customers,
    coalesce(cost, 0) as cost,
    coalesce(profit, 0) as profit,
    coalesce(low, 0) as low,
    coalesce(high, 0) as high,
    coalesce(leavers, 0) as leavers,
    coalesce(at_risk, 0) as at_risk,
    paying,
    known
from known_by
left join on_list using (segment)
order by profit desc, segment
"""
MEMBERS = """
select
    row_number() over (order by profit desc, customer_id) as number,
    customer_id, segment, profit as contact_profit, cost as contact_cost,
    probability as {p}, at_stake as {v}
from listed
where {chosen}
"""
SEGMENTS_KNOWN = """
with {known}
select segment, count(*) as known
from known
where segment is not null
group by segment
order by segment
"""
GROUP = """
select
    count(*) as customers,
    count(*) filter (where profit <= 0) as losing,
    coalesce(sum(probability), 0) as leavers,
    coalesce(sum(at_risk), 0) as at_risk,
    {ranges},
    coalesce(round(sum(cost), 2), 0) as cost,
    coalesce(round(sum(profit), 2), 0) as profit,
    coalesce(sum({down}), 0) as low,
    coalesce(sum({up}), 0) as high
from listed
where number <= :most
"""
