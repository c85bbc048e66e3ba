-- One row per segment
select
    dataset.name as dataset, -- the name given with --dataset
    segment_result.segment, -- name
    segment_result.customers, -- in the segment
    segment_result.share, -- of all customers, 0 to 1
    segment_result.revenue, -- net, money
    segment_result.revenue_share, -- of the customers' revenue, 0 to 1
    segment_result.recency_days, -- mean
    segment_result.frequency, -- mean
    segment_result.monetary, -- mean, money
    mean.churn_probability, -- mean of those who have one
    mean.clv_12m, -- mean of those who have one, money
    segment_result.stability -- mean Jaccard similarity over bootstraps, 0 to 1
from segment_result
join published on published.run_id = segment_result.run_id
join dataset on dataset.dataset_id = published.dataset_id
left join (
    select
        customer_result.run_id,
        customer_result.segment,
        avg(customer_result.churn_probability) as churn_probability,
        avg(customer_result.clv_12m) as clv_12m
    from customer_result
    join published on published.run_id = customer_result.run_id
    group by customer_result.run_id, customer_result.segment
) as mean
    on mean.run_id = segment_result.run_id and mean.segment = segment_result.segment
