-- One row per task, model and metric, on the newest closed window or the test fold
select
    dataset.name as dataset, -- the name given with --dataset
    model_score.task, -- segment, segment_replication, churn, activity_drop, high_value, given_outcome (several: given_outcome:column)
    model_score.model, -- name
    model_score.metric, -- name of the metric
    model_score.value, -- on the test window or fold
    model_score.low, -- lower end of where the next window's is expected
    model_score.high, -- upper end of where the next window's is expected
    model_score.baseline, -- 1 for naive rivals, else 0
    model_score.chosen -- 1 for the model that serves, or for the share of all where none tells customers apart, else 0
from model_score
join published on published.run_id = model_score.run_id
join dataset on dataset.dataset_id = published.dataset_id
