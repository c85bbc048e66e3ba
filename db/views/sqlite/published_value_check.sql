SELECT
  dataset.name AS dataset,
  value_check.as_of,
  value_check.model,
  value_check.chosen,
  value_check.repeat_orders,
  value_check.customers,
  value_check.expected_revenue,
  value_check.revenue,
  value_check.coverage,
  value_check.above,
  value_check.winkler
FROM value_check
JOIN published
  ON published.run_id = value_check.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
