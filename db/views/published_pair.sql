-- One row per product and product bought with it, of pairs above chance
select
    dataset.name as dataset, -- the name given with --dataset
    product_pair.product, -- code
    product_pair.with_product, -- code of the other one
    product_pair.orders, -- with both, of nobody too
    product_pair.support, -- share of all orders with both, above 0
    product_pair.confidence, -- share of the orders with product, from support up to 1
    product_pair.lift -- times as often as if both were bought apart from each other
from product_pair
join published on published.run_id = product_pair.run_id
join dataset on dataset.dataset_id = published.dataset_id
