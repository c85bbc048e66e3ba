-- One row per snapshot and customer of one run: recency, frequency and monetary of standing orders
with standing as (
    select
        snapshot.as_of,
        snapshot.as_of_day,
        order_state.customer_id,
        order_state.ordered_day,
        order_state.net,
        order_state.country,
        row_number() over (
            partition by snapshot.as_of_day, order_state.customer_id
            order by order_state.ordered_at desc, order_state.invoice desc
        ) as latest
    from snapshot
    join order_state on order_state.run_id = snapshot.run_id
        and order_state.from_day <= snapshot.as_of_day
        and order_state.to_day > snapshot.as_of_day
    where snapshot.run_id = :run_id and order_state.net > 0
)
select
    as_of, -- day of the snapshot
    customer_id, -- the source's own identifier, as text
    as_of_day - max(ordered_day) as recency_days, -- days since the latest standing order
    count(*) as frequency, -- standing orders
    sum(net) as monetary, -- their net value, money
    as_of_day - min(ordered_day) as tenure_days, -- days since the first standing order
    max(case when latest = 1 then country end) as country -- of the latest standing order
from standing
group by as_of, as_of_day, customer_id
order by as_of, customer_id
