SELECT
  dataset.name AS dataset,
  alert.position,
  alert.rule,
  alert.figure,
  alert.subject,
  alert.kind,
  alert.value,
  alert.before,
  alert.threshold,
  alert.sentence
FROM alert
JOIN published
  ON published.run_id = alert.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
