SELECT
  dataset.name AS dataset,
  driver.task,
  driver.model,
  driver.feature,
  driver.importance
FROM driver
JOIN published
  ON published.run_id = driver.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
