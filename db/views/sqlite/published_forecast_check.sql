SELECT
  dataset.name AS dataset,
  sales_forecast_check.series,
  sales_forecast_check.step,
  sales_forecast_check.level,
  sales_forecast_check.model,
  sales_forecast_check.origins,
  sales_forecast_check.forecasts,
  sales_forecast_check.mase,
  sales_forecast_check.mase_naive,
  sales_forecast_check.coverage_80,
  sales_forecast_check.coverage_95
FROM sales_forecast_check
JOIN published
  ON published.run_id = sales_forecast_check.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
