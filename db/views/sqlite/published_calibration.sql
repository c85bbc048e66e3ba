SELECT
  dataset.name AS dataset,
  calibration_level.task,
  calibration_level.model,
  calibration_level.by,
  calibration_level.level,
  calibration_level.customers,
  calibration_level.expected,
  calibration_level.actual,
  calibration_level.low,
  calibration_level.high
FROM calibration_level
JOIN published
  ON published.run_id = calibration_level.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
