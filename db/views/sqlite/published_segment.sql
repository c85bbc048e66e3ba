SELECT
  dataset.name AS dataset,
  segment_result.segment,
  segment_result.customers,
  segment_result.share,
  segment_result.revenue,
  segment_result.revenue_share,
  segment_result.recency_days,
  segment_result.frequency,
  segment_result.monetary,
  mean.churn_probability,
  mean.clv_12m,
  segment_result.stability
FROM segment_result
JOIN published
  ON published.run_id = segment_result.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
LEFT JOIN (
  SELECT
    customer_result.run_id,
    customer_result.segment,
    AVG(customer_result.churn_probability) AS churn_probability,
    AVG(customer_result.clv_12m) AS clv_12m
  FROM customer_result
  JOIN published
    ON published.run_id = customer_result.run_id
  GROUP BY
    customer_result.run_id,
    customer_result.segment
) AS mean
  ON mean.run_id = segment_result.run_id AND mean.segment = segment_result.segment
