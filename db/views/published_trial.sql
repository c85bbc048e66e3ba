-- One row per study and trial
select
    dataset.name as dataset, -- the name given with --dataset
    trial.study, -- what was tuned
    trial.trial, -- number, from 0
    trial.state, -- complete, pruned or failed
    trial.value, -- of the objective
    trial.seconds, -- wall time, the one measured column that differs between equal runs
    trial.params -- as JSON
from trial
join published on published.run_id = trial.run_id
join dataset on dataset.dataset_id = published.dataset_id
