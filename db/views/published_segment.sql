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
    segment_result.stability -- mean Jaccard similarity over bootstraps, 0 to 1
from segment_result
join published on published.run_id = segment_result.run_id
join dataset on dataset.dataset_id = published.dataset_id
