-- One row per thing compared with the published update before
select
    dataset.name as dataset, -- the name given with --dataset
    drift.kind, -- attribute, score or base_rate
    drift.name, -- column of the table customers, or task
    drift.before, -- middle or most frequent value then, in words
    drift.now, -- the same now
    drift.stability_index, -- population stability index, 0: the same distribution
    drift.level -- same up to 0.1, some up to 0.25, much above
from drift
join published on published.run_id = drift.run_id
join dataset on dataset.dataset_id = published.dataset_id
