-- One row per unusual day or week of sales and figure
select
    dataset.name as dataset, -- the name given with --dataset
    sales_period.step, -- day or week
    sales_period.figure, -- revenue or orders
    sales_period.period_start, -- its first day
    sales_period.value, -- what was ordered, before anything came back, lines of nobody included
    sales_period.expected, -- by the days around and the weekday
    sales_period.low, -- the least that is not unusual
    sales_period.high, -- the most that is not unusual
    sales_period.score, -- robust standard deviations from what was expected
    sales_period.came_back, -- money of these orders that came back since
    part.by as explained_by, -- order, customer, product, segment or country that accounts for it; null where none does
    part.level as explained, -- which one
    part.share as explained_share -- its share of the excess; above 1 where others fell
from sales_period
join published on published.run_id = sales_period.run_id
join dataset on dataset.dataset_id = published.dataset_id
left join sales_period_part as part
    on part.run_id = sales_period.run_id
    and part.step = sales_period.step
    and part.figure = sales_period.figure
    and part.period_start = sales_period.period_start
    and part.is_main
where sales_period.is_unusual
