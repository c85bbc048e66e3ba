-- One row per task, way to group the tested customers, and level
select
    dataset.name as dataset, -- the name given with --dataset
    calibration_level.task, -- a task of published_model
    calibration_level.model, -- the model that serves, as it was tested
    calibration_level.by, -- all, segment or value_band
    calibration_level.level, -- segment or band on the tested day; of all the tenth by probability
    calibration_level.customers, -- how many
    calibration_level.expected, -- mean probability
    calibration_level.actual, -- share for whom it came true
    calibration_level.low, -- lower end of the 95 % interval of that share
    calibration_level.high -- upper end of it
from calibration_level
join published on published.run_id = calibration_level.run_id
join dataset on dataset.dataset_id = published.dataset_id
