-- One row per customer and category of purchases
select
    dataset.name as dataset, -- the name given with --dataset
    category_spend.customer_id, -- the source's own identifier, as text
    category_spend.category, -- what was bought, as the source groups it
    category_spend.spend -- money, over the period that the source covers
from category_spend
join published on published.run_id = category_spend.run_id
join dataset on dataset.dataset_id = published.dataset_id
