SELECT
  dataset.name AS dataset,
  forecast_window.task,
  forecast_window.as_of,
  forecast_window.horizon_days,
  forecast_window.model,
  forecast_window.baseline,
  forecast_window.chosen,
  forecast_window.customers,
  forecast_window.base_rate,
  forecast_window.expected_rate,
  forecast_window.expected_low,
  forecast_window.expected_high,
  forecast_window.roc_auc,
  forecast_window.brier,
  forecast_window.log_loss,
  forecast_window.ece
FROM forecast_window
JOIN published
  ON published.run_id = forecast_window.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
