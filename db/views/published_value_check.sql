-- One row per as-of day, model and group of repeat orders, of what a hold-out told of value
select
    dataset.name as dataset, -- the name given with --dataset
    value_check.as_of, -- the last day that was known when it was foretold
    value_check.model, -- customer-base model, naive rule, or what is served (…_shared)
    value_check.chosen, -- 1 for what values come from, else 0
    value_check.repeat_orders, -- 0, 1-2, 3-6 or 7+ on that day
    value_check.customers, -- of the group
    value_check.expected_revenue, -- of the group in the days that followed, money
    value_check.revenue, -- that came, money
    value_check.coverage, -- share whose revenue lies in their interval
    value_check.above, -- share whose revenue lies above its upper end
    value_check.winkler -- mean Winkler score of the intervals, money
from value_check
join published on published.run_id = value_check.run_id
join dataset on dataset.dataset_id = published.dataset_id
