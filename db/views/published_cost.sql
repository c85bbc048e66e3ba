-- One row per data set whose customers have a contact_profit
select
    dataset.name as dataset, -- the name given with --dataset
    contact_cost.contact_cost, -- money per contacted customer
    contact_cost.incentive, -- money per customer who takes it
    contact_cost.success_rate, -- share of leavers who stay once contacted
    contact_cost.staying_accept, -- share of those staying anyway who take the incentive
    contact_cost.margin, -- share of revenue that is kept
    contact_cost.months -- months whose revenue is at stake
from contact_cost
join published on published.run_id = contact_cost.run_id
join dataset on dataset.dataset_id = published.dataset_id
