SELECT
  dataset.name AS dataset,
  customer_prediction.customer_id,
  customer_prediction.task,
  customer_prediction.predicted,
  customer_prediction.probability,
  customer_prediction.low,
  customer_prediction.high,
  customer_prediction.known
FROM customer_prediction
JOIN published
  ON published.run_id = customer_prediction.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
