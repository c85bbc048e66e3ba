-- One row per task, model, curve and point
select
    dataset.name as dataset, -- the name given with --dataset
    curve.task, -- segment, segment_replication, churn, activity_drop, high_value, given_outcome (several: given_outcome:column)
    curve.model, -- name
    curve.curve, -- roc, precision_recall, calibration or gain
    curve.x, -- of the point
    curve.y -- of the point
from curve
join published on published.run_id = curve.run_id
join dataset on dataset.dataset_id = published.dataset_id
