-- One row per task, model, actual and predicted class
select
    dataset.name as dataset, -- the name given with --dataset
    confusion.task, -- segment, segment_replication, churn, activity_drop, high_value, given_outcome (several: given_outcome:column)
    confusion.model, -- name
    confusion.actual, -- class
    confusion.predicted, -- class
    confusion.customers -- with that pair
from confusion
join published on published.run_id = confusion.run_id
join dataset on dataset.dataset_id = published.dataset_id
