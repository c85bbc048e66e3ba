-- One row per customer of the newest snapshot
select
    dataset.name as dataset, -- the name given with --dataset
    customer_result.customer_id, -- the source's own identifier, as text
    customer_result.recency_days -- days since the latest standing order
from customer_result
join published on published.run_id = customer_result.run_id
join dataset on dataset.dataset_id = published.dataset_id
where customer_result.recency_days is not null
