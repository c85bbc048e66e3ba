SELECT
  dataset.name AS dataset,
  sales_period.step,
  sales_period.figure,
  sales_period.period_start,
  sales_period.value,
  sales_period.expected,
  sales_period.low,
  sales_period.high,
  sales_period.score,
  sales_period.came_back,
  part.by AS explained_by,
  part.level AS explained,
  part.share AS explained_share
FROM sales_period
JOIN published
  ON published.run_id = sales_period.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
LEFT JOIN sales_period_part AS part
  ON part.run_id = sales_period.run_id
  AND part.step = sales_period.step
  AND part.figure = sales_period.figure
  AND part.period_start = sales_period.period_start
  AND part.is_main
WHERE
  sales_period.is_unusual
