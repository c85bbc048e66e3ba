-- One row per snapshot and customer of one run: recency, frequency and monetary of standing orders
with standing as (
    select
        snapshot.as_of,
        snapshot.as_of_day,
        order_state.customer_id,
        snapshot.as_of_day - max(order_state.ordered_day) as recency_days,
        count(*) as frequency,
        sum(order_state.net) as monetary,
        snapshot.as_of_day - min(order_state.ordered_day) as tenure_days,
        max(order_state.place) as latest
    from snapshot
    join order_state on order_state.run_id = snapshot.run_id
        and order_state.from_day <= snapshot.as_of_day
        and order_state.to_day > snapshot.as_of_day
    where snapshot.run_id = :run_id and order_state.net > 0
    group by snapshot.as_of, snapshot.as_of_day, order_state.customer_id
)
select
    standing.as_of, -- day of the snapshot
    standing.customer_id, -- the source's own identifier, as text
    standing.recency_days, -- days since the latest standing order
    standing.frequency, -- standing orders
    standing.monetary, -- their net value, money
    standing.tenure_days, -- days since the first standing order
    latest.country -- of the latest standing order
from standing
join order_state as latest on latest.run_id = :run_id
    and latest.customer_id = standing.customer_id
    and latest.place = standing.latest
    and latest.from_day <= standing.as_of_day
    and latest.to_day > standing.as_of_day
order by standing.as_of, standing.customer_id
