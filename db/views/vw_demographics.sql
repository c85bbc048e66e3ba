-- One row per customer with anything known beside purchases
select
    dataset.name as dataset, -- the name given with --dataset
    demography.customer_id, -- the source's own identifier, as text
    demography.age, -- years, at the date of the data
    demography.gender, -- as the source writes it
    demography.country, -- of the latest order, or as the source has it
    demography.city, -- as the source has it
    demography.education, -- as the source has it
    demography.marital_status, -- as the source has it
    demography.income, -- money a year
    demography.children, -- in the household
    demography.membership -- tier of the loyalty programme
from demography
join published on published.run_id = demography.run_id
join dataset on dataset.dataset_id = published.dataset_id
