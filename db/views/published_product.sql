-- One row per product of a data set with orders
select
    dataset.name as dataset, -- the name given with --dataset
    product_sales.product, -- code; Unspecified where a line names none
    product_sales.description, -- the most frequent one
    product_sales.abc, -- class by revenue: A up to 80 % of all, B to 95 %, else C
    product_sales.revenue, -- net as known on the newest day, of nobody's lines too, money
    product_sales.pieces as items, -- pieces, less those that came back
    product_sales.orders, -- with a line of it of which something is left, of nobody too
    product_sales.customers, -- known customers with such an order
    product_sales.returned_share, -- value that came back of all that was bought, 0 to 1
    product_sales.category, -- the source's, else made from descriptions
    product_sales.margin, -- share of revenue above cost, 0 to 1; null where costs are unknown
    product_sales.repeat_share -- customers with it in more than one order, 0 to 1
from product_sales
join published on published.run_id = product_sales.run_id
join dataset on dataset.dataset_id = published.dataset_id
