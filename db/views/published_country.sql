-- One row per country of a data set with orders
select
    dataset.name as dataset, -- the name given with --dataset
    country_sales.country, -- as the source has it; Unspecified where a line names none
    country_sales.revenue, -- net as known on the newest day, of nobody's lines too, money
    country_sales.orders, -- with a line of which something is left, of nobody too
    country_sales.customers, -- known customers with such an order
    country_sales.average_basket, -- money per order
    country_sales.returned_share, -- value that came back of all that was bought, 0 to 1
    country_sales.iso -- two-letter code of ISO 3166; null for what is on no map
from country_sales
join published on published.run_id = country_sales.run_id
join dataset on dataset.dataset_id = published.dataset_id
