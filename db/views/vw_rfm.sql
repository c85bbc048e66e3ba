-- One row per snapshot and customer
select
    dataset.name as dataset, -- the name given with --dataset
    nullif(customer_snapshot.as_of, '0001-01-01') as as_of, -- day up to whose end all is known
    customer_snapshot.customer_id, -- the source's own identifier, as text
    customer_snapshot.recency_days, -- days since the latest standing order
    customer_snapshot.frequency, -- standing orders
    customer_snapshot.monetary, -- net value of the standing orders, money
    customer_snapshot.r_score, -- 1 to 5, 5 the most recent fifth of the snapshot
    customer_snapshot.f_score, -- 1 to 5, 5 the fifth with most orders
    customer_snapshot.m_score -- 1 to 5, 5 the fifth with most spend
from customer_snapshot
join published on published.run_id = customer_snapshot.run_id
join dataset on dataset.dataset_id = published.dataset_id
