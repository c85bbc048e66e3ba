-- One row per month of a data set with orders
select
    dataset.name as dataset, -- the name given with --dataset
    monthly_sales.month, -- its first day
    monthly_sales.is_complete as complete, -- 1 where the data covers the whole month
    monthly_sales.revenue, -- net as known on the newest day, of nobody's lines too, money
    monthly_sales.orders, -- standing orders of known customers
    monthly_sales.customers, -- known customers who ordered
    monthly_sales.new_customers, -- of these, for the first time
    monthly_sales.items, -- pieces, less those that came back
    monthly_sales.returned_revenue -- value of what came back in the month, whenever it was bought, money
from monthly_sales
join published on published.run_id = monthly_sales.run_id
join dataset on dataset.dataset_id = published.dataset_id
