-- One row per data set that has a published run
select
    dataset.name as dataset, -- the name given with --dataset
    run.run_id as run, -- number of the run, rising
    run.as_of, -- day of the newest snapshot
    run.seed, -- seed of everything random
    run.published_at -- moment of publishing, UTC
from published
join run on run.run_id = published.run_id
join dataset on dataset.dataset_id = published.dataset_id
