SELECT
  dataset.name AS dataset,
  run.run_id AS run,
  run.as_of,
  run.seed,
  run.published_at
FROM published
JOIN run
  ON run.run_id = published.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
