-- One row per customer and channel
select
    dataset.name as dataset, -- the name given with --dataset
    channel_use.customer_id, -- the source's own identifier, as text
    channel_use.channel, -- where purchases were made
    channel_use.is_online, -- 1 for online channels, 0 for others
    channel_use.purchases -- number of purchases through it
from channel_use
join published on published.run_id = channel_use.run_id
join dataset on dataset.dataset_id = published.dataset_id
