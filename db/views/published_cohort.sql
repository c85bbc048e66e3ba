-- One row per kind of cohort, cohort and month since the first order
select
    dataset.name as dataset, -- the name given with --dataset
    cohort.by, -- month, quarter, first_product, category, country, channel or first_order_size
    cohort.cohort, -- such as 2011-03, 2011-Q1, a product or a country
    cohort.month, -- of the calendar, 0 that of the first order
    cohort.customers, -- of whom that month is looked at
    cohort.active, -- of these, with a standing order in the month
    cohort.retention, -- active of customers, 0 to 1
    cohort.revenue, -- net, money
    cohort.cumulative_revenue_per_customer, -- revenue by customers, added up over the months so far, money
    cohort.orders, -- standing orders in the month
    cohort.complete -- 1 where the data covers the month whole
from cohort
join published on published.run_id = cohort.run_id
join dataset on dataset.dataset_id = published.dataset_id
