-- One row per task, window of the back-test and model, and the day that is served
select
    dataset.name as dataset, -- the name given with --dataset
    forecast_window.task, -- churn, activity_drop or high_value
    forecast_window.as_of, -- day after which the window begins
    forecast_window.horizon_days, -- length of the window
    forecast_window.model, -- name
    forecast_window.baseline, -- 1 for rules, else 0
    forecast_window.chosen, -- 1 for the model that serves, else 0
    forecast_window.customers, -- of whom it was forecast
    forecast_window.base_rate, -- share of whom it came true; null on the day that is served
    forecast_window.expected_rate, -- mean probability
    forecast_window.expected_low, -- lower end of the range that earlier misses give
    forecast_window.expected_high, -- upper end of it
    forecast_window.roc_auc, -- null on the day that is served, as are the next three
    forecast_window.brier, -- Brier score
    forecast_window.log_loss, -- natural logarithm
    forecast_window.ece -- expected calibration error over ten bins
from forecast_window
join published on published.run_id = forecast_window.run_id
join dataset on dataset.dataset_id = published.dataset_id
