-- One row per customer and campaign
select
    dataset.name as dataset, -- the name given with --dataset
    campaign_response.customer_id, -- the source's own identifier, as text
    campaign_response.campaign, -- name of the campaign
    campaign_response.accepted -- 1 where the customer took the offer, 0 where not
from campaign_response
join published on published.run_id = campaign_response.run_id
join dataset on dataset.dataset_id = published.dataset_id
