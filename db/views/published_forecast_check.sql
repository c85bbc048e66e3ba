-- One row per series, step and level: how far off the same forecasts were at earlier times
select
    dataset.name as dataset, -- the name given with --dataset
    sales_forecast_check.series, -- as in published_forecast
    sales_forecast_check.step, -- week or month
    sales_forecast_check.level, -- as in published_forecast
    sales_forecast_check.model, -- as in published_forecast
    sales_forecast_check.origins, -- earlier weeks from which something was told that came
    sales_forecast_check.forecasts, -- periods told from all of them
    sales_forecast_check.mase, -- mean absolute error by the mean change on a year before, on the period before where there are no two years
    sales_forecast_check.mase_naive, -- the same of the seasonal naive: the period a year before, else the last one
    sales_forecast_check.coverage_80, -- share within the 80 % range that other origins gave, 0 to 1
    sales_forecast_check.coverage_95 -- the same of the 95 % range
from sales_forecast_check
join published on published.run_id = sales_forecast_check.run_id
join dataset on dataset.dataset_id = published.dataset_id
