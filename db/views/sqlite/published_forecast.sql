SELECT
  dataset.name AS dataset,
  sales_forecast.series,
  sales_forecast.step,
  sales_forecast.level,
  sales_forecast.period_start,
  sales_forecast.actual,
  sales_forecast.expected,
  sales_forecast.low_80,
  sales_forecast.high_80,
  sales_forecast.low_95,
  sales_forecast.high_95,
  sales_forecast.model
FROM sales_forecast
JOIN published
  ON published.run_id = sales_forecast.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
