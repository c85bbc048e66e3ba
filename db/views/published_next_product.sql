-- One row per customer and product suggested; none where popularity does as well
select
    dataset.name as dataset, -- the name given with --dataset
    next_product.customer_id, -- the source's own identifier, as text
    next_product.place, -- 1 the likeliest
    next_product.product, -- code; not bought by the customer so far
    next_product.because -- code of the product bought that speaks most for it
from next_product
join published on published.run_id = next_product.run_id
join dataset on dataset.dataset_id = published.dataset_id
