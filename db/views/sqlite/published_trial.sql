SELECT
  dataset.name AS dataset,
  trial.study,
  trial.trial,
  trial.state,
  trial.value,
  trial.seconds,
  trial.params
FROM trial
JOIN published
  ON published.run_id = trial.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
