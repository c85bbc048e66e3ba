-- One row per task, model and feature
select
    dataset.name as dataset, -- the name given with --dataset
    driver.task, -- segment, segment_replication, churn, activity_drop, high_value, given_outcome (several: given_outcome:column)
    driver.model, -- name
    driver.feature, -- name
    driver.importance -- higher matters more
from driver
join published on published.run_id = driver.run_id
join dataset on dataset.dataset_id = published.dataset_id
