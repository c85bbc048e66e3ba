SELECT
  dataset.name AS dataset,
  confusion.task,
  confusion.model,
  confusion.actual,
  confusion.predicted,
  confusion.customers
FROM confusion
JOIN published
  ON published.run_id = confusion.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
