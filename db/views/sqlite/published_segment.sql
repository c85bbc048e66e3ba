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
  segment_result.stability
FROM segment_result
JOIN published
  ON published.run_id = segment_result.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
