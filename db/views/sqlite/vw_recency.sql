SELECT
  dataset.name AS dataset,
  customer_result.customer_id,
  customer_result.recency_days
FROM customer_result
JOIN published
  ON published.run_id = customer_result.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
WHERE
  NOT customer_result.recency_days IS NULL
