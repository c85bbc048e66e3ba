-- One row per series, step, level and period of a data set with orders, known or ahead
select
    dataset.name as dataset, -- the name given with --dataset
    sales_forecast.series, -- revenue, orders or buyers: known customers who ordered
    sales_forecast.step, -- week or month
    sales_forecast.level, -- all, or a part: “country: …”, “category: …”, “segment: …”, that at the time of the order; in brackets (others), (first orders), (no customer)
    sales_forecast.period_start, -- Monday of the week, or first day of the month
    sales_forecast.actual, -- what came of a whole period; null for what is ahead
    sales_forecast.expected, -- of what is ahead, with what came of it already; parts of revenue and orders add up to all, buyers don't
    sales_forecast.low_80, -- lower end of the 80 % range
    sales_forecast.high_80, -- upper end of it
    sales_forecast.low_95, -- lower end of the 95 % range
    sales_forecast.high_95, -- upper end of it
    sales_forecast.model -- theta; last year's weeks, smoothed growth; seasonal naive; of parts: share of the whole, or seasonal naive, made to add up
from sales_forecast
join published on published.run_id = sales_forecast.run_id
join dataset on dataset.dataset_id = published.dataset_id
