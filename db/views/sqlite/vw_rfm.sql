SELECT
  dataset.name AS dataset,
  NULLIF(customer_snapshot.as_of, '0001-01-01') AS as_of,
  customer_snapshot.customer_id,
  customer_snapshot.recency_days,
  customer_snapshot.frequency,
  customer_snapshot.monetary,
  customer_snapshot.r_score,
  customer_snapshot.f_score,
  customer_snapshot.m_score
FROM customer_snapshot
JOIN published
  ON published.run_id = customer_snapshot.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
