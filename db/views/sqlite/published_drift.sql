SELECT
  dataset.name AS dataset,
  drift.kind,
  drift.name,
  drift.before,
  drift.now,
  drift.stability_index,
  drift.level
FROM drift
JOIN published
  ON published.run_id = drift.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
