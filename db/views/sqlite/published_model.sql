SELECT
  dataset.name AS dataset,
  model_score.task,
  model_score.model,
  model_score.metric,
  model_score.value,
  model_score.low,
  model_score.high,
  model_score.baseline,
  model_score.chosen
FROM model_score
JOIN published
  ON published.run_id = model_score.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
