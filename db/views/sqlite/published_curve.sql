SELECT
  dataset.name AS dataset,
  curve.task,
  curve.model,
  curve.curve,
  curve.x,
  curve.y
FROM curve
JOIN published
  ON published.run_id = curve.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
